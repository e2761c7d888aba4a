"""Who is away now and who answers in their place, read in one go for `policy.standing_in` to be asked.

Here may live that reading, who answers for the managers, and which cases go up to them by it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from policy.access import NOBODYS, Deed, Role, roles_that_may
from policy.deadlines import NOBODY_STANDS_IN
from policy.stages import OPEN
from policy.standing_in import EVERYBODY_HERE, Cover
from storage import absences, barring, tasks
from storage.tables import ABSENCES, CASES, CONFLICTS, STAFF, TASKS

AWAY, NAMED, ABLE, MANAGES = "away", "named", "able", "manages"
"""What is said of a member: that they are away, were named to stand in for whoever has the case, could, or manage."""
_HAS_CASES = STAFF.c.team_key.is_not(None) & or_(
    *(STAFF.c.roles.contains(role.value) for role in roles_that_may(Deed.TAKE, NOBODYS))
)


def load(tx: Connection, now: datetime, pepper: bytes) -> Cover:
    """Who is away at this moment, and all that says who answers for their cases."""
    found = _who(tx, now)
    return replace(found, barred=_barred(tx, now, pepper)) if found.away else found


def for_managers(tx: Connection, now: datetime) -> frozenset[int] | None:
    """Who answers in place of the managers while every one of them is away, perhaps nobody; None while one is here."""
    are = STAFF.c.roles.contains(Role.MANAGER.value) & STAFF.c.team_key.is_not(None)
    manage = select(literal(MANAGES), STAFF.c.id, cast(null(), Integer), false()).where(are)
    rows = tx.execute(union_all(_away(now), manage)).all()
    found, managers = _cover(rows), {row[1] for row in rows if row[0] == MANAGES}
    if not managers or not managers <= set(found.away):
        return None
    return frozenset(named for each in managers if (named := found.stands_in(each)) is not None)


def of_case(case_id: str, now: datetime) -> Sequence[Select[str, int]]:
    """Asks who is away, who was named to stand in for whoever has this case, and who of those named could."""
    running = absences.is_running(now)
    named = select(literal(NAMED), ABSENCES.c.stand_in).join(CASES, CASES.c.assignee == ABSENCES.c.staff_id)
    able = select(literal(ABLE), STAFF.c.id).where(STAFF.c.id.in_(select(ABSENCES.c.stand_in).where(running)))
    away = select(literal(AWAY), ABSENCES.c.staff_id).where(running)
    return away, named.where(CASES.c.id == case_id, running), able.where(_HAS_CASES)


def answered_by(cover: Cover, member: int) -> ColumnElement[bool]:
    """Asks of a case whether this member stands in for whoever has it."""
    others = cover.stood_in_for(member)
    if not others:
        return false()
    return and_(CASES.c.assignee.in_(others), CASES.c.id.not_in(cover.barred_from(member)))


def goes_up(cover: Cover) -> ColumnElement[bool]:
    """Asks of a case whether whoever has it is away and nobody can stand in, so that it is the managers' to see to."""
    if not cover.away:
        return false()
    barred = and_(CASES.c.assignee.in_(cover.away), CASES.c.id.in_(cover.barred_cases))
    return or_(CASES.c.assignee.in_(cover.uncovered), barred)


def to_be_told(tx: Connection, cover: Cover) -> tuple[list[str], list[str]]:
    """Cases that go up and of which no manager is told yet; and those that do so no more, of which one still is."""
    told = select(TASKS.c.case_id).where(TASKS.c.kind == NOBODY_STANDS_IN, TASKS.c.state == tasks.OPEN)
    has_told = set(tx.execute(told).scalars())
    up = select(CASES.c.id).where(goes_up(cover), CASES.c.stage.in_([stage.value for stage in OPEN]))
    go_up = set(tx.execute(up).scalars()) if cover.away else set()
    return sorted(go_up - has_told), sorted(has_told - go_up)


def _who(tx: Connection, now: datetime) -> Cover:
    """Who is away and whom they named, without what bars anybody from a case."""
    return _cover(tx.execute(_away(now)).all())


def _away(now: datetime) -> Select[str, int, int | None, bool]:
    """Asks who is away, whom they named, and whether those could."""
    named = select(literal(AWAY), ABSENCES.c.staff_id, ABSENCES.c.stand_in, func.coalesce(_HAS_CASES, false()))
    joined = ABSENCES.outerjoin(STAFF, STAFF.c.id == ABSENCES.c.stand_in)
    return named.select_from(joined).where(absences.is_running(now))


def _cover(rows: Sequence[Row[str, int, int | None, bool]]) -> Cover:
    away = {who: named for what, who, named, _ in rows if what == AWAY}
    able = frozenset(named for _, _, named, is_able in rows if named is not None and is_able)
    return Cover(away, able) if away else EVERYBODY_HERE


def _barred(tx: Connection, now: datetime, pepper: bytes) -> frozenset[tuple[str, int]]:
    """Which of those named must have nothing to do with a case of whom they would stand in for."""
    joined = CONFLICTS.join(CASES, CASES.c.id == CONFLICTS.c.case_id).join(
        ABSENCES, ABSENCES.c.staff_id == CASES.c.assignee
    )
    wanted = select(CONFLICTS.c.case_id, CONFLICTS.c.who, ABSENCES.c.stand_in).select_from(joined)
    rows = tx.execute(wanted.where(absences.is_running(now), ABSENCES.c.stand_in.is_not(None)))
    return frozenset(
        (case_id, stand_in) for case_id, who, stand_in in rows if barring.is_of(pepper, case_id, stand_in, bytes(who))
    )
