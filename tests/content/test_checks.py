"""Each check of the words finds the fault it is for, and says where it is and what to do."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.flows import FLOWS
from content import checks, words
from content.wording import text_problems
from content.words import Words

NEEDS = {"age_band": ("ask", "why", "short", "options.under_16", "options.not_sure"), "bye": ("say",)}
GOOD: dict[str, Any] = {
    "language": {"name": "Test", "whole": True, "commands": {"stop": ["stop"], "skip": ["skip", "rather not"]}},
    "common": {"standing": {"stop": "Stop", "skip": "Skip"}, "options": {"not_sure": "Not sure"}},
    "avoid": {"anywhere": {"client": "you", "why did you": "how"}, "in_sight": {"harm": "nothing"}},
    "talk": {
        "age_band": {
            "ask": "How old are you?",
            "why": "Help differs.",
            "short": "Age",
            "options": {"under_16": "Under 16"},
        },
        "bye": {"say": "Bye."},
    },
}


def changed(path: str, value: object) -> Words:
    """The good words with one thing changed; None takes it away."""
    files = _copy(GOOD)
    *way, last = path.split("/")
    table = files
    for name in way:
        table = table.setdefault(name, {})
    if value is None:
        del table[last]
    else:
        table[last] = value
    return Words("xx", files)


def _copy(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copy(value) if isinstance(value, Mapping) else value for key, value in table.items()}


def test_good_words_have_no_problem() -> None:
    good = Words("xx", GOOD)
    assert checks.flow_problems(good, "talk", NEEDS) == []
    assert checks.label_problems(good, "talk", NEEDS) == []
    assert checks.command_problems("xx", GOOD["language"]["commands"], good) == []
    assert text_problems(good) == []
    assert checks.language_problems(good, good) == []


@pytest.mark.parametrize("language", words.languages())
def test_every_language_has_no_problem(language: str) -> None:
    assert checks.problems(language, {name: flow.needs() for name, flow in FLOWS.items()}) == []


def test_who_reads_is_told_in_the_same_words_everywhere() -> None:
    told = changed("common/service", {"who_reads": "Coordinators read it."})
    assert text_problems(told) == []
    files = {"menu": {"welcome": {"say": "Hello. Everybody reads it."}}, "common": {"service": {"who_reads": "We do."}}}
    assert text_problems(Words("xx", {**GOOD, **files})) == [
        "content/xx/menu.toml, [welcome] 'say': does not hold the words of common.toml 'service.who_reads'. "
        "Put them in as they stand there."
    ]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("talk/age_band/why", None, "content/xx/talk.toml, [age_band]: 'why' is missing. Write it."),
        ("talk/age_band/why", "", "content/xx/talk.toml, [age_band]: 'why' is missing. Write it."),
        ("common/options/not_sure", None, "content/xx/talk.toml, [age_band]: 'options.not_sure' is missing. Write it."),
        ("talk/age_bnad", {"ask": "?"}, "[age_bnad]: there is no such step"),
        ("talk/age_band/hnit", "Roughly.", "[age_band]: 'hnit' is not used"),
        ("talk/age_band/options/over_16", "Over 16", "[age_band]: 'options.over_16' is not used"),
        ("talk/bye/why", "Because.", "[bye]: 'why' is not used"),
    ],
)
def test_a_missing_or_unknown_text_is_named(path: str, value: object, says: str) -> None:
    assert any(says in each for each in checks.flow_problems(changed(path, value), "talk", NEEDS))


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("A" * 29, "has 29 characters"),
        ("Rather not!", "is the command 'skip' when typed"),
        ("16", "is the number of another option"),
        ("Not sure.", "could be two options when typed"),
        ("not_sure", "could be two options when typed"),
    ],
)
def test_a_label_that_would_mislead_is_named(label: str, says: str) -> None:
    found = checks.label_problems(changed("talk/age_band/options/under_16", label), "talk", NEEDS)
    assert any(says in each for each in found)


def test_a_line_of_the_read_back_must_fit() -> None:
    found = checks.label_problems(changed("talk/age_band/short", "A" * 33), "talk", NEEDS)
    assert "'short' has 33 characters" in found[0]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("talk/age_band/ask", "Hello {name}", "[age_band] 'ask': nothing fills {name} here. Take it out."),
        ("talk/age_band/ask", "Hello {name!r}", "is no placeholder"),
        ("talk/age_band/ask", "Hello {0}", "is no placeholder"),
        ("talk/age_band/ask", "Hello {", "[age_band] 'ask'"),
        ("talk/age_band/ask", "How old? Where?", "more than one question"),
        ("talk/age_band/ask", "word " * 61, "61 words"),
        ("talk/age_band/why", "word " * 61, "61 words"),
        ("talk/bye/say", "word " * 61, "61 words"),
        ("talk/bye/say", "The client, then.", "avoid 'client'. Write instead: you."),
        ("talk/bye/say", "Why did you wait", "avoid 'why did you'"),
        ("common/standing/stop", "Stop harm", "avoid 'harm'"),
        ("alerts/card/note", "A harm.", "avoid 'harm'"),
        ("common/read_back/line", "{number}. {short}", "{answer} is missing. Put it in."),
        ("self_referral/sent/say", "Sent.", "{receipt_code} is missing"),
    ],
)
def test_a_sentence_against_the_rules_is_named(path: str, value: str, says: str) -> None:
    assert any(says in each for each in text_problems(changed(path, value)))


def test_a_question_and_its_hint_are_read_as_one_message() -> None:
    long = changed("talk/age_band", {"ask": "word " * 40, "hint": "word " * 21})
    assert any("61 words" in each for each in text_problems(long))


def test_a_harmless_word_that_holds_an_avoided_one_is_let_be() -> None:
    assert text_problems(changed("talk/bye/say", "Clientele.")) == []


@pytest.mark.parametrize(
    ("commands", "says"),
    [
        ({"stop": ["stop", "quit"], "pause": ["Quit!"]}, "'quit' stands under 'stop' too"),
        ({"stop": ["stop", "7"]}, "could be the number of an option"),
        ({"stop": ["stop", "!"]}, "or nothing"),
        ({"stop": ["quit"]}, "[standing] stop: 'Stop' is not this command when typed"),
    ],
)
def test_a_command_word_that_is_unclear_is_named(commands: dict[str, list[str]], says: str) -> None:
    assert any(says in each for each in checks.command_problems("xx", commands, Words("xx", GOOD)))


def test_a_translation_is_compared_with_the_language_it_came_from() -> None:
    lacking = checks.language_problems(changed("talk/bye/say", None), Words("xx", GOOD))
    assert lacking == ["content/xx/talk.toml, [bye]: 'bye.say' is missing. Translate it."]
    beyond = checks.language_problems(changed("talk/bye/more", "More."), Words("xx", GOOD))
    assert beyond == ["content/xx/talk.toml, [bye]: 'bye.more' is not used. Take it out."]


def test_files_are_unsigned_until_somebody_puts_name_and_day() -> None:
    assert len(checks.sign_off_problems(Words("xx", GOOD))) == len(GOOD)
    signed = changed("talk/sign_off", {"checked_by": "A. Writer", "checked_on": "2026-11-22"})
    assert not any("talk.toml" in each for each in checks.sign_off_problems(signed))


def test_going_live_asks_for_sign_off_and_fresh_help_lines() -> None:
    later = date(2028, 1, 1)
    found = checks.live_problems("en", later)
    assert any("[sign_off]" in each for each in found)
    assert any("'Samaritans" in each and "set the day" in each for each in found)
