"""What a case sets going: its priority, what the person is promised, and the ladder of alerts."""

from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import FLOWS
from bot.hearing.safety_rules import KINDS
from bot.steps import Flag
from policy.contact_attempts import REACHED, RESULTS
from policy.escalation import Rung, ladder
from policy.moves import MOVES, move_between, moves_from
from policy.priority import SUGGESTED_BY, Priority, suggest
from policy.promises import Promise, Targets, promise
from policy.stages import Stage
from policy.working_time import WorkingTime

LONDON = ZoneInfo("Europe/London")
OFFICE = WorkingTime(time(9), time(17))
TARGETS = Targets(
    opened_within_days=1,
    first_attempt_within_days=2,
    urgent_opened_within_minutes=60,
    urgent_first_attempt_within_days=1,
    reached_within_days=5,
    plan_lasts=timedelta(days=90),
)
NOW = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
SWITCHES = [switches for switches in product((True, False), repeat=3) if any(switches)]


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def rungs(at: str, priority: Priority, *switches: bool) -> list[tuple[int, str, str]]:
    now = london(at)
    made = ladder(now, promise(now, priority, TARGETS, OFFICE), OFFICE, *switches)
    return [(rung.level, rung.channel, f"{rung.due_at.astimezone(LONDON):%a %H:%M}") for rung in made]


def test_one_urgent_flag_outweighs_any_number_of_others() -> None:
    assert suggest(SUGGESTED_BY.keys()) is Priority.URGENT


@pytest.mark.parametrize(("flag", "level"), SUGGESTED_BY.items())
def test_a_flag_suggests_its_level(flag: str, level: Priority) -> None:
    assert suggest([flag]) is level
    assert suggest([flag, "wants_a_letter"]) is level


def test_every_flag_that_weighs_is_raised_by_some_flow() -> None:
    raised = {step.name for flow in FLOWS.values() for step in flow.steps if isinstance(step, Flag)} | {*KINDS}
    assert set(SUGGESTED_BY) <= raised, "a flag by another name would weigh nothing, in silence"


@pytest.mark.parametrize("flags", [[], ["wants_a_letter"]])
def test_without_a_flag_that_weighs_a_case_is_routine(flags: list[str]) -> None:
    assert suggest(flags) is Priority.ROUTINE


@pytest.mark.parametrize(
    ("at", "priority", "opened_by", "contact_by"),
    [
        ("2026-11-23 10:00", Priority.ROUTINE, "2026-11-24 17:00", "2026-11-25 17:00"),
        ("2026-11-23 10:00", Priority.PRIORITY, "2026-11-24 17:00", "2026-11-25 17:00"),
        ("2026-11-23 10:00", Priority.URGENT, "2026-11-23 11:00", "2026-11-24 17:00"),
        ("2026-11-27 22:00", Priority.URGENT, "2026-12-01 10:00", "2026-12-02 17:00"),  # St Andrew's Day is a Monday
    ],
)
def test_what_is_promised_follows_the_targets(at: str, priority: Priority, opened_by: str, contact_by: str) -> None:
    assert promise(london(at), priority, TARGETS, OFFICE) == Promise(london(opened_by), london(contact_by))


@given(NOW, st.sampled_from(Priority))
def test_every_promise_lies_ahead_and_a_case_is_opened_before_anybody_calls(now: datetime, priority: Priority) -> None:
    made = promise(now, priority, TARGETS, OFFICE)
    assert now < made.opened_by <= made.contact_by


@given(NOW)
def test_the_more_pressing_is_never_promised_later(now: datetime) -> None:
    urgent, priority, routine = (promise(now, level, TARGETS, OFFICE) for level in Priority)
    assert urgent.opened_by <= priority.opened_by <= routine.opened_by
    assert urgent.contact_by <= priority.contact_by <= routine.contact_by


def test_the_ladder_goes_another_way_then_everywhere_then_to_the_manager() -> None:
    assert rungs("2026-11-23 10:00", Priority.URGENT, True, True, True) == [
        (0, "staff_chat", "Mon 10:00"),
        (0, "email", "Mon 10:00"),
        (1, "email", "Mon 10:15"),
        (2, "staff_chat", "Mon 10:30"),
        (2, "email", "Mon 10:30"),
        (3, "manager", "Mon 10:45"),
    ]


def test_with_the_staff_chat_alone_the_ladder_repeats_there() -> None:
    assert rungs("2026-11-23 10:00", Priority.ROUTINE, True, False, False) == [
        (0, "staff_chat", "Mon 10:00"),
        (1, "staff_chat", "Mon 13:45"),
        (2, "staff_chat", "Tue 09:30"),
        (3, "staff_chat", "Tue 13:15"),
    ]


def test_with_a_manager_alone_the_manager_hears_at_once() -> None:
    assert rungs("2026-11-23 10:00", Priority.URGENT, False, False, True)[0] == (0, "manager", "Mon 10:00")


def test_at_night_the_first_alert_leaves_at_once_and_the_others_wait_for_the_morning() -> None:
    assert rungs("2026-11-21 02:00", Priority.URGENT, True, False, False) == [
        (0, "staff_chat", "Sat 02:00"),
        (1, "staff_chat", "Mon 09:15"),
        (2, "staff_chat", "Mon 09:30"),
        (3, "staff_chat", "Mon 09:45"),
    ]


def test_with_no_channel_on_the_desks_own_list_is_the_alert() -> None:
    assert rungs("2026-11-23 10:00", Priority.URGENT, False, False, False) == [(0, "desk", "Mon 10:00")]


@given(NOW, st.sampled_from(Priority), st.sampled_from(SWITCHES))
def test_every_rung_is_its_own_row_and_all_come_before_the_promised_time(
    now: datetime, priority: Priority, switches: tuple[bool, bool, bool]
) -> None:
    made = promise(now, priority, TARGETS, OFFICE)
    alerts: tuple[Rung, ...] = ladder(now, made, OFFICE, *switches)
    assert {rung.level for rung in alerts} == {0, 1, 2, 3}
    assert len({(rung.level, rung.channel) for rung in alerts}) == len(alerts)
    times = [rung.due_at for rung in alerts]
    assert times == sorted(times)
    assert times[0] == now
    assert times[-1] < made.opened_by
    on = {name for name, is_on in zip(("staff_chat", "email", "manager"), switches, strict=True) if is_on}
    assert {rung.channel for rung in alerts} <= on
    assert all(OFFICE.is_open(rung.due_at - timedelta(microseconds=1)) for rung in alerts if rung.level)


def test_a_case_can_reach_every_stage_from_its_first() -> None:
    reached, ahead = {Stage.RECEIVED}, [Stage.RECEIVED]
    while ahead:
        for stage in {move.after for move in moves_from(ahead.pop()) if move.after}:
            if stage not in reached:
                reached.add(stage)
                ahead.append(stage)
    assert reached == set(Stage)


def test_nobody_is_called_before_the_safe_contact_plan_was_read() -> None:
    assert not move_between(Stage.RECEIVED, Stage.CONTACT_ATTEMPTS)
    assert not move_between(Stage.RECEIVED, Stage.INITIAL_DISCUSSION)
    assert not move_between(Stage.TRIAGE, Stage.INITIAL_DISCUSSION)


def test_a_stage_is_written_as_its_name_and_never_moves_to_itself() -> None:
    assert [str(stage) for stage in Stage][:4] == ["received", "triage", "contact_attempts", "initial_discussion"]
    assert not any(move_between(stage, stage) for stage in Stage)
    ways = [(before, move.after) for move in MOVES for before in move.before]
    assert len(set(ways)) == len(ways)


def test_being_reached_is_one_of_the_results() -> None:
    assert REACHED in RESULTS
