"""A question whose options are what the world holds now: offered, numbered, read back and taken in its words."""

from bot.conversation import Conversation
from bot.engine import Engine
from bot.flow import Flow
from bot.flow_page import page
from bot.hearing.answering import NOTHING, Found
from bot.messages import Inbound
from bot.reading import understand
from bot.rendering import read_back, render
from bot.steps import End, Fact, GoTo, HandOver, Held, OneOf, Review
from bot.turn import Said
from bot.walk import walk
from content.words import Words

SLOTS = ("slot_1", "slot_2", "slot_3")
FLOW = Flow(
    "tiny",
    Fact("open", options=(*SLOTS, "none")),
    End("none_open", {"open": "none"}),
    OneOf("which", of="open", options=SLOTS, required=True),
    Review("read_back"),
    HandOver("sent"),
)
ENGINE = Engine({"tiny": FLOW, "menu": Flow("menu", GoTo("tiny"))})
TWO = {"open": {"slot_1": Held("Monday", "Ten places."), "slot_3": Held("Friday", "Full.")}}
FILES = {
    "tiny": {"which": {"ask": "Which one?", "short": "Day"}, "read_back": {"ask": "Look"}, "sent": {"say": "Sent"}},
    "language": {"name": "English", "commands": {}},
    "common": {
        "read_back": {"line": "{number}. {short}: {answer}", "change": "Change {number}"},
        "progress": dict.fromkeys(("needed", "part", "offer", "read_back", "aside"), "A short note"),
        "standing": dict.fromkeys(("stop", "help", "why", "pause", "back", "review", "skip", "done", "keep"), "Button"),
        "options": {"send": "Send"},
    },
}
WORDS = Words("en", FILES)


def conversation(**answers: str) -> Conversation:
    return Conversation("tiny", "n0nce", answers)


def find_nothing(_typed: str) -> Found:
    return NOTHING


def test_only_what_is_there_is_offered_under_its_own_words() -> None:
    turn = ENGINE.at(conversation(), TWO).ask()
    (reply,) = render(turn, "n0nce", ENGINE.flows, WORDS, {})
    assert [(each.number, each.label) for each in reply.options] == [(1, "Monday"), (2, "Friday")]
    assert "1. Monday: Ten places.\n\n2. Friday: Full." in reply.text


def test_it_is_chosen_by_button_number_or_label() -> None:
    at = ENGINE.at(conversation(), TWO)
    for kind, said in (("press", "v1:n0nce:which:slot_3"), ("text", "2"), ("text", "friday")):
        assert understand(Inbound("terminal", "1", "0", kind, said), at, WORDS, find_nothing) == Said(
            chosen=("slot_3",)
        )  # type: ignore[arg-type]


def test_a_button_of_what_is_gone_changes_nothing() -> None:
    at = ENGINE.at(conversation(), TWO)
    pressed = understand(Inbound("terminal", "1", "0", "press", "v1:n0nce:which:slot_2"), at, WORDS, find_nothing)
    assert pressed == Said(note="stale_button")


def test_what_was_chosen_is_read_back_in_its_words_and_asked_again_once_it_is_gone() -> None:
    chosen = FLOW.position({"which": "slot_3"}, TWO)
    (line,) = read_back(chosen)
    (reply,) = render(ENGINE.at(conversation(which="slot_3"), TWO).ask(), "n0nce", ENGINE.flows, WORDS, {})
    assert (line[1], reply.rows[0].answer) == ("slot_3", "Friday")
    without = {"open": {"slot_1": Held("Monday")}}
    assert FLOW.position({"which": "slot_3"}, without).step.name == "which"


def test_where_there_is_nothing_the_flow_may_end() -> None:
    assert FLOW.position({}, {"open": "none"}).step.name == "none_open"


def test_the_walk_offers_each_thing_alone_and_all_of_them() -> None:
    offered = {step.closed for state in walk(FLOW) if isinstance(step := state.step, OneOf)}
    assert offered == {("slot_1",), ("slot_2",), ("slot_3",), SLOTS}


def test_the_page_of_the_flow_says_where_the_options_come_from() -> None:
    assert "one of what `open` holds now" in page(FLOW, WORDS)
