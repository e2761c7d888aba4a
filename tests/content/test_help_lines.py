"""Who is sent where: the best line first, three at most, never none, and never one that nobody has confirmed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow import Flow
from bot.flows import FLOWS
from bot.steps import Question
from content import checks, help_lines, words
from content.help_lines import HelpLine, load, needs, needs_from, pick
from content.words import ContentError

DAY = date(2026, 11, 22)
LINES = load("en")
ALL_NEEDS = sorted({need for line in LINES for need in line.needs} | {each.need for each in needs_from("en")})


def line(name: str, *needs: str, order: int = 1, confidence: str = "H", not_for: tuple[str, ...] = ()) -> HelpLine:
    return HelpLine(name, "07700 900123", "Always", needs, order, "https://example.org", confidence, DAY, not_for)


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


def test_skipped_and_unknown_answers_tell_of_no_need() -> None:
    assert needs({"feels_safe": None, "kind_of_harm": "rather_not_say", "no_such_question": "no"}) == ()


def test_the_most_pressing_need_comes_first_and_each_once() -> None:
    said = {"kind_of_harm": "domestic_abuse", "relationship": "ex_partner", "feels_safe": "no"}
    assert needs(said) == ("danger", "domestic_abuse")


def test_every_answer_that_tells_of_a_need_can_be_given() -> None:
    asked = [step for flow in FLOWS.values() for step in _questions(flow)]
    for each in needs_from("en"):
        assert any(step.name == each.question and each.option in step.closed for step in asked), each


def test_every_need_an_answer_tells_of_has_a_line_that_is_shown_or_a_reason() -> None:
    # No confirmed line for people worried about their own behaviour yet: they get the general ones.
    met = {need for each in LINES if each.is_shown for need in each.needs}
    assert {each.need for each in needs_from("en")} - met == {"own_behaviour"}


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
    for slip in ({}, {"confidence": "X", "checked_on": DAY}, {"confidence": "H", "checked_on": "today"}):
        monkeypatch.setattr(help_lines, "_rows", lambda language, table, slip=slip: [{**row, **slip}])
        with pytest.raises(ContentError, match=r"help_lines\.toml"):
            load.__wrapped__("en")


def _questions(flow: Flow) -> list[Question]:
    return [step for step in flow.steps if isinstance(step, Question)]
