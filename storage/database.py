"""Opening the database, its settings, its transactions and its tables. The only place that knows which database it is.

SQLite is the embedded default; PostgreSQL comes by setting one URL. Every write is one `begin()`: on SQLite it takes
the write lock at once (BEGIN IMMEDIATE), because a transaction that reads first and writes later can fail, or lose an
update.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from storage import tombstones
from storage.tables import METADATA

LOG = logging.getLogger(__name__)
BUSY_SECONDS = 10
AGAIN_SECONDS = 0.01
SQLITE_SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an acknowledged commit survives a power cut
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": BUSY_SECONDS * 1000,
}
CHECKPOINT_BUSY_MS = 250
"""While somebody reads a snapshot, the log cannot be emptied: nobody in the chat waits for that. Housekeeping, and the
backup once it has read all, do it then."""
MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = "alembic_version"
MIGRATING = 0x636169726E  # any number, as long as it is always the same


class DatabaseError(Exception):
    """The operator's to mend: the database cannot be opened, or is not what it must be."""


class Database:
    """A database whose settings hold and whose tables are there. Raises DatabaseError when there is no such kind.

    What is wiped in it is written down in files of the folder `tombstones`, if one is given.
    """

    def __init__(self, url: str, tombstones: Path | None = None) -> None:
        self.tombstones = tombstones
        try:
            self.url = make_url(url)
            self.sqlite = self.url.get_backend_name() == "sqlite"
            self.engine = _sqlite(url) if self.sqlite else create_engine(url, hide_parameters=True, pool_pre_ping=True)
        except (ArgumentError, ImportError):  # their texts may hold the password
            raise DatabaseError(
                "CAIRN_DATABASE_URL must begin with sqlite:/// or postgresql:// and be whole."
            ) from None

    def open(self) -> "Database":
        """Check the settings and bring the tables up to date.

        Raises DatabaseError, with what to do, when that cannot be done.
        """
        with self._told_apart():
            if self.sqlite:
                with self.engine.connect() as connection:
                    _assert_settings(connection)
            with self._migrating() as connection:
                is_old = version(connection) != newest_version()
                self._bring_to(connection, newest_version())
            if is_old:  # what a migration took out is not left in the log
                self.checkpoint()
        return self

    @contextmanager
    def anew(self, revision: str, fill: Callable[[Connection], None]) -> Iterator[Connection]:
        """One transaction in an empty database: the tables as they were at this revision are made, filled, and brought
        up to date; then it goes on. All of it or nothing, and nobody else comes in meanwhile.

        Raises DatabaseError, also when something is in there already.
        """
        with self._told_apart(), self._migrating() as connection:
            _assert_empty(connection)
            self._bring_to(connection, revision)
            fill(connection)
            self._bring_to(connection, newest_version())
            yield connection

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            if not self.sqlite:  # both sides may start at once; on SQLite they take turns anyway
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            yield connection

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            kind = type(getattr(error, "orig", error)).__name__
            raise DatabaseError(
                f"The database {self._where} cannot be opened ({kind}). Is the folder there, is it writable, is there "
                "room, is the server running, is it a database?"
            ) from None

    def _bring_to(self, connection: Connection, revision: str) -> None:
        if version(connection) == revision:
            return
        # Alembic takes as long to load as all else here together, and at most starts there is nothing to do for it.
        from alembic import command  # noqa: PLC0415 (as above)
        from alembic.config import Config  # noqa: PLC0415 (as above)
        from alembic.util import CommandError  # noqa: PLC0415 (as above)

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError:
            raise DatabaseError(f"The database {self._where} was made by a newer Cairn than this one.") from None

    @property
    def _where(self) -> str:
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction that writes: all of it or nothing."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads."""
        with self.engine.connect() as connection:
            yield connection.execution_options(only_reads=True)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One transaction that only reads, and to the end sees everything as it stood at one moment; others go on."""
        if self.sqlite:  # there, every transaction is like that
            with self.read() as connection:
                yield connection
            return
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def checkpoint(self) -> None:
        """After something was wiped: it is written down outside that it was, and SQLite's write-ahead log is folded
        into the file and emptied, so that what was deleted is not left in it."""
        try:
            self.write_tombstones()
        except OSError as error:  # the rows stay, and are written down the next time
            LOG.error("Tombstones could not be written down (%s).", type(error).__name__)
        if self.sqlite:
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout = {CHECKPOINT_BUSY_MS}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute(f"PRAGMA busy_timeout = {SQLITE_SETTINGS['busy_timeout']}")
            finally:
                connection.close()

    def write_tombstones(self) -> None:
        """Writes down in files what was wiped since the last time. Raises OSError when that cannot be done."""
        if self.tombstones is None:
            return
        with self.read() as tx:
            if not tombstones.are_waiting(tx):
                return
        with self.begin() as tx:
            tombstones.write_out(tx, self.tombstones)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def newest_version() -> str:
    """What the tables are when every migration was run: the number with which the last one's file begins."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py"))


def version(connection: Connection) -> str | None:
    """Which version the tables are, as Alembic keeps it; None where there are none yet."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        for name, value in SQLITE_SETTINGS.items():
            _set(connection, f"PRAGMA {name} = {value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("only_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _set(connection: Any, pragma: str) -> None:
    """Two processes may turn on the log of a new file at once: to that SQLite's own patience does not apply."""
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(pragma)
            return
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise
            time.sleep(AGAIN_SECONDS)


def _assert_settings(connection: Connection) -> None:
    for name, value in SQLITE_SETTINGS.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        if found != value:
            raise DatabaseError(f"SQLite does not keep {name} = {value} (it says {found}); is this a network drive?")


def _assert_empty(connection: Connection) -> None:
    """Raises DatabaseError where a row stands in it, or a table not ours. Tables without rows go."""
    there = MetaData()
    there.reflect(connection)
    versions = there.tables.get(VERSIONS)
    tables = [table for table in there.sorted_tables if table is not versions]
    if {table.name for table in tables} - {*METADATA.tables} or any(
        connection.execute(select(table).limit(1)).first() is not None for table in tables
    ):
        raise DatabaseError("There is something in this database already, and nothing of it was touched.")
    there.drop_all(connection)
