"""What a person adds to their case that somebody has to read: who was shown it, and up to where it is seen to.

Here may live what reads or writes the table `case_news`, each function on the transaction it is given. It is seen to
once somebody who was shown it has done something about it; a deed from a page that was opened before sees to nothing
of it. Entries are known by their numbers, not by their times: whatever a person adds is written under the lock of its
case, so a lower number was there before, whichever clock runs ahead.
"""

from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.cases import FROM_THE_PERSON
from storage.tables import CASE_ENTRIES, CASE_NEWS, CASES

_C = CASE_NEWS.c
_NEWS = CASE_ENTRIES.c.kind.in_(FROM_THE_PERSON) & CASE_ENTRIES.c.staff_id.is_(None)
_INSERTS: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(CASE_NEWS),
    "postgresql": postgresql.insert(CASE_NEWS),
}
_ALL = CASE_NEWS.alias("everybody")
_SEEN_TO = select(func.max(_ALL.c.seen_to)).where(_ALL.c.case_id == bindparam("of"))
_SHOWN = {
    name: insert.on_conflict_do_update(
        index_elements=["case_id", "staff_id"],
        set_={"shown_to": case((insert.excluded.shown_to > _C.shown_to, insert.excluded.shown_to), else_=_C.shown_to)},
    ).returning(_SEEN_TO.scalar_subquery())
    for name, insert in _INSERTS.items()
}


def note_shown(tx: Connection, case_id: str, staff_id: int, up_to: int) -> bool:
    """This member is about to be shown all that the person added, up to the entry of this number. Gives whether nobody
    who was shown that has seen to it yet."""
    row = {"case_id": case_id, "staff_id": staff_id, "shown_to": up_to, "seen_to": 0, "of": case_id}
    return int(tx.execute(_SHOWN[tx.dialect.name], row).scalar() or 0) < up_to


def see_to(tx: Connection, case_id: str, staff_id: int, *, by: datetime | None = None) -> int:
    """This member did something about the case, and has seen to what they were shown of it; if they did it in the past,
    to what was there `by` then. Gives the number of the last entry that is; 0 where there is none."""
    own = (_C.case_id == case_id) & (_C.staff_id == staff_id)
    shown = select(_C.shown_to).where(own).scalar_subquery()
    there = (CASE_ENTRIES.c.case_id == case_id) & (CASE_ENTRIES.c.id <= shown) & _NEWS
    if by is not None:
        there &= CASE_ENTRIES.c.at <= by.timestamp()
    last = int(tx.execute(select(func.max(CASE_ENTRIES.c.id)).where(there)).scalar() or 0)
    tx.execute(update(CASE_NEWS).where(own, _C.seen_to < last).values(seen_to=last))
    return last


def last_of_case() -> ScalarSelect[int]:
    """For a question about cases: the number of the last entry that is news; 0 where there is none."""
    newest = select(func.coalesce(func.max(CASE_ENTRIES.c.id), 0))
    return newest.where(CASE_ENTRIES.c.case_id == CASES.c.id, _NEWS).correlate(CASES).scalar_subquery()


def seen_to_of_case() -> ScalarSelect[int]:
    """For a question about cases: the number of the last entry that is seen to; 0 where there is none."""
    seen = select(func.coalesce(func.max(_C.seen_to), 0)).where(_C.case_id == CASES.c.id)
    return seen.correlate(CASES).scalar_subquery()
