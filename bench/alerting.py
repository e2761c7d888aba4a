"""From the commit of a hand-over to its alert on the wire, with both real processes and the real staff bot."""

import json
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from bench import sides
from bench.contest import MENU
from bench.figures import Chapter, Figure, at_most, milliseconds, percentile
from bench.journey import NEEDED
from bench.processes import Running, fetch, wait_ready, wait_until

LOOK_SECONDS = 0.002


class Watcher:
    """Looks into the database for cases, and remembers when each could first be seen: just after its commit."""

    def __init__(self, file: Path) -> None:
        self.seen: list[float] = []
        self._file = file
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as database:
            while not self._done.wait(LOOK_SECONDS):
                count = database.execute("SELECT count(*) FROM cases").fetchone()[0]
                self.seen += [time.time()] * (count - len(self.seen))


def measure(folder: Path, cases: int) -> Iterator[str | Chapter]:
    """One hand-over after the other; says what it does, and gives the chapter last."""
    with ExitStack() as stack:
        yield "both sides start"
        crowd = stack.enter_context(Running("bench.crowd", log=folder / "crowd.log"))
        url = crowd.line()
        chat = crowd.ask(group=sides.STAFF_TOKEN)["id"]
        values = sides.settings(folder, url, **sides.with_staff_chat(chat))
        stack.enter_context(sides.intake(folder, values))
        wait_ready(values["CAIRN_WEB_PORT"])
        stack.enter_context(sides.desk(folder, values))
        wait_ready(values["CAIRN_DESK_PORT"])
        watcher = stack.enter_context(Watcher(folder / "data" / "cairn.db"))
        for number in range(cases):
            if number % 10 == 0:
                yield f"hand-over {number + 1} of {cases}"
            who = {"bot": sides.INTAKE_TOKEN, "people": 1, "first": number}
            crowd.ask(**who, says=["/start"], replies=[MENU])
            crowd.ask(**who, says=NEEDED)
            wait_until(partial(_have_come, url, chat, number + 1))
            time.sleep(random.random() / 4)  # the desk looks by the clock: come to it at any point of its round
        alerts = _alerts(url, chat)
    yield _chapter([at - seen for at, seen in zip(alerts, watcher.seen, strict=True)])


def _have_come(url: str, chat: int, wanted: int) -> bool:
    return len(_alerts(url, chat)) >= wanted


def _alerts(url: str, chat: int) -> list[float]:
    """When each message to the staff chat came in."""
    calls: list[dict[str, Any]] = json.loads(fetch(url.rsplit(":", 1)[1], "/_world/calls?method=sendMessage"))
    return [each["at"] for each in calls if int(each["parameters"]["chat_id"]) == chat]


def _chapter(took: list[float]) -> Chapter:
    figures = (
        at_most("commit to alert, p99", percentile(took, 99), 1, "s"),
        Figure("commit to alert, p50", milliseconds(percentile(took, 50))),
        Figure("commit to alert, longest", milliseconds(max(took))),
    )
    how = (
        f"{len(took)} referrals sent one after the other on Telegram, `cairn intake` and `cairn desk` as they come. "
        "From the moment another process can see the case in the database (looking every "
        f"{LOOK_SECONDS * 1000:.0f} ms) to the alert's arrival at the Bot API."
    )
    return Chapter("From a hand-over to its alert", how, figures)
