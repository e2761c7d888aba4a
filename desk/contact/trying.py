"""How far the tries to reach a person have come, when the next is safe, and whose it is to decide when none is left.

Here may live what the page of a case shows of it, and the tasks that follow from a try. The sums are
`policy.contact_attempts`'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import Connection

from desk import pages
from desk.cases import case_read, danger_sign
from desk.cases.case_read import CaseRead
from desk.process import written
from desk.process.written import Written
from desk.visit import SignedIn
from policy.access import Role
from policy.contact_attempts import Limits, Standing, needs_manager, next_try, standing
from policy.deadlines import NEXT_TRY, TRYING, UNREACHED, UNREACHED_FLAGGED
from policy.safe_contact import Window, next_slot
from policy.settings import Settings
from policy.stages import Stage
from policy.working_time import WorkingTime
from storage import caseload, records, tasks
from storage.attempts import ATTEMPT
from storage.case_lists import Entry
from storage.cases import RAISED

BEFORE_A_TALK = frozenset({Stage.TRIAGE, Stage.CONTACT_ATTEMPTS})
"""The stages at which somebody is still to be reached. Later a try is one of many, and nobody is given up for it."""


@dataclass(frozen=True, slots=True)
class Trying:
    """Where the tries stand now. `next_safe` is when anybody may be in touch at all, `next_try` when a try is due."""

    so_far: Standing
    next_safe: Window | None
    next_try: Window | None
    limits: Limits
    by_route: tuple[tuple[str, Window | None], ...]
    """The next safe time of each way that has hours of its own, where any has."""
    is_managers: bool
    """Whether a manager decides, because the person is unreached and a sign of danger stands."""


def of_case(read: CaseRead, had: Sequence[Written], now: datetime, settings: Settings) -> Trying:
    """Where the tries of a case stand; `had` are its records, opened."""
    hours, limits = WorkingTime.from_settings(settings), Limits(settings.attempts, settings.attempts_span_days)
    so_far, plan = so_far_of([line.entry for line in read.timeline], now, settings), read.plan(now)
    if read.case.stage not in BEFORE_A_TALK:
        so_far = standing((), now, limits, hours)
    is_managers = needs_manager(so_far, has_safety_flag=_flag_stands(read, had))
    by_route = tuple((route, next_slot(plan, now, hours, route=route)) for route, _ in plan.own_hours)
    slots = (next_slot(plan, now, hours), next_try(plan, so_far, now, hours))
    return Trying(so_far, *slots, limits, by_route, is_managers)


def so_far_of(entries: Sequence[Entry], now: datetime, settings: Settings) -> Standing:
    """How far the tries have come, by the timeline of a case."""
    tries = [(datetime.fromtimestamp(each.at, UTC), each.result or "") for each in entries if each.kind == ATTEMPT]
    limits = Limits(settings.attempts, settings.attempts_span_days)
    return standing(tries, now, limits, WorkingTime.from_settings(settings))


def keep_tasks(visit: SignedIn, tx: Connection) -> None:
    """Sets what follows from the tries as they stand now: the next one; or, when all are made, deciding what then.

    Belongs into the commit that logs a try or strikes one through.
    """
    case = caseload.find(tx, visit.path["case_id"])
    read = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings)
    had = written.open_all(records.of_case(tx, case.id), case.id, read.case_key)
    found = of_case(read, had, visit.now, visit.desk.settings)
    tasks.drop_kinds(tx, case.id, TRYING, visit.now)
    ends_on = found.so_far.ends_on
    if ends_on is None or case.stage not in BEFORE_A_TALK:
        return
    at_the_end = datetime.combine(ends_on, time(visit.desk.settings.work_start.hour), pages.HERE)
    if found.so_far.days_left:
        due = found.next_try.start if found.next_try else at_the_end
        tasks.add(tx, case.id, NEXT_TRY, due, visit.now)
    elif _flag_stands(read, had):
        tasks.add(tx, case.id, UNREACHED_FLAGGED, at_the_end, visit.now, role=Role.MANAGER)
    else:
        tasks.add(tx, case.id, UNREACHED, at_the_end, visit.now)


def _flag_stands(read: CaseRead, had: Sequence[Written]) -> bool:
    raised_at = max((line.entry.at for line in read.timeline if line.entry.kind == RAISED), default=0.0)
    return danger_sign.stands(read.handed_over, had, raised_at)
