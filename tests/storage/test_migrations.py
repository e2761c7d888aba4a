"""The migrations give the tables of storage.tables, on both databases, from nothing and once more."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from storage.database import Database, DatabaseError
from storage.tables import METADATA

pytestmark = pytest.mark.usefixtures("in_earnest")


def test_they_give_exactly_the_tables_that_the_code_knows(url: str) -> None:
    database = Database(url).open()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": METADATA}
        )
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_every_unique_rule_is_in_the_database(url: str) -> None:
    """What the comparison does not look at: which columns are keys."""
    database = Database(url).open()
    found = inspect(database.engine)
    for table in METADATA.tables.values():
        assert set(found.get_pk_constraint(table.name)["constrained_columns"]) == set(table.primary_key.columns.keys())
    database.close()


def test_opening_again_changes_nothing(url: str) -> None:
    for _ in range(2):
        database = Database(url).open()
        with database.begin() as tx:
            tx.execute(METADATA.tables["team_keys"].delete())
            tx.execute(METADATA.tables["team_keys"].insert(), {"id": 1, "public_key": b"k", "at": 0.0})
        database.close()


def test_several_processes_may_start_at_once(url: str) -> None:
    together = Barrier(4)

    def start(_number: int) -> None:
        database = Database(url)
        together.wait(10)
        database.open().close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, range(4)))


def test_tables_of_a_newer_version_are_left_alone_and_said_so(url: str) -> None:
    database = Database(url).open()
    with database.begin() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="made by a newer Cairn"):
        database.open()
    database.close()
