"""Numbers about the service as a whole, tied to no case, no chat and no day.

Here may live what reads or writes the tables `tallies` and `endings`, each function on the transaction it is given. A
tally is sealed to the team: where people live is not for whoever steals the database. An ending names a step alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.sealing import seal_to
from storage.tables import ENDINGS, TALLIES

_INSERTS: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(ENDINGS),
    "postgresql": postgresql.insert(ENDINGS),
}
_COUNTS = {
    name: insert.on_conflict_do_update(
        index_elements=["month", "flow", "step", "how"], set_={"number": ENDINGS.c.number + 1}
    )
    for name, insert in _INSERTS.items()
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What was marked for counting of one referral, sealed to the team."""

    id: str
    month: str
    sealed: bytes = field(repr=False)

    @property
    def context(self) -> str:
        """What its seal is bound to."""
        return f"tally:{self.id}"


@dataclass(frozen=True, slots=True)
class Ending:
    """How many conversations ended at a step, and how."""

    flow: str
    step: str
    how: str
    number: int


def month_of(at: datetime) -> str:
    """The month as it stands in the tables, such as 2026-11."""
    return f"{at:%Y-%m}"


def add(tx: Connection, public_key: bytes, marked: bytes, at: datetime) -> None:
    """Keep what was marked of a referral, in no order and under no name that leads to it."""
    id_ = uuid4().hex
    sealed = seal_to(public_key, marked, f"tally:{id_}")
    tx.execute(TALLIES.insert(), {"id": id_, "month": month_of(at), "sealed": sealed})


def between(tx: Connection, first: str, last: str) -> Sequence[Tally]:
    """All tallies from this month to that one, both among them."""
    rows = select(TALLIES.c.id, TALLIES.c.month, TALLIES.c.sealed).where(TALLIES.c.month.between(first, last))
    return [Tally(*row) for row in tx.execute(rows)]


def note_ending(tx: Connection, flow: str, step: str, how: str, at: datetime) -> None:
    """One more conversation ended here."""
    row = {"month": month_of(at), "flow": flow, "step": step, "how": how, "number": 1}
    tx.execute(_COUNTS[tx.dialect.name], row)


def endings_between(tx: Connection, first: str, last: str) -> Sequence[Ending]:
    """All endings from this month to that one, both among them, month by month."""
    columns = (ENDINGS.c.flow, ENDINGS.c.step, ENDINGS.c.how, ENDINGS.c.number)
    return [Ending(*row) for row in tx.execute(select(*columns).where(ENDINGS.c.month.between(first, last)))]
