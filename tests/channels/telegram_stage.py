"""The Telegram channel on a stage: over real HTTP against the stand-in of the Bot API, with a real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event

from bot.channels.telegram import TelegramChannel
from content.words import REFERENCE
from storage.tables import OUTBOX, SEEN_UPDATES
from tests.botapi import BotApi, Person
from tests.botapi.bell import Bell
from tests.stage import Stage

TOKEN = "1001:made-up-intake-token"


class TelegramStage(Stage):
    """A stage with a bot on it. Pauses are noted and not waited for, unless `waits` is cleared."""

    def __init__(
        self, folder: Path, api: BotApi, token: str = TOKEN, languages: tuple[str, ...] = (REFERENCE,)
    ) -> None:
        super().__init__(folder, languages=languages)
        self.api, self.token = api, token
        self.pauses: list[float] = []
        self.waits = asyncio.Event()
        self.waits.set()
        self.bell = Bell()
        self._running: asyncio.Task[None] | None = None

    async def start_bot(self) -> TelegramChannel:
        channel = TelegramChannel(
            self.intake,
            self.token,
            self.api.url,
            now=lambda: self.now,
            random=Random(1),
            sleep=self._pause,
            sweep_seconds=0.02,
        )
        self._running = asyncio.create_task(channel.run())
        return channel

    async def stop_bot(self) -> None:
        if self._running is not None:
            self._running.cancel()
            (outcome,) = await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
            assert outcome is None or isinstance(outcome, asyncio.CancelledError), outcome

    async def until_paused(self, times: int = 1) -> None:
        await self.bell.until(lambda: len(self.pauses) >= times, 10, lambda: f"{len(self.pauses)} pauses")

    def hurry(self) -> None:
        """Do not wait long for a locked database."""
        self.database.close()

        @event.listens_for(self.database.engine, "connect")
        def set_timeout(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA busy_timeout = 20")

    def parked(self) -> list[str]:
        """Faults for which updates were given up."""
        return [row.fault for row in self.rows(SEEN_UPDATES) if row.fault]

    def outbox(self) -> list[str | None]:
        """For each letter still there the fault for which it was given up, None while it waits."""
        return [row.parked for row in self.rows(OUTBOX)]

    def let_pass(self, **duration: float) -> None:
        """Let time pass, here and on Telegram's side."""
        before = self.now
        self.pass_time(**duration)
        self.api.clock.advance((self.now - before).total_seconds())

    async def until_noted(self, tries: int = 0) -> None:
        """What became of letters is written down: all are gone, or one has been tried so often."""

        def is_noted() -> bool:
            rows = self.rows(OUTBOX)
            return any(row.tries >= tries for row in rows) if tries else not rows

        for _look in range(2000):
            if is_noted():
                return
            await asyncio.sleep(0)
        raise AssertionError(f"{len(self.outbox())} letters wait")

    async def at_menu(self, person: Person | None = None) -> Person:
        """Somebody who has pressed Start and sees the first menu."""
        person = person or self.api.person(bot=TOKEN)
        await person.start()
        await person.waits_for(3)
        return person

    async def at_first_question(self) -> Person:
        """Somebody who chose to ask for a first talk."""
        person = await self.at_menu()
        await person.say("1")
        await person.waits_for(1)
        return person

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.bell.ring()
        await self.waits.wait()
        await asyncio.sleep(0)


@asynccontextmanager
async def telegram_stage(
    folder: Path, languages: tuple[str, ...] = (REFERENCE,), **api_settings: Any
) -> AsyncIterator[TelegramStage]:
    """A stage whose bot has not started yet; it is stopped in the end, and no unknown method was called."""
    async with BotApi(**api_settings) as api:
        if not api_settings.get("tokens"):
            api.bot(TOKEN)
        stage = TelegramStage(folder, api, languages=languages)
        try:
            yield stage
        finally:
            await stage.stop_bot()
            stage.database.close()
        assert api.calls.unknown == []
