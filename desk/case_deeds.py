"""What is done with a case from its page: take, give back, take over, mark as read, move it along.

Here may live the handlers of those forms. Each does one thing in one transaction and leads on to a page that says so.
"""

from datetime import timedelta

from starlette.responses import Response

from desk import access
from desk.access import SignedIn
from policy.stages import Stage
from storage import caseload, process
from storage.caseload import NotAllowed


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


def _back(visit: SignedIn, done: str) -> Response:
    return access.go_to(f"/cases/{visit.path['case_id']}?done={done}")
