"""What is done with a case from its page: take, give back, take over, log a try, take a try back, move it along.

Here may live the handlers of those forms. Each does one thing in one transaction and leads on to a page that says so.
"""

from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from desk import access, case_page, pages, shut_case
from desk.access import SignedIn
from desk.case_document import open_case_key, seal_note
from policy.contact_attempts import RESULTS, ROUTES
from policy.stages import Stage
from storage import attempts, caseload, process
from storage.caseload import NotAllowed

A_MINUTE = timedelta(minutes=1)


def take(visit: SignedIn) -> Response:
    """Takes a waiting case. If somebody was quicker, the case's page says who."""
    with visit.desk.database.begin() as tx:
        caseload.take(tx, visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    return _back(visit, "taken")


def release(visit: SignedIn) -> Response:
    """Gives one's own case back for another to take, or puts away what its person has taken back."""
    case_id = visit.path["case_id"]
    with visit.desk.database.begin() as tx:
        caseload.release(tx, case_id, visit.member.id, visit.now, visit.desk.secrets.audit)
        done = "released" if caseload.find(tx, case_id).stage else "put_away"
    return access.go_to(f"/?done={done}&case={case_id}")


def take_over(visit: SignedIn) -> Response:
    """Gives a colleague's case to a manager."""
    with visit.desk.database.begin() as tx:
        caseload.take_over(tx, visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    return _back(visit, "taken_over")


def mark_read(visit: SignedIn) -> Response:
    """Writes down that the person's message was read and nothing more is to be done about it."""
    with visit.desk.database.begin() as tx:
        caseload.note_read(tx, visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    return _back(visit, "read")


def renew_plan(visit: SignedIn) -> Response:
    """The person was asked, and says that the ways to be in touch are still safe."""
    due = visit.now + timedelta(days=visit.desk.settings.contact_plan_days)
    with visit.desk.database.begin() as tx:
        caseload.renew_plan(tx, visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit, due=due)
    return _back(visit, "plan")


def set_stage(visit: SignedIn) -> Response:
    """Moves one's own case along, or back."""
    wanted = visit.form.get("stage", "")
    if wanted not in caseload.STAGES:
        raise NotAllowed
    who = (visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    with visit.desk.database.begin() as tx:
        before = caseload.find(tx, visit.path["case_id"]).state
        process.set_stage(tx, *who, stage=Stage(wanted))
    return _back(visit, f"stage&before={before}")


def log_attempt(visit: SignedIn) -> Response:
    """Writes down a try to be in touch, on one's own case; a mistake in the form is said beside its field."""
    at = _read_when(visit)
    errors = _errors(visit, at)
    with visit.desk.database.read() as tx:
        case = caseload.own(tx, visit.path["case_id"], visit.member.id)
        if shut_case.why(case, visit):
            raise NotAllowed
    if errors or at is None:
        return case_page.render(visit, errors, 422)
    note = visit.form.get("note", "").strip()
    sealed = seal_note(note, case.id, open_case_key(case, visit.session.team_key or b"")) if note else None
    said = {"route": visit.form["route"], "result": visit.form["result"]}
    with visit.desk.database.begin() as tx:
        attempts.log(tx, case.id, visit.member.id, visit.now, visit.desk.secrets.audit, at=at, note=sealed, **said)
    return _back(visit, "attempt")


def mark_mistaken(visit: SignedIn) -> Response:
    """Strikes a try through that was logged by mistake."""
    entry_id = visit.path["entry_id"]
    who = (visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    with visit.desk.database.begin() as tx:
        attempts.mark_mistaken(tx, *who, entry_id=int(entry_id))
    return _back(visit, "mistaken")


def _errors(visit: SignedIn, at: datetime | None) -> dict[str, str]:
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
