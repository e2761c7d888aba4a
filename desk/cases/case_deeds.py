"""What is done with a case from its page: take, give back, take over, mark as read, move it along.

Here may live the handlers of those forms. Each does one thing in one transaction and leads on to a page that says so.
"""

import json
from datetime import date, timedelta

from starlette.responses import Response

from desk import access, pages
from desk.cases import case_page, shut_case
from desk.cases.case_document import open_case_key, seal_note
from desk.process.process_course import course, shown_by
from desk.visit import SignedIn
from policy.stages import Stage
from storage import case_lists, caseload, process
from storage.caseload import NotAllowed

SAID_LATELY = timedelta(days=14)
"""How long ago the person may have said it: what is older is asked anew. Source: the service's choice."""


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
    day = said_on(visit)
    if day is None:
        return case_page.render(visit, {"said_on": "said_on"}, 422)
    due = pages.end_of(day) + timedelta(days=visit.desk.settings.contact_plan_days)
    who = (visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    with visit.desk.database.begin() as tx:
        case = caseload.held_by(tx, visit.path["case_id"], visit.member.id)
        if shut_case.why(case, visit):
            raise NotAllowed
        case_key = open_case_key(case, visit.session.team_key or b"")
        note = seal_note(json.dumps({"said_on": day.isoformat()}), case.id, case_key)
        caseload.renew_plan(tx, *who, due=due, note=note, is_changed=False)
    return _back(visit, "plan")


def set_stage(visit: SignedIn) -> Response:
    """Moves one's own case along, or back, where its timeline alone shows that it may be."""
    wanted = visit.form.get("stage", "")
    if wanted not in caseload.STAGES:
        raise NotAllowed
    who = (visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    with visit.desk.database.begin() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        facts = shown_by(course(case.day, case_lists.entries(tx, case.id)))
        process.set_stage(tx, *who, stage=Stage(wanted), facts=facts)
    return _back(visit, f"stage&before={case.state}")


def said_on(visit: SignedIn) -> date | None:
    """The day in the form, today where it is left empty; None for what is none, lies ahead, or is long past."""
    today = pages.here(visit.now).date()
    try:
        day = date.fromisoformat(visit.form.get("said_on", "").strip() or today.isoformat())
    except ValueError:
        return None
    return day if today - SAID_LATELY <= day <= today else None


def _back(visit: SignedIn, done: str) -> Response:
    return access.go_to(f"/cases/{visit.path['case_id']}?done={done}")
