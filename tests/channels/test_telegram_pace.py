"""Whoever says more in a minute than anybody reads is told so once; what was taken stays, and Stop works at once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from content.words import load
from tests.channels.telegram_stage import TelegramStage, telegram_stage

TOO_FAST = load("en").common("notes.too_fast")
MOST = 10


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[TelegramStage]:
    async with telegram_stage(tmp_path) as stage:
        stage.intake.service = replace(stage.intake.service, messages_a_minute=MOST)
        await stage.start_bot()
        yield stage


async def test_too_much_in_a_minute_is_told_once_loses_nothing_and_never_holds_up_stop(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.say("yes")
    await person.waits_for(1)
    for _ in range(MOST + 5):
        await person.say("hm")
    await person.waits_for(MOST - 3 + 1)
    told = [each for each in person.messages if TOO_FAST in each.text]
    assert len(told) == 1
    assert "Which of these fits you best?" in told[0].text, "the place is as it was"
    await person.say("stop")
    await person.waits_for(1)
    assert "Stopped" in person.last.text


async def test_after_a_minute_one_goes_on_at_the_same_place(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    for _ in range(MOST + 1):
        await person.say("hm")
    await person.waits_for(2 * (MOST - 2 + 1))  # what is told, and the question again
    stage.let_pass(seconds=61)
    await person.say("yes")
    await person.waits_for(1)
    assert "Which of these fits you best?" in person.last.text
