"""One page of a referral that is entered for somebody: its questions in their own words, and what was typed, read.

Here may live what turns questions into fields and fields into answers. A field has the name of its question, after
`q.`; what is ticked of several options is a field each, after another dot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot import form
from bot.contact_details import READERS
from bot.errors import NotUnderstood
from bot.flows.lists import THIS_CHAT
from bot.help_now import help_values
from bot.service_lines import of_the_service, service_lines
from bot.steps import Answer, Answers, End, Question, Several, Text
from desk.access import SignedIn
from desk.taken_down import FLOW, Taken

NOT_AT_A_DESK = frozenset({THIS_CHAT})
"""Options that mean nothing to somebody who wrote in no chat."""
A_LINE = 120
"""Answers of up to so many characters are typed into one line."""


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


def questions(section: str, answers: Answers) -> tuple[Question, ...]:
    """The questions of a page that apply so far, without what only a chat can offer."""
    return tuple(_here(each) for each in form.asked_in(FLOW, section, answers))


def is_open(section: str, answers: Answers) -> bool:
    """Whether something is still to be asked on a page. A part left out is whole."""
    if answers.get(section) == "leave_out":
        return False
    return any(question.name not in answers for question in questions(section, answers))


def open_section(answers: Answers) -> str | None:
    """The first page on which something is still to be asked; None when there is none."""
    return next((section for section in form.sections(FLOW) if is_open(section, answers)), None)


def fields(visit: SignedIn, section: str, taken: Taken, *, typed: bool) -> list[Field]:
    """The fields of a page; with `typed` they show what stands in the form that was sent, whatever is wrong in it."""
    lines = service_lines(of_the_service(visit.desk.settings), visit.desk.words)
    is_begun = section in taken.answers or (section == form.NEEDED and bool(taken.answers))
    return [
        _field(visit, question, taken.answers, lines, is_begun=is_begun, typed=typed)
        for question in questions(section, taken.answers)
    ]


def read(visit: SignedIn, section: str, taken: Taken) -> tuple[Taken, dict[str, str]]:
    """What was entered with this page read into it; and of each field that is not right, the name of the words."""
    answers, errors = dict(taken.answers), {}
    for question in questions(section, taken.answers):
        try:
            answers[question.name] = _answer(visit.form, question)
        except (NotUnderstood, Slip) as slip:
            errors[f"q.{question.name}"] = str(slip)
    return replace(taken, answers={**answers, **form.taking_up(FLOW, section)}), errors


def left_out(section: str, taken: Taken) -> Taken:
    """The same with a part left out, and nothing kept of it."""
    kept = {name: said for name, said in taken.answers.items() if form.section_of(FLOW, name) != section}
    return replace(taken, answers={**kept, **form.taking_up(FLOW, section), section: "leave_out"})


def to_be_told(visit: SignedIn, section: str, answers: Answers) -> list[str]:
    """What the chat would tell somebody with these answers on this page: here whoever speaks with them does."""
    told = form.told_in(FLOW, section, answers)
    return [_said(visit, step.name, answers) for step in told if step.name != "about_this_chat"]


def ends_at(answers: Answers) -> str | None:
    """The end these answers lead to, so that nothing can be sent: its name; None when they lead to none."""
    ends = [step for step in form.told_in(FLOW, form.NEEDED, answers) if isinstance(step, End)]
    return ends[0].name if ends else None


def _said(visit: SignedIn, step: str, answers: Answers) -> str:
    words = visit.desk.words
    values = service_lines(of_the_service(visit.desk.settings), words) | help_values(answers, words, now=visit.now)
    return words.fill(words.text(FLOW.name, f"{step}.say"), values)


def _here(question: Question) -> Question:
    if not isinstance(question, Several):
        return question
    return replace(question, options=tuple(each for each in question.options if each not in NOT_AT_A_DESK))


def _field(
    visit: SignedIn, question: Question, answers: Answers, lines: Mapping[str, str], *, is_begun: bool, typed: bool
) -> Field:
    words, name = visit.desk.words, question.name
    chosen = _ticked(visit.form, question) if typed else _as_options(answers.get(name))
    text = visit.form.get(f"q.{name}", "") if typed else str(answers.get(name) or "")
    hint, why = words.find(FLOW.name, f"{name}.hint"), words.find(FLOW.name, f"{name}.why")
    return Field(
        name=f"q.{name}",
        kind=_kind(question),
        label=words.fill(words.text(FLOW.name, f"{name}.ask"), lines),
        hint=words.fill(hint, lines) if hint else "",
        why=words.fill(why, lines) if why else "",
        is_needed=question.required,
        is_new=is_begun and name not in answers,
        typed=text,
        options=tuple(Option(each, words.option(FLOW.name, name, each), each in chosen) for each in question.closed),
        most_chars=question.max_chars if isinstance(question, Text) else 0,
    )


def _kind(question: Question) -> str:
    if isinstance(question, Text):
        return "line" if question.max_chars <= A_LINE else "lines"
    return "several" if isinstance(question, Several) else "one"


def _answer(form_: Mapping[str, str], question: Question) -> Answer:
    """Raises Slip and NotUnderstood, each with the name of the words about what is not right."""
    answer = _typed(form_, question) if isinstance(question, Text) else _chosen(form_, question)
    if not question.accepts(answer):
        raise Slip("needed")
    return answer


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


def _as_options(answer: Answer) -> tuple[str, ...]:
    return (answer,) if isinstance(answer, str) else answer or ()
