"""Who is sent where: the best line first, three at most, never none, and never one that nobody has confirmed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow import Flow
from bot.flows import FLOWS
from bot.steps import Question
from content import checks, help_lines, opening_hours, words
from content.help_lines import HelpLine, load, needs, needs_from, pick
from content.words import ContentError

DAY = date(2026, 11, 22)
LINES = load("en")
ALL_NEEDS = sorted({need for line in LINES for need in line.needs} | {each.need for each in needs_from()})


SCOTLAND = ZoneInfo("Europe/London")


def line(
    name: str,
    *needs: str,
    order: int = 1,
    confidence: str = "H",
    not_for: tuple[str, ...] = (),
    open: str = "every 00:00-24:00",
) -> HelpLine:
    times = opening_hours.read([open]) if open else None
    return HelpLine(name, "07700 900123", "Hours", needs, order, "https://example.org", confidence, DAY, not_for, times)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in Scotland in the week that begins with Monday 12 October 2026."""
    return datetime(2026, 10, 11 + day, hour, minute, tzinfo=SCOTLAND)


def names(lines: tuple[HelpLine, ...]) -> list[str]:
    return [each.name for each in lines]


@given(st.lists(st.sampled_from(ALL_NEEDS), unique=True))
def test_whoever_asks_is_offered_up_to_three_lines_and_never_none(needed: list[str]) -> None:
    offered = pick(LINES, needed)
    assert 1 <= len(offered) <= 3
    assert len(set(offered)) == len(offered)
    assert all(each.is_shown for each in offered)
    assert all(not set(each.not_for) & set(needed) for each in offered)


def test_nothing_is_known_and_still_there_are_three_lines_for_anyone() -> None:
    assert len(pick(LINES, ())) == 3
    assert pick(LINES, ())[0].contact == "116 123"


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ({"age_band": "under_16"}, "Childline"),
        ({"feels_safe": "no"}, "Scotland's Domestic Abuse"),
        ({"kind_of_harm": "sexual_harm_adult"}, "Rape Crisis Scotland"),
        ({"kind_of_harm": "domestic_abuse"}, "Scotland's Domestic Abuse"),
        ({"access_needs": ("breaks", "bsl")}, "999 BSL"),
        ({"who_i_am": "caused_harm"}, "Samaritans"),
    ],
)
def test_the_line_that_fits_best_comes_first(said: dict[str, str | tuple[str, ...]], first: str) -> None:
    assert pick(LINES, needs(said))[0].name.startswith(first)


def test_who_caused_harm_is_not_sent_to_a_line_for_those_harmed() -> None:
    for each in pick(LINES, needs({"who_i_am": "caused_harm"}), at_most=99):
        assert not {"sexual_harm", "domestic_abuse", "danger"} & set(each.needs)


def test_each_need_gets_its_best_line_before_any_gets_a_second() -> None:
    lines = [line("a1", "a", order=1), line("a2", "a", order=2), line("b1", "b", order=9), line("any", "general")]
    assert names(pick(lines, ("a", "b"))) == ["a1", "b1", "a2"]


def test_a_line_nobody_confirmed_is_not_shown() -> None:
    assert names(pick([line("unsure", "a", confidence="L"), line("sure", "general")], ("a",))) == ["sure"]


def test_a_line_that_is_closed_now_stands_after_those_that_are_open() -> None:
    lines = [line("evenings", "a", order=1, open="every 17:00-24:00"), line("always", "a", order=2)]
    assert names(pick(lines, ("a",), now=at(3, 16, 59))) == ["always", "evenings"]
    assert names(pick(lines, ("a",), now=at(3, 17))) == ["evenings", "always"]


def test_of_the_lines_shown_one_can_be_reached_now_if_any_that_fits_can() -> None:
    shut = [line(name, "a", open="mon 09:00-10:00") for name in ("one", "two", "three")]
    lines = [*shut, line("anybody", "general", order=9)]
    assert names(pick(lines, ("a",), now=at(2, 9))) == ["anybody", "one", "two"]
    assert names(pick(lines, ("a",), now=at(1, 9))) == ["one", "two", "three"]
    assert names(pick(shut, ("a",), now=at(2, 9))) == ["one", "two", "three"]


def test_a_line_whose_hours_nobody_knows_counts_as_neither_open_nor_closed() -> None:
    assert not line("unknown", "a", open="").is_closed(at(1, 3))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(1, 5, 59), True),
        (at(1, 6), False),
        (at(1, 18), True),
        (at(2, 1, 59), True),
        (at(2, 2), False),
        (at(5, 1, 59), True),
        (at(5, 17, 59), False),
        (at(5, 18), True),
        (at(7, 12), True),
        (at(7, 23, 59), True),
    ],
)
def test_breathing_space_is_open_when_its_words_say_so(moment: datetime, is_open: bool) -> None:
    """Monday to Thursday 6pm to 2am; Friday 6pm to Monday 6am."""
    (found,) = (each for each in LINES if each.name.startswith("Breathing Space"))
    assert found.is_closed(moment) is not is_open


def test_hours_are_those_on_the_wall_summer_and_winter_and_the_week_goes_round() -> None:
    evenings = opening_hours.read(["every 17:00-24:00"])
    assert opening_hours.is_open(evenings, datetime(2026, 7, 1, 16, 0, tzinfo=ZoneInfo("UTC")))
    assert not opening_hours.is_open(evenings, datetime(2026, 12, 1, 16, 0, tzinfo=ZoneInfo("UTC")))
    over_the_end = opening_hours.read(["sun 22:00-30:00"])
    assert opening_hours.is_open(over_the_end, at(1, 5, 59))
    assert not opening_hours.is_open(over_the_end, at(1, 6))


@pytest.mark.parametrize(
    "written", ["always", "mon 9:00-17:00", "fri-mon 09:00-17:00", "mon 17:00-09:00", "xyz 09:00-17:00"]
)
def test_hours_written_otherwise_are_refused(written: str) -> None:
    with pytest.raises(ValueError):
        opening_hours.read([written])


@pytest.mark.parametrize("language", words.languages())
def test_lines_that_say_day_and_night_are_open_at_four_on_sunday_morning(language: str) -> None:
    english = {each.url: each for each in LINES if each.hours.startswith("Day and night")}
    assert english
    for each in load(language):
        if each.url in english:
            assert each.open is not None and not each.is_closed(at(7, 4)), each.name


def test_skipped_and_unknown_answers_tell_of_no_need() -> None:
    assert needs({"feels_safe": None, "kind_of_harm": "rather_not_say", "no_such_question": "no"}) == ()


def test_the_most_pressing_need_comes_first_and_each_once() -> None:
    said = {"kind_of_harm": "domestic_abuse", "relationship": "ex_partner", "feels_safe": "no"}
    assert needs(said) == ("danger", "domestic_abuse")


def test_every_answer_that_tells_of_a_need_can_be_given() -> None:
    asked = [step for flow in FLOWS.values() for step in _questions(flow)]
    for each in needs_from():
        assert any(step.name == each.question and each.option in step.closed for step in asked), each


def test_every_need_an_answer_tells_of_has_a_line_that_is_shown_or_a_reason() -> None:
    # No confirmed line for people worried about their own behaviour yet: they get the general ones.
    met = {need for each in LINES if each.is_shown for need in each.needs}
    assert {each.need for each in needs_from()} - met == {"own_behaviour"}


def test_lines_go_stale_after_180_days_and_a_day_to_come_counts_as_unchecked() -> None:
    one = line("one", "general")
    assert not one.is_stale(DAY + timedelta(days=180))
    assert one.is_stale(DAY + timedelta(days=181))
    assert one.is_stale(DAY - timedelta(days=1))


def test_stale_or_too_few_lines_keep_the_service_from_going_live() -> None:
    fresh = [line(name, "general") for name in "abc"]
    assert checks.help_line_problems("en", fresh, DAY) == []
    assert "fewer than 3 lines" in checks.help_line_problems("en", fresh[:2], DAY)[0]
    assert len(checks.help_line_problems("en", fresh, DAY + timedelta(days=400))) == 3


def test_a_line_nobody_confirmed_keeps_the_service_from_going_live_though_it_is_never_shown() -> None:
    lines = [line(name, "general") for name in "abc"]
    (problem,) = checks.help_line_problems("en", [*lines, replace(lines[0], name="d", confidence="L")], DAY)
    assert problem.startswith("content/en/help_lines.toml, 'd': confidence L, so nobody is sent there.")


@pytest.mark.parametrize("language", words.languages())
def test_every_line_says_who_it_is_how_to_reach_it_and_when(language: str) -> None:
    for each in load(language):
        assert each.name and each.contact and each.hours and each.url.startswith("https://")
        assert not each.hours.endswith(".") and not each.contact.endswith("."), each.name


def test_a_slip_in_the_file_is_told_with_the_line_it_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "name": "One",
        "contact": "1",
        "hours": "Always",
        "needs": ["general"],
        "order": 1,
        "url": "https://example.org",
    }
    whole = {"confidence": "H", "checked_on": DAY}
    for slip in ({}, {**whole, "confidence": "X"}, {**whole, "checked_on": "today"}, {**whole, "open": "always"}):
        monkeypatch.setattr(help_lines, "_rows", lambda language, table, slip=slip: [{**row, **slip}])
        with pytest.raises(ContentError, match=r"help_lines\.toml"):
            load.__wrapped__("en")


def _questions(flow: Flow) -> list[Question]:
    return [step for step in flow.steps if isinstance(step, Question)]
