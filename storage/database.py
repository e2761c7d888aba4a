"""Opening the database, its settings, its transactions and its tables. The only place that knows which database it is.

SQLite is the embedded default; PostgreSQL comes by setting one URL. Every write is one `begin()`: on SQLite it takes
the write lock at once (BEGIN IMMEDIATE), because a transaction that reads first and writes later can fail, or lose an
update.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

BUSY_SECONDS = 10
AGAIN_SECONDS = 0.01
SQLITE_SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an acknowledged commit survives a power cut
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": BUSY_SECONDS * 1000,
}
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 0x636169726E  # any number, as long as it is always the same


class DatabaseError(Exception):
    """The operator's to mend: the database cannot be opened, or is not what it must be."""


class Database:
    """A database whose settings hold and whose tables are there. Raises DatabaseError when there is no such kind."""

    def __init__(self, url: str) -> None:
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
        try:
            with self.engine.connect() as connection:
                if self.sqlite:
                    _assert_settings(connection)
            with self.engine.begin() as connection:
                if not self.sqlite:  # both sides may start at once; on SQLite they take turns anyway
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
                is_old = version(connection) != newest_version()
                if is_old:
                    self._upgrade(connection)
            if is_old:  # what a migration took out is not left in the log
                self.checkpoint()
        except SQLAlchemyError as error:
            kind = type(getattr(error, "orig", error)).__name__
            raise DatabaseError(
                f"The database {self._where} cannot be opened ({kind}). Is the folder there, is it writable, is there "
                "room, is the server running, is it a database?"
            ) from None
        return self

    def _upgrade(self, connection: Connection) -> None:
        # Alembic takes as long to load as all else here together, and at most starts there is nothing to do for it.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415
        from alembic.util import CommandError  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
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

    def checkpoint(self) -> None:
        """Fold SQLite's write-ahead log into the file and empty it, so that what was deleted is not left in it."""
        if self.sqlite:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def newest_version() -> str:
    """What the tables are when every migration was run: the number with which the last one's file begins."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py"))


def version(connection: Connection) -> str | None:
    """Which version the tables are, as Alembic keeps it; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
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
