"""One page of a referral that is entered for somebody: its questions in their own words, and what was typed, read.

Here may live which questions a page has, and what follows from their answers.
"""

from dataclasses import replace

from bot import form
from bot.errors import NotUnderstood
from bot.flows.lists import THIS_CHAT
from bot.help_now import help_values
from bot.service_lines import of_the_service, service_lines
from bot.steps import Answers, End, Question, Several
from desk import question_fields
from desk.access import SignedIn
from desk.question_fields import Field, Slip
from desk.taken_down import FLOW, Taken

NOT_AT_A_DESK = frozenset({THIS_CHAT})
"""Options that mean nothing to somebody who wrote in no chat."""


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
        question_fields.of(
            question,
            FLOW.name,
            visit.desk.words,
            taken.answers.get(question.name),
            sent=visit.form if typed else None,
            lines=lines,
            is_new=is_begun and question.name not in taken.answers,
        )
        for question in questions(section, taken.answers)
    ]


def read(visit: SignedIn, section: str, taken: Taken) -> tuple[Taken, dict[str, str]]:
    """What was entered with this page read into it; and of each field that is not right, the name of the words."""
    answers, errors = dict(taken.answers), {}
    for question in questions(section, taken.answers):
        try:
            answers[question.name] = question_fields.answer(visit.form, question)
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
