"""What the pages for people say agrees with the program: settings, commands, links, pictures, tests that are named."""

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from cairn.__main__ import app
from policy.settings_table import rows

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs" / "how-to").glob("*.md"),
    ROOT / "content" / "README.md",
]
SETTINGS = re.compile(r"(<!-- settings: .* -->\n).*(<!-- end of settings -->\n)", re.DOTALL)
PICTURE_BYTES = 150_000

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def table() -> str:
    """Every setting, as a table of Markdown."""
    lines = [f"| `{row.variable}` | {row.default and f'`{row.default}`'} | {row.description} |\n" for row in rows()]
    return "".join(["\n| setting | default | |\n|---|---|---|\n", *lines, "\n"])


def test_the_table_of_settings_is_the_settings(request: pytest.FixtureRequest) -> None:
    file = ROOT / "docs" / "operating.md"
    made = SETTINGS.sub(lambda found: found[1] + table() + found[2], file.read_text("utf-8"))
    if request.config.getoption("--update"):
        file.write_text(made, "utf-8")
    assert file.read_text("utf-8") == made
    assert "CAIRN_WEB_PORT" in made


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@each_page
def test_every_file_named_is_there(page: Path) -> None:
    """Paths in backquotes that begin with a folder of ours; made-up ones of an example are told by their names."""
    made_up = ("opening_times", "content/gd")
    found = re.findall(r"`((?:bot|desk|policy|storage|content|tests|docs)/[\w./-]*)`", page.read_text("utf-8"))
    for path in found:
        assert (ROOT / path).exists() or any(name in path for name in made_up), path


@each_page
def test_every_command_named_exists(page: Path) -> None:
    program = get_command(app)
    assert isinstance(program, typer.core.TyperGroup)
    text = page.read_text("utf-8")
    for words in re.findall(r"(?:\.venv/bin/|`)cairn ([a-z]+)", text):
        assert words in program.commands, words
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@each_page
def test_every_setting_named_exists(page: Path) -> None:
    known = {row.variable for row in rows()}
    assert set(re.findall(r"CAIRN_[A-Z_]+[A-Z]", page.read_text("utf-8"))) <= known


@each_page
def test_every_test_named_exists(page: Path) -> None:
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text("utf-8")):
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"


def test_pictures_are_light() -> None:
    for file in (ROOT / "docs" / "pictures").glob("*.png"):
        assert file.stat().st_size < PICTURE_BYTES, file.name
