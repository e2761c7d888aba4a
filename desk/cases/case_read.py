"""A case read whole: its document, what happened to it with every note opened, and its plan at any moment.

Here may live the way from a case's sealed rows to these. What is shown of them, or done with them, lives elsewhere.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from desk import pages
from desk.cases.case_document import Document, open_case_key, open_document, open_note
from desk.contact import contact_plan, plan_in_force
from desk.contact.contact_plan import Standing
from desk.contact.plan_in_force import Change
from policy.deadlines import PLAN
from policy.safe_contact import Plan
from policy.settings import Settings
from policy.stages import Stage
from storage import case_lists
from storage.case_lists import Clock, Entry
from storage.caseload import Case
from storage.cases import CONTACT_CHANGED, PLAN_RENEWED, WITHDRAWN
from storage.process import CLOSED, REOPENED
from storage.sealing import SealBroken

RESTS_BY: Mapping[Stage | None, str] = {None: WITHDRAWN, Stage.CLOSED: CLOSED}
"""By the stage a case rests at, the entry that brought it there."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An entry with its note opened; `is_sealed` when there is a note that does not open."""

    entry: Entry
    note: str = field(repr=False)
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A case with its key. The timeline begins with the newest entry."""

    case: Case
    case_key: bytes = field(repr=False)
    handed_over: Document = field(repr=False)
    timeline: Sequence[TimelineEntry] = field(repr=False)
    standing: Standing
    """What the service adds to the plan, as it stands now."""
    promised: Mapping[str, Clock]

    def changes(self, at: datetime) -> list[Change]:
        """What had happened by then, the newest first."""
        return [(line.entry.kind, line.note) for line in self._until(at)]

    def document(self, at: datetime) -> Document:
        """The document with the answers about being in touch that counted then."""
        return plan_in_force.in_force(self.handed_over, self.changes(at))

    def plan(self, at: datetime) -> Plan:
        """The safe-contact plan that counted then."""
        document, changes = self.document(at), self.changes(at)
        return contact_plan.plan_of(
            document, changes, at, said_on=self.said_on(at), rests=self.rests(at), standing=self.standing
        )

    def rests(self, at: datetime) -> str:
        """What had brought the case to rest by then: that its person withdrew, or that it was closed; else empty. One
        that rests, nobody knows since when, has always rested."""
        ends = [line for line in self.timeline if line.entry.kind in {WITHDRAWN, CLOSED, REOPENED}]
        if not ends:
            return RESTS_BY.get(self.case.stage, "")
        last = next((line.entry.kind for line in ends if _is_by(line, at)), "")
        return last if last != REOPENED else ""

    def said_on(self, at: datetime) -> date | None:
        """The day on which the person said how to be in touch, or last said that it had not changed."""
        kinds = {CONTACT_CHANGED, PLAN_RENEWED}
        newest = next((line for line in self._until(at) if line.entry.kind in kinds), None)
        if newest is None:
            given = self.handed_over.handed_over_at
            return pages.here(given).date() if given else None
        written = json.loads(newest.note).get("said_on") if newest.note else None
        return date.fromisoformat(written) if written else pages.here(newest.entry.at).date()

    def _until(self, at: datetime) -> list[TimelineEntry]:
        return [line for line in self.timeline if not line.is_sealed and _is_by(line, at)]


def _is_by(line: TimelineEntry, at: datetime) -> bool:
    return line.entry.at <= at.timestamp()


def read(tx: Connection, case: Case, team_key: bytes, settings: Settings) -> CaseRead:
    """The case, opened. Raises SealBroken when it was sealed to another team key, and ValueError for no document."""
    case_key = open_case_key(case, team_key)
    document = open_document(case, case_key)
    entries = case_lists.entries(tx, case.id)
    promised = case_lists.clocks(tx, case.id)
    renew_by = datetime.fromtimestamp(promised[PLAN][0], UTC) if PLAN in promised else None
    standing = Standing((settings.decent_from, settings.decent_until), renew_by)
    timeline = [_opened(each, case, case_key, team_key) for each in reversed(entries)]
    return CaseRead(case, case_key, document, timeline, standing, promised)


def _opened(entry: Entry, case: Case, case_key: bytes, team_key: bytes) -> TimelineEntry:
    if entry.note is None:
        return TimelineEntry(entry, "", False)
    try:
        return TimelineEntry(entry, open_note(entry.note, case.id, case_key, team_key), False)
    except (SealBroken, ValueError):
        return TimelineEntry(entry, "", True)
