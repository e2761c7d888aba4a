"""When the service is at work, and moments counted in working time. Only sums on dates and times live here.

Every datetime that comes in is aware (a naive one raises `ValueError`); every one that goes out is UTC. Minutes are
real, elapsed minutes between an opening and a closing, so a clock change neither adds nor loses one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from policy.settings import Settings

SATURDAY = 5
MINUTE = timedelta(minutes=1)
DAYS_KEPT = 4096
"""How many days' hours are kept at hand: eleven years of one service's, which is more than any figure looks back."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of Scotland in a year, with the weekdays that stand in for those on a weekend.

    Source: Banking and Financial Dealings Act 1971, Schedule 1 Part II and royal proclamations under section 1 (such as
    15 June 2026); St Andrew's Day Bank Holiday (Scotland) Act 2007. Neither Easter Monday nor the last Monday of August
    is one. They bind no employer and councils set days of their own: hence the service's own closed days beside them.
    """
    from holidays import country_holidays  # noqa: PLC0415 (calendars of the whole world: not before a day is asked for)

    return frozenset(country_holidays("GB", subdiv="SCT", years=year))


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Monday to Friday from `start` to `end` on the wall clock of `zone`, without bank holidays and `closed` days.

    Source: the service's own opening hours and closed days, which it must set before going live; the bank holidays of
    Scotland (see `bank_holidays`).
    """

    start: time
    end: time
    closed: frozenset[date] = frozenset()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo or self.start >= self.end:
            raise ValueError("working hours need a start before their end, both without a time zone")

    @classmethod
    def from_settings(cls, settings: Settings) -> "WorkingTime":
        """The hours and closed days an operator has set."""
        return cls(settings.work_start, settings.work_end, settings.closed_days)

    def is_working_day(self, day: date) -> bool:
        """Whether the service opens at all on this day."""
        return day.weekday() < SATURDAY and day not in bank_holidays(day.year) and day not in self.closed

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is at work at this moment; the moment of opening is open, that of closing is not."""
        hours = _hours(self, self._local_day(at))
        return hours is not None and hours[0] <= at < hours[1]

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while the service is open, else its next opening."""
        return at.astimezone(UTC) if self.is_open(at) else self._next_opening(at)

    def add_minutes(self, at: datetime, minutes: float) -> datetime:
        """The moment by which this many working minutes have gone by since `at`.

        Always within working hours; what would end with the last minute of a day ends at that day's closing. No minutes
        at all give `next_open(at)`. Raises `ValueError` for fewer than none.
        """
        left = minutes * MINUTE
        if left < timedelta():
            raise ValueError("working minutes are counted forwards only")
        moment = self.next_open(at)
        days = self._working_days(moment)
        _, closing = next(days)
        while left > closing - moment:
            left -= closing - moment
            moment, closing = next(days)
        return moment + left

    def add_days(self, at: datetime, days: int) -> datetime:
        """The close of the n-th working day after `at`; none means the close of the day itself.

        A moment outside working hours counts as the opening after it: a Saturday plus one working day is Tuesday's
        close. Raises `ValueError` for fewer than none.
        """
        if days < 0:
            raise ValueError("working days are counted forwards only")
        working_days = self._working_days(self.next_open(at))
        _, closing = next(islice(working_days, days, None))
        return closing

    def minutes_between(self, begin: datetime, end: datetime) -> float:
        """Working minutes from `begin` until `end`; none when `end` is not the later one."""
        counted, begin, end = timedelta(), _aware(begin), _aware(end)
        for opening, closing in self._working_days(begin):
            if opening >= end:
                break
            counted += max(min(end, closing) - max(begin, opening), timedelta())
        return counted / MINUTE

    def _local_day(self, at: datetime) -> date:
        return _aware(at).astimezone(self.zone).date()

    def _next_opening(self, at: datetime) -> datetime:
        return next(opening for opening, _ in self._working_days(at) if opening >= at)

    def _working_days(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing of each working day from the local day of `at` on, that one included if it is one."""
        day = self._local_day(at)
        while True:
            if hours := _hours(self, day):
                yield hours
            day += timedelta(days=1)


@lru_cache(maxsize=DAYS_KEPT)
def _hours(working: WorkingTime, day: date) -> tuple[datetime, datetime] | None:
    """Opening and closing on a day, in UTC; None where it is no working day.

    Kept, because statistics ask for the same few hundred days once for each of thousands of cases.
    """
    if not working.is_working_day(day):
        return None
    opening, closing = (
        datetime.combine(day, clock, working.zone).astimezone(UTC) for clock in (working.start, working.end)
    )
    return opening, closing


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    return at
