"""What managers are asked to look at: tries made against what a person ruled out, and people nobody has reached.

Here may live the list of it, the page of one, and saying that it was looked at. It shows the reason that was written
down, and nothing else of the case.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.cases import case_page, case_read
from desk.cases.case_document import open_case_key, seal_note
from desk.cases.case_read import CaseRead
from desk.contact.against_plan import REASON_CHARS, reason
from desk.process import process_case
from desk.visit import SignedIn
from policy.access import Role
from policy.deadlines import NOBODY_STANDS_IN, SECOND_LOOK
from storage import caseload, second_looks, tasks
from storage.attempts import ATTEMPT
from storage.caseload import NotAllowed
from storage.sealing import SealBroken
from storage.tasks import Task

LIST = "/second-looks"


def show_all(visit: SignedIn) -> Response:
    """Every one that waits, over all cases: references and times only."""
    with visit.desk.database.read() as tx:
        waiting = tasks.of_role(tx, Role.MANAGER)
    is_done = visit.query.get("done") == "looked"
    return pages.member_page(visit, "second_looks.html", waiting=waiting, is_done=is_done)


def show(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    """One of them, with the reason; that it was shown is written down first."""
    with visit.desk.database.begin() as tx:
        task = _task(visit, tx)
        case = caseload.find(tx, visit.path["case_id"])
        try:
            read = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings)
        except (SealBroken, ValueError):
            raise NotAllowed from None
        process_case.note_shown(visit, tx)
        values: dict[str, Any] = {"case": case, "task": task, "lines": _about(read, task)}
        values |= {"errors": errors or {}, "decides": task.kind != SECOND_LOOK, "reason_chars": REASON_CHARS}
        is_own = second_looks.made_by(tx, task) == visit.member.id
        response = pages.member_page(visit, "second_look.html", 422 if errors else 200, **values, is_own=is_own)
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response


def done(visit: SignedIn) -> Response:
    """A manager has looked, or decided, and says what and why."""
    who, why = (visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit), reason(visit, "decision")
    with visit.desk.database.read() as tx:
        decides = _task(visit, tx).kind != SECOND_LOOK
    if decides and len(why) not in REASON_CHARS:
        return show(visit, {"decision": "decision"})
    with visit.desk.database.begin() as tx:
        task, case = _task(visit, tx), caseload.find(tx, visit.path["case_id"])
        key = open_case_key(case, visit.session.team_key or b"")
        decision = seal_note(why, case.id, key) if decides else None
        second_looks.done(tx, *who, task_id=task.id, decision=decision)
    return access.go_to(f"{LIST}?done=looked")


def _task(visit: SignedIn, tx: Connection) -> Task:
    task = tasks.find(tx, int(visit.path["task_id"]))
    if task is None or task.case_id != visit.path["case_id"] or task.role != Role.MANAGER or task.state != tasks.OPEN:
        raise NotAllowed
    if task.kind == NOBODY_STANDS_IN:  # it is done by giving the case to somebody
        raise NotAllowed
    return task


def _about(read: CaseRead, task: Task) -> list[case_read.TimelineEntry]:
    """The entries it is about: the reason and the try logged with it; or all tries since nobody was reached."""
    if task.entry_id is None:
        return [line for line in read.timeline if line.entry.kind == ATTEMPT]
    reason = next(line for line in read.timeline if line.entry.id == task.entry_id)
    made = [line for line in read.timeline if line.entry.kind == ATTEMPT and line.entry.id < task.entry_id]
    return [*sorted(made, key=lambda line: line.entry.id)[-1:], reason]
