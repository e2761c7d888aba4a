"""What was said at restorative cafes: notes from the tables, by staff, and what people thought of it afterwards.

Here may live what reads or writes the table `cafe_notes`, each function on the transaction it is given. Of whom
feedback comes stands nowhere: no chat, no sign-up, no time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Select, delete, insert, select

from storage.tables import CAFE_NOTES

TABLE, FEEDBACK = "table", "feedback"
_N = CAFE_NOTES.c


@dataclass(frozen=True, slots=True)
class Note:
    """One, its words sealed to the team key."""

    id: str
    cafe_id: str
    kind: str
    words: bytes = field(repr=False)


def add(tx: Connection, note: Note) -> None:
    """Keep it."""
    tx.execute(insert(CAFE_NOTES), {name: getattr(note, name) for name in Note.__slots__})


def of(tx: Connection, cafe_id: str | None = None) -> Sequence[Note]:
    """Those of one cafe, or of all, in no order that tells anything."""
    found = select(CAFE_NOTES).order_by(_N.id)
    rows = tx.execute(found if cafe_id is None else found.where(_N.cafe_id == cafe_id))
    return [Note(row.id, row.cafe_id, row.kind, row.words) for row in rows]


def remove(tx: Connection, cafe_id: str, id_: str) -> None:
    """Take a note from the tables out again: it was a slip."""
    tx.execute(delete(CAFE_NOTES).where(_N.id == id_, _N.cafe_id == cafe_id, _N.kind == TABLE))


def forget_feedback(tx: Connection, cafes: Select[tuple[str]]) -> int:
    """Destroy what people thought of these; gives how many there were."""
    return tx.execute(delete(CAFE_NOTES).where(_N.kind == FEEDBACK, _N.cafe_id.in_(cafes))).rowcount


def forget_tables(tx: Connection, cafes: Select[tuple[str]]) -> int:
    """Destroy what staff wrote down at the tables of these; gives how many notes there were."""
    return tx.execute(delete(CAFE_NOTES).where(_N.kind == TABLE, _N.cafe_id.in_(cafes))).rowcount
