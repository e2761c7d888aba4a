"""Somebody leaves: whatever was theirs goes on to others in the same transaction in which their access ends.

Here may live that one deed. A case of theirs is given to the colleague that was named, or waits for everybody; none of
them is nobody's at any moment.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from policy.stages import OPEN
from storage import absences, audit, barring, caseload, hand_ons, records, staff, tasks
from storage.tables import CASE_FACILITATORS, CASES, HAND_ONS, TASKS

_OPEN = frozenset(stage.value for stage in OPEN)


def leave(
    tx: Connection, staff_id: int, by: int, now: datetime, audit_key: bytes, *, to: int | None, pepper: bytes
) -> None:
    """Their cases go to `to`, or wait for everybody where that is None; a case with which `to` must have nothing to do
    waits as well. What is over or was taken back and has no list to wait on goes to `by`, who does this."""
    _lock(tx, staff_id)
    for case_id, stage in _had_by(tx, staff_id):
        is_barred = to is not None and to in barring.of_case(tx, case_id, pepper)
        if to is not None and not is_barred:
            hand_ons.give(tx, case_id, to, by, now, audit_key)
        elif stage in _OPEN:
            caseload.let_wait(tx, caseload.find(tx, case_id), by, now, audit_key)
        else:
            hand_ons.give(tx, case_id, by, by, now, audit_key)
    for case_id in _facilitated_by(tx, staff_id):
        records.release_facilitator(tx, case_id, by, now, audit_key, facilitator=staff_id)
    tx.execute(delete(HAND_ONS).where(or_(HAND_ONS.c.to_id == staff_id, HAND_ONS.c.by_id == staff_id)))
    tx.execute(update(TASKS).where(TASKS.c.assignee == staff_id, TASKS.c.state == tasks.OPEN).values(assignee=None))
    absences.forget(tx, staff_id)
    staff.shut_out(tx, staff_id)
    audit.write(tx, audit_key, now, by, f"shut_out:{staff_id}")


def _lock(tx: Connection, staff_id: int) -> None:
    """All their cases, before anything is written to the audit, and in one order: see `storage.caseload`."""
    facilitated = select(CASE_FACILITATORS.c.case_id).where(CASE_FACILITATORS.c.staff_id == staff_id)
    theirs = or_(CASES.c.assignee == staff_id, CASES.c.id.in_(facilitated))
    tx.execute(select(CASES.c.id).where(theirs).order_by(CASES.c.id).with_for_update())


def _had_by(tx: Connection, staff_id: int) -> list[tuple[str, str]]:
    theirs = (CASES.c.assignee == staff_id) & CASES.c.case_key.is_not(None)
    return [(row.id, row.stage) for row in tx.execute(select(CASES.c.id, CASES.c.stage).where(theirs))]


def _facilitated_by(tx: Connection, staff_id: int) -> list[str]:
    named = select(CASE_FACILITATORS.c.case_id).where(CASE_FACILITATORS.c.staff_id == staff_id)
    return list(tx.execute(named).scalars())
