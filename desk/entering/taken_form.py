"""One page of a referral that is entered for somebody: its questions in their own words, and what was typed, read.

Here may live which questions a page has, and what follows from their answers.
"""

from dataclasses import replace

from bot import form
from bot.errors import NotUnderstood
from bot.flow import Flow
from bot.flows.lists import THIS_CHAT
from bot.help_now import help_values
from bot.service_lines import of_the_service, service_lines
from bot.steps import Consent, End, Question, Several
from desk.entering import question_fields
from desk.entering.question_fields import Field, Slip
from desk.entering.taken_down import Taken
from desk.visit import SignedIn

NOT_AT_A_DESK = frozenset({THIS_CHAT})
"""Options that mean nothing to somebody who wrote in no chat."""


def gate(flow: Flow) -> Question:
    """What is asked before anything is written down."""
    return flow.questions[0]


def questions(section: str, taken: Taken) -> tuple[Question, ...]:
    """The questions of a page that apply so far, without what only a chat can offer."""
    return tuple(_here(each) for each in form.asked_in(taken.flow, section, taken.answers))


def is_open(section: str, taken: Taken) -> bool:
    """Whether something is still to be asked on a page. A part left out is whole."""
    if taken.answers.get(section) == "leave_out":
        return False
    return any(question.name not in taken.answers for question in questions(section, taken))


def open_section(taken: Taken) -> str | None:
    """The first page on which something is still to be asked; None when there is none."""
    return next((section for section in form.sections(taken.flow) if is_open(section, taken)), None)


def fields(visit: SignedIn, section: str, taken: Taken, *, typed: bool) -> list[Field]:
    """The fields of a page; with `typed` they show what stands in the form that was sent, whatever is wrong in it."""
    lines = service_lines(of_the_service(visit.desk.settings), visit.desk.words)
    asked = questions(section, taken)
    said_here = [each for each in asked if each.name in taken.answers and not isinstance(each, Consent)]
    is_begun = section in taken.answers or (section == form.NEEDED and bool(said_here))
    return [
        question_fields.of(
            question,
            taken.flow.name,
            visit.desk.words,
            taken.answers.get(question.name),
            sent=visit.form if typed else None,
            lines=lines,
            is_new=is_begun and question.name not in taken.answers,
        )
        for question in asked
    ]


def read(visit: SignedIn, section: str, taken: Taken) -> tuple[Taken, dict[str, str]]:
    """What was entered with this page read into it; and of each field that is not right, the name of the words."""
    answers, errors = dict(taken.answers), {}
    for question in questions(section, taken):
        try:
            answers[question.name] = question_fields.answer(visit.form, question)
        except (NotUnderstood, Slip) as slip:
            errors[f"q.{question.name}"] = str(slip)
    return replace(taken, answers={**answers, **form.taking_up(taken.flow, section)}), errors


def left_out(section: str, taken: Taken) -> Taken:
    """The same with a part left out, and nothing kept of it."""
    flow = taken.flow
    kept = {name: said for name, said in taken.answers.items() if form.section_of(flow, name) != section}
    return replace(taken, answers={**kept, **form.taking_up(flow, section), section: "leave_out"})


def to_be_told(visit: SignedIn, section: str, taken: Taken) -> list[str]:
    """What the chat would tell somebody with these answers on this page: here whoever speaks with them does."""
    told = form.told_in(taken.flow, section, taken.answers)
    return [_said(visit, step.name, taken) for step in told if step.name != "about_this_chat"]


def is_over(taken: Taken) -> bool:
    """Whether these answers lead to an end at which nothing can be sent: then nothing is kept."""
    return _end(taken) is not None


def is_refused(taken: Taken) -> bool:
    """Whether that end is that of a no to what must be agreed to."""
    end, by_name = _end(taken), taken.flow.by_name
    return end is not None and any(isinstance(by_name[name], Consent) for each in end.conditions for name in each)


def _end(taken: Taken) -> End | None:
    told = form.told_in(taken.flow, form.NEEDED, taken.answers)
    return next((step for step in told if isinstance(step, End)), None)


def _said(visit: SignedIn, step: str, taken: Taken) -> str:
    words = visit.desk.words
    values = service_lines(of_the_service(visit.desk.settings), words)
    values |= help_values(taken.answers, words, now=visit.now)
    return words.fill(words.text(taken.flow.name, f"{step}.say"), values)


def _here(question: Question) -> Question:
    if not isinstance(question, Several):
        return question
    return replace(question, options=tuple(each for each in question.options if each not in NOT_AT_A_DESK))
