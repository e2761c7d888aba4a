"""Whether replies grow slower as the database grows: the same talk in turns on an empty and a full one."""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from bench import sides
from bench.contest import MENU
from bench.figures import Chapter, at_most, middle, milliseconds, percentile
from bench.journey import answers
from bench.processes import Running, wait_ready
from storage import tables

PEOPLE = 10
SAYS = 20
CHUNK = 5_000
DRAFT_BYTES = 1024 + 29
DOCUMENT_BYTES = 4096 + 29
"""Sizes of what is sealed, padding included (`storage.sealing`)."""
EMPTY, FULL = "empty", "full"


def measure(folder: Path, drafts: int, cases: int, rounds: int) -> Iterator[str | Chapter]:
    """Rounds in turns on both; says what it does, and gives the chapter last."""
    says = answers(SAYS)
    took: dict[str, list[list[float]]] = {EMPTY: [], FULL: []}
    with ExitStack() as stack:
        crowd = stack.enter_context(Running("bench.crowd", log=folder / "crowd.log"))
        url = crowd.line()
        for name in took:
            values = sides.settings(folder / name, url, CAIRN_BOT_TOKEN=_token(name))
            if name == FULL:
                yield f"filling a database with {drafts:,} drafts and {cases:,} cases"
                with sides.intake(folder / name, values):  # makes the tables
                    wait_ready(values["CAIRN_WEB_PORT"])
                size = fill(folder / name / "data" / "cairn.db", drafts, cases)
            stack.enter_context(sides.intake(folder / name, values))
            wait_ready(values["CAIRN_WEB_PORT"])
        for number in range(rounds + 1):
            for name, found in took.items():
                yield f"{name} database, round {number}" if number else f"{name} database warms up"
                who = {"bot": _token(name), "people": PEOPLE, "first": number * PEOPLE}
                crowd.ask(**who, says=["/start"], replies=[MENU])
                came = crowd.ask(**who, says=says)
                if number:
                    found.append(came["took"])
    yield _chapter(took, drafts, cases, size, rounds)


def fill(file: Path, drafts: int, cases: int) -> int:
    """Put so much into a database nobody uses just now; its size in bytes."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = delete")
        database.execute("PRAGMA synchronous = off")
        database.execute("PRAGMA cache_size = -400000")
        database.execute("BEGIN")
        for table, rows in _rows(drafts, cases):
            _insert(database, table, rows)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode = wal")
    return file.stat().st_size


def _rows(drafts: int, cases: int) -> Iterator[tuple[Table, Iterable[dict[str, Any]]]]:
    now, day = time.time(), str(datetime.now(UTC).date())
    draft, document = os.urandom(DRAFT_BYTES), os.urandom(DOCUMENT_BYTES)
    yield (
        tables.CONVERSATIONS,
        ({"person": os.urandom(16), "salt": os.urandom(16), "draft": draft, "touched_at": now} for _ in range(drafts)),
    )
    yield tables.SEEN_UPDATES, ({"source": "telegram", "update_id": str(n), "at": now} for n in range(cases))
    yield (
        tables.CASES,
        (
            {"id": f"{n:032x}", "reference": f"B{n:07}", "day": day, "stage": "received", "priority": 3, "at": now}
            | {"case_key": os.urandom(90), "document": document, "copy": document, "copy_salt": os.urandom(16)}
            | {"person": os.urandom(16), "receipt": os.urandom(16)}
            for n in range(cases)
        ),
    )
    yield (
        tables.ALERTS,
        (
            {"case_id": f"{n:032x}", "level": 0, "channel": "staff_chat", "due_at": now, "state": "sent", "tries": 1}
            for n in range(cases)
        ),
    )
    yield (
        tables.CLOCKS,
        ({"case_id": f"{n:032x}", "name": "opened", "due_at": now, "state": "met", "at": now} for n in range(cases)),
    )


def _insert(database: sqlite3.Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, CHUNK)):
        names = list(some[0])
        marks = ", ".join(f":{name}" for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        database.executemany(f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})", some)  # noqa: S608 (all names are those of our own tables)


def _token(name: str) -> str:
    return {EMPTY: "5001:empty", FULL: "5002:full"}[name]


def _chapter(took: dict[str, list[list[float]]], drafts: int, cases: int, size: int, rounds: int) -> Chapter:
    p99 = {name: middle([percentile(each, 99) for each in found]) for name, found in took.items()}
    p50 = {name: middle([percentile(each, 50) for each in found]) for name, found in took.items()}
    figures = (
        at_most("reply p99, full against empty", p99[FULL] / p99[EMPTY], 1.2, "×"),
        at_most("reply p50, full against empty", p50[FULL] / p50[EMPTY], 1.2, "×"),
    )
    rows = tuple((f"{name} database", milliseconds(p50[name]), milliseconds(p99[name])) for name in took)
    how = (
        f"{PEOPLE} people at once, {SAYS} answers each, on a new database and on one of {size / 1e9:.1f} GB with "
        f"{drafts:,} open drafts, {cases:,} cases with an alert and a clock each, and {cases:,} updates seen. {rounds} "
        "rounds in turns; medians of the rounds."
    )
    return Chapter("Replies from a full database", how, figures, ("", "reply p50", "p99"), rows)
