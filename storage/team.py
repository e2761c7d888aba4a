"""The team key: made once, its public half for whoever seals cases, its private half only ever wrapped.

Here may live the row of the team key, how the first member comes to it, and how it is kept. The private half is kept
under the first member's link until they have chosen a password, then sealed to each member who was let in, and, once
somebody has written one down, under a recovery key.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage import recovery_keys, sealing, staff, staff_links
from storage.tables import CASES, STAFF, TEAM_KEYS

THE_ROW = 1


class TeamKeyLost(Exception):
    """Cases are sealed to a team key nobody can open: the first link is gone and was never used."""


class NoTeamKey(Exception):
    """The service was not set up yet: `ensure` comes first."""

    def __init__(self) -> None:
        super().__init__("There is no team key yet, so nothing could be handed over. Start the desk once: cairn desk")


class NoRecoveryKey(Exception):
    """Nobody has written a recovery key down yet, so none opens anything."""

    def __init__(self) -> None:
        super().__init__("No recovery key is written down yet. A manager does that at the desk, on the page People.")


def ensure(tx: Connection, now: datetime, kept: str | None = None) -> str | None:
    """The token of the first member's link while nobody has chosen a password with it, afterwards None.

    Makes what is missing. `kept` is the token of an earlier start: its link holds the only copy of the team's private
    key, so it is renewed. Without it a new key and link are made, unless there are cases that only the old key opens:
    then it raises TeamKeyLost.
    """
    if is_set_up(tx):
        return None
    if kept and staff_links.renew(tx, kept, now):
        return kept
    if tx.execute(select(CASES.c.id).where(CASES.c.case_key.is_not(None)).limit(1)).first() is not None:
        raise TeamKeyLost
    pair = sealing.new_key_pair()
    tx.execute(delete(TEAM_KEYS))
    tx.execute(insert(TEAM_KEYS).values(id=THE_ROW, public_key=pair.public, at=now.timestamp()))
    first = tx.execute(select(STAFF.c.id).where(STAFF.c.name == staff.UNNAMED)).scalar()
    first = first or staff.add_row(tx, staff.UNNAMED, staff.FIRST_ROLES, now)
    return staff_links.make(tx, first, staff_links.SET_UP, now, team_key=pair.private)


def public_key(tx: Connection) -> bytes:
    """The half cases are sealed to. Raises NoTeamKey."""
    row = _row(tx)
    if row is None:
        raise NoTeamKey
    return bytes(row.public_key)


def is_set_up(tx: Connection) -> bool:
    """Whether the team's private key can be had without the first link: from a member's keys, or a recovery key."""
    held = tx.execute(select(STAFF.c.id).where(STAFF.c.team_key.is_not(None)).limit(1)).first()
    return held is not None or has_recovery(tx)


def has_recovery(tx: Connection) -> bool:
    """Whether somebody has written a recovery key down and typed it back."""
    row = _row(tx)
    return row is not None and row.recovery is not None


def made_at(tx: Connection) -> float | None:
    """When the team key was made, in UTC seconds; None where there is none."""
    return tx.execute(select(TEAM_KEYS.c.at).where(TEAM_KEYS.c.id == THE_ROW)).scalar()


def recovery_mark(tx: Connection) -> str:
    """By what the recovery key in force is told from one before or after it; empty while there is none."""
    row = _row(tx)
    return hashlib.sha256(row.recovery).hexdigest() if row is not None and row.recovery is not None else ""


def keep_recovery(tx: Connection, recovery_key: str, team_private: bytes) -> None:
    """Keeps the private half under a recovery key; an earlier one opens nothing from now on."""
    wrapped = recovery_keys.wrap(recovery_key, team_private)
    tx.execute(update(TEAM_KEYS).where(TEAM_KEYS.c.id == THE_ROW).values(recovery=wrapped))


def recover(tx: Connection, recovery_key: str) -> bytes:
    """The private half, from the printed recovery key as somebody typed it. Raises NoRecoveryKey and SealBroken."""
    row = _row(tx)
    if row is None or row.recovery is None:
        raise NoRecoveryKey
    return recovery_keys.unwrap(recovery_key, bytes(row.recovery))


def _row(tx: Connection) -> Row[bytes, bytes | None] | None:
    return tx.execute(select(TEAM_KEYS.c.public_key, TEAM_KEYS.c.recovery).where(TEAM_KEYS.c.id == THE_ROW)).first()
