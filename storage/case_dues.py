"""What is due next of each case, as expressions that lists of cases sort and choose by.

Here may live pieces of questions to the tables of cases, clocks and tasks; what asks them is `storage.case_lists`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Join, and_, case, func, or_

from policy.deadlines import FIRST_ATTEMPT, OPENED
from policy.stages import OPEN, Stage
from storage import tasks
from storage.cases import WITHDRAWN
from storage.clocks import MET
from storage.tables import CASES, CLOCKS

_OPENED = CLOCKS.alias("opened_clock")
_ATTEMPT = CLOCKS.alias("attempt_clock")
_RUNS = CASES.c.stage.not_in((WITHDRAWN, Stage.CLOSED.value))
_IN_WORK = CASES.c.stage.in_([stage.value for stage in OPEN])

_AT_WORK = or_(_IN_WORK, and_(CASES.c.stage == WITHDRAWN, CASES.c.assignee.is_not(None)))
"""Cases that are at work; and those their person took back, until whoever has them has put them away."""


@dataclass(frozen=True, slots=True)
class Only:
    """Which cases a list is narrowed to: those at a stage, closed ones too where that is the stage; late at a moment
    (UTC seconds); with a task to do.
    """

    stage: str | None = None
    late_at: float | None = None
    with_tasks: bool = False


EVERYTHING = Only()


def fits(only: Only) -> Sequence[ColumnElement[bool]]:
    """What holds of the cases a list is narrowed to."""
    found: list[ColumnElement[bool]] = [_AT_WORK if only.stage is None else CASES.c.stage == only.stage]
    if only.late_at is not None:
        found.append(is_late(only.late_at))
    if only.with_tasks:
        found.append(tasks.count_of_case() > 0)
    return found


def cases_with_clocks() -> Join:
    """What the expressions here are about."""
    return CASES.outerjoin(_OPENED, and_(_OPENED.c.case_id == CASES.c.id, _OPENED.c.name == OPENED)).outerjoin(
        _ATTEMPT, and_(_ATTEMPT.c.case_id == CASES.c.id, _ATTEMPT.c.name == FIRST_ATTEMPT)
    )


def promise() -> ColumnElement[str | None]:
    """The promise to be kept next; null when all are kept, or nobody is to be in touch any more."""
    return case((_RUNS & (_OPENED.c.state != MET), OPENED), (_RUNS & (_ATTEMPT.c.state != MET), FIRST_ATTEMPT))


def promised_at() -> ColumnElement[float | None]:
    """By when it is to be kept."""
    opened, tried = _RUNS & (_OPENED.c.state != MET), _RUNS & (_ATTEMPT.c.state != MET)
    return case((opened, _OPENED.c.due_at), (tried, _ATTEMPT.c.due_at))


def next_at() -> ColumnElement[float | None]:
    """When a promise or a task is due, whichever is first; null when nothing is."""
    promised, task = promised_at(), tasks.next_due_of_case()
    return case((promised < task, promised), else_=func.coalesce(task, promised))


def is_late(now: float) -> ColumnElement[bool]:
    """Whether that moment has passed."""
    return func.coalesce(next_at() < now, False)
