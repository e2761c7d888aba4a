"""The course of a case, read off its timeline: its rounds, its rests, and what its person said of their own accord.

Pure: here may live what the entries of a timeline alone tell the rules. A **round** begins each time the case comes to
the person's preparation, or is opened again: what was said, agreed to or held in one counts for no other. A **rest** is
a pause, an end, or a consent taken back: no yes said before it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from desk import pages
from policy.case_facts import NOTHING_KNOWN, CaseFacts
from policy.contact_attempts import IN_TOUCH
from policy.stages import Stage
from storage.attempts import ATTEMPT
from storage.case_lists import Entry
from storage.cases import CONSENT_WITHDRAWN, RAISED
from storage.process import CLOSED, PAUSED, REOPENED, RESUMED, STAGE

RESTS = frozenset({PAUSED, CLOSED, CONSENT_WITHDRAWN})
COMES_TO = frozenset({STAGE, RESUMED, REOPENED})
"""Entries whose stage is the one the case came to; that of a pause or an end is the one it left."""


@dataclass(frozen=True, slots=True)
class Course:
    """How far a case has come. `came_on` is the day of its referral; a round and a rest are known by their number."""

    came_on: date
    round: int = 0
    round_on: date = date.min
    """The day on which this round began; that of the referral in the first."""
    round_at: float = 0.0
    """The moment, in UTC seconds; 0 in the first."""
    rests: int = 0
    rested_on: date = date.min
    paused_at: Stage | None = None
    has_taken_back: bool = False
    is_tried: bool = False
    is_reached: bool = False
    reached_at: float = 0.0
    """When the person was last spoken with, in UTC seconds; 0 where they never were."""
    raised_at: float = 0.0
    """When they last wrote something that may be a sign of danger, likewise."""


def course(came_on: date, entries: Sequence[Entry]) -> Course:
    """The course of a case, from its entries in whatever order."""
    at = Course(came_on, round_on=came_on, rested_on=came_on)
    for each in sorted(entries, key=lambda entry: entry.id):
        on = pages.here(each.at).date()
        stage = Stage(each.stage) if each.stage else None
        if each.kind in RESTS:
            at = replace(at, rests=at.rests + 1, rested_on=on, paused_at=stage if each.kind == PAUSED else at.paused_at)
            at = replace(at, has_taken_back=at.has_taken_back or each.kind == CONSENT_WITHDRAWN)
        if (each.kind in COMES_TO and stage is Stage.PREPARATION) or each.kind == REOPENED:
            at = replace(at, round=at.round + 1, round_on=on, round_at=each.at)
        if each.kind in COMES_TO and stage in {Stage.TRIAGE, Stage.INITIAL_DISCUSSION}:
            at = replace(at, is_tried=False, is_reached=False)
        if each.kind == ATTEMPT:
            at = replace(at, is_tried=True, is_reached=at.is_reached or each.result in IN_TOUCH)
            at = replace(at, reached_at=max(at.reached_at, each.at if each.result in IN_TOUCH else 0.0))
        if each.kind == RAISED:
            at = replace(at, raised_at=each.at)
    return at


def shown_by(course: Course) -> CaseFacts:
    """What a timeline alone proves. All that is sealed is not known here, which is the more dangerous answer."""
    return replace(NOTHING_KNOWN, is_tried=course.is_tried, is_reached=course.is_reached)
