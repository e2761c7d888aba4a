"""What the words of every language keep, whatever they say: commands, plain language, nothing missing in the code."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.flows import FLOWS
from bot.hearing.command_words import command_of
from bot.situation import ASIDES
from bot.steps import Part
from content import words
from content.reading_age import MOST_GRADE, graded, hard_to_read
from content.wording import HARDER_TO_READ
from content.words import FOLDER, Words

ROOT = FOLDER.parent
LANGUAGES = words.languages()

# What people may well write where an answer is asked for, and cries: none of it may be taken for a command.
NO_COMMANDS = [
    "stop him contacting me",
    "I want him to stop",
    "I want it to stop",
    "make it stop",
    "I want to end it",
    "end it all",
    "I give up",
    "why me",
    "why did he do it",
    "I want to know why",
    "no",
    "yes",
    "not sure",
    "I don't know",
    "none",
    "never after six",
    "leave me alone",
    "he won't leave me alone",
    "I need to get out",
    "my back",
    "helping others",
    "my sister helps me",
    "mornings",
    "send",
]


@pytest.fixture(params=[language for language in LANGUAGES if words.load(language).is_whole])
def spoken(request: pytest.FixtureRequest) -> Words:
    return words.load(request.param)


@pytest.mark.parametrize(
    "typed", ["stop", "STOP", " Stop! ", "/stop", "Stop.", "“stop”", "stop please", "I want to stop now"]
)
def test_stop_is_understood_as_people_type_it(typed: str) -> None:
    assert command_of(typed, words.load("en")) == "stop"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("I'd rather not say", "skip"),
        ("I\u2019d rather not say", "skip"),
        ("Why do you need that?", "why"),
        ("I need a break", "pause"),
        ("Help me", "help"),
        ("999", "help"),
        ("I don't feel safe", "help"),
        ("carry on", "start"),
        ("Delete my data", "erase"),
        ("that's all", "done"),
        ("read back", "review"),
        ("leave it as it is", "keep"),
        ("go back", "back"),
    ],
)
def test_a_command_is_understood_in_plain_words(typed: str, command: str) -> None:
    assert command_of(typed, words.load("en")) == command


@pytest.mark.parametrize("typed", NO_COMMANDS)
def test_an_answer_or_a_cry_is_no_command(typed: str) -> None:
    assert command_of(typed, words.load("en")) is None


def test_every_command_of_the_engine_can_be_typed_and_every_word_is_one(spoken: Words) -> None:
    may_be_button_only = {"look"}
    assert set(COMMANDS) - may_be_button_only <= set(spoken.commands.values()) <= set(COMMANDS)


def test_every_button_that_is_always_there_has_a_label(spoken: Words) -> None:
    only_typed = {"erase", "look", "messages", "restart", "web", "privacy"}
    assert all(spoken.common(f"standing.{command}") for command in set(spoken.commands.values()) - only_typed)


def test_the_small_questions_of_the_engine_have_all_their_words(spoken: Words) -> None:
    for step in ASIDES.values():
        assert spoken.common(f"{step.name}.ask")
        assert all(spoken.option("common", step.name, option) for option in step.closed)


def test_every_part_has_a_title_for_the_desk(spoken: Words) -> None:
    parts = [(flow.name, step.name) for flow in FLOWS.values() for step in flow.steps if isinstance(step, Part)]
    assert parts
    assert all(spoken.find(flow, f"{part}.short") for flow, part in parts)


@pytest.mark.parametrize("side", ["bot", "desk", "cairn"])
def test_every_text_the_code_asks_for_by_name_exists(spoken: Words, side: str) -> None:
    for path in (ROOT / side).rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        for key in re.findall(r'\.common\("([a-z0-9_.]+)"\)', code):
            assert spoken.find("common", key) is not None, f"{path.name} asks for '{key}' in common.toml"
        for note in re.findall(r'(?:NotUnderstood|Said\(note=|Cue\("note", )\(?"([a-z_]+)"', code):
            assert spoken.find("common", f"notes.{note}") is not None, f"{path.name} asks for the note '{note}'"


def test_no_two_texts_of_the_file_for_all_steps_say_the_same(spoken: Words) -> None:
    notes = [spoken.common(key) for key in spoken.keys("common") if key.startswith("notes.")]
    assert len(notes) == len(set(notes))


def test_the_limits_of_privacy_are_told_before_anything_is_kept() -> None:
    first = FLOWS["self_referral"].questions[0].name
    asked = words.load("en").text("self_referral", f"{first}.ask")
    assert all(limit in asked for limit in ("a life", "a child", "the law"))


def test_a_nine_year_old_could_read_it() -> None:
    assert [problem for language in LANGUAGES for problem in hard_to_read(words.load(language))] == []


@pytest.mark.parametrize(
    ("language", "text", "measures"),
    [
        ("en", "Restorative conversations necessitate comprehensive collaborative preparation.", "like school grade"),
        ("pl", "słowo " * 21 + ".", "21 words a sentence"),
    ],
)
def test_a_text_that_is_hard_to_read_is_named_with_what_it_measures(language: str, text: str, measures: str) -> None:
    spoken = Words(language, {"language": {"name": "Test", "commands": {}}, "talk": {"a": {"say": text}}})
    (problem,) = hard_to_read(spoken)
    assert problem.startswith(f"content/{language}/talk.toml, [a] 'say': ")
    assert measures in problem


def test_no_exception_to_plain_words_is_kept_without_need() -> None:
    measured = dict(graded(words.load("en")))
    assert [name for name in HARDER_TO_READ if measured.get(name, 0) <= MOST_GRADE] == []


def test_every_file_can_be_read_as_toml_and_begins_with_who_signed_it() -> None:
    for path in Path(FOLDER).glob("*/*.toml"):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if path.stem != "desk":
            assert set(table["sign_off"]) == {"checked_by", "checked_on"}, path
