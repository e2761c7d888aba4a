"""Where a name is asked for, a cry for help is heard first and is not kept as one. What looks like a name always is."""

import pytest

from bot import drafts
from bot.flagging import heard_first
from bot.flows import FLOWS
from bot.hearing import safety_rules
from bot.steps import Text
from bot.turn import Said
from storage.conversations import StoredDraft
from storage.sealing import Keys
from storage.tables import CONVERSATIONS
from tests.somebody import TO_THE_NAME, Somebody, texts
from tests.stage import SECRETS, Stage

RULES = safety_rules.load_all(("en", "pl"))
STEPS = [(flow, step) for flow, each in FLOWS.items() for step in each.steps if isinstance(step, Text)]
NAMES = [(flow, step) for flow, step in STEPS if step.asks_a_name]


def kept(stage):
    (row,) = stage.rows(CONVERSATIONS)
    return drafts.unlock(StoredDraft(row.salt, row.draft), Keys(SECRETS.seal), row.person).conversation


@pytest.mark.parametrize("cry", ["i want to die", "he will kill me", "hes outside my door"])
def test_a_cry_for_help_is_met_with_help_and_the_name_is_asked_for_again(tmp_path, cry):
    stage = Stage(tmp_path)
    replies = texts(Somebody(stage).goes(*TO_THE_NAME).says(cry))
    assert "call 999" in replies and "There is no rush." in replies and "What name should we use" in replies
    assert "name_to_use" not in kept(stage).answers
    assert {words for _, words in kept(stage).signs} == {cry}


@pytest.mark.parametrize("name", ["Sam", "Stalker", "Mary-Ann O'Neil", "Hope", "Will Killen"])
def test_a_name_is_kept(tmp_path, name):
    stage = Stage(tmp_path)
    Somebody(stage).goes(*TO_THE_NAME, name)
    assert kept(stage).answers["name_to_use"] == name


@pytest.mark.parametrize(("flow", "step"), NAMES, ids=[f"{flow}.{step.name}" for flow, step in NAMES])
@pytest.mark.parametrize("cry", ["i want to die", "chcę umrzeć"])
def test_so_it_is_wherever_a_name_is_asked_for(flow, step, cry):
    assert heard_first(Said(typed=cry), step, RULES) == Said(note="not_a_name")


@pytest.mark.parametrize(
    ("flow", "step"), [each for each in STEPS if each not in NAMES], ids=lambda each: str(each)[:40]
)
def test_where_more_than_a_name_is_asked_for_it_stays_in_the_answer(flow, step):
    said = Said(typed="never when he is home, he will kill me")
    assert heard_first(said, step, RULES) == said
