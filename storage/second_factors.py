"""What members show beside their password: authenticator apps and passkeys.

Here may live their rows. The secret of an app is sealed to the desk's own secret: it must be read to be checked, so
the database alone does not tell it. A code counts once: the time-step of the last one is kept.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from storage import sealing
from storage.tables import STAFF_FACTORS

APP = "app"
PASSKEY = "passkey"
SECRET_BYTES = 20
"""Source: RFC 4226, section 4, R6: 160 bits."""
STEP_SECONDS = 30
DRIFT = (-1, 0, 1)
"""Steps a phone's clock may be off. Source: RFC 6238, section 5.2: one step for the time a code is on its way."""
_CONTEXT = "staff_factor:{}"


@dataclass(frozen=True, slots=True)
class Factor:
    """Something a member signs in with beside their password."""

    id: int
    kind: str
    secret: bytes = field(repr=False)
    credential: bytes | None
    used: int
    at: float


def of_member(tx: Connection, staff_id: int) -> Sequence[Factor]:
    """Those that were shown to work, the oldest first."""
    mine = (STAFF_FACTORS.c.staff_id == staff_id, STAFF_FACTORS.c.confirmed_at.is_not(None))
    rows = tx.execute(select(STAFF_FACTORS).where(*mine).order_by(STAFF_FACTORS.c.id))
    return [Factor(row.id, row.kind, row.secret, row.credential, row.used, row.at) for row in rows]


def begin_app(tx: Connection, pepper: bytes, staff_id: int, now: datetime) -> str:
    """The secret of an app that is being set up, in the letters apps take: the same until it is confirmed."""
    secret = pending_app(tx, pepper, staff_id)
    if secret is None:
        raw = secrets.token_bytes(SECRET_BYTES)
        secret = base64.b32encode(raw).decode()
        sealed = sealing.seal(_key(pepper), raw, _CONTEXT.format(staff_id))
        row = {"staff_id": staff_id, "kind": APP, "secret": sealed, "used": 0, "at": now.timestamp()}
        tx.execute(insert(STAFF_FACTORS).values(**row))
    return secret


def pending_app(tx: Connection, pepper: bytes, staff_id: int) -> str | None:
    """The secret of the app that is being set up; None when none is."""
    found = tx.execute(select(STAFF_FACTORS.c.secret).where(*_pending(staff_id))).scalar()
    return None if found is None else _read(pepper, staff_id, found)


def confirm_app(tx: Connection, pepper: bytes, staff_id: int, code: str, now: datetime) -> bool:
    """Whether the code is one of the app that is being set up; then it counts from now on."""
    secret = pending_app(tx, pepper, staff_id)
    step = None if secret is None else _step(secret, code, now)
    if step is None:
        return False
    tx.execute(update(STAFF_FACTORS).where(*_pending(staff_id)).values(used=step, confirmed_at=now.timestamp()))
    return True


def spend_code(tx: Connection, pepper: bytes, staff_id: int, code: str, now: datetime) -> bool:
    """Whether the code is one of a member's apps and was not used yet. It is spent then, with every one before it."""
    for factor in of_member(tx, staff_id):
        step = _step(_read(pepper, staff_id, factor.secret), code, now) if factor.kind == APP else None
        if step is not None:
            fresh = (STAFF_FACTORS.c.id == factor.id, STAFF_FACTORS.c.used < step)
            return tx.execute(update(STAFF_FACTORS).where(*fresh).values(used=step)).rowcount == 1
    return False


def keep_passkey(tx: Connection, staff_id: int, credential: bytes, public: bytes, count: int, now: datetime) -> None:
    """Keeps a passkey that was just made, and shown to work by that."""
    at = now.timestamp()
    row = {"staff_id": staff_id, "kind": PASSKEY, "secret": public, "credential": credential, "used": count}
    tx.execute(insert(STAFF_FACTORS).values(**row, at=at, confirmed_at=at))


def note_passkey(tx: Connection, factor: Factor, count: int) -> None:
    """Keeps the count a passkey gave, by which a copy of it would be found out."""
    tx.execute(update(STAFF_FACTORS).where(STAFF_FACTORS.c.id == factor.id).values(used=count))


def forget(tx: Connection, staff_id: int, factor_id: int | None = None) -> int:
    """Forgets one of a member's factors, or all of them; how many went."""
    which = [STAFF_FACTORS.c.staff_id == staff_id]
    if factor_id is not None:
        which.append(STAFF_FACTORS.c.id == factor_id)
    return tx.execute(delete(STAFF_FACTORS).where(*which)).rowcount


def _step(secret: str, code: str, now: datetime) -> int | None:
    """The time-step a code belongs to, if it is one of about now."""
    plain = "".join(letter for letter in code if not letter.isspace())
    at = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    right = [at + off for off in DRIFT if hmac.compare_digest(app.generate_otp(at + off).encode(), plain.encode())]
    return max(right, default=None)


def _pending(staff_id: int) -> tuple[ColumnElement[bool], ...]:
    return (STAFF_FACTORS.c.staff_id == staff_id, STAFF_FACTORS.c.kind == APP, STAFF_FACTORS.c.confirmed_at.is_(None))


def _read(pepper: bytes, staff_id: int, sealed: bytes) -> str:
    return base64.b32encode(sealing.unseal(_key(pepper), sealed, _CONTEXT.format(staff_id))).decode()


def _key(pepper: bytes) -> bytes:
    return sealing.derive(pepper, b"", "second factor")
