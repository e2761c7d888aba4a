"""Updates: nothing is forgotten before it is confirmed, and each lives as long as on Telegram."""

import asyncio
from typing import Any

from tests.botapi import BotApi, Clock
from tests.botapi.conftest import NOON, OTHER, Client


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_come_again_until_a_higher_offset_confirms_them(api: BotApi, call: Client) -> None:
    person = api.person()
    for text in ("one", "two", "three"):
        await person.say(text)
    first = await call("getUpdates")
    assert texts(first) == ["one", "two", "three"]
    assert await call("getUpdates") == first
    assert texts(await call("getUpdates", offset=first[1]["update_id"], limit=1)) == ["two"]
    assert await call("getUpdates", offset=first[-1]["update_id"] + 1) == []
    assert await call("getUpdates", offset=0) == []


async def test_a_negative_offset_discards_all_but_the_newest(api: BotApi, call: Client) -> None:
    person = api.person()
    for text in ("one", "two", "three"):
        await person.say(text)
    assert texts(await call("getUpdates", offset=-1)) == ["three"]
    assert texts(await call("getUpdates")) == ["three"]


async def test_a_long_poll_wakes_when_somebody_writes(api: BotApi, call: Client) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await api.calls.waits_until(lambda log: log.count == 1)
    assert not poll.done()
    await api.person().say("hello")
    assert texts(await poll) == ["hello"]


async def test_of_two_pollers_the_older_is_turned_away(api: BotApi, call: Client) -> None:
    older = asyncio.create_task(call.ask("getUpdates", timeout=30))
    await api.calls.waits_until(lambda log: log.count == 1)
    newer = asyncio.create_task(call("getUpdates", timeout=30))
    status, envelope = await asyncio.wait_for(older, 5)
    assert (status, envelope["description"][:9]) == (409, "Conflict:")
    await api.person().say("hello")
    assert texts(await newer) == ["hello"]


async def test_queues_of_two_bots_are_apart(api: BotApi, call: Client) -> None:
    await api.person().say("for the other", to=api.bot(OTHER))
    assert await call("getUpdates") == []
    assert texts(await call("getUpdates", OTHER)) == ["for the other"]


async def test_kinds_are_filtered_when_the_update_is_made_and_the_choice_is_remembered(
    api: BotApi, call: Client
) -> None:
    person = api.person()
    await call("getUpdates", allowed_updates=["callback_query"])
    await person.say("not wanted")
    await call("getUpdates", allowed_updates=["message"])
    await person.say("wanted")
    assert texts(await call("getUpdates")) == ["wanted"]
    await call("getUpdates", allowed_updates=[])
    await person.block()
    assert "my_chat_member" in (await call("getUpdates"))[-1]


async def test_a_tap_waits_150_seconds_and_a_message_a_day(api: BotApi, call: Client) -> None:
    person = api.person()
    await person.say("hello")
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await call("sendMessage", chat_id=person.id, text="?", reply_markup=keyboard)
    await person.tap("Yes")
    api.clock.advance(149)
    assert len(await call("getUpdates")) == 2
    api.clock.advance(2)
    assert texts(await call("getUpdates")) == ["hello"]
    api.clock.advance(86_400)
    assert await call("getUpdates") == []


async def test_after_a_quiet_week_ids_jump_and_an_old_offset_hides_nothing(api: BotApi, call: Client) -> None:
    person = api.person()
    await person.say("before")
    [before] = await call("getUpdates")
    api.clock.advance(8 * 86_400)
    assert await call("getUpdates", offset=before["update_id"] + 1) == []
    await person.say("after")
    [after] = await call("getUpdates")
    assert after["update_id"] != before["update_id"] + 1


async def test_an_offset_far_above_all_ids_is_no_confirmation(api: BotApi, call: Client) -> None:
    queue = api.world.bots.find().queue
    queue.next_id = 500
    await api.person().say("hello")
    assert texts(await call("getUpdates", offset=900_000)) == ["hello"]


async def test_asking_the_same_offset_again_at_once_gives_one_update_with_quirks() -> None:
    async with BotApi(clock=Clock(start=NOON), quirks=True) as api:
        bot = api.bot(OTHER)
        for text in ("one", "two"):
            await api.person(1).say(text)
        assert len(await bot.queue.take(0, 100, 0)) == 2
        assert len(await bot.queue.take(0, 100, 0)) == 1
        api.clock.advance(1)
        assert len(await bot.queue.take(0, 100, 0)) == 2
