"""Whether typed words ask the service something, or may be the answer to what it asked. Pure.

Where an answer is typed it has to stay an answer, so only what is surely a question is taken for one.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.hearing.answering import Found
from bot.steps import QUESTIONS, Question, Text
from bot.turn import Said
from content.phrases import normalise
from content.words import Words

Find = Callable[[str], Found]
"""Finds what typed words ask for: `bot.hearing.answering.Answers.find` of the language."""

FEWEST_WORDS = 2
LONGER_THAN_NAMES = 4  # words: "Will Young" begins as a question does
LONGER_THAN_A_NAME = 3  # words that surely ask
MOST_OF_A_START = 200
MARKS = ("?", "\u061f")


def asked(said: Said, step: Question, find: Find, words: Words) -> Said:
    """The question in these words; or, where it may be their answer, the words."""
    typed = said.typed or ""
    may_be_answer = isinstance(step, Text)
    if isinstance(step, Text) and QUESTIONS in step.takes:
        return said
    if isinstance(step, Text) and step.asks_a_name:
        return _asked_for_a_name(said, typed, find, words)
    has_form = _is_in_form(typed, words, may_be_answer=may_be_answer)
    if may_be_answer and not has_form:
        return said
    found = find(typed)
    if found.topics and (found.is_sure if may_be_answer else has_form or found.is_question):
        return replace(said, typed=None, asked=found.topics)
    is_for_nobody = (has_form and not may_be_answer) or (not found.is_taught and _asks_plainly(typed, words))
    return Said(note="no_answer") if is_for_nobody else said


def _asked_for_a_name(said: Said, typed: str, find: Find, words: Words) -> Said:
    """A name does not begin as a question does, and is short: so what does, or is long and asks, is none."""
    plain, found = typed.rstrip(), find(typed)
    begins, ends = _begins(typed, words, may_be_answer=True), plain.endswith(MARKS)
    count = len(plain.split())
    if plain.endswith("."):  # as everywhere, a full stop makes an answer of it
        return said
    if found.topics and (begins or (found.is_sure and (ends or count >= LONGER_THAN_A_NAME))):
        return replace(said, typed=None, asked=found.topics)
    is_no_name = begins and (ends or count >= LONGER_THAN_NAMES)
    return Said(note="no_answer") if is_no_name and (found.is_taught or _asks_plainly(typed, words)) else said


def _asks_plainly(typed: str, words: Words) -> bool:
    """Whether words both begin and end as a question does: where none is answered, that is not kept as an answer."""
    found = normalise(typed[:MOST_OF_A_START]).split()
    return len(found) > 1 and found[0] in words.typed.question_words and typed.rstrip().endswith(MARKS)


def _is_in_form(typed: str, words: Words, *, may_be_answer: bool) -> bool:
    """Whether words have the form of a question: it ends with its mark, or begins as one does and is no full sentence.

    By this rule an answer stays an answer where one is typed: a name, an address or a sentence has neither, and whoever
    means a question as their answer can end it with a full stop. What begins with a word that is a name as well has to
    be longer than names are.
    """
    plain = typed.strip()
    if plain.endswith(MARKS):
        return True
    return not plain.endswith(".") and _begins(plain, words, may_be_answer=may_be_answer)


def _begins(typed: str, words: Words, *, may_be_answer: bool) -> bool:
    """Whether words begin as a question does, and are more than a name that begins so."""
    found = normalise(typed.strip()[:MOST_OF_A_START]).split()
    if not found or found[0] not in words.typed.question_words:
        return False
    is_name = may_be_answer and found[0] in words.typed.names_too
    return len(found) >= (LONGER_THAN_NAMES if is_name else FEWEST_WORDS)
