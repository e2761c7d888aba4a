"""The files of backups in a folder: what they are called, writing a pair whole or not at all, reading one, their age.

    cairn-20261126T031500Z-body.jsonl.gz        or, encrypted to a recipient, with .age after it
    cairn-20261126T031500Z-keyring.jsonl.gz

A file is written under a name that begins with a dot, brought to the disk, read back, and only then called so.
"""

import fcntl
import gzip
import hashlib
import io
import os
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, cast

from storage import recipients
from storage.snapshots import BODY, KEYRING, Broken, Part

TIME: Final = "%Y%m%dT%H%M%SZ"
NAME: Final = re.compile(r"cairn-(\d{8}T\d{6}Z)-(body|keyring)\.jsonl\.gz(\.age)?", re.ASCII)
PARTIAL: Final = ".partial"
LOCK: Final = ".lock"
GZIP: Final = 31  # zlib's word for it
FAST: Final = 1  # most of it is sealed, and no patience makes noise smaller


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
            _write(partial, lines, recipient)
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
    """The lines of a part. Raises Broken, OSError, and `recipients.BadKey` where the key is not the one."""
    with file.path.open("rb") as raw, tempfile.TemporaryFile() as plain:
        source: BinaryIO = raw
        if file.is_encrypted:
            if not identity:
                raise recipients.BadKey
            recipients.decrypt(raw, cast(BinaryIO, plain), identity)
            plain.seek(0)
            source = cast(BinaryIO, plain)
        with gzip.GzipFile(fileobj=source) as unpacked:
            yield _whole(unpacked)


def _whole(unpacked: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from unpacked
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Broken from None


def _write(path: Path, lines: Iterable[bytes], recipient: str | None) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        noted = _Noted(file)
        source = cast(BinaryIO, _Stream(_packed(lines)))
        if recipient:
            recipients.encrypt(source, cast(BinaryIO, noted), recipient)
        else:
            while piece := source.read(io.DEFAULT_BUFFER_SIZE):
                noted.write(piece)
        file.flush()
        os.fsync(handle)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").digest() != noted.digest.digest():
            raise OSError("what was read back is not what was written")


def _packed(lines: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=FAST, wbits=GZIP)
    for line in lines:
        yield packer.compress(line)
    yield packer.flush()


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Noted:
    """A file that is written to, with the digest of all that was."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.digest.update(piece)
        return self.file.write(piece)

    def flush(self) -> None:
        self.file.flush()


class _Stream:
    """Pieces of bytes, read as from a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int) -> bytes:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = piece
        taken, self._left = self._left[:size], self._left[size:]
        return taken
