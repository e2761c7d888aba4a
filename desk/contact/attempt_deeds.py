"""Logging a try to be in touch, by who has a case or facilitates it, held to the plan that counted when it was made.

Here may live the handlers of these forms. What the person ruled out is refused with the reason; made all the same, it
is logged with a written reason alone, which a manager looks at.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from desk import access, pages
from desk.cases import case_page, case_read, shut_case
from desk.cases.case_document import seal_note
from desk.cases.case_read import CaseRead
from desk.contact import against_plan, trying
from desk.visit import SignedIn
from policy.contact_attempts import RESULTS, ROUTES, THEY_CONTACTED_US, VOICEMAIL_LEFT
from policy.safe_contact import ruled_out
from storage import attempts, caseload
from storage.caseload import Case, NotAllowed
from storage.cases import WITHDRAWN

FINAL = ("withdrawn", "closed")
"""Of all that can be ruled out, what no reason makes right: nobody is called about a case that is at an end. What was
tried before is logged all the same, with its time."""
A_MINUTE = timedelta(minutes=1)
FIELD_OF = {"route": "route", "voicemail": "result"}
"""The field beside which a reason is said; the others are about the moment."""


def log_attempt(visit: SignedIn) -> Response:
    """Writes down a try; a mistake in the form, and what the person ruled out, is said beside its field."""
    at = _read_when(visit)
    with visit.desk.database.read() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        if shut_case.why(case, visit):
            raise NotAllowed
        read = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings)
    errors = _errors(visit, at, case)
    if errors or at is None:
        return case_page.render(visit, errors, 422)
    against = _against(visit, read, at)
    errors = _unfit(visit, read, at, against)
    if errors:
        return case_page.render(visit, errors, 422, ruled_out=against)
    _log(visit, read, at, against)
    return _back(visit, "attempt")


def mark_mistaken(visit: SignedIn) -> Response:
    """Strikes a try through that was logged by mistake."""
    who = (visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    with visit.desk.database.begin() as tx:
        attempts.mark_mistaken(tx, *who, entry_id=int(visit.path["entry_id"]))
        trying.keep_tasks(visit, tx)
    return _back(visit, "mistaken")


def _log(visit: SignedIn, read: CaseRead, at: datetime, against: Sequence[str]) -> None:
    who = (read.case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
    note = visit.form.get("note", "").strip()
    sealed = seal_note(note, read.case.id, read.case_key) if note else None
    with visit.desk.database.begin() as tx:
        attempts.log(tx, *who, at=at, route=visit.form["route"], result=visit.form["result"], note=sealed)
        if against:
            against_plan.keep(visit, tx, read, against, against_plan.reason(visit))
        trying.keep_tasks(visit, tx)


def _against(visit: SignedIn, read: CaseRead, at: datetime) -> tuple[str, ...]:
    """Why the plan that counted at that moment rules this try out, by the names of the reasons."""
    if visit.form["result"] == THEY_CONTACTED_US and read.rests(at) != WITHDRAWN:
        return ()
    leaves_voicemail = visit.form["result"] == VOICEMAIL_LEFT
    return ruled_out(read.plan(at), visit.form["route"], at, leaves_voicemail=leaves_voicemail)


def _unfit(visit: SignedIn, read: CaseRead, at: datetime, against: Sequence[str]) -> dict[str, str]:
    """What keeps the try from being logged: what was ruled out, without a reason; and words that were not read."""
    errors: dict[str, str] = {}
    ended = next((each for each in FINAL if each in against), None)
    if ended:
        return {"when": f"ruled_out_{ended}"}
    why = against_plan.reason(visit)
    if against and not why:
        # Said in the order of the form, the first of those about one field.
        fields = {FIELD_OF.get(name, "when"): f"ruled_out_{name}" for name in reversed(against)}
        errors = {field: fields[field] for field in ("route", "result", "when") if field in fields}
    elif against and len(why) not in against_plan.REASON_CHARS:
        errors["override"] = "override"
    is_ours = visit.form["result"] != THEY_CONTACTED_US
    if is_ours and read.plan(at).has_words and not visit.form.get("read_words"):
        errors["read_words"] = "read_words_try"
    return errors


def _errors(visit: SignedIn, at: datetime | None, case: Case) -> dict[str, str]:
    """The fields that are not right, with the name of the words about each, in the order of the form."""
    errors = {}
    if visit.form.get("route") not in ROUTES:
        errors["route"] = "route"
    if visit.form.get("result") not in RESULTS:
        errors["result"] = "result"
    if at is None:
        errors["when"] = "when"
    elif at > visit.now + A_MINUTE:
        errors["when"] = "when_future"
    elif not case.was_there(at):
        errors["when"] = "when_before"
    if len(visit.form.get("note", "")) > case_page.NOTE_CHARS:
        errors["note"] = "note_long"
    return errors


def _read_when(visit: SignedIn) -> datetime | None:
    """The moment in the form, written as the clock here shows it; left empty it is now. None for what is no moment."""
    typed = visit.form.get("when", "").strip()
    if not typed:
        return visit.now
    try:
        at = datetime.fromisoformat(typed).replace(tzinfo=pages.HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # Forms know no seconds; what came first stays first.
    return visit.now if timedelta() <= visit.now - at < A_MINUTE else at


def _back(visit: SignedIn, done: str) -> Response:
    return access.go_to(f"/cases/{visit.path['case_id']}?done={done}")
