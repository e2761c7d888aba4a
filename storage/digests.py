"""The daily digest, as rows: one a day and channel, so that a restart neither loses one nor sends it twice.

Here may live what reads or writes the table `digests`, each function on the transaction it is given. A digest is sent
at least once: a claim moves its due time on by a lease, as that of an alert does (`storage.alerts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from storage.tables import DIGESTS

WAITING, SENT = "waiting", "sent"
_C = DIGESTS.c


@dataclass(frozen=True, slots=True)
class Digest:
    """One that is due. `due_at` is UTC seconds."""

    day: date
    channel: str
    due_at: float
    tries: int


def lay_out(tx: Connection, day: date, channels: Sequence[str], now: datetime) -> None:
    """The digests of a day, where they are not there yet. What earlier days left unsent is old news, and goes."""
    there = set(tx.execute(select(_C.channel).where(_C.day == day)).scalars())
    rows = [
        {"day": day, "channel": channel, "due_at": now.timestamp(), "state": WAITING, "tries": 0}
        for channel in channels
        if channel not in there
    ]
    tx.execute(delete(DIGESTS).where(_C.day < day))
    if rows:
        tx.execute(insert(DIGESTS), rows)


def is_laid_out(tx: Connection, day: date, channels: Sequence[str]) -> bool:
    """Whether the digests of a day are all there."""
    return set(channels) <= set(tx.execute(select(_C.channel).where(_C.day == day)).scalars())


def due(tx: Connection, now: datetime) -> Sequence[Digest]:
    """What is to be sent by now."""
    waits = (_C.state == WAITING) & (_C.due_at <= now.timestamp())
    rows = tx.execute(select(_C.day, _C.channel, _C.due_at, _C.tries).where(waits).order_by(_C.channel))
    return [Digest(*row) for row in rows]


def claim(tx: Connection, digest: Digest, now: datetime, lease_seconds: float) -> bool:
    """Whether this sender, and no other, may send it now."""
    unclaimed = _is(digest) & (_C.state == WAITING) & (_C.due_at == digest.due_at)
    return tx.execute(update(DIGESTS).where(unclaimed).values(due_at=now.timestamp() + lease_seconds)).rowcount == 1


def mark_sent(tx: Connection, digest: Digest) -> None:
    """It went out."""
    tx.execute(update(DIGESTS).where(_is(digest)).values(state=SENT))


def put_off(tx: Connection, digest: Digest, until: float) -> None:
    """It was not sent, and waits until then."""
    tx.execute(update(DIGESTS).where(_is(digest)).values(due_at=until, tries=_C.tries + 1))


def _is(digest: Digest) -> ColumnElement[bool]:
    return (_C.day == digest.day) & (_C.channel == digest.channel)
