"""Lines of bytes in one file and back: packed, encrypted if it is to be, brought to the disk and read back."""

import gzip
import hashlib
import io
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from storage import recipients
from storage.snapshots import Broken

GZIP: Final = 31  # zlib's word for it
FAST: Final = 1  # most of it is sealed, and no patience makes noise smaller


def write(path: Path, lines: Iterable[bytes], recipient: str | None) -> None:
    """Writes a new file that only its owner reads, brings it to the disk and reads it back. Raises OSError, BadKey."""
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


@contextmanager
def opened(path: Path, identity: str | None) -> Iterator[Iterator[bytes]]:
    """The lines of a file; `identity` is the private half of its key, None where it is not encrypted.

    Raises Broken, OSError, and BadKey where the key is not the one.
    """
    with path.open("rb") as raw, tempfile.TemporaryFile() as plain:
        source: BinaryIO = raw
        if identity is not None:
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


def _packed(lines: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=FAST, wbits=GZIP)
    for line in lines:
        yield packer.compress(line)
    yield packer.flush()


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
