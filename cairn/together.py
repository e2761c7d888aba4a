"""Both sides at once, each in a process of its own: a flaw in one does not open the other."""

import signal
import subprocess
import sys
import time
from types import FrameType

from rich.console import Console

SIDES = ("intake", "desk")
GRACE_SECONDS = 10
SOON = 2
"""A side that ends within this many seconds of starting cannot start at all: trying again would only repeat it."""
FOR_THE_OPERATOR = 2
"""What a side ends with when it has said what an operator must mend: trying again would only say it again."""


def run(console: Console) -> int:
    """Start both sides and keep them up until told to stop; gives the exit code."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for process in running.values():
            process.terminate()

    running: dict[str, subprocess.Popen[bytes]] = {}
    started: dict[str, float] = {}
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    for side in SIDES:
        running[side], started[side] = _start(side), time.monotonic()
    while not stopping:
        time.sleep(0.2)
        for side, process in running.items():
            if stopping or process.poll() is None:
                continue
            if process.returncode == FOR_THE_OPERATOR or time.monotonic() - started[side] < SOON:
                stop(signal.SIGTERM, None)
                _wait(running)
                return process.returncode or 1
            console.print(f"{side} ended with {process.returncode}; starting it again.")
            running[side], started[side] = _start(side), time.monotonic()
            if stopping:  # told so while it was being started
                running[side].terminate()
    _wait(running)
    return 0


def _start(side: str) -> subprocess.Popen[bytes]:
    # A group of its own, so that Ctrl-C reaches only this process, which then stops both in order.
    return subprocess.Popen([sys.executable, "-m", "cairn", side], start_new_session=True)  # noqa: S603


def _wait(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
