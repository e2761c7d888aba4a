"""What is made of what people type: commands, options in many words, numbers; and what is none of these."""

import pytest

from bot.conversation import Conversation
from bot.engine import Engine
from bot.flows import FLOWS
from bot.hearing import answering
from bot.messages import Inbound
from bot.reading import understand
from bot.turn import Said
from content import words as content_words
from content.answers import Vocabulary

WORDS = content_words.load("en")
ENGINE = Engine(FLOWS)
FIND = answering.load("en").find
FIND_UNTAUGHT = answering.Answers(None, Vocabulary({}, {})).find
TO_ROUTES = {
    "keep_answers": "yes",
    "who_i_am": "harmed",
    "age_band": "18_plus",
    "be_contacted": "yes",
    "name_to_use": "Sam",
}
TO_MORE = TO_ROUTES | {"contact_routes": ("email",), "email_address": "sam@example.org", "send_or_more": "more"}


def said(typed, answers, flow="self_referral", **changes):
    at = ENGINE.at(Conversation(flow, "nnnnnnnn", answers, **changes), {})
    return understand(Inbound("terminal", "1", "1", "text", typed), at, WORDS, FIND)


@pytest.mark.parametrize(
    "typed", ["stop", "STOP!!", "please stop", "I want to stop now", "/stop", "/stop@some_bot", "Stop.", "ｓｔｏｐ"]
)
def test_stop_in_any_form_is_stop(typed):
    assert said(typed, TO_ROUTES) == Said(command="stop")
    assert said(typed, {k: TO_ROUTES[k] for k in list(TO_ROUTES)[:4]}) == Said(command="stop")


@pytest.mark.parametrize("typed", ["stop him contacting me", "make it stop", "he won't stop", "bus stop"])
def test_stop_within_a_message_is_no_stop(typed):
    assert said(typed, TO_ROUTES).command is None


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("🛑", "stop"),
        ("✋", "stop"),
        ("✋🏽", "stop"),
        (" 🛑🛑🛑 ", "stop"),
        ("🛑✋", "stop"),
        ("🆘", "help"),
        ("🆘 🆘", "help"),
    ],
)
def test_a_stop_sign_alone_is_stop_and_sos_is_a_call_for_help_in_every_state(typed, command):
    for answers in ({}, TO_ROUTES, {k: TO_ROUTES[k] for k in list(TO_ROUTES)[:4]}):
        assert said(typed, answers) == Said(command=command)
    for aside in ("paused", "erasing", "stopped"):
        assert said(typed, TO_ROUTES, aside=aside) == Said(command=command)


@pytest.mark.parametrize(
    "typed", ["👍", "👍🏽", "👎", "❤️", "🙏", "👌", "✅", "❌", "👍👍", "👨‍👩‍👧", "🛑👍", "🛑🆘", "🏳️‍🌈", "☹️"]
)
def test_any_other_sign_alone_is_no_consent_no_answer_and_no_command(typed):
    for answers in ({}, TO_ROUTES, TO_MORE):
        assert said(typed, answers) == Said(note="only_a_sign")


def test_a_sign_beside_words_leaves_them_what_they_are():
    assert said("stop 🛑", TO_ROUTES) == Said(command="stop")
    assert said("yes 👍", {}) == Said(chosen=("yes",))
    assert said("👍 1", {}).note != "only_a_sign"


def test_where_words_are_typed_a_sign_is_as_good_as_they_are():
    assert said("🙂", {k: TO_ROUTES[k] for k in list(TO_ROUTES)[:4]}) == Said(typed="🙂")


@pytest.mark.parametrize("typed", ["Yes", "yes please", "aye", "Yep", "1", "y", "ok", "of course"])
def test_yes_in_many_words_is_yes(typed):
    assert said(typed, {}) == Said(chosen=("yes",))


@pytest.mark.parametrize("typed", ["no", "naw", "nope", "2", "No thank you"])
def test_no_in_many_words_is_no(typed):
    assert said(typed, {}) == Said(chosen=("no",))


@pytest.mark.parametrize(
    "typed", ["phone call, email", "1 4", "1, 4", "1 and 4", "Phone call; Email", "call and email", "1&4"]
)
def test_several_may_be_typed_together(typed):
    assert said(typed, TO_ROUTES) == Said(chosen=("phone", "email"))


@pytest.mark.parametrize("typed", ["0", "9", "1 99", "12345678901234567890", "1 y"])
def test_a_number_that_stands_for_nothing_is_no_answer(typed):
    assert said(typed, TO_ROUTES).chosen == ()


def test_not_knowing_is_an_answer_where_it_is_one_and_skips_where_it_is_not():
    part = TO_MORE | {"part_safe_contact": "go_on"}
    assert said("don't know", part | {"message_wording": None}) == Said(chosen=("not_sure",))
    assert said("dunno", part) == Said(command="skip")
    assert said("i don't know", TO_ROUTES) == Said(command="skip")


def test_what_may_be_a_name_is_no_command_where_a_name_is_typed():
    to_name = {k: TO_ROUTES[k] for k in list(TO_ROUTES)[:4]}
    assert said("Hello", to_name) == Said(typed="Hello")
    assert said("/start", to_name) == Said(command="start")


def test_carrying_on_is_an_answer_where_one_is_asked_how_to_go_on():
    assert said("next", {}, flow="learn") == Said(chosen=("next",))
    assert said("carry on", {}, flow="learn") == Said(chosen=("next",))
    assert said("keep", TO_ROUTES, aside="stopped") == Said(chosen=("keep",))


def test_a_number_at_the_read_back_is_its_line():
    answers = TO_MORE | {"send_or_more": "send_now"}
    assert said("5", answers) == Said(chosen=("name_to_use",))
    assert said("send it", answers) == Said(chosen=("send",))


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("pls stop", "stop"),
        ("ok stop now thanks", "stop"),
        ("Can we skip this one please?", "skip"),
        ("skip plz 🙏", "skip"),
        ("i'd rather not say, thanks", "skip"),
        ("ah dinnae ken", "skip"),
        ("sorry, don't know", "skip"),
        ("BACK!!", "back"),
        ("could i go back please", "back"),
        ("what?", "why"),
        ("Whit?", "why"),
        ("sorry, what do you mean?", "why"),
        ("say that again please", "look"),
        ("reveiw", "review"),
        ("skpi", "skip"),
        ("pleas pause", "pause"),
    ],
)
def test_a_command_stays_one_with_politeness_around_it_marks_and_a_slip(typed, command):
    assert said(typed, TO_MORE | {"part_safe_contact": "go_on"}).command == command


@pytest.mark.parametrize(
    "typed",
    [
        "i want to end",
        "i want to end it",
        "please make it stop",
        "stop him contacting me please",
        "cancer",
        "pass away",
    ],
)
def test_what_may_be_a_cry_or_an_answer_is_no_command_with_anything_around_it(typed):
    assert said(typed, TO_ROUTES).command is None


@pytest.mark.parametrize(
    ("typed", "option"),
    [("aye please", "yes"), ("ok yes thanks", "yes"), ("naw, ta", "no"), ("no thanks pal", "no"), ("yess", "yes")],
)
def test_an_option_stays_one_with_politeness_around_it(typed, option):
    assert said(typed, {}).chosen == ((option,) if option else ())


def test_a_slip_in_a_name_is_no_command():
    to_name = {k: TO_ROUTES[k] for k in list(TO_ROUTES)[:4]}
    assert said("Reveiw", to_name) == Said(typed="Reveiw")


@pytest.mark.parametrize("typed", ["is it free?", "how much does it cost", "cost?", "whit's it cost"])
def test_a_question_is_heard_where_a_button_is_waited_for(typed):
    assert said(typed, TO_ROUTES) == Said(asked=("cost",))


@pytest.mark.parametrize("typed", ["Will he be told that I was here?", "how much does it cost"])
def test_where_words_are_typed_only_what_is_surely_a_question_is_one(typed):
    to_name = {k: TO_ROUTES[k] for k in list(TO_ROUTES)[:4]}
    assert said(typed, to_name).asked
    assert said(typed.rstrip("?") + ".", to_name).asked == ()


@pytest.mark.parametrize(
    "typed",
    [
        "Sam",
        "Will Young",
        "Can Yilmaz",
        "Art O'Free",
        "May Cost",
        "my mum",
        "12 Letter Lane, Dalkeith",
        "Sam?",
        "a letter",
        "his mum's court case",
    ],
)
def test_an_answer_stays_an_answer_where_words_are_typed(typed):
    to_name = {k: TO_ROUTES[k] for k in list(TO_ROUTES)[:4]}
    assert said(typed, to_name) == Said(typed=typed)


def test_a_question_without_an_answer_is_told_so():
    assert said("what is the capital of france?", TO_ROUTES) == Said(note="no_answer")


def test_no_word_for_an_option_takes_stop_or_help_away():
    leaving = {word for word, command in WORDS.commands.items() if command in {"stop", "help", "erase", "pause"}}
    assert leaving.isdisjoint(WORDS.synonyms)


@pytest.mark.parametrize("typed", ["czy powiecie policji?", "Kto to przeczyta?", "ile to kosztuje?"])
def test_a_question_in_a_language_without_answers_is_abstained_from_and_never_kept_as_an_answer(typed):
    to_the_name = {name: TO_ROUTES[name] for name in list(TO_ROUTES)[:4]}
    polish = content_words.load("pl")
    for answers in ({}, to_the_name):
        at = ENGINE.at(Conversation("self_referral", "nnnnnnnn", answers, language="pl"), {})
        inbound = Inbound("terminal", "1", "1", "text", typed)
        assert understand(inbound, at, polish, FIND_UNTAUGHT) == Said(note="no_answer")


@pytest.mark.parametrize("typed", ["Jan?", "Kto", "czy to wazne ze mam na imie Ola"])
def test_what_only_begins_or_only_ends_as_a_question_stays_an_answer_there(typed):
    at = ENGINE.at(Conversation("self_referral", "nnnnnnnn", {n: TO_ROUTES[n] for n in list(TO_ROUTES)[:4]}), {})
    inbound = Inbound("terminal", "1", "1", "text", typed)
    assert understand(inbound, at, content_words.load("pl"), FIND_UNTAUGHT) == Said(typed=typed)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("czy powiecie policji?", "will_you_tell_police"),
        ("ile to kosztuje", "cost"),
        ("czy on sie dowie", "will_they_be_told"),
    ],
)
def test_in_polish_too_a_question_is_one_where_a_name_is_asked_for_and_where_none_is(typed, topic):
    for answers in ({}, {name: TO_ROUTES[name] for name in list(TO_ROUTES)[:4]}):
        at = ENGINE.at(Conversation("self_referral", "nnnnnnnn", answers, language="pl"), {})
        inbound = Inbound("terminal", "1", "1", "text", typed)
        assert understand(inbound, at, content_words.load("pl"), answering.load("pl").find) == Said(asked=(topic,))


@pytest.mark.parametrize("typed", ["Zosia", "Jan Nowak", "Kto", "czy moze byc samo imie Ola."])
def test_in_polish_too_an_answer_stays_an_answer(typed):
    at = ENGINE.at(Conversation("self_referral", "nnnnnnnn", {n: TO_ROUTES[n] for n in list(TO_ROUTES)[:4]}), {})
    inbound = Inbound("terminal", "1", "1", "text", typed)
    assert understand(inbound, at, content_words.load("pl"), answering.load("pl").find) == Said(typed=typed)
