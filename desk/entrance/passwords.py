"""Checking a password of staff: slow on purpose, two at once at most, and each wrong one counted.

Here may live that check. What makes a new password good enough is `desk.entrance.new_password`'s.
"""

import math
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from desk.desk import Desk
from policy.sign_in import FREE_TRIES, NETWORK_TRIES
from storage import member_keys, notices, sealing, sign_in_attempts, staff
from storage.member_keys import MemberKeys
from storage.staff import Member

_SLOW = BoundedSemaphore(2)
"""Each derivation takes 64 MiB; on a small machine a crowd at the door must not take it all."""


class MustWait(Exception):
    """The name was tried too often; `minutes` says how long to wait, rounded up."""

    def __init__(self, minutes: int) -> None:
        super().__init__()
        self.minutes = minutes


def minutes_of(left: timedelta) -> int:
    """How long to wait, rounded up."""
    return math.ceil(left.total_seconds() / 60)


def make_keys(desk: Desk, password: str, private: bytes | None = None) -> MemberKeys:
    """A member's keys under a new password (`storage.member_keys.make`)."""
    with _SLOW:
        return member_keys.make(password, desk.secrets.pepper, private)


def check(desk: Desk, name: str, password: str, now: datetime, network: str = "") -> tuple[Member, bytes] | None:
    """The member and their private key, if name and password belong together. Raises MustWait.

    A name nobody has is answered after the same time, and throttled the same; so is a network that tries many names.
    """
    digest = sealing.lookup(desk.secrets.pepper, f"sign_in:{staff.tidy(name).casefold()}")
    place = sealing.lookup(desk.secrets.pepper, f"network:{network}")
    with desk.database.begin() as tx:
        left = max(sign_in_attempts.wait(tx, digest, now), sign_in_attempts.wait(tx, place, now, NETWORK_TRIES))
        if left:
            raise MustWait(minutes_of(left))
        tries = sign_in_attempts.note(tx, digest, now)
        sign_in_attempts.note(tx, place, now)
        member = staff.by_name(tx, name)
    with _SLOW:
        private = member_keys.open_private(member.keys if member else None, password, desk.secrets.pepper)
    if member is None or private is None:
        if tries == FREE_TRIES:  # written for a name nobody has, too, so that both take as long
            with desk.database.begin() as tx:
                notices.write(tx, notices.TRIED, now, about=member.id if member else None)
        return None
    with desk.database.begin() as tx:
        sign_in_attempts.forget(tx, digest)
        sign_in_attempts.take_back(tx, place)
    return member, private
