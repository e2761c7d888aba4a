"""What stands in people's chats: sealed ids of messages, when they go, and taking them once they are to go.

Here may live what reads or writes the table `traces`, each function on the transaction it is given. Ids are never
computed: only what was recorded can be deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select, update

from storage.tables import TRACES


@dataclass(frozen=True, slots=True)
class Trace:
    """Messages of one chat that were written together. Times are UTC seconds."""

    channel: str
    person: bytes = field(repr=False)
    messages: bytes = field(repr=False)
    """Sealed: address and ids."""
    at: float
    """When they were written."""
    due_at: float | None
    """When they go; None: they stay."""


_T = TRACES.c
_ADD = TRACES.insert()
_ROW = (_T.channel, _T.person, _T.messages, _T.at, _T.due_at)


def add(tx: Connection, traces: Sequence[Trace]) -> None:
    """Remember these."""
    if traces:
        tx.execute(_ADD, [{name: getattr(each, name) for name in Trace.__slots__} for each in traces])


def any_due(tx: Connection, channel: str, at: float) -> bool:
    """Whether something is to go by now."""
    return tx.execute(select(_T.id).where(_T.channel == channel, _T.due_at <= at).limit(1)).first() is not None


def take_due(tx: Connection, channel: str, at: float, most: int) -> list[Trace]:
    """What is to go by now, the longest due first, at most so many: taken out, so that nobody takes it twice."""
    due = select(_T.id).where(_T.channel == channel, _T.due_at <= at).order_by(_T.due_at, _T.id).limit(most)
    return _take(tx, list(tx.execute(due.with_for_update(skip_locked=True)).scalars()))


def take_all_of(tx: Connection, person: bytes) -> list[Trace]:
    """All that stands in this person's chat, taken out."""
    ids = select(_T.id).where(_T.person == person).with_for_update()
    return _take(tx, list(tx.execute(ids).scalars()))


def hasten(tx: Connection, person: bytes, at: float) -> None:
    """What is to go at all in this person's chat goes at `at` at the latest."""
    tx.execute(update(TRACES).where(_T.person == person, _T.due_at > at).values(due_at=at))


def reschedule(tx: Connection, person: bytes, seconds: float | None) -> None:
    """All in this chat goes so many seconds after it was written; None: it stays."""
    due = _T.at + seconds if seconds is not None else None
    tx.execute(update(TRACES).where(_T.person == person).values(due_at=due))


def forget_before(tx: Connection, at: float) -> int:
    """Drop what was written before `at`."""
    return tx.execute(delete(TRACES).where(_T.at < at)).rowcount


def _take(tx: Connection, ids: list[int]) -> list[Trace]:
    if not ids:
        return []
    rows = tx.execute(select(*_ROW).where(_T.id.in_(ids)).order_by(_T.id)).all()
    tx.execute(delete(TRACES).where(_T.id.in_(ids)))
    return [Trace(*row) for row in rows]
