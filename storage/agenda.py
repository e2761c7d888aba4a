"""What one member of staff has to do by a time beside the promises of the lists: tasks, follow-ups, reviews.

Here may live that one question to the tables of tasks and clocks. Reading only, in clear only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select, union_all

from policy.deadlines import PROMISES
from policy.standing_in import EVERYBODY_HERE, Cover
from storage import standing_in, tasks
from storage.clocks import MISSED, RUNNING
from storage.tables import CASES, CLOCKS, TASKS

MOST_SHOWN = 50
"""The first things to do; a longer list would be read by nobody."""


@dataclass(frozen=True, slots=True)
class Due:
    """A thing to do. `kind` names it, `due_at` is UTC seconds."""

    case_id: str
    reference: str
    kind: str
    due_at: float


def of_member(
    tx: Connection, staff_id: int, roles: Collection[str], until: float, cover: Cover = EVERYBODY_HERE
) -> Sequence[Due]:
    """What is due before a moment of this member's cases, of those of who is away and for whom they stand in, or for
    one of their roles, the first at the top."""
    stands_in = standing_in.answered_by(cover, staff_id)
    mine = or_(CASES.c.assignee == staff_id, stands_in)
    one = or_(
        TASKS.c.role.is_(None) & (func.coalesce(TASKS.c.assignee, CASES.c.assignee) == staff_id),
        TASKS.c.role.is_(None) & TASKS.c.assignee.is_(None) & stands_in,
        TASKS.c.role.in_(roles) & (func.coalesce(TASKS.c.assignee, staff_id) == staff_id),
    )
    set_down = (
        select(CASES.c.id, CASES.c.reference, TASKS.c.kind, TASKS.c.due_at)
        .join(CASES, CASES.c.id == TASKS.c.case_id)
        .where(TASKS.c.state == tasks.OPEN, TASKS.c.due_at < until, one)
    )
    running = (
        select(CASES.c.id, CASES.c.reference, CLOCKS.c.name, CLOCKS.c.due_at)
        .join(CASES, CASES.c.id == CLOCKS.c.case_id)
        .where(CLOCKS.c.state.in_((RUNNING, MISSED)), CLOCKS.c.due_at < until, mine)
        .where(CLOCKS.c.name.not_in(PROMISES))
    )
    both = union_all(set_down, running).subquery()
    rows = tx.execute(select(both).order_by(both.c.due_at, both.c.reference).limit(MOST_SHOWN))
    return [Due(*row) for row in rows]
