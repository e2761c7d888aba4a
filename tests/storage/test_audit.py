"""The chain of the audit shows what was changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from storage import audit
from storage.database import Database
from storage.tables import AUDIT

KEY = bytes(32)
AT = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Connection]:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}").open()
    with database.begin() as connection:
        yield connection
    database.close()


def write_five(tx: Connection) -> list[int]:
    for number in range(5):
        audit.write(tx, KEY, AT, number or None, "opened", f"case{number}" if number % 2 else None)
    return list(tx.execute(select(AUDIT.c.id).order_by(AUDIT.c.id)).scalars())


def test_an_untouched_chain_is_whole(tx: Connection) -> None:
    assert audit.verify(tx, KEY) == []
    write_five(tx)
    assert audit.verify(tx, KEY) == []


@pytest.mark.parametrize(
    "change",
    [{"staff_id": 9}, {"action": "taken"}, {"case_id": "other"}, {"at": AT.timestamp() + 1}, {"digest": bytes(32)}],
)
def test_a_changed_row_shows(tx: Connection, change: dict[str, object]) -> None:
    ids = write_five(tx)
    tx.execute(update(AUDIT).where(AUDIT.c.id == ids[2]).values(**change))
    assert ids[2] in audit.verify(tx, KEY)


def test_a_row_taken_out_shows_at_the_next_one(tx: Connection) -> None:
    ids = write_five(tx)
    tx.execute(delete(AUDIT).where(AUDIT.c.id == ids[2]))
    assert audit.verify(tx, KEY) == [ids[3]]


def test_a_row_put_in_without_the_key_shows(tx: Connection) -> None:
    write_five(tx)
    tx.execute(insert(AUDIT).values(at=AT.timestamp(), action="opened", digest=bytes(range(32))))
    audit.write(tx, KEY, AT, 1, "opened")
    assert len(audit.verify(tx, KEY)) == 1


def test_with_another_key_nothing_fits(tx: Connection) -> None:
    assert audit.verify(tx, KEY) == []
    ids = write_five(tx)
    assert audit.verify(tx, b"\1" * 32) == ids


def test_what_is_rolled_back_leaves_no_row_and_no_gap(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}").open()
    with database.begin() as tx:
        write_five(tx)
    with pytest.raises(RuntimeError), database.begin() as tx:
        audit.write(tx, KEY, AT, 1, "opened")
        raise RuntimeError
    with database.begin() as tx:
        audit.write(tx, KEY, AT, 1, "opened")
        assert audit.verify(tx, KEY) == []
    database.close()


def test_a_chain_longer_than_one_reading_is_whole_too(tx: Connection) -> None:
    for _ in range(2500):
        audit.write(tx, KEY, AT, 1, "opened", "case")
    assert audit.verify(tx, KEY) == []
