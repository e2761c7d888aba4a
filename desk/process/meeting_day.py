"""The day that is set for a meeting: what that day still needs as things stand, and the task to look at it before.

Here may live both. What the day needs is `policy.moves`', "plan" and "hold"; that it was set is sealed, so no clock can
look: somebody is told to, in time to put things right.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from desk import pages
from desk.process.process_evidence import day
from desk.visit import SignedIn
from policy.case_facts import CaseFacts
from policy.deadlines import MEETING_NEAR
from policy.gates import may_move
from policy.moves import BY_NAME
from policy.record_forms import PLANNED, RECORDS, deed_of
from policy.record_shape import RecordForm
from policy.stages import Stage
from policy.working_time import WorkingTime
from storage import tasks

LOOKED_AT_BEFORE: Final = 2
"""Working days before the day. Source: the service's choice: time to name somebody else, or to tell the people that it
is another day."""


def needs(facts: CaseFacts) -> tuple[str, ...]:
    """What the day that is set still needs, by the gates that are shut; once both are ready, all a meeting does."""
    if facts.planned_on is None:
        return ()
    meeting = deed_of(RECORDS["meeting"], {"form": facts.form})
    return may_move(replace(facts, on=facts.planned_on), BY_NAME[meeting if facts.stage is Stage.PROCESS else "plan"])


def keep_task(visit: SignedIn, tx: Connection, form: RecordForm, state: str, on: str) -> None:
    """Sets the task once a day is set, in place of that for an earlier one; drops it once that is over.

    Belongs into the commit that writes it down.
    """
    if form.name not in {"planned", "meeting"}:
        return
    case_id, planned = visit.path["case_id"], day(on) if state == PLANNED else None
    tasks.drop_kinds(tx, case_id, (MEETING_NEAR,), visit.now)
    due = _before(planned, WorkingTime.from_settings(visit.desk.settings)) if planned else visit.now
    if due > visit.now:  # of a day that is nearer, all was asked just now
        tasks.put(tx, case_id, MEETING_NEAR, due, visit.now)


def _before(planned: date, hours: WorkingTime) -> datetime:
    """The close of the working day that lies so many of them before."""
    at, left = planned, LOOKED_AT_BEFORE
    while left:
        at -= timedelta(days=1)
        left -= hours.is_working_day(at)
    return datetime.combine(at, hours.end, pages.HERE)
