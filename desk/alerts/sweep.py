"""The sweep: looks several times a second for what is due, and has it sent. Also starts and stops the staff bot.

Here may live what runs beside the web desk, put together from the settings. All that is to be done stands in rows; the
ticker only says "look now", so a tick missed, doubled or late loses nothing and doubles nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from desk.alerts import head_round
from desk.alerts.alert_deeds import AlertDeeds
from desk.alerts.alert_words import AlertWords, Mail
from desk.alerts.chat_lane import ChatLane
from desk.alerts.digest import DigestRound, Send
from desk.alerts.going_up import GoingUp
from desk.alerts.lane import Lane
from desk.alerts.mail import Post
from desk.alerts.notices import NoticeRound
from desk.alerts.pace import Pace
from desk.alerts.tidying import tidy
from desk.desk import Desk
from policy.escalation import EMAIL, MANAGER, STAFF_CHAT
from policy.working_time import WorkingTime
from storage import alerts, clocks, tasks

if TYPE_CHECKING:  # the library of the staff bot is loaded only where that bot is on
    from desk.alerts.bot_connection import BotConnection
    from desk.alerts.staff_bot import StaffBot
    from desk.alerts.staff_chat import StaffChat

LOG = logging.getLogger(__name__)
CHAT_CHANNELS: tuple[str, ...] = (STAFF_CHAT,)
MAIL_CHANNELS: tuple[str, ...] = (EMAIL, MANAGER)
TICKING: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
STOP_SECONDS = 5.0
TIDIED_EVERY = timedelta(minutes=10)

Round = Callable[[], Awaitable[None]]


class Sweep:
    """Everything of the desk that happens without anybody asking for it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        settings = desk.settings
        self._words = AlertWords(desk.words, settings.desk_url)
        self._connection = _connection(desk)
        self._post = Post(settings, self._words) if settings.smtp_url else None
        self._bot: StaffBot | None = None
        self._scheduler: AsyncIOScheduler | None = None
        self._rounds: list[Round] = [self._mark_late, GoingUp(desk).run, self._tidy]
        self._tidied_at: datetime | None = None
        self._running: dict[Round, asyncio.Task[None]] = {}
        self._trouble: dict[Round, str] = {}
        if self._post is None and self._connection is None:
            LOG.error("Neither the staff bot nor e-mail is on: nobody will be told that a case is waiting.")
        self._lay_lanes()

    async def start(self) -> None:
        """Begin to listen and to tick."""
        if self._bot is not None:
            await self._bot.start()
        seconds = self._desk.settings.sweep_seconds
        if self._connection is not None:
            queue = self._connection.job_queue
            queue.run_repeating(self._tick, interval=seconds, first=0, job_kwargs=TICKING)
            await queue.start()
        else:
            self._scheduler = AsyncIOScheduler(timezone=UTC)
            self._scheduler.add_job(self._tick, "interval", seconds=seconds, next_run_time=datetime.now(UTC), **TICKING)
            self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking, let what is being sent be sent, hang up."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        elif self._connection is not None and self._connection.job_queue.scheduler.running:
            await self._connection.job_queue.stop()
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        if self._bot is not None:
            await self._bot.stop()

    async def sweep_once(self) -> None:
        """Do all that is due now. For tests: what one round leaves to another way is due in the next."""
        for errors in await asyncio.gather(*(one() for one in self._rounds), return_exceptions=True):
            if isinstance(errors, BaseException):
                raise errors

    async def _tick(self, _context: object = None) -> None:
        """Start each round that is not running still, so that none waits for a slow other."""
        for one in self._rounds:
            if one not in self._running:
                self._running[one] = asyncio.create_task(self._go(one))

    async def _go(self, one: Round) -> None:
        try:
            await one()
        except Exception as error:
            kind = type(error).__name__
            if self._trouble.get(one) != kind:  # four times a second would drown everything else in the log
                LOG.error("A round of the sweep failed (%s); the next one tries again.", kind)
            self._trouble[one] = kind
        else:
            self._trouble.pop(one, None)
        finally:
            del self._running[one]

    def _lay_lanes(self) -> None:
        """Which channel goes which way: its own if that is on, else the other one."""
        desk, settings, tells = self._desk, self._desk.settings, dict[str, Send]()
        chat = self._staff_chat()
        if chat is not None:
            mine, other = (CHAT_CHANNELS, EMAIL) if self._post else (CHAT_CHANNELS + MAIL_CHANNELS, None)
            self._rounds.append(ChatLane(desk, mine, chat, other).run)
            tells[STAFF_CHAT] = partial(self._say, chat)
        if (post := self._post) is not None:
            mine, other = (MAIL_CHANNELS, STAFF_CHAT) if self._bot else (CHAT_CHANNELS + MAIL_CHANNELS, None)
            self._rounds.append(Lane(desk, mine, post.send, other).run)
            if settings.alert_emails:
                tells[EMAIL] = lambda mail, day, now: post.tell(mail, f"today-{day}", now, post.everybody)
            if settings.manager_emails:
                tells[MANAGER] = lambda mail, day, now: post.tell(mail, f"today-m-{day}", now, post.managers)
        self._rounds.append(DigestRound(desk, self._words, tells).run)
        self._rounds.append(NoticeRound(desk, self._words, self._post, chat).run)
        self._rounds += [each.run for each in head_round.rounds(desk, self._words, self._post)]

    def _staff_chat(self) -> "StaffChat | None":
        """The staff chat, with the bot that listens there; None where it is off."""
        desk, settings = self._desk, self._desk.settings
        if self._connection is None or settings.staff_chat_id is None:
            return None
        from desk.alerts.staff_bot import StaffBot  # noqa: PLC0415 (as above)
        from desk.alerts.staff_chat import StaffChat  # noqa: PLC0415 (as above)
        from desk.alerts.staff_updates import StaffUpdates  # noqa: PLC0415 (as above)

        chat = StaffChat(self._connection.bot, settings.staff_chat_id, self._words, Pace(desk.now))
        deeds = AlertDeeds(desk.secrets, self._words, WorkingTime.from_settings(settings), desk.now)
        updates = StaffUpdates(desk.secrets, self._words, chat, deeds, desk.now)
        self._bot = StaffBot(self._connection, desk.database, updates, desk.now)
        return chat

    @staticmethod
    async def _say(chat: "StaffChat", mail: Mail, _day: date, _now: datetime) -> None:
        await chat.tell(mail.body)

    async def _tidy(self) -> None:
        now = self._desk.now()
        if self._tidied_at is None or now - self._tidied_at >= TIDIED_EVERY:
            self._tidied_at = now
            await asyncio.to_thread(tidy, self._desk.database, now)

    async def _mark_late(self) -> None:
        if await asyncio.to_thread(self._has_run_out):
            await asyncio.to_thread(self._mark_missed)

    def _has_run_out(self) -> bool:
        with self._desk.database.read() as tx:
            return bool(clocks.run_out(tx, self._desk.now(), limit=1) or tasks.run_out(tx, self._desk.now(), limit=1))

    def _mark_missed(self) -> None:
        now = self._desk.now()
        with self._desk.database.begin() as tx:
            for clock in clocks.run_out(tx, now):
                if clocks.miss(tx, clock, now) and clock.has_case:
                    alerts.write_missed(tx, clock.case_id, clock.name, now)
            for task in tasks.run_out(tx, now):
                if tasks.be_late(tx, task, now):
                    alerts.write_missed(tx, task.case_id, task.kind, now)


def _connection(desk: Desk) -> "BotConnection | None":
    """The way to the staff bot, if it is on."""
    if not desk.settings.staff_bot_token:
        return None
    from desk.alerts.bot_connection import BotConnection  # noqa: PLC0415 (as above)

    return BotConnection(desk.settings)
