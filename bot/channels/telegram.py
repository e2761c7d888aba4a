"""The Telegram channel: fetch, one commit for all that came, and only then the acknowledgement.

Telegram keeps an update until a later offset is asked for. The offset moves after the commit and is never stored, so
what a crash or a failed commit interrupts comes again, and what was committed is known by its id. What is to be said
leaves through the outbox alone. Logs name classes of errors: no words, no chat ids, no token.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from random import Random

import structlog
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError

from bot.channels.telegram_batches import Batch, read_batch
from bot.channels.telegram_failures import WrongToken, trouble
from bot.channels.telegram_updates import CHANNEL
from bot.channels.telegram_wire import Wire
from bot.intake import Intake
from bot.messages import Inbound
from bot.posting import letters, lost_reach, traces
from bot.posting.letters import DELETIONS
from bot.posting.not_sent import Later, NotSent, back_off
from bot.posting.outbox import Delivery
from bot.rendering import not_cleared_reply
from content import words as content_words
from policy.chat_messages import DELETABLE
from storage import seen_updates

log = structlog.get_logger("telegram")

WRONG_TOKEN_SECONDS = 60.0
ALBUMS_KEPT = 256
SWEEP_SECONDS = 2.0
TRIES = 3
ASIDES_AT_ONCE = 32
WORTHLESS_AFTER_SECONDS = 15.0
"""Telegram takes the answer to a button press for about so long."""
THE_UPDATES_OWN_FAULT = (DataError, IntegrityError, ProgrammingError)


class TelegramChannel:
    """The public bot. Run it until cancelled; it loses nothing then."""

    def __init__(
        self,
        intake: Intake,
        token: str,
        api_url: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Random | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self._intake, self._token, self._api_url = intake, token, api_url
        self._now, self._sleep, self._sweep_seconds = now, sleep, sweep_seconds
        self._random = random or Random()  # noqa: S311 (spreads retries, keeps no secret)
        self._worker = ThreadPoolExecutor(1, "telegram")  # one thread: what came first is handled first
        self._albums: deque[str] = deque(maxlen=ALBUMS_KEPT)
        self._pace = intake.new_pace()
        self._asides: set[asyncio.Task[None]] = set()
        self._at_once = asyncio.Semaphore(ASIDES_AT_ONCE)
        self._trouble = ""
        self.fetched_at: datetime | None = None
        """When Telegram last answered; for whoever watches over the service."""

    async def run(self) -> None:
        """Talk to people until cancelled. A commit under way is finished, and no update is acknowledged before it."""
        try:
            wire, username = await self._connect()
            secret, database = self._intake.secrets.seal, self._intake.database
            at_hand = self._now, self._worker, self._random
            delivery = Delivery(database, secret, CHANNEL, wire.send, *at_hand, left=self._lose)
            deletions = letters.unlock_deletion, DELETABLE, self._lose
            self._clearing = Delivery(database, secret, DELETIONS, wire.delete, *at_hand, *deletions)
            working = [asyncio.create_task(each) for each in (delivery.run(), self._clearing.run(), self._sweep())]
            try:
                self._aside(partial(self._describe, wire))
                await self._listen(wire, delivery, username)
            finally:
                for task in (*working, *self._asides):
                    task.cancel()
                await asyncio.gather(*working, *self._asides, return_exceptions=True)
                await wire.close()
        finally:
            await asyncio.to_thread(self._worker.shutdown)

    async def _describe(self, wire: Wire) -> None:
        first, *others = self._intake.engine.spoken.offered
        more = ("language",) if others else ()
        await wire.describe(content_words.load(first), None, *more)
        for language in others:
            await wire.describe(content_words.load(language), language, *more)

    async def _connect(self) -> tuple[Wire, str]:
        failures = 0
        while True:
            try:
                wire = Wire(self._token, self._api_url)
                try:
                    username = await wire.introduce()
                    self._intake.known_as(username)
                    return wire, username
                except BaseException:
                    await wire.close()
                    raise
            except (WrongToken, NotSent) as error:
                await self._pause(error, failures)
                failures += 1

    async def _listen(self, wire: Wire, delivery: Delivery, username: str) -> None:
        offset = failures = 0
        while True:
            try:
                updates = await wire.fetch(offset)
                self.fetched_at = self._now()
                batch = read_batch(updates, username, self._albums)
                if batch.last is not None:
                    batch.inbounds = [self._pace.take(each, self._now()) for each in batch.inbounds]
                    await self._commit(batch)
                    offset = batch.last + 1
                    delivery.wake()
                    self._clearing.wake()
                    self._afterwards(wire, batch)
                failures, self._trouble = 0, ""
            except Exception as error:
                await self._pause(error, failures)
                failures += 1

    async def _sweep(self) -> None:
        """Let go what is due in people's chats, again and again. The rows say what and when; nothing is in memory."""
        otherwise = not_cleared_reply(content_words.load(self._intake.language))
        due = partial(traces.sweep, self._intake.database, CHANNEL, self._intake.secrets.seal, otherwise)
        while True:
            try:
                if await asyncio.get_running_loop().run_in_executor(self._worker, due, self._now()):
                    self._clearing.wake()
            except Exception as error:  # the database recovers; what is due stays due
                log.error("chats cannot be swept", channel=CHANNEL, fault=type(error).__name__)
            await asyncio.sleep(self._sweep_seconds)

    async def _commit(self, batch: Batch) -> None:
        """Have the batch handled, however long the database takes to recover. Returns once it is committed."""
        failures = 0
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._worker, self._handle, batch)
            except Exception as error:
                log.error("updates wait for the database", channel=CHANNEL, fault=type(error).__name__)
                await self._sleep(back_off(failures, self._random))
                failures += 1

    def _handle(self, batch: Batch) -> None:
        """In the worker thread. Doing it again does nothing again."""
        if batch.inbounds:
            try:
                self._intake.handle(batch.inbounds, self._now())
            except Exception as error:
                if _is_the_databases(error):
                    raise
                self._handle_singly(batch.inbounds)
        if batch.unblocked:
            people = {self._intake.person(CHANNEL, each) for each in batch.unblocked}
            with self._intake.database.begin() as tx:
                lost_reach.find_again(tx, CHANNEL, people, self._intake.service.channels, self._now())
        for address in batch.blocked:
            self._lose(self._intake.person(CHANNEL, address))

    def _lose(self, person: bytes) -> None:
        """In the worker thread: nothing reaches this person here any more."""
        with self._intake.database.begin() as tx:
            lost_reach.lose(tx, CHANNEL, person, self._intake.service.channels, self._now())

    def _handle_singly(self, inbounds: list[Inbound]) -> None:
        """Something in this batch cannot be handled: find it, and let it hold up nobody else."""
        for inbound in inbounds:
            for last in (False,) * (TRIES - 1) + (True,):
                try:
                    self._intake.handle([inbound], self._now())
                    break
                except Exception as error:
                    if _is_the_databases(error):
                        raise
                    if last:
                        self._park(inbound, type(error).__name__)

    def _park(self, inbound: Inbound, fault: str) -> None:
        log.error("update parked", channel=CHANNEL, fault=fault)
        with self._intake.database.begin() as tx:
            seen_updates.add(tx, CHANNEL, {inbound.update: fault}, self._now().timestamp())

    def _afterwards(self, wire: Wire, batch: Batch) -> None:
        """What is worth a try and no more: buttons stop turning, groups are told, what nobody could read is counted."""
        self._albums.extend(batch.albums)
        for fault in batch.faults:
            log.error("update cannot be read", channel=CHANNEL, fault=fault)
        for press in batch.presses:
            self._aside(partial(wire.answer_press, press))
        if batch.strangers:
            sentence = content_words.load(self._intake.language).common("notes.private_only")
            for address in batch.strangers:
                self._aside(partial(wire.say, address, sentence))

    def _aside(self, doing: Callable[[], Awaitable[None]]) -> None:
        async def try_once() -> None:
            with suppress(NotSent, TimeoutError):
                async with asyncio.timeout(WORTHLESS_AFTER_SECONDS), self._at_once:
                    await doing()

        task = asyncio.create_task(try_once())
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _pause(self, error: Exception, failures: int) -> None:
        """Wait before the next try. The operator is told once of each trouble, not at every try."""
        kind = type(error).__name__
        if kind != self._trouble:
            self._trouble = kind
            log.error(trouble(error), channel=CHANNEL, fault=kind)
        if isinstance(error, WrongToken):
            await self._sleep(WRONG_TOKEN_SECONDS)
        elif isinstance(error, Later) and error.seconds is not None:
            await self._sleep(error.seconds)
        else:
            await self._sleep(back_off(failures, self._random))


def _is_the_databases(error: Exception) -> bool:
    """Whether it is the database's trouble, which passes, and not something in what was said."""
    return isinstance(error, SQLAlchemyError) and not isinstance(error, THE_UPDATES_OWN_FAULT)
