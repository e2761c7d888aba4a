"""When and how a person may be contacted: the plan they made, the next safe time, and why something is ruled out.

Pure sums on dates, times and names. Source of all rules here: the safe-contact block of domestic abuse and sexual
violence referral forms, in which each route, day and time is agreed by itself, and what is left open is read as the
most careful answer; and the harm a wrong call can do.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from policy.decent_hours import DECENT
from policy.working_time import WorkingTime

ZONE: Final = ZoneInfo("Europe/London")
THIS_CHAT: Final = "this_chat"

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS: Mapping[str, tuple[time, time]] = MappingProxyType(
    {
        "early_morning": (time(9), time(11)),
        "late_morning": (time(11), time(13)),
        "early_afternoon": (time(13), time(15)),
        "late_afternoon": (time(15), time(17)),
    }
)
"""The times of day a person may choose, from one to before the other. Source: the question's own words."""
SAFE_FOR: Mapping[str, timedelta] = MappingProxyType(
    {"one_week": timedelta(days=7), "two_weeks": timedelta(days=14), "one_month": timedelta(days=30)}
)
"""How long a person may say that all this is safe. Source: safety may be limited in time ("until Friday")."""
MAY_BE_LATE: Final = frozenset({"letter", "support_worker"})
"""Routes that reach the person at a time nobody here chooses, so no hour rules them out."""
WAITS: Final = MAY_BE_LATE | {"email"}
"""Routes that ring at no hour. Where no times were named, the hours that are decent for a call do not bind them."""
LEAVES_A_MESSAGE: Final = frozenset({"yes", "first_name_only"})
PLAN_OVER: Final = "plan_over"
"""The reason once the day is past by which the person was to be asked again."""
LOOKED_AHEAD: Final = 28
"""Days within which a safe time is looked for: all that a week of named days and a long holiday can take."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Days and times of day that are safe. None of either: they named none, which rules none out."""

    days: frozenset[int] | None = None
    """Weekdays, Monday is 0."""
    times: frozenset[tuple[time, time]] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person said about being in touch. `days` and `times` as in `Hours`, for every route without its own."""

    routes: frozenset[str]
    days: frozenset[int] | None = None
    times: frozenset[tuple[time, time]] | None = None
    voicemail: bool = False
    until: date | None = None
    """The last day on which any of it is known to be safe."""
    has_words: bool = False
    """Whether they wrote in words of their own when never to be in touch: nobody can compute that, so it is read."""
    is_paused: bool = False
    is_withdrawn: bool = False
    own_hours: tuple[tuple[str, Hours], ...] = ()
    """Routes that are safe at other hours than the rest, each with its own."""
    decent: tuple[time, time] = DECENT
    """The hours that hold where they named none."""
    renew_by: datetime | None = None
    """After this moment none of it counts until they were asked again; None: nobody has to ask."""
    is_closed: bool = False
    """Whether the case is at an end, and nobody is to be in touch about it."""

    def hours(self, route: str) -> Hours:
        """When this route is safe."""
        return dict(self.own_hours).get(route, Hours(self.days, self.times))


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of safe time, UTC, up to but not including `end`."""

    start: datetime
    end: datetime


def days_named(options: Collection[str]) -> frozenset[int] | None:
    """The weekdays in what was chosen; None where any will do or none was named."""
    named = frozenset(WEEKDAYS.index(option) for option in options if option in WEEKDAYS)
    return named or None


def times_named(options: Collection[str]) -> frozenset[tuple[time, time]] | None:
    """The times of day in what was chosen; None where any will do or none was named."""
    named = frozenset(HOURS[option] for option in options if option in HOURS)
    return named or None


def is_over(plan: Plan, at: datetime) -> bool:
    """Whether the person was to be asked again by then, so that nothing of the plan counts."""
    return plan.renew_by is not None and at > plan.renew_by


def ruled_out(plan: Plan, route: str, at: datetime, *, leaves_voicemail: bool = False) -> tuple[str, ...]:
    """Why the person ruled this out, by the names of the reasons; none when they did not.

    Reasons: withdrawn, closed, paused, safety_over, plan_over, route, day, time, decent, voicemail. Raises `ValueError`
    for a moment without its zone. The working hours of the service are no rule of the person's; `Plan.decent` stands in
    for hours they did not name.
    """
    if at.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    local = at.astimezone(ZONE)
    clock = local.time().replace(tzinfo=None)
    is_timed, hours = route not in MAY_BE_LATE, plan.hours(route)
    checks = (
        ("withdrawn", plan.is_withdrawn),
        ("closed", plan.is_closed),
        ("paused", plan.is_paused),
        ("safety_over", plan.until is not None and local.date() > plan.until),
        (PLAN_OVER, is_over(plan, at)),
        ("route", route not in plan.routes),
        ("day", is_timed and hours.days is not None and local.weekday() not in hours.days),
        ("time", is_timed and hours.times is not None and not any(a <= clock < b for a, b in hours.times)),
        ("decent", route not in WAITS and hours.times is None and not plan.decent[0] <= clock < plan.decent[1]),
        ("voicemail", leaves_voicemail and not plan.voicemail),
    )
    return tuple(name for name, holds in checks if holds)


def windows(plan: Plan, now: datetime, working_time: WorkingTime, *, route: str | None = None) -> tuple[Window, ...]:
    """Every stretch of safe time from `now` on in which the service is at work, as far as is looked ahead: for this
    route, or for one at least of those that were named.

    None where the person has paused or withdrawn, the case is closed, or no time is left at which it is safe.
    """
    if plan.is_paused or plan.is_withdrawn or plan.is_closed:
        return ()
    timed = {plan.hours(each) for each in ({route} if route else plan.routes - MAY_BE_LATE)}
    found = [
        each for hours in timed or {Hours(plan.days, plan.times)} for each in _windows(plan, hours, now, working_time)
    ]
    last = plan.renew_by or datetime.max.replace(tzinfo=UTC)
    return tuple(
        Window(max(each.start, now.astimezone(UTC)), min(each.end, last))
        for each in _union(found)
        if each.end > now and max(each.start, now) < last
    )


def next_slot(plan: Plan, now: datetime, working_time: WorkingTime, *, route: str | None = None) -> Window | None:
    """The next safe time, which may have begun already; None when none is in sight. `route` as in `windows`."""
    return next(iter(windows(plan, now, working_time, route=route)), None)


def _union(found: Sequence[Window]) -> list[Window]:
    """The same time in stretches that do not touch, the earliest first."""
    joined: list[Window] = []
    for each in sorted(found, key=lambda window: window.start):
        if joined and each.start <= joined[-1].end:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, each.end))
        else:
            joined.append(each)
    return joined


def _windows(plan: Plan, safe: Hours, now: datetime, working_time: WorkingTime) -> Iterator[Window]:
    first = now.astimezone(ZONE).date()
    hours = sorted(safe.times) if safe.times is not None else [plan.decent]
    for day in (first + timedelta(days=count) for count in range(LOOKED_AHEAD)):
        if plan.until is not None and day > plan.until:
            return
        if not working_time.is_working_day(day) or (safe.days is not None and day.weekday() not in safe.days):
            continue
        # Each side on the clock of its own moment: on the two days of a clock change a day is 23 or 25 hours long.
        for start, end in _joined(hours, working_time):
            yield Window(_moment(day, start), _moment(day, end))


def _joined(hours: list[tuple[time, time]], working_time: WorkingTime) -> list[tuple[time, time]]:
    """The hours at which the service is at work, those that follow on each other as one."""
    found: list[tuple[time, time]] = []
    for start, end in ((max(a, working_time.start), min(b, working_time.end)) for a, b in hours):
        if start >= end:
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC)
