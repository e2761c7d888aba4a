"""Whoever can't be written to, as Telegram says, is lost as by a block: told once, and found again when they speak."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.posting.lost_reach import FOUND, LOST
from storage.tables import ALERTS, CASE_ENTRIES
from tests.botapi import Person
from tests.channels.telegram_stage import TOKEN, TelegramStage, telegram_stage
from tests.desk.telling import until
from tests.somebody import TO_THE_NAME, Somebody

BY_CHAT = (*TO_THE_NAME, "Sam", "in this chat", "Check and send now", "Send")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[TelegramStage]:
    async with telegram_stage(tmp_path) as stage:
        yield stage


def told(stage: TelegramStage) -> list[str]:
    """What the desk was told of reaching them, in order."""
    return [row.kind for row in stage.rows(CASE_ENTRIES) if row.kind in {LOST, FOUND}]


async def sent_and_waiting_for_an_answer(stage: TelegramStage) -> Person:
    """Somebody who chose this chat as their way to be reached, and has just said something there."""
    person = stage.api.person(bot=TOKEN)
    Somebody(stage, str(person.id)).goes(*BY_CHAT)
    await person.start()
    return person


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "forbidden", "description": "bot was blocked by the user"},
        {"kind": "forbidden", "description": "user is deactivated"},
        {"kind": "forbidden", "description": "bot was kicked from the chat"},
        {"kind": "refused", "code": 400, "description": "Bad Request: chat not found"},
    ],
    ids=lambda fault: fault["description"],
)
async def test_a_send_that_is_refused_for_good_is_told_to_the_desk_and_speaking_again_as_well(
    stage: TelegramStage, fault: dict[str, Any]
) -> None:
    person = await sent_and_waiting_for_an_answer(stage)
    stage.api.faults.add(**fault, on="sendMessage", chat=person.id)
    await stage.start_bot()
    await until(lambda: told(stage) == [LOST])
    await person.say("hello")
    await person.waits_for(1)
    assert told(stage) == [LOST, FOUND]
    alerts = [row.about for row in stage.rows(ALERTS) if row.about]
    assert alerts == [kind for kind in (LOST, FOUND) for _ in stage.intake.service.channels]


async def test_a_refusal_and_the_block_behind_it_are_one_loss(stage: TelegramStage) -> None:
    person = await sent_and_waiting_for_an_answer(stage)
    stage.api.faults.add("forbidden", on="sendMessage", chat=person.id)
    await stage.start_bot()
    await until(lambda: told(stage) == [LOST])
    await person.block()
    other = await stage.at_menu()
    assert told(stage) == [LOST]
    await person.unblock()
    await stage.at_menu(other)
    assert told(stage) == [LOST, FOUND]


async def test_an_account_that_is_gone_is_silence_and_no_loss_of_anybody_else(stage: TelegramStage) -> None:
    person = await sent_and_waiting_for_an_answer(stage)
    await person.delete_account()
    await stage.start_bot()
    await stage.at_menu()
    await until(lambda: told(stage) == [LOST])
    await stage.stop_bot()
    assert set(stage.outbox()) == {"Blocked"}


async def test_a_message_that_is_refused_for_what_it_is_loses_nobody(stage: TelegramStage) -> None:
    person = await sent_and_waiting_for_an_answer(stage)
    stage.api.faults.add("refused", on="sendMessage", code=400, description="Bad Request: not like this")
    await stage.start_bot()
    await person.waits_for(2)
    assert told(stage) == []
