"""From the command to the first page of the web chat, and how much that page weighs."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench import sides
from bench.figures import Chapter, Figure, at_most, middle
from bench.processes import HERE, fetch, wait_until

LINKED = re.compile(rb'(?:href|src)="(/[^"#]+\.(?:css|js|svg|png|ico|woff2))"')
POLL_SECONDS = 0.01


def measure(folder: Path, times: int) -> Iterator[str | Chapter]:
    """Starts it so many times, each first on an empty folder; says what it does, and gives the chapter last."""
    first, again, weight = [], [], 0.0
    for number in range(times):
        here = folder / str(number)
        values = sides.settings(here)
        yield f"start {number + 1} of {times}"
        took, weight = _start(here, values)
        first.append(took)
        again.append(_start(here, values)[0])
    figures = (
        at_most("`cairn run` to the first page, nothing there yet", middle(first), 2, "s"),
        at_most("`cairn run` to the first page, started again", middle(again), 2, "s"),
        at_most("web chat page, all in", weight / 1024, 60, "KB", 1),
    )
    spread = Figure("quickest and slowest start", f"{min(*first, *again):.2f} s, {max(*first, *again):.2f} s")
    how = (
        f"`cairn run` with the web chat and the desk, no tokens; {times} times on a folder that is not there yet and "
        f"{times} times again on the same; medians, looked at every {POLL_SECONDS * 1000:.0f} ms. The page is what a "
        "browser fetches, style sheet, script and icon included, not compressed."
    )
    yield Chapter("Cold start and weight", how, (*figures, spread))


def _start(folder: Path, values: dict[str, str]) -> tuple[float, float]:
    """Seconds to the first page, and the bytes of all of it."""
    port = values["CAIRN_WEB_PORT"]
    with (folder / "run.log").open("ab") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "cairn", "run"], cwd=HERE, env={**os.environ, **values}, stdout=log, stderr=log
        )
        try:
            wait_until(lambda: b"</html>" in fetch(port, "/"), step=POLL_SECONDS)
            took = time.perf_counter() - began
            page = fetch(port, "/")
            return took, len(page) + sum(len(fetch(port, each.decode())) for each in set(LINKED.findall(page)))
        finally:
            process.terminate()
            process.wait(30)
