"""What is slow on purpose, made quick for tests; a test that is about one of these asks for `in_earnest`.

A key from a password comes from the same Argon2id, at its least cost. SQLite writes the same in the same order, but
does not wait for the disk: no test takes the power from the machine itself. The migrations are read once and make one
file; every new one starts as its copy, and is opened as ever. Processes that a test starts know nothing of all this.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

from storage import database, migrations, sealing
from storage.database import Database

LEAST_MEMORY_KIB = 8
IN_EARNEST: dict[tuple[Any, str], Any] = {
    (owner, name): getattr(owner, name)
    for owner, name in (
        (sealing, "PASSWORD_MEMORY_KIB"),
        (sealing, "PASSWORD_PASSES"),
        (database, "SQLITE_SETTINGS"),
        (Database, "open"),
        (ScriptDirectory, "from_config"),
    )
}


@pytest.fixture(scope="session", autouse=True)
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For every test, from the first to the last."""
    made, read = tmp_path_factory.mktemp("tables") / "cairn.db", ScriptDirectory(migrations.__path__[0])
    first = Database(f"sqlite:///{made}").open()
    first.checkpoint()
    first.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "PASSWORD_MEMORY_KIB", LEAST_MEMORY_KIB)
        patch.setattr(sealing, "PASSWORD_PASSES", 1)
        patch.setattr(database, "SQLITE_SETTINGS", {**database.SQLITE_SETTINGS, "synchronous": 0})
        patch.setattr(Database, "open", lambda opened: _open_copy(opened, made))
        patch.setattr(ScriptDirectory, "from_config", lambda _config: read)
        yield


@pytest.fixture
def in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """As outside of tests."""
    for (owner, name), value in IN_EARNEST.items():
        monkeypatch.setattr(owner, name, value)


def _open_copy(opened: Database, made: Path) -> Database:
    file = Path(opened.url.database or "")
    if opened.sqlite and file.parent.is_dir() and not file.exists():
        shutil.copyfile(made, file)
    whole: Database = IN_EARNEST[Database, "open"](opened)
    return whole
