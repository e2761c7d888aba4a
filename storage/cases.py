"""Cases as the public side may touch them: handing one over, withdrawing, erasing. Reading is `storage.caseload`'s.

A case is never without its alert and its clock: the caller writes all three in one transaction.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Connection, bindparam, select, update

from policy.closings import TASK_DUE, furthest, tasks_after
from policy.stages import Stage
from storage import (
    addresses,
    alerts,
    approvals,
    barring,
    clocks,
    desk_messages,
    receipts_due,
    records,
    talks,
    tasks,
    tombstones,
)
from storage.tables import CASE_ENTRIES, CASES

RECEIVED = "received"
WITHDRAWN = "withdrawn"
ERASED = "erased"
MESSAGE = "message"
CONSENT_WITHDRAWN = "consent_withdrawn"
CONTACT_CHANGED, CONTACT_PAUSED, CONTACT_RESUMED = "contact_changed", "contact_paused", "contact_resumed"
"""What the person changes about safe contact later. The note of a change is JSON, sealed to the team like a message:
`{"answers": [...]}`, each as in the document (`bot.referrals.handing_over`). The plan in force is the document's
answers, each overlaid by the newest change of it; while paused nobody is in touch at all. Where staff wrote down what
the person said, the note names the day, and who asked them: `{"said_on": "2026-11-24", "asked_by": "...", ...}`."""
CONTACT_LOST = "contact_lost"
MESSAGES_LOST = "messages_lost"
"""Such a change came after the backup from which the case was put back, and what it said is lost."""
PLAN_RENEWED = "plan_renewed"
"""Staff asked, and the person said that nothing has changed. The note is JSON, sealed: `{"said_on": "2026-11-24"}`."""

RAISED = "flag_raised"
"""What they wrote may be a sign of danger (`storage.danger_signs`). Its note is sealed to the team: which signs they
may be, and the exact words."""

FROM_THE_PERSON = (MESSAGE, RAISED, CONTACT_CHANGED, CONTACT_PAUSED, CONTACT_RESUMED, CONSENT_WITHDRAWN)
"""What a person adds to their case that somebody has to read."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case as it is handed over. All bytes are sealed, or keyed digests."""

    id: str
    reference: str
    day: date
    priority: int
    at: float
    case_key: bytes = field(repr=False)
    document: bytes = field(repr=False)
    person: bytes | None = field(repr=False)
    """None, as all that follows, where it came from no chat."""
    receipt: bytes | None = field(repr=False)
    copy_salt: bytes | None = field(repr=False)
    copy: bytes | None = field(repr=False)
    copy_public: bytes | None


@dataclass(frozen=True, slots=True)
class Found:
    """A case as the public side may know it: that it is there, where it stands, and the person's own sealed copy."""

    id: str
    reference: str
    stage: str
    copy_salt: bytes | None = field(repr=False)
    copy: bytes | None = field(repr=False)
    copy_public: bytes | None


@dataclass(frozen=True, slots=True)
class Change:
    """What the person changed about their case, or that they took it back."""

    kind: str
    at: float
    """UTC seconds."""
    own_note: bytes | None = field(repr=False)
    """For their own copy, sealed to its public key."""


_FOUND = select(CASES.c.id, CASES.c.reference, CASES.c.stage, CASES.c.copy_salt, CASES.c.copy, CASES.c.copy_public)
_CHANGES = (CONTACT_CHANGED, CONTACT_PAUSED, CONTACT_RESUMED, WITHDRAWN)


_LATEST = _FOUND.where(CASES.c.person == bindparam("of")).order_by(CASES.c.at.desc()).limit(1)
"""Made once: every message asks it, and more than once."""


def latest_of(tx: Connection, person: bytes) -> Found | None:
    """The last case that came from this chat."""
    row = tx.execute(_LATEST, {"of": person}).first()
    return Found(*row) if row else None


def of_code(tx: Connection, receipt: bytes) -> Found | None:
    """The case whose receipt code has this digest."""
    row = tx.execute(_FOUND.where(CASES.c.receipt == receipt)).first()
    return Found(*row) if row else None


def changes_of(tx: Connection, id_: str) -> list[Change]:
    """What the person changed since the hand-over, the newest first."""
    entries = CASE_ENTRIES.c
    found = select(entries.kind, entries.at, entries.own_note).where(entries.case_id == id_, entries.kind.in_(_CHANGES))
    return [Change(*row) for row in tx.execute(found.order_by(entries.id.desc()))]


def withdrawn_at(tx: Connection, id_: str) -> datetime | None:
    """When the person took the case back."""
    at = next((each.at for each in changes_of(tx, id_) if each.kind == WITHDRAWN), None)
    return None if at is None else datetime.fromtimestamp(at, UTC)


def add(tx: Connection, case: NewCase) -> None:
    """Write the case, waiting for somebody."""
    row = {name: getattr(case, name) for name in NewCase.__slots__}
    tx.execute(CASES.insert(), {**row, "stage": RECEIVED, "assignee": None})


def is_open(tx: Connection, id_: str) -> bool:
    """Whether somebody at the desk would read what is written about this case."""
    stage = tx.execute(select(CASES.c.stage).where(CASES.c.id == id_)).scalar()
    return stage is not None and stage not in {WITHDRAWN, ERASED}


def is_closed(tx: Connection, id_: str) -> bool:
    """Whether the desk has closed it."""
    return tx.execute(select(CASES.c.stage).where(CASES.c.id == id_)).scalar() == Stage.CLOSED


def lock(tx: Connection, id_: str) -> bool:
    """Whether there still is this case, which nobody else changes until the transaction is over: what a person does to
    it asks this first, as what staff do asks `caseload.find`."""
    held = select(CASES.c.case_key).where(CASES.c.id == id_).with_for_update()
    return tx.execute(held).scalar() is not None


def is_reference_taken(tx: Connection, reference: str) -> bool:
    """Whether a case has this reference already."""
    return tx.execute(select(CASES.c.id).where(CASES.c.reference == reference)).first() is not None


def write(tx: Connection, id_: str, message: bytes, at: float) -> None:
    """Put a message of the person, sealed to the team, beside their case."""
    tx.execute(CASE_ENTRIES.insert(), {"case_id": id_, "at": at, "kind": MESSAGE, "note": message})


def change_contact(
    tx: Connection, id_: str, kind: str, note: bytes | None, at: float, own_note: bytes | None = None
) -> None:
    """The person changes, pauses or takes up again how to be in touch: one of the kinds above.

    `note` is sealed to the team, `own_note` for the person's own copy.
    """
    row = {"case_id": id_, "at": at, "kind": kind, "note": note, "own_note": own_note}
    tx.execute(CASE_ENTRIES.insert(), row)
    if kind != CONTACT_RESUMED:  # where that is lost, nobody is in touch: no harm comes of it
        tombstones.note(tx, tombstones.CONTACT, id_, at)


def take_back_consent(tx: Connection, id_: str, note: bytes, copy: bytes, at: float) -> None:
    """One consent is taken back: `note` says which, sealed to the team; `copy` is the person's own, sealed anew."""
    tx.execute(CASE_ENTRIES.insert(), {"case_id": id_, "at": at, "kind": CONSENT_WITHDRAWN, "note": note})
    tx.execute(update(CASES).where(CASES.c.id == id_).values(copy=copy))


def withdraw(tx: Connection, id_: str, at: float, staff_id: int | None = None) -> None:
    """The person takes the case back: nobody is to contact them, so no clock runs and no alert waits.

    What others must be told of it, the further it had come, becomes a task. `staff_id` is who wrote it down, if the
    person told somebody instead of the chat.
    """
    stage = tx.execute(select(CASES.c.stage).where(CASES.c.id == id_).with_for_update()).scalar_one()
    been = tx.execute(
        select(CASE_ENTRIES.c.stage).where(CASE_ENTRIES.c.case_id == id_, CASE_ENTRIES.c.stage.is_not(None))
    )
    come_to = furthest((stage, *been.scalars()))
    tx.execute(update(CASES).where(CASES.c.id == id_).values(stage=WITHDRAWN))
    tx.execute(
        CASE_ENTRIES.insert(),
        {"case_id": id_, "at": at, "kind": WITHDRAWN, "stage": come_to.value, "staff_id": staff_id},
    )
    tombstones.note(tx, tombstones.WITHDRAWN, id_, at)
    _let_rest(tx, id_, at)
    now = datetime.fromtimestamp(at, UTC)
    for task in tasks_after(come_to):
        tasks.put(tx, id_, task, now + TASK_DUE, now)


def is_erased(tx: Connection, id_: str) -> bool:
    """Whether its keys and words are destroyed."""
    return tx.execute(select(CASES.c.stage).where(CASES.c.id == id_)).scalar() == ERASED


def erase(tx: Connection, id_: str, at: float, staff_id: int | None = None, *, last_word: bytes | None = None) -> None:
    """Destroy the keys and words of a case; what stays is that there was one, when it ended, and who did it: the person
    themselves, or `staff_id` whom they asked for it. `last_word` is what lets the intake say so in their chat, sealed
    to it; until it has, or may no more, it keeps where that is.

    Source: UK GDPR art. 17; without its key a document is noise, in old backups too.
    """
    nothing = dict.fromkeys(("case_key", "document", "person", "receipt", "copy_salt", "copy", "copy_public"))
    tx.execute(update(CASES).where(CASES.c.id == id_).values(stage=ERASED, **nothing))
    tx.execute(update(CASE_ENTRIES).where(CASE_ENTRIES.c.case_id == id_).values(note=None, own_note=None))
    entered = tx.execute(CASE_ENTRIES.insert().values(case_id=id_, at=at, kind=ERASED, staff_id=staff_id))
    assert entered.inserted_primary_key is not None  # noqa: S101 (a row that was written has an id)
    records.erase(tx, id_)
    receipts_due.forget(tx, id_)
    approvals.forget_case(tx, id_)
    barring.forget_case(tx, id_)
    tombstones.note(tx, tombstones.CASE, id_, at)
    _let_rest(tx, id_, at, is_told=last_word is not None)
    if last_word is not None:
        entry, now = int(entered.inserted_primary_key[0]), datetime.fromtimestamp(at, UTC)
        desk_messages.add(tx, id_, entry_id=entry, talk_id=None, due_at=now, words=last_word)


def was_erased_by_staff(tx: Connection, id_: str) -> bool:
    """Whether somebody here erased it because the person asked them to, and not the person themselves."""
    ended = (CASE_ENTRIES.c.case_id == id_) & (CASE_ENTRIES.c.kind == ERASED)
    return tx.execute(select(CASE_ENTRIES.c.staff_id).where(ended)).scalar() is not None


def erase_all_of(tx: Connection, person: bytes, at: float) -> int:
    """Erase every case that came from this chat; gives how many there were."""
    ids = list(tx.execute(select(CASES.c.id).where(CASES.c.person == person)).scalars())
    for id_ in ids:
        erase(tx, id_, at)
    return len(ids)


def _let_rest(tx: Connection, id_: str, at: float, *, is_told: bool = False) -> None:
    now = datetime.fromtimestamp(at, UTC)
    alerts.cancel(tx, id_)
    tasks.drop(tx, id_, now)
    desk_messages.take_back(tx, id_, now)
    talks.end(tx, id_, talks.PERSON, now)
    if not is_told:
        addresses.forget(tx, id_)
    clocks.rest(tx, id_, now, finally_=True)
