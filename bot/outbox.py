"""Sending what waits in the outbox, for channels that push messages. Knows no library: the channel gives a way to send.

A person's messages leave strictly in the order they were written, the next only when the one before has gone or was
given up; different people's leave side by side. A letter is taken out of the outbox after it has gone, so a crash
between the two sends it twice and never not at all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any

import structlog

from bot import letters
from bot.letters import Outgoing
from bot.not_sent import Doubtful, Later, Refused, back_off
from storage import outbox
from storage.database import Database
from storage.outbox import Letter

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
# Surely not sent: try again for a day; nobody knows, once more after half a minute.
RESEND_AFTER = timedelta(seconds=30)
GIVE_UP_AFTER = timedelta(hours=24)
HELD_AT_MOST = 60.0
"""Seconds after which somebody else's letter is tried, though two people were told to wait for longer."""


Send = Callable[[Outgoing], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of a letter: it has gone, or will be tried again `later`, or was given up for `fault`."""

    letter: Letter
    later: Letter | None = None
    fault: str | None = None
    all_of_person: bool = False


class Delivery:
    """Sends the letters of one channel. `secret` opens them; `worker` is the thread that talks to the database."""

    def __init__(
        self,
        database: Database,
        secret: bytes,
        channel: str,
        send: Send,
        now: Callable[[], datetime],
        worker: Executor | None = None,
        random: Random | None = None,
    ) -> None:
        self._database, self._secret, self._channel = database, secret, channel
        self._send, self._now, self._worker = send, now, worker
        self._random = random or Random()  # noqa: S311 (spreads retries, keeps no secret)
        self._on_their_way: dict[bytes, asyncio.Task[None]] = {}
        self._results: list[_Result] = []
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
        for person, waiting in groupby(sorted(found, key=attrgetter("person", "id")), key=attrgetter("person")):
            if len(self._on_their_way) >= IN_FLIGHT:
                break
            self._on_their_way[person] = asyncio.create_task(self._send_all(list(waiting)))

    def _exchange(self, results: list[_Result], busy: Iterable[bytes]) -> list[Letter]:
        at = self._now().timestamp()
        room = 0 if at < self._held_until else IN_FLIGHT - len(list(busy))
        with self._database.begin() if results else self._database.read() as tx:
            outbox.sent(tx, [each.letter.id for each in results if not each.later and not each.fault])
            outbox.later(tx, [each.later for each in results if each.later])
            for each in results:
                if each.fault and each.all_of_person:
                    outbox.park_all_of(tx, each.letter.person, self._channel, each.fault)
                elif each.fault:
                    outbox.park(tx, each.letter.id, each.fault)
            return outbox.waiting(tx, self._channel, room * AT_A_TIME, at, list(busy)) if room else []

    async def _send_all(self, waiting: list[Letter]) -> None:
        """Send these to one person, one after the other, until one does not leave."""
        for letter in waiting:
            try:
                result = await self._send_one(letter)
            except asyncio.CancelledError:
                self._results.append(self._doubt(letter))
                raise
            self._results.append(result)
            if result.fault:
                log.warning("letter parked", channel=self._channel, fault=result.fault)
            self._bell.set()
            if result.later or result.all_of_person:
                return

    async def _send_one(self, letter: Letter) -> _Result:
        try:
            await self._send(letters.unlock(letter, self._secret))
        except Refused as no:
            return _Result(letter, fault=no.fault, all_of_person=no.all_of_person)
        except Later as wait:
            return self._again(letter, wait.seconds)
        except Doubtful:
            return self._doubt(letter)
        except Exception as error:  # it cannot be opened, or the fault is ours: nobody else has to wait for it
            return _Result(letter, fault=type(error).__name__)
        return _Result(letter)

    def _doubt(self, letter: Letter) -> _Result:
        if letter.doubts:
            return _Result(letter, fault=Doubtful.__name__)
        due = (self._now() + RESEND_AFTER).timestamp()
        return _Result(letter, later=replace(letter, due_at=due, doubts=letter.doubts + 1))

    def _again(self, letter: Letter, seconds: float | None) -> _Result:
        at = self._now().timestamp()
        if at - letter.at > GIVE_UP_AFTER.total_seconds():
            return _Result(letter, fault="TooOld")
        due = at + (back_off(letter.tries, self._random) if seconds is None else seconds)
        if seconds is not None:  # two people at once were told to wait: it is all of us who are too fast
            if at < self._slowed_until:
                self._held_until = min(due, at + HELD_AT_MOST)
            self._slowed_until = max(self._slowed_until, due)
        return _Result(letter, later=replace(letter, due_at=due, tries=letter.tries + 1))

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
