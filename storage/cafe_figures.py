"""Figures of restorative cafes: each is counted once it is over, and told with others once enough signed up for them.

Here may live what reads or writes the table `told_cafes`, and what stands of counting and telling in `cafes`; each
function on the transaction it is given. What is counted of one may be small, so it is sealed to the team and goes as
soon as it is told; what is told stays as it was told (`policy.small_counts`), whatever becomes of the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from policy import cafes as policy
from storage.cafes import OPEN
from storage.tables import CAFES, TOLD_CAFES

_C, _T = CAFES.c, TOLD_CAFES.c
_INSERTS: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(TOLD_CAFES).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(TOLD_CAFES).on_conflict_do_nothing(),
}
IS_COUNTED = _C.counts.is_not(None) | _C.told_with.is_not(None)
"""Whether the figures of a cafe outlive what was said for it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of cafes together, and of which, the earliest first."""

    cafes: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A cafe that is over and not told of yet. `counts` is sealed to the team; None where what was said for it was
    destroyed uncounted, so that no more is known than how many signed up.
    """

    id: str
    counts: bytes | None = field(repr=False)
    signed_up: int | None
    came: int | None


def context(cafe_id: str) -> str:
    """What the seal of its counts is bound to."""
    return f"cafe_counts:{cafe_id}"


def everything(tx: Connection) -> Sequence[Told]:
    """All that was told, the earliest first."""
    rows = select(_T.first_cafe, _T.told, _C.id).join(CAFES, _C.told_with == _T.first_cafe)
    texts: dict[str, str] = {}
    ids: dict[str, list[str]] = {}
    for first, text, id_ in tx.execute(rows.order_by(_C.starts_at, _C.id)):
        texts[first] = text
        ids.setdefault(first, []).append(id_)
    return [Told(tuple(ids[first]), text) for first, text in texts.items()]


def to_count(tx: Connection, now: datetime) -> Sequence[str]:
    """Cafes that are over, of which nobody can say anything any more and that nobody has counted."""
    with_words = (_is_over(now), ~IS_COUNTED, _C.signed_up.is_(None))
    return tx.execute(select(_C.id).where(*with_words).order_by(_C.starts_at, _C.id)).scalars().all()


def keep(tx: Connection, cafe_id: str, counts: bytes) -> None:
    """What was counted of it, sealed to the team. What was counted before stays."""
    tx.execute(update(CAFES).where(_C.id == cafe_id, ~IS_COUNTED).values(counts=counts))


def to_tell(tx: Connection, now: datetime) -> Sequence[Counted]:
    """What is not told of yet, the earliest first."""
    known = (_is_over(now), _C.told_with.is_(None), _C.counts.is_not(None) | _C.signed_up.is_not(None))
    rows = select(_C.id, _C.counts, _C.signed_up, _C.came).where(*known)
    return [Counted(*row) for row in tx.execute(rows.order_by(_C.starts_at, _C.id))]


def tell(tx: Connection, cafes: Sequence[str], text: str, now: datetime) -> bool:
    """From now on this is told of these together, and what was counted of each goes. Whoever does so at the same time
    waits here until the other is done; false for who comes second.
    """
    insert = _INSERTS[tx.dialect.name].execution_options(preserve_rowcount=True)  # else PostgreSQL gives no number
    is_new = tx.execute(insert, [{"first_cafe": cafes[0], "at": now.timestamp(), "told": text}]).rowcount == 1
    if is_new:
        tx.execute(update(CAFES).where(_C.id.in_(cafes)).values(told_with=cafes[0], counts=None))
    return is_new


def _is_over(now: datetime) -> ColumnElement[bool]:
    return (_C.state == OPEN) & (_C.ends_at <= (now - policy.FEEDBACK).timestamp())
