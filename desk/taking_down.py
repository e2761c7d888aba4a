"""Entering a referral for somebody who phones, or who filled in a form on paper, page by page.

Here may live the pages and forms of that, from the evidence that they agreed to Send.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps

from starlette.responses import Response

from bot import form
from desk import access, pages, taken_form, taken_sending
from desk import taken_down as entered
from desk.access import SignedIn
from desk.taken_down import FLOW, HOW_SAID, WAYS, Agreed, NotLetIn, Taken
from storage import taken_down
from storage.taken_down import NotThere

FILE = "taken_down"
AGREED_CHARS = 500
NAME_CHARS = 80
EVIDENCE = "agreed"
READ_BACK = "read-back"
A_MINUTE = timedelta(minutes=1)
Handler = Callable[[SignedIn], Response]


def _needs_key(handler: Handler) -> Handler:
    """Says why not to a member who could not open what they enter, or whose draft is gone."""

    @wraps(handler)
    def answer(visit: SignedIn) -> Response:
        try:
            return handler(visit)
        except NotLetIn:
            return pages.member_refusal(visit, "not_let_in", 403)
        except NotThere:
            return pages.member_refusal(visit, "no_such_referral", 404)

    return answer


@_needs_key
def show_all(visit: SignedIn) -> Response:
    """What this member is entering, and the form that begins another."""
    return _start(visit)


@_needs_key
def begin(visit: SignedIn) -> Response:
    """A new one, once there is evidence that the person agreed to it."""
    agreed, errors = _read_agreed(visit)
    if agreed is None:
        return _start(visit, errors)
    return access.go_to(f"/referrals/{entered.begin(visit, agreed)}")


@_needs_key
def resume(visit: SignedIn) -> Response:
    """To the first page that is not whole, or to the read-back."""
    with visit.desk.database.read() as tx:
        taken = entered.read(visit, tx)
    return _go_on(visit, taken)


@_needs_key
def show(visit: SignedIn) -> Response:
    """One page, as far as it was filled in; the read-back; or the evidence, to be corrected."""
    with visit.desk.database.read() as tx:
        taken = entered.read(visit, tx)
    section = visit.path["section"]
    if section == READ_BACK:
        return _read_back(visit, taken)
    if section == EVIDENCE:
        return _start(visit, taken=taken)
    return _page(visit, section, taken)


@_needs_key
def save(visit: SignedIn) -> Response:
    """Keeps a page, and goes on: to what came up on it by these answers, else to the next."""
    section = visit.path["section"]
    if section == EVIDENCE:
        return _save_agreed(visit)
    errors: dict[str, str] = {}
    with visit.desk.database.begin() as tx:
        taken = entered.read(visit, tx)
        _assert_page(section)
        if visit.form.get("do") == "leave_out" and section in FLOW.parts:
            taken = taken_form.left_out(section, taken)
        else:
            taken, errors = taken_form.read(visit, section, taken)
        if not errors:
            entered.keep(visit, tx, taken)
    if errors:
        return _page(visit, section, taken, errors)
    if taken_form.ends_at(taken.answers) or taken_form.is_open(section, taken.answers):
        return access.go_to(f"/referrals/{visit.path['referral_id']}/{section}")
    if visit.form.get("do") == "read_back":
        return access.go_to(f"/referrals/{visit.path['referral_id']}/{READ_BACK}")
    return _go_on(visit, taken)


@_needs_key
def send(visit: SignedIn) -> Response:
    """The case is made; what the person is to be told is shown, this once."""
    with visit.desk.database.begin() as tx:
        taken = entered.read(visit, tx)
        sent = taken_sending.send(visit, tx, taken)
    visit.desk.database.checkpoint()
    return pages.member_page(visit, "taken_sent.html", sent=sent, taken=taken, tell=_teller(visit))


@_needs_key
def throw_away(visit: SignedIn) -> Response:
    """Destroys what was entered."""
    with visit.desk.database.begin() as tx:
        if not taken_down.forget(tx, visit.path["referral_id"], visit.member.id):
            raise NotThere
    visit.desk.database.checkpoint()
    return access.go_to("/referrals?done=thrown_away")


def lead_back(_visit: SignedIn) -> Response:
    """For somebody who loads the address of a form anew."""
    return access.go_to("/referrals")


def _go_on(visit: SignedIn, taken: Taken) -> Response:
    section = form.NEEDED if taken_form.ends_at(taken.answers) else taken_form.open_section(taken.answers)
    return access.go_to(f"/referrals/{visit.path['referral_id']}/{section or READ_BACK}")


def _page(visit: SignedIn, section: str, taken: Taken, errors: Mapping[str, str] | None = None) -> Response:
    _assert_page(section)
    found = form.sections(FLOW)
    values = {
        "section": section,
        "title": _title(visit, section),
        "number": found.index(section) + 1,
        "of": len(found),
        "fields": taken_form.fields(visit, section, taken, typed=bool(errors)),
        "told": taken_form.to_be_told(visit, section, taken.answers),
        "is_over": bool(taken_form.ends_at(taken.answers)),
        "may_leave_out": section in FLOW.parts,
        "can_send": bool(taken_sending.lines(visit, taken.answers)),
        "taken": taken,
        "errors": errors or {},
    }
    return _render(visit, "taken_page.html", values, 422 if errors else 200)


def _read_back(visit: SignedIn, taken: Taken) -> Response:
    lines = taken_sending.lines(visit, taken.answers)
    if not lines:
        return _go_on(visit, taken)
    named = [(section, _title(visit, section)) for section in form.sections(FLOW)]
    parts = [(section, title, [line for line in lines if line.section == section]) for section, title in named]
    return _render(visit, "taken_read_back.html", {"taken": taken, "parts": parts})


def _start(visit: SignedIn, errors: Mapping[str, str] | None = None, taken: Taken | None = None) -> Response:
    """The evidence: of a new one below those that are under way, or of one that is being corrected."""
    entered.team_key(visit)
    with visit.desk.database.read() as tx:
        rows = [] if taken else taken_down.of_member(tx, visit.member.id, visit.now)
    begun = [(row, entered.opened(visit, row)) for row in rows]
    values = {
        "begun": [(row, str(one.answers.get("name_to_use") or ""), one.agreed) for row, one in begun],
        "taken": taken,
        "ways": WAYS,
        "hows": HOW_SAID,
        "now_here": pages.here(visit.now).strftime("%Y-%m-%dT%H:%M"),
        "agreed_here": _as_typed(taken.agreed.at) if taken else "",
        "agreed_chars": AGREED_CHARS,
        "errors": errors or {},
        "thrown_away": visit.query.get("done") == "thrown_away",
    }
    return _render(visit, "taken_start.html", values, 422 if errors else 200)


def _save_agreed(visit: SignedIn) -> Response:
    agreed, errors = _read_agreed(visit)
    with visit.desk.database.begin() as tx:
        taken = entered.read(visit, tx)
        if agreed is not None:
            entered.keep(visit, tx, replace(taken, agreed=agreed))
    return _start(visit, errors, taken) if agreed is None else _go_on(visit, taken)


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
    return Agreed(typed["way"], typed["how"], typed["heard_by"], min(at, visit.now).isoformat(), typed["agreed"]), {}


def _moment(typed: str) -> datetime | None:
    """A moment as the clock here shows it; None for what is none."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=pages.HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _as_typed(at: str) -> str:
    return pages.here(datetime.fromisoformat(at)).strftime("%Y-%m-%dT%H:%M")


def _assert_page(section: str) -> None:
    if section not in form.sections(FLOW):
        raise NotThere


def _title(visit: SignedIn, section: str) -> str:
    words = visit.desk.words
    return (
        words.common("read_back.needed_title") if section == form.NEEDED else words.text(FLOW.name, f"{section}.short")
    )


def _render(visit: SignedIn, template: str, values: Mapping[str, object], status: int = 200) -> Response:
    return pages.member_page(visit, template, status, **values, tell=_teller(visit), flow=FLOW.name)


def _teller(visit: SignedIn) -> Callable[[str], str]:
    return lambda key: visit.desk.words.text(FILE, key)
