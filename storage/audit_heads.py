"""The head of the audit's chain as a signed line, to be kept where nobody who holds this machine can change it.

Here may live making such a line, reading it, and holding the chain against it. The chain alone shows what was changed;
that rows were cut off at its end, or that somebody with the key wrote another chain, shows by a head kept elsewhere.
A line holds a number, a time and two digests: nothing of anybody.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from storage import sealing
from storage.tables import AUDIT

LINE: Final = re.compile(r"cairn-audit:1:(\d{1,18}):(\d{8}T\d{6}Z):([\w-]{43}):([\w-]{86})", re.ASCII)
TIME: Final = "%Y%m%dT%H%M%SZ"
FITS, NOT_OURS, CUT, OTHER = "fits", "not_ours", "cut", "other"
"""What a head shows: the chain still leads through it; its signature is another's; its row is gone; or is another."""


@dataclass(frozen=True, slots=True)
class Head:
    """A line that was kept: the last row at that time, its digest, and the signature over both."""

    row: int
    at: datetime
    digest: bytes
    signature: bytes


def public_key(key: bytes) -> str:
    """What a signature is checked with, in hex; to be kept with the first head. `key` is that of the chain."""
    return sealing.signing_public(_signing(key)).hex()


def make(tx: Connection, key: bytes, now: datetime) -> str | None:
    """The head as it stands, on one line; None while there is no row."""
    last = tx.execute(select(AUDIT.c.id, AUDIT.c.digest).order_by(AUDIT.c.id.desc()).limit(1)).first()
    if last is None:
        return None
    at = now.astimezone(UTC)
    signature = sealing.sign(_signing(key), _signed(last.id, f"{at:{TIME}}", bytes(last.digest)))
    return f"cairn-audit:1:{last.id}:{at:{TIME}}:{_text(bytes(last.digest))}:{_text(signature)}"


def read(text: str) -> list[Head]:
    """Every head that stands in a text, such as e-mails that were saved, broken lines of quoted-printable and all."""
    whole = text.replace("=\r\n", "").replace("=\n", "")
    return [
        Head(int(row), datetime.strptime(at, TIME).replace(tzinfo=UTC), _bytes(digest), _bytes(signature))
        for row, at, digest, signature in LINE.findall(whole)
    ]


def check(tx: Connection, head: Head, public: str) -> str:
    """What a head shows of the chain as it is now. `public` as in `public_key`; raises ValueError when it is none."""
    signed = _signed(head.row, f"{head.at:{TIME}}", head.digest)
    if not sealing.is_signed(bytes.fromhex(public), signed, head.signature):
        return NOT_OURS
    digest = tx.execute(select(AUDIT.c.digest).where(AUDIT.c.id == head.row)).scalar()
    if digest is None:
        return CUT
    return FITS if bytes(digest) == head.digest else OTHER


def _signing(key: bytes) -> bytes:
    return sealing.derive(key, b"", "audit head")


def _signed(row: int, at: str, digest: bytes) -> bytes:
    return f"cairn-audit:1:{row}:{at}:".encode() + digest


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""
