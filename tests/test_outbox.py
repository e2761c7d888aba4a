"""What waits in the outbox leaves: in order, once, never twice without need, and nobody holds up anybody else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from bot.messages import Reply
from bot.posting import letters
from bot.posting.letters import Outgoing
from bot.posting.not_sent import Doubtful, Later, Refused, back_off
from bot.posting.outbox import IN_FLIGHT, Delivery
from storage import outbox
from storage.database import Database
from storage.sealing import Keys
from storage.tables import OUTBOX
from tests.botapi.bell import Bell

SECRET = b"s" * 32
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Place:
    """A database with an outbox, a clock moved by hand, and a far end that keeps what arrives or fails as told."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder}/cairn.db").open()
        self.at = START
        self.arrived: list[tuple[str, str]] = []
        self.tried: list[tuple[str, str]] = []
        self.fates: dict[str, list[BaseException | Callable[[], Awaitable[None]]]] = {}
        """By text: what happens to the next tries; without, it arrives."""
        self.bell = Bell()
        self.delivery = Delivery(self.database, SECRET, "telegram", self.send, lambda: self.at, random=Random(1))

    def put(self, *waiting: tuple[str, str], secret: bytes = SECRET) -> None:
        """Write letters, a (person, text) each."""
        with self.database.begin() as tx:
            sealed = [
                letters.lock(Outgoing(who, Reply(text)), "telegram", who.encode(), Keys(secret))
                for who, text in waiting
            ]
            outbox.add(tx, sealed, self.at.timestamp())
        self.delivery.wake()

    async def send(self, outgoing: Outgoing) -> None:
        came = (outgoing.address, outgoing.reply.text)
        self.tried.append(came)
        self.bell.ring()
        fates = self.fates.get(outgoing.reply.text)
        if fates:
            fate = fates.pop(0)
            if isinstance(fate, BaseException):
                raise fate
            await fate()
        self.arrived.append(came)
        self.bell.ring()

    async def until_arrived(self, *texts: str) -> None:
        await self.bell.until(
            lambda: {text for _, text in self.arrived} >= set(texts), 10, lambda: f"only {len(self.arrived)} arrived"
        )

    async def until_tried(self, text: str, times: int = 1) -> None:
        await self.bell.until(
            lambda: sum(tried == text for _, tried in self.tried) >= times, 10, lambda: f"{len(self.tried)} tries"
        )

    async def after_a_look(self, **duration: float) -> None:
        """Let time pass, and the outbox be looked into once more: shown by a newer letter that arrives."""
        self.at += timedelta(**duration)
        mark = f"mark {self.at.isoformat()} {len(self.arrived)}"
        self.put((mark, mark))
        await self.until_arrived(mark)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.delivery.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def texts(self) -> list[str]:
        return [text for _, text in self.arrived if not text.startswith("mark")]

    def left(self) -> list[str | None]:
        """For each row still there the fault for which it was given up, None while it waits."""
        with self.database.read() as tx:
            return list(tx.execute(select(OUTBOX.c.parked).order_by(OUTBOX.c.id)).scalars())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


async def test_letters_to_one_person_leave_in_the_order_they_were_written_and_then_are_gone(place: Place) -> None:
    place.put(*(("sam", str(number)) for number in range(40)))
    async with place.running():
        await place.until_arrived(*map(str, range(40)))
    assert place.texts() == [str(number) for number in range(40)]
    assert place.left() == []


async def test_whoever_has_waited_longest_is_sent_to_first(place: Place) -> None:
    waiting = [f"{number:03}" for number in range(2 * IN_FLIGHT, 0, -1)]  # by name, the last of all would come first
    place.put(*((who, who) for who in waiting))
    async with place.running():
        await place.until_arrived(*waiting)
    assert place.texts() == waiting


async def test_someone_whose_message_hangs_holds_up_nobody_else(place: Place) -> None:
    release = asyncio.Event()

    async def hang() -> None:
        await release.wait()

    place.fates["first"] = [hang]
    place.put(("sam", "first"), ("sam", "second"), ("alex", "other"))
    async with place.running():
        await place.until_arrived("other")
        assert place.texts() == ["other"]
        release.set()
        await place.until_arrived("second")
    assert place.texts() == ["other", "first", "second"]


async def test_a_second_letter_never_leaves_before_the_first_has_gone(place: Place) -> None:
    place.fates["first"] = [Later(20.0), Later(20.0)]
    place.put(("sam", "first"), ("sam", "second"))
    async with place.running():
        await place.until_tried("first")
        place.put(("sam", "third"))
        await place.after_a_look(seconds=19)
        assert place.texts() == []
        await place.after_a_look(seconds=1)
        await place.until_tried("first", times=2)
        await place.after_a_look(seconds=5)
        assert place.texts() == []
        await place.after_a_look(seconds=20)
        await place.until_arrived("third")
    assert place.texts() == ["first", "second", "third"]


async def test_a_doubtful_letter_is_sent_once_more_after_half_a_minute(place: Place) -> None:
    place.fates["first"] = [Doubtful()]
    place.put(("sam", "first"), ("sam", "second"))
    async with place.running():
        await place.until_tried("first")
        await place.after_a_look(seconds=29)
        assert place.tried.count(("sam", "first")) == 1
        await place.after_a_look(seconds=1)
        await place.until_arrived("second")
    assert place.texts() == ["first", "second"]
    assert place.left() == []


async def test_a_letter_doubtful_twice_is_given_up_and_the_next_one_leaves(place: Place) -> None:
    place.fates["first"] = [Doubtful(), Doubtful(), Doubtful()]
    place.put(("sam", "first"), ("sam", "second"))
    async with place.running():
        await place.until_tried("first")
        await place.after_a_look(seconds=30)
        await place.until_arrived("second")
        await place.after_a_look(hours=1)
    assert place.tried.count(("sam", "first")) == 2
    assert place.left() == ["Doubtful"]


async def test_a_refused_letter_is_given_up_alone(place: Place) -> None:
    place.fates["first"] = [Refused("BadRequest")]
    place.put(("sam", "first"), ("sam", "second"))
    async with place.running():
        await place.until_arrived("second")
    assert place.left() == ["BadRequest"]


async def test_all_that_waits_for_someone_who_blocked_us_is_given_up_and_its_words_are_gone(place: Place) -> None:
    place.fates["first"] = [Refused("Blocked", all_of_person=True)]
    place.put(("sam", "first"), ("sam", "second"), ("alex", "other"))
    async with place.running():
        await place.until_arrived("other")
        await place.until_tried("first")
    assert place.texts() == ["other"]
    assert place.left() == ["Blocked", "Blocked"]
    with place.database.read() as tx:
        assert set(tx.execute(select(OUTBOX.c.message)).scalars()) == {b""}


async def test_what_cannot_leave_is_tried_for_a_day_and_then_given_up(place: Place) -> None:
    place.fates["first"] = [Later() for _ in range(1000)]
    place.put(("sam", "first"))
    async with place.running():
        await place.until_tried("first")
        await place.after_a_look(hours=23)
        await place.until_tried("first", times=2)
        assert place.left()[0] is None
        await place.after_a_look(hours=2)
        await place.until_tried("first", times=3)
    assert place.left() == ["TooOld"]


async def test_a_letter_that_cannot_be_opened_holds_up_nobody(place: Place) -> None:
    place.put(("sam", "sealed with a secret that was lost"), secret=b"x" * 32)
    place.put(("sam", "second"))
    async with place.running():
        await place.until_arrived("second")
    assert place.left() == ["SealBroken"]


async def test_a_fault_of_ours_in_one_letter_holds_up_nobody(place: Place) -> None:
    place.fates["first"] = [ZeroDivisionError("words that must not be logged")]
    place.put(("sam", "first"), ("sam", "second"))
    async with place.running():
        await place.until_arrived("second")
    assert place.left() == ["ZeroDivisionError"]


async def test_ten_thousand_letters_leave_each_once_and_never_too_many_at_the_same_moment(place: Place) -> None:
    together = most = 0

    async def count() -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0)
        together -= 1

    waiting = [(f"person {number % 500}", f"{number % 500} {number}") for number in range(10_000)]
    place.fates = {text: [count] for _, text in waiting}
    place.put(*waiting)
    async with place.running():
        await place.bell.until(lambda: len(place.arrived) == 10_000, 60, lambda: f"{len(place.arrived)} arrived")
    assert sorted(place.arrived) == sorted(waiting)
    for person in ("person 0", "person 499"):
        assert [t for p, t in place.arrived if p == person] == [t for p, t in waiting if p == person]
    assert 1 < most <= IN_FLIGHT
    assert place.left() == []


async def test_a_backlog_of_people_who_cannot_be_reached_yet_does_not_starve_others(place: Place) -> None:
    place.fates = {f"late {number}": [Later(3600.0)] for number in range(3)}
    place.put(*((f"person {number}", f"late {number}") for number in range(3)))
    place.put(*((f"person {number % 3}", f"more {number}") for number in range(3000)))
    async with place.running():
        await place.until_tried("late 2")
        place.at += timedelta(minutes=59)
        place.put(("alex", "other"))
        await place.until_arrived("other")
        assert place.texts() == ["other"]


async def test_when_two_people_must_wait_at_once_everybody_does(place: Place) -> None:
    place.fates = {"one": [Later(10.0)], "two": [Later(10.0)]}
    place.put(("sam", "one"), ("alex", "two"))
    async with place.running():
        await place.until_tried("one")
        await place.until_tried("two")
        place.at += timedelta(seconds=9)
        place.put(("kim", "three"))
    async with place.running():  # stopping lets everything that was begun arrive: nothing was
        assert place.texts() == []
        place.at += timedelta(seconds=1)
        place.delivery.wake()
        await place.until_arrived("one", "two", "three")


async def test_while_the_database_is_locked_what_has_gone_is_remembered_and_not_sent_again(place: Place) -> None:
    place.database.close()

    @event.listens_for(place.database.engine, "connect")
    def hurry(connection: object, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 20")  # type: ignore[attr-defined]

    other = Database(str(place.database.url))
    place.put(*((f"person {number}", str(number)) for number in range(10)))
    with capture_logs() as logs:
        async with place.running():
            with other.begin():
                await place.until_arrived(*map(str, range(10)))
                await asyncio.to_thread(_until, lambda: any(log["event"] == "outbox cannot be kept" for log in logs))
            await place.after_a_look()
    assert len(place.texts()) == 10
    assert place.left() == []
    assert {log.get("fault") for log in logs} == {"OperationalError"}


async def test_when_asked_to_stop_it_lets_what_is_under_way_arrive_and_notes_it(place: Place) -> None:
    release = asyncio.Event()

    async def hang() -> None:
        asyncio.get_running_loop().call_soon(release.set)
        await release.wait()

    place.fates["first"] = [hang]
    place.put(("sam", "first"))
    async with place.running():
        await place.until_tried("first")
    assert place.texts() == ["first"]
    assert place.left() == []


async def test_a_send_cut_off_by_stopping_counts_as_doubtful(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.posting.outbox.GRACE_SECONDS", 0.01)
    place.fates["first"] = [asyncio.Event().wait]  # type: ignore[list-item]
    place.put(("sam", "first"), ("sam", "second"))
    async with place.running():
        await place.until_tried("first")
    assert place.left() == [None, None]
    async with place.running():
        await place.after_a_look(seconds=29)
        assert place.texts() == []
        await place.after_a_look(seconds=1)
        await place.until_arrived("second")
    assert place.texts() == ["first", "second"]


async def test_no_log_line_holds_words_or_whom_they_are_for(place: Place) -> None:
    place.fates = {"a canary": [Doubtful(), Doubtful()], "ours": [ValueError("a canary")]}
    place.put(("sam 5000000001", "a canary"), ("sam 5000000001", "ours"))
    with capture_logs() as logs:
        async with place.running():
            await place.until_tried("a canary")
            await place.after_a_look(seconds=30)
            await place.until_tried("ours")
    assert {log["fault"] for log in logs} == {"Doubtful", "ValueError"}
    assert "canary" not in str(logs)
    assert "5000000001" not in str(logs)


def test_pauses_double_from_half_a_second_to_half_a_minute_and_differ() -> None:
    random = Random(3)
    pauses = [back_off(failures, random) for failures in range(12)]
    assert all(
        0.75 * full <= pause <= full for pause, full in zip(pauses, [0.5, 1, 2, 4, 8, 16, *[30] * 6], strict=True)
    )
    assert len(set(pauses)) == 12


def _until(holds: Callable[[], bool]) -> None:
    """In a thread of its own: wait until it holds."""
    from threading import Event

    tick = Event()
    for _ in range(1000):
        if holds():
            return
        tick.wait(0.01)
    raise AssertionError("it never came to hold")
