"""The page of figures, as the run writes it."""

import argparse
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count, getloadavg
from pathlib import Path

from bench.figures import Chapter

PAGE = "docs/speed.md"
MARK = {True: "kept", False: "**missed**", None: ""}
LIBRARIES = ("aiogram", "python-telegram-bot", "aiohttp", "SQLAlchemy", "cryptography")


def page(chapters: list[Chapter], options: argparse.Namespace) -> str:
    """All of docs/speed.md."""
    chosen = [f"--{name}" for name in ("quick", "full") if getattr(options, name)]
    command = " ".join(["python -m bench", *chosen, "--write"])
    head = (
        "# Speed\n\n"
        f"Written by `{command}` on {datetime.now(UTC):%d %B %Y}; `make bench` measures without writing. Figures of "
        "one run on one machine, so the ratios say more than the numbers. The budgets are aims: no test fails over "
        "them.\n\n"
        f"{_machine()}\n"
    )
    return "\n".join([head, *map(_chapter, chapters)])


def _machine() -> str:
    return (
        f"The machine: {cpu_count()} cores ({_processor()}), {platform.system()} {platform.release()}, load "
        f"{getloadavg()[2]:.1f} over the last 15 minutes, shared with other work: absolute numbers are noisy, so "
        f"rounds take turns and medians are given. Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
        + "."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _chapter(chapter: Chapter) -> str:
    lines = [f"## {chapter.title}", "", chapter.how, "", "| | found | budget | |", "|---|---|---|---|"]
    lines += [f"| {each.what} | {each.found} | {each.budget} | {MARK[each.kept]} |" for each in chapter.figures]
    if chapter.rows:
        lines += ["", _row(chapter.heads), _row(tuple("---" for _ in chapter.heads))]
        lines += [_row(row) for row in chapter.rows]
    return "\n".join([*lines, ""])


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
