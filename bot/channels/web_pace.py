"""How many messages one browser may send in a minute. Counts only, in memory; forgotten at the next start."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=1)
MOST_KEPT = 10_000


class Pace:
    """At most `most` messages in any minute from each person."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._times: dict[bytes, deque[datetime]] = {}
        self._lock = Lock()

    def allows(self, person: bytes, now: datetime) -> bool:
        """Whether one more may come now; if so, it is counted."""
        with self._lock:
            if len(self._times) > MOST_KEPT:
                self._forget_before(now - WINDOW)
            times = self._times.setdefault(person, deque())
            while times and times[0] <= now - WINDOW:
                times.popleft()
            if len(times) >= self.most:
                return False
            times.append(now)
            return True

    def _forget_before(self, moment: datetime) -> None:
        self._times = {person: times for person, times in self._times.items() if times and times[-1] > moment}
