"""The rules of restorative cafes: how many at a time, reminders, how long what was said for one is kept. Pure."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from policy.retention import DRAFT_IDLE

HERE: Final = ZoneInfo("Europe/London")

SLOTS: Final = 6
"""Cafes a chat can offer at the same time, those included that one can still say something about. Source: as many
options as fit on the screen of a phone with a line each."""

FEEDBACK: Final = timedelta(days=14)
"""How long after a cafe the chat takes what people thought of it. Source: the service's choice; what is remembered of a
day fades within weeks."""

SLOT_RESTS: Final = DRAFT_IDLE
"""How long an option stands for nothing before it stands for another cafe. Source: as long as a draft in which it was
chosen may live, so that nobody signs up for what they did not choose."""

UPDATES: Final = timedelta(days=730)
"""The sign-up of somebody who asked to hear of later cafes. Source: UK GDPR article 7(3) and the ICO's guidance on
consent: a yes wears out, and two years is the longest usual for news of this kind."""

REMINDED_AT: Final = time(10)
"""When people are reminded, the day before: in working hours, when a work phone may make a sound."""


def remind_at(starts_at: datetime) -> datetime:
    """When people are reminded of what starts then: at most once, on the day before."""
    day = starts_at.astimezone(HERE).date() - timedelta(days=1)
    return datetime.combine(day, REMINDED_AT, HERE)
