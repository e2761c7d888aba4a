"""What was erased, wiped or taken back, written down outside of the database, so that no restored backup undoes it.

A tombstone is a row written in the commit that wipes; after it, the row is appended to a file and goes. A crash between
the two leaves the row, which is written down the next time; one after the append leaves the same line twice, which says
no more than once. So a line never stands for what was not wiped.

A line holds a random id, of which nothing is left, or the keyed digest of a chat whose draft was wiped, with the time.
Whose ways to be in touch were changed stands there as well: an old way must not be taken for safe because the change is
lost. Each kind and day has a file of its own, which is only appended to, and deleted whole once no backup is so old.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from policy.retention import TOMBSTONE, TOMBSTONE_OF_A_DRAFT
from storage.tables import TOMBSTONES

CASE: Final = "case"
WITHDRAWN: Final = "withdrawn"
DRAFT: Final = "draft"
SIGN_UP: Final = "sign_up"
PROPOSAL: Final = "proposal"
CONTACT: Final = "contact"
KINDS: Final = (CASE, WITHDRAWN, DRAFT, SIGN_UP, PROPOSAL, CONTACT)
"""A case that was erased, or taken back; a draft that was wiped; a sign-up for a cafe given up; a proposal refused; a
case whose ways to be in touch were changed or paused."""
TIMED: Final = (DRAFT, CONTACT)
"""Of these it matters when: the like may have been there before, or come after."""

_T = TOMBSTONES.c
_ENDING = ".txt"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One. `what` is an id, or a digest in hex; `at` UTC seconds, of those that are TIMED alone."""

    kind: str
    what: str
    at: float | None = None


def note(tx: Connection, kind: str, what: str | bytes, at: float) -> None:
    """Belongs into the commit that wipes."""
    text = what.hex() if isinstance(what, bytes) else what
    tx.execute(insert(TOMBSTONES).values(kind=kind, what=text, at=at))


def are_waiting(tx: Connection) -> bool:
    """Whether there are any that stand in no file yet."""
    return tx.execute(select(_T.id).limit(1)).first() is not None


def write_out(tx: Connection, folder: Path) -> None:
    """Appends those that stand in no file yet, then forgets their rows. Raises OSError."""
    rows = tx.execute(select(TOMBSTONES).order_by(_T.id).with_for_update(skip_locked=True)).all()
    if not rows:
        return
    lines: dict[str, list[str]] = {}
    for row in rows:
        day = datetime.fromtimestamp(row.at, UTC).date()
        line = f"{row.what} {row.at!r}" if row.kind in TIMED else row.what
        lines.setdefault(f"{day}-{row.kind}{_ENDING}", []).append(line)
    for name, added in lines.items():
        append(folder / name, added)
    tx.execute(delete(TOMBSTONES).where(_T.id.in_([row.id for row in rows])))
    forget_past(folder, datetime.fromtimestamp(rows[-1].at, UTC).date())


def append(file: Path, lines: Iterable[str]) -> None:
    """Adds lines at the end of a file that only its owner reads, and waits for the disk. Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, "".join(f"{line}\n" for line in lines).encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def copy(source: Path, target: Path) -> None:
    """Adds to the files of one folder what only those of another hold. Raises OSError."""
    for file, _, _ in _files(source):
        there = target / file.name
        known = {*there.read_text("ascii").splitlines()} if there.exists() else set()
        if new := [line for line in file.read_text("ascii").splitlines() if line not in known]:
            append(there, new)


def read(folder: Path) -> Iterator[Tombstone]:
    """All that are written down in this folder; a line that a full disk cut off is passed over."""
    for file, kind, _ in _files(folder):
        for line in file.read_text("ascii", errors="replace").splitlines():
            what, _, at = line.partition(" ")
            try:
                yield Tombstone(kind, bytes.fromhex(what).hex(), float(at) if at else None)
            except ValueError:
                continue


def forget_past(folder: Path, today: date) -> None:
    """Deletes the files of days so long ago that no backup is as old."""
    for file, kind, day in _files(folder):
        if today - day > (TOMBSTONE_OF_A_DRAFT if kind == DRAFT else TOMBSTONE):
            file.unlink(missing_ok=True)


def _files(folder: Path) -> list[tuple[Path, str, date]]:
    """The files of a folder, each with the kind and the day of what stands in it."""
    found = []
    for file in sorted(folder.glob(f"*{_ENDING}")):
        day, kind = file.stem[:10], file.stem[11:]
        try:
            found += [(file, kind, date.fromisoformat(day))] if kind in KINDS else []
        except ValueError:
            continue
    return found
