"""Referrals that staff are entering for somebody: rows whose words are sealed to the team, each its writer's own.

Here may live what reads or writes the table `taken_down`, each function on the transaction it is given.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, Select, delete, insert, select, update

from policy.retention import DRAFT_IDLE
from storage.sealing import seal_to, unseal_with
from storage.tables import TAKEN_DOWN

_C = TAKEN_DOWN.c


class NotThere(Exception):
    """It was sent, thrown away or wiped, or somebody else is writing it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One that is being entered. `touched_at` is in UTC seconds."""

    id: str
    words: bytes = field(repr=False)
    touched_at: float

    def open(self, team_private: bytes) -> bytes:
        """What was written so far. Raises SealBroken."""
        return unseal_with(team_private, self.words, _context(self.id))


def begin(tx: Connection, staff_id: int, words: bytes, team_public: bytes, now: datetime) -> str:
    """A new one; its id."""
    id_ = uuid4().hex
    row = {"id": id_, "staff_id": staff_id, "words": seal_to(team_public, words, _context(id_))}
    tx.execute(insert(TAKEN_DOWN).values(**row, touched_at=now.timestamp()))
    return id_


def keep(tx: Connection, id_: str, staff_id: int, words: bytes, team_public: bytes, now: datetime) -> None:
    """Writes it anew. Raises NotThere."""
    values = {"words": seal_to(team_public, words, _context(id_)), "touched_at": now.timestamp()}
    if tx.execute(update(TAKEN_DOWN).where(_C.id == id_, _C.staff_id == staff_id).values(**values)).rowcount == 0:
        raise NotThere


def find(tx: Connection, id_: str, staff_id: int, now: datetime) -> Row:
    """One of this member's. Raises NotThere."""
    row = tx.execute(_alive(staff_id, now).where(_C.id == id_)).first()
    if row is None:
        raise NotThere
    return Row(*row)


def of_member(tx: Connection, staff_id: int, now: datetime) -> list[Row]:
    """All that this member is entering, touched last at the top."""
    return [Row(*row) for row in tx.execute(_alive(staff_id, now).order_by(_C.touched_at.desc()))]


def forget(tx: Connection, id_: str, staff_id: int) -> bool:
    """Destroys one of this member's; whether there was one."""
    return tx.execute(delete(TAKEN_DOWN).where(_C.id == id_, _C.staff_id == staff_id)).rowcount == 1


def forget_idle(tx: Connection, now: datetime) -> int:
    """Destroys what nobody has touched for as long as a draft in a chat is kept; how many."""
    return tx.execute(delete(TAKEN_DOWN).where(_C.touched_at <= _since(now))).rowcount


def _alive(staff_id: int, now: datetime) -> Select[str, bytes, float]:
    wanted = select(_C.id, _C.words, _C.touched_at)
    return wanted.where(_C.staff_id == staff_id, _C.touched_at > _since(now))


def _since(now: datetime) -> float:
    return (now - DRAFT_IDLE).timestamp()


def _context(id_: str) -> str:
    return f"taken_down:{id_}"
