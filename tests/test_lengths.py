"""How long messages are when they are shown: sixty words at most, with all that is told beside a question."""

import pytest

from bot.conversation import Conversation
from bot.flow import Flow, Position
from bot.flows import FLOWS
from bot.lengths import too_long
from bot.rendering import render
from bot.steps import End, YesNo
from bot.turn import Ask, Cue, Turn
from content import words
from content.words import Words

EN = words.load("en")
TALK = Flow("talk", YesNo("first"), End("bye"))
WHOLE = [language for language in words.languages() if words.load(language).is_whole]


def spoken(asked: str, **notes: str) -> Words:
    """English, with a flow of its own."""
    common = {"common": {**{key: EN.common(key) for key in EN.keys("common")}}}
    common["common"] |= {f"notes.{name}": text for name, text in notes.items()}
    talk = {"first": {"ask": asked, "why": "So that we know."}, "bye": {"say": "Bye."}}
    language = {"name": "English", "commands": {}}
    return Words("en", {**common, "safety": {}, "answers": {}, "language": language, "talk": talk})


@pytest.mark.parametrize("language", WHOLE)
def test_no_message_is_longer_than_can_be_taken_in(language: str) -> None:
    assert too_long(FLOWS, words.load(language)) == []


def test_a_question_that_is_too_long_is_named_with_its_length() -> None:
    found = too_long({"talk": TALK}, spoken("word " * 61))
    assert found == ["content/en/talk.toml, [first]: shown, it has 61 words. Use 60 at most."]


def test_a_note_that_is_too_long_is_named() -> None:
    assert too_long({"talk": TALK}, spoken("Well?", fault="word " * 61)) == [
        "content/en/common.toml, [notes.fault]: shown, it has 61 words. Use 60 at most."
    ]


@pytest.mark.parametrize(("length", "messages"), [(55, 1), (57, 2)])
def test_what_is_told_beside_a_question_has_a_message_of_its_own_where_both_are_too_long(length, messages) -> None:
    english = spoken("word " * length)
    here = Position({}, (), (), TALK.questions[0], None)
    turn = Turn(Conversation("talk", "n0nce"), (Cue("why", "first", "talk"),), Ask("talk", here.step, (), here))
    replies = render(turn, "n0nce", {"talk": TALK}, english, {"messages_go": ""})
    assert len(replies) == messages
    assert "So that we know." in replies[0].text
    assert replies[-1].asks == "first"
    assert all(any(button.option == "_stop" for button in reply.standing) for reply in replies[:-1])
