"""Who of the staff is away, since when and until when, and whom they named to stand in: said, changed, ended, read.

Here may live what reads or writes the table `absences`, each function on the transaction it is given and with its row
in the audit. Whether somebody is away follows from the times; who answers in their place is `storage.standing_in`'s.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

from storage import audit
from storage.tables import ABSENCES, STAFF

_C = ABSENCES.c


@dataclass(frozen=True, slots=True)
class Absence:
    """One that runs or is to come. Times are UTC seconds; `ends_at` is None where nobody knows yet."""

    staff_id: int
    name: str
    stand_in: int | None
    stand_in_name: str | None
    starts_at: float
    ends_at: float | None

    def is_running(self, at: float) -> bool:
        """Whether it has begun at this moment; what is over is never read."""
        return self.starts_at <= at


class NotTogether(Exception):
    """It ends before it begins, or is over already, or they would stand in for themselves."""


def say(
    tx: Connection,
    staff_id: int,
    by: int,
    now: datetime,
    audit_key: bytes,
    *,
    stand_in: int | None,
    starts: datetime,
    ends: datetime | None,
) -> None:
    """Somebody is away, instead of what was said of them before. Raises NotTogether."""
    if stand_in == staff_id or (ends is not None and (ends <= starts or ends <= now)):
        raise NotTogether
    tx.execute(delete(ABSENCES).where(_C.staff_id == staff_id))
    until = None if ends is None else ends.timestamp()
    times = {"starts_at": starts.timestamp(), "ends_at": until, "at": now.timestamp()}
    tx.execute(insert(ABSENCES).values(staff_id=staff_id, stand_in=stand_in, **times))
    audit.write(tx, audit_key, now, by, f"away:{staff_id}")


def come_back(tx: Connection, staff_id: int, by: int, now: datetime, audit_key: bytes) -> None:
    """They are here again, or will not be away after all; nothing happens to somebody who is here."""
    if tx.execute(delete(ABSENCES).where(_C.staff_id == staff_id)).rowcount:
        audit.write(tx, audit_key, now, by, f"back:{staff_id}")


def is_running(now: datetime) -> ColumnElement[bool]:
    """Asks of a row whether its member is away at this moment."""
    at = now.timestamp()
    return (_C.starts_at <= at) & _is_not_over(at)


def everybodys(tx: Connection, now: datetime) -> dict[int, Absence]:
    """What runs now or is to come, by who is away."""
    stand_in = STAFF.alias("stand_in")
    joined = ABSENCES.join(STAFF, STAFF.c.id == _C.staff_id).outerjoin(stand_in, stand_in.c.id == _C.stand_in)
    columns = (_C.staff_id, STAFF.c.name, _C.stand_in, stand_in.c.name, _C.starts_at, _C.ends_at)
    rows = tx.execute(select(*columns).select_from(joined).where(_is_not_over(now.timestamp())))
    return {row[0]: Absence(*row) for row in rows}


def is_named(tx: Connection, staff_id: int, stand_in: int) -> bool:
    """Whether this colleague is the one who was named to stand in for a member."""
    named = (_C.staff_id == staff_id) & (_C.stand_in == stand_in)
    return tx.execute(select(_C.staff_id).where(named)).first() is not None


def is_away(tx: Connection, staff_id: int, now: datetime) -> bool:
    """Whether a member is away at this moment."""
    return tx.execute(select(_C.staff_id).where(_C.staff_id == staff_id, is_running(now))).first() is not None


def forget_past(tx: Connection, now: datetime) -> int:
    """What is over stands in the audit alone; how many rows went."""
    return tx.execute(delete(ABSENCES).where(~_is_not_over(now.timestamp()))).rowcount


def forget(tx: Connection, staff_id: int) -> None:
    """Somebody who has left is not away, and stands in for nobody."""
    tx.execute(delete(ABSENCES).where(_C.staff_id == staff_id))


def _is_not_over(at: float) -> ColumnElement[bool]:
    return or_(_C.ends_at.is_(None), _C.ends_at > at)
