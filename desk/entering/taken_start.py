"""How a referral that is entered for somebody begins: whose it is, how it came, and that the person agreed to it.

Here may live the page of what is under way, and the forms of that evidence.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from bot.errors import NotUnderstood
from bot.service_lines import of_the_service, service_lines
from desk import access, pages
from desk.entering import question_fields, taken_form
from desk.entering import taken_down as entered
from desk.entering.question_fields import Slip
from desk.entering.taken_down import HOW_SAID, KINDS, SELF, WAYS, WORKERS, Agreed, Taken
from desk.entering.taken_pages import go_on, needs_key, over, render
from desk.visit import SignedIn
from storage import taken_down

AGREED_CHARS = 500
NAME_CHARS = 80
A_MINUTE = timedelta(minutes=1)


@needs_key
def show_all(visit: SignedIn) -> Response:
    """What this member is entering, and the form that begins another."""
    return _start(visit, _kind(visit.query))


@needs_key
def begin(visit: SignedIn) -> Response:
    """A new one, once there is evidence that the person agreed to it; nothing where they did not."""
    kind = _kind(visit.form)
    taken, errors = _read_gate(visit) if kind == WORKERS else _read_new(visit)
    if taken is None:
        return _start(visit, kind, errors)
    if taken_form.is_over(taken):
        return over(visit, taken)
    return access.go_to(f"/referrals/{entered.begin(visit, taken)}")


@needs_key
def correct(visit: SignedIn) -> Response:
    """The evidence of one that is under way, to be corrected."""
    with visit.desk.database.read() as tx:
        return _again(visit, entered.read(visit, tx))


@needs_key
def save(visit: SignedIn) -> Response:
    """Keeps the evidence as it was corrected."""
    agreed, errors = _read_agreed(visit)
    with visit.desk.database.begin() as tx:
        taken = entered.read(visit, tx)
        if agreed is not None and taken.agreed is not None:
            taken = replace(taken, way=visit.form["way"], agreed=agreed)
            entered.keep(visit, tx, taken)
    return _again(visit, taken, errors) if agreed is None else go_on(visit, taken)


def _start(visit: SignedIn, kind: str, errors: Mapping[str, str] | None = None) -> Response:
    """The form of a new one, below those that are under way."""
    entered.team_key(visit)
    with visit.desk.database.read() as tx:
        rows = taken_down.of_member(tx, visit.member.id, visit.now)
    begun = [(row, entered.opened(visit, row)) for row in rows]
    values = {
        "begun": [(row, str(one.answers.get("name_to_use") or ""), one) for row, one in begun],
        "thrown_away": visit.query.get("done") == "thrown_away",
        "kind": kind,
        "kinds": tuple(KINDS),
        "gate": _gate(visit, kind, is_sent=errors is not None) if kind == WORKERS else None,
    }
    return _evidence(visit, "taken_start.html", values, None, errors)


def _again(visit: SignedIn, taken: Taken, errors: Mapping[str, str] | None = None) -> Response:
    if taken.agreed is None:
        raise taken_down.NotThere
    return _evidence(visit, "taken_agreed.html", {}, taken, errors)


def _evidence(
    visit: SignedIn,
    template: str,
    values: Mapping[str, object],
    taken: Taken | None,
    errors: Mapping[str, str] | None,
) -> Response:
    shared = {
        "taken": taken,
        "ways": WAYS,
        "hows": HOW_SAID,
        "now_here": pages.here(visit.now).strftime("%Y-%m-%dT%H:%M"),
        "agreed_here": _as_typed(taken.agreed.at) if taken and taken.agreed else "",
        "agreed_chars": AGREED_CHARS,
        "errors": errors or {},
    }
    return render(visit, template, {**shared, **values}, 422 if errors else 200)


def _gate(visit: SignedIn, kind: str, *, is_sent: bool) -> question_fields.Field:
    words, sent = visit.desk.words, visit.form if is_sent else None
    lines = service_lines(of_the_service(visit.desk.settings), words)
    return question_fields.of(taken_form.gate(KINDS[kind]), kind, words, None, sent=sent, lines=lines)


def _read_gate(visit: SignedIn) -> tuple[Taken | None, dict[str, str]]:
    gate, way, errors, said = taken_form.gate(KINDS[WORKERS]), visit.form.get("way", ""), {}, None
    if way not in WAYS:
        errors["way"] = "way"
    try:
        said = question_fields.answer(visit.form, gate)
    except (NotUnderstood, Slip) as slip:
        errors[f"q.{gate.name}"] = str(slip)
    taken = Taken(KINDS[WORKERS], way, None, {gate.name: said})
    return (None if errors else taken), errors


def _read_new(visit: SignedIn) -> tuple[Taken | None, dict[str, str]]:
    agreed, errors = _read_agreed(visit)
    return (Taken(KINDS[SELF], visit.form["way"], agreed) if agreed else None), errors


def _read_agreed(visit: SignedIn) -> tuple[Agreed | None, dict[str, str]]:
    typed = {name: visit.form.get(name, "").strip() for name in ("way", "how", "heard_by", "when", "agreed")}
    at = _moment(typed["when"])
    is_right = {
        "way": typed["way"] in WAYS,
        "how": typed["how"] in HOW_SAID,
        "heard_by": 0 < len(typed["heard_by"]) <= NAME_CHARS,
        "when": at is not None and at <= visit.now + A_MINUTE,
        "agreed": 0 < len(typed["agreed"]) <= AGREED_CHARS,
    }
    errors = {name: name for name, right in is_right.items() if not right}
    if errors or at is None:
        return None, errors
    return Agreed(typed["how"], typed["heard_by"], min(at, visit.now).isoformat(), typed["agreed"]), {}


def _kind(sent: Mapping[str, str]) -> str:
    kind = sent.get("kind", SELF)
    return kind if kind in KINDS else SELF


def _moment(typed: str) -> datetime | None:
    """A moment as the clock here shows it; None for what is none."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=pages.HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _as_typed(at: str) -> str:
    return pages.here(datetime.fromisoformat(at)).strftime("%Y-%m-%dT%H:%M")
