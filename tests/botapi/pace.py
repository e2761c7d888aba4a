"""Telegram's sending limits, as token buckets on the world's clock. Off unless asked for."""

import math
from dataclasses import dataclass

COUNTED = frozenset({"sendmessage", "editmessagetext", "editmessagereplymarkup", "createforumtopic"})


@dataclass(slots=True)
class Bucket:
    """Holds up to `size`, refilled by `rate` a second."""

    size: float
    rate: float
    level: float
    at: float

    def refill(self, now: float) -> None:
        self.level, self.at = min(self.size, self.level + (now - self.at) * self.rate), now

    def wait(self) -> int:
        """Whole seconds until one may be taken, 0 for now."""
        return 0 if self.level >= 1 else math.ceil((1 - self.level) / self.rate)


class Pace:
    """1 message a second to a private chat (3 at once), 20 a minute to a group (edits count), 30 a second in all."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[int, int], Bucket] = {}

    def admit(self, bot: int, chat: int, now: float) -> int:
        """0 and counted, or the seconds to wait (and not counted)."""
        own = self._bucket((bot, chat), *((3.0, 1.0) if chat > 0 else (20.0, 20 / 60)), now)
        total = self._bucket((bot, 0), 30.0, 30.0, now)
        wait = max(own.wait(), total.wait())
        if not wait:
            own.level -= 1
            total.level -= 1
        return wait

    def _bucket(self, key: tuple[int, int], size: float, rate: float, now: float) -> Bucket:
        bucket = self._buckets.setdefault(key, Bucket(size, rate, size, now))
        bucket.refill(now)
        return bucket
