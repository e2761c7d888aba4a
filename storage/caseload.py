"""What coordinators do with a case: open it, take it, give it back, take it over, move it along.

Here may live these deeds, each whole in the caller's transaction with its timeline entry and its audit row. Who may do
a deed is for the desk to say; whether it can be done is said here, by the database itself where two do it at once:
whatever changes a case locks its row first, and writes to the audit last, so that no two wait for each other.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from policy.access import MANY_OPENINGS, MANY_WITHIN
from policy.deadlines import OPENED, PLAN
from policy.stages import OPEN, Stage
from storage import absences, alerts, audit, audit_reading, clocks, danger_signs, notices, records, tasks, tombstones
from storage.cases import CONTACT_CHANGED, PLAN_RENEWED
from storage.clocks import MET
from storage.tables import CASE_ENTRIES, CASES, CLOCKS, STAFF

STAGES = frozenset(stage.value for stage in Stage)
RELEASED = "released"
OPEN_STAGES = frozenset(stage.value for stage in OPEN)


class NoSuchCase(Exception):
    """There is no case with this id."""


class NotAllowed(Exception):
    """The case cannot move so from where it stands now, or somebody else has it by now."""


class TakerAway(NotAllowed):
    """They are written down as away, and would not be there for the case. Once they are back they can have it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has a case after an attempt to take it, and whether this attempt is what gave it to them."""

    by: str
    first: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A case's row: what stands in clear, and its sealed parts."""

    id: str
    reference: str
    state: str
    """The stage by its name, or what ended it: withdrawn, erased."""
    priority: int
    day: date
    """The day it was handed over."""
    assignee: int | None
    assignee_name: str | None
    case_key: bytes | None = field(repr=False)
    """None once the case is erased."""
    document: bytes | None = field(repr=False)
    at: float
    """When it was handed over, in UTC seconds."""

    @property
    def stage(self) -> Stage | None:
        """The stage; None when the person has ended it."""
        return Stage(self.state) if self.state in STAGES else None

    def was_there(self, at: datetime) -> bool:
        """Whether it had been handed over by then; its first minute counts whole, for forms know no seconds."""
        return at.timestamp() >= self.at - self.at % 60


def find(tx: Connection, case_id: str, *, lock: bool = False) -> Case:
    """The case with this id; with `lock` nobody else changes it until the transaction is over. Raises NoSuchCase."""
    wanted = select(CASES, STAFF.c.name.label("assignee_name")).outerjoin(STAFF, CASES.c.assignee == STAFF.c.id)
    wanted = wanted.where(CASES.c.id == case_id)
    row = tx.execute(wanted.with_for_update(of=CASES) if lock else wanted).first()
    if row is None:
        raise NoSuchCase
    return Case(
        row.id,
        row.reference,
        row.stage,
        row.priority,
        row.day,
        row.assignee,
        row.assignee_name,
        row.case_key,
        row.document,
        row.at,
    )


def own(tx: Connection, case_id: str, staff_id: int) -> Case:
    """The case, if this member has it. Nobody else changes it until the transaction is over. Raises NoSuchCase and
    NotAllowed."""
    case = find(tx, case_id, lock=True)
    if case.assignee != staff_id:
        raise NotAllowed
    return case


def held_by(tx: Connection, case_id: str, staff_id: int) -> Case:
    """The case, if this member has it, or was named to stand in for whoever has it (that they are away now is for the
    desk to say). Nobody else changes it until the transaction is over. Raises NoSuchCase and NotAllowed."""
    case = find(tx, case_id, lock=True)
    if not _is_held(tx, case, staff_id):
        raise NotAllowed
    return case


def worked_by(tx: Connection, case_id: str, staff_id: int) -> Case:
    """The case, if this member has it, stands in or facilitates it. Nobody else changes it until the transaction is
    over. Raises NoSuchCase and NotAllowed.
    """
    case = find(tx, case_id, lock=True)
    if not _is_held(tx, case, staff_id) and not records.facilitates(tx, case_id, staff_id):
        raise NotAllowed
    return case


def stages_of(tx: Connection, case_id: str) -> list[str]:
    """Every stage the case has been at, by name, as its timeline has it."""
    named = CASE_ENTRIES.c.stage.is_not(None)
    return list(tx.execute(select(CASE_ENTRIES.c.stage).where(CASE_ENTRIES.c.case_id == case_id, named)).scalars())


def note_opened(tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes) -> None:
    """Writes down that somebody is about to be shown a case; that keeps the promise that a person opens it."""
    audit.write(tx, audit_key, now, staff_id, "opened", case_id)
    since = now - MANY_WITHIN
    if audit_reading.opened_by(tx, staff_id, since) <= MANY_OPENINGS:
        return
    if not notices.was_written(tx, notices.OPENED_MANY, staff_id, since):
        notices.write(tx, notices.OPENED_MANY, now, about=staff_id)


def note_read(tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes) -> None:
    """Writes down that what the person wrote was read and needs nothing more: as much of it as this member was shown.

    Raises NoSuchCase and NotAllowed."""
    held_by(tx, case_id, staff_id)
    enter(tx, case_id, staff_id, now, "read")
    danger_signs.answer(tx, case_id, staff_id, now)
    audit.write(tx, audit_key, now, staff_id, "read", case_id)


def renew_plan(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    due: datetime,
    note: bytes,
    is_changed: bool,
) -> None:
    """Writes down what a person who was asked says of the plan for being in touch, and when to ask again: that it is
    another now, or that nothing has changed. `note` is sealed already (`storage.cases` says the form of each).

    Raises NoSuchCase and NotAllowed.
    """
    if held_by(tx, case_id, staff_id).stage is None:
        raise NotAllowed
    kind = CONTACT_CHANGED if is_changed else PLAN_RENEWED
    clocks.put(tx, case_id, PLAN, due)
    enter(tx, case_id, staff_id, now, kind, note=note)
    if is_changed:
        tombstones.note(tx, tombstones.CONTACT, case_id, now.timestamp())
    audit.write(tx, audit_key, now, staff_id, kind, case_id)


def take(tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes) -> Taken:
    """Gives a waiting case to a member of staff; of two at once, to one. Its alerts still to come are cancelled.

    Raises NoSuchCase, and TakerAway when they are away.
    """
    if absences.is_away(tx, staff_id, now):
        raise TakerAway
    waiting = (CASES.c.id == case_id) & CASES.c.assignee.is_(None) & CASES.c.stage.in_(OPEN_STAGES)
    first = tx.execute(update(CASES).where(waiting).values(assignee=staff_id)).rowcount == 1
    if first:
        tx.execute(
            update(CASES).where(CASES.c.id == case_id, CASES.c.stage == Stage.RECEIVED).values(stage=Stage.TRIAGE.value)
        )
        _has_it(tx, case_id, now)
        enter(tx, case_id, staff_id, now, "taken")
        audit.write(tx, audit_key, now, staff_id, "taken", case_id)
    return Taken(find(tx, case_id).assignee_name or "", first)


def take_over(tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes) -> None:
    """Gives a colleague's case to a manager, who has pressed for it. Raises NoSuchCase, NotAllowed and TakerAway."""
    if find(tx, case_id, lock=True).stage is None:
        raise NotAllowed
    if absences.is_away(tx, staff_id, now):
        raise TakerAway
    tx.execute(update(CASES).where(CASES.c.id == case_id).values(assignee=staff_id))
    _has_it(tx, case_id, now)
    enter(tx, case_id, staff_id, now, "taken_over")
    audit.write(tx, audit_key, now, staff_id, "taken_over", case_id)


def release(tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes) -> None:
    """Gives a case back for another to take: in triage it is as if just received, later it keeps its stage.
    Alerts not sent yet wait again, unless the person has taken the case back.

    Raises NoSuchCase, and NotAllowed when this member does not have it.
    """
    case = own(tx, case_id, staff_id)
    if case.stage is None and tasks.of_case(tx, case_id):
        raise NotAllowed
    let_wait(tx, case, staff_id, now, audit_key)


def let_wait(tx: Connection, case: Case, staff_id: int, now: datetime, audit_key: bytes) -> None:
    """Nobody has this case any more, and everybody is told of it; `staff_id` is who does that."""
    tx.execute(update(CASES).where(CASES.c.id == case.id).values(assignee=None))
    in_triage = (CASES.c.id == case.id) & (CASES.c.stage == Stage.TRIAGE)
    tx.execute(update(CASES).where(in_triage).values(stage=Stage.RECEIVED.value))
    enter(tx, case.id, staff_id, now, RELEASED)
    if case.stage in OPEN:
        alerts.resume(tx, case.id)
    audit.write(tx, audit_key, now, staff_id, RELEASED, case.id)


def enter(
    tx: Connection,
    case_id: str,
    staff_id: int | None,
    at: datetime,
    kind: str,
    *,
    route: str | None = None,
    result: str | None = None,
    stage: str | None = None,
    note: bytes | None = None,
) -> int:
    """Adds an entry to a case's timeline; its id. `note` is sealed already; without a `staff_id` it is the person's."""
    row = {"case_id": case_id, "staff_id": staff_id, "at": at.timestamp(), "kind": kind}
    entered = tx.execute(insert(CASE_ENTRIES).values(**row, route=route, result=result, stage=stage, note=note))
    assert entered.inserted_primary_key is not None  # noqa: S101 (a row that was written has an id)
    return int(entered.inserted_primary_key[0])


def keep_promise(tx: Connection, case_id: str, name: str, at: datetime) -> None:
    """Keeps a promise, if it is still to be kept: a missed one is then met late, which its two times show."""
    still = (CLOCKS.c.case_id == case_id) & (CLOCKS.c.name == name) & (CLOCKS.c.state != MET)
    tx.execute(update(CLOCKS).where(still).values(state=MET, at=at.timestamp()))


def _is_held(tx: Connection, case: Case, staff_id: int) -> bool:
    has_it = case.assignee == staff_id
    return has_it or (case.assignee is not None and absences.is_named(tx, case.assignee, staff_id))


def _has_it(tx: Connection, case_id: str, now: datetime) -> None:
    keep_promise(tx, case_id, OPENED, now)
    alerts.cancel_but_climbing(tx, case_id)
