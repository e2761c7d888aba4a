"""A stand-in for each test, and a plain client that shows its answers as they are."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.botapi import BotApi, Clock, Person

if TYPE_CHECKING:
    import aiogram
    import telegram

TOKEN = "1001:made-up-intake"
OTHER = "1002:made-up-staff"
NOON = 1_795_348_800.0


class Client:
    """Calls methods with JSON bodies and hands back (status, envelope)."""

    def __init__(self, api: BotApi, http: aiohttp.ClientSession) -> None:
        self.api, self.http = api, http

    async def __call__(self, method: str, token: str = TOKEN, **parameters: Any) -> Any:
        """The result of a call that must be good."""
        status, envelope = await self.ask(method, token, **parameters)
        assert (status, envelope["ok"]) == (200, True), envelope
        return envelope["result"]

    async def ask(self, method: str, token: str = TOKEN, **parameters: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(f"{self.api.url}/bot{token}/{method}", json=parameters) as reply:
            return reply.status, await reply.json()

    async def refused(self, method: str, token: str = TOKEN, **parameters: Any) -> str:
        """The description of a call that must be refused."""
        status, envelope = await self.ask(method, token, **parameters)
        assert envelope["ok"] is False
        assert envelope["error_code"] == status
        return str(envelope["description"])


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A stand-in whose clock only moves when told."""
    async with BotApi(clock=Clock(start=NOON), webhook_delay=0.01) as api:
        api.bot(TOKEN)
        yield api


@pytest.fixture
async def call(api: BotApi) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(api, http)


@pytest.fixture
async def person(api: BotApi) -> Person:
    """Somebody who has pressed Start."""
    person = api.person(bot=TOKEN)
    await person.start()
    return person


@pytest.fixture
async def aiobot(api: BotApi) -> AsyncIterator["aiogram.Bot"]:
    import aiogram  # three seconds, so only where it is needed
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    yield aiogram.Bot(TOKEN, session=session)
    await session.close()


@pytest.fixture
async def ptb(api: BotApi) -> AsyncIterator["telegram.Bot"]:
    import telegram

    async with telegram.Bot(OTHER, base_url=f"{api.url}/bot") as bot:
        yield bot
