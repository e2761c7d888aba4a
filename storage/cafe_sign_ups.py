"""Who wants to come to a restorative cafe: signing up, giving a place up, who is to be told what, and forgetting.

Here may live what reads or writes the table `cafe_sign_ups`, each function on the transaction it is given. Nothing of a
sign-up outlives it: who gives a place up is erased.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from policy import cafes as policy
from policy.retention import CAFE_TABLES, CAFE_UNCOUNTED
from storage import cafe_notes, cafes, tombstones
from storage.cafe_figures import IS_COUNTED
from storage.cafes import OPEN, PLACE, Cafe
from storage.tables import CAFE_SIGN_UPS, CAFES

_C, _S = CAFES.c, CAFE_SIGN_UPS.c
A_LITTLE = 0.001  # seconds


@dataclass(frozen=True, slots=True)
class SignUp:
    """Somebody who wants to come. All bytes are sealed, or keyed digests."""

    id: str
    cafe_id: str
    at: float
    state: str
    chat: bytes = field(repr=False)
    code: bytes = field(repr=False)
    words: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    reach: bytes | None = field(repr=False)
    remind_at: float | None
    keep_longer: bool
    tell: str | None = None
    came: bool | None = None


def add(tx: Connection, sign_up: SignUp) -> None:
    """Somebody more. Whether they have a place is the caller's to find out, with the cafe locked.

    People handled in one commit have the same moment: who comes second counts as a little later, so that turns differ.
    """
    last = tx.execute(select(func.max(_S.at)).where(_S.cafe_id == sign_up.cafe_id)).scalar()
    row = {name: getattr(sign_up, name) for name in SignUp.__slots__}
    tx.execute(insert(CAFE_SIGN_UPS), {**row, "at": sign_up.at if last is None else max(sign_up.at, last + A_LITTLE)})


def of_code(tx: Connection, code: bytes) -> str | None:
    """The sign-up whose code has this digest."""
    return tx.execute(select(_S.id).where(_S.code == code)).scalar()


def cafes_of(tx: Connection, chat: bytes, now: datetime) -> Sequence[Cafe]:
    """The cafes to come that somebody signed up for in this chat."""
    mine = set(tx.execute(select(_S.cafe_id).where(_S.chat == chat)).scalars())
    return [cafe for cafe in cafes.to_come(tx, now) if cafe.id in mine] if mine else []


def last_of_chat(tx: Connection, chat: bytes, cafe_id: str) -> str | None:
    """The last sign-up for this cafe from this chat."""
    mine = select(_S.id).where(_S.chat == chat, _S.cafe_id == cafe_id)
    return tx.execute(mine.order_by(_S.at.desc()).limit(1)).scalar()


def give_up(tx: Connection, id_: str, at: float) -> bool:
    """Erase a sign-up; in the same commit, whoever waits longest has its place. Whether there was one."""
    cafe_id = tx.execute(select(_S.cafe_id).where(_S.id == id_)).scalar()
    if cafe_id is not None:
        cafes.of_id(tx, cafe_id, lock=True)
        tx.execute(delete(CAFE_SIGN_UPS).where(_S.id == id_))
        tombstones.note(tx, tombstones.SIGN_UP, id_, at)
        cafes.move_up(tx, cafe_id)
    return cafe_id is not None


def give_up_all_of(tx: Connection, chat: bytes, at: float) -> None:
    """Erase every sign-up that came from this chat."""
    for id_ in tx.execute(select(_S.id).where(_S.chat == chat)).scalars().all():
        give_up(tx, id_, at)


def sign_ups(tx: Connection, cafe_id: str | None = None) -> Sequence[SignUp]:
    """Everybody who wants to come to one, or to any; those with a place first, each in the order they signed up."""
    found = select(CAFE_SIGN_UPS).order_by(_S.state, _S.at, _S.id)
    return [_sign_up(row) for row in tx.execute(found if cafe_id is None else found.where(_S.cafe_id == cafe_id))]


def note_came(tx: Connection, cafe_id: str, id_: str, came: bool | None) -> None:
    """Whether somebody came; None where that is not known after all."""
    tx.execute(update(CAFE_SIGN_UPS).where(_S.id == id_, _S.cafe_id == cafe_id, _S.state == PLACE).values(came=came))


def note_told(tx: Connection, cafe_id: str, id_: str) -> None:
    """Somebody at the desk has told them, by e-mail."""
    tx.execute(update(CAFE_SIGN_UPS).where(_S.id == id_, _S.cafe_id == cafe_id).values(tell=None))


def to_tell(tx: Connection, limit: int = 100) -> Sequence[SignUp]:
    """Those the chat is to tell something now."""
    which = select(CAFE_SIGN_UPS).where(_S.tell.is_not(None), _S.reach.is_not(None))
    return [_sign_up(row) for row in tx.execute(which.order_by(_S.at).limit(limit))]


def to_remind(tx: Connection, now: datetime, limit: int = 100) -> Sequence[SignUp]:
    """Those whose reminder is due: who waits still has nothing to be reminded of."""
    due = (_S.remind_at <= now.timestamp(), _S.state == PLACE, _S.reach.is_not(None), _C.starts_at > now.timestamp())
    which = select(CAFE_SIGN_UPS).join(CAFES, _C.id == _S.cafe_id).where(*due)
    return [_sign_up(row) for row in tx.execute(which.order_by(_S.remind_at).limit(limit))]


def was_told(tx: Connection, ids: Iterable[str]) -> None:
    """These have been told."""
    tx.execute(update(CAFE_SIGN_UPS).where(_S.id.in_(list(ids))).values(tell=None))


def lose_reach(tx: Connection, ids: Iterable[str]) -> None:
    """The chat cannot reach these any more: what they are to be told is the desk's to tell them."""
    tx.execute(update(CAFE_SIGN_UPS).where(_S.id.in_(list(ids))).values(reach=None))


def was_reminded(tx: Connection, ids: Iterable[str]) -> None:
    """These have been reminded, and will not be again."""
    tx.execute(update(CAFE_SIGN_UPS).where(_S.id.in_(list(ids))).values(remind_at=None))


def forget(tx: Connection, now: datetime, kept: timedelta) -> int:
    """Destroy what was said for cafes that ended longer ago than `kept`; gives how many rows went. What nobody has
    counted yet waits for it, `policy.retention.CAFE_UNCOUNTED` at most: else no report could ever tell of it.

    Who asked to hear of later ones is kept for as long as they may be told (`policy.cafes.UPDATES`). What stays of a
    cafe is when and where it was and how many came; what staff wrote down at the tables goes after `CAFE_TABLES`.
    """
    cafes.free_slots(tx, now)
    uncounted = (_C.state == OPEN) & ~IS_COUNTED & (_C.ends_at >= (now - kept - CAFE_UNCOUNTED).timestamp())
    over = select(_C.id).where(_C.ends_at < (now - kept).timestamp(), ~uncounted)
    cafes.keep_counts(tx, over.where(_C.signed_up.is_(None)))
    gone = tx.execute(delete(CAFE_SIGN_UPS).where(_S.cafe_id.in_(over), ~_S.keep_longer)).rowcount
    long_over = select(_C.id).where(_C.ends_at < (now - policy.UPDATES).timestamp())
    gone += tx.execute(delete(CAFE_SIGN_UPS).where(_S.cafe_id.in_(long_over))).rowcount
    tables_over = select(_C.id).where(_C.ends_at < (now - CAFE_TABLES).timestamp())
    return gone + cafe_notes.forget_feedback(tx, over) + cafe_notes.forget_tables(tx, tables_over)


def _sign_up(row: Row[Any]) -> SignUp:
    return SignUp(**{name: getattr(row, name) for name in SignUp.__slots__})
