"""`cairn talk`: a conversation in the terminal over the real intake, on a database that goes when the talk ends."""

import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bot import assembly
from bot.channels.terminal import Terminal
from bot.channels.terminal import talk as talk_on
from bot.flows import FLOWS
from cairn import first_run, in_force
from policy.settings import Settings
from storage.secrets import load_intake

TRANSCRIPTS = Path("tests/transcripts")


def talk(flow: str, record: str, console: Console) -> None:
    """Talk until the input ends."""
    if flow not in FLOWS:
        sys.exit(f"There is no flow '{flow}'. There is: {', '.join(FLOWS)}.")
    if record and _file(flow, record).exists():
        sys.exit(f"{_file(flow, record)} is there already. Choose another name, or delete it first.")
    if record and not re.fullmatch(r"[a-z0-9_]+", record):
        sys.exit("The name of a transcript is small letters, digits and _, as in asks_for_an_evening_call.")
    with tempfile.TemporaryDirectory(prefix="cairn-talk-") as folder:
        settings = _settings(Path(folder))
        first_run.prepare(settings)
        database = first_run.open_database(settings)
        terminal = Terminal(
            assembly.intake(settings, database, load_intake(settings.data_dir)), lambda: datetime.now(UTC)
        )
        if sys.stdin.isatty():
            console.print("Type what the person types; press a button by its number or label. Ctrl-D ends.\n")
        body = talk_on(terminal, _lines(flow), console.print)
        database.close()
    if record:
        _write(flow, record, body, console)


def _settings(folder: Path) -> Settings:
    """Those in force, save that nothing is written anywhere but in this folder, with secrets of its own."""
    elsewhere = {"data_dir": folder, "database_url": None, "intake_secret": None, "desk_secret": None}
    return in_force.settings().model_copy(update=elsewhere)


def _lines(flow: str) -> Iterator[str]:
    yield "/start"
    if flow != "menu":
        yield flow
    while True:
        try:
            yield input("\n> ") if sys.stdin.isatty() else input()
        except EOFError:
            return


def _file(flow: str, name: str) -> Path:
    return TRANSCRIPTS / flow / f"{name}.en.txt"


def _write(flow: str, name: str, body: list[str], console: Console) -> None:
    file = _file(flow, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    title = name.replace("_", " ").capitalize()
    head = f"# {title}.\nflow {flow}, language en, channel terminal\n\n"
    file.write_text(head + "\n".join(body) + "\n", encoding="utf-8")
    console.print(f"Written to {file}. Put a sentence about it in its first line.")
