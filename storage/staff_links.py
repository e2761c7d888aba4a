"""One-time links and codes for staff: choosing a first password, linking a Telegram account.

Here may live making, finding and spending them. Only a digest is kept: who reads the table can open none of them.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from policy.retention import STAFF_LINK
from storage import sealing
from storage.tables import STAFF_LINKS

SET_UP = "set_up"
TELEGRAM = "telegram"
TELEGRAM_CODE = timedelta(minutes=15)
"""How long a code to link a Telegram account can be typed. Source: the service's choice; time to find the phone."""

TOKEN_BYTES = 32
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that are not taken for each other when they are read from a screen."""
CODE_GROUPS = 4
GROUP_LETTERS = 4
_TEAM_KEY = "staff_link:team_key"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that can still be used."""

    digest: bytes
    staff_id: int
    team_key: bytes | None = field(repr=False)
    """The team's private key, opened with the token; None when somebody else must let the member in."""


def make(tx: Connection, staff_id: int, purpose: str, now: datetime, team_key: bytes | None = None) -> str:
    """The token of a new link; older ones of this member and purpose stop working. `team_key` goes along, sealed."""
    forget(tx, staff_id, purpose)
    token = secrets.token_urlsafe(TOKEN_BYTES) if purpose == SET_UP else _code()
    sealed = sealing.seal(_key(token), team_key, _TEAM_KEY) if team_key else None
    expires_at = (now + (STAFF_LINK if purpose == SET_UP else TELEGRAM_CODE)).timestamp()
    tx.execute(
        insert(STAFF_LINKS).values(
            token=digest(token), staff_id=staff_id, purpose=purpose, team_key=sealed, expires_at=expires_at
        )
    )
    return token


def find(tx: Connection, token: str, purpose: str, now: datetime) -> Link | None:
    """The link this token opens; None when there is none, it was used, or its time is over."""
    row = tx.execute(
        select(STAFF_LINKS).where(
            STAFF_LINKS.c.token == digest(token),
            STAFF_LINKS.c.purpose == purpose,
            STAFF_LINKS.c.expires_at > now.timestamp(),
        )
    ).first()
    if row is None:
        return None
    team_key = sealing.unseal(_key(token), row.team_key, _TEAM_KEY) if row.team_key else None
    return Link(row.token, row.staff_id, team_key)


def renew(tx: Connection, token: str, now: datetime) -> bool:
    """Gives the set-up link its whole time again; False when there is no such link."""
    found = update(STAFF_LINKS).where(STAFF_LINKS.c.token == digest(token), STAFF_LINKS.c.purpose == SET_UP)
    return bool(tx.execute(found.values(expires_at=(now + STAFF_LINK).timestamp())).rowcount)


def spend(tx: Connection, link: Link) -> None:
    """After this the link opens nothing."""
    tx.execute(delete(STAFF_LINKS).where(STAFF_LINKS.c.token == link.digest))


def forget(tx: Connection, staff_id: int, purpose: str) -> None:
    """Takes back every link of a member for a purpose."""
    tx.execute(delete(STAFF_LINKS).where(STAFF_LINKS.c.staff_id == staff_id, STAFF_LINKS.c.purpose == purpose))


def digest(token: str) -> bytes:
    """32 bytes by which a token is found again. Every token is random enough that no slow digest is needed."""
    return hashlib.sha256(token.encode()).digest()


def tidy_code(typed: str) -> str:
    """A code as it was shown, from how somebody typed it: small letters, spaces and dashes do not matter."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return "-".join(plain[start : start + GROUP_LETTERS] for start in range(0, len(plain), GROUP_LETTERS))


def _code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_GROUPS * GROUP_LETTERS))
    return tidy_code(letters)


def _key(token: str) -> bytes:
    return sealing.derive(token.encode(), b"", "staff link")
