"""Bots as Telegram knows them: a token, an account, a queue of updates, a profile."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

from .clock import Clock
from .queue import UpdateQueue
from .refusals import RefusalError

TOKEN = re.compile(r"(\d{1,19}):[A-Za-z0-9_-]+")


@dataclass(eq=False)
class Bot:
    """One account. `reads_all` is privacy mode off: sees every message of the groups it is in."""

    token: str = field(repr=False)
    id: int
    queue: UpdateQueue = field(repr=False)
    name: str
    username: str
    reads_all: bool = False
    profile: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What setMyName and the like left: (method's noun, language or scope) -> value."""
    last_private_id: int = 0
    """Message ids of private chats run per account, over all of them."""

    def next_private_id(self) -> int:
        self.last_private_id += 1
        return self.last_private_id

    def account(self) -> dict[str, Any]:
        """The Bot API's User object."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


class Bots:
    """All bots by token. Any well-formed token makes a new one unless `tokens` says which exist."""

    def __init__(self, clock: Clock, rng: random.Random, tokens: list[str] | None, quirks: bool) -> None:
        self._clock, self._rng, self._quirks = clock, rng, quirks
        self._closed = tokens is not None
        self.by_token: dict[str, Bot] = {}
        for token in tokens or []:
            self.add(token)

    def add(self, token: str) -> Bot:
        """The bot of this token, made if new. Raises ValueError on a malformed token."""
        if known := self.by_token.get(token):
            return known
        form = TOKEN.fullmatch(token)
        if form is None:
            raise ValueError("a bot token is digits, a colon and letters")
        number = int(form[1])
        queue = UpdateQueue(self._clock, self._rng, self._quirks)
        bot = self.by_token[token] = Bot(token, number, queue, f"Bot {number}", f"made_up_{number}_bot")
        return bot

    def calling(self, token: str) -> Bot:
        """The bot that calls with this token; RefusalError 404 for a malformed, 401 for an unknown one."""
        if bot := self.by_token.get(token):
            return bot
        if not TOKEN.fullmatch(token):
            raise RefusalError(404, "Not Found")
        if self._closed:
            raise RefusalError(401, "Unauthorized")
        return self.add(token)

    def find(self, which: "Bot | str | int | None" = None) -> Bot:
        """A bot by itself, token, username or id; without any, the only one there is. Raises LookupError."""
        if isinstance(which, Bot):
            return which
        bots = list(self.by_token.values())
        if which is None:
            if len(bots) != 1:
                raise LookupError(f"say which bot: there are {len(bots)}")
            return bots[0]
        for bot in bots:
            if str(which) in (bot.token, bot.username, str(bot.id)):
                return bot
        if isinstance(which, str) and TOKEN.fullmatch(which) and not self._closed:
            return self.add(which)
        raise LookupError("no such bot")
