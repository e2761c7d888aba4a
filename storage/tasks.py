"""What is to be done about a case, as rows with a time: set, done, dropped, read. In clear stand only kind and times.

Here may live what reads or writes the table `tasks`, each function on the transaction it is given. What a kind means,
and in which words it is shown, is the desk's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from policy.deadlines import known
from storage.tables import CASES, STAFF, TASKS

OPEN, DONE, DROPPED = "open", "done", "dropped"
_C = TASKS.c
MOST_OF_CASE = 500
"""More tasks than any case comes to have."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task, times in UTC seconds. `role` is None when it is for whoever has the case; `entry_id` what it is about."""

    id: int
    case_id: str
    reference: str
    kind: str
    due_at: float
    state: str
    role: str | None
    entry_id: int | None
    at: float
    done_at: float | None
    done_by: str | None


def add(
    tx: Connection,
    case_id: str,
    kind: str,
    due_at: datetime,
    now: datetime,
    *,
    role: str | None = None,
    entry_id: int | None = None,
) -> None:
    """Sets a task, for whoever has the case or for a role."""
    row = {"case_id": case_id, "kind": known(kind), "due_at": due_at.timestamp(), "state": OPEN, "at": now.timestamp()}
    tx.execute(insert(TASKS).values(**row, role=role, entry_id=entry_id))


def put(tx: Connection, case_id: str, kind: str, due_at: datetime, now: datetime, *, role: str | None = None) -> None:
    """Sets the one task of this kind that a case has: where it is set already, only its time is changed."""
    one = (_C.case_id == case_id) & (_C.kind == kind) & (_C.state == OPEN)
    if tx.execute(update(TASKS).where(one).values(due_at=due_at.timestamp(), late_at=None)).rowcount == 0:
        add(tx, case_id, kind, due_at, now, role=role)


def finish(tx: Connection, case_id: str, kind: str, staff_id: int | None, now: datetime) -> bool:
    """What tasks of this kind the case has are done; whether there was one."""
    return _settle(tx, (_C.case_id == case_id) & (_C.kind == kind), DONE, staff_id, now) > 0


def finish_one(tx: Connection, task_id: int, staff_id: int, now: datetime) -> bool:
    """This task is done; false when it was settled before."""
    return _settle(tx, _C.id == task_id, DONE, staff_id, now) > 0


def drop(tx: Connection, case_id: str, now: datetime) -> None:
    """Nothing is to be done about this case any more."""
    _settle(tx, _C.case_id == case_id, DROPPED, None, now)


def drop_kinds(tx: Connection, case_id: str, kinds: Collection[str], now: datetime) -> None:
    """Tasks of these kinds have nothing to be done about any more."""
    _settle(tx, (_C.case_id == case_id) & _C.kind.in_(kinds), DROPPED, None, now)


def find(tx: Connection, task_id: int) -> Task | None:
    """The task with this id."""
    return next(iter(_select(tx, _C.id == task_id)), None)


def of_case(tx: Connection, case_id: str) -> Sequence[Task]:
    """The tasks of a case that are open, what is due first at the top."""
    return _select(tx, (_C.case_id == case_id) & (_C.state == OPEN))


def all_of_case(tx: Connection, case_id: str) -> Sequence[Task]:
    """The same, with those that are done or dropped."""
    return _select(tx, _C.case_id == case_id, MOST_OF_CASE)


def of_role(tx: Connection, role: str, limit: int = 100) -> Sequence[Task]:
    """The open tasks of a role, over all cases, what is due first at the top."""
    return _select(tx, (_C.role == role) & (_C.state == OPEN), limit)


def run_out(tx: Connection, now: datetime, limit: int = 100) -> Sequence[Task]:
    """Open tasks whose time has passed and that nobody has marked yet."""
    return _select(tx, (_C.state == OPEN) & (_C.due_at < now.timestamp()) & _C.late_at.is_(None), limit)


def be_late(tx: Connection, task: Task, now: datetime) -> bool:
    """The task was not done in time, which is marked once; false when that, or the task itself, was done in between."""
    still = (_C.id == task.id) & (_C.state == OPEN) & _C.late_at.is_(None)
    return tx.execute(update(TASKS).where(still).values(late_at=now.timestamp())).rowcount == 1


def count_of_case() -> ColumnElement[int]:
    """For lists of cases: how many tasks are open for whoever has the case."""
    open_ones = (_C.case_id == CASES.c.id) & (_C.state == OPEN) & _C.role.is_(None)
    return select(func.count()).select_from(TASKS).where(open_ones).correlate(CASES).scalar_subquery()


def next_due_of_case() -> ColumnElement[float | None]:
    """For lists of cases: when the first of those tasks is due."""
    open_ones = (_C.case_id == CASES.c.id) & (_C.state == OPEN) & _C.role.is_(None)
    return select(func.min(_C.due_at)).where(open_ones).correlate(CASES).scalar_subquery()


def _settle(tx: Connection, which: ColumnElement[bool], state: str, staff_id: int | None, now: datetime) -> int:
    settled = {"state": state, "done_at": now.timestamp(), "done_by": staff_id}
    return tx.execute(update(TASKS).where(which, _C.state == OPEN).values(**settled)).rowcount


def _select(tx: Connection, which: ColumnElement[bool], limit: int = 100) -> Sequence[Task]:
    columns = (_C.id, _C.case_id, CASES.c.reference, _C.kind, _C.due_at, _C.state, _C.role, _C.entry_id, _C.at)
    rows = tx.execute(
        select(*columns, _C.done_at, STAFF.c.name)
        .join(CASES, CASES.c.id == _C.case_id)
        .outerjoin(STAFF, STAFF.c.id == _C.done_by)
        .where(which)
        .order_by(_C.due_at, _C.id)
        .limit(limit)
    )
    return [Task(*row) for row in rows]
