"""What a process loads: what it does, and nothing that another one does."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import environment, free_port

UNTIL = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); from cairn import __main__, together; "
STARTS_THE_SIDES = f"{UNTIL} together.loading = sys.exit; sys.argv = ['cairn', 'run']; __main__.main()"
SHOWS_HELP = f"{UNTIL} sys.argv = ['cairn', '--help']; __main__.main()"
SELDOM = {"aiogram", "telegram", "alembic", "reportlab", "pymupdf", "holidays", "textstat", "zxcvbn"}


@pytest.mark.parametrize(
    ("done", "has", "has_not"),
    [
        (SHOWS_HELP, {"typer"}, {"pydantic", "sqlalchemy", "bot", "desk", "storage", "content", *SELDOM}),
        (STARTS_THE_SIDES, {"policy.settings"}, {"sqlalchemy", "bot", "desk", "storage", *SELDOM}),
        (f"{UNTIL} from cairn import first_run", {"storage.team"}, {"bot", "desk.app", "uvicorn", *SELDOM}),
        (f"{UNTIL} import bot.service", {"bot.channels.web"}, {"desk", "phonenumbers", "webauthn", *SELDOM}),
        (f"{UNTIL} import desk.service", {"desk.app"}, {"bot.intake", "bot.channels", *SELDOM}),
    ],
    ids=["help", "run, until it starts the sides", "run, while they load", "intake", "desk"],
)
def test_a_process_loads_only_what_it_does(done: str, has: set[str], has_not: set[str], tmp_path: Path) -> None:
    ports = {"web_port": free_port(), "desk_port": free_port()}
    program = subprocess.run(
        [sys.executable, "-c", done],
        cwd=tmp_path,
        env=environment(tmp_path, **ports),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(program.stdout.splitlines()[-1].split())
    assert has <= loaded
    assert loaded.isdisjoint(has_not)
