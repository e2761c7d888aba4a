"""Tasks, talks, messages to a person and where they go: rows that hold on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from policy.access import Role
from policy.retention import CAFE, CAFE_TABLES
from storage import (
    addresses,
    cafe_notes,
    cafe_sign_ups,
    cafes,
    caseload,
    cases,
    desk_messages,
    sealing,
    staff,
    talks,
    tasks,
    team,
)
from storage.addresses import Address, NoIntakeKey
from storage.cafe_links import IN_A_ROOM
from storage.database import Database
from storage.tables import CASE_ADDRESSES, DESK_MESSAGES, STAFF, TALKS, TASKS
from tests.desk.cases import Made, make_case
from tests.stage import SECRETS

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
HERE = Address("telegram", b"p" * 16, "1001")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url).open()
    with opened.begin() as tx:
        team.ensure(tx, NOW)
        staff.add_row(tx, "Ann Example", [Role.COORDINATOR], NOW)
    yield opened
    opened.close()


@pytest.fixture
def case(database: Database) -> Made:
    with database.begin() as tx:
        return make_case(tx, NOW)


def ann(tx) -> int:
    return tx.execute(select(STAFF.c.id).where(STAFF.c.name == "Ann Example")).scalar_one()


def write(tx, case: Made, talk_id: int | None = None) -> None:
    entry = caseload.enter(tx, case.id, ann(tx), NOW, "written")
    desk_messages.add(tx, case.id, entry_id=entry, talk_id=talk_id, due_at=NOW, words=b"sealed")


def test_one_task_of_a_kind_is_moved_and_not_doubled(database: Database, case: Made) -> None:
    with database.begin() as tx:
        tasks.put(tx, case.id, "tell_support", NOW, NOW)
        tasks.put(tx, case.id, "tell_support", LATER, NOW)
        assert [(task.kind, task.due_at) for task in tasks.of_case(tx, case.id)] == [
            ("tell_support", LATER.timestamp())
        ]
        assert tasks.finish(tx, case.id, "tell_support", ann(tx), LATER)
        assert not tasks.finish(tx, case.id, "tell_support", ann(tx), LATER)
        assert tasks.of_case(tx, case.id) == []


def test_a_task_of_a_role_is_found_over_all_cases_and_settled_once(database: Database, case: Made) -> None:
    with database.begin() as tx:
        tasks.add(tx, case.id, "hold_letters", LATER, NOW, role="manager")
        (task,) = tasks.of_role(tx, "manager")
        assert task.reference == case.reference
        assert tasks.finish_one(tx, task.id, ann(tx), NOW)
        assert not tasks.finish_one(tx, task.id, ann(tx), NOW)
        done = tasks.find(tx, task.id)
        assert done is not None
        assert (done.state, done.done_by) == (tasks.DONE, "Ann Example")


def test_the_address_opens_with_the_intakes_secret_alone(database: Database, case: Made) -> None:
    with database.begin() as tx:
        addresses.keep(tx, case.id, HERE, SECRETS.seal, chosen=True)
        assert addresses.find(tx, case.id, SECRETS.seal) == HERE
        with pytest.raises(sealing.SealBroken):
            addresses.find(tx, case.id, b"x" * 32)


def test_the_person_can_say_anew_whether_their_chat_is_a_way_to_be_in_touch(database: Database, case: Made) -> None:
    with database.begin() as tx:
        addresses.choose(tx, case.id, chosen=True)
        assert addresses.is_chosen(tx, case.id) is None, "there is no chat"
        addresses.keep(tx, case.id, HERE, SECRETS.seal, chosen=True)
        addresses.choose(tx, case.id, chosen=False)
        assert addresses.is_chosen(tx, case.id) is False
        assert addresses.find(tx, case.id, SECRETS.seal) == HERE


def test_writing_from_elsewhere_moves_the_address_and_keeps_that_it_was_chosen(database: Database, case: Made) -> None:
    there = Address("web", b"q" * 16, "token")
    with database.begin() as tx:
        addresses.keep(tx, case.id, HERE, SECRETS.seal, chosen=True)
        addresses.keep(tx, case.id, there, SECRETS.seal, chosen=False)
        assert addresses.find(tx, case.id, SECRETS.seal) == there
        assert addresses.is_chosen(tx, case.id) is True


def test_the_desk_seals_to_the_key_the_intake_published_last(database: Database) -> None:
    with database.begin() as tx:
        with pytest.raises(NoIntakeKey):
            addresses.intake_key(tx)
        addresses.publish(tx, b"old" * 10, NOW)
        addresses.publish(tx, SECRETS.letterbox.public, NOW)
        sealed = sealing.seal_to(addresses.intake_key(tx), b"hello", "here")
    assert sealing.unseal_with(SECRETS.letterbox.private, sealed, "here") == b"hello"


def test_a_message_is_told_of_when_due_and_loses_its_words_once_read(database: Database, case: Made) -> None:
    with database.begin() as tx:
        write(tx, case)
        (message,) = desk_messages.due(tx, NOW)
        desk_messages.put_off(tx, [message.id], LATER.timestamp(), desk_messages.LATER)
        assert desk_messages.due(tx, NOW) == []
        assert [each.id for each in desk_messages.due(tx, LATER)] == [message.id]
        desk_messages.settle(tx, [message.id], desk_messages.READ, LATER)
        assert desk_messages.unread(tx, case.id) == []
        row = tx.execute(select(DESK_MESSAGES)).one()
        assert (row.state, row.words) == ("read", None)
        desk_messages.settle(tx, [message.id], desk_messages.LEFT, LATER)
        assert tx.execute(select(DESK_MESSAGES.c.state)).scalar() == "read"


def test_a_talk_is_over_at_once_when_the_person_ends_it_and_is_given_back_when_the_desk_does(
    database: Database, case: Made
) -> None:
    with database.begin() as tx:
        talks.begin(tx, case.id, ann(tx), NOW)
        assert talks.open_(tx, case.id, NOW)
        talks.end(tx, case.id, talks.DESK, LATER)
        (ending,) = talks.ending(tx)
        talks.over(tx, ending.id)
        assert talks.of_case(tx, case.id) is None
        assert not talks.open_(tx, case.id, LATER)
        talks.begin(tx, case.id, ann(tx), NOW)
        talks.open_(tx, case.id, NOW)
        talks.end(tx, case.id, talks.PERSON, LATER)
        assert talks.ending(tx) == []
        assert talks.of_case(tx, case.id) is None
        assert [talk.ended_by for talk in talks.all_of_case(tx, case.id)] == [talks.DESK, talks.PERSON]


@pytest.mark.parametrize("how", [cases.withdraw, cases.erase])
def test_withdrawing_and_erasing_leave_nobody_to_write_to_and_nothing_to_do(
    database: Database, case: Made, how
) -> None:
    with database.begin() as tx:
        addresses.keep(tx, case.id, HERE, SECRETS.seal, chosen=True)
        tasks.add(tx, case.id, "tell_support", NOW, NOW)
        write(tx, case, talks.begin(tx, case.id, ann(tx), NOW))
        how(tx, case.id, LATER.timestamp())
        assert tx.execute(select(CASE_ADDRESSES)).all() == []
        assert tx.execute(select(TASKS.c.state)).scalars().all() == [tasks.DROPPED]
        row = tx.execute(select(DESK_MESSAGES)).one()
        assert (row.state, row.words) == ("gone", None)
        assert tx.execute(select(TALKS.c.state)).scalar() == talks.OVER


def test_a_case_is_counted_with_its_open_tasks(database: Database, case: Made) -> None:
    with database.begin() as tx:
        assert tx.execute(insert(TASKS).values(case_id=case.id, kind="a", due_at=5.0, state="done", at=0.0))
        tasks.add(tx, case.id, "tell_support", NOW, NOW)
        tasks.add(tx, case.id, "hold_letters", NOW, NOW, role="manager")
        from storage.tables import CASES

        counted = tx.execute(select(tasks.count_of_case(), tasks.next_due_of_case()).select_from(CASES)).one()
        assert counted == (1, NOW.timestamp())


def test_what_was_written_down_at_the_tables_of_a_cafe_goes_in_time(database: Database) -> None:
    details = cafes.Details(NOW.timestamp(), NOW.timestamp() + 1, "Ayr", "A made-up hall", IN_A_ROOM, "", False, 8)
    with database.begin() as tx:
        cafes.make(tx, "cafe", details, NOW)
        for kind in (cafe_notes.TABLE, cafe_notes.FEEDBACK):
            cafe_notes.add(tx, cafe_notes.Note(kind, "cafe", kind, b"sealed"))
        cafe_sign_ups.forget(tx, NOW + CAFE_TABLES, CAFE)
        assert [note.kind for note in cafe_notes.of(tx)] == [cafe_notes.TABLE]
        cafe_sign_ups.forget(tx, NOW + CAFE_TABLES + timedelta(seconds=2), CAFE)
        assert cafe_notes.of(tx) == []
