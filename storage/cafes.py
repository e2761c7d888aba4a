"""Restorative cafes: when and where, how many places, and the waiting list that moves up by itself.

Here may live what reads or writes the table `cafes`, and what a change to one does to those who signed up for it
(`storage.cafe_sign_ups`); each function on the transaction it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from policy import cafes as policy
from storage.cafe_links import Link
from storage.tables import CAFE_SIGN_UPS, CAFES

OPEN, CALLED_OFF = "open", "called_off"
PLACE, WAITING = "place", "waiting"
MOVED_UP, CHANGED = "moved_up", "changed"
_C, _S = CAFES.c, CAFE_SIGN_UPS.c


class NoSuchCafe(Exception):
    """There is none, or it is called off."""


class NoSlot(Exception):
    """As many are open, or were a short while ago, as a chat can offer."""


@dataclass(frozen=True, slots=True)
class Details:
    """What the service publishes about one. Times are UTC seconds."""

    starts_at: float
    ends_at: float
    town: str
    place: str
    link: Link
    access_notes: str
    has_food: bool
    places: int


@dataclass(frozen=True, slots=True)
class Cafe:
    """One, as it stands."""

    id: str
    slot: int | None
    state: str
    details: Details
    revision: int
    taken: int
    """How many have a place, or had one when the sign-ups were destroyed."""
    waiting: int
    came: int

    @property
    def left(self) -> int:
        """Places nobody has. Whoever waits comes first, so there is none as long as somebody does."""
        return 0 if self.waiting else max(0, self.details.places - self.taken)


def make(tx: Connection, id_: str, details: Details, now: datetime) -> None:
    """A new one, open at once. Raises NoSlot."""
    free_slots(tx, now)
    taken = set(tx.execute(select(_C.slot).where(_C.slot.is_not(None))).scalars())
    slot = next((number for number in range(1, policy.SLOTS + 1) if number not in taken), None)
    if slot is None:
        raise NoSlot
    tx.execute(insert(CAFES), {"id": id_, "slot": slot, "state": OPEN, "revision": 0, **_columns(details)})


def change(tx: Connection, id_: str, details: Details) -> None:
    """Change it, tell everybody what matters to them, and let those who wait move up. Raises NoSuchCafe.

    A link sealed anew is another link: who leaves it as it was passes the one that was there.
    """
    before = of_id(tx, id_)
    if before.state != OPEN:
        raise NoSuchCafe
    tx.execute(update(CAFES).where(_C.id == id_).values(**_columns(details), revision=before.revision + 1))
    was = before.details
    if replace(was, places=details.places, access_notes="") != replace(details, access_notes=""):
        _tell(tx, id_, CHANGED)
        reminded = _S.remind_at.is_not(None)
        remind_at = policy.remind_at(datetime.fromtimestamp(details.starts_at, UTC)).timestamp()
        tx.execute(update(CAFE_SIGN_UPS).where(_S.cafe_id == id_, reminded).values(remind_at=remind_at))
    move_up(tx, id_)


def seal_link_anew(tx: Connection, id_: str, link: Link) -> None:
    """The chat can tell it now, and tells it to those who may not have been told before."""
    told = {"link_intake": link.intake, "link_team": link.team, "revision": _C.revision + 1}
    tx.execute(update(CAFES).where(_C.id == id_).values(told))
    _tell(tx, id_, CHANGED)


def call_off(tx: Connection, id_: str, now: datetime) -> None:
    """It does not take place: everybody is told, and nobody is reminded. Raises NoSuchCafe."""
    off = {"state": CALLED_OFF, "called_off_at": now.timestamp(), "revision": _C.revision + 1}
    if not tx.execute(update(CAFES).where(_C.id == id_, _C.state == OPEN).values(**off)).rowcount:
        raise NoSuchCafe
    tx.execute(update(CAFE_SIGN_UPS).where(_S.cafe_id == id_).values(tell=CALLED_OFF, remind_at=None))


def of_id(tx: Connection, id_: str, *, lock: bool = False) -> Cafe:
    """This one; with `lock`, to oneself until the commit, so that its places can be given away. Raises NoSuchCafe."""
    if lock:
        tx.execute(select(_C.id).where(_C.id == id_).with_for_update())
    found = _cafes(tx, _C.id == id_)
    if not found:
        raise NoSuchCafe
    return found[0]


def everything(tx: Connection) -> Sequence[Cafe]:
    """All there ever were, the last first."""
    return _cafes(tx)[::-1]


def to_come(tx: Connection, now: datetime) -> Sequence[Cafe]:
    """Those one can sign up for, the next first."""
    return _cafes(tx, _C.slot.is_not(None), _C.state == OPEN, _C.starts_at > now.timestamp())


def just_past(tx: Connection, now: datetime) -> Sequence[Cafe]:
    """Those one can still say something about afterwards."""
    since = (now - policy.FEEDBACK).timestamp()
    return _cafes(tx, _C.slot.is_not(None), _C.state == OPEN, _C.starts_at <= now.timestamp(), _C.ends_at > since)


def move_up(tx: Connection, cafe_id: str) -> None:
    """Give the places nobody has to those who have waited longest, who are to be told."""
    cafe = of_id(tx, cafe_id, lock=True)
    room = cafe.details.places - cafe.taken
    if cafe.state != OPEN or room <= 0 or not cafe.waiting:
        return
    first = select(_S.id).where(_S.cafe_id == cafe_id, _S.state == WAITING).order_by(_S.at, _S.id).limit(room)
    ids = list(tx.execute(first).scalars())
    tx.execute(update(CAFE_SIGN_UPS).where(_S.id.in_(ids)).values(state=PLACE, tell=MOVED_UP))


def free_slots(tx: Connection, now: datetime) -> None:
    """Take the slot of what no chat offers any more, once no draft can hold it either: an option never changes its
    meaning while somebody may have chosen it.
    """
    ended = (now - policy.FEEDBACK - policy.SLOT_RESTS).timestamp()
    off = (now - policy.SLOT_RESTS).timestamp()
    tx.execute(update(CAFES).where((_C.ends_at < ended) | (_C.called_off_at < off)).values(slot=None))


def keep_counts(tx: Connection, which: Select[tuple[str]]) -> None:
    """Keep how many had a place and how many came, for those whose sign-ups are about to be destroyed."""
    for cafe in _cafes(tx, _C.id.in_(which)):
        tx.execute(update(CAFES).where(_C.id == cafe.id).values(signed_up=cafe.taken, came=cafe.came))


def _tell(tx: Connection, cafe_id: str, what: str) -> None:
    """What is told already on its way says how things are by then, so it is not put aside for this."""
    tx.execute(update(CAFE_SIGN_UPS).where(_S.cafe_id == cafe_id, _S.tell.is_(None)).values(tell=what))


def _cafes(tx: Connection, *which: ColumnElement[bool]) -> list[Cafe]:
    """Those of which this is so, the earliest first, counted in the same query."""

    def count(*of: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(_S.id).filter(*of)

    counts = (count(_S.state == PLACE), count(_S.state == WAITING), count(_S.came.is_(True)))
    joined = select(CAFES, *counts).outerjoin(CAFE_SIGN_UPS, _S.cafe_id == _C.id)
    return [_cafe(row) for row in tx.execute(joined.where(*which).group_by(_C.id).order_by(_C.starts_at, _C.id))]


def _columns(details: Details) -> dict[str, Any]:
    row = {name: getattr(details, name) for name in Details.__slots__ if name != "link"}
    return {**row, "link_team": details.link.team, "link_intake": details.link.intake}


def _cafe(row: Row[Any]) -> Cafe:
    own = {name: getattr(row, name) for name in Details.__slots__ if name != "link"}
    details = Details(**own, link=Link(row.link_team, row.link_intake))
    taken, waiting, came = (int(each) for each in row[-3:])
    if row.signed_up is not None:  # those who asked to be kept longer are among them
        taken, came = row.signed_up, row.came
    return Cafe(row.id, row.slot, row.state, details, row.revision, taken, waiting, came)
