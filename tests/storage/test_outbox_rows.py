"""The rows of the outbox: which letters may leave, in which order, and what becomes of them."""

from collections.abc import Iterator, Sequence

import pytest

from storage import outbox
from storage.database import Database
from storage.outbox import Letter

CHANNEL = "telegram"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url).open()
    yield opened
    opened.close()


def put(database: Database, *waiting: tuple[str, str], at: float = 1.0, channel: str = CHANNEL) -> None:
    with database.begin() as tx:
        outbox.add(tx, [Letter(channel, who.encode(), b"s" * 16, text.encode()) for who, text in waiting], at)


def told(letters: Sequence[Letter]) -> list[str]:
    return [each.message.decode() for each in letters]


def may_leave(database: Database, at: float = 10.0, most: int = 10, busy: Sequence[bytes] = ()) -> list[Letter]:
    with database.begin() as tx:
        return outbox.waiting(tx, CHANNEL, most, at, busy)


def test_letters_leave_in_the_order_they_were_written(database: Database) -> None:
    put(database, ("sam", "one"), ("alex", "two"))
    put(database, ("sam", "three"), at=0.5)
    assert told(may_leave(database)) == ["one", "two", "three"]
    assert told(may_leave(database, most=2)) == ["one", "two"]


def test_letters_of_another_channel_are_not_ours(database: Database) -> None:
    put(database, ("sam", "on the web"), channel="web")
    assert may_leave(database) == []


def test_what_is_not_due_holds_back_what_was_written_later_to_the_same_person_alone(database: Database) -> None:
    put(database, ("sam", "one"), ("sam", "two"), ("alex", "other"))
    one = may_leave(database)[0]
    with database.begin() as tx:
        outbox.later(tx, [Letter(one.channel, one.person, one.salt, one.message, one.id, 20.0, 1, 1)])
    assert told(may_leave(database, at=19.0)) == ["other"]
    assert told(may_leave(database, at=20.0)) == ["one", "two", "other"]
    again = may_leave(database, at=20.0)[0]
    assert (again.tries, again.doubts) == (1, 1)


def test_nothing_is_offered_to_somebody_to_whom_a_letter_is_on_its_way(database: Database) -> None:
    put(database, ("sam", "one"), ("alex", "other"))
    assert told(may_leave(database, busy=[b"sam"])) == ["other"]


def test_what_has_gone_is_gone_and_what_was_given_up_holds_nobody_back(database: Database) -> None:
    put(database, ("sam", "one"), ("sam", "two"), ("sam", "three"))
    one, two, _three = may_leave(database)
    with database.begin() as tx:
        outbox.sent(tx, [one.id])
        outbox.park(tx, two.id, "Refused")
    assert told(may_leave(database)) == ["three"]
    with database.read() as tx:
        kept = [
            (row.parked, bytes(row.message)) for row in tx.execute(outbox.OUTBOX.select().order_by(outbox.OUTBOX.c.id))
        ]
    assert kept == [("Refused", b""), (None, b"three")]


def test_all_of_one_person_is_given_up_together(database: Database) -> None:
    put(database, ("sam", "one"), ("sam", "two"), ("alex", "other"))
    with database.begin() as tx:
        outbox.park_all_of(tx, b"sam", CHANNEL, "Blocked")
    assert told(may_leave(database)) == ["other"]


def test_a_number_is_never_used_twice(database: Database) -> None:
    """Or a letter written later could overtake."""
    put(database, ("sam", "one"))
    (one,) = may_leave(database)
    with database.begin() as tx:
        outbox.sent(tx, [one.id])
    put(database, ("sam", "two"))
    assert may_leave(database)[0].id > one.id


def test_what_lies_ready_is_taken_away_by_time_and_by_person(database: Database) -> None:
    put(database, ("sam", "old"), ("alex", "old"), at=1.0, channel="web")
    put(database, ("sam", "new"), at=5.0, channel="web")
    with database.begin() as tx:
        assert told(outbox.of(tx, b"sam", "web")) == ["old", "new"]
        assert outbox.clear_before(tx, "web", 2.0) == 2
        outbox.clear(tx, [b"nobody"], "web")
        assert told(outbox.of(tx, b"sam", "web")) == ["new"]
        outbox.clear(tx, [b"sam"], "web")
        assert outbox.of(tx, b"sam", "web") == []


def test_the_oldest_letter_that_waits_is_known(database: Database) -> None:
    put(database, ("sam", "one"), at=3.0)
    put(database, ("sam", "two"), at=4.0)
    with database.begin() as tx:
        assert outbox.oldest(tx, CHANNEL) == 3.0
        outbox.park(tx, outbox.waiting(tx, CHANNEL, 1, 9.0)[0].id, "Refused")
        assert outbox.oldest(tx, CHANNEL) == 4.0
        assert outbox.forget_before(tx, 3.5) == 1
