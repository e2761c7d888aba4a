"""Members of staff: their rows, found by id, name or linked Telegram account.

Here may live reading and writing the table of staff. Their keys come in as bytes that are sealed already
(`storage.member_keys`); their links and their signed-in places have modules of their own.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from policy.access import Deed, Role, fit_together, may
from storage import staff_links
from storage.member_keys import MemberKeys
from storage.tables import STAFF, STAFF_LINKS, STAFF_SESSIONS

FIRST_ROLES = frozenset({Role.COORDINATOR, Role.MANAGER})
"""Of the first member, who has the desk to themselves until they have added others."""
NAME_CHARS = 80
UNNAMED = ""
"""The name of the first member until the set-up link is used: they choose it themselves."""


class StaffError(Exception):
    """Something about a member of staff cannot be done; its text tells operators what."""


class NameTaken(StaffError):
    """Another member of staff has this name already, perhaps written in other letters."""

    def __init__(self) -> None:
        super().__init__("somebody on the staff has this name already")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff. What is sealed stays sealed here, and out of the printed form."""

    id: int
    name: str
    roles: frozenset[Role]
    keys: MemberKeys | None = field(repr=False)
    """None until the set-up link has been used."""
    team_key: bytes | None = field(repr=False)
    """The team's private key, sealed to this member; None until somebody has let them in."""
    has_telegram: bool
    at: datetime | float
    email: str | None = field(default=None, repr=False)
    """Their own address at work, for alerts about their cases; None where they gave none."""

    @property
    def reads_cases(self) -> bool:
        """Whether there is any case they could be let in to read."""
        return may(self.roles, Deed.SEE_CASES)

    @property
    def approves(self) -> bool:
        """Whether they can be the second person for what nobody does alone."""
        return self.team_key is not None and may(self.roles, Deed.APPROVE)


def tidy(name: str) -> str:
    """A name as it is kept: one form of each letter, single spaces, nothing that cannot be seen."""
    spaced = " ".join(unicodedata.normalize("NFKC", name).split())
    return "".join(letter for letter in spaced if letter.isprintable())


def add(tx: Connection, name: str, roles: Collection[str], now: datetime, team_key: bytes | None = None) -> str:
    """A new member, and the token of the one-time link with which they choose their password.

    With `team_key` (the team's private key) the link lets them in; without it a colleague must, afterwards. Raises
    NameTaken, and ValueError for roles that are none or do not fit together, or a name that is empty or too long.
    """
    name = tidy(name)
    if not name or len(name) > NAME_CHARS:
        raise ValueError(f"a member needs a name of up to {NAME_CHARS} characters")
    known = read_roles(roles)
    if by_name(tx, name):
        raise NameTaken
    staff_id = add_row(tx, name, known, now)
    return staff_links.make(tx, staff_id, staff_links.SET_UP, now, team_key=team_key)


def read_roles(names: Collection[str]) -> frozenset[Role]:
    """Roles by their names. Raises ValueError for a name that is none, and for roles that do not fit together."""
    if not set(names) <= set(Role) or not fit_together([Role(name) for name in names]):
        raise ValueError(f"a member needs roles of {', '.join(Role)}; an auditor has no other")
    return frozenset(Role(name) for name in names)


def add_row(tx: Connection, name: str, roles: Collection[Role], now: datetime) -> int:
    """A new member's row alone, with no link yet; its id."""
    row = {"name": name, "roles": " ".join(sorted(roles)), "at": now.timestamp()}
    return int(tx.execute(insert(STAFF).values(**row).returning(STAFF.c.id)).scalar_one())


def by_id(tx: Connection, staff_id: int) -> Member | None:
    """The member with this id."""
    return _first(tx.execute(select(STAFF).where(STAFF.c.id == staff_id)).first())


def by_name(tx: Connection, name: str) -> Member | None:
    """The member with this name, however it is written: large or small letters, more spaces."""
    wanted = tidy(name).casefold()
    if not wanted:
        return None
    names = tx.execute(select(STAFF.c.id, STAFF.c.name)).all()  # a team is a few dozen people at most
    return next((by_id(tx, row.id) for row in names if row.name.casefold() == wanted), None)


def by_telegram(tx: Connection, lookup: bytes) -> Member | None:
    """The member whose linked Telegram account has this keyed digest."""
    return _first(tx.execute(select(STAFF).where(STAFF.c.telegram == lookup)).first())


def everybody(tx: Connection) -> list[Member]:
    """All members who have a name, by name."""
    rows = tx.execute(select(STAFF).where(STAFF.c.name != UNNAMED).order_by(STAFF.c.name))
    return [of_row(row) for row in rows]


def names(tx: Connection) -> dict[int, str]:
    """Everybody's name by id, of those too who have left."""
    return {row.id: row.name for row in tx.execute(select(STAFF.c.id, STAFF.c.name))}


def waiting_for_set_up(tx: Connection) -> dict[int, float]:
    """Of each member whose set-up link has not been used yet: when its time is over, or was, in UTC seconds."""
    links = select(STAFF_LINKS.c.staff_id, STAFF_LINKS.c.expires_at)
    return {
        row.staff_id: row.expires_at for row in tx.execute(links.where(STAFF_LINKS.c.purpose == staff_links.SET_UP))
    }


def rename(tx: Connection, staff_id: int, name: str) -> None:
    """Gives a member the name they chose. Raises NameTaken."""
    other = by_name(tx, name)
    if other and other.id != staff_id:
        raise NameTaken
    tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(name=tidy(name)))


def set_roles(tx: Connection, staff_id: int, roles: Collection[Role]) -> None:
    """Gives a member these roles. Whoever reads no cases by them loses the team's key."""
    kept = {"roles": " ".join(sorted(roles))}
    lost = {} if may(roles, Deed.SEE_CASES) else {"team_key": None}
    tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(**kept, **lost))


def set_email(tx: Connection, staff_id: int, email: str | None) -> None:
    """Keeps or forgets a member's own address at work."""
    tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(email=email))


def keep_keys(tx: Connection, staff_id: int, keys: MemberKeys, team_key: bytes | None) -> None:
    """Keeps new keys, and with them a new password. `team_key` is sealed to the new public key, or None."""
    tx.execute(
        update(STAFF)
        .where(STAFF.c.id == staff_id)
        .values(
            password_hash=keys.password_hash,
            password_salt=keys.password_salt,
            public_key=keys.public_key,
            private_key=keys.private_key,
            team_key=team_key,
        )
    )


def let_in(tx: Connection, staff_id: int, team_key: bytes) -> None:
    """Keeps the team's private key for a member, sealed to their public key."""
    tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(team_key=team_key))


def start_anew(tx: Connection, staff_id: int, now: datetime) -> str:
    """For a forgotten password: keys, links and signed-in places go; the token of a new link to choose another.

    What only their old password opened stays shut: a colleague must let them in again.
    """
    _take_keys(tx, staff_id)
    return staff_links.make(tx, staff_id, staff_links.SET_UP, now)


def shut_out(tx: Connection, staff_id: int) -> None:
    """For somebody who has left: nothing of theirs opens anything any more. Their name stays beside what they did."""
    _take_keys(tx, staff_id)
    unlink_telegram(tx, staff_id)


def link_telegram(tx: Connection, code: str, lookup: bytes, now: datetime) -> Member | None:
    """Links the account with this keyed digest to the member to whom the code was shown; None for a wrong or old code.

    The code is spent. An account that belonged to another member belongs to this one from now on.
    """
    link = staff_links.find(tx, staff_links.tidy_code(code), staff_links.TELEGRAM, now)
    if link is None:
        return None
    staff_links.spend(tx, link)
    tx.execute(update(STAFF).where(STAFF.c.telegram == lookup).values(telegram=None))
    tx.execute(update(STAFF).where(STAFF.c.id == link.staff_id).values(telegram=lookup))
    return by_id(tx, link.staff_id)


def unlink_telegram(tx: Connection, staff_id: int) -> None:
    """Forgets a member's Telegram account, and codes not used yet."""
    staff_links.forget(tx, staff_id, staff_links.TELEGRAM)
    tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(telegram=None))


def _take_keys(tx: Connection, staff_id: int) -> None:
    tx.execute(delete(STAFF_LINKS).where(STAFF_LINKS.c.staff_id == staff_id))
    tx.execute(delete(STAFF_SESSIONS).where(STAFF_SESSIONS.c.staff_id == staff_id))
    empty = dict.fromkeys(("password_hash", "password_salt", "public_key", "private_key", "team_key"))
    tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(**empty))


def _first(row: Row[tuple[object, ...]] | None) -> Member | None:
    return of_row(row) if row is not None else None


def of_row(row: Row[*tuple[Any, ...]]) -> Member:
    """The member a row of the table tells of."""
    keys = None
    if row.password_hash is not None:
        keys = MemberKeys(row.password_hash, row.password_salt, row.public_key, row.private_key)
    roles = frozenset(Role(name) for name in row.roles.split())
    return Member(row.id, row.name, roles, keys, row.team_key, row.telegram is not None, row.at, row.email)
