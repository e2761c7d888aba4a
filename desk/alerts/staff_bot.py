"""The staff bot's loop: fetch, commit, and only then acknowledge and answer.

Here may live how updates come in and are done exactly once. The library's own polling is not used: it acknowledges
before anything is done, and so loses what a crash interrupts. Logs name error classes, never their texts.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError

from desk.alerts.bot_connection import BotConnection
from desk.alerts.staff_updates import Answer, StaffUpdates
from storage import seen_updates
from storage.database import Database

LOG = logging.getLogger(__name__)
SOURCE = "staff"
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
TRIES = 3

Raw = Mapping[str, Any]


class StaffBot:
    """Fetches what staff do in Telegram and has it done, each update once."""

    def __init__(
        self, connection: BotConnection, database: Database, updates: StaffUpdates, now: Callable[[], datetime]
    ) -> None:
        self._connection = connection
        self._database = database
        self._updates = updates
        self._now = now
        self._offset = 0
        self._failures: Counter[int] = Counter()
        self._trouble = ""
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen. A wrong token or a silent server is told to the operator and tried again, more slowly."""
        self._loop = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening. What was not committed yet is not acknowledged, and comes again."""
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop
        await self._connection.close()

    async def _listen(self) -> None:
        failed = 0
        while True:
            try:
                await self._turn()
            except Exception as error:
                self._report(error)
                await asyncio.sleep(PAUSES[min(failed, len(PAUSES) - 1)])
                failed += 1
            else:
                failed, self._trouble = 0, ""

    async def _turn(self) -> None:
        """One fetch, one transaction for all that came, and only then the acknowledgement and the answers."""
        batch: dict[int, Raw] = {}
        for raw in await self._connection.fetch(self._offset):
            if isinstance(raw, dict) and isinstance(raw.get("update_id"), int):
                batch[raw["update_id"]] = raw
        if batch:
            answers = await self._finish(asyncio.create_task(asyncio.to_thread(self._commit, batch)))
            self._offset = max(batch) + 1
            for answer in answers:
                await self._say(answer)

    async def _finish(self, commit: asyncio.Task[list[Answer]]) -> list[Answer]:
        """The commit's answers; when asked to stop, the commit is waited for all the same."""
        try:
            return await asyncio.shield(commit)
        except asyncio.CancelledError:
            await asyncio.wait([commit])
            raise

    def _commit(self, batch: Mapping[int, Raw]) -> list[Answer]:
        answers, faults = [], dict[str, str | None]()
        with self._database.begin() as tx:
            known = seen_updates.known(tx, SOURCE, [str(number) for number in batch])
            for number, raw in batch.items():
                if str(number) in known:
                    continue
                try:
                    answer = self._act(tx, raw)
                except OperationalError:
                    raise  # the database's trouble, not this update's
                except Exception as error:
                    faults[str(number)] = self._park(number, error)
                else:
                    faults[str(number)] = None
                    answers += [answer] if answer else []
            seen_updates.add(tx, SOURCE, faults, self._now().timestamp())
        return answers

    def _act(self, tx: Connection, raw: Raw) -> Answer | None:
        try:
            update = Update.de_json(dict(raw), self._connection.bot)
        except Exception as error:
            raise UnreadableUpdate(type(error).__name__) from None
        with tx.begin_nested():
            return self._updates.act(tx, update)

    def _park(self, number: int, error: Exception) -> str:
        """The class of error for which this update is given up, so that it holds up no other.

        What can be decoded is tried three times: the fault may have been ours, and pass.
        """
        self._failures[number] += 1
        if not isinstance(error, UnreadableUpdate) and self._failures[number] < TRIES:
            raise error
        del self._failures[number]
        LOG.error("The staff bot gave up on an update (%s).", type(error).__name__)
        return type(error).__name__

    async def _say(self, answer: Answer) -> None:
        """Best effort: what was asked for is done already, and shows on the card."""
        bot = self._connection.bot
        try:
            if answer.query is not None:
                await bot.answer_callback_query(answer.query, answer.text)
            elif answer.chat is not None:
                await bot.send_message(
                    answer.chat, answer.text, reply_to_message_id=answer.to, allow_sending_without_reply=True
                )
                self._updates.note_said(answer.chat)
        except TelegramError as error:
            LOG.warning("The staff bot could not answer (%s).", type(error).__name__)

    def _report(self, error: Exception) -> None:
        """Tell the operator once for each kind of trouble."""
        kind = type(error).__name__
        if kind == self._trouble:
            return
        self._trouble = kind
        if isinstance(error, InvalidToken):
            LOG.error(
                "Telegram refuses the staff bot's token. Check CAIRN_STAFF_BOT_TOKEN and CAIRN_BOT_API_URL. Until "
                "then Take works at the desk only, and alerts go by e-mail if that is on."
            )
        elif isinstance(error, Conflict):
            LOG.error("Another program fetches with the staff bot's token (Conflict). Stop it, or use another token.")
        else:
            LOG.warning("The staff bot has trouble (%s) and tries again.", kind)


class UnreadableUpdate(Exception):
    """The library can't decode this update; it never will."""
