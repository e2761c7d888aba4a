"""Handing a case on: offered to a colleague who accepts it, or given by a manager. In between it stays whose it was.

Here may live these deeds and the rows of offers nobody has answered yet.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, insert, literal, select, update

from policy.access import NOBODYS, Deed, may
from storage import absences, alerts, audit, barring, caseload, staff
from storage.caseload import NotAllowed
from storage.tables import CASES, HAND_ONS, STAFF

OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Offer:
    """A case that a colleague would hand on."""

    case_id: str
    reference: str
    by: str


def takers(
    tx: Connection, now: datetime, without: int | None = None, barred: Container[int] = ()
) -> Sequence[staff.Member]:
    """Who could have cases: those whose role takes them, who were let in and are not away. `barred`: who must have
    nothing to do with the case it is about."""
    people = [each for each in staff.everybody(tx) if each.id != without and each.id not in barred]
    away = {each.staff_id for each in absences.everybodys(tx, now).values() if each.is_running(now.timestamp())}
    return [each for each in people if could_have_cases(each) and each.id not in away]


def could_have_cases(member: staff.Member) -> bool:
    """Whether their role has cases, and they were let in to read them."""
    return member.team_key is not None and may(member.roles, Deed.TAKE, NOBODYS)


def offer(
    tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, to: int, pepper: bytes
) -> None:
    """Asks a colleague to have one's own case from now on. Raises NoSuchCase and NotAllowed."""
    caseload.own(tx, case_id, staff_id)
    _check(tx, case_id, to, staff_id, now, pepper)
    tx.execute(delete(HAND_ONS).where(HAND_ONS.c.case_id == case_id))
    tx.execute(insert(HAND_ONS).values(case_id=case_id, to_id=to, by_id=staff_id, at=now.timestamp()))
    caseload.enter(tx, case_id, staff_id, now, "offered")
    audit.write(tx, audit_key, now, staff_id, f"offered:{to}", case_id)


def answer(tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, accepts: bool) -> None:
    """Accepts an offered case, or leaves it with whoever has it.

    Raises NoSuchCase, and NotAllowed when it is not offered any more.
    """
    caseload.find(tx, case_id, lock=True)
    if staff_id not in {to for _, to in tx.execute(standing(case_id))}:
        raise NotAllowed
    tx.execute(delete(HAND_ONS).where(HAND_ONS.c.case_id == case_id))
    if accepts:
        give(tx, case_id, staff_id, staff_id, now, audit_key)
    else:
        caseload.enter(tx, case_id, staff_id, now, "declined")
        audit.write(tx, audit_key, now, staff_id, "declined", case_id)


def assign(
    tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, to: int, pepper: bytes
) -> None:
    """Gives a case to somebody, as a manager does. Raises NoSuchCase and NotAllowed."""
    _check(tx, case_id, to, caseload.find(tx, case_id, lock=True).assignee, now, pepper)
    give(tx, case_id, to, staff_id, now, audit_key)


def standing(case_id: str) -> Select[str, int]:
    """Asks to whom a case is offered, by the one who has it still."""
    theirs = select(literal(OFFERED), HAND_ONS.c.to_id).join(CASES, CASES.c.id == HAND_ONS.c.case_id)
    return theirs.where(HAND_ONS.c.case_id == case_id, HAND_ONS.c.by_id == CASES.c.assignee)


def offers(tx: Connection, staff_id: int) -> Sequence[Offer]:
    """What colleagues would hand on to this member."""
    joined = HAND_ONS.join(CASES, CASES.c.id == HAND_ONS.c.case_id).join(STAFF, STAFF.c.id == HAND_ONS.c.by_id)
    columns = select(CASES.c.id, CASES.c.reference, STAFF.c.name).select_from(joined)
    rows = tx.execute(columns.where(HAND_ONS.c.to_id == staff_id, HAND_ONS.c.by_id == CASES.c.assignee))
    return [Offer(*row) for row in rows]


def cases_of(tx: Connection) -> dict[int, int]:
    """How many cases each member has, by their id; those put away are nobody's, of those erased nothing is left."""
    counted = select(CASES.c.assignee, func.count()).group_by(CASES.c.assignee)
    had = tx.execute(counted.where(CASES.c.assignee.is_not(None), CASES.c.case_key.is_not(None)))
    return {row[0]: row[1] for row in had}


def _check(tx: Connection, case_id: str, to: int, before: int | None, now: datetime, pepper: bytes) -> None:
    if to not in {each.id for each in takers(tx, now, before, barring.of_case(tx, case_id, pepper))}:
        raise NotAllowed


def give(tx: Connection, case_id: str, to: int, by: int, now: datetime, audit_key: bytes) -> None:
    """The case is theirs from now on, as `by` has it, even where all that is left is to put it away.

    Raises NoSuchCase, and NotAllowed once it is erased.
    """
    if caseload.find(tx, case_id, lock=True).case_key is None:
        raise NotAllowed
    tx.execute(delete(HAND_ONS).where(HAND_ONS.c.case_id == case_id))
    tx.execute(update(CASES).where(CASES.c.id == case_id).values(assignee=to))
    alerts.cancel_but_climbing(tx, case_id)
    caseload.enter(tx, case_id, to, now, "handed_on")
    audit.write(tx, audit_key, now, by, f"handed_on:{to}", case_id)
