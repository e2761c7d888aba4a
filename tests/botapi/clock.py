"""The world's clock: real time plus whatever a test has let pass. Nothing else here reads the time of day."""

import time
from collections.abc import Callable


class Clock:
    """Seconds since 1970. Runs with real time unless given a fixed start, when it only moves by `advance`."""

    def __init__(self, start: float | None = None, source: Callable[[], float] = time.time) -> None:
        self._start = start
        self._source = source
        self._passed = 0.0

    def now(self) -> float:
        return (self._source() if self._start is None else self._start) + self._passed

    def advance(self, seconds: float) -> float:
        """Let `seconds` pass at once; the new time. Open long polls keep waiting in real time."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._passed += seconds
        return self.now()
