"""What goes wrong on purpose goes wrong as it does out there, and only as often as told."""

import asyncio

import aiohttp
import pytest

from tests.botapi import BotApi, NothingCameError, Person
from tests.botapi.conftest import TOKEN, Client


async def test_a_flood_refusal_names_the_wait_and_strikes_so_often(api: BotApi, call: Client, person: Person) -> None:
    api.faults.add("flood", on="sendMessage", times=2, retry_after=7)
    for _ in range(2):
        status, envelope = await call.ask("sendMessage", chat_id=person.id, text="x")
        assert (status, envelope["parameters"]) == (429, {"retry_after": 7})
    await call("sendMessage", chat_id=person.id, text="x")


async def test_faults_strike_only_what_they_match(api: BotApi, call: Client, person: Person) -> None:
    api.faults.add("forbidden", on="sendMessage", containing="second", skip=1)
    for text in ("first", "second", "third"):
        await call("sendMessage", chat_id=person.id, text=text)
    assert "Forbidden" in await call.refused("sendMessage", chat_id=person.id, text="second again")


async def test_a_broken_gateway_answers_in_html(api: BotApi, call: Client, person: Person) -> None:
    api.faults.add("broken", on="sendMessage")
    async with call.http.post(f"{api.url}/bot{TOKEN}/sendMessage", json={"chat_id": person.id, "text": "x"}) as reply:
        assert (reply.status, reply.content_type) == (502, "text/html")
    assert person.messages == []


@pytest.mark.parametrize(("kind", "delivered"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_lost_connection_is_before_or_after_the_effect(
    api: BotApi, call: Client, person: Person, kind: str, delivered: int
) -> None:
    api.faults.add(kind, on="sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=person.id, text="x")
    assert len(person.messages) == delivered
    assert api.calls.of("sendMessage")[-1].outcome == kind


async def test_a_hanging_call_has_no_effect_and_a_slow_one_has(api: BotApi, call: Client, person: Person) -> None:
    api.faults.add("hang", on="sendMessage")
    hanging = asyncio.create_task(call("sendMessage", chat_id=person.id, text="hanging"))
    await api.calls.waits_until(lambda log: log.count == 1)
    api.faults.add("slow", on="sendMessage", seconds=0.01)
    await call("sendMessage", chat_id=person.id, text="slow")
    assert not hanging.done()
    hanging.cancel()
    assert [message.text for message in person.messages] == ["slow"]


async def test_a_late_answer_is_refused(api: BotApi, call: Client, person: Person) -> None:
    api.faults.add("late_answer")
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await call("sendMessage", chat_id=person.id, text="?", reply_markup=keyboard)
    tap = await person.tap("Yes")
    assert "query is too old" in await call.refused("answerCallbackQuery", callback_query_id=tap.query_id)


async def test_a_duplicate_update_keeps_its_id(api: BotApi, call: Client, person: Person) -> None:
    api.faults.add("duplicate", on="message")
    await person.say("twice")
    ids = [update["update_id"] for update in await call("getUpdates")]
    assert len(ids) == 3
    assert ids[1] == ids[2]
    assert await call("getUpdates", offset=ids[2] + 1) == []


async def test_a_redelivered_update_comes_once_more_after_being_confirmed(api: BotApi, call: Client) -> None:
    api.faults.add("redelivered")
    await api.person().say("again")
    [update] = await call("getUpdates")
    offset = update["update_id"] + 1
    assert await call("getUpdates", offset=offset) == [update]
    assert await call("getUpdates", offset=offset) == []


async def test_swapped_updates_keep_their_ids_and_change_places(api: BotApi, call: Client, person: Person) -> None:
    await person.say("first")
    api.faults.add("swapped")
    await person.say("second")
    _, one, two = await call("getUpdates")
    assert [one["message"]["text"], two["message"]["text"]] == ["second", "first"]
    assert one["update_id"] == two["update_id"] + 1
    assert [update["update_id"] for update in await call("getUpdates", offset=one["update_id"])] == [one["update_id"]]


async def test_pace_refuses_what_is_too_fast_on_the_worlds_clock() -> None:
    async with BotApi(paced=True) as api, aiohttp.ClientSession() as http:
        person, call = api.person(bot=api.bot(TOKEN)), Client(api, http)
        await person.start()
        group = api.group(bots=[api.bot(TOKEN)])
        for _ in range(3):
            await call("sendMessage", chat_id=person.id, text="x")
        status, envelope = await call.ask("sendMessage", chat_id=person.id, text="x")
        assert (status, envelope["parameters"]) == (429, {"retry_after": 1})
        api.clock.advance(1)
        await call("sendMessage", chat_id=person.id, text="x")
        for _ in range(20):
            await call("sendMessage", chat_id=group.id, text="x")
        assert (await call.ask("sendMessage", chat_id=group.id, text="x"))[1]["parameters"]["retry_after"] > 1


async def test_waiting_in_vain_says_so(person: Person) -> None:
    with pytest.raises(NothingCameError, match="1 messages or edits wanted, 0 came"):
        await person.waits_for(1, timeout=0.01)
