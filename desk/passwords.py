"""What makes a password of staff good enough, and checking one: slow on purpose, and two at once at most.

Here may live the rules of a new password and the throttled check of one that was typed.
"""

import math
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from desk.desk import Desk
from storage import member_keys, sealing, sign_in_attempts, staff
from storage.member_keys import MemberKeys
from storage.staff import Member

LEAST_CHARS = 12
MOST_CHARS = 256
"""Source: OWASP ASVS 5.0, 6.2: length alone, no rules about kinds of letters, none of the commonest passwords."""
COMMONEST = Path(__file__).parent / "commonest_passwords.txt"

_SLOW = BoundedSemaphore(2)
"""Each derivation takes 64 MiB; on a small machine a crowd at the door must not take it all."""


class MustWait(Exception):
    """The name was tried too often; `minutes` says how long to wait, rounded up."""

    def __init__(self, minutes: int) -> None:
        super().__init__()
        self.minutes = minutes


def complaint(password: str, name: str) -> str | None:
    """What is wrong with a new password, by the name of its words; None when it will do."""
    plain = password.strip().casefold()
    if len(password) < LEAST_CHARS:
        return "password_short"
    if len(password) > MOST_CHARS:
        return "password_long"
    if plain in _commonest() or len(set(plain)) == 1:
        return "password_common"
    return "password_name" if plain == staff.tidy(name).casefold() else None


def make_keys(desk: Desk, password: str, private: bytes | None = None) -> MemberKeys:
    """A member's keys under a new password (`storage.member_keys.make`)."""
    with _SLOW:
        return member_keys.make(password, desk.secrets.pepper, private)


def check(desk: Desk, name: str, password: str, now: datetime) -> tuple[Member, bytes] | None:
    """The member and their private key, if name and password belong together. Raises MustWait.

    A name nobody has is answered after the same time, and throttled the same.
    """
    digest = sealing.lookup(desk.secrets.pepper, f"sign_in:{staff.tidy(name).casefold()}")
    with desk.database.begin() as tx:
        left = sign_in_attempts.wait(tx, digest, now)
        if left:
            raise MustWait(math.ceil(left.total_seconds() / 60))
        sign_in_attempts.note(tx, digest, now)
        member = staff.by_name(tx, name)
    with _SLOW:
        private = member_keys.open_private(member.keys if member else None, password, desk.secrets.pepper)
    if member is None or private is None:
        return None
    with desk.database.begin() as tx:
        sign_in_attempts.forget(tx, digest)
    return member, private


@cache
def _commonest() -> frozenset[str]:
    return frozenset(COMMONEST.read_text("utf-8").split())
