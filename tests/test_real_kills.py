"""The real intake, over real HTTP, killed again and again while people write. Nobody's words are lost or doubled."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from bot import drafts
from storage import tables
from storage.database import Database
from storage.sealing import Keys
from storage.secrets import load_intake
from tests.botapi import BotApi, Person
from tests.somebody import Somebody
from tests.stage import Stage

pytestmark = pytest.mark.slow

TOKEN = "1001:made-up-intake-token"
SAID = (
    "/start", "ask for a first talk", "yes", "i was harmed", "3", "yes", "Sam", "phone call", "07700 900123",
    "check and send now",
)  # fmt: skip
PEOPLE = 20
KILLS = 5
PATIENCE = 120.0
"""Seconds. The library alone takes some to load, and the machine may be busy."""


class Intake:
    """`cairn intake` as a process of its own, started as often as need be."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self.folder = folder
        self.log = (folder / "intake.log").open("ab")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
        self.environment = plain | {
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "CAIRN_DATA_DIR": str(folder / "data"),
            "CAIRN_BOT_TOKEN": TOKEN,
            "CAIRN_BOT_API_URL": api_url,
            "CAIRN_WEB_PORT": str(port),
        }
        self.nursery: asyncio.subprocess.Process | None = None
        self.running = 0
        """The number of the process; 0 while there is none."""

    async def start(self) -> None:
        if self.nursery is None:
            command, pipe = (sys.executable, "-m", "tests.nursery"), asyncio.subprocess.PIPE
            self.nursery = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, env=self.environment, stdin=pipe, stdout=pipe, stderr=self.log
            )
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(b"start\n")
        self.running = await self._number()

    async def end(self, how: signal.Signals) -> int:
        """Its exit code."""
        os.kill(self.running, how)
        code = await self._number()
        self.running = 0
        return code

    async def close(self) -> None:
        if self.running:
            await self.end(signal.SIGKILL)
        assert self.nursery is not None
        assert self.nursery.stdin is not None
        self.nursery.stdin.close()
        await self.nursery.wait()
        self.log.close()

    async def _number(self) -> int:
        assert self.nursery is not None
        assert self.nursery.stdout is not None
        return int(await asyncio.wait_for(self.nursery.stdout.readline(), PATIENCE))


@asynccontextmanager
async def service(folder: Path) -> AsyncIterator[tuple[BotApi, Intake]]:
    async with BotApi(tokens=[TOKEN]) as api:
        intake = Intake(folder, api.url)
        await intake.start()
        try:
            yield api, intake
        finally:
            await intake.close()


def expected_texts(folder: Path, said: Sequence[str]) -> list[str]:
    """What one person hears who says this and is never disturbed."""
    somebody = Somebody(Stage(folder))
    for words in said:
        somebody.sends(somebody.inbound(words, kind="text"))
    somebody.stage.database.close()
    return [told(reply.text) for reply in somebody.heard]


def told(text: str) -> str:
    """A text without what differs from case to case and from day to day."""
    return text.split("A coordinator will try", maxsplit=1)[0]


async def talk(person: Person, said: Sequence[str], impatient: bool, expected: Sequence[str]) -> None:
    """Says all of it: at once, or each when what came before was answered. Ends when the last answer came."""
    chat = person.chat_in()
    answered = len(expected) - len(said)  # the first thing said is answered by more than one message
    for number, words in enumerate(said):
        await person.say(words)
        if not impatient:
            awaited = set(expected[: answered + number + 1])
            await chat.waits_until(lambda chat, a=awaited: a <= {told(act.text) for act in chat.acts}, PATIENCE)  # type: ignore[misc]
    await chat.waits_until(lambda chat: set(expected) <= {told(act.text) for act in chat.acts}, PATIENCE)


def steps_back(arrived: Sequence[str], expected: Sequence[str]) -> int:
    """How often what arrived went back to something said earlier. Fails when anything was left out."""
    place = back = 0
    for text in arrived:
        if place == len(expected) or text != expected[place]:
            earlier = expected.index(text)
            assert earlier < place, "a message came before its turn"
            place, back = earlier, back + 1
        place += 1
    assert place == len(expected)
    return back


async def test_killed_five_times_under_load_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    random = Random(11)
    said = {number: SAID + (("send",) if number % 2 else ()) for number in range(PEOPLE)}
    expected = {number: expected_texts(tmp_path / f"expected-{number}", said[number]) for number in (0, 1)}
    async with service(tmp_path) as (api, intake):
        people = [api.person() for _ in range(PEOPLE)]
        talks = [
            asyncio.create_task(talk(person, said[number], number % 3 == 0, expected[number % 2]))
            for number, person in enumerate(people)
        ]
        sent = 0
        ends = [signal.SIGKILL] * KILLS
        ends.insert(2, signal.SIGTERM)
        for how in ends:
            sent += random.randint(10, 25)
            await api.calls.waits_for("sendMessage", sent, PATIENCE)
            code = await intake.end(how)
            assert code == (0 if how == signal.SIGTERM else -how), (tmp_path / "intake.log").read_text()[-2000:]
            sent = len(api.calls.of("sendMessage"))
            assert not all(each.done() for each in talks), "all was over before the last kill"
            await intake.start()
        await asyncio.gather(*talks)
        assert await intake.end(signal.SIGTERM) == 0
        assert api.calls.unknown == []
    for number, person in enumerate(people):
        arrived = [told(act.text) for act in person.chat_in().acts]
        assert steps_back(arrived, expected[number % 2]) <= KILLS, "only a kill may repeat, and a stop may not"
        assert max(Counter(arrived).values()) <= 1 + KILLS
    _look_at_the_rest(tmp_path / "data", people)


def _look_at_the_rest(data: Path, people: Sequence[Person]) -> None:
    database, secrets = Database(f"sqlite:///{data}/cairn.db"), load_intake(data)
    with database.read() as tx:
        counts = {
            table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.SEEN_UPDATES, tables.CASES, tables.CLOCKS, tables.ALERTS, tables.OUTBOX)
        }
        stored = tx.execute(tables.CONVERSATIONS.select()).all()
    database.close()
    handed_over = len(people) // 2
    assert counts == {
        "seen_updates": len(people) * len(SAID) + handed_over,
        "cases": handed_over,
        "clocks": 4 * handed_over,
        "alerts": handed_over,
        "outbox": 0,
    }
    assert len(stored) == len(people) - handed_over
    for row in stored:
        draft = drafts.unlock(drafts.StoredDraft(row.salt, row.draft), Keys(secrets.seal), row.person)
        assert draft.conversation.answers["name_to_use"] == "Sam"
        assert draft.conversation.answers["phone_number"] == "+44 7700 900123"
