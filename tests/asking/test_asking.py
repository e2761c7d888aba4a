"""What the chat makes of a typed question: the right vetted answer, two that are close, or none."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.hearing.answering import NOTHING, UNTAUGHT, Answers, load
from bot.hearing.answering_features import Reader
from bot.hearing.asking_form import asked
from bot.steps import NAME, Text
from bot.turn import Said
from content.answers import Vocabulary, fingerprint, learned, phrasings, topics
from content.phrases import normalise
from content.words import load as load_words
from tests.asking.parts import HELD_OUT, PARTS, TUNED, measure, read

# The names of the topics as others rely on them.
TOPICS = frozenset(
    {
        "what_is_it",
        "is_it_for_me",
        "who_can_refer",
        "meet_or_letter",
        "do_i_have_to_meet",
        "will_they_be_told",
        "what_if_they_refuse",
        "what_happens_next",
        "how_soon",
        "change_my_mind",
        "who_sees_this",
        "is_it_confidential",
        "will_you_tell_police",
        "court_case_effect",
        "facilitators",
        "support_during",
        "preparation",
        "cost",
        "how_long_does_it_take",
        "under_18",
        "language_and_access",
        "bring_someone",
        "how_it_helps",
        "must_i_forgive",
        "must_i_tell_the_story",
        "person_in_prison",
        "long_ago",
        "family_friend",
        "i_caused_harm",
        "delete_my_data",
        "talk_to_a_person",
        "are_you_a_robot",
        "cafe",
        "contact_details",
        "telegram_safety",
    }
)
"""As they are relied on."""
TAUGHT = tuple(PARTS)
"""The languages in which questions are answered in place."""


@pytest.fixture(scope="module")
def english() -> Answers:
    return load("en")


@pytest.fixture(scope="module")
def polish() -> Answers:
    return load("pl")


@pytest.mark.parametrize(("language", "part"), [(language, part) for language in TAUGHT for part in HELD_OUT[language]])
def test_of_what_nobody_tuned_to_nine_in_ten_get_the_right_answer_and_the_rest_of_the_world_none(language, part):
    figures = measure(load(language), read(part))
    assert figures.right >= 0.90
    assert figures.abstained >= 0.90


@pytest.mark.parametrize(("language", "outside"), [("en", 150), ("pl", 100)])
def test_the_part_held_out_has_some_for_every_topic_and_much_from_outside(language, outside):
    asked = [each.topic for each in read(HELD_OUT[language][0])]
    assert min(asked.count(topic) for topic in TOPICS) >= 4
    assert asked.count(None) >= outside


@pytest.mark.parametrize("language", TAUGHT)
def test_nothing_held_out_was_learned_from(language):
    learned_from = {normalise(each.text) for each in phrasings(language)}
    kept = [each.text for part in PARTS[language] for each in read(part)]
    assert [text for text in kept if normalise(text) in learned_from] == []


@pytest.mark.parametrize("language", TAUGHT)
def test_what_was_learned_is_in_step_with_the_phrasings(language):
    held = learned(language)
    assert held is not None
    assert held.made_of == fingerprint(language), f"Learn anew: python -m tests.asking.learning {language}"


@pytest.mark.parametrize("language", TAUGHT)
def test_every_topic_has_an_answer_and_phrasings(language):
    assert topics(language) == TOPICS
    assert {each.topic for each in phrasings(language)} == {*TOPICS, None}


@pytest.mark.parametrize("language", TAUGHT)
def test_every_label_asks_for_its_own_topic(language):
    labels = {topic: load_words(language).text("answers", f"asking.options.{topic}") for topic in TOPICS}
    assert [topic for topic, label in labels.items() if topic not in load(language).find(label).topics] == []


@pytest.mark.parametrize("typed", ["", " ", "?", "???", "...", "!", "👍", "\n\t", "the", "’’", "\u200b", "\ud800"])
def test_no_words_are_no_question(english, typed):
    assert english.find(typed) == NOTHING


@pytest.mark.parametrize(
    "typed",
    [
        "will he be told",
        "WILL HE BE TOLD???",
        "  will   he be\ntold ",
        "Will he be told?",
        "wull he be telt",
        "will he be tolld",
    ],
)
def test_spelling_case_and_marks_do_not_matter(english, typed):
    assert english.find(typed).topics == ("will_they_be_told",)
    assert english.find(typed).is_question


@pytest.mark.parametrize(
    "typed",
    [
        "czy on się dowie?",
        "czy on sie dowie",
        "CZY ON SIĘ DOWIE???",
        " czy  on sie\ndowie ",
        "czy on się dowe",
        "czy sprawca się dowie",
    ],
)
def test_spelling_case_and_marks_do_not_matter_in_polish(polish, typed):
    assert polish.find(typed).topics == ("will_they_be_told",)
    assert polish.find(typed).is_question


def test_a_letter_with_a_stroke_is_the_letter_without_it(polish):
    assert polish.find("czy tłumacz jest płatny") == polish.find("czy tlumacz jest platny") != NOTHING


def test_a_beginning_stands_for_all_words_that_begin_so_and_the_longest_counts():
    reader = Reader({"dzieck*": "child", "dzieckiem": "as a child", "dziecinst*": "childhood"}, {})
    assert reader.words("dziecku dzieckiem dziecinstwo dzien") == ["child", "as", "a", "child", "childhood", "dzien"]


def test_accents_do_not_matter(english):
    assert english.find("whére is the café").topics == english.find("where is the cafe").topics == ("cafe",)


@pytest.mark.parametrize("typed", ["Sam", "07700 900123", "sam@example.org", "yes", "my ex", "mornings are best"])
def test_plain_answers_are_neither_questions_nor_topics(english, typed):
    assert english.find(typed) == NOTHING


@pytest.mark.parametrize(
    "typed", ["Zosia", "07700 900123", "tak", "mój były mąż", "Aleje, przy stacji", "najlepiej rano"]
)
def test_plain_answers_are_neither_questions_nor_topics_in_polish(polish, typed):
    assert polish.find(typed) == NOTHING


@pytest.mark.parametrize(
    "typed", ["i want to die", "he is outside my house", "i want to end it all", "hes at the door"]
)
def test_a_cry_for_help_is_never_answered_with_information(english, typed):
    assert english.find(typed).topics == ()


@pytest.mark.parametrize("typed", ["chcę umrzeć", "on jest pod moim domem", "chce ze soba skonczyc", "mąż mnie bije"])
def test_a_cry_for_help_is_never_answered_with_information_in_polish(polish, typed):
    assert polish.find(typed).topics == ()


@settings(max_examples=300)
@given(st.sampled_from(TAUGHT), st.text(max_size=300))
def test_no_text_whatever_makes_it_raise(language, typed):
    found = load(language).find(typed)
    assert len(found.topics) <= 2
    assert set(found.topics) <= TOPICS


@settings(max_examples=100)
@given(st.lists(st.sampled_from(sorted({w for e in read(TUNED) for w in re.findall(r"\w+", e.text)})), max_size=40))
def test_no_jumble_of_real_words_makes_it_raise(words):
    assert len(load("en").find(" ".join(words)).topics) <= 2


def test_the_same_words_get_the_same_answer(english):
    assert [english.find(each.text) for each in read(TUNED)] == [load("en").find(each.text) for each in read(TUNED)]


def test_where_nothing_was_learned_nothing_is_found():
    assert Answers(None, Vocabulary({}, {})).find("what is this") == UNTAUGHT


A_NAME = Text("name_to_use", reads=NAME, required=True)


def typed_for_a_name(language, typed):
    return asked(Said(typed=typed), A_NAME, load(language).find, load_words(language))


@pytest.mark.parametrize(
    ("language", "typed", "topic"),
    [
        ("en", "how soon", "how_soon"),
        ("en", "who sees this", "who_sees_this"),
        ("en", "is it free", "cost"),
        ("en", "i want to know how long this takes", "how_long_does_it_take"),
        ("pl", "kiedy zadzwonicie", "how_soon"),
        ("pl", "ile to kosztuje", "cost"),
    ],
)
def test_a_question_is_no_name(language, typed, topic):
    assert topic in typed_for_a_name(language, typed).asked


def test_a_question_that_nobody_here_answers_is_no_name_either():
    assert typed_for_a_name("en", "when are the bins collected").note == "no_answer"
    assert typed_for_a_name("en", "is it raining?").note == "no_answer"


NAMES = {
    "en": (
        *(
            "Sam",
            "Will Young",
            "Can Yilmaz",
            "May Ling",
            "Mary-Ann O'Neil",
            "Do Hyun",
            "Jo",
            "call me Sam please",
            "just Jo",
        ),
        *("people call me Jo", "Hope Street", "Joy", "Angel", "Killian Murphy", "Di Stabb", "Mr Stalker", "she/her"),
        *("they or them", "use Jo on the phone", "Sam, she and her", "Are Olsen", "Sam?"),
    ),
    "pl": ("Zosia", "Jan", "Ala Kot", "mów mi Ala", "Kto Nowak", "Jan?"),
}


@pytest.mark.parametrize(("language", "name"), [(language, each) for language in NAMES for each in NAMES[language]])
def test_a_name_is_a_name(language, name):
    assert typed_for_a_name(language, name).typed == name


@pytest.mark.parametrize(("language", "least"), [("en", 0.9), ("pl", 0.85)])
def test_of_questions_typed_for_a_name_few_are_kept_as_one(language, least):
    questions = [each for part in HELD_OUT[language] for each in read(part) if each.topic]
    kept = [each for each in questions if typed_for_a_name(language, each.text).typed is not None]
    assert 1 - len(kept) / len(questions) >= least
