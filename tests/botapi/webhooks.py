"""Updates pushed, not fetched: one in flight per lane, retried until accepted or expired. To this machine only."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from .bots import Bot
from .clock import Clock
from .encoding import Parameters
from .queue import Waiting
from .refusals import bad_request, conflict

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_DELAY = 60.0
Answer = Callable[[Bot, str, Parameters], Awaitable[object]]


@dataclass
class Webhook:
    """Where one bot's updates go. `first_delay`: seconds before the second retry; the first comes at once."""

    url: str
    secret: str
    max_connections: int
    last_error: str = ""
    last_error_at: int = 0
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)


class Webhooks:
    """All webhooks. `answer` carries out a method call found in a webhook's reply."""

    def __init__(self, clock: Clock, answer: Answer, first_delay: float) -> None:
        self._clock, self._answer, self._first_delay = clock, answer, first_delay
        self._set: dict[int, Webhook] = {}
        self._client: aiohttp.ClientSession | None = None

    def of(self, bot: Bot) -> Webhook | None:
        return self._set.get(bot.id)

    def set(self, bot: Bot, webhook: Webhook) -> None:
        """Start pushing to it, what waits already first. RefusalError for a bad secret or an address elsewhere."""
        if urlsplit(webhook.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise bad_request("bad webhook: the stand-in delivers to this machine only")
        if len(webhook.secret) > 256:
            raise bad_request("secret token is too long")
        if webhook.secret and not webhook.secret.replace("-", "a").replace("_", "a").isalnum():
            raise bad_request("secret token contains unallowed characters")
        self.remove(bot)
        bot.queue.end_poll(conflict("terminated by setWebhook request"))
        self._set[bot.id] = webhook
        bot.queue.on_put = lambda: self._push(bot, webhook)
        self._push(bot, webhook)

    def remove(self, bot: Bot) -> None:
        bot.queue.on_put = None
        if webhook := self._set.pop(bot.id, None):
            for task in webhook.tasks.values():
                task.cancel()

    async def stop(self) -> None:
        tasks = [task for webhook in self._set.values() for task in webhook.tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._set.clear()
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _push(self, bot: Bot, webhook: Webhook) -> None:
        """Start a delivery for each lane that has something and nothing in flight."""
        for update in bot.queue.waiting:
            if len(webhook.tasks) >= webhook.max_connections:
                return
            if update.lane not in webhook.tasks:
                webhook.tasks[update.lane] = asyncio.create_task(self._deliver(bot, webhook, update))

    async def _deliver(self, bot: Bot, webhook: Webhook, update: Waiting) -> None:
        delay = 0.0
        while self._clock.now() < update.expires_at:
            if await self._post(bot, webhook, update):
                break
            webhook.last_error_at = int(self._clock.now())
            await asyncio.sleep(delay)
            delay = min(max(delay * 2, self._first_delay), LONGEST_DELAY)
        bot.queue.forget(update)
        webhook.tasks.pop(update.lane, None)
        if self.of(bot) is webhook:
            self._push(bot, webhook)

    async def _post(self, bot: Bot, webhook: Webhook, update: Waiting) -> bool:
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[SECRET_HEADER] = webhook.secret
        try:
            async with self._client.post(webhook.url, data=update.raw, headers=headers, ssl=False) as reply:
                body = await reply.read()
                if not 200 <= reply.status < 300:
                    webhook.last_error = f"Wrong response from the webhook: {reply.status} {reply.reason}"
                    return False
        except (aiohttp.ClientError, TimeoutError):
            webhook.last_error = "Connection failed"
            return False
        await self._carry_out(bot, body)
        return True

    async def _carry_out(self, bot: Bot, body: bytes) -> None:
        """A webhook's reply may itself be a method call; what comes of it is not told."""
        try:
            call = json.loads(body) if body else None
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            await self._answer(bot, call.pop("method"), Parameters(call))
