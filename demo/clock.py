"""Time that can be moved forward, shared by the processes of the demo through one small file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Real time plus what was let pass. Every process of the demo reads the same file; one of them writes it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at, self._passed = -1, timedelta()

    def now(self) -> datetime:
        """The demo's time, aware and in UTC."""
        return datetime.now(UTC) + self._let_pass()

    def advance(self, by: timedelta) -> datetime:
        """Let so much time pass at once; the new time. Raises ValueError for a step back."""
        if by < timedelta():
            raise ValueError("time does not run backwards")
        passed = self._let_pass() + by
        new = self._file.with_suffix(".new")
        new.write_text(str(passed.total_seconds()), "ascii")
        new.replace(self._file)  # whoever reads meanwhile reads the old or the new, and nothing between
        return self.now()

    def _let_pass(self) -> timedelta:
        try:
            written = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if written != self._read_at:
            self._passed, self._read_at = timedelta(seconds=float(self._file.read_text("ascii"))), written
        return self._passed
