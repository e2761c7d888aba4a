"""Questions of a flow as fields of a page at the desk: in their own words, and what was typed, read.

Pure: here may live what turns a question into a field and a field into an answer. A field has the name of its question,
after `q.`; what is ticked of several options is a field each, after another dot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.hearing.contact_details import READERS
from bot.steps import Answer, Question, Several, Text
from content.words import Words

A_LINE = 120
"""Answers of up to so many characters are typed into one line."""
NO_LINES: Mapping[str, str] = {}


class Slip(Exception):
    """What stands in a field is no answer to its question. Holds the name of the words that say so."""


@dataclass(frozen=True, slots=True)
class Option:
    """One to choose."""

    name: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A question as it stands on the page."""

    name: str
    kind: str
    """one, several, line or lines."""
    label: str
    hint: str
    why: str
    is_needed: bool
    is_new: bool
    """It came up by what was answered on this page."""
    typed: str = field(repr=False)
    options: tuple[Option, ...] = ()
    most_chars: int = 0


def of(
    question: Question,
    file: str,
    words: Words,
    given: Answer,
    *,
    sent: Mapping[str, str] | None = None,
    asked_as: str = "",
    lines: Mapping[str, str] = NO_LINES,
    is_new: bool = False,
) -> Field:
    """The field of a question, whose words stand in this file of the content, filled with `lines`.

    It shows what is `given`; or what stands in the form that was `sent`, whatever is wrong in it. `asked_as` is the
    question in whose words this one is asked, where it has none of its own.
    """
    name, said_as = question.name, asked_as or question.name
    chosen = _as_options(given) if sent is None else _ticked(sent, question)
    text = str(given or "") if sent is None else sent.get(f"q.{name}", "")
    hint, why = words.find(file, f"{said_as}.hint"), words.find(file, f"{said_as}.why")
    return Field(
        name=f"q.{name}",
        kind=_kind(question),
        label=words.fill(words.text(file, f"{said_as}.ask"), lines),
        hint=words.fill(hint, lines) if hint else "",
        why=words.fill(why, lines) if why else "",
        is_needed=question.required,
        is_new=is_new,
        typed=text,
        options=tuple(Option(each, words.option(file, said_as, each), each in chosen) for each in question.closed),
        most_chars=question.max_chars if isinstance(question, Text) else 0,
    )


def answer(form_: Mapping[str, str], question: Question) -> Answer:
    """What was answered. Raises Slip and NotUnderstood, each with the name of the words about what is not right."""
    found = _typed(form_, question) if isinstance(question, Text) else _chosen(form_, question)
    if not question.accepts(found):
        raise Slip("needed")
    return found


def _kind(question: Question) -> str:
    if isinstance(question, Text):
        return "line" if question.max_chars <= A_LINE else "lines"
    return "several" if isinstance(question, Several) else "one"


def _typed(form_: Mapping[str, str], question: Text) -> Answer:
    typed = form_.get(f"q.{question.name}", "").replace("\r\n", "\n").strip()
    if len(typed) > question.max_chars:
        raise Slip("too_long")
    return READERS[question.reads](typed) if typed else None


def _chosen(form_: Mapping[str, str], question: Question) -> Answer:
    ticked = _ticked(form_, question)
    if not isinstance(question, Several):
        return ticked[0] if ticked else None
    if len(ticked) > 1 and set(ticked) & set(question.alone):
        raise Slip("alone")
    return ticked or None


def _ticked(form_: Mapping[str, str], question: Question) -> tuple[str, ...]:
    if isinstance(question, Several):
        return tuple(each for each in question.closed if f"q.{question.name}.{each}" in form_)
    given = form_.get(f"q.{question.name}", "")
    return (given,) if given in question.closed else ()


def _as_options(given: Answer) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()
