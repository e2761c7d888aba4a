"""Answers that come from outside: what they may fill, that they stand marked, and that the person's own words win."""

import json
from datetime import UTC, datetime

from bot.conversation import Conversation
from bot.engine import Engine
from bot.flow import Flow
from bot.referrals.bringing import Brought, filled_by
from bot.referrals.handing_over import document
from bot.rendering import render
from bot.situation import Situation
from bot.steps import Answers, Bring, Choice, Consent, End, HandOver, Review, Say, Several, Text, YesNo
from bot.turn import Said, Turn
from bot.walk import walk
from content.words import Words

FLOW = Flow(
    "filled",
    Consent("keep", required=True),
    Say("card"),
    Bring("before"),
    Text("name", required=True),
    Consent("share"),
    Choice("age", options=("young", "old")),
    End("too_young", {"age": "young"}),
    Several("hopes", options=("a", "b")),
    Review("read_back"),
    YesNo("sure"),
    HandOver("sent"),
)
ENGINE = Engine({"filled": FLOW})
ALL = {"keep": "no", "share": "yes", "name": "Sam", "age": "old", "hopes": ("a",), "read_back": "send", "gone": "x"}
SAID_BY = {"name": "person", "age": "worker", "hopes": "person"}
NO_FILES = {"language": {"name": "Invented", "commands": {}}}


def reached(answers: Answers) -> Situation:
    return ENGINE.at(Conversation("filled", "n" * 8, answers), {})


def brought(answers: Answers = ALL, own: Answers | None = None) -> Turn:
    return reached(own or {"keep": "yes"}).bring(Brought("here", answers, SAID_BY))


def test_a_conversation_waits_for_what_is_to_come_in_and_then_goes_on():
    waiting = reached({"keep": "yes"}).ask()
    assert waiting.ask is None
    assert waiting.position is not None
    assert waiting.position.step.name == "before"
    after = brought({})
    assert after.ask is not None
    assert after.ask.step.name == "name"
    assert [cue.name for cue in after.cues] == ["card"]


def test_what_comes_in_answers_no_consent_and_reads_nothing_back():
    turn = brought()
    assert turn.ask is not None
    assert turn.ask.step.name == "share"
    assert turn.conversation is not None
    assert dict(turn.conversation.answers) == {
        "keep": "yes",
        "before": "here",
        "name": "Sam",
        "age": "old",
        "hopes": ("a",),
    }


def test_what_comes_in_for_an_option_there_no_longer_is_is_asked():
    turn = brought({**ALL, "age": "ancient"})
    assert turn.conversation is not None
    after = ENGINE.receive(ENGINE.at(turn.conversation, {}), Said(chosen=("yes",)))
    assert after.ask is not None
    assert after.ask.step.name == "age"


def test_the_persons_own_answer_wins_over_what_comes_in():
    turn = brought(own={"keep": "yes", "name": "Alex"})
    assert turn.conversation is not None
    assert turn.conversation.answers["name"] == "Alex"
    assert "name" not in turn.conversation.brought


def test_a_line_loses_its_mark_once_the_person_answers_it_and_all_is_read_back_again():
    turn = brought()
    assert turn.conversation is not None
    for said in (Said(chosen=("yes",)), Said(chosen=("send",)), Said(command="back"), Said(chosen=("name",))):
        turn = ENGINE.receive(ENGINE.at(turn.conversation, {}), said)
        assert turn.conversation is not None
    turn = ENGINE.receive(ENGINE.at(turn.conversation, {}), Said(typed="Alex"))
    assert turn.ask is not None
    assert turn.ask.step.name == "read_back"
    assert turn.conversation is not None
    assert dict(turn.conversation.brought) == {"age": "worker", "hopes": "person"}


def test_the_marks_are_kept_on_disk_and_a_draft_from_before_them_opens():
    conversation = brought().conversation
    assert conversation is not None
    assert Conversation.from_data(json.loads(json.dumps(conversation.as_data()))) == conversation
    old = Conversation("filled", "n" * 8).as_data()
    del old["brought"]
    assert Conversation.from_data(old).brought == {}


def words() -> Words:
    texts = {step.name: {"ask": step.name, "short": step.name} for step in FLOW.questions}
    labels = {"yes": "Yes", "no": "No", "young": "Young", "old": "Old", "a": "A", "b": "B", "send": "Send"}
    common = {
        "options": labels,
        "progress": {name: name for name in ("aside", "needed", "read_back")},
        "standing": dict.fromkeys(("why", "back", "pause", "stop", "help"), "-"),
        "read_back": {
            "line": "{number}. {short}: {answer}",
            "change": "Change {number}",
            "not_answered": "-",
            "needed_title": "Needed",
            "said_by": {"person": "{answer} (own)", "worker": "{answer} (worker)"},
        },
    }
    return Words("xx", {**NO_FILES, "common": common, "filled": texts})


def test_the_read_back_and_the_case_say_whose_words_a_line_is():
    turn = brought()
    assert turn.conversation is not None
    turn = ENGINE.receive(ENGINE.at(turn.conversation, {}), Said(chosen=("yes",)))
    assert turn.conversation is not None
    shown = render(turn, "n" * 8, ENGINE.flows, words(), {})[-1]
    assert [row.answer for row in shown.rows] == ["Yes", "Sam (own)", "Yes", "Old (worker)", "A (own)"]
    at, marks = datetime(2026, 11, 24, tzinfo=UTC), turn.conversation.brought
    made = document(FLOW, FLOW.position(turn.conversation.answers), words(), {}, (), {}, "web", at, marks)
    assert [answer.get("said_by") for answer in made["parts"][0]["answers"]] == [
        None,
        "person",
        None,
        "worker",
        "person",
    ]


def test_the_walk_tries_every_line_that_may_be_missing_and_reaches_every_step():
    states = list(walk(FLOW))
    assert {state.step.name for state in states} == {step.name for step in FLOW.steps} - {"card"}
    asked_alone = {
        state.step.name for state in states if state.conversation.answers.get("hopes") and state.step.name == "name"
    }
    assert asked_alone == {"name"}
    assert {step.name for step in filled_by(FLOW, Bring("before"))} == {"name", "age", "hopes", "sure"}
