"""What people have chosen for their chat with the bot: how long its messages stay. Found by the keyed digest alone."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from policy.chat_messages import Stays
from storage.tables import CHAT_CHOICES

_C = CHAT_CHOICES.c


def of(tx: Connection, people: Collection[bytes]) -> dict[bytes, Stays]:
    """The choice of each of these people who made one."""
    rows = tx.execute(select(_C.person, _C.stays).where(_C.person.in_(list(people)))) if people else ()
    return {row.person: row.stays for row in rows}


def put(tx: Connection, person: bytes, stays: Stays, at: float) -> None:
    """Keep this choice in place of any earlier one."""
    forget(tx, person)
    tx.execute(CHAT_CHOICES.insert(), {"person": person, "stays": stays, "at": at})


def forget(tx: Connection, person: bytes) -> None:
    """As if nothing had ever been chosen."""
    tx.execute(delete(CHAT_CHOICES).where(_C.person == person))


def forget_before(tx: Connection, at: float) -> int:
    """Drop what was chosen before `at`."""
    return tx.execute(delete(CHAT_CHOICES).where(_C.at < at)).rowcount
