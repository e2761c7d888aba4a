"""Whether typed words ask the service something, or may be the answer to what it asked. Pure.

Where an answer is typed it has to stay an answer, so only what is surely a question is taken for one.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.answering import Found
from bot.steps import QUESTIONS, Question, Text
from bot.turn import Said
from content.phrases import normalise
from content.words import Words

Find = Callable[[str], Found]
"""Finds what typed words ask for: `bot.answering.Answers.find` of the language."""

FEWEST_WORDS = 2
LONGER_THAN_NAMES = 4  # words: "Will Young" begins as a question does
MOST_OF_A_START = 200
MARKS = ("?", "\u061f")


def asked(said: Said, step: Question, find: Find, words: Words) -> Said:
    """The question in these words; or, where it may be their answer, the words."""
    typed = said.typed or ""
    may_be_answer = isinstance(step, Text)
    if isinstance(step, Text) and QUESTIONS in step.takes:
        return said
    has_form = _is_in_form(typed, words, may_be_answer=may_be_answer)
    if may_be_answer and not has_form:
        return said
    found = find(typed)
    if found.topics and (found.is_sure if may_be_answer else has_form or found.is_question):
        return replace(said, typed=None, asked=found.topics)
    is_for_nobody = (has_form and not may_be_answer) or (not found.is_taught and _asks_plainly(typed, words))
    return Said(note="no_answer") if is_for_nobody else said


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
    found = normalise(plain[:MOST_OF_A_START]).split()
    if not found or found[0] not in words.typed.question_words or plain.endswith("."):
        return False
    is_name = may_be_answer and found[0] in words.typed.names_too
    return len(found) >= (LONGER_THAN_NAMES if is_name else FEWEST_WORDS)
