"""The files of backups in a folder: what they are called, writing a pair whole or not at all, reading one, their age.

    cairn-20261126T031500Z-body.jsonl.gz        or, encrypted to a recipient, with .age after it
    cairn-20261126T031500Z-keyring.jsonl.gz

A file is written under a name that begins with a dot, brought to the disk, read back, and only then called so.
"""

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from storage import packed_files, recipients
from storage.snapshots import BODY, KEYRING, Part

TIME: Final = "%Y%m%dT%H%M%SZ"
NAME: Final = re.compile(r"cairn-(\d{8}T\d{6}Z)-(body|keyring)\.jsonl\.gz(\.age)?", re.ASCII)
PARTIAL: Final = ".partial"
LOCK: Final = ".lock"


class Busy(Exception):
    """Another backup is being written into this folder, or one of this very second is there."""


@dataclass(frozen=True, slots=True)
class File:
    """One part of a backup on the disk."""

    path: Path
    part: Part
    at: datetime
    is_encrypted: bool


def there(folder: Path) -> list[File]:
    """Every part in this folder, the oldest first."""
    found = [(each, NAME.fullmatch(each.name)) for each in sorted(folder.glob("cairn-*"))]
    return [
        File(
            path,
            BODY if name[2] == BODY else KEYRING,
            datetime.strptime(name[1], TIME).replace(tzinfo=UTC),
            bool(name[3]),
        )
        for path, name in found
        if name
    ]


def newest(folder: Path) -> tuple[File, File | None] | None:
    """The newest body with the keyring of the same moment; where no body has its keyring any more, the newest alone."""
    parts = there(folder)
    keyrings = {each.at: each for each in parts if each.part == KEYRING}
    bodies = [each for each in parts if each.part == BODY]
    if not bodies:
        return None
    whole = [each for each in bodies if each.at in keyrings]
    body = (whole or bodies)[-1]
    return body, keyrings.get(body.at)


def write(folder: Path, at: datetime, parts: Mapping[Part, Iterable[bytes]], recipient: str | None) -> list[File]:
    """Writes these parts of one backup, lines of bytes each, with one name only once all are whole on the disk.

    Raises Busy, OSError and `recipients.BadKey`.
    """
    ending = ".jsonl.gz" + (".age" if recipient else "")
    files = [File(folder / f"cairn-{at:{TIME}}-{part}{ending}", part, at, bool(recipient)) for part in parts]
    if any(each.path.exists() for each in files):
        raise Busy
    partials = [each.path.with_name(f".{each.path.name}{PARTIAL}") for each in files]
    try:
        for partial, lines in zip(partials, parts.values(), strict=True):
            packed_files.write(partial, lines, recipient)
        for partial, file in zip(partials, files, strict=True):
            partial.rename(file.path)
    finally:
        for partial in partials:
            partial.unlink(missing_ok=True)
    _to_disk(folder)
    return files


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Makes the folder, and has it to oneself; what an earlier backup left half written goes. Raises Busy, OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / LOCK).touch(mode=0o600)
    with (folder / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        for partial in folder.glob(f".cairn-*{PARTIAL}"):
            partial.unlink()
        yield


def delete_past(folder: Path, now: datetime, kept: Mapping[Part, timedelta]) -> list[File]:
    """Deletes the parts that are older than their kind is kept; which they were."""
    past = [each for each in there(folder) if now - each.at > kept[each.part]]
    for each in past:
        each.path.unlink()
    _to_disk(folder)
    return past


@contextmanager
def opened(file: File, identity: str | None) -> Iterator[Iterator[bytes]]:
    """The lines of a part. Raises `snapshots.Broken`, OSError, and `recipients.BadKey` where the key is not the one."""
    if file.is_encrypted and not identity:
        raise recipients.BadKey
    with packed_files.opened(file.path, identity if file.is_encrypted else None) as lines:
        yield lines


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
