"""What members can do beside their role: training with the last day it is valid, and the languages they speak.

Here may live reading and writing these facts. They are about staff and stand in clear.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from policy.access import Role
from policy.training import trained_until
from storage.staff import UNNAMED
from storage.tables import STAFF, STAFF_TRAINING

LANGUAGES_CHARS = 120


def of_everybody(tx: Connection) -> dict[int, dict[str, date]]:
    """Of each member who has any: the last valid day of each kind of training."""
    found: dict[int, dict[str, date]] = {}
    for row in tx.execute(select(STAFF_TRAINING)):
        found.setdefault(row.staff_id, {})[row.kind] = row.valid_until
    return found


@dataclass(frozen=True, slots=True)
class Able:
    """Somebody who may be named as a facilitator: until when they are trained, and which languages they speak."""

    id: int
    name: str
    trained_until: date | None
    languages: str


def facilitators(tx: Connection) -> list[Able]:
    """Everybody who works as one, by name."""
    trained = STAFF.outerjoin(STAFF_TRAINING, STAFF_TRAINING.c.staff_id == STAFF.c.id)
    columns = (STAFF.c.id, STAFF.c.name, STAFF.c.languages, STAFF.c.roles)
    rows = tx.execute(
        select(*columns, STAFF_TRAINING.c.kind, STAFF_TRAINING.c.valid_until)
        .select_from(trained)
        .where(STAFF.c.name != UNNAMED)
        .order_by(STAFF.c.name, STAFF.c.id)
    )
    valid: dict[tuple[int, str, str], dict[str, date]] = {}
    for row in rows:
        if Role.FACILITATOR in row.roles.split():
            kinds = valid.setdefault((row.id, row.name, row.languages), {})
            kinds |= {row.kind: row.valid_until} if row.kind else {}
    return [Able(id_, name, trained_until(kinds), spoken) for (id_, name, spoken), kinds in valid.items()]


def until(tx: Connection, staff_id: int) -> date | None:
    """The last day this member may facilitate by their training; None for nobody trained."""
    return trained_until(of_everybody(tx).get(staff_id, {}))


def keep(tx: Connection, staff_id: int, kind: str, valid_until: date | None) -> None:
    """Keeps the last valid day of one kind; None forgets it."""
    tx.execute(delete(STAFF_TRAINING).where(STAFF_TRAINING.c.staff_id == staff_id, STAFF_TRAINING.c.kind == kind))
    if valid_until is not None:
        tx.execute(insert(STAFF_TRAINING).values(staff_id=staff_id, kind=kind, valid_until=valid_until))


def speak(tx: Connection, staff_id: int, languages: str) -> None:
    """Keeps the languages a member speaks, as they are to be read: commas between."""
    spoken = ", ".join(filter(None, (" ".join(each.split()) for each in languages[:LANGUAGES_CHARS].split(","))))
    tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(languages=spoken))


def languages(tx: Connection) -> dict[int, str]:
    """The languages of each member who has named any."""
    rows = tx.execute(select(STAFF.c.id, STAFF.c.languages).where(STAFF.c.languages != ""))
    return {row.id: row.languages for row in rows}
