"""Who saw or did what: rows chained by a keyed digest, so that a changed or missing one shows.

Here may live writing such a row, always in the transaction that shows or does the thing, and checking the chain. A row
names a member of staff, an action and a case by their ids: never a word of a case.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, insert, select, text

from storage.tables import AUDIT, STAFF

CHAIN_LOCK = 0x6361_6972_6E  # any number of our own: PostgreSQL's advisory locks are told apart by it


def write(
    tx: Connection, key: bytes, at: datetime, staff_id: int | None, action: str, case_id: str | None = None
) -> None:
    """Adds one row to the chain. It stands or falls with the transaction, so what is not written is not shown.

    Source: OWASP ASVS 5.0, 16.3 and 16.4 (access to sensitive data is logged, logs are protected from change).
    """
    if tx.dialect.name == "postgresql":  # SQLite's transactions that write already wait for each other
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    before = tx.execute(select(AUDIT.c.digest).order_by(AUDIT.c.id.desc()).limit(1)).scalar() or b""
    row = {"at": at.timestamp(), "staff_id": staff_id, "action": action, "case_id": case_id}
    digest = _digest(key, bytes(before), at.timestamp(), staff_id, action, case_id)
    tx.execute(insert(AUDIT).values(**row, digest=digest))


READING = ("opened", "opened_process")
"""Actions that showed somebody the words of a case."""
TAKING = ("did_export_person", "did_export_service", "alone_exported")
"""Actions with which somebody took a file of a case."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who was shown a case, how often, how many files of it they took, and when first and last, in UTC seconds."""

    name: str
    times: int
    files: int
    first: float
    last: float


def readers_of(tx: Connection, case_id: str) -> list[Reader]:
    """Everybody who was shown a case, who did so last at the top."""
    rows = tx.execute(
        select(
            STAFF.c.name,
            func.sum(case((AUDIT.c.action.in_(READING), 1), else_=0)),
            func.sum(case((AUDIT.c.action.in_(TAKING), 1), else_=0)),
            func.min(AUDIT.c.at),
            func.max(AUDIT.c.at),
        )
        .join(STAFF, STAFF.c.id == AUDIT.c.staff_id)
        .where(AUDIT.c.case_id == case_id, AUDIT.c.action.in_((*READING, *TAKING)))
        .group_by(STAFF.c.name)
        .order_by(func.max(AUDIT.c.at).desc())
    )
    return [Reader(*row) for row in rows]


def verify(tx: Connection, key: bytes) -> list[int]:
    """Ids of the rows that do not follow from the row before: changed themselves, or the first after a gap.

    Rows cut off at the end leave no trace in the chain itself; `storage.audit_heads` finds them.
    """
    broken, before = [], b""
    for row in tx.execution_options(yield_per=1000).execute(select(AUDIT).order_by(AUDIT.c.id)):
        if not hmac.compare_digest(row.digest, _digest(key, before, row.at, row.staff_id, row.action, row.case_id)):
            broken.append(row.id)
        before = bytes(row.digest)
    return broken


def begins_with(tx: Connection, key: bytes) -> bool:
    """Whether the chain was begun with this key; where nothing is written down yet, any key is right."""
    row = tx.execute(select(AUDIT).order_by(AUDIT.c.id).limit(1)).first()
    if row is None:
        return True
    return hmac.compare_digest(row.digest, _digest(key, b"", row.at, row.staff_id, row.action, row.case_id))


def _digest(key: bytes, before: bytes, *row: float | int | str | None) -> bytes:
    return hmac.digest(key, before + json.dumps(row, separators=(",", ":")).encode(), "sha256")
