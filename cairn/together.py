"""Both sides at once, each in a process of its own: a flaw in one does not open the other.

A side takes a second to load. So it is started early, and begins when it is told that all it needs is there.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
        command = [sys.executable, "-m", "cairn", self.name, "--when-told"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603
        self.started, self.again_at = time.monotonic(), None

    def tell(self) -> None:
        """Let it begin."""
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended; whoever looks after it sees that
                self.process.stdin.write("\n")
                self.process.stdin.close()
        self.started = time.monotonic()

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
            self.tell()

    def stop(self) -> None:
        """Wait for it to end in order, and end it if it does not."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def loading() -> Iterator[list[Side]]:
    """Both sides, which load and wait for `keep_up`. They are stopped in the end; should this process be killed before
    it has told them to begin, they end by themselves.
    """
    sides = [Side(name) for name in SIDES]
    try:
        yield sides
    finally:
        for side in sides:
            if side.process.poll() is None:
                side.process.terminate()
        for side in sides:
            side.stop()


def keep_up(sides: Sequence[Side], console: Console) -> int:
    """Let both begin, and keep them up until told to stop; gives the exit code."""
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    for side in sides:
        side.tell()
    code = 0
    while not told and not code:
        time.sleep(LOOK_SECONDS)
        code = next((side.process.returncode or 1 for side in sides if side.cannot_start), 0)
        if not code and not told:
            for side in sides:
                side.look_after(console)
    return code


def wait_until_told() -> None:
    """Wait for the line with which `cairn run` lets this side begin. Where none can come any more, end."""
    if not sys.stdin.readline():
        sys.exit()
