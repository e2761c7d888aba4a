"""A referral becomes a case: sealed, with its alerts, its clocks and what is counted of it, in the transaction at hand.

Here may live what is done alike when somebody presses Send in a chat and when staff enter a referral for somebody. What
is said in the document is for the caller to say; who holds a receipt code, and how it is derived, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection

from policy.escalation import Rung
from policy.priority import Priority
from policy.promises import Promise
from storage import alerts, cases, clocks, tallies, team
from storage.receipts import Receipt
from storage.sealing import new_key, seal, seal_to


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What is handed over, in clear for the last time."""

    reference: str
    day: date
    """In Scotland."""
    priority: Priority
    promised: Promise
    aims: Mapping[str, datetime]
    """What the service aims at beside it (`policy.promises.aims`)."""
    rungs: Sequence[Rung]
    document: bytes = field(repr=False)
    marked: bytes = field(repr=False)
    """What of it may be counted."""
    person: bytes | None = field(default=None, repr=False)
    """The keyed digest of the chat it came from; None where it came from none."""
    receipt: Receipt | None = field(default=None, repr=False)
    """What opens the person's own copy; None where that is made later (`storage.receipts_due`)."""


def write(tx: Connection, handed: HandedOver, now: datetime) -> str:
    """The case, its alerts and its clocks, all or none with the transaction; the id of the case.

    Raises storage.team.NoTeamKey when nothing can be sealed for the coordinators.
    """
    public_key = team.public_key(tx)
    case = _sealed(handed, public_key, now)
    cases.add(tx, case)
    tallies.add(tx, public_key, handed.marked, now)
    alerts.write(tx, case.id, handed.rungs)
    clocks.write(tx, case.id, handed.promised, handed.aims)
    return case.id


def _sealed(handed: HandedOver, public_key: bytes, now: datetime) -> cases.NewCase:
    case_id, case_key = uuid4().hex, new_key()
    own = handed.receipt.own_copy(case_id, handed.document) if handed.receipt else None
    return cases.NewCase(
        id=case_id,
        reference=handed.reference,
        day=handed.day,
        priority=int(handed.priority),
        at=now.timestamp(),
        case_key=seal_to(public_key, case_key, f"case_key:{case_id}"),
        document=seal(case_key, handed.document, f"case:{case_id}"),
        person=handed.person,
        receipt=own.receipt if own else None,
        copy_salt=own.copy_salt if own else None,
        copy=own.copy if own else None,
        copy_public=own.copy_public if own else None,
    )
