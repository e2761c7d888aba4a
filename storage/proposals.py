"""Referrals somebody else proposed, until the person has said yes or no: kept, opened, destroyed, counted.

Here may live what reads or writes the table `proposals`, each function on the transaction it is given. What ends takes
every sealed byte of the row with it; what stays is that there was one, how it ended, and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from storage import audit, tombstones
from storage.receipts import Receipt
from storage.sealing import new_salt, seal, seal_to
from storage.tables import PROPOSALS

WAITING, CONFIRMED, REFUSED, EXPIRED = "waiting", "confirmed", "refused", "expired"
CONTACT_SHOWN = "contact_shown"
_NOTHING = dict.fromkeys(("reference", "person", "code", "salt", "answers", "contact", "link", "link_code", "due"))
_C = PROPOSALS.c


class NoSuchProposal(Exception):
    """It ended, or never was."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it is written. All bytes are sealed, or keyed digests; times are UTC seconds."""

    id: str
    reference: str
    at: float
    expires_at: float
    contact: bytes = field(repr=False)
    """The name to use and the agreed safe contact alone, sealed to the team key."""
    person: bytes | None = field(default=None, repr=False)
    """The chat it came from, which is the referrer's; None where staff entered it for them."""
    code: bytes | None = field(default=None, repr=False)
    salt: bytes | None = field(default=None, repr=False)
    answers: bytes | None = field(default=None, repr=False)
    """All that was said, under a key made from the confirm code; None until the intake has locked what is `due`."""
    due: bytes | None = field(default=None, repr=False)
    """What lets the intake do so (`storage.proposals_due`)."""
    link: bytes | None = field(default=None, repr=False)
    """What its link is found by, where it has one."""
    link_code: bytes | None = field(default=None, repr=False)
    """The confirm code, under a key made from the token of the link."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What was said, as only its confirm code finds and opens it."""

    code: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    answers: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal as whoever has its code may have it."""

    id: str
    salt: bytes = field(repr=False)
    answers: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Linked:
    """A proposal as whoever follows its link finds it: its confirm code, sealed under a key made from the token."""

    id: str
    salt: bytes = field(repr=False)
    code: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal that waits, as the desk lists it. `has_contact`: the safe contact was not shown yet."""

    id: str
    reference: str
    at: float
    expires_at: float
    has_contact: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait, and how many ended in each way."""

    waiting: int
    confirmed: int
    refused: int
    expired: int


def lock(code: Receipt, id_: str, answers: bytes) -> Locked:
    """What was said, under a key made from its confirm code."""
    salt = new_salt()
    return Locked(code.digest, salt, seal(code.copy_key(salt), answers, _context(id_)))


def seal_contact(team_public: bytes, id_: str, lines: bytes) -> bytes:
    """What the desk may see of it, once."""
    return seal_to(team_public, lines, _context(id_))


def add(tx: Connection, proposal: Proposal) -> None:
    """Write it, waiting for the person."""
    row = {name: getattr(proposal, name) for name in Proposal.__slots__}
    tx.execute(PROPOSALS.insert(), {**row, "state": WAITING})


def is_reference_taken(tx: Connection, reference: str) -> bool:
    """Whether one that waits has this reference already."""
    return tx.execute(select(_C.id).where(_C.reference == reference)).first() is not None


def of_code(tx: Connection, code: bytes, now: float) -> Found | None:
    """The one that waits for the confirm code with this digest; none once its time is over, tidied up yet or not."""
    row = tx.execute(select(_C.id, _C.salt, _C.answers).where(_C.code == code, _waits(now))).first()
    return Found(*row) if row else None


def of_link(tx: Connection, link: bytes, now: float) -> Linked | None:
    """The one that waits for the link with this digest; none once its time is over, tidied up yet or not."""
    row = tx.execute(select(_C.id, _C.salt, _C.link_code).where(_C.link == link, _waits(now))).first()
    return Linked(*row) if row else None


def of_id(tx: Connection, id_: str, now: float) -> Found | None:
    """The one with this id, as long as it waits."""
    row = tx.execute(select(_C.id, _C.salt, _C.answers).where(_C.id == id_, _waits(now))).first()
    return Found(*row) if row else None


def confirm(tx: Connection, id_: str, now: float) -> bool:
    """The person sent it themselves; false when it had ended in between."""
    return _end(tx, (_C.id == id_) & _waits(now), CONFIRMED) == 1


def refuse(tx: Connection, id_: str, now: float) -> bool:
    """The person said no; false when it had ended in between."""
    is_ended = _end(tx, (_C.id == id_) & _waits(now), REFUSED) == 1
    if is_ended:
        tombstones.note(tx, tombstones.PROPOSAL, id_, now)
    return is_ended


def expire(tx: Connection, now: float) -> int:
    """Destroy those whose time is over; gives how many there were."""
    return _end(tx, _C.expires_at <= now, EXPIRED)


def forget_all_of(tx: Connection, person: bytes, now: float) -> None:
    """Whoever proposed them has everything erased that came from their chat. What ended holds nothing of theirs."""
    for id_ in tx.execute(select(_C.id).where(_C.person == person)).scalars().all():
        tombstones.note(tx, tombstones.PROPOSAL, id_, now)
    tx.execute(delete(PROPOSALS).where(_C.person == person))


def count(tx: Connection, now: float) -> Counts:
    """How many there are of each kind: all that is ever told of those that ended."""
    states = (_waits(now), _C.state == CONFIRMED, _C.state == REFUSED)
    late = (_C.state == EXPIRED) | ((_C.state == WAITING) & (_C.expires_at <= now))
    row = tx.execute(select(*[func.count().filter(each) for each in (*states, late)])).one()
    return Counts(*[int(each) for each in row])


def waiting(tx: Connection, now: float) -> Sequence[Line]:
    """Those that wait, the oldest first. Nothing sealed is read."""
    columns = (_C.id, _C.reference, _C.at, _C.expires_at, _C.contact.is_not(None))
    return [Line(*row) for row in tx.execute(select(*columns).where(_waits(now)).order_by(_C.at, _C.id))]


def contact(tx: Connection, id_: str, now: float) -> bytes | None:
    """The sealed safe contact, to oneself until the commit; None when it was shown before. Raises NoSuchProposal."""
    row = tx.execute(select(_C.contact).where(_C.id == id_, _waits(now)).with_for_update()).first()
    if row is None:
        raise NoSuchProposal
    sealed: bytes | None = row.contact
    return sealed


def note_shown(tx: Connection, id_: str, staff_id: int, now: datetime, audit_key: bytes) -> None:
    """Writes down who is about to be shown the safe contact, and destroys it: it can be used once."""
    audit.write(tx, audit_key, now, staff_id, CONTACT_SHOWN, id_)
    tx.execute(update(PROPOSALS).where(_C.id == id_).values(contact=None))


def _waits(now: float) -> ColumnElement[bool]:
    return (_C.state == WAITING) & (_C.expires_at > now)


def _end(tx: Connection, which: ColumnElement[bool], state: str) -> int:
    ends = update(PROPOSALS).where(which, _C.state == WAITING)
    return tx.execute(ends.values(state=state, **_NOTHING)).rowcount


def _context(id_: str) -> str:
    return f"proposal:{id_}"
