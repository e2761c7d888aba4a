"""A flow as a form, whose questions somebody else asks and writes down, many on one page. Pure.

Where a person is stays `Flow.position`'s to say, and only what it meets is handed over; here is which questions a page
has to show before all of them are answered.
"""

from collections.abc import Mapping

from bot.conditions import any_holds
from bot.flow import Flow
from bot.rendering import LEFT_OUT
from bot.steps import (
    Answer,
    Answers,
    Code,
    End,
    Fact,
    Facts,
    HandOver,
    Offer,
    Question,
    Review,
    Say,
    Step,
    Which,
    known,
)

NEEDED = "needed"
"""The questions before the first part."""


def sections(flow: Flow) -> tuple[str, ...]:
    """The pages of the form, by name: what is needed, then each part, and each question about the answers before it."""
    on_their_way = (section_of(flow, step.name) for step in flow.steps)
    return tuple(dict.fromkeys((NEEDED, *(each for each in on_their_way if each != NEEDED))))


def section_of(flow: Flow, step: str) -> str:
    """The page on which a question stands. That of a part's own offer is its part; what asks about the answers before
    it has a page to itself, for they have to be there when it is asked."""
    return step if isinstance(flow.by_name[step], Which) else flow.part_of[step] or NEEDED


def leads_to(flow: Flow, question: Question) -> str:
    """The page on which a line of the read-back is changed: of what asks whether to go on, the next."""
    section, found = section_of(flow, question.name), sections(flow)
    return found[found.index(section) + 1] if isinstance(question, Offer) and section == NEEDED else section


def asked_in(flow: Flow, section: str, answers: Answers, facts: Facts | None = None) -> tuple[Question, ...]:
    """The questions of a page that apply to these answers as far as they go, as if its part had been taken up."""
    met = _met_on(flow, section, answers, facts)
    return tuple(each for each in met if isinstance(each, Question) and not isinstance(each, (Offer, Review, Code)))


def told_in(flow: Flow, section: str, answers: Answers, facts: Facts | None = None) -> tuple[Say | End, ...]:
    """What somebody is told on a page by these answers, the end last that they lead to, if they do."""
    met = _met_on(flow, section, answers, facts)
    return tuple(each for each in met if isinstance(each, (Say, End)) and not isinstance(each, HandOver))


def taking_up(flow: Flow, section: str) -> Mapping[str, Answer]:
    """The answers to what only asks how to go on, for somebody who goes on to this page."""
    offers = [each for each in flow.questions if isinstance(each, Offer) and each.name not in flow.parts]
    on_the_way = {each.name: _onward(each) for each in offers if section != NEEDED}
    part = flow.by_name.get(section)
    return {**on_the_way, section: _onward(part)} if isinstance(part, Offer) else on_the_way


def as_said(flow: Flow, answers: Answers) -> Answers:
    """These answers as a conversation would hold them: where no page after the needed one was filled in, it was left
    there."""
    offers = [each for each in flow.questions if isinstance(each, Offer) and each.name not in flow.parts]
    left = {each.name: next(option for option in each.options if option in LEFT_OUT) for each in offers}
    return {**left, **answers}


def _onward(offer: Offer) -> str:
    return next(option for option in offer.options if option not in LEFT_OUT)


def _met_on(flow: Flow, section: str, answers: Answers, facts: Facts | None) -> list[Step]:
    met = _met(flow, {**answers, **taking_up(flow, section)}, facts or {})
    return [each for each in met if section_of(flow, each.name) == section]


def _met(flow: Flow, answers: Answers, facts: Facts) -> list[Step]:
    """As `Flow.position` meets them, but going on past a question that still has to be answered, as if skipped."""
    kept: dict[str, Answer] = {}
    met: list[Step] = []
    for step, conditions in flow.plan:
        if conditions and not any_holds(conditions, kept):
            continue
        if isinstance(step, Question):
            question = step.put(facts, kept)
            if question is None:
                continue
            met.append(question)
            given = answers.get(step.name)
            kept[step.name] = given if question.accepts(given) else None
        elif isinstance(step, Fact):
            kept[step.name] = known(facts.get(step.name))
        else:
            met.append(step)
            if isinstance(step, End):
                break
    return met
