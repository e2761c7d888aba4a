"""Going on from where one was leads to the same place as walking the whole flow anew."""

import pytest

from bot.engine import Engine
from bot.flows import FLOWS
from bot.steps import Question
from bot.walk import answers, walk


@pytest.mark.parametrize("name", FLOWS)
def test_one_more_answer_leads_where_the_whole_way_leads(name: str) -> None:
    flow = FLOWS[name]
    for state in walk(flow):
        step = state.step
        for answer in answers(flow, step) if isinstance(step, Question) else ():
            said = {**state.conversation.answers, step.name: answer}
            assert flow.position(said, state.facts, after=state.position) == flow.position(said, state.facts)


@pytest.mark.parametrize("name", FLOWS)
def test_the_early_read_back_lies_where_the_whole_way_leads(name: str) -> None:
    flow = FLOWS[name]
    for state in walk(flow):
        said, facts = state.conversation.answers, state.facts
        early = flow.position(said, facts, early=True)
        assert flow.position(said, facts, early=True, after=state.position) == early


def test_an_answer_kept_from_before_a_change_still_counts() -> None:
    flow = FLOWS["self_referral"]
    said = {"keep_answers": "yes", "who_i_am": "harmed", "age_band": "18_plus"}
    before = flow.position({"keep_answers": "yes"})
    assert before.step.name == "who_i_am"
    assert flow.position(said, after=before).step.name == "be_contacted"


def test_where_nothing_answered_changes_the_place_stays_and_without_its_answers_it_is_the_beginning() -> None:
    engine, (first, *rest) = Engine(FLOWS), (state for state in walk(FLOWS["cafe"]) if state.waits)
    for state in rest:
        at = engine.at(state.conversation, state.facts)
        assert at.but(nonce="another").position == at.position
        assert at.but(answers={}).waiting == first.step
