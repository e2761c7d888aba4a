"""Cairn in processes of its own, as an operator starts it: a data folder, free ports, settings, and nothing else.

Here may live how such a process is started, waited for, read and stopped.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
LOOK_AGAIN = 0.05


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """What a process sees: this machine, a data folder of its own, and these settings (data_dir, web_port, ...)."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    ours = {"data_dir": folder / "data", **settings}
    return theirs | {f"CAIRN_{name.upper()}": str(value) for name, value in ours.items()}


def cairn(
    folder: Path, *command: str, typed: str = "", seconds: float = 60, **settings: object
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, in this folder, with this typed at it."""
    return subprocess.run(
        [sys.executable, "-m", "cairn", *command],
        cwd=folder,
        env=environment(folder, **settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


class Running:
    """`cairn run`, or one side of it, on ports of its own. What it prints and logs goes to files in its folder."""

    def __init__(self, folder: Path, *command: str, **settings: object) -> None:
        self.folder, self.command = folder, command or ("run",)
        web, desk = free_port(), free_port()
        self.settings = {"web_port": web, "desk_port": desk, **settings}
        self.web, self.desk = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{desk}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def printed(self) -> str:
        """Its standard output so far."""
        return (self.folder / "printed.txt").read_text("utf-8")

    @property
    def logged(self) -> str:
        """Its standard error so far."""
        return (self.folder / "logged.txt").read_text("utf-8")

    @property
    def first_link(self) -> str:
        """The one-time link it printed for the first coordinator."""
        found = re.search(r"^http\S+/set-up/\S+$", self.printed, re.MULTILINE)
        assert found, "no link was printed"
        return found[0]

    def start(self) -> None:
        """Start it and return once every side answers that it is ready."""
        with (self.folder / "printed.txt").open("ab") as out, (self.folder / "logged.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cairn", *self.command],
                cwd=self.folder,
                env=environment(self.folder, **self.settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_ready()

    def wait_until_ready(self, and_also: Callable[[], bool] = lambda: True) -> None:
        """Return once every side answers that it is ready, and this holds. Raises TimeoutError."""
        wanted = {"run": (self.web, self.desk), "intake": (self.web,), "desk": (self.desk,)}[self.command[0]]
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            assert self.process is not None and self.process.poll() is None, self.logged
            if and_also() and all(_is_ready(address) for address in wanted):
                return
            time.sleep(LOOK_AGAIN)
        raise TimeoutError(f"not ready in {READY_SECONDS} seconds:\n{self.logged}")

    def sides(self) -> dict[str, int]:
        """The process of each side that `cairn run` has started, by its name. Linux only."""
        assert self.process is not None
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                name = (folder / "cmdline").read_bytes().split(b"\0")[3:4]  # python -m cairn NAME
            except OSError:
                continue
            if parent == self.process.pid and name:
                found[name[0].decode()] = int(folder.name)
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Tell it to stop; its exit code, and the seconds it took. Raises TimeoutExpired when it does not."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(how)
        try:
            return self.process.wait(STOP_SECONDS + 5), time.monotonic() - begun
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def running(folder: Path, *command: str, **settings: object) -> Iterator[Running]:
    """Cairn while the block lasts. It is stopped in the end, if the block has not done so."""
    program = Running(folder, *command, **settings)
    try:
        program.start()
        yield program
    finally:
        if program.process is not None and program.process.poll() is None:
            program.stop()
