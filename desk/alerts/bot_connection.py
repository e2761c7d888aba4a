"""python-telegram-bot, set up as codec, sender and ticker: no polling of its own, no log of what goes over the line.

Here may live how the library is built and asked for raw updates. What they mean is `desk.alerts.staff_updates`'.
"""

import json
import logging
import warnings
from collections.abc import Sequence
from typing import Any

from telegram import Bot, LinkPreviewOptions
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder, Defaults, JobQueue
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from policy.settings import Settings

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "chat_member")
POLL_SECONDS = 25
SEND_SECONDS = 10.0
TALKATIVE = ("httpx", "httpcore", "telegram", "apscheduler")

KNOWN_WARNINGS = ("Please use 'Bot.getUpdates'", "In a future major version attribute `retry_after`")

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
AnyJobQueue = JobQueue[Any]


class QuietRequest(HTTPXRequest):
    """The library's HTTP client. Where an answer can't be read, the library writes it to the log, words and all."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as JSON. Raises TelegramError."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


class BotConnection:
    """The line to the Bot API for one token. Nothing is asked of the server before the first call."""

    def __init__(self, settings: Settings) -> None:
        if settings.staff_bot_token is None:
            raise ValueError("the staff bot is off")
        for library in TALKATIVE:
            logging.getLogger(library).setLevel(logging.WARNING)  # at INFO httpx writes every address with the token
        for known in KNOWN_WARNINGS:
            warnings.filterwarnings("ignore", known, PTBUserWarning)
        self._requests = tuple(QuietRequest(connections, read_timeout=SEND_SECONDS) for connections in (8, 1))
        self._job_queue: AnyJobQueue = JobQueue()
        self._application: AnyApplication = (
            ApplicationBuilder()
            .token(settings.staff_bot_token.get_secret_value())
            .base_url(f"{settings.bot_api_url}/bot")
            .updater(None)
            .request(self._requests[0])
            .get_updates_request(self._requests[1])
            .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
            .job_queue(self._job_queue)
            .build()
        )

    @property
    def bot(self) -> Bot:
        """The library's sender and codec."""
        bot: Bot = self._application.bot
        return bot

    @property
    def job_queue(self) -> AnyJobQueue:
        """The library's ticker. It ticks whether or not the token is a good one."""
        return self._job_queue

    async def fetch(self, offset: int) -> Sequence[object]:
        """What came in, undecoded, and all before `offset` acknowledged. Waits up to 25 s. Raises TelegramError."""
        wanted = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
        batch: object = await self.bot.do_api_request("getUpdates", wanted, read_timeout=POLL_SECONDS + SEND_SECONDS)
        if not isinstance(batch, list):
            raise TelegramError("Invalid server response")
        return batch

    async def close(self) -> None:
        """Let go of every connection."""
        for request in self._requests:
            await request.shutdown()
