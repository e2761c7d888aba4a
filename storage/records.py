"""What staff write down in the course of a process: rows whose words are sealed, and who facilitates a case.

Here may live what reads or writes the tables `case_records` and `case_facilitators`. In clear stand the kind of record,
which is the name of a stage or `note`, its version, who and when; what is in it is sealed under the case's key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from policy import training
from policy.access import Role
from storage import audit
from storage.tables import CASE_ENTRIES, CASE_FACILITATORS, CASE_RECORDS, STAFF, STAFF_TRAINING

NOTE: Final = "note"
"""The kind of every record that would say too much by the name of a stage: consents, checks, support, sharing."""
FACILITATOR_NAMED: Final = "facilitator_named"
FACILITATOR_RELEASED: Final = "facilitator_released"
ABOUT_A_FACILITATOR: Final = (FACILITATOR_NAMED, FACILITATOR_RELEASED)
"""Kinds of an entry in the timeline: its result is the id of whom it is about, read as their name."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `at` is UTC seconds; `note` is sealed."""

    id: int
    kind: str
    version: int
    staff_id: int
    staff_name: str
    at: float
    note: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named to facilitate a case, since when (UTC seconds), and the last day their training is valid.

    `is_in_role`: they still are a facilitator, and let in."""

    staff_id: int
    name: str
    at: float
    trained_until: date | None
    is_in_role: bool


def of_case(tx: Connection, case_id: str) -> Sequence[Record]:
    """All records of a case, the oldest first."""
    columns = CASE_RECORDS.c
    wanted = (columns.id, columns.kind, columns.version, columns.staff_id, STAFF.c.name, columns.at, columns.note)
    rows = tx.execute(
        select(*wanted)
        .join(STAFF, STAFF.c.id == columns.staff_id)
        .where(columns.case_id == case_id)
        .order_by(columns.id)
    )
    return [Record(*row) for row in rows]


def add(
    tx: Connection, case_id: str, staff_id: int, now: datetime, key: bytes, *, kind: str, note: bytes, version: int
) -> None:
    """A new record, with its audit row. Raises IntegrityError when a colleague has written this version meanwhile."""
    row = {"case_id": case_id, "kind": kind, "version": version, "staff_id": staff_id, "at": now.timestamp()}
    tx.execute(insert(CASE_RECORDS).values(**row, note=note))
    audit.write(tx, key, now, staff_id, f"wrote_{kind}", case_id)


def rewrite(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    key: bytes,
    *,
    kind: str,
    note: bytes,
    version: int,
    is_noted: bool = True,
) -> None:
    """Writes on in a record that nobody has signed yet, with its audit row if it `is_noted`."""
    row = {"staff_id": staff_id, "at": now.timestamp(), "note": note}
    tx.execute(update(CASE_RECORDS).where(_this(case_id, kind, version)).values(**row))
    if is_noted:
        audit.write(tx, key, now, staff_id, f"wrote_{kind}", case_id)


def sign(
    tx: Connection, case_id: str, staff_id: int, now: datetime, key: bytes, *, kind: str, note: bytes, version: int
) -> None:
    """Somebody puts their name to a record, with its audit row: `note` says so. Who wrote it, and when, stays."""
    tx.execute(update(CASE_RECORDS).where(_this(case_id, kind, version)).values(note=note))
    audit.write(tx, key, now, staff_id, f"signed_{kind}", case_id)


def next_version(tx: Connection, case_id: str, kind: str) -> int:
    """The number of the next record of this kind, from 1 on."""
    latest = select(func.max(CASE_RECORDS.c.version)).where(CASE_RECORDS.c.case_id == case_id)
    return int(tx.execute(latest.where(CASE_RECORDS.c.kind == kind)).scalar() or 0) + 1


def facilitators(tx: Connection, case_id: str) -> Sequence[Named]:
    """Who facilitates a case, in the order they were named."""
    trained = CASE_FACILITATORS.join(STAFF, STAFF.c.id == CASE_FACILITATORS.c.staff_id).outerjoin(
        STAFF_TRAINING, STAFF_TRAINING.c.staff_id == STAFF.c.id
    )
    columns = (STAFF, CASE_FACILITATORS.c.at.label("since"), STAFF_TRAINING.c.kind, STAFF_TRAINING.c.valid_until)
    rows = tx.execute(
        select(*columns)
        .select_from(trained)
        .where(CASE_FACILITATORS.c.case_id == case_id)
        .order_by(CASE_FACILITATORS.c.at, CASE_FACILITATORS.c.staff_id)
    ).all()
    named = {row.id: row for row in rows}
    valid = {
        staff_id: {row.kind: row.valid_until for row in rows if row.id == staff_id and row.kind} for staff_id in named
    }
    return [
        Named(row.id, row.name, row.since, training.trained_until(valid[row.id]), _is_in_role(row))
        for row in named.values()
    ]


def _is_in_role(row: Row[Any]) -> bool:
    return Role.FACILITATOR in row.roles.split() and row.team_key is not None


def facilitates(tx: Connection, case_id: str, staff_id: int) -> bool:
    """Whether this member facilitates the case."""
    here = (CASE_FACILITATORS.c.case_id == case_id) & (CASE_FACILITATORS.c.staff_id == staff_id)
    return tx.execute(select(CASE_FACILITATORS.c.staff_id).where(here)).first() is not None


def name_facilitator(
    tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, facilitator: int
) -> None:
    """Names one more facilitator; naming them twice changes nothing."""
    if facilitates(tx, case_id, facilitator):
        return
    tx.execute(insert(CASE_FACILITATORS).values(case_id=case_id, staff_id=facilitator, at=now.timestamp()))
    _enter(tx, case_id, staff_id, now, FACILITATOR_NAMED, facilitator)
    audit.write(tx, audit_key, now, staff_id, "named_facilitator", case_id)


def release_facilitator(
    tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, facilitator: int
) -> None:
    """This member facilitates the case no longer."""
    here = (CASE_FACILITATORS.c.case_id == case_id) & (CASE_FACILITATORS.c.staff_id == facilitator)
    if tx.execute(delete(CASE_FACILITATORS).where(here)).rowcount:
        _enter(tx, case_id, staff_id, now, FACILITATOR_RELEASED, facilitator)
        audit.write(tx, audit_key, now, staff_id, "released_facilitator", case_id)


def _enter(tx: Connection, case_id: str, by: int, now: datetime, kind: str, whom: int) -> None:
    """In the timeline; it is no answer to anything the person wrote."""
    row = {"case_id": case_id, "staff_id": by, "at": now.timestamp(), "kind": kind, "result": str(whom)}
    tx.execute(insert(CASE_ENTRIES).values(**row))


def _this(case_id: str, kind: str, version: int) -> ColumnElement[bool]:
    columns = CASE_RECORDS.c
    return (columns.case_id == case_id) & (columns.kind == kind) & (columns.version == version)


def erase(tx: Connection, case_id: str) -> None:
    """Every record of a case goes. Source: UK GDPR art. 17."""
    tx.execute(delete(CASE_RECORDS).where(CASE_RECORDS.c.case_id == case_id))
