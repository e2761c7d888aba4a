"""The updates that wait for one bot: ids, offsets, long poll, lifetimes, as the official server's queue does it.

Rules from the source of tdlib/telegram-bot-api (Client::do_get_updates, process_get_updates_query, add_update_impl).
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from .clock import Clock
from .encoding import encode
from .refusals import OTHER_POLL, RefusalError, conflict

LIFETIME = {"callback_query": 150.0, "inline_query": 30.0}
"""Seconds an unfetched update is kept, by kind; all others a day."""
DAY = 86_400.0
WEEK = 7 * DAY
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_ID = 2**31 - 1


@dataclass(slots=True)
class Waiting:
    """One update as it goes over the wire. `lane`: the webhook queue it is in; `again`: comes back once confirmed."""

    id: int
    raw: bytes
    expires_at: float
    lane: int
    again: bool = False


class UpdateQueue:
    """One per token. `quirks` turns on the official server's brake on polling the same offset again."""

    def __init__(self, clock: Clock, rng: random.Random, quirks: bool = False) -> None:
        self.clock = clock
        self.quirks = quirks
        self.waiting: deque[Waiting] = deque()
        self.allowed: frozenset[str] | None = None
        self.next_id = rng.randrange(100_000_000, 900_000_000)
        self.on_put: Callable[[], None] | None = None
        """Set while a webhook is on: told of each update instead of the long poll."""
        self._rng = rng
        self._returning: list[Waiting] = []
        self._poll: asyncio.Future[None] | None = None
        self._earliest = float("inf")
        self._last_put: float | None = None
        self._tangled = False
        self._last_offset, self._last_poll_at = -1, float("-inf")

    def allows(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed is not None else kind not in NOT_BY_DEFAULT

    def allow(self, kinds: Collection[str] | None) -> None:
        """Remember what the bot asked for; None keeps what was asked before, empty goes back to the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def jump(self) -> None:
        """After a week without updates the next id is random, lower or higher."""
        self.next_id = self._rng.randrange(1, MAX_ID)

    def put(self, kind: str, payload: object, lane: int, *, copies: int = 1, again: bool = False) -> int | None:
        """Queue an update; its id, or None if the bot does not ask for this kind (decided now, not when fetched)."""
        if not self.allows(kind):
            return None
        now = self.clock.now()
        if self._last_put is not None and now - self._last_put > WEEK:
            self.jump()
        self._last_put, number = now, self.next_id
        self.next_id += 1
        raw = b'{"update_id":%d,"%s":%s}' % (number, kind.encode(), encode(payload))
        update = Waiting(number, raw, now + LIFETIME.get(kind, DAY), lane, again)
        self.waiting.extend([update] * copies)
        self._earliest = min(self._earliest, update.expires_at)
        self.wake()
        return number

    def swap_last(self) -> None:
        """The two newest updates change places; ids stay as created."""
        if len(self.waiting) > 1:
            self.waiting[-1], self.waiting[-2] = self.waiting[-2], self.waiting[-1]
            self._tangled = True

    def forget(self, update: Waiting) -> None:
        """A webhook accepted it."""
        self.waiting = deque(waiting for waiting in self.waiting if waiting is not update)

    def clear(self) -> None:
        self.waiting.clear()

    def pending(self) -> int:
        self._expire()
        return len(self.waiting)

    async def take(self, offset: int, limit: int, timeout: float) -> list[bytes]:  # noqa: ASYNC109
        """What getUpdates answers: confirm below `offset`, then up to `limit` updates, waiting `timeout` s for one."""
        limit, timeout = self._brake(offset, limit, timeout)
        self._confirm(offset)
        batch = self._batch(limit)
        if batch or timeout <= 0:
            return batch
        self.end_poll(conflict(OTHER_POLL))
        loop = asyncio.get_running_loop()
        poll = self._poll = loop.create_future()
        timer = loop.call_later(timeout, self.wake)
        try:
            await poll
        finally:
            timer.cancel()
            if self._poll is poll:
                self._poll = None
        return self._batch(limit)

    def wake(self) -> None:
        if self.on_put is not None:
            self.on_put()
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def end_poll(self, refusal: RefusalError | None = None) -> None:
        """End a long poll under way: with nothing, or with a refusal (the older of two pollers gets the 409)."""
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            if refusal is None:
                poll.set_result(None)
            else:
                poll.set_exception(refusal)

    def _brake(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        now = self.clock.now()
        since, same = now - self._last_poll_at, offset == self._last_offset
        self._last_offset, self._last_poll_at = offset, now
        if not (self.quirks and same and since < 3.0):
            return limit, timeout
        return (1 if since < 0.5 else limit), max(timeout, 3.0)

    def _confirm(self, offset: int) -> None:
        waiting = self.waiting
        if offset < 0:
            while len(waiting) > -offset:
                waiting.popleft()
        elif 0 < offset <= self.next_id + 10:  # an offset from before an id jump confirms nothing
            if self._tangled:
                gone = [update for update in waiting if update.id < offset]
                self.waiting = deque(update for update in waiting if update.id >= offset)
                self._tangled = False
            else:
                gone = []
                while waiting and waiting[0].id < offset:
                    gone.append(waiting.popleft())
            for update in gone:
                if update.again:
                    update.again = False
                    self._returning.append(update)

    def _expire(self) -> None:
        now = self.clock.now()
        if now < self._earliest:
            return
        self.waiting = deque(update for update in self.waiting if update.expires_at > now)
        self._earliest = min((update.expires_at for update in self.waiting), default=float("inf"))

    def _batch(self, limit: int) -> list[bytes]:
        self._expire()
        returning, self._returning = self._returning, []
        batch = [update.raw for update in returning]
        for update in self.waiting:
            if len(batch) >= limit:
                break
            batch.append(update.raw)
        return batch
