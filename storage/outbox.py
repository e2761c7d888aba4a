"""What is still to be said: rows written in the commit that decided it, gone once the message has gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.tables import OUTBOX


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, sealed."""

    channel: str
    person: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    message: bytes = field(repr=False)
    id: int = 0
    due_at: float = 0
    tries: int = 0
    doubts: int = 0
    at: float = 0
    """When it was written."""


_O = OUTBOX.c
_ADD = OUTBOX.insert()
_EARLIER = OUTBOX.alias("earlier")
_HELD_UP = (
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.person == _O.person,
        _EARLIER.c.channel == _O.channel,
        _EARLIER.c.id < _O.id,
        _EARLIER.c.parked.is_(None),
        _EARLIER.c.due_at > bindparam("due"),
    )
    .exists()
)
_WAITING = (
    select(_O.id, _O.channel, _O.person, _O.salt, _O.message, _O.due_at, _O.tries, _O.doubts, _O.at)
    .where(
        _O.channel == bindparam("channel"),
        _O.parked.is_(None),
        _O.due_at <= bindparam("due"),
        _O.person.not_in(bindparam("busy", expanding=True)),
        ~_HELD_UP,
    )
    .order_by(_O.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LOCK = select(_O.id).where(_O.id.in_(bindparam("ids", expanding=True))).with_for_update()
_SENT = delete(OUTBOX).where(_O.id.in_(bindparam("ids", expanding=True)))
_LATER = (
    update(OUTBOX)
    .where(_O.id == bindparam("letter"))
    .values(due_at=bindparam("due"), tries=bindparam("tried"), doubts=bindparam("doubted"))
)


def add(tx: Connection, letters: Sequence[Letter], at: float) -> None:
    """Put these in, in this order; due at once."""
    if letters:
        rows = [
            {"channel": each.channel, "person": each.person, "salt": each.salt, "message": each.message}
            | {"due_at": at, "tries": 0, "doubts": 0, "at": at}
            for each in letters
        ]
        tx.execute(_ADD, rows)


def waiting(tx: Connection, channel: str, most: int, due: float, busy: Collection[bytes] = ()) -> list[Letter]:
    """The oldest letters of a channel that may leave now, in the order they were written.

    A letter may leave when it is due at `due`, no earlier one to the same person still waits for its time, and the
    person is not among the `busy`, to whom one is on its way.
    """
    rows = tx.execute(_WAITING, {"channel": channel, "most": most, "due": due, "busy": list(busy)})
    return [Letter(r.channel, r.person, r.salt, r.message, r.id, r.due_at, r.tries, r.doubts, r.at) for r in rows]


def of(tx: Connection, person: bytes, channel: str) -> list[Letter]:
    """What lies ready for one person: for channels where people come to look."""
    rows = tx.execute(select(OUTBOX).where(_O.person == person, _O.channel == channel).order_by(_O.id))
    return [Letter(row.channel, row.person, row.salt, row.message, row.id, row.due_at) for row in rows]


def lock(tx: Connection, ids: Collection[int]) -> set[int]:
    """Those of these letters that are still there, and stay so until the commit: the others were taken back."""
    return set(tx.execute(_LOCK, {"ids": list(ids)}).scalars()) if ids else set()


def sent(tx: Connection, ids: Collection[int]) -> None:
    """These have gone."""
    if ids:
        tx.execute(_SENT, {"ids": list(ids)})


def later(tx: Connection, letters: Sequence[Letter]) -> None:
    """Try these again at their `due_at`."""
    if letters:
        rows = [{"letter": e.id, "due": e.due_at, "tried": e.tries, "doubted": e.doubts} for e in letters]
        tx.execute(_LATER, rows)


def park(tx: Connection, id_: int, fault: str) -> None:
    """Give one up, for the class of error `fault`; its words go, the row stays to be counted."""
    tx.execute(update(OUTBOX).where(_O.id == id_).values(parked=fault[:80], message=b"", salt=b""))


def park_all_of(tx: Connection, person: bytes, channel: str, fault: str) -> None:
    """Give up all that waits for one person."""
    tx.execute(
        update(OUTBOX)
        .where(_O.person == person, _O.channel == channel, _O.parked.is_(None))
        .values(parked=fault[:80], message=b"", salt=b"")
    )


def clear(tx: Connection, people: Collection[bytes], channel: str) -> None:
    """Take away what lay ready for these people: they have moved on."""
    if people:
        tx.execute(delete(OUTBOX).where(_O.person.in_(list(people)), _O.channel == channel))


def clear_before(tx: Connection, channel: str, at: float) -> int:
    """Take away what has lain ready since before `at`."""
    return tx.execute(delete(OUTBOX).where(_O.channel == channel, _O.at < at)).rowcount


def forget_before(tx: Connection, at: float) -> int:
    """Drop what is left of letters written before `at`: they were given up, or their channel is off."""
    return tx.execute(delete(OUTBOX).where(_O.at < at)).rowcount


def oldest(tx: Connection, channel: str) -> float | None:
    """When the oldest waiting letter was written."""
    return tx.execute(select(func.min(_O.at)).where(_O.channel == channel, _O.parked.is_(None))).scalar()
