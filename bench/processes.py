"""Processes of the bench: started, asked, measured, ended. Nothing here knows what is measured."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


class Running:
    """A Python module as a process; ended with the block."""

    def __init__(self, module: str, *arguments: str, log: Path, **settings: str) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log.open("ab")
        self.log = log
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=HERE,
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> "Running":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        self._log.close()

    def line(self) -> str:
        """The next line it prints. Raises RuntimeError when it has ended instead."""
        assert self.process.stdout is not None
        found = self.process.stdout.readline()
        if not found:
            raise RuntimeError(f"a process of the bench has ended: see {self.log}")
        return found.strip()

    def ask(self, **asked: Any) -> dict[str, Any]:
        """A line of JSON in, a line of JSON out."""
        assert self.process.stdin is not None
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self.line())
        return answer

    def worked(self) -> float:
        """Seconds of processor time it has used, all its threads together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def fetch(port: int | str, path: str) -> bytes:
    """What stands there on this machine; b"" while nobody answers, or answers with trouble."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        return body if answer.status == 200 else b""
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()


def wait_ready(port: int | str) -> None:
    """Until the side of Cairn on this port says it can serve. Raises TimeoutError after a minute."""
    wait_until(lambda: fetch(port, "/ready"))


def wait_until(holds: Callable[[], object], seconds: float = 60.0, step: float = 0.02) -> float:
    """Seconds until `holds()`. Raises TimeoutError after `seconds`."""
    began = time.perf_counter()
    while not holds():
        if time.perf_counter() - began > seconds:
            raise TimeoutError
        time.sleep(step)
    return time.perf_counter() - began
