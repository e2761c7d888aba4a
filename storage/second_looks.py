"""Tries made against what a person had ruled out: each with a written reason, and a second look at it by a manager.

Here may live these rows, each whole in the caller's transaction. The reason comes in sealed.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from policy.access import Role
from policy.deadlines import SECOND_LOOK
from storage import audit, caseload, tasks
from storage.caseload import NotAllowed
from storage.tables import CASE_ENTRIES

AGAINST_PLAN: Final = "against_plan"
"""The kind of the entry that holds the reason, and of the audit row."""
DECIDED: Final = "decided"
"""The kind of the entry that holds what a manager decided about somebody whom nobody reached, and why."""


def ask_for(
    tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, reason: bytes, by: datetime
) -> None:
    """Keeps the reason, and asks a manager to look at it until `by`. Belongs into the commit that logs the try."""
    entry = caseload.enter(tx, case_id, staff_id, now, AGAINST_PLAN, note=reason)
    tasks.add(tx, case_id, SECOND_LOOK, by, now, role=Role.MANAGER, entry_id=entry)
    audit.write(tx, audit_key, now, staff_id, AGAINST_PLAN, case_id)


def done(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    task_id: int,
    decision: bytes | None = None,
) -> None:
    """A manager has looked, or decided, which is kept. Raises NotAllowed when it was done before, and for whoever made
    the try themselves."""
    task = tasks.find(tx, task_id)
    if task is None or task.case_id != case_id or task.role != Role.MANAGER or made_by(tx, task) == staff_id:
        raise NotAllowed
    if not tasks.finish_one(tx, task_id, staff_id, now):
        raise NotAllowed
    if decision is not None:
        caseload.enter(tx, case_id, staff_id, now, DECIDED, note=decision)
    audit.write(tx, audit_key, now, staff_id, task.kind, case_id)


def made_by(tx: Connection, task: tasks.Task) -> int | None:
    """Whose deed a task is about; None where it is about nobody's."""
    return tx.execute(select(CASE_ENTRIES.c.staff_id).where(CASE_ENTRIES.c.id == task.entry_id)).scalar()
