"""What is counted of cafes, and told: once, by one of two who do it at once, and before the words are destroyed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from policy.cafes import FEEDBACK
from policy.retention import CAFE, CAFE_UNCOUNTED
from storage import cafe_figures, cafe_notes, cafe_sign_ups
from storage.cafe_notes import FEEDBACK as THOUGHT
from storage.cafe_notes import Note
from storage.database import Database
from storage.tables import CAFES
from tests import cafes as made_up

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OVER = NOW + FEEDBACK + DAY


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url).open()
    yield opened
    opened.close()


@pytest.fixture
def cafe(database: Database) -> str:
    with database.begin() as tx:
        id_ = made_up.make(tx, NOW, starts_at=NOW.timestamp() - 7200, ends_at=NOW.timestamp())
        cafe_notes.add(tx, Note("thought", id_, THOUGHT, b"sealed"))
    return id_


def test_nothing_is_counted_while_somebody_can_still_say_how_it_was(database: Database, cafe: str) -> None:
    with database.begin() as tx:
        assert cafe_figures.to_count(tx, NOW + FEEDBACK - DAY) == []
        assert cafe_figures.to_count(tx, OVER) == [cafe]


def test_what_is_counted_once_is_not_counted_anew(database: Database, cafe: str) -> None:
    with database.begin() as tx:
        cafe_figures.keep(tx, cafe, b"first")
        cafe_figures.keep(tx, cafe, b"second")
        assert [each.counts for each in cafe_figures.to_tell(tx, OVER)] == [b"first"]
        assert cafe_figures.to_count(tx, OVER) == []


def test_words_wait_to_be_counted_and_go_a_month_later_all_the_same(database: Database, cafe: str) -> None:
    with database.begin() as tx:
        assert cafe_sign_ups.forget(tx, NOW + CAFE + DAY, CAFE) == 0
        assert cafe_sign_ups.forget(tx, NOW + CAFE + CAFE_UNCOUNTED + DAY, CAFE) == 1
        assert [each.counts for each in cafe_figures.to_tell(tx, NOW + CAFE + CAFE_UNCOUNTED + DAY)] == [None]


def test_words_that_are_counted_go_in_time(database: Database, cafe: str) -> None:
    with database.begin() as tx:
        cafe_figures.keep(tx, cafe, b"sealed")
        assert cafe_sign_ups.forget(tx, NOW + CAFE + DAY, CAFE) == 1


def test_two_who_tell_of_it_at_once_tell_of_it_once(database: Database, cafe: str) -> None:
    with database.begin() as tx:
        cafe_figures.keep(tx, cafe, b"sealed")

    def tell(text: str) -> bool:
        with database.begin() as tx:
            return cafe_figures.tell(tx, [cafe], text, OVER)

    with ThreadPoolExecutor(2) as both:
        first = list(both.map(tell, ("one", "other")))
    assert sorted(first) == [False, True]
    with database.begin() as tx:
        (told,) = cafe_figures.everything(tx)
        assert told == cafe_figures.Told((cafe,), ("one", "other")[first.index(True)])
        assert cafe_figures.to_tell(tx, OVER) == [] and tx.execute(CAFES.select()).one().counts is None
