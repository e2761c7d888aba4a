"""Tries to be in touch with a person: written down, and marked where one was written down by mistake.

Here may live what keeps or unkeeps the promise of a first try. What was written stays: a slip is struck
through, not wiped.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from policy.case_facts import NOTHING_KNOWN
from policy.contact_attempts import IN_TOUCH, RESULTS, ROUTES, THEY_CONTACTED_US
from policy.deadlines import FIRST_ATTEMPT, NEW_TIME, REACHED
from policy.stages import OPEN, Stage
from storage import audit, caseload, danger_signs, process
from storage.caseload import Case
from storage.cases import WITHDRAWN
from storage.clocks import MET, RUNNING
from storage.process import CLOSED
from storage.tables import CASE_ENTRIES, CLOCKS

ATTEMPT = "attempt"
MISTAKEN = "mistaken"


def log(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    at: datetime,
    route: str,
    result: str,
    note: bytes | None,
) -> None:
    """Writes down a try made at `at` on a case one has, stands in for or facilitates. The first one keeps the promise,
    and ends triage.

    `note` is sealed already. Raises NoSuchCase, NotAllowed, also for a try made before the case was handed over, after
    it was closed, but where the person got in touch, or after they withdrew; and ValueError for a route or result that
    is none.
    """
    if route not in ROUTES or result not in RESULTS:
        raise ValueError("an attempt needs one of the routes and one of the results")
    case = caseload.worked_by(tx, case_id, staff_id)
    if not case.was_there(at):
        raise caseload.NotAllowed
    is_back = case.stage is Stage.CLOSED and result == THEY_CONTACTED_US
    if case.stage not in OPEN and not is_back and not _is_before_its_end(tx, case, at):
        raise caseload.NotAllowed
    caseload.enter(tx, case_id, staff_id, at, ATTEMPT, route=route, result=result, note=note)
    danger_signs.answer(tx, case_id, staff_id, now, at=at)
    caseload.keep_promise(tx, case_id, FIRST_ATTEMPT, at)
    caseload.keep_promise(tx, case_id, NEW_TIME, at)
    if result in IN_TOUCH:
        caseload.keep_promise(tx, case_id, REACHED, at)
    audit.write(tx, audit_key, now, staff_id, ATTEMPT, case_id)
    if case.stage is Stage.TRIAGE:
        tried = replace(NOTHING_KNOWN, is_tried=True)
        process.set_stage(tx, case_id, staff_id, now, audit_key, stage=Stage.CONTACT_ATTEMPTS, facts=tried)


def _is_before_its_end(tx: Connection, case: Case, at: datetime) -> bool:
    """Whether the case came to rest after this moment, and can still be read."""
    ends = (CASE_ENTRIES.c.case_id == case.id) & CASE_ENTRIES.c.kind.in_((WITHDRAWN, CLOSED))
    ended = tx.execute(select(func.max(CASE_ENTRIES.c.at)).where(ends)).scalar()
    return case.case_key is not None and ended is not None and at.timestamp() < ended


def mark_mistaken(
    tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, entry_id: int
) -> None:
    """Strikes a try through, on a case that one may log it on. If no other is left, the promise is still to be kept.

    Raises NoSuchCase, and NotAllowed when there is no such try on this case.
    """
    case = caseload.worked_by(tx, case_id, staff_id)
    tries = (CASE_ENTRIES.c.case_id == case_id) & (CASE_ENTRIES.c.kind == ATTEMPT)
    struck = tx.execute(update(CASE_ENTRIES).where(tries, CASE_ENTRIES.c.id == entry_id).values(kind=MISTAKEN))
    if struck.rowcount != 1:
        raise caseload.NotAllowed
    audit.write(tx, audit_key, now, staff_id, MISTAKEN, case_id)
    if case.stage not in OPEN:  # no promise runs any more
        return
    for name, which in ((FIRST_ATTEMPT, tries), (REACHED, tries & (CASE_ENTRIES.c.result.in_(IN_TOUCH)))):
        first = tx.execute(select(CASE_ENTRIES.c.at).where(which).order_by(CASE_ENTRIES.c.at).limit(1)).scalar()
        kept = update(CLOCKS).where(CLOCKS.c.case_id == case_id, CLOCKS.c.name == name, CLOCKS.c.state == MET)
        tx.execute(kept.values(state=RUNNING, at=None) if first is None else kept.values(at=first))
