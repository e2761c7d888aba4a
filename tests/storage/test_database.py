"""The database keeps the settings that everything else relies on, or says in plain words why it cannot."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import database as module
from storage.database import SQLITE_SETTINGS, Database, DatabaseError
from storage.tables import SEEN_UPDATES

pytestmark = pytest.mark.usefixtures("in_earnest")


@pytest.fixture
def database(url: str) -> Database:
    return Database(url).open()


def sqlite_at(folder: Path) -> Database:
    return Database(f"sqlite:///{folder}/cairn.db").open()


def rows(database: Database) -> int:
    with database.read() as tx:
        return len(tx.execute(SEEN_UPDATES.select()).all())


def row(number: int) -> dict[str, object]:
    return {"source": "test", "update_id": str(number), "at": 0.0, "fault": None}


def test_every_connection_has_the_settings(tmp_path: Path) -> None:
    database = sqlite_at(tmp_path)
    with database.read() as one, database.read() as other:
        for connection in (one, other):
            for name, value in SQLITE_SETTINGS.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value
    assert SQLITE_SETTINGS["synchronous"] == 2, "FULL: an acknowledged commit survives a power cut"


@pytest.mark.parametrize(("name", "value"), [("journal_mode", "delete"), ("synchronous", 1), ("foreign_keys", 0)])
def test_a_setting_that_does_not_hold_is_said_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    database = Database(f"sqlite:///{tmp_path}/cairn.db")
    with database.engine.connect() as connection:  # as where a drive knows no write-ahead log
        connection.rollback()
        connection.connection.driver_connection.execute(f"PRAGMA {name} = {value}")  # type: ignore[union-attr]
    with pytest.raises(DatabaseError, match=f"does not keep {name} = "):
        database.open()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all/cairn.db", "cannot be opened"),
        ("postgresql://somebody:a-secret@127.0.0.1:1/cairn", "is the server running"),
        ("mysql://somebody:a-secret@127.0.0.1/cairn", "must begin with sqlite:/// or postgresql://"),
        ("a-secret", "must begin with sqlite:/// or postgresql://"),
    ],
)
def test_what_cannot_be_opened_is_said_in_plain_words_without_the_password(url: str, said: str) -> None:
    with pytest.raises(DatabaseError, match=said) as raised:
        Database(url).open()
    assert "a-secret" not in str(raised.value)


def test_a_file_that_is_no_database_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "cairn.db").write_bytes(b"a letter, and no database " * 100)
    with pytest.raises(DatabaseError, match="is it a database"):
        sqlite_at(tmp_path)


def test_what_is_begun_is_written_whole_or_not_at_all(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(SEEN_UPDATES.insert(), row(1))
    with pytest.raises(IntegrityError), database.begin() as tx:
        tx.execute(SEEN_UPDATES.insert(), row(2))
        tx.execute(SEEN_UPDATES.insert(), row(1))
    assert rows(database) == 1


def test_a_savepoint_undoes_its_own_part_alone(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(SEEN_UPDATES.insert(), row(1))
        with pytest.raises(IntegrityError), tx.begin_nested():
            tx.execute(SEEN_UPDATES.insert(), row(2))
            tx.execute(SEEN_UPDATES.insert(), row(1))
        tx.execute(SEEN_UPDATES.insert(), row(3))
    assert rows(database) == 2


def test_an_error_of_the_database_holds_no_value(database: Database) -> None:
    """But the key that was there already, which PostgreSQL tells of itself: no key of ours holds words."""
    with pytest.raises(IntegrityError) as raised, database.begin() as tx:
        tx.execute(SEEN_UPDATES.insert(), {**row(1), "fault": "a canary"})
        tx.execute(SEEN_UPDATES.insert(), {**row(1), "fault": "a canary"})
    assert "seen_updates" in str(raised.value)
    assert "canary" not in str(raised.value)


def test_whoever_begins_has_the_right_to_write_from_the_start(tmp_path: Path) -> None:
    """A transaction that reads first and writes later would fail, or lose what another wrote in between."""
    database = sqlite_at(tmp_path)
    other = sqlite3.connect(tmp_path / "cairn.db", timeout=0, isolation_level=None)
    with database.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    with database.read() as tx:
        tx.execute(text("SELECT 1"))
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_reading_waits_for_nobody_and_sees_one_moment(tmp_path: Path) -> None:
    database = sqlite_at(tmp_path)
    with database.read() as tx:
        assert tx.execute(SEEN_UPDATES.select()).all() == []
        with database.begin() as other:
            other.execute(SEEN_UPDATES.insert(), row(1))
        assert tx.execute(SEEN_UPDATES.select()).all() == []
    assert rows(database) == 1


def test_a_writer_waits_for_another_and_gives_up_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SQLITE_SETTINGS", {**SQLITE_SETTINGS, "busy_timeout": 20})
    one, other = sqlite_at(tmp_path), sqlite_at(tmp_path)
    with one.begin(), pytest.raises(OperationalError), other.begin():
        pass


def test_a_checkpoint_leaves_nothing_of_what_was_deleted_in_any_file(tmp_path: Path) -> None:
    database = sqlite_at(tmp_path)
    with database.begin() as tx:
        tx.execute(SEEN_UPDATES.insert(), {**row(1), "update_id": "a canary in the mine"})
    with database.begin() as tx:
        tx.execute(SEEN_UPDATES.delete())
    assert any(b"canary" in file.read_bytes() for file in tmp_path.iterdir())
    database.checkpoint()
    assert not any(b"canary" in file.read_bytes() for file in tmp_path.iterdir())
