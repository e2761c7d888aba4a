"""Whom an alert is for, beside everybody who reads the staff chat and the mailbox: worked out as it is sent.

Here may live that question. A case that waits is somebody's turn at the second person's rung of its ladder; one that
somebody has is theirs, or whose who stands in; one that was opened with a reason concerns all its own people.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from policy.escalation import MANAGER, SECOND_PERSON
from policy.rota import Candidate, whose_turn
from storage import alert_answers, barring, hand_ons, records, staff, standing_in
from storage.alerts import Alert
from storage.tables import CASE_ENTRIES, CASES

NEXT, STANDS_IN, HAS_IT, ITS_OWN = "next", "stands_in", "has_it", "its_own"


@dataclass(frozen=True, slots=True)
class Addressee:
    """`why` is one of the names above. `name` is of a member of staff, or empty; `emails` are their own addresses."""

    why: str
    name: str = ""
    emails: tuple[str, ...] = ()


def of(tx: Connection, alert: Alert, now: datetime, pepper: bytes) -> Addressee | None:
    """Whom in person; None where it is for everybody, or for the managers. What is for the managers is for who stands
    in for them while all of them are away."""
    found = _in_person(tx, alert, now, pepper)
    if alert.channel != MANAGER or alert.opened_by is not None:
        return found
    members = [staff.by_id(tx, each) for each in sorted(standing_in.for_managers(tx, now) or ())]
    names = ", ".join(each.name for each in members if each)
    emails = tuple(each.email for each in members if each and each.email)
    if found is None:
        return Addressee(STANDS_IN, names, emails) if names else None
    return replace(found, emails=tuple(dict.fromkeys((*found.emails, *emails))))


def _in_person(tx: Connection, alert: Alert, now: datetime, pepper: bytes) -> Addressee | None:
    assignee = tx.execute(select(CASES.c.assignee).where(CASES.c.id == alert.case_id)).scalar()
    if alert.opened_by is not None:
        return _its_own_people(tx, alert, assignee, now, pepper)
    if assignee is None:
        turn = _next(tx, alert.case_id, now, pepper) if alert.level == SECOND_PERSON else None
        return Addressee(NEXT, turn.name, _known(turn.email)) if turn else None
    answers = standing_in.load(tx, now, pepper).answers(alert.case_id, assignee)
    member = staff.by_id(tx, answers) if answers is not None else None
    if member is None:
        return None
    return Addressee(HAS_IT if answers == assignee else STANDS_IN, member.name, _known(member.email))


def _its_own_people(
    tx: Connection, alert: Alert, assignee: int | None, now: datetime, pepper: bytes
) -> Addressee | None:
    """Who has it, who stands in, who facilitates it; None unless each of them has an address of their own."""
    cover = standing_in.load(tx, now, pepper)
    ids = {assignee, cover.answers(alert.case_id, assignee) if assignee is not None else None}
    ids |= {each.staff_id for each in records.facilitators(tx, alert.case_id)}
    members = [staff.by_id(tx, each) for each in sorted(each for each in ids if each is not None)]
    emails = [member.email for member in members if member is not None]
    return Addressee(ITS_OWN, "", tuple(filter(None, emails))) if emails and all(emails) else None


def _next(tx: Connection, case_id: str, now: datetime, pepper: bytes) -> Candidate | None:
    passed = alert_answers.passed_on_by(tx, case_id)
    barred, cases = barring.of_case(tx, case_id, pepper), hand_ons.cases_of(tx)
    took = select(CASE_ENTRIES.c.staff_id, func.max(CASE_ENTRIES.c.at)).where(CASE_ENTRIES.c.kind == "taken")
    taken_at = {row[0]: row[1] for row in tx.execute(took.group_by(CASE_ENTRIES.c.staff_id))}
    return whose_turn(
        Candidate(each.id, each.name, each.email, cases.get(each.id, 0), taken_at.get(each.id, 0.0))
        for each in hand_ons.takers(tx, now, None, barred)
        if each.id not in passed
    )


def _known(email: str | None) -> tuple[str, ...]:
    return (email,) if email else ()
