"""The power is cut at every step of every transaction. Whatever was acted on was acted on once, and nothing is lost.

Each batch of a long journey is begun anew from the disk as it lay before it, and cut off at each statement, before and
after, at the commit and at the checkpoint. The disk as the cut left it is taken up again: the batch, never confirmed,
comes once more. Then the world must be what it is where no power was ever cut.

`make proofs` cuts it twice at many more steps.
"""

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.flows import FLOWS
from bot.intake import Intake
from bot.messages import Inbound
from bot.posting import letters
from bot.posting.letters import Outgoing
from bot.posting.outbox import Delivery
from storage import sealing, tables
from storage.database import Database
from storage.sealing import Keys
from tests.power_cut import Fuse, FusedDatabase, Killed, copy_files, fingerprint
from tests.stage import NOW, SECRETS, Stage, service
from tests.test_intake import POISON, FragileEngine
from tests.world import spoken, world

pytestmark = pytest.mark.slow

PROOFS = bool(os.environ.get("CAIRN_EXAMPLES"))

# Who says what, batch by batch. Typed, so that the same words mean the same however often they come.
JOURNEY: tuple[tuple[tuple[str, str], ...], ...] = (
    (("sam", "/start"), ("alex", "/start"), ("sam", "ask for a first talk"), ("kim", "hello")),
    (
        ("alex", "ask for a first talk"),
        ("sam", "yes"),
        ("alex", "yes"),
        ("kim", "ask for a first talk"),
        ("kim", "yes"),
    ),
    (("sam", "1"), ("sam", "3"), ("alex", "i was harmed"), ("kim", "1")),
    (("sam", "yes"), ("alex", "2"), ("sam", "Sam"), ("kim", "pause")),
    (("alex", "yes"), ("alex", POISON), ("sam", "1"), ("alex", "Alex")),
    (("kim", "stop"), ("sam", "07700 900123"), ("alex", "2, 3")),
    (("kim", "delete now"), ("sam", "check and send now"), ("alex", "alex@example.org")),
    (("sam", "send"),),
    (("sam", "start"), ("alex", "07700 900456"), ("sam", "what i sent")),
    (("alex", "check and send now"), ("sam", "write to the coordinator"), ("alex", "send"), ("kim", "help")),
    (("sam", "Please text me"), ("kim", "start"), ("sam", "send")),
    (("sam", "start"), ("sam", "what i sent"), ("sam", "withdraw")),
    (("sam", "yes, withdraw"), ("alex", "/erase")),
    (("alex", "erase_all"), ("kim", "start")),
    (("kim", "messages"), ("kim", "keep them"), ("sam", "messages"), ("sam", "until the next one"), ("sam", "start")),
    (("kim", "clear"), ("sam", "clear this chat"), ("kim", "hello"), ("kim", "clear")),
)


class Machine:
    """What the intake runs on. It boots from the disk a power cut left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = FusedDatabase(folder, Fuse(None, folder))
        self.intake = Intake(self.database, SECRETS, FragileEngine(FLOWS), service())

    def boot(self, disk: Path) -> None:
        self.database.close()
        copy_files(disk / "cairn.db", self.folder)

    def handle(self, number: int, at: int | None = None, disk: Path | None = None) -> list[str]:
        """The batch of this number comes; at step `at` the power is cut and `disk` is what is left. The steps done.

        Raises Killed.
        """
        self.intake.random = Random(number)  # the same codes and names of buttons each time
        self.database.fuse = Fuse(at, disk or self.folder)
        said = enumerate(JOURNEY[number])
        batch = [
            Inbound("telegram", f"{number}-{place}", who, "text", words, message=f"{number}{place:02}")
            for place, (who, words) in said
        ]
        self.intake.handle(batch, NOW + timedelta(minutes=number))
        return self.database.fuse.steps


@dataclass
class Journey:
    """The journey where no power was cut: before each batch and after the last, the disk and the world."""

    machine: Machine
    team: sealing.KeyPair
    disks: list[Path] = field(default_factory=list)
    worlds: list[dict[str, Any]] = field(default_factory=list)
    steps: list[list[str]] = field(default_factory=list)
    said: dict[bytes, dict[str, Any]] = field(default_factory=dict)
    became: dict[tuple[int, bytes], dict[str, Any]] = field(default_factory=dict)
    """What disks said, and what became of them. Most cuts leave the same disk, to the byte: it is looked at once."""

    def keep(self, disk: Path) -> None:
        self.disks.append(disk)
        self.worlds.append(world(disk, self.team))

    def cut(self, number: int, disk: Path, at: int, left: Path) -> bool:
        """Batch `number` on this disk, cut off at step `at`, which leaves `left`. Whether it came to that step."""
        self.machine.boot(disk)
        try:
            self.machine.handle(number, at, left)
        except Killed:
            return True
        return False

    def taken_up(self, number: int, disk: Path) -> dict[str, Any]:
        """The world after the batch came again on this disk, and once more after that."""
        key = number, fingerprint(disk / "cairn.db")
        if key not in self.became:
            self.machine.boot(disk)
            self.machine.handle(number)
            self.machine.handle(number)
            self.became[key] = world(self.machine.folder, self.team)
        return self.became[key]

    def world(self, disk: Path) -> dict[str, Any]:
        """All that this disk says."""
        key = fingerprint(disk / "cairn.db")
        if key not in self.said:
            self.said[key] = world(disk, self.team)
        return self.said[key]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("journey")
    stage = Stage(folder / "first")
    stage.database.close()
    made = Journey(Machine(folder / "machine"), stage.team)
    made.keep(copy_files(stage.folder / "cairn.db", folder / "0"))
    made.machine.boot(made.disks[0])
    for number in range(len(JOURNEY)):
        made.steps.append(made.machine.handle(number))
        made.keep(copy_files(made.machine.folder / "cairn.db", folder / str(number + 1)))
    yield made
    made.machine.database.close()


@pytest.fixture(scope="module")
def points(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How many times the power was cut; told in the end."""
    counted: Counter[str] = Counter()
    yield counted
    said = ", ".join(f"{name}: {number}" for name, number in counted.items())
    plugins = request.config.pluginmanager
    with plugins.get_plugin("capturemanager").global_and_fixture_disabled():
        plugins.get_plugin("terminalreporter").write_line(f"\nThe power was cut: {said}")


def test_the_journey_does_all_there_is_to_do(journey: Journey) -> None:
    """Or the kills below would prove little."""
    last, counted = journey.worlds[-1], Counter(row[2] for row in journey.worlds[-1]["entries"])
    assert {stage for _, stage, _, _ in last["cases"]} == {"withdrawn", "erased"}
    assert counted.keys() == {"", "Please text me"}
    assert [fault for _, fault in last["seen"] if fault] == ["ZeroDivisionError"]
    assert len(last["seen"]) == sum(map(len, JOURNEY))
    assert {address for address, messages, _ in last["deletions"] if messages} >= {"kim", "sam"}
    assert any("after checkpoint" in steps for steps in journey.steps)
    for cases in (each["cases"] for each in journey.worlds):
        references = {reference for reference, *_ in cases}
        place = [each["cases"] for each in journey.worlds].index(cases)
        assert {row[0] for row in journey.worlds[place]["alerts"]} == references
        assert {row[0] for row in journey.worlds[place]["clocks"]} == references


@pytest.mark.parametrize("number", range(len(JOURNEY)))
def test_a_batch_cut_off_anywhere_and_taken_up_again_acts_once(
    journey: Journey, number: int, tmp_path: Path, points: Counter[str]
) -> None:
    before, after = journey.worlds[number : number + 2]
    total = len(journey.steps[number])
    for at in range(1, total + 1):
        assert journey.cut(number, journey.disks[number], at, tmp_path / "cut")
        left = journey.world(tmp_path / "cut")
        assert left in (before, after), f"half a batch was left at step {at}: {journey.steps[number][at - 1]}"
        assert journey.taken_up(number, tmp_path / "cut") == after, journey.steps[number][at - 1]
    points["one cut"] += total


@pytest.mark.parametrize("number", range(len(JOURNEY)))
def test_a_second_cut_while_taking_up_again_changes_nothing(
    journey: Journey, number: int, tmp_path: Path, points: Counter[str]
) -> None:
    """At some of the steps: any one cut leaves the disk of before or of after, as the test above shows of each."""
    total, tried = len(journey.steps[number]), 0
    first_every, again_every = (3, 2) if PROOFS else (11, 9)
    for at in range(1, total + 1, first_every):
        assert journey.cut(number, journey.disks[number], at, tmp_path / "first")
        for again in range(1 + at % again_every, total + 1, again_every):
            disk = tmp_path / "second"
            if not journey.cut(number, tmp_path / "first", again, disk):
                break
            tried += 1
            assert journey.taken_up(number, disk) == journey.worlds[number + 1]
    points["two cuts"] += tried
    assert tried > 0


@pytest.mark.parametrize("number", [4, 7, 12])
def test_a_commit_torn_in_the_middle_of_its_writing_counts_whole_or_not_at_all(
    journey: Journey, number: int, tmp_path: Path, points: Counter[str]
) -> None:
    """As a disk leaves it that lost power while the log was written: any number of its last bytes is missing."""
    assert journey.cut(
        number, journey.disks[number], journey.steps[number].index("after commit") + 1, tmp_path / "whole"
    )
    log = (tmp_path / "whole" / "cairn.db-wal").read_bytes()
    seen = set()
    for length in range(0, len(log) + 1, len(log) // 16 + 7):
        torn = copy_files(tmp_path / "whole" / "cairn.db", tmp_path / "torn")
        (torn / "cairn.db-wal").write_bytes(log[:length])
        left = world(torn, journey.team)
        assert left in journey.worlds[number : number + 2]
        points["a torn commit"] += 1
        seen.add(left == journey.worlds[number + 1])
        assert journey.taken_up(number, torn) == journey.worlds[number + 1]
    assert False in seen


class FarEnd:
    """Where letters arrive, until the power is cut."""

    def __init__(self, fuse: Fuse, expected: int) -> None:
        self.fuse, self.expected = fuse, expected
        self.arrived: list[tuple[str, str]] = []
        self.all_came = asyncio.Event()

    async def send(self, outgoing: Outgoing) -> None:
        if self.fuse.is_dead:
            return
        self.arrived.append((outgoing.address, outgoing.reply.text))
        if len(set(self.arrived)) >= self.expected:
            self.all_came.set()


async def deliver(folder: Path, fuse: Fuse, expected: int) -> list[tuple[str, str]]:
    """Delivers what waits on this disk until all is delivered and noted, or the power is cut; what arrived."""
    database, far_end = FusedDatabase(folder, fuse), FarEnd(fuse, expected)
    delivery = Delivery(database, SECRETS.seal, "telegram", far_end.send, lambda: NOW + timedelta(days=1))
    running = asyncio.create_task(delivery.run())
    coming = asyncio.create_task(far_end.all_came.wait())
    await asyncio.wait([running, coming], return_when=asyncio.FIRST_COMPLETED)
    for task in (running, coming):
        task.cancel()
    await asyncio.gather(running, coming, return_exceptions=True)
    database.close()
    return far_end.arrived


def per_person(arrived: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {who: [text for person, text in arrived if person == who] for who in dict(arrived)}


async def test_a_delivery_cut_off_anywhere_sends_everything_in_order_and_at_most_twice(
    journey: Journey, tmp_path: Path, points: Counter[str]
) -> None:
    """Two letters of one journey may say the same, so each is given a number of its own first."""
    disk = numbered(journey.disks[4], tmp_path / "numbered")
    written = world(disk, journey.team)["letters"]
    fuse = Fuse(None, tmp_path)
    whole = await deliver(copy_files(disk / "cairn.db", tmp_path / "whole"), fuse, len(written))
    assert per_person(whole) == per_person(written)
    for at in range(1, len(fuse.steps) + 1):
        first = await deliver(
            copy_files(disk / "cairn.db", tmp_path / "running"), Fuse(at, tmp_path / "cut"), len(written)
        )
        if not (tmp_path / "cut").exists():  # what is gathered into one commit differs a little from run to run
            continue
        left = world(tmp_path / "cut", journey.team)["letters"]
        second = await deliver(tmp_path / "cut", Fuse(None, tmp_path), len(left)) if left else []
        assert set(first) | set(second) == set(written)
        assert max(Counter([*first, *second]).values()) <= 2
        for part in (first, second):
            for who, texts in per_person(part).items():
                order = per_person(written)[who]
                assert texts == order[order.index(texts[0]) :][: len(texts)], "in order, without a gap"
        assert world(tmp_path / "cut", journey.team)["letters"] == []
        shutil.rmtree(tmp_path / "cut")
        points["a delivery cut"] += 1


def numbered(disk: Path, into: Path) -> Path:
    """The same disk, its letters numbered."""
    folder = copy_files(disk / "cairn.db", into)
    database = Database(f"sqlite:///{folder}/cairn.db")
    with database.begin() as tx:
        for row in list(tx.execute(tables.OUTBOX.select())):
            address, text = spoken(row)
            reply = letters.Reply(f"{row.id} {text}")
            letter = letters.lock(Outgoing(address, reply), row.channel, row.person, Keys(SECRETS.seal))
            changed = {"salt": letter.salt, "message": letter.message}
            tx.execute(tables.OUTBOX.update().where(tables.OUTBOX.c.id == row.id).values(changed))
    database.close()
    return folder
