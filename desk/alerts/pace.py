"""How much may be said in one group: 20 messages in any minute, edits included. Kept in memory, for a minute.

Source: Telegram's bots FAQ and tdlib/td issue 2592: sends and edits share one limit. Who goes over it is made to wait,
and the longer the more they go on; who keeps to it is heard at once.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Final

MINUTE: Final = 60.0
IN_A_MINUTE: Final = 20
KEPT_FOR_ALERTS: Final = 8
"""Of these so many stay free for alerts: an edit of a card can wait, an alert should not."""


class Pace:
    """What was said in the last minute."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._said: deque[float] = deque()

    def note(self) -> None:
        """Something is said now."""
        self._said.append(self._now().timestamp())

    def wait(self, *, keeping: int = 0) -> float:
        """Seconds until something may be said that leaves `keeping` more free; 0 for now."""
        now = self._now().timestamp()
        while self._said and self._said[0] <= now - MINUTE:
            self._said.popleft()
        over = len(self._said) - (IN_A_MINUTE - keeping)
        return 0.0 if over < 0 else self._said[over] + MINUTE - now
