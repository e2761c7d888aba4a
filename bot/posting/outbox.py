"""Sending what waits in the outbox, for channels that push messages. Knows no library: the channel gives a way to send.

A person's messages leave strictly in the order they were written, the next only when the one before has gone or was
given up; different people's leave side by side. A letter is taken out of the outbox after it has gone, so a crash
between the two sends it twice and never not at all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import structlog

from bot.posting import fates, letters
from bot.posting.fates import GIVE_UP_AFTER, Fate
from bot.posting.letters import Deletion, Outgoing
from bot.posting.not_sent import Later, NotSent, Refused, back_off
from storage import outbox
from storage.database import Database
from storage.outbox import Letter
from storage.sealing import Keys

log = structlog.get_logger("outbox")

IN_FLIGHT = 64
"""People to whom something is on its way at the same moment."""
AT_A_TIME = 8
"""Letters to one person that are read ahead."""
LOOK_SECONDS = 1.0
GATHER_SECONDS = 0.005
"""How long those that have gone wait for others, to be taken out of the outbox together."""
GRACE_SECONDS = 5.0
"""How long a send under way may still take when we are asked to stop."""
HELD_AT_MOST = 60.0
"""Seconds after which somebody else's letter is tried, though two people were told to wait for longer."""


Send = Callable[[Any], Awaitable[Sequence[int] | None]]
"""Sends what was unlocked; gives the channel's own ids of what it became, where messages stay in a chat."""
Unlock = Callable[[Letter, Keys], Outgoing | Deletion]


class Delivery:
    """Sends the letters of one channel. `secret` opens them, by `unlock`; `worker` is the thread that talks to the
    database; `patience` how long one is tried that surely did not leave. `left` is told, in that thread, of people whom
    nothing reaches any more, before what waits for them is given up: told again after a crash, it does nothing again.
    """

    def __init__(
        self,
        database: Database,
        secret: bytes,
        channel: str,
        send: Send,
        now: Callable[[], datetime],
        worker: Executor | None = None,
        random: Random | None = None,
        unlock: Unlock = letters.unlock,
        patience: timedelta = GIVE_UP_AFTER,
        left: Callable[[bytes], None] = lambda _person: None,
    ) -> None:
        self._database, self._secret, self._channel = database, secret, channel
        self._send, self._now, self._worker = send, now, worker
        self._unlock, self._patience, self._left = unlock, patience, left
        self._random = random or Random()  # noqa: S311 (spreads retries, keeps no secret)
        self._on_their_way: dict[bytes, asyncio.Task[None]] = {}
        self._results: list[Fate] = []
        self._bell = asyncio.Event()
        self._woken = False
        self._slowed_until = self._held_until = 0.0

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._woken = True
        self._bell.set()

    async def run(self) -> None:
        """Send until cancelled; then let what is under way arrive and be noted."""
        failures = 0
        try:
            while True:
                try:
                    await self._round()
                except Exception as error:
                    log.error("outbox cannot be kept", channel=self._channel, fault=type(error).__name__)
                    await asyncio.sleep(back_off(failures, self._random))
                    failures += 1
                else:
                    failures = 0
                    await self._pause()
        finally:
            await self._finish()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._bell.wait()
        except TimeoutError:
            return
        if not self._woken:
            await asyncio.sleep(GATHER_SECONDS)

    async def _round(self) -> None:
        """One commit for all that has become of letters since the last, and on with those that may leave now."""
        self._bell.clear()
        self._woken = False
        arrived = [person for person, task in self._on_their_way.items() if task.done()]
        results = self._results.copy()
        busy = self._on_their_way.keys() - set(arrived)
        found = await self._in_worker(self._exchange, results, busy)
        del self._results[: len(results)]
        for person in arrived:
            del self._on_their_way[person]
        if len(found) > IN_FLIGHT:  # perhaps all of few people: look for others at once
            self.wake()
        keys = Keys(self._secret)
        waiting: dict[bytes, list[Letter]] = {}
        for letter in found:
            waiting.setdefault(letter.person, []).append(letter)
        for person, theirs in waiting.items():  # who has waited longest comes first, or some would wait for ever
            if len(self._on_their_way) >= IN_FLIGHT:
                break
            self._on_their_way[person] = asyncio.create_task(self._send_all(theirs, keys))

    def _exchange(self, results: list[Fate], busy: Iterable[bytes]) -> list[Letter]:
        at = self._now().timestamp()
        for each in results:
            if each.all_of_person:
                self._left(each.letter.person)
        room = 0 if at < self._held_until else IN_FLIGHT - len(list(busy))
        with self._database.begin() if results else self._database.read() as tx:
            fates.record(tx, self._channel, results, at)
            return outbox.waiting(tx, self._channel, room * AT_A_TIME, at, list(busy)) if room else []

    async def _send_all(self, waiting: list[Letter], keys: Keys) -> None:
        """Send these to one person, one after the other, until one does not leave."""
        for letter in waiting:
            try:
                result = await self._send_one(letter, keys)
            except asyncio.CancelledError:
                self._results.append(fates.doubtful(letter, self._now()))
                raise
            self._results.append(result)
            if result.fault:
                log.warning("letter parked", channel=self._channel, fault=result.fault)
            self._bell.set()
            if result.later or result.all_of_person:
                return

    async def _send_one(self, letter: Letter, keys: Keys) -> Fate:
        try:
            going = self._unlock(letter, keys)
        except Exception as error:  # it cannot be opened: nobody else has to wait for it
            return Fate(letter, fault=type(error).__name__)
        try:
            became = await self._send(going)
        except NotSent as no:
            fate, became = self._not_sent(letter, no), no.became
        except Exception as error:  # the fault is ours
            return Fate(letter, fault=type(error).__name__)
        else:
            fate = Fate(letter)
        at = self._now().timestamp()
        return replace(fate, trace=fates.trace(letter, going, became, self._secret, at)) if became else fate

    def _not_sent(self, letter: Letter, no: NotSent) -> Fate:
        match no:
            case Refused():
                return Fate(letter, fault=no.fault, all_of_person=no.all_of_person)
            case Later():
                return self._again(letter, no.seconds)
        return fates.doubtful(letter, self._now())

    def _again(self, letter: Letter, seconds: float | None) -> Fate:
        at = self._now().timestamp()
        fate = fates.again(
            letter, at, back_off(letter.tries, self._random) if seconds is None else seconds, self._patience
        )
        if seconds is not None and fate.later:  # two people at once were told to wait: it is all of us who are too fast
            due = fate.later.due_at
            if at < self._slowed_until:
                self._held_until = min(due, at + HELD_AT_MOST)
            self._slowed_until = max(self._slowed_until, due)
        return fate

    async def _finish(self) -> None:
        if self._on_their_way:
            _done, late = await asyncio.wait(self._on_their_way.values(), timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._results:
            try:
                await self._in_worker(self._exchange, self._results, self._on_their_way.keys())
            except Exception as error:  # they will be sent once more after the start
                log.error("outbox cannot be kept", channel=self._channel, fault=type(error).__name__)

    async def _in_worker(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._worker, function, *arguments)
