"""What the tables tell of the service as a whole, in clear: when cases came, what was kept, who withdrew when.

Reading only. Here may live questions to the tables of cases that give numbers and times, never a case.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from policy.contact_attempts import REACHED
from storage.attempts import ATTEMPT
from storage.cases import WITHDRAWN
from storage.tables import CASE_ENTRIES, CASES, CLOCKS


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise: which, when its case came, and what became of it. Times are UTC seconds."""

    name: str
    came_at: float
    state: str
    at: float | None


def arrivals(tx: Connection, since: float) -> Sequence[float]:
    """When each case came that came since, in UTC seconds."""
    return tx.execute(select(CASES.c.at).where(CASES.c.at >= since)).scalars().all()


def promises(tx: Connection, since: float, names: Sequence[str]) -> Sequence[Kept]:
    """These promises, of every case that came since."""
    clocks = select(CLOCKS.c.name, CASES.c.at, CLOCKS.c.state, CLOCKS.c.at).join(CASES, CASES.c.id == CLOCKS.c.case_id)
    return [Kept(*row) for row in tx.execute(clocks.where(CASES.c.at >= since, CLOCKS.c.name.in_(names)))]


def reached(tx: Connection, since: float) -> Sequence[tuple[float, float]]:
    """For every case that came since and whose person was reached: when it came, and when that was. UTC seconds."""
    first = func.min(CASE_ENTRIES.c.at)
    tries = select(CASES.c.at, first).join(CASE_ENTRIES, CASE_ENTRIES.c.case_id == CASES.c.id)
    of_these = (CASES.c.at >= since, CASE_ENTRIES.c.kind == ATTEMPT, CASE_ENTRIES.c.result == REACHED)
    return [(came, at) for came, at in tx.execute(tries.where(*of_these).group_by(CASES.c.id, CASES.c.at))]


def withdrawals(tx: Connection, since: float) -> dict[str, int]:
    """How many withdrew since, by the stage to which their case had come."""
    counted = select(CASE_ENTRIES.c.stage, func.count().label("number")).where(
        CASE_ENTRIES.c.kind == WITHDRAWN, CASE_ENTRIES.c.at >= since, CASE_ENTRIES.c.stage.is_not(None)
    )
    return {row.stage: row.number for row in tx.execute(counted.group_by(CASE_ENTRIES.c.stage))}
