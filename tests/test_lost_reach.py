"""Whoever blocks the bot is reached there no more, and the desk hears of that; and of their coming back."""

import pytest

from bot.posting import lost_reach
from storage.tables import ALERTS, CASE_ENTRIES
from tests.somebody import TO_THE_NAME, Somebody
from tests.stage import Stage

BY_CHAT = (*TO_THE_NAME, "Sam", "in this chat", "Check and send now", "Send")
BY_PHONE = (*TO_THE_NAME, "Alex", "Phone call", "Done", "07700 900123", "Check and send now", "Send")
WAYS = ("staff_chat",)


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def _told(stage):
    kinds = [row.kind for row in stage.rows(CASE_ENTRIES) if row.kind in {lost_reach.LOST, lost_reach.FOUND}]
    return kinds, len([row for row in stage.rows(ALERTS) if row.level >= 100])


def _do(stage, sam, *deeds):
    with stage.database.begin() as tx:
        for deed in deeds:
            deed(tx, sam.channel, sam.key if deed is lost_reach.lose else {sam.key}, WAYS, stage.now)


def test_a_block_is_told_to_the_desk_once_and_so_is_coming_back(stage):
    sam = Somebody(stage).goes(*BY_CHAT)
    _do(stage, sam, lost_reach.lose, lost_reach.lose)
    assert _told(stage) == (["chat_lost"], 1)
    _do(stage, sam, lost_reach.find_again, lost_reach.find_again)
    assert _told(stage) == (["chat_lost", "chat_found"], 2)
    _do(stage, sam, lost_reach.lose)
    assert _told(stage) == (["chat_lost", "chat_found", "chat_lost"], 3)


def test_whoever_was_never_gone_does_not_come_back(stage):
    sam = Somebody(stage).goes(*BY_CHAT)
    _do(stage, sam, lost_reach.find_again)
    assert _told(stage) == ([], 0)


def test_of_a_case_whose_person_is_reached_elsewhere_a_block_tells_nothing(stage):
    alex = Somebody(stage).goes(*BY_PHONE)
    _do(stage, alex, lost_reach.lose)
    assert _told(stage) == ([], 0)
