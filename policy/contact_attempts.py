"""Tries to be in touch with a person: by which routes, what may come of one, how many are made, and when the next is.

Names and sums on dates only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from policy.safe_contact import THIS_CHAT, ZONE, Plan, Window, next_slot
from policy.working_time import WorkingTime

ROUTES: Final = ("phone", "text", "whatsapp", "email", "letter", "support_worker", THIS_CHAT, "other")
"""The routes a try may take. Source: the safe-contact block of domestic abuse and sexual violence referral forms, in
which each route is agreed with the person by itself; only an agreed route is used."""

RESULTS: Final = (
    "reached",
    "no_answer",
    "voicemail_left",
    "message_sent",
    "wrong_number",
    "not_safe_to_talk",
    "they_contacted_us",
    "other",
)
"""What came of a try. Source: the same forms: whether a message was left is logged each time, since by default none is,
and a phrase agreed with the person may mean that it is not safe to talk."""

REACHED: Final = "reached"
"""The result of a try of ours after which the first talk can be held, and which keeps the promise for good."""
THEY_CONTACTED_US: Final = "they_contacted_us"
"""The person got in touch themselves: nothing they ruled out stands against that, and they are reached by it."""
IN_TOUCH: Final = frozenset({REACHED, THEY_CONTACTED_US})
VOICEMAIL_LEFT: Final = "voicemail_left"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many days are tried on, and over how many working days at least.

    Source: general practice, no published rule: three tries on different days and at different times over about ten
    working days, then a neutral closing message where that is safe. The service sets its own.
    """

    days: int
    span_days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the tries have come since the person was last reached."""

    days_tried: int
    days_left: int
    is_used_up: bool
    """Whether all tries were made, over all the time there is for them, and nobody was reached."""
    ends_on: date | None
    """The day before which nothing is given up; None before the first try."""
    not_before: datetime | None
    """Before this the next try would come too soon after the last."""


def standing(
    tries: Collection[tuple[datetime, str]], now: datetime, limits: Limits, working_time: WorkingTime
) -> Standing:
    """Where these tries, each a moment and its result, have come to. Those before the person was last reached are over.

    Source: `Limits`; tries of one day count once, for a day that is bad for an hour may be bad for all of them.
    """
    reached = max((at for at, result in tries if result in IN_TOUCH), default=None)
    since = sorted(at for at, _ in tries if reached is None or at > reached)
    days = sorted({at.astimezone(ZONE).date() for at in since})
    if not since:
        return Standing(0, limits.days, False, None, None)
    ends_on = working_time.add_days(since[0], limits.span_days).astimezone(ZONE).date()
    all_made = len(days) >= limits.days
    apart = max(1, limits.span_days // limits.days)
    too_soon = working_time.add_days(since[-1], apart - 1)
    is_over = all_made and now.astimezone(ZONE).date() >= ends_on
    return Standing(len(days), max(0, limits.days - len(days)), is_over, ends_on, too_soon)


def next_try(plan: Plan, so_far: Standing, now: datetime, working_time: WorkingTime) -> Window | None:
    """When to try next: the first safe time that is not too soon after the last try; None when none is in sight."""
    if so_far.is_used_up:
        return None
    return next_slot(plan, max(now, so_far.not_before or now), working_time)


def needs_manager(so_far: Standing, *, has_safety_flag: bool) -> bool:
    """Whether an unreached person is a manager's to decide about, and nobody alone may close the case.

    Source: practice of advocacy services: somebody who said that they are not safe, or whose words may mean so, and who
    then cannot be reached, is never let go by one person. It is the same flag that `policy.closings` holds to.
    """
    return so_far.is_used_up and has_safety_flag
