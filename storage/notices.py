"""What staff are told outside the desk that is about no case: wrong passwords, many openings, a yes that is waited for.

Here may live what reads or writes the table `notices`, each function on the transaction it is given. A notice is
written with what it tells of, and sent at least once: a claim moves its due time on by a lease, as that of an alert
does (`storage.alerts`). No name and no case stands in it; whom it is for is `storage.notice_addressees`'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, ScalarSelect, delete, func, insert, or_, select, update

from storage.tables import NOTICES, RESTORES

TRIED: Final = "tried"
"""Five wrong passwords or codes in a row were typed for `about`."""
OPENED_MANY: Final = "opened_many"
"""`about` has opened more cases within an hour than work explains (`policy.access.MANY_OPENINGS`)."""
TO_APPROVE: Final = "to_approve"
"""`approval` waits for a second person."""
RESTORED: Final = "restored"
"""The service was put back from a backup; `about` is the manager who is to see it at the desk."""
AT_THE_DESK: Final = (TRIED, RESTORED)
"""What a member sees at the desk until they say so."""
WAITING, SENT, DROPPED = "waiting", "sent", "dropped"
KEPT: Final = timedelta(days=90)
"""One that nobody has seen goes with the sweep after so long. Source: the service's choice: the longest leave."""
_C = NOTICES.c


@dataclass(frozen=True, slots=True)
class Notice:
    """One that is due. `due_at` is UTC seconds; `about` the id of a member, `approval` that of what waits."""

    id: int
    kind: str
    about: int | None
    approval: str | None
    due_at: float
    tries: int


def write(
    tx: Connection,
    kind: str,
    now: datetime,
    *,
    about: int | None = None,
    approval: str | None = None,
    state: str = WAITING,
) -> None:
    """A notice that is due at once, or, as SENT, is told at the desk alone. Belongs into the commit of what it tells
    of."""
    at = now.timestamp()
    row = {"kind": kind, "about": about, "approval": approval, "at": at, "due_at": at, "state": state, "tries": 0}
    tx.execute(insert(NOTICES).values(**row))


def was_written(tx: Connection, kind: str, about: int, since: datetime) -> bool:
    """Whether there is one of this kind about this member from after that moment."""
    same = (_C.kind == kind) & (_C.about == about) & (_C.at > since.timestamp())
    return tx.execute(select(_C.id).where(same)).first() is not None


def due(tx: Connection, now: datetime, limit: int = 50) -> Sequence[Notice]:
    """What is to be sent by now, the oldest first."""
    wanted = select(_C.id, _C.kind, _C.about, _C.approval, _C.due_at, _C.tries)
    waits = (_C.state == WAITING) & (_C.due_at <= now.timestamp())
    return [Notice(*row) for row in tx.execute(wanted.where(waits).order_by(_C.id).limit(limit))]


def claim(tx: Connection, notice: Notice, now: datetime, lease_seconds: float) -> bool:
    """Whether this sender, and no other, may send it now."""
    unclaimed = (_C.id == notice.id) & (_C.state == WAITING) & (_C.due_at == notice.due_at)
    return tx.execute(update(NOTICES).where(unclaimed).values(due_at=now.timestamp() + lease_seconds)).rowcount == 1


def settle(tx: Connection, notice: Notice, state: str) -> None:
    """It went out, or there is nobody to tell and nothing to tell of any more."""
    tx.execute(update(NOTICES).where(_C.id == notice.id).values(state=state))


def put_off(tx: Connection, notice: Notice, until: float, tries: int) -> None:
    """It was not sent, after so many tries, and waits until then."""
    tx.execute(update(NOTICES).where(_C.id == notice.id).values(due_at=until, tries=tries))


def tried_at(staff_id: ColumnElement[int]) -> ScalarSelect[float | None]:
    """Asks when a member was last to be told of wrong tries that they have not seen at the desk."""
    unseen = (_C.about == staff_id) & (_C.kind == TRIED) & _C.seen_at.is_(None)
    return select(func.max(_C.at)).where(unseen).scalar_subquery()


def restored_from(staff_id: ColumnElement[int]) -> ScalarSelect[float | None]:
    """Asks when the backup was made from which the service was put back, as long as this member has not seen that."""
    unseen = (_C.about == staff_id) & (_C.kind == RESTORED) & _C.seen_at.is_(None)
    made_at = select(func.min(RESTORES.c.made_at)).join(NOTICES, RESTORES.c.at == _C.at).where(unseen)
    return made_at.scalar_subquery()


def note_seen(tx: Connection, about: int, kind: str, now: datetime) -> None:
    """A member has seen at the desk what they were to be told there."""
    unseen = (_C.about == about) & (_C.kind == kind) & _C.seen_at.is_(None)
    tx.execute(update(NOTICES).where(unseen).values(seen_at=now.timestamp()))


def forget_past(tx: Connection, now: datetime) -> int:
    """Destroys what is settled and was seen, or is of no use after so long; how many."""
    settled = (_C.state != WAITING) & or_(_C.kind.not_in(AT_THE_DESK), _C.seen_at.is_not(None), _C.about.is_(None))
    is_old = _C.at < (now - timedelta(days=1)).timestamp()
    over = or_(settled & is_old, _C.at < (now - KEPT).timestamp())
    return tx.execute(delete(NOTICES).where(over)).rowcount
