"""What a person is told about when they will hear from somebody: the targets, and the times made from them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from policy.deadlines import PLAN, REACHED
from policy.priority import Priority
from policy.settings import Settings
from policy.working_time import WorkingTime


@dataclass(frozen=True, slots=True)
class Targets:
    """How soon the service answers, counted in working days and working minutes.

    Source: the service's page says that a coordinator follows up promptly after a referral. No restorative justice
    provider with a stated number of days is known; within two days is what specialist advocacy keeps to. The service
    sets its own.
    """

    opened_within_days: int
    first_attempt_within_days: int
    urgent_opened_within_minutes: int
    urgent_first_attempt_within_days: int
    reached_within_days: int
    plan_lasts: timedelta

    @property
    def longest_days(self) -> int:
        """How many working days may pass until what became of every promise, and of the aim to reach them, is known."""
        return max(
            self.opened_within_days,
            self.first_attempt_within_days,
            self.urgent_first_attempt_within_days,
            self.reached_within_days,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> "Targets":
        """The targets an operator has set."""
        return cls(
            opened_within_days=settings.opened_within_days,
            first_attempt_within_days=settings.first_attempt_within_days,
            urgent_opened_within_minutes=settings.urgent_opened_within_minutes,
            urgent_first_attempt_within_days=settings.urgent_first_attempt_within_days,
            reached_within_days=settings.reached_within_days,
            plan_lasts=timedelta(days=settings.contact_plan_days),
        )


@dataclass(frozen=True, slots=True)
class Promise:
    """By when somebody has opened what was sent, and by when they have first tried to be in touch. Both UTC."""

    opened_by: datetime
    contact_by: datetime


def promise(now: datetime, priority: Priority, targets: Targets, working_time: WorkingTime) -> Promise:
    """What a person who hands over at `now` is told.

    Source: `Targets`. A sign that somebody is not safe is read within the next working hour, and outside working hours
    first thing on the next working day; the person is told so at once, and that nobody watches the chat live.
    """
    if priority == Priority.URGENT:
        return Promise(
            opened_by=working_time.add_minutes(now, targets.urgent_opened_within_minutes),
            contact_by=working_time.add_days(now, targets.urgent_first_attempt_within_days),
        )
    return Promise(
        opened_by=working_time.add_days(now, targets.opened_within_days),
        contact_by=working_time.add_days(now, targets.first_attempt_within_days),
    )


def aims(now: datetime, targets: Targets, working_time: WorkingTime) -> dict[str, datetime]:
    """What the service aims at beside what it promises, for a case handed over at `now`: each name of
    `policy.deadlines` with its time, UTC.

    Source: `Targets`; UK restorative services commonly have spoken with somebody within five to ten working days.
    """
    return {REACHED: working_time.add_days(now, targets.reached_within_days), PLAN: now + targets.plan_lasts}


WRITTEN_DOWN: Final = 3
"""Working days after the last promise is up until figures are made of it. Source: the service's choice; what was done
in time and is written down a day or two later counts as done in time."""


def known_from(came_before: datetime, targets: Targets, working_time: WorkingTime) -> datetime:
    """From when on it is known, of everybody who came before this moment, whether what was promised was kept. UTC."""
    return working_time.add_days(came_before, targets.longest_days + WRITTEN_DOWN)
