"""What the desk writes to a person: queued with the case, told of at a safe time, gone once it was read.

Here may live what reads or writes the table `desk_messages`. The words are sealed to the intake with the times at which
they may be told of; the desk keeps its own copy in the case's timeline. Nothing here knows what a message says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, case, insert, select, update

from storage.tables import DESK_MESSAGES

WAITING, ASKED, LATER, ASKED_AGAIN = "waiting", "asked", "later", "asked_again"
LEFT, READ, GONE = "left", "read", "gone"
"""Not told of yet; the person was asked whether now is a good time; they said later; were asked once more. Then: it is
left for them to fetch; they have read it; it was taken back, or nobody can open it any more."""
LOST = "lost"
"""The service was put back from a backup: whether the person was told of it meanwhile is known to nobody."""
HELD, SUSPENDED = "held", "suspended"
"""It lies ready, and is told of only if the service is late (`bot.posting.if_late`); for as long as nobody is to be in
touch it is not told of even then."""
UNREAD = (WAITING, ASKED, LATER, ASKED_AGAIN, LEFT)
TO_BE_TOLD = (WAITING, LATER)
COMES_UP = (WAITING, ASKED, LATER, ASKED_AGAIN)
"""All but what is left: that shows nowhere by itself, and opens with the person's code."""
READY = (HELD, SUSPENDED)
_C = DESK_MESSAGES.c


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """A message to a person. Times are UTC seconds."""

    id: int
    case_id: str
    entry_id: int
    talk_id: int | None
    due_at: float
    state: str
    words: bytes | None = field(repr=False)
    settled_at: float | None


def add(tx: Connection, case_id: str, *, entry_id: int, talk_id: int | None, due_at: datetime, words: bytes) -> None:
    """Queues a message; `words` is sealed to the intake."""
    row = {"case_id": case_id, "entry_id": entry_id, "talk_id": talk_id, "due_at": due_at.timestamp()}
    tx.execute(insert(DESK_MESSAGES).values(**row, state=WAITING, words=words))


def due(tx: Connection, now: datetime, limit: int = 50) -> Sequence[DeskMessage]:
    """What is to be told of by now, the oldest first."""
    rows = tx.execute(
        select(DESK_MESSAGES)
        .where(_C.state.in_(TO_BE_TOLD), _C.due_at <= now.timestamp())
        .order_by(_C.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [DeskMessage(*row) for row in rows]


def unread(tx: Connection, case_id: str) -> Sequence[DeskMessage]:
    """What this person has not read yet, the oldest first."""
    rows = tx.execute(select(DESK_MESSAGES).where(_C.case_id == case_id, _C.state.in_(UNREAD)).order_by(_C.id))
    return [DeskMessage(*row) for row in rows]


def settle(tx: Connection, ids: Sequence[int], state: str, now: datetime) -> None:
    """These are asked about, left, read or gone. What is read or gone loses its words."""
    values = {"state": state, "settled_at": now.timestamp()} | ({"words": None} if state in {READ, GONE} else {})
    tx.execute(update(DESK_MESSAGES).where(_C.id.in_(list(ids)), _C.state.in_(UNREAD)).values(values))


def put_off(tx: Connection, ids: Sequence[int], until: float, state: str = WAITING) -> None:
    """These are told of at `until`, not before."""
    tx.execute(update(DESK_MESSAGES).where(_C.id.in_(list(ids))).values(state=state, due_at=until))


def take_back(tx: Connection, case_id: str, now: datetime, states: Sequence[str] = (*UNREAD, *READY)) -> None:
    """What is in these states is told of no more; else nothing unread is."""
    gone = {"state": GONE, "words": None, "settled_at": now.timestamp()}
    tx.execute(update(DESK_MESSAGES).where(_C.case_id == case_id, _C.state.in_(states)).values(gone))


def lose(tx: Connection, now: datetime) -> set[str]:
    """Nothing that is unread or lies ready is told of any more, of any case: whoever was told of it would be told
    twice, and whoever wants no contact since would get some. Gives the cases.
    """
    on_its_way = _C.state.in_((*UNREAD, *READY))
    found = set(tx.execute(select(_C.case_id).where(on_its_way)).scalars())
    tx.execute(update(DESK_MESSAGES).where(on_its_way).values(state=LOST, words=None, settled_at=now.timestamp()))
    return found


def hold(tx: Connection, case_id: str, *, entry_id: int, due_at: datetime, words: bytes) -> None:
    """Lays a message ready; `words` is sealed to the intake. At `due_at` it is let go or dropped."""
    row = {"case_id": case_id, "entry_id": entry_id, "due_at": due_at.timestamp(), "state": HELD, "words": words}
    tx.execute(insert(DESK_MESSAGES).values(**row))


def held_until(tx: Connection, now: datetime, limit: int = 50) -> Sequence[DeskMessage]:
    """What lies ready and is to be let go or dropped by now."""
    ready = (_C.state == HELD) & (_C.due_at <= now.timestamp())
    rows = tx.execute(select(DESK_MESSAGES).where(ready).order_by(_C.id).limit(limit).with_for_update(skip_locked=True))
    return [DeskMessage(*row) for row in rows]


def release(tx: Connection, id_: int, *, entry_id: int, due_at: float, words: bytes) -> None:
    """What lay ready waits to be told of, with these words."""
    values = {"entry_id": entry_id, "due_at": due_at, "words": words, "state": WAITING}
    tx.execute(update(DESK_MESSAGES).where(_C.id == id_, _C.state == HELD).values(values))


def drop_held(tx: Connection, case_id: str, now: datetime) -> None:
    """What lies ready is told of no more."""
    take_back(tx, case_id, now, READY)


def suspend(tx: Connection, case_id: str, until: datetime | None) -> None:
    """What lies ready is let go no sooner than `until`; None: not before it is held again."""
    ready = update(DESK_MESSAGES).where(_C.case_id == case_id, _C.state.in_(READY))
    if until is None:
        tx.execute(ready.values(state=SUSPENDED))
    else:
        at = until.timestamp()
        tx.execute(ready.values(state=HELD, due_at=case((_C.due_at > at, _C.due_at), else_=at)))


def hold_again(tx: Connection, case_id: str, due_at: datetime) -> None:
    """What lies ready is let go or dropped at `due_at`, as before it was suspended."""
    ready = update(DESK_MESSAGES).where(_C.case_id == case_id, _C.state.in_(READY))
    tx.execute(ready.values(state=HELD, due_at=due_at.timestamp()))
