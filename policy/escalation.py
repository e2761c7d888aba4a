"""Whom an unopened case is told to, and when: the ladder of alerts, made as data when the case is made."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from policy.promises import Promise
from policy.settings import Settings
from policy.working_time import WorkingTime

STAFF_CHAT = "staff_chat"
EMAIL = "email"
MANAGER = "manager"
DESK = "desk"
"""The desk's own list, where a case stands until somebody takes it. Nothing is sent: it tells by being looked at."""


SECOND_PERSON = 2
"""The level at which one person is told by name that it is their turn (`policy.rota`), over every way there is."""


class Ways(NamedTuple):
    """Which ways there are to tell somebody."""

    has_staff_chat: bool
    has_email: bool
    has_manager: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "Ways":
        """The ways an operator has set up."""
        has_post = settings.smtp_url is not None
        return cls(
            settings.staff_bot_token is not None,
            has_post and bool(settings.alert_emails),
            has_post and bool(settings.manager_emails),
        )

    @property
    def channels(self) -> tuple[str, ...]:
        """The channel of each, in the order of the ladder."""
        return _channels((STAFF_CHAT, self.has_staff_chat), (EMAIL, self.has_email), (MANAGER, self.has_manager))


@dataclass(frozen=True, slots=True)
class Rung:
    """One alert on one channel (staff_chat, email, manager, desk), due at a moment (UTC) unless the case was opened."""

    level: int
    channel: str
    due_at: datetime


def ladder(
    now: datetime,
    promise: Promise,
    working_time: WorkingTime,
    has_staff_chat: bool,
    has_email: bool,
    has_manager: bool,
) -> tuple[Rung, ...]:
    """Every alert of a case handed over at `now`, in order of level: never none.

    Where no channel is on at all, the only alert is the desk's own list, which waits until the case is taken.

    Level 0 tells everybody at once. Then, by the share of the working minutes until `promise.opened_by`: at a quarter
    the other channel (e-mail, else the staff chat once more), at half a second person by name, over every way, at three
    quarters the manager, or everybody where there is none.

    Source: practice of services that answer promptly: an alert nobody takes is repeated, goes another way, then goes to
    a manager, all before the promised time and not after it. Staff are disturbed outside working hours by level 0
    alone.
    """
    everybody = _channels((STAFF_CHAT, has_staff_chat), (EMAIL, has_email)) or _channels((MANAGER, has_manager))
    if not everybody:
        return (Rung(0, DESK, now),)
    another_way = everybody[-1:]
    manager = _channels((MANAGER, has_manager)) or everybody
    minutes = working_time.minutes_between(now, promise.opened_by)
    rungs = [Rung(0, channel, now) for channel in everybody]
    for level, channels in enumerate((another_way, everybody, manager), start=1):
        due_at = working_time.add_minutes(now, minutes * level / 4)
        rungs += [Rung(level, channel, due_at) for channel in channels]
    return tuple(rungs)


def _channels(*switches: tuple[str, bool]) -> tuple[str, ...]:
    return tuple(channel for channel, is_on in switches if is_on)
