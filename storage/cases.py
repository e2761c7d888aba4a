"""Writing cases from the public side: handing one over, erasing it. Reading one back is the desk's (`storage.caseload`).

A case is never without its alert and its clock: the caller writes all three in one transaction.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, select, update

from storage.tables import ALERTS, CASE_ENTRIES, CASES, CLOCKS

RECEIVED = "received"
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case as it is handed over. All bytes are sealed, or keyed digests."""

    id: str
    reference: str
    day: date
    priority: int
    case_key: bytes = field(repr=False)
    document: bytes = field(repr=False)
    person: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    copy_salt: bytes = field(repr=False)
    copy: bytes = field(repr=False)


def add(tx: Connection, case: NewCase) -> None:
    """Write the case, waiting for somebody."""
    row = {name: getattr(case, name) for name in NewCase.__slots__}
    tx.execute(CASES.insert(), {**row, "stage": RECEIVED, "assignee": None})


def is_reference_taken(tx: Connection, reference: str) -> bool:
    """Whether a case has this reference already."""
    return tx.execute(select(CASES.c.id).where(CASES.c.reference == reference)).first() is not None


def erase_all_of(tx: Connection, person: bytes, at: float) -> int:
    """Destroy the keys and words of every case that came from this chat; what stays is that there was one, and when.

    Returns how many there were. Source: UK GDPR art. 17; without its key a document is noise, in old backups too.
    """
    ids = list(tx.execute(select(CASES.c.id).where(CASES.c.person == person)).scalars())
    for id_ in ids:
        nothing = dict.fromkeys(("case_key", "document", "person", "receipt", "copy_salt", "copy"))
        tx.execute(update(CASES).where(CASES.c.id == id_).values(stage=ERASED, **nothing))
        tx.execute(update(CASE_ENTRIES).where(CASE_ENTRIES.c.case_id == id_).values(note=None))
        tx.execute(CASE_ENTRIES.insert(), {"case_id": id_, "at": at, "kind": ERASED})
        tx.execute(update(ALERTS).where(ALERTS.c.case_id == id_, ALERTS.c.state == "waiting").values(state="cancelled"))
        tx.execute(
            update(CLOCKS).where(CLOCKS.c.case_id == id_, CLOCKS.c.state == "running").values(state="met", at=at)
        )
    return len(ids)
