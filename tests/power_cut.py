"""Cutting the power at a chosen step of a transaction, and what the disk holds then. For tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from storage.database import Database


class Killed(BaseException):
    """The process ends here. Nothing catches it, nothing tidies up after it."""


class Fuse:
    """Counts the steps of what runs; at step `at` it keeps the files as a power cut would leave them, and kills."""

    def __init__(self, at: int | None, kept_in: Path) -> None:
        self.at, self.kept_in = at, kept_in
        self.steps: list[str] = []
        self.is_dead = False

    def step(self, name: str, database: Path) -> None:
        if self.is_dead:
            return
        self.steps.append(name)
        if len(self.steps) == self.at:
            self.is_dead = True
            copy_files(database, self.kept_in)
            raise Killed(name)


class FusedDatabase(Database):
    """A database in which every statement, before and after it, every commit and every checkpoint is a step."""

    def __init__(self, folder: Path, fuse: Fuse) -> None:
        super().__init__(f"sqlite:///{folder}/cairn.db")
        self.file, self.fuse = folder / "cairn.db", fuse
        event.listen(self.engine, "before_cursor_execute", self._before)
        event.listen(self.engine, "after_cursor_execute", self._after)
        event.listen(self.engine, "commit", lambda _connection: self._step("before commit"))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with super().begin() as connection:
            yield connection
        self._step("after commit")

    def checkpoint(self) -> None:
        self._step("before checkpoint")
        super().checkpoint()
        self._step("after checkpoint")

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self._step(f"before {statement[:40]}")

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self._step(f"after {statement[:40]}")

    def _step(self, name: str) -> None:
        self.fuse.step(name, self.file)


def copy_files(database: Path, folder: Path) -> Path:
    """The database as it lies on the disk now, in another folder. Shared memory does not outlive a power cut."""
    folder.mkdir(parents=True, exist_ok=True)  # a folder is not made anew: of all this it would take the longest
    for left in folder.iterdir():
        left.unlink(missing_ok=True)  # what was killed may still be closing its own
    for each in files_of(database):
        shutil.copyfile(each, folder / each.name)
    return folder


def fingerprint(database: Path) -> bytes:
    """The same for two disks that are the same byte for byte, and for no others."""
    return sha256(
        b"".join(sha256(each.name.encode() + each.read_bytes()).digest() for each in files_of(database))
    ).digest()


def files_of(database: Path) -> list[Path]:
    """What of a database outlives a power cut."""
    return [each for each in (database, database.with_name(f"{database.name}-wal")) if each.exists()]
