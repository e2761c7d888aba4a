"""A head of the audit that was kept elsewhere shows that the end was cut off, or that another chain took its place."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete

from storage import audit, audit_heads
from storage.database import Database
from storage.tables import AUDIT

KEY = bytes(32)
AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PUBLIC = audit_heads.public_key(KEY)


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Connection]:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}").open()
    with database.begin() as connection:
        for _ in range(5):
            audit.write(connection, KEY, AT, 1, "opened")
        yield connection
    database.close()


def made(tx: Connection) -> audit_heads.Head:
    [head] = audit_heads.read(audit_heads.make(tx, KEY, AT) or "")
    return head


def test_a_chain_that_has_only_grown_fits_every_head_of_it(tx: Connection) -> None:
    head = made(tx)
    audit.write(tx, KEY, AT, 1, "taken")
    assert (head.row, head.at) == (5, AT)
    assert audit_heads.check(tx, head, PUBLIC) == audit_heads.FITS


def test_an_end_that_was_cut_off_shows_although_the_chain_is_whole(tx: Connection) -> None:
    head = made(tx)
    tx.execute(delete(AUDIT).where(AUDIT.c.id > 3))
    assert audit.verify(tx, KEY) == []
    assert audit_heads.check(tx, head, PUBLIC) == audit_heads.CUT


def test_another_end_written_with_the_key_shows(tx: Connection) -> None:
    head = made(tx)
    tx.execute(delete(AUDIT).where(AUDIT.c.id > 3))
    for _ in range(3):
        audit.write(tx, KEY, AT, 1, "taken")
    assert audit.verify(tx, KEY) == []
    assert audit_heads.check(tx, head, PUBLIC) == audit_heads.OTHER


def test_a_head_that_was_changed_or_made_without_the_key_is_known(tx: Connection) -> None:
    line = audit_heads.make(tx, KEY, AT) or ""
    for forged in (line.replace(":5:", ":4:"), line.replace("20261124", "20261123")):
        [head] = audit_heads.read(forged)
        assert audit_heads.check(tx, head, PUBLIC) == audit_heads.NOT_OURS
    assert audit_heads.check(tx, made(tx), audit_heads.public_key(b"\1" * 32)) == audit_heads.NOT_OURS


def test_heads_are_found_in_saved_letters_with_their_broken_lines(tx: Connection) -> None:
    line = audit_heads.make(tx, KEY, AT) or ""
    letter = f"Subject: Desk: today\n\nKeep this:\n{line[:70]}=\n{line[70:]}\n"
    assert audit_heads.read(letter + line) == [made(tx), made(tx)]
    assert audit_heads.read("nothing of the kind") == []


def test_where_nothing_was_written_down_there_is_no_head(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'other.db'}").open()
    with database.read() as tx:
        assert audit_heads.make(tx, KEY, AT) is None
    database.close()
