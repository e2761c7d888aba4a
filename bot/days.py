"""Moments as a person reads them: the day, in Scotland, in the words of a language. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from content.words import Words

ZONE = ZoneInfo("Europe/London")


def by_day(at: datetime, words: Words) -> str:
    """A promised moment as a person reads it: by the end of its day, in Scotland."""
    return words.fill(words.common("promise.contact_by"), {"day_words": day_of(at, words)})


def day_of(at: datetime, words: Words) -> str:
    """The day of a moment as a person reads it, in Scotland."""
    local = at.astimezone(ZONE)
    weekday = words.common(f"time.weekdays.{local:%A}".lower())
    month = words.common(f"time.months.m{local.month}")
    return words.fill(words.common("time.by_day"), {"weekday": weekday, "day": str(local.day), "month": month})
