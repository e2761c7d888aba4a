"""Which head of the audit went off this machine last, for each way there is: at least once, and none is forgotten.

Here may live what reads or writes the table `heads_sent`, each function on the transaction it is given. A claim
moves the due time on by a lease, as that of an alert does (`storage.alerts`). Heads are made in `storage.audit_heads`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import AUDIT, HEADS_SENT

_C = HEADS_SENT.c
_INSERTS: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(HEADS_SENT).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(HEADS_SENT).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What went off one way. `row`: the last row the last head covers; `at`: when it went, UTC seconds; None: none has.
    `due_at`: before then none is tried; None: none ever was."""

    way: str
    row: int | None
    at: float | None
    due_at: float | None
    tries: int


def last(tx: Connection, way: str) -> Sent:
    """What went off this way last."""
    found = tx.execute(select(_C.way, _C.row, _C.at, _C.due_at, _C.tries).where(_C.way == way)).first()
    return Sent(*found) if found else Sent(way, None, None, None, 0)


def uncovered_since(tx: Connection, sent: Sent) -> float | None:
    """When the first row was written that the last head does not cover; None where it covers all."""
    later = select(AUDIT.c.at).where(AUDIT.c.id > (sent.row or 0)).order_by(AUDIT.c.id).limit(1)
    return tx.execute(later).scalar()


def claim(tx: Connection, sent: Sent, now: datetime, lease_seconds: float) -> bool:
    """Whether this sender, and no other, may send one this way now."""
    until = now.timestamp() + lease_seconds
    if sent.due_at is None:
        row = {"way": sent.way, "due_at": until, "tries": 0}
        insert = _INSERTS[tx.dialect.name].execution_options(preserve_rowcount=True)  # else PostgreSQL gives no number
        return tx.execute(insert, row).rowcount == 1
    unclaimed = (_C.way == sent.way) & (_C.due_at == sent.due_at)
    return tx.execute(update(HEADS_SENT).where(unclaimed).values(due_at=until)).rowcount == 1


def mark_sent(tx: Connection, way: str, row: int, now: datetime) -> None:
    """The head that ends with this row went off."""
    at = now.timestamp()
    tx.execute(update(HEADS_SENT).where(_C.way == way).values(row=row, at=at, due_at=at, tries=0))


def put_off(tx: Connection, way: str, until: float) -> None:
    """It did not go off, and waits until then."""
    tx.execute(update(HEADS_SENT).where(_C.way == way).values(due_at=until, tries=_C.tries + 1))
