"""Working time against an oracle that looks at every minute of the wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.working_time import WorkingTime, bank_holidays

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
SPRING = datetime(2026, 3, 29, 1, tzinfo=UTC)  # the clocks go forward, on a Sunday
AUTUMN = datetime(2026, 10, 25, 1, tzinfo=UTC)  # and back
OFFICE = WorkingTime(time(9), time(17), frozenset({date(2026, 12, 24), date(2026, 3, 30)}))

# The dates published or, for 2027 and 2028, computed from the Acts; with the weekdays that stand in for weekends.
BANK_HOLIDAYS = {
    2026: "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
    2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
    2028: "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26",
}


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def is_at_work(at: datetime, hours: WorkingTime) -> bool:
    """The oracle: this very moment on the wall clock, by tables of its own."""
    wall = at.astimezone(hours.zone)
    day = wall.date()
    holiday = wall.strftime("%m-%d") in BANK_HOLIDAYS[day.year].split()
    return day.weekday() < 5 and not holiday and day not in hours.closed and hours.start <= wall.time() < hours.end


def minutes_at_work(begin: datetime, end: datetime, hours: WorkingTime) -> int:
    """Whole minutes from `begin` to `end` of which the first moment is at work."""
    return sum(is_at_work(begin + number * MINUTE, hours) for number in range(int((end - begin) / MINUTE)))


def minutes_around(*moments: datetime) -> st.SearchStrategy[datetime]:
    """Whole minutes within five days of one of these moments."""
    return st.builds(
        lambda moment, offset: moment + offset * MINUTE, st.sampled_from(moments), st.integers(-5 * 1440, 5 * 1440)
    )


AT = minutes_around(
    SPRING,
    AUTUMN,
    datetime(2026, 12, 25, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 15, tzinfo=UTC),
    datetime(2028, 4, 14, tzinfo=UTC),
)
HOURS = st.builds(
    lambda start, length, closed: WorkingTime(
        time(start // 60, start % 60), time((start + length) // 60, (start + length) % 60), closed
    ),
    st.integers(0, 12 * 60),
    st.integers(60, 11 * 60),
    st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=4),
)


@given(AT, st.integers(1, 1500), HOURS)
@example(SPRING - timedelta(hours=33), 60, WorkingTime(time(9), time(17)))
@example(AUTUMN - timedelta(hours=33), 60, WorkingTime(time(9), time(17)))
def test_exactly_the_working_minutes_asked_for_go_by(at: datetime, minutes: int, hours: WorkingTime) -> None:
    end = hours.add_minutes(at, minutes)
    assert end.tzinfo is UTC
    assert is_at_work(end - MINUTE, hours), "the last minute counted is one at work"
    begin = hours.next_open(at)
    assert end - begin >= minutes * MINUTE
    if end - at < timedelta(days=9):
        assert minutes_at_work(at, end, hours) == minutes


@given(AT, st.integers(0, 3000), st.integers(0, 3000), HOURS)
def test_more_minutes_never_end_sooner(at: datetime, some: int, more: int, hours: WorkingTime) -> None:
    assert hours.add_minutes(at, some) <= hours.add_minutes(at, some + more)


@given(AT, st.integers(0, 20_000), st.integers(0, 3000), st.integers(0, 5), HOURS)
def test_who_comes_later_is_never_promised_sooner(
    at: datetime, later: int, minutes: int, days: int, hours: WorkingTime
) -> None:
    assert hours.add_minutes(at, minutes) <= hours.add_minutes(at + later * MINUTE, minutes)
    assert hours.add_days(at, days) <= hours.add_days(at + later * MINUTE, days)
    assert hours.next_open(at) <= hours.next_open(at + later * MINUTE)


@given(AT, st.integers(1, 2000), st.integers(1, 2000), HOURS)
def test_minutes_added_twice_are_minutes_added_once(at: datetime, some: int, more: int, hours: WorkingTime) -> None:
    assert hours.add_minutes(hours.add_minutes(at, some), more) == hours.add_minutes(at, some + more)


@given(AT, st.integers(0, 3000), HOURS)
def test_minutes_between_counts_what_was_added(at: datetime, minutes: int, hours: WorkingTime) -> None:
    assert hours.minutes_between(at, hours.add_minutes(at, minutes)) == minutes


@given(AT, st.integers(0, 6 * 1440), HOURS)
def test_minutes_between_agrees_with_the_wall_clock(at: datetime, length: int, hours: WorkingTime) -> None:
    assert hours.minutes_between(at, at + length * MINUTE) == minutes_at_work(at, at + length * MINUTE, hours)
    assert hours.minutes_between(at + MINUTE, at) == 0


@given(AT, HOURS)
def test_open_is_what_the_wall_clock_says(at: datetime, hours: WorkingTime) -> None:
    assert hours.is_open(at) == is_at_work(at, hours)
    opening = hours.next_open(at)
    assert is_at_work(opening, hours)
    assert opening >= at
    assert not minutes_at_work(at, opening, hours), "nothing open was passed over"


@given(AT, st.integers(0, 6), HOURS)
def test_a_promise_in_days_ends_when_its_working_day_does(at: datetime, days: int, hours: WorkingTime) -> None:
    end = hours.add_days(at, days)
    wall = end.astimezone(LONDON)
    assert wall.time() == hours.end
    assert is_at_work(end - MINUTE, hours)
    first, last = hours.next_open(at).astimezone(LONDON).date(), wall.date()
    between = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert sum(hours.is_working_day(day) for day in between) == days + 1


@pytest.mark.parametrize(
    ("at", "minutes", "end"),
    [
        ("2026-11-20 10:00", 60, "2026-11-20 11:00"),
        ("2026-11-20 16:30", 60, "2026-11-23 09:30"),  # Friday to Monday
        ("2026-11-20 16:00", 60, "2026-11-20 17:00"),  # with the last minute of the day
        ("2026-11-20 17:00", 60, "2026-11-23 10:00"),
        ("2026-11-21 03:00", 0, "2026-11-23 09:00"),
        ("2026-03-27 16:30", 60, "2026-03-31 09:30"),  # over the change, Monday closed by the service
        ("2026-10-23 16:30", 60, "2026-10-26 09:30"),
        ("2026-10-25 01:30", 30, "2026-10-26 09:30"),  # in the hour that comes twice
        ("2026-12-23 16:59", 2, "2026-12-29 09:01"),  # closed day, Christmas, weekend, Boxing Day's stand-in
        ("2026-06-12 16:00", 120, "2026-06-16 10:00"),  # the one-off of June 2026
    ],
)
def test_working_minutes_at_the_edges(at: str, minutes: int, end: str) -> None:
    assert OFFICE.add_minutes(london(at), minutes) == london(end).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "days", "end"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 17:00"),
        ("2026-11-23 08:00", 1, "2026-11-24 17:00"),
        ("2026-11-23 17:00", 1, "2026-11-25 17:00"),  # at closing: counts as the next opening
        ("2026-11-21 12:00", 1, "2026-11-24 17:00"),  # a Saturday
        ("2026-11-27 12:00", 1, "2026-12-01 17:00"),  # over St Andrew's Day
        ("2026-12-31 12:00", 1, "2027-01-05 17:00"),  # over both days of the New Year
        ("2026-08-28 12:00", 1, "2026-08-31 17:00"),  # a holiday in England, none here
        ("2026-11-23 10:00", 0, "2026-11-23 17:00"),
    ],
)
def test_working_days_at_the_edges(at: str, days: int, end: str) -> None:
    assert OFFICE.add_days(london(at), days) == london(end).astimezone(UTC)


def test_minutes_are_real_ones_where_the_clocks_change_within_working_hours() -> None:
    cairo = WorkingTime(time(0), time(8), zone=ZoneInfo("Africa/Cairo"))
    change = datetime(2026, 4, 23, 22, tzinfo=UTC)  # Friday begins at one o'clock
    assert cairo.minutes_between(change - timedelta(hours=10), change + timedelta(hours=12)) == 7 * 60
    assert cairo.add_minutes(change, 7 * 60) == change + timedelta(hours=7)


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_the_bank_holidays_are_those_of_scotland(year: int) -> None:
    weekdays = sorted(day.strftime("%m-%d") for day in bank_holidays(year) if day.weekday() < 5)
    assert " ".join(weekdays) == BANK_HOLIDAYS[year]


@pytest.mark.parametrize("ask", ["is_open", "next_open"])
def test_a_moment_without_its_time_zone_is_refused(ask: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        getattr(OFFICE, ask)(datetime(2026, 11, 23, 10))  # noqa: DTZ001


def test_sums_on_a_moment_without_its_time_zone_are_refused() -> None:
    naive, aware = datetime(2026, 11, 23, 10), datetime(2026, 11, 23, 10, tzinfo=UTC)  # noqa: DTZ001
    for sum_of in (OFFICE.add_minutes, OFFICE.add_days):
        with pytest.raises(ValueError, match="time zone"):
            sum_of(naive, 1)
    for begin, end in ((naive, aware), (aware, naive)):
        with pytest.raises(ValueError, match="time zone"):
            OFFICE.minutes_between(begin, end)


def test_working_time_runs_forwards_only() -> None:
    at = london("2026-11-23 10:00")
    for sum_of in (OFFICE.add_minutes, OFFICE.add_days):
        with pytest.raises(ValueError, match="forwards"):
            sum_of(at, -1)


@pytest.mark.parametrize(("start", "end"), [(17, 9), (9, 9)])
def test_hours_that_never_open_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="start before their end"):
        WorkingTime(time(start), time(end))
