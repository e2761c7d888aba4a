"""What falls due over all cases: for the staff bot and for the daily digest. References, times and numbers alone.

Here may live questions over the clocks and tasks of all cases at once. Reading only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, Connection, func, or_, select, union_all

from policy.stages import OPEN as OPEN_STAGES
from policy.standing_in import EVERYBODY_HERE, Cover
from storage import standing_in
from storage.clocks import MISSED, RUNNING
from storage.tables import CASES, CLOCKS, TASKS
from storage.tasks import OPEN

_IS_OPEN = CASES.c.stage.in_([stage.value for stage in OPEN_STAGES])


@dataclass(frozen=True, slots=True)
class Due:
    """A case of which something is due. `at` is UTC seconds, of what comes first."""

    reference: str
    at: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many cases wait for somebody, have something late, have something due today; how many tasks are open."""

    waiting: int
    late: int
    today: int
    tasks: int


def count(tx: Connection, now: float, end: float) -> Numbers:
    """How much there is to do at `now`; today ends at `end`. Both are UTC seconds."""
    each = _each(end, None).subquery()
    late = func.count(each.c.reference.distinct()).filter(each.c.due_at < now)
    today = func.count(each.c.reference.distinct()).filter(each.c.due_at >= now)
    waiting = select(func.count()).select_from(CASES).where(_IS_OPEN, CASES.c.assignee.is_(None))
    open_tasks = select(func.count()).select_from(TASKS).where(TASKS.c.state == OPEN)
    asked = select(waiting.scalar_subquery(), late, today, open_tasks.scalar_subquery()).select_from(each)
    return Numbers(*tx.execute(asked).one())


def until(
    tx: Connection, end: float, staff_id: int | None = None, limit: int = 30, cover: Cover = EVERYBODY_HERE
) -> Sequence[Due]:
    """Cases of which something falls due before `end`, or did long ago, what comes first at the top; with a
    `staff_id` only that member's own, those of who is away and for whom they stand in, and those nobody has."""
    whose = None
    if staff_id is not None:
        own = (CASES.c.assignee == staff_id, standing_in.answered_by(cover, staff_id))
        whose = or_(CASES.c.assignee.is_(None), *own)
    each = _each(end, whose).subquery()
    first = func.min(each.c.due_at)
    rows = tx.execute(select(each.c.reference, first).group_by(each.c.reference).order_by(first).limit(limit))
    return [Due(*row) for row in rows]


def _each(end: float, whose: ColumnElement[bool] | None) -> CompoundSelect[str, float]:
    still = CLOCKS.c.state.in_((RUNNING, MISSED))
    clocks = select(CASES.c.reference, CLOCKS.c.due_at).join(CLOCKS, CLOCKS.c.case_id == CASES.c.id)
    tasks = select(CASES.c.reference, TASKS.c.due_at).join(TASKS, TASKS.c.case_id == CASES.c.id)
    clocks = clocks.where(_IS_OPEN, still, CLOCKS.c.due_at < end)
    tasks = tasks.where(TASKS.c.state == OPEN, TASKS.c.due_at < end)
    if whose is not None:
        clocks, tasks = clocks.where(whose), tasks.where(whose)
    return union_all(clocks, tasks)
