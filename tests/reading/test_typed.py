"""What typed words mean at each kind of question: the tables beside this file, line by line; and what they keep."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.conversation import Conversation
from bot.engine import Engine
from bot.flagging import flagged
from bot.flows import FLOWS
from bot.hearing import answering, safety_rules, safety_signs
from bot.hearing.command_words import command_of
from bot.messages import Inbound
from bot.reading import is_our_own, understand
from bot.situation import Situation
from bot.spoken import spoken
from bot.steps import Answers, Facts, Offer, Question, Review, Text
from bot.turn import Cue, Said, note
from content import words

LANGUAGES = {"english": "en", "polish": "pl", "arabic": "ar"}
ENGINE = Engine(FLOWS, spoken(FLOWS, ("en", "pl", "ar")))
TO_CHOICE: Answers = {"keep_answers": "yes"}
TO_AGE: Answers = {**TO_CHOICE, "who_i_am": "harmed"}
TO_NAME: Answers = {**TO_AGE, "age_band": "18_plus", "be_contacted": "yes"}
TO_ROUTES: Answers = {**TO_NAME, "name_to_use": "Sam"}
TO_PHONE: Answers = {**TO_ROUTES, "contact_routes": ("phone",)}
TO_OFFER: Answers = {**TO_ROUTES, "contact_routes": ("email",), "email_address": "sam@example.org"}
TO_SAFE: Answers = {**TO_OFFER, "send_or_more": "more", "part_safe_contact": "leave_out", "part_safety": "go_on"}
TO_NEVER: Answers = {
    **TO_OFFER,
    "send_or_more": "more",
    "part_safe_contact": "go_on",
    **dict.fromkeys(("message_wording", "seen_by_others", "safe_days", "safe_times")),
}
TO_PHRASE: Answers = {**TO_NEVER, **dict.fromkeys(("never_times", "safe_for", "code_word"))}
WHERE: dict[str, tuple[str, str, Answers]] = {
    "menu": ("menu", "menu", {}),
    "consent": ("self_referral", "keep_answers", {}),
    "choice": ("self_referral", "who_i_am", TO_CHOICE),
    "age": ("self_referral", "age_band", TO_AGE),
    "name": ("self_referral", "name_to_use", TO_NAME),
    "several": ("self_referral", "contact_routes", TO_ROUTES),
    "phone": ("self_referral", "phone_number", TO_PHONE),
    "never": ("self_referral", "never_times", TO_NEVER),
    "safe": ("self_referral", "feels_safe", TO_SAFE),
    "code": ("my_referral", "receipt_code", {}),
    "read-back": ("self_referral", "read_back", {**TO_OFFER, "send_or_more": "send_now"}),
}
BY_NAME_ONLY = {
    "phrase": ("self_referral", "unsafe_phrase", TO_PHRASE),
    "message": ("my_referral", "message", {"receipt_code": "four words of code", "what_next": "write"}),
}
"""Where words to be said or sent to somebody are asked for, so that more of them are the answer."""
FACTS: Facts = {"sent_from_here": "no", "code": "opens", "where": "waiting", "from_desk": "none"}


class Row(NamedTuple):
    """One thing typed, at one question."""

    language: str
    typed: str
    where: str
    means: str


def rows() -> Iterator[Row]:
    for file in sorted(Path(__file__).parent.glob("*.txt")):
        for line in file.read_text("utf-8").splitlines():
            if "|" in line and not line.startswith("# "):
                language = LANGUAGES[file.stem]
                typed, where, means = (each.strip() for each in line.rsplit("|", 2))
                yield from (Row(language, typed, each, means) for each in asked_at(where, language))


def asked_at(where: str, language: str) -> list[str]:
    reached = [name for name, (flow, step, _) in WHERE.items() if ENGINE.spoken.reaches(language, FLOWS[flow], step)]
    typing = {name: isinstance(place(name).waiting, Text) for name in reached}
    groups = {
        "everywhere": reached,
        "typing": [name for name, is_typed in typing.items() if is_typed],
        "closed": [name for name, is_typed in typing.items() if not is_typed],
    }
    return groups.get(where) or [each.strip() for each in where.split(",")]


@cache
def place(name: str, language: str = "en") -> Situation:
    flow, step, answers = {**WHERE, **BY_NAME_ONLY}[name]
    at = ENGINE.at(Conversation(flow, "nnnnnnnn", answers, language=language), FACTS)
    assert at.waiting.name == step
    return at


def said(row: Row) -> Said:
    inbound = Inbound("terminal", "1", "1", "text", row.typed)
    held, find = words.load(row.language), answering.load(row.language).find
    return understand(inbound, place(row.where, row.language), held, find)


def in_words(heard: Said, step: object) -> str:
    """What was said, as the tables put it."""
    if heard.command:
        return heard.command
    if heard.chosen:
        return f"= {', '.join(heard.chosen)}"
    if heard.asked:
        return f"? {', '.join(heard.asked)}"
    if heard.language:
        return f"in {heard.language}"
    if heard.note and heard.note != "not_understood":
        return f"note {heard.note}"
    return "answer" if isinstance(step, Text) and heard.typed else "nothing"


ROWS = tuple(rows())


def test_what_is_typed_means_what_the_tables_say() -> None:
    wrong = []
    for row in ROWS:
        means = in_words(said(row), place(row.where, row.language).waiting)
        if means != row.means:
            wrong.append(f"{row.language}: {row.typed} | {row.where} | {row.means}, and not: {means}")
    assert not wrong, "\n".join(wrong)


def test_no_button_and_no_word_for_an_option_is_a_way_out_when_typed() -> None:
    for language in words.languages():
        held = words.load(language)
        named = {*held.synonyms, *(label for label in held.labels if command_of(label, held) in {"stop", "help"})}
        ways_out = {text for text in named if command_of(text, held) in {"stop", "help"}}
        assert ways_out <= {
            held.typed.plain(held.common("standing.stop")),
            held.typed.plain(held.common("standing.help")),
        }


def test_a_way_out_comes_first_even_where_an_option_has_its_name() -> None:
    at = ENGINE.at(Conversation("learn", "nnnnnnnn"), FACTS)
    assert isinstance(at.waiting, Question)
    assert "leave" in at.waiting.closed
    leaves = Inbound("terminal", "1", "1", "text", "leave")
    assert understand(leaves, at, words.load("en"), answering.load("en").find) == Said(command="stop")


@pytest.mark.parametrize("language", words.languages())
def test_nothing_of_ours_that_is_typed_is_a_sign_of_danger(language: str) -> None:
    held, rules = words.load(language), safety_rules.load_all(words.languages())
    commands = {word for word, command in held.commands.items() if command != "help"}
    ours = held.labels - {held.typed.plain(held.common("standing.help"))} | commands | set(held.synonyms)
    assert [text for text in ours if not is_our_own(text, held)] == []
    assert {text: signs for text in ours if (signs := safety_signs.in_any(text, rules, hears=False))} == {}


@pytest.mark.parametrize(
    "typed", ["all of them", "i think so", "I am ready", "show me again", "a dinnae ken", "i am 15", "number 3"]
)
def test_what_is_our_own_is_not_given_to_the_hearing(typed: str) -> None:
    assert is_our_own(typed, words.load("en"))


@pytest.mark.parametrize(
    "typed", ["help", "i am not safe", "i want to die", "stop him contacting me", "I am 15 and he hits me"]
)
def test_a_cry_is_never_our_own(typed: str) -> None:
    assert not is_our_own(typed, words.load("en"))


def test_after_a_card_of_danger_nobody_is_told_that_they_were_not_understood() -> None:
    at = place("consent")
    turn = flagged(at.ask(note("not_understood")), "i want to die", ("suicide",))
    assert turn.cues == (Cue("safety", "suicide"),)
    assert turn.ask is not None


def test_whoever_does_not_know_at_a_question_that_is_needed_is_told_why_it_is_and_asked_again() -> None:
    at = place("name")
    turn = ENGINE.receive(at, Said(command="skip"))
    assert turn.cues == (note("needed"), Cue("why", "name_to_use", "self_referral"))
    assert turn.conversation == at.conversation


def test_beginning_again_is_asked_about_before_any_answer_goes() -> None:
    at = place("several")
    asked = ENGINE.receive(at, Said(command="restart"))
    assert asked.conversation is not None
    assert asked.conversation.answers == at.conversation.answers
    waits = ENGINE.at(asked.conversation, FACTS)
    again = ENGINE.receive(waits, Said(chosen=("begin_again",)))
    assert again.conversation is not None
    assert (again.conversation.flow, again.conversation.answers) == ("menu", {})
    on = ENGINE.receive(waits, Said(chosen=("carry_on",)))
    assert on.conversation == at.conversation


def tells_why(step: Question) -> bool:
    return step.required and not isinstance(step, (Offer, Review))


def test_every_question_that_is_needed_says_why() -> None:
    english = words.load("en")
    needed = [(flow.name, step) for flow in FLOWS.values() for step in flow.questions if step.required]
    lacking = [
        f"{flow}.{step.name}"
        for flow, step in needed
        if not isinstance(step, (Offer, Review))
        and not (english.find(flow, f"{step.name}.why") or english.find(flow, "why"))
    ]
    assert lacking == []


def test_the_tables_are_long_and_hold_every_kind_of_question() -> None:
    assert len({(row.typed, row.where) for row in ROWS}) >= 250
    assert {row.where for row in ROWS} == {*WHERE, *BY_NAME_ONLY}
