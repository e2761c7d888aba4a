"""Both sides at once, each in a process of its own: a flaw in one does not open the other."""

import signal
import subprocess
import sys
import time
from types import FrameType

from rich.console import Console

SIDES = ("intake", "desk")
GRACE_SECONDS = 10
LOOK_SECONDS = 0.2
SOON = 2
"""A side that ends by itself within this many seconds of starting cannot start at all: trying again would only repeat
it. One that was killed was ended by something else."""
FOR_THE_OPERATOR = 2
"""What a side ends with when it has said what an operator must mend: trying again would only say it again."""
STEADY = 60
"""A side that ran this many seconds is started again at once; one that keeps ending waits longer each time."""
LONGEST_PAUSE = 30


class Side:
    """One side's process, started again when it ends."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pause = 1
        self.again_at: float | None = None
        self.start()

    def start(self) -> None:
        # A group of its own, so that Ctrl-C reaches only this process, which then stops both in order.
        self.process = subprocess.Popen([sys.executable, "-m", "cairn", self.name], start_new_session=True)  # noqa: S603
        self.started, self.again_at = time.monotonic(), None

    @property
    def cannot_start(self) -> bool:
        """Whether it ended in a way that starting it again would not mend."""
        code, lived = self.process.poll(), time.monotonic() - self.started
        ended_by_itself = code is not None and code >= 0
        return self.again_at is None and (code == FOR_THE_OPERATOR or (ended_by_itself and lived < SOON))

    def look_after(self, console: Console) -> None:
        """Start it again if it ended, after a pause that grows while it keeps ending."""
        if self.process.poll() is None:
            return
        if self.again_at is None:
            self.pause = 1 if time.monotonic() - self.started > STEADY else min(self.pause * 2, LONGEST_PAUSE)
            console.print(f"{self.name} ended with {self.process.returncode}; starting it again in {self.pause} s.")
            self.again_at = time.monotonic() + self.pause
        elif time.monotonic() >= self.again_at:
            self.start()

    def stop(self) -> None:
        """Wait for it to end in order, and end it if it does not."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run(console: Console) -> int:
    """Start both sides and keep them up until told to stop; gives the exit code."""
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    sides = [Side(name) for name in SIDES]
    code = 0
    while not told and not code:
        time.sleep(LOOK_SECONDS)
        code = next((side.process.returncode or 1 for side in sides if side.cannot_start), 0)
        if not code and not told:
            for side in sides:
                side.look_after(console)
    for side in sides:
        if side.process.poll() is None:
            side.process.terminate()
    for side in sides:
        side.stop()
    return code
