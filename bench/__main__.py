"""`python -m bench`: measures, shows a table, and with --write puts it into docs/speed.md. Asserts nothing."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import alerting, cold_start, contest, core_turn, desk, volume
from bench.figures import Chapter
from bench.report import PAGE, page

console = Console(highlight=False)
PARTS = ("core", "contest", "alerting", "cold_start", "desk", "volume")


def measures(options: argparse.Namespace, folder: Path) -> dict[str, Iterator[str | Chapter]]:
    """What is measured, part by part; nothing runs before it is asked for its first word."""
    quick = options.quick
    small, large = (1_000, 10_000) if quick else (100_000, 1_000_000) if options.full else (10_000, 100_000)
    return {
        "core": core_turn.measure(5 if quick else 20),
        "contest": contest.measure(folder / "contest", 1 if quick else 5, 12 if quick else 30),
        "alerting": alerting.measure(folder / "alerting", 10 if quick else 50),
        "cold_start": cold_start.measure(folder / "cold_start", 1 if quick else 5),
        "desk": desk.measure(folder / "desk", 2_000 if quick else 10_000, 200, 10 if quick else 30),
        "volume": volume.measure(folder / "volume", small, large, 3 if quick else 9),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute, less sure")
    parser.add_argument(
        "--full", action="store_true", help="a million cases and 100,000 open drafts (about 10 GB, 10 min)"
    )
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE}")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="these parts alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        found = []
        for name, measuring in measures(options, Path(folder)).items():
            if name in options.only:
                found.append(_run(measuring))
                _show(found[-1])
    if options.write:
        Path(PAGE).write_text(page(found, options), encoding="utf-8")
        console.print(f"Written to {PAGE}.")


def _run(measuring: Iterator[str | Chapter]) -> Chapter:
    with console.status("starting") as status:
        for said in measuring:
            if isinstance(said, Chapter):
                return said
            status.update(said)
            if not console.is_terminal:
                console.print(f"  … {said}")
    raise RuntimeError


def _show(chapter: Chapter) -> None:
    console.print(f"\n{chapter.title}", style="bold")
    for figure in chapter.figures:
        mark = {True: "ok ", False: "NOT", None: "   "}[figure.kept]
        console.print(
            f"  {mark} {figure.what}: {figure.found}" + (f"  (budget {figure.budget})" if figure.budget else "")
        )
    if chapter.rows:
        table = Table(*chapter.heads, box=None)
        for row in chapter.rows:
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main()
