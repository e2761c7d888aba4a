"""On PostgreSQL several processes serve people at once. Nothing of one is lost to, or overtakes, another."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import text

from bot import drafts
from bot.engine import Engine
from bot.flows import FLOWS
from bot.housekeeping import tidy
from bot.intake import Intake
from bot.messages import Inbound
from storage import conversations, outbox, tables
from storage.database import Database
from storage.sealing import Keys
from tests.somebody import TO_THE_END, TO_THE_NAME, Somebody, texts
from tests.stage import SECRETS, Stage, service
from tests.test_intake import POISON, FragileEngine

pytestmark = pytest.mark.postgres
WAITING_FOR_A_LOCK = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
HOW_TO_REACH_YOU = ("phone", "text", "whatsapp", "email", "letter", "support_worker")


@pytest.fixture
def stage(postgres: str, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, url=postgres)
    yield made
    made.database.close()


class GatedEngine(Engine):
    """Waits in the middle of its turn until it is let go."""

    def __init__(self) -> None:
        super().__init__(FLOWS)
        self.arrived, self.go_on = Event(), Event()

    def begin(self, *arguments: Any, **named: Any) -> Any:
        self._wait()
        return super().begin(*arguments, **named)

    def receive(self, *arguments: Any) -> Any:
        self._wait()
        return super().receive(*arguments)

    def _wait(self) -> None:
        self.arrived.set()
        assert self.go_on.wait(20)


def process(stage: Stage, engine: Engine | None = None) -> Intake:
    """Another process's intake: nothing is shared with it but the database."""
    return Intake(Database(stage.url), SECRETS, engine or Engine(FLOWS), service())


def answers_of(somebody: Somebody) -> dict[str, Any]:
    with somebody.stage.database.read() as tx:
        stored = conversations.load(tx, [somebody.key])[somebody.key]
    return dict(drafts.unlock(stored, Keys(SECRETS.seal), somebody.key).conversation.answers)


def until_somebody_waits(stage: Stage) -> None:
    """Returns once a transaction waits for a lock that another has."""
    with stage.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(20_000):
            if connection.execute(WAITING_FOR_A_LOCK).scalar_one():
                return
    raise AssertionError("nobody waits")


def one_then_other(stage: Stage, first: list[Inbound], second: list[Inbound]) -> None:
    """Two processes at once: the second comes while the first is in the middle of its turn, and has to wait."""
    gate = GatedEngine()
    one, other = process(stage, gate), process(stage)
    with ThreadPoolExecutor(2) as threads:
        begun = threads.submit(one.handle, first, stage.now)
        assert gate.arrived.wait(20)
        waits = threads.submit(other.handle, second, stage.now)
        until_somebody_waits(stage)
        gate.go_on.set()
        begun.result(20)
        waits.result(20)
    one.database.close()
    other.database.close()


def test_a_whole_journey_goes_as_on_sqlite(stage: Stage, tmp_path: Path) -> None:
    sqlite = Stage(tmp_path / "sqlite")
    journey = (*TO_THE_END, "/start", "What I sent", "Write to the coordinator", "Please text me", "Send")
    sam, same = Somebody(stage).goes(*journey), Somebody(sqlite).goes(*journey)
    assert texts(sam.heard) == texts(same.heard)
    assert stage.documents() == sqlite.documents()
    for table, leave_out in ((tables.ALERTS, ("id", "case_id")), (tables.CLOCKS, ("case_id",))):
        rows, expected = (
            [{k: v for k, v in row._mapping.items() if k not in leave_out} for row in each.rows(table)]
            for each in (stage, sqlite)
        )
        assert rows == expected
    assert stage.entry(stage.rows(tables.CASE_ENTRIES)[0]) == "Please text me"
    sam.goes("/start", "What I sent", "Have it erased", "Yes, erase it")
    (case,) = stage.rows(tables.CASES)
    assert (case.case_key, case.document, case.copy, case.person) == (None, None, None, None)
    sqlite.database.close()


def test_a_code_leads_back_from_elsewhere_and_housekeeping_forgets(stage: Stage) -> None:
    web = Somebody(stage, "a-token", "web").goes(*TO_THE_NAME, "Sam", "Pause")
    sam = Somebody(stage)
    assert sam.says(web.code)[-1].asks == "contact_routes"
    stage.pass_time(hours=73)
    assert tidy(stage.database, stage.now) > 0
    assert stage.rows(tables.CONVERSATIONS) == []


def test_a_poison_update_is_given_up_alone(stage: Stage) -> None:
    """A statement that fails would spoil all of a transaction here, so each update has its savepoint then."""
    stage.intake = Intake(stage.database, SECRETS, FragileEngine(FLOWS), service())
    sam, alex = Somebody(stage).goes(*TO_THE_NAME), Somebody(stage, "2").goes(*TO_THE_NAME)
    stage.intake.handle([sam.inbound(POISON), alex.inbound("Alex")], stage.now)
    assert answers_of(alex)["name_to_use"] == "Alex"
    assert sam.says("Sam")[-1].asks == "contact_routes"


def test_what_two_processes_hear_of_somebody_at_once_is_acted_on_one_after_the_other(stage: Stage) -> None:
    sam = Somebody(stage).goes(*TO_THE_NAME)
    one_then_other(stage, [sam.inbound("Sam")], [sam.inbound("1")])
    assert answers_of(sam)["name_to_use"] == "Sam"
    assert answers_of(sam)["contact_routes"] == ("phone",)
    assert [reply.asks for reply in sam.hears()] == ["contact_routes", "phone_number"]


def test_nor_is_anything_lost_of_somebody_new_of_whom_there_is_no_row_yet(stage: Stage) -> None:
    sam = Somebody(stage)
    said = [sam.inbound(words) for words in ("/start", "ask for a first talk", "yes", "i was harmed")]
    one_then_other(stage, said[:3], said[3:])
    assert answers_of(sam) == {"keep_answers": "yes", "who_i_am": "harmed"}
    assert sam.hears()[-1].asks == "age_band"


def test_the_same_update_heard_by_two_processes_acts_once(stage: Stage) -> None:
    sam = Somebody(stage).goes(*TO_THE_NAME)
    update = sam.inbound("Sam")
    one_then_other(stage, [update], [update])
    assert len(sam.hears()) == 1


def test_other_people_do_not_have_to_wait(stage: Stage) -> None:
    sam, alex = Somebody(stage).goes(*TO_THE_NAME), Somebody(stage, "2").goes(*TO_THE_NAME)
    gate = GatedEngine()
    one, other = process(stage, gate), process(stage)
    with ThreadPoolExecutor(1) as threads:
        begun = threads.submit(one.handle, [sam.inbound("Sam")], stage.now)
        assert gate.arrived.wait(20)
        other.handle([alex.inbound("Alex")], stage.now)
        assert alex.hears()[-1].asks == "contact_routes"
        gate.go_on.set()
        begun.result(20)
    one.database.close()
    other.database.close()


def test_two_processes_that_share_many_people_neither_lose_nor_reorder_nor_lock_each_other_out(stage: Stage) -> None:
    people = [Somebody(stage, str(number)).goes(*TO_THE_NAME, "Sam") for number in range(8)]
    data = {each.address: each.last.options for each in people}
    together = Barrier(2)

    def press(options: tuple[int, ...], forwards: bool) -> None:
        mine = process(stage)
        together.wait(20)
        for option in options:
            who = people if forwards else people[::-1]  # in opposite orders, as locks would have it worst
            batch = [
                Inbound(
                    "telegram", f"press {each.address} {option}", each.address, "press", data[each.address][option].data
                )
                for each in who
            ]
            mine.handle(batch, stage.now)
        mine.database.close()

    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(press, (0, 1, 2), True), threads.submit(press, (3, 4, 5), False)]:
            each.result(60)
    for each in people:
        heard = each.hears()
        assert [sum(option.chosen for option in reply.options) for reply in heard] == [1, 2, 3, 4, 5, 6]
        assert each.says("Done")[-1].asks == "phone_number"
        assert set(answers_of(each)["contact_routes"]) == set(HOW_TO_REACH_YOU)


def test_two_that_look_into_the_outbox_at_once_never_get_the_same_letter(stage: Stage) -> None:
    people = [Somebody(stage, str(number)) for number in range(4)]
    stage.intake.handle([each.inbound("/start") for each in people], stage.now)
    at = stage.now.timestamp()
    look: Callable[[Any], list[int]] = lambda tx: [each.id for each in outbox.waiting(tx, "telegram", 5, at)]  # noqa: E731
    with stage.database.begin() as one, stage.database.begin() as other:
        first, second = look(one), look(other)
    assert first
    assert second
    assert not set(first) & set(second)
