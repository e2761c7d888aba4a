"""A desk with its ways out, for tests: a real database, Bot API and mail server on loopback, a clock moved by hand."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy import Row, select, update

from content.words import load
from desk.alerts.sweep import Sweep
from desk.desk import Desk
from policy.access import Role
from policy.escalation import ladder
from policy.promises import Promise
from policy.settings import Settings
from policy.working_time import WorkingTime
from storage import alerts, clocks, staff
from storage.database import Database
from storage.sealing import lookup
from storage.secrets import DeskSecrets
from storage.tables import ALERTS, CASES, CLOCKS, STAFF
from tests.botapi import BotApi, Group, Person

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TOKEN = "1001:made-up-staff-token"
SECRETS = DeskSecrets(pepper=b"p" * 32, audit=b"a" * 32)
WORKING_TIME = WorkingTime(time(9), time(17))
COORDINATORS = "coordinators@example.org"
MANAGERS = "managers@example.org"
LATE = time(23, 59)
"""When the daily digest comes, where a test is not about it."""
BUTTONS = ["Take", "Not me", "Snooze", "Who has it"]


logging.getLogger("mail.log").setLevel(logging.WARNING)  # the mail server of these tests logs whom it hears of


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return once `holds()`: for what no event tells of, such as a row that changes or a line in the log."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **duration: float) -> None:
        self.at += timedelta(**duration)


@dataclass
class PostOffice:
    """A mail server. `refuses` is its SMTP answer to every recipient; it gives none at all until it `may_speak`."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuses: str = ""
    may_speak: asyncio.Event = field(default_factory=asyncio.Event)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self.may_speak.set()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: Sequence[str]
    ) -> str:
        self.called.set()
        await self.may_speak.wait()
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients.append([address for address in envelope.rcpt_tos if address])
        return "250 OK"


@dataclass
class Service:
    """Everything around the desk's alerts, and verbs for what happens to it."""

    desk: Desk
    clock: HandClock
    api: BotApi
    chat: Group
    post: PostOffice
    sweep: Sweep

    def hand_over(self, reference: str, priority: int = 3, has_email: bool = True, has_manager: bool = True) -> str:
        """A case with its ladder and clocks, in one commit; its id."""
        case_id = secrets.token_hex(16)
        day_end = WORKING_TIME.add_days(self.clock(), 1)
        promise = Promise(opened_by=day_end, contact_by=WORKING_TIME.add_days(self.clock(), 2))
        rungs = ladder(self.clock(), promise, WORKING_TIME, True, has_email, has_manager)
        row = {"id": case_id, "reference": reference, "day": date(2026, 11, 23), "stage": "received"}
        with self.desk.database.begin() as tx:
            tx.execute(CASES.insert().values(**row, priority=priority, case_key=b"sealed", document=b"sealed"))
            alerts.write(tx, case_id, rungs)
            clocks.write(tx, case_id, promise)
        return case_id

    def coordinator(self, name: str, person: Person | None = None) -> int:
        """A member of staff, with their Telegram account linked if `person` is given; their id."""
        with self.desk.database.begin() as tx:
            staff_id = staff.add_row(tx, name, [Role.COORDINATOR], self.clock())
            if person is not None:
                digest = lookup(SECRETS.pepper, f"staff:{person.id}")
                tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(telegram=digest))
        return staff_id

    def assignee(self, case_id: str) -> int | None:
        with self.desk.database.read() as tx:
            found: int | None = tx.execute(select(CASES.c.assignee).where(CASES.c.id == case_id)).scalar_one()
        return found

    def rows(self, case_id: str) -> Sequence[Row[Any]]:
        """The case's alerts, lowest level first."""
        with self.desk.database.read() as tx:
            wanted = select(ALERTS).where(ALERTS.c.case_id == case_id)
            return tx.execute(wanted.order_by(ALERTS.c.level, ALERTS.c.channel)).all()

    def states(self, case_id: str) -> dict[tuple[int, str], str]:
        return {(row.level, row.channel): row.state for row in self.rows(case_id)}

    def clock_states(self, case_id: str) -> dict[str, str]:
        with self.desk.database.read() as tx:
            rows = tx.execute(select(CLOCKS.c.name, CLOCKS.c.state).where(CLOCKS.c.case_id == case_id))
            return {row.name: row.state for row in rows}

    @property
    def cards(self) -> list[str]:
        """What the bot's messages in the staff chat show now."""
        return [message.text for message in self.chat.shown]

    async def sweep_for(self, seconds: float, step: float = 1.0) -> None:
        """Let time pass, sweeping as it does."""
        for _ in range(int(seconds / step)):
            await self.sweep.sweep_once()
            self.clock.advance(seconds=step)
        await self.sweep.sweep_once()


@asynccontextmanager
async def open_service(
    folder: Path, *, with_mail: bool = True, with_chat: bool = True, **more: Any
) -> AsyncIterator[Service]:
    """A service on empty tables; `more` are settings."""
    post, clock = PostOffice(), HandClock()
    await post.start()
    async with BotApi(tokens=more.pop("tokens", [TOKEN])) as api:
        chat = api.group("Made-up team", bots=list(api.bots.by_token.values()))
        values: dict[str, Any] = {"data_dir": folder, "bot_api_url": api.url, "sweep_seconds": 0.05, "digest_at": LATE}
        if with_chat:
            values |= {"staff_bot_token": TOKEN, "staff_chat_id": chat.id}
        if with_mail:
            values |= {"smtp_url": f"smtp://127.0.0.1:{post.port}", "mail_from": "Desk <desk@example.org>"}
            values |= {"alert_emails": COORDINATORS, "manager_emails": MANAGERS}
        settings = Settings(_env_file=None, **(values | more))
        database = Database(f"sqlite:///{folder / 'cairn.db'}").open()
        desk = Desk(database, settings, SECRETS, load("en"), clock)
        sweep = Sweep(desk)
        try:
            yield Service(desk, clock, api, chat, post, sweep)
        finally:
            await sweep.stop()
            await post.stop()
            database.close()
