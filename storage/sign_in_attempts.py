"""Wrong passwords and linking codes: how many were tried for a name or account, and how long the next try has to wait.

Here may live the rows about this and the rule that reads them. Names are keyed digests, so that the table does not tell
who is on the staff, and a name nobody has is treated like any other. A linking code is tried under its account's.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from policy.sign_in import FREE_TRIES
from storage.tables import SIGN_IN_ATTEMPTS

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(days=1)
"""Source of all three: OWASP ASVS 5.0, 6.1.1 and 6.3.1: guessing is slowed down, nobody is locked out for good."""


def wait(tx: Connection, name: bytes, now: datetime, free_tries: int = FREE_TRIES) -> timedelta:
    """How long until this name may be tried again; nothing for most. Doubles with each try, to a quarter of an hour."""
    tries = (SIGN_IN_ATTEMPTS.c.name == name, SIGN_IN_ATTEMPTS.c.at > (now - REMEMBERED).timestamp())
    count, last = tx.execute(select(func.count(), func.max(SIGN_IN_ATTEMPTS.c.at)).where(*tries)).one()
    if count < free_tries:
        return timedelta()
    asked = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(count - free_tries, 10))
    left = float(last) + asked.total_seconds() - now.timestamp()
    return timedelta(seconds=max(0.0, left))


def note(tx: Connection, name: bytes, now: datetime) -> int:
    """Counts a try, before its password is looked at, so that many at once are counted too; the how manieth it is of
    late. Old rows go."""
    tx.execute(delete(SIGN_IN_ATTEMPTS).where(SIGN_IN_ATTEMPTS.c.at <= (now - REMEMBERED).timestamp()))
    tx.execute(insert(SIGN_IN_ATTEMPTS).values(name=name, at=now.timestamp()))
    return int(tx.execute(select(func.count()).where(SIGN_IN_ATTEMPTS.c.name == name)).scalar_one())


def take_back(tx: Connection, name: bytes) -> None:
    """The last try was right, and tells nothing of those before it."""
    last = select(func.max(SIGN_IN_ATTEMPTS.c.id)).where(SIGN_IN_ATTEMPTS.c.name == name).scalar_subquery()
    tx.execute(delete(SIGN_IN_ATTEMPTS).where(SIGN_IN_ATTEMPTS.c.id == last))


def forget(tx: Connection, name: bytes) -> None:
    """The password or the code was right."""
    tx.execute(delete(SIGN_IN_ATTEMPTS).where(SIGN_IN_ATTEMPTS.c.name == name))
