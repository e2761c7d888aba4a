"""Figures that were told of a time: kept as they were told, so that nobody can see by how much they have changed since.

Here may live what reads or writes the table `told_figures`, each function on the transaction it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import TOLD_FIGURES

_C = TOLD_FIGURES.c
_APART = {"": "[]"}
_INSERTS: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(TOLD_FIGURES).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(TOLD_FIGURES).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The months that figures are told of together, such as 2026-10 to 2026-12."""

    first: str
    last: str


def everything(tx: Connection) -> Mapping[Stretch, Mapping[str, str]]:
    """What was told of each, the earliest first: by name the rows as they were kept."""
    found: dict[Stretch, dict[str, str]] = {}
    rows = select(_C.first_month, _C.last_month, _C.name, _C.rows).order_by(_C.first_month)
    for first, last, name, told in tx.execute(rows):
        found.setdefault(Stretch(first, last), {})[name] = told
    return found


def set_apart(tx: Connection, new: Sequence[Stretch], now: datetime) -> bool:
    """From now on these months are told together, whichever figure of them is told when. Whoever does so at the same
    time waits here until the other has told them; false for who comes second.
    """
    return keep(tx, new, _APART, now) == len(new)


def keep(tx: Connection, stretches: Sequence[Stretch], told: Mapping[str, str], now: datetime) -> int:
    """What is told from now on, by name; what was told of them before stays. Gives how many are new."""
    rows = [
        {"first_month": each.first, "last_month": each.last, "name": name, "rows": rows, "at": now.timestamp()}
        for each in stretches
        for name, rows in told.items()
    ]
    insert = _INSERTS[tx.dialect.name].execution_options(preserve_rowcount=True)  # else PostgreSQL gives no number
    return tx.execute(insert, rows).rowcount if rows else 0
