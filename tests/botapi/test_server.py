"""The HTTP face: tokens, bodies, unknown methods, webhooks, and the door for other processes."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.botapi import BotApi
from tests.botapi.conftest import OTHER, TOKEN, Client

ROOT = Path(__file__).parents[2]


async def test_an_unknown_token_is_turned_away_where_tokens_are_given() -> None:
    async with BotApi(tokens=[TOKEN]) as api, aiohttp.ClientSession() as http:
        call = Client(api, http)
        assert (await call("getMe"))["id"] == 1001
        assert await call.ask("getMe", OTHER) == (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        assert await call.refused("getMe", "no-token") == "Not Found"


async def test_a_method_not_modelled_fails_loudly(api: BotApi, call: Client) -> None:
    status, _ = await call.ask("sendDice", chat_id=1)
    assert status == 501
    assert [found.method for found in api.calls.unknown] == ["sendDice"]


async def test_the_world_outlives_an_outage(api: BotApi, call: Client) -> None:
    person, port = api.person(), int(api.url.rsplit(":", 1)[1])
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await api.calls.waits_until(lambda log: log.count == 1)
    await api.stop()
    assert await poll == []
    with pytest.raises(aiohttp.ClientError):
        await call("getMe")
    await person.say("in the meantime")
    await api.start(port=port)
    assert len(await call("getUpdates")) == 1


@pytest.mark.parametrize("form", ["json", "urlencoded", "multipart", "query"])
async def test_parameters_may_come_in_any_body(api: BotApi, call: Client, form: str) -> None:
    person = api.person()
    await person.start()
    markup = json.dumps({"inline_keyboard": [[{"text": "Yes & no", "callback_data": "y"}]]})
    fields = {"chat_id": str(person.id), "text": "ä + b", "reply_markup": markup}
    url = f"{api.url}/bot{TOKEN}/sendmessage"
    if form == "query":
        request = call.http.get(url, params=fields)
    elif form == "json":
        request = call.http.post(url, json=fields)
    elif form == "urlencoded":
        request = call.http.post(url, data=fields)
    else:
        with aiohttp.MultipartWriter("form-data") as writer:
            for name, value in fields.items():
                writer.append(value).set_content_disposition("form-data", name=name)
        request = call.http.post(url, data=writer)
    async with request as reply:
        assert reply.status == 200
    assert (person.last.text, person.last.labels) == ("ä + b", ["Yes & no"])


class Hook:
    """A webhook that keeps what it gets and fails for certain words as often as told."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, Any]] = []
        self.failures: dict[str, list[int]] = {}
        self.reply: dict[str, Any] | None = None
        self.enough = asyncio.Event()
        self.wanted = 1
        self.url = ""

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        self.got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), update))
        if len(self.got) >= self.wanted:
            self.enough.set()
        if failures := self.failures.get(update["message"]["text"]):
            return web.Response(status=failures.pop(0))
        return web.json_response(self.reply) if self.reply else web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret_and_polling_is_refused(
    api: BotApi, call: Client, hook: Hook
) -> None:
    await api.person().say("before")
    await call("setWebhook", url=hook.url, secret_token="made-up")
    await asyncio.wait_for(hook.enough.wait(), 5)
    [(secret, update)] = hook.got
    assert (secret, update["message"]["text"]) == ("made-up", "before")
    assert (await call("getWebhookInfo"))["url"] == hook.url
    assert "webhook is active" in await call.refused("getUpdates")
    await call("deleteWebhook")
    assert await call("getUpdates") == []


async def test_a_webhook_that_fails_is_tried_again_and_holds_up_its_own_chat_alone(
    api: BotApi, call: Client, hook: Hook
) -> None:
    hook.failures, hook.wanted = {"one": [500, 502, 503]}, 6
    await call("setWebhook", url=hook.url)
    for person, text in ((api.person(1), "one"), (api.person(2), "elsewhere"), (api.person(1), "two")):
        await person.say(text)
    await asyncio.wait_for(hook.enough.wait(), 5)
    got = [update["message"]["text"] for _, update in hook.got]
    assert (got.count("elsewhere"), got[-1]) == (1, "two")
    assert [text for text in got if text != "elsewhere"] == ["one", "one", "one", "one", "two"]


async def test_a_webhooks_reply_may_be_a_call(api: BotApi, call: Client, hook: Hook) -> None:
    person = api.person()
    hook.reply = {"method": "sendMessage", "chat_id": person.id, "text": "by reply"}
    await call("setWebhook", url=hook.url)
    await person.start()
    [message] = await person.waits_for(1)
    assert message.text == "by reply"


async def test_a_webhook_elsewhere_is_refused(call: Client) -> None:
    assert "this machine only" in await call.refused("setWebhook", url="https://bot.example.org/hook")


async def test_another_process_can_drive_the_world() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.botapi", "--token", TOKEN, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()

    async with aiohttp.ClientSession() as http:

        async def world(verb: str, **asked: object) -> Any:
            async with http.post(f"{url}/_world/{verb}", json=asked) as reply:
                return await reply.json()

        who = (await world("person"))["id"]
        await world("say", person=who, text="hello")
        waiting = asyncio.create_task(world("messages", person=who, n=1))
        keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
        body = {"chat_id": who, "text": "Well?", "reply_markup": keyboard}
        async with http.post(f"{url}/bot{TOKEN}/sendMessage", json=body) as reply:
            assert reply.status == 200
        assert (await waiting)["acts"][0]["buttons"] == ["Yes"]
        tap = asyncio.create_task(world("tap", person=who, what="Yes", answered=5))
        updates = {"offset": -1, "timeout": 5, "allowed_updates": ["callback_query"]}
        query: dict[str, Any] = {}
        while "callback_query" not in query:
            async with http.post(f"{url}/bot{TOKEN}/getUpdates", json=updates) as reply:
                query = (await reply.json())["result"][-1]
        answer = {"callback_query_id": query["callback_query"]["id"], "text": "Noted"}
        async with http.post(f"{url}/bot{TOKEN}/answerCallbackQuery", json=answer) as reply:
            assert reply.status == 200
        assert (await tap)["answer"] == {"text": "Noted", "show_alert": False}
        assert (await world("faults", kind="flood", on="sendMessage", retry_after=3)) == {"coming": 1}
        async with http.post(f"{url}/bot{TOKEN}/sendMessage", json=body) as reply:
            assert reply.status == 429
        before = (await world("clock"))["now"]
        assert (await world("clock", advance=3600))["now"] >= before + 3600
        async with http.get(f"{url}/_world/calls?method=sendMessage") as reply:
            assert [call["outcome"] for call in await reply.json()] == [200, 429]
        assert "error" in await world("no_such_verb")
    process.terminate()
    assert await process.wait() == 0
