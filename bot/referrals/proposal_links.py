"""Links that open what somebody else proposed, as its confirm code does: made with a proposal, followed by the person.

A link carries a token of 128 bits and no word of the code. The row holds a keyed digest of the token, and the code
sealed under a key made from the token: only whoever has the link gets from the one to the other.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy import Connection

from storage import proposals
from storage.sealing import derive, lookup, seal, unseal

TOKEN_BYTES = 16
BOT = "bot_username"
"""The value of the service that such a link leads to; there are links only where it is known."""
_PURPOSE = "proposal link"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is made: what goes into the row, and the token that is told once and kept nowhere."""

    token: str = field(repr=False)
    digest: bytes = field(repr=False)
    code: bytes = field(repr=False)
    """The confirm code, sealed."""


def is_token(text: str) -> bool:
    """Whether this has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def make(random: Random, pepper: bytes, id_: str, salt: bytes, code: str) -> Link:
    """A link to the proposal with this id and salt, which `code` opens."""
    token = urlsafe_b64encode(random.randbytes(TOKEN_BYTES)).decode().rstrip("=")
    return Link(token, _digest(pepper, token), seal(_key(token, salt), code.encode(), _context(id_)))


def code_behind(tx: Connection, pepper: bytes, token: str, now: datetime) -> str | None:
    """The confirm code that this token stands for; None when it leads to nothing that waits."""
    found = proposals.of_link(tx, _digest(pepper, token), now.timestamp()) if is_token(token) else None
    return unseal(_key(token, found.salt), found.code, _context(found.id)).decode() if found else None


def _digest(pepper: bytes, token: str) -> bytes:
    return lookup(pepper, f"{_PURPOSE}:{token}")


def _key(token: str, salt: bytes) -> bytes:
    return derive(token.encode(), salt, _PURPOSE)


def _context(id_: str) -> str:
    return f"{_PURPOSE}:{id_}"
