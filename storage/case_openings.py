"""Colleagues' cases that a manager opened with a written reason: for how long, and whether who has the case knows.

Here may live these rows. The reason itself stands in the timeline of the case, sealed with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, insert, literal, select, update

from policy.access import OPENED_FOR
from storage import alerts, audit, caseload
from storage.tables import CASE_OPENINGS, CASES, STAFF

OPENED = "opened_with_reason"


@dataclass(frozen=True, slots=True)
class Opening:
    """One that who has the case has not been told of yet. `at` is UTC seconds."""

    case_id: str
    reference: str
    by: str
    at: float


def open_case(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    reason: bytes,
    channels: Sequence[str],
) -> None:
    """Lets a manager read a colleague's case for an hour, and has it told over these channels, in one commit. `reason`
    is sealed already. Raises NotAllowed."""
    case = caseload.find(tx, case_id, lock=True)
    if case.assignee in (None, staff_id):
        raise caseload.NotAllowed
    until = (now + OPENED_FOR).timestamp()
    tx.execute(insert(CASE_OPENINGS).values(case_id=case_id, staff_id=staff_id, at=now.timestamp(), until=until))
    caseload.enter(tx, case_id, staff_id, now, OPENED, note=reason)
    alerts.write_opened(tx, case_id, channels, staff_id, now)
    audit.write(tx, audit_key, now, staff_id, OPENED, case_id)


def running(case_id: str, now: datetime) -> Select[str, int]:
    """Asks who may read a colleague's case now."""
    still = (CASE_OPENINGS.c.case_id == case_id, CASE_OPENINGS.c.until > now.timestamp())
    return select(literal(OPENED), CASE_OPENINGS.c.staff_id).where(*still)


def to_tell(tx: Connection, staff_id: int) -> Sequence[Opening]:
    """What a member is to be told: cases of theirs that others opened."""
    columns = (CASE_OPENINGS.c.case_id, CASES.c.reference, STAFF.c.name, CASE_OPENINGS.c.at)
    joined = CASE_OPENINGS.join(CASES, CASES.c.id == CASE_OPENINGS.c.case_id)
    joined = joined.join(STAFF, STAFF.c.id == CASE_OPENINGS.c.staff_id)
    mine = (CASES.c.assignee == staff_id, CASE_OPENINGS.c.staff_id != staff_id, CASE_OPENINGS.c.told_at.is_(None))
    rows = tx.execute(select(*columns).select_from(joined).where(*mine).order_by(CASE_OPENINGS.c.id))
    return [Opening(*row) for row in rows]


def note_told(tx: Connection, case_id: str, now: datetime) -> None:
    """Who has the case has seen that it was opened."""
    new = (CASE_OPENINGS.c.case_id == case_id, CASE_OPENINGS.c.told_at.is_(None))
    tx.execute(update(CASE_OPENINGS).where(*new).values(told_at=now.timestamp()))
