"""Where members of staff are signed in. A row is found by a digest of the cookie; its key opens with the cookie alone.

Here may live making, finding and ending these rows. Who reads the table can neither sign in with it nor open a case.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from policy.retention import SESSION_IDLE, SESSION_MAX
from policy.sign_in import HALF_WAY, PROOF_FRESH
from storage import notices, sealing, staff, team
from storage.staff import Member
from storage.staff_links import digest
from storage.tables import STAFF, STAFF_SESSIONS, TEAM_KEYS

TOKEN_BYTES = 32
TOUCH_EVERY = timedelta(minutes=1)
"""A place is not written to on every click; so idle time is counted to the minute."""
_TEAM_KEY = "staff_session:team_key"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in place."""

    digest: bytes
    member: Member
    team_key: bytes | None = field(repr=False)
    """The team's private key, opened with the cookie; None for a member whom nobody has let in."""
    form_token: str = field(repr=False)
    created_at: float
    seen_at: float
    proved_at: float | None
    """When the second factor was shown last; None while there was only the password."""
    challenge: bytes | None = field(repr=False)
    """What a passkey is to sign next."""
    tried_at: float | None = None
    """When wrong passwords or codes were last typed for this member's name that they have not been told of here."""
    restored_from: float | None = None
    """When the backup was made from which the service was put back, if they have not been told of it here."""
    has_recovery: bool = False
    """Whether somebody has written the team's recovery key down; it comes along, so that no page asks for it anew."""

    @property
    def staff_id(self) -> int:
        """Whose place it is."""
        return self.member.id

    def is_to_be_touched(self, now: datetime) -> bool:
        """Whether the last sign of life is old enough to be written anew."""
        return now.timestamp() - self.seen_at >= TOUCH_EVERY.total_seconds()

    def is_fresh(self, now: datetime) -> bool:
        """Whether the second factor was shown a short while ago."""
        return self.proved_at is not None and now.timestamp() - self.proved_at < PROOF_FRESH.total_seconds()


def start(tx: Connection, staff_id: int, team_key: bytes | None, now: datetime, *, is_proved: bool = False) -> str:
    """Signs a member in, or half in, as long as they have not shown their second factor; the cookie.

    Rows whose time is over go.
    """
    forget_old(tx, now)
    cookie = secrets.token_urlsafe(TOKEN_BYTES)
    sealed = sealing.seal(_key(cookie), team_key, _TEAM_KEY) if team_key else None
    at = now.timestamp()
    row = {"token": digest(cookie), "staff_id": staff_id, "team_key": sealed, "created_at": at, "seen_at": at}
    row["proved_at"] = at if is_proved else None
    tx.execute(insert(STAFF_SESSIONS).values(**row, form_token=secrets.token_urlsafe(TOKEN_BYTES)))
    return cookie


def find(tx: Connection, cookie: str, now: datetime) -> Session | None:
    """The place this cookie belongs to; None when it was ended, left alone too long, or is too old."""
    tried_at, recovery = notices.tried_at(STAFF_SESSIONS.c.staff_id), select(TEAM_KEYS.c.recovery.is_not(None))
    kept = recovery.where(TEAM_KEYS.c.id == team.THE_ROW).scalar_subquery()
    restored_from = notices.restored_from(STAFF_SESSIONS.c.staff_id).label("restored_from")
    own = (each for each in STAFF_SESSIONS.c if each.name != "team_key")  # a member has a column of that name, too
    wanted = select(*own, STAFF_SESSIONS.c.team_key.label("session_key"), STAFF, tried_at.label("tried_at"))
    wanted = wanted.add_columns(restored_from, kept.label("has_recovery")).join_from(STAFF_SESSIONS, STAFF)
    row = tx.execute(wanted.where(STAFF_SESSIONS.c.token == digest(cookie), ~_over(now))).first()
    if row is None:
        return None
    team_key = sealing.unseal(_key(cookie), row.session_key, _TEAM_KEY) if row.session_key else None
    times = (row.created_at, row.seen_at, row.proved_at)
    told = (row.tried_at, row.restored_from, bool(row.has_recovery))
    return Session(row.token, staff.of_row(row), team_key, row.form_token, *times, row.challenge, *told)


def touch(tx: Connection, session: Session, now: datetime) -> None:
    """Writes down that somebody is still there."""
    mine = STAFF_SESSIONS.c.token == session.digest
    tx.execute(update(STAFF_SESSIONS).where(mine).values(seen_at=now.timestamp()))


def prove(tx: Connection, session: Session, now: datetime) -> None:
    """Writes down that the second factor was shown here."""
    mine = STAFF_SESSIONS.c.token == session.digest
    tx.execute(update(STAFF_SESSIONS).where(mine).values(proved_at=now.timestamp(), challenge=None))


def keep_challenge(tx: Connection, session: Session, fresh: bytes) -> None:
    """Keeps what a passkey is to sign in this place."""
    tx.execute(update(STAFF_SESSIONS).where(STAFF_SESSIONS.c.token == session.digest).values(challenge=fresh))


def spend_challenge(tx: Connection, session: Session) -> bytes | None:
    """What a passkey was to sign here; of two who answer at once, for one of them."""
    mine = (STAFF_SESSIONS.c.token == session.digest, STAFF_SESSIONS.c.challenge == session.challenge)
    spent = tx.execute(update(STAFF_SESSIONS).where(*mine).values(challenge=None)).rowcount == 1
    return session.challenge if spent else None


def end_all(tx: Connection, staff_id: int) -> None:
    """Signs a member out everywhere."""
    tx.execute(delete(STAFF_SESSIONS).where(STAFF_SESSIONS.c.staff_id == staff_id))


def of_member(tx: Connection, staff_id: int, now: datetime) -> Sequence[tuple[bytes, float, float]]:
    """Digest, start and last sign of life of each place a member is signed in, the newest first."""
    columns = (STAFF_SESSIONS.c.token, STAFF_SESSIONS.c.created_at, STAFF_SESSIONS.c.seen_at)
    mine = (STAFF_SESSIONS.c.staff_id == staff_id, ~_over(now))
    rows = tx.execute(select(*columns).where(*mine).order_by(STAFF_SESSIONS.c.created_at.desc()))
    return [(bytes(row[0]), row[1], row[2]) for row in rows]


def end(tx: Connection, session: Session) -> None:
    """Signs out."""
    tx.execute(delete(STAFF_SESSIONS).where(STAFF_SESSIONS.c.token == session.digest))


def end_others(tx: Connection, session: Session) -> None:
    """Signs a member out everywhere else."""
    others = (STAFF_SESSIONS.c.staff_id == session.staff_id, STAFF_SESSIONS.c.token != session.digest)
    tx.execute(delete(STAFF_SESSIONS).where(*others))


def forget_old(tx: Connection, now: datetime) -> None:
    """Wipes places whose time is over, and with them the sealed keys."""
    tx.execute(delete(STAFF_SESSIONS).where(_over(now)))


def _over(now: datetime) -> ColumnElement[bool]:
    return or_(
        STAFF_SESSIONS.c.seen_at < (now - SESSION_IDLE).timestamp(),
        STAFF_SESSIONS.c.created_at < (now - SESSION_MAX).timestamp(),
        and_(STAFF_SESSIONS.c.proved_at.is_(None), STAFF_SESSIONS.c.created_at < (now - HALF_WAY).timestamp()),
    )


def _key(cookie: str) -> bytes:
    return sealing.derive(cookie.encode(), b"", "staff session")
