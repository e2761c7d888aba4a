"""When a line is open: reading `open` of content/<language>/help_lines.toml, and asking of a moment. Pure.

Times are those on the wall in Scotland, on whatever day the clocks change: a line that opens at five opens at five.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

SCOTLAND = ZoneInfo("Europe/London")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK = 24 * 60, 7 * 24 * 60
"""In minutes."""
WRITTEN = re.compile(r"(every|[a-z]{3})(?:-([a-z]{3}))? (\d\d):([0-5]\d)-(\d\d):([0-5]\d)")


class Open(NamedTuple):
    """Minutes of the week, counted from Monday midnight: from `first` until just before `after`."""

    first: int
    after: int


def read(written: Iterable[str]) -> tuple[Open, ...]:
    """The times in "mon-thu 18:00-26:00" and the like. Raises ValueError for what is written otherwise."""
    return tuple(each for time in written for each in _read(time))


def is_open(hours: Iterable[Open], now: datetime) -> bool:
    """Whether it is open at this aware moment."""
    local = now.astimezone(SCOTLAND)
    minute = local.weekday() * DAY + local.hour * 60 + local.minute
    return any(each.first <= at < each.after for each in hours for at in (minute, minute + WEEK))


def _read(written: str) -> list[Open]:
    found = WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError
    first, last = ("mon", "sun") if found[1] == "every" else (found[1], found[2] or found[1])
    begin, end = int(found[3]) * 60 + int(found[4]), int(found[5]) * 60 + int(found[6])
    days = range(DAYS.index(first), DAYS.index(last) + 1)
    if not days or not 0 <= begin < end <= 2 * DAY:
        raise ValueError
    return [Open(day * DAY + begin, day * DAY + end) for day in days]
