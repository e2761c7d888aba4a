"""What the tables tell of the service as a whole, in clear: when cases came, what was kept, how they ended.

Reading only. Here may live questions to the tables of cases that give numbers and times, never a case. Each is about a
time from `since` on and before `until`, both in UTC seconds; of cases it asks about those that came then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, literal, select, union_all

from policy.contact_attempts import IN_TOUCH
from storage.attempts import ATTEMPT
from storage.cafes import OPEN
from storage.cases import ERASED, WITHDRAWN
from storage.clocks import MET, MISSED
from storage.process import CLOSED
from storage.tables import AUDIT, CAFES, CASE_ENTRIES, CASES, CLOCKS

ENDS = (CLOSED, WITHDRAWN, ERASED)
OPENED = "opened"
CAFE = "cafe"
AT_ONCE = 0.5
"""Seconds by which two times of one deed may differ, kept as they are by two functions."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time: its first moment, and the first one after it."""

    since: float
    until: float

    def holds(self, at: ColumnElement[float]) -> ColumnElement[bool]:
        """Whether this lies in it."""
        return (at >= self.since) & (at < self.until)


def arrivals(tx: Connection, span: Span) -> Sequence[float]:
    """When each case came, in UTC seconds."""
    return tx.execute(select(CASES.c.at).where(span.holds(CASES.c.at))).scalars().all()


@dataclass(frozen=True, slots=True)
class Begun:
    """When a case came, and when it was first opened, tried and reached; None for what was not. UTC seconds."""

    came: float
    opened: float | None
    tried: float | None
    reached: float | None


def begun(tx: Connection, span: Span) -> Sequence[Begun]:
    """The beginning of every case, late or not."""
    opened = select(AUDIT.c.case_id, func.min(AUDIT.c.at).label("at"))
    openings = opened.where(AUDIT.c.action == OPENED, AUDIT.c.at >= span.since).group_by(AUDIT.c.case_id).subquery()
    at_reach = case((CASE_ENTRIES.c.result.in_(IN_TOUCH), CASE_ENTRIES.c.at))
    tried = select(CASE_ENTRIES.c.case_id, func.min(CASE_ENTRIES.c.at).label("at"), func.min(at_reach).label("reached"))
    tries = tried.where(CASE_ENTRIES.c.kind == ATTEMPT, CASE_ENTRIES.c.at >= span.since)
    first = tries.group_by(CASE_ENTRIES.c.case_id).subquery()
    joined = CASES.outerjoin(openings, openings.c.case_id == CASES.c.id).outerjoin(first, first.c.case_id == CASES.c.id)
    times = select(CASES.c.at, openings.c.at, first.c.at, first.c.reached).select_from(joined)
    return [Begun(*row) for row in tx.execute(times.where(span.holds(CASES.c.at)))]


def counts(tx: Connection, span: Span, promised: Sequence[str]) -> dict[tuple[str, str], int]:
    """All that is counted by two names: of what was promised by what became of it, of what ends a case by the stage to
    which it had come, and how many restorative cafes were held.
    """
    each = union_all(_promises(span, promised), _ends(span), _cafes(span)).subquery()
    counted = select(each.c.name, each.c.part, func.count()).group_by(each.c.name, each.c.part)
    return {(name, part): number for name, part, number in tx.execute(counted)}


def _promises(span: Span, names: Sequence[str]) -> Select[str, str]:
    """Of each case that came: met, missed, ended before its time, or still running."""
    of_it = (CASE_ENTRIES.c.case_id == CLOCKS.c.case_id, CASE_ENTRIES.c.kind.in_(ENDS))
    has_ended = exists().where(*of_it, CASE_ENTRIES.c.at.between(CLOCKS.c.at - AT_ONCE, CLOCKS.c.at + AT_ONCE))
    is_met = CLOCKS.c.state == MET
    became = case(
        (is_met & has_ended, "ended"),
        (is_met & (CLOCKS.c.at <= CLOCKS.c.due_at), "met"),
        (is_met | (CLOCKS.c.state == MISSED), "missed"),
        else_="running",
    )
    clocks = select(CLOCKS.c.name.label("name"), became.label("part")).join(CASES, CASES.c.id == CLOCKS.c.case_id)
    return clocks.where(span.holds(CASES.c.at), CLOCKS.c.name.in_(names))


def _ends(span: Span) -> Select[str, str]:
    """What ended in this time, whenever it came: closed, withdrawn, or erased before it was either."""
    before = CASE_ENTRIES.alias()
    had_ended = exists().where(before.c.case_id == CASE_ENTRIES.c.case_id, before.c.kind.in_((CLOSED, WITHDRAWN)))
    counts = (CASE_ENTRIES.c.kind == ERASED) & ~had_ended | CASE_ENTRIES.c.kind.in_((CLOSED, WITHDRAWN))
    return select(CASE_ENTRIES.c.kind, func.coalesce(CASE_ENTRIES.c.stage, "")).where(
        span.holds(CASE_ENTRIES.c.at), counts
    )


def _cafes(span: Span) -> Select[str, str]:
    held = (CAFES.c.state == OPEN, span.holds(CAFES.c.starts_at))
    return select(literal(CAFE), literal("")).select_from(CAFES).where(*held)
