"""A code of four words typed while nothing else is open: it leads to whatever it opens, and guessing does not pay."""

from pathlib import Path

import pytest

from bot import drafts
from content.words import load
from storage.conversations import StoredDraft
from storage.sealing import Keys
from storage.tables import CONVERSATIONS
from tests.somebody import TO_THE_END, TO_THE_NAME, Somebody, texts
from tests.stage import SECRETS, Stage
from tests.test_proposals import SHORT

WRONG = "acorn acorn acorn acorn"
SLOW = load("en").text("my_referral", "too_many_tries.say")
GREETING = load("en").text("menu", "welcome.say")[:30]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def kept(stage: Stage, who: Somebody) -> drafts.Draft:
    row = next(each for each in stage.rows(CONVERSATIONS) if each.person == who.key)
    return drafts.unlock(StoredDraft(row.salt, row.draft), Keys(SECRETS.seal), row.person)


def test_a_receipt_code_typed_at_the_first_menu_leads_to_what_was_sent(stage: Stage) -> None:
    code = Somebody(stage).goes(*TO_THE_END).code
    assert Somebody(stage, "a-token", "web").goes("start", code).last.asks == "what_next"


def test_where_two_were_sent_the_code_of_the_first_opens_the_first(stage: Stage) -> None:
    wren = Somebody(stage).goes(*TO_THE_END)
    first = wren.code
    wren.goes("start", "What I sent", "Withdraw", "Yes, withdraw")
    stage.pass_time(minutes=1)
    wren.goes(*TO_THE_END)
    assert wren.goes("start", first).last.asks == "once_withdrawn"
    assert wren.goes("6", "start", "What I sent").last.asks == "what_next"


def test_a_confirm_code_as_the_very_first_message_greets_and_leads_to_what_was_proposed(stage: Stage) -> None:
    code = Somebody(stage).goes(*SHORT).code
    wren = Somebody(stage, "a-token", "web").goes(code)
    assert GREETING in texts(wren.heard)
    assert wren.last.asks == "look_or_refuse"


def test_a_return_code_is_still_a_way_back(stage: Stage) -> None:
    code = Somebody(stage, "b-token", "web").goes(*TO_THE_NAME, "Sam", "Pause").code
    assert Somebody(stage, "a-token", "web").goes("start", code).last.asks == "contact_routes"


@pytest.mark.parametrize(
    "steps", [TO_THE_END, SHORT, (*TO_THE_NAME, "Sam", "Pause")], ids=["receipt", "confirm", "return"]
)
def test_after_five_wrong_ones_no_code_of_any_kind_opens_anything_or_is_derived_for_a_while(
    stage: Stage, steps: tuple[str, ...]
) -> None:
    code = Somebody(stage, "b-token", "web").goes(*steps).code
    guesser = Somebody(stage, "2002").goes("start")
    for _ in range(5):
        assert "did not open anything" in guesser.goes(WRONG).last.text
        assert guesser.last.asks == "menu"
    assert SLOW in texts(guesser.says(code))
    assert guesser.last.asks == "menu"
    assert stage.intake.derived([guesser.inbound(code)], stage.now) == {}
    stage.pass_time(minutes=16)
    assert guesser.goes(code).last.asks != "menu"


def test_a_code_is_derived_before_anything_is_locked_and_only_where_one_may_be_meant(stage: Stage) -> None:
    code = Somebody(stage).goes(*TO_THE_END).code
    wren = Somebody(stage, "a-token", "web").goes("start")
    assert set(stage.intake.derived([wren.inbound(code), wren.inbound("hello")], stage.now)) == {code}
    wren.goes(*TO_THE_NAME)
    assert stage.intake.derived([wren.inbound(code)], stage.now) == {}, "a name is asked for here"


def test_what_a_code_was_derived_to_is_kept_with_the_conversation_and_no_longer(stage: Stage) -> None:
    code = Somebody(stage).goes(*TO_THE_END).code
    wren = Somebody(stage, "a-token", "web").goes("start", "What I sent", code)
    known = stage.intake.derived([Somebody(stage, "3003").inbound(code)], stage.now)[code]
    assert known and kept(stage, wren).receipts == {code: known.master}
    wren.goes("Write to the coordinator")
    assert kept(stage, wren).receipts == {code: known.master}
    wren.goes("Please text me", "Send", "start")
    assert kept(stage, wren).receipts == {}
