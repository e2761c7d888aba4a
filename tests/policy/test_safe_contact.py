"""The safe-contact plan decides: which route, hour and voicemail are ruled out, and when the next safe time is."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.lists import CONTACT_ROUTES, DAYS, TIMES
from policy import safe_contact
from policy.contact_attempts import ROUTES, Limits, needs_manager, next_try, standing
from policy.safe_contact import (
    HOURS,
    WEEKDAYS,
    ZONE,
    Hours,
    Plan,
    days_named,
    next_slot,
    ruled_out,
    times_named,
    windows,
)
from policy.working_time import WorkingTime

OFFICE = WorkingTime(time(9), time(17))
MIDDAY = Plan(frozenset({"phone"}), days_named(["tuesday", "thursday"]), times_named(["late_morning"]))
THREE = Limits(3, 10)


def local(*at: int) -> datetime:
    return datetime(*at, tzinfo=ZONE)  # type: ignore[arg-type, misc]


def test_every_day_and_time_that_can_be_chosen_is_understood():
    assert set(DAYS) - {"any_day"} <= set(WEEKDAYS)
    assert set(TIMES) - {"any_time"} == set(HOURS)
    assert set(CONTACT_ROUTES) <= set(ROUTES)


@pytest.mark.parametrize(
    ("route", "at", "voicemail", "reasons"),
    [
        ("phone", local(2026, 11, 24, 11, 0), False, ()),
        ("phone", local(2026, 11, 24, 12, 59), False, ()),
        ("phone", local(2026, 11, 24, 13, 0), False, ("time",)),
        ("phone", local(2026, 11, 24, 10, 59), False, ("time",)),
        ("phone", local(2026, 11, 25, 11, 30), False, ("day",)),
        ("phone", local(2026, 11, 24, 11, 30), True, ("voicemail",)),
        ("text", local(2026, 11, 24, 11, 30), False, ("route",)),
        ("text", local(2026, 11, 25, 20, 0), True, ("route", "day", "time", "voicemail")),
    ],
)
def test_what_is_ruled_out_is_said_by_name(route, at, voicemail, reasons):
    assert ruled_out(MIDDAY, route, at, leaves_voicemail=voicemail) == reasons


def test_a_letter_is_held_to_its_route_and_to_no_hour():
    by_post = Plan(frozenset({"letter"}), MIDDAY.days, MIDDAY.times)
    assert ruled_out(by_post, "letter", local(2026, 11, 25, 8, 0)) == ()


def test_while_paused_or_withdrawn_everything_is_ruled_out():
    now = local(2026, 11, 24, 11, 0)
    for plan, why in (
        (Plan(MIDDAY.routes, is_paused=True), "paused"),
        (Plan(MIDDAY.routes, is_withdrawn=True), "withdrawn"),
    ):
        assert ruled_out(plan, "phone", now) == (why,)
        assert windows(plan, now, OFFICE) == ()


def test_safety_that_was_limited_in_time_ends_with_its_day():
    plan = Plan(frozenset({"phone"}), until=date(2026, 11, 26))
    assert ruled_out(plan, "phone", local(2026, 11, 26, 16, 59)) == ()
    assert ruled_out(plan, "phone", local(2026, 11, 27, 9, 0)) == ("safety_over",)
    assert next_slot(plan, local(2026, 11, 26, 18, 0), OFFICE) is None


@pytest.mark.parametrize(
    ("route", "at", "reasons"),
    [
        ("phone", local(2026, 11, 28, 19, 59), ()),
        ("phone", local(2026, 11, 28, 20, 0), ("decent",)),
        ("phone", local(2026, 11, 29, 3, 0), ("decent",)),
        ("text", local(2026, 11, 29, 8, 59), ("decent",)),
        ("letter", local(2026, 11, 29, 3, 0), ()),
    ],
)
def test_who_named_no_times_is_called_at_decent_hours_alone(route, at, reasons):
    assert ruled_out(Plan(frozenset({"phone", "text", "letter"})), route, at) == reasons


def test_the_service_sets_which_hours_are_decent():
    plan = Plan(frozenset({"phone"}), decent=(time(10), time(12)))
    assert ruled_out(plan, "phone", local(2026, 11, 24, 9, 30)) == ("decent",)
    slot = next_slot(plan, local(2026, 11, 24, 8, 0), OFFICE)
    assert slot is not None and (slot.start.hour, slot.end.hour) == (10, 12)


def test_once_they_were_to_be_asked_again_no_time_is_safe():
    plan = Plan(frozenset({"phone"}), renew_by=local(2026, 11, 24, 12, 0))
    assert ruled_out(plan, "phone", local(2026, 11, 24, 12, 0)) == ()
    assert ruled_out(plan, "phone", local(2026, 11, 24, 12, 1)) == ("plan_over",)
    assert [each.end for each in windows(plan, local(2026, 11, 24, 8, 0), OFFICE)] == [local(2026, 11, 24, 12, 0)]
    assert windows(plan, local(2026, 11, 24, 12, 0), OFFICE) == ()


def test_about_a_case_that_is_closed_nobody_is_called():
    plan = Plan(frozenset({"phone"}), is_closed=True)
    assert ruled_out(plan, "phone", local(2026, 11, 24, 12, 0)) == ("closed",)
    assert windows(plan, local(2026, 11, 24, 8, 0), OFFICE) == ()


def test_messages_keep_to_working_hours_where_nothing_was_named():
    plan = Plan(frozenset({"phone"}))
    slot = next_slot(plan, local(2026, 11, 28, 20, 0), OFFICE)
    assert slot is not None
    assert slot.start == local(2026, 12, 1, 9, 0)  # Monday the 30th is St Andrew's Day


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (local(2026, 11, 24, 8, 0), local(2026, 11, 24, 11, 0)),
        (local(2026, 11, 24, 12, 0), local(2026, 11, 24, 12, 0)),
        (local(2026, 11, 24, 13, 0), local(2026, 11, 26, 11, 0)),
        # Over both clock changes, which fall on Sundays: 11 o'clock is 10 UTC in summer and 11 UTC in winter.
        (local(2026, 10, 23, 8, 0), local(2026, 10, 27, 11, 0)),
        (local(2027, 3, 26, 8, 0), local(2027, 3, 30, 11, 0)),
    ],
)
def test_the_next_safe_time_is_on_the_clock_on_the_wall(now, start):
    slot = next_slot(MIDDAY, now, OFFICE)
    assert slot is not None
    assert slot.start == start


def test_the_clock_changes_move_the_same_hour_in_utc():
    before = next_slot(MIDDAY, local(2026, 10, 20, 8, 0), OFFICE)
    after = next_slot(MIDDAY, local(2026, 10, 23, 8, 0), OFFICE)
    assert before is not None and after is not None
    assert (before.start.astimezone(UTC).hour, after.start.astimezone(UTC).hour) == (10, 11)


def test_times_that_follow_on_each_other_are_one_stretch():
    plan = Plan(frozenset({"phone"}), times=times_named(["early_morning", "late_morning", "late_afternoon"]))
    today = [each for each in windows(plan, local(2026, 11, 24, 8, 0), OFFICE) if each.start < local(2026, 11, 25)]
    assert [(each.start.hour, each.end.hour) for each in today] == [(9, 13), (15, 17)]


@given(
    st.integers(0, 60 * 24 * 420).map(lambda minutes: local(2026, 3, 1) + timedelta(minutes=minutes)),
    st.sets(st.sampled_from(WEEKDAYS[:5])),
    st.sets(st.sampled_from(list(HOURS))),
)
def test_no_safe_time_is_ever_one_that_is_ruled_out(now, days, times):
    plan = Plan(frozenset({"phone"}), days_named(days), times_named(times))
    for slot in windows(plan, now, OFFICE):
        assert slot.start < slot.end
        for at in (slot.start, slot.end - timedelta(minutes=1)):
            assert ruled_out(plan, "phone", at) == ()
            assert OFFICE.is_open(at)


def test_three_tries_on_different_days_over_ten_working_days_use_them_up():
    at = [local(2026, 11, 2, 11), local(2026, 11, 2, 15), local(2026, 11, 5, 11), local(2026, 11, 10, 11)]
    tries = [(each, "no_answer") for each in at]
    first = standing(tries[:2], at[1], THREE, OFFICE)
    assert (first.days_tried, first.days_left, first.is_used_up) == (1, 2, False)
    third = standing(tries, at[3], THREE, OFFICE)
    assert (third.days_left, third.is_used_up, third.ends_on) == (0, False, date(2026, 11, 16))
    assert standing(tries, local(2026, 11, 16, 9), THREE, OFFICE).is_used_up


def test_being_reached_begins_anew():
    tries = [(local(2026, 11, day, 11), "no_answer") for day in (2, 5, 10)]
    reached = [*tries, (local(2026, 11, 11, 11), "reached")]
    assert standing(reached, local(2026, 11, 20, 9), THREE, OFFICE).days_tried == 0


def test_the_next_try_is_safe_and_not_too_soon():
    tries = [(local(2026, 11, 24, 11), "no_answer")]
    so_far = standing(tries, local(2026, 11, 24, 12), THREE, OFFICE)
    slot = next_try(MIDDAY, so_far, local(2026, 11, 24, 12), OFFICE)
    assert slot is not None
    assert slot.start == local(2026, 12, 1, 11, 0)


def test_somebody_unreached_who_said_they_are_not_safe_is_a_managers_to_decide_about():
    tries = [(local(2026, 11, day, 11), "no_answer") for day in (2, 5, 10)]
    over = standing(tries, local(2026, 11, 16, 9), THREE, OFFICE)
    assert needs_manager(over, has_safety_flag=True)
    assert not needs_manager(over, has_safety_flag=False)
    under_way = standing(tries[:1], local(2026, 11, 3, 9), THREE, OFFICE)
    assert not needs_manager(under_way, has_safety_flag=True)


def test_how_long_it_is_safe_can_be_said_in_three_ways():
    assert list(safe_contact.SAFE_FOR) == ["one_week", "two_weeks", "one_month"]


def test_a_route_with_hours_of_its_own_is_held_to_them_and_the_rest_to_those_of_all():
    own = Hours(days_named(["friday"]), times_named(["early_afternoon"]))
    plan = Plan(frozenset({"phone", "text"}), MIDDAY.days, MIDDAY.times, own_hours=(("phone", own),))
    now = local(2026, 11, 24, 11, 30)
    assert ruled_out(plan, "text", now) == ()
    assert ruled_out(plan, "phone", now) == ("day", "time")
    assert ruled_out(plan, "phone", local(2026, 11, 27, 13, 30)) == ()
    by_phone, by_any = next_slot(plan, now, OFFICE, route="phone"), next_slot(plan, now, OFFICE)
    assert by_phone and by_phone.start == local(2026, 11, 27, 13, 0)
    assert by_any and by_any.start == now


def test_safe_times_of_several_routes_that_touch_are_one_stretch():
    own = Hours(days_named(["tuesday"]), times_named(["early_afternoon"]))
    plan = Plan(frozenset({"phone", "text"}), MIDDAY.days, MIDDAY.times, own_hours=(("phone", own),))
    first = windows(plan, local(2026, 11, 24, 8, 0), OFFICE)[0]
    assert (first.start, first.end) == (local(2026, 11, 24, 11, 0), local(2026, 11, 24, 15, 0))
