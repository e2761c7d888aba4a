"""The laws of the house, read off the code itself."""

import ast
import logging
import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from bot.flows import FLOWS

ROOT = Path(__file__).parent.parent
OURS = ("bot", "desk", "policy", "storage", "content", "cairn")
CORE = (
    "steps",
    "laws",
    "flow",
    "conversation",
    "turn",
    "situation",
    "commands",
    "engine",
    "reading",
    "rendering",
    "walk",
    "ground",
    "proofs",
    "proving",
    "help_now",
    "referrals/handing_over",
)
READS_THE_WORLD = {"settings.py", "settings_table.py", "setting_kinds.py", "setting_rules.py", "setting_faults.py"}
IMPURE = {"random", "secrets", "time", "socket", "asyncio", "threading", "subprocess", "sqlalchemy", "uuid"}


def modules() -> list[Path]:
    return [file for top in OURS for file in (ROOT / top).rglob("*.py") if "migrations" not in file.parts]


def pure() -> list[Path]:
    """The core, all of `policy`, and whatever else says of itself that it is pure."""
    named = [ROOT / "bot" / f"{name}.py" for name in CORE]
    rooms = [*(ROOT / "bot" / "flows").glob("*.py"), *(ROOT / "policy").glob("*.py")]
    said = [file for file in modules() if re.search(r"\bPure\b", ast.get_docstring(parsed(file)) or "")]
    return sorted({*named, *rooms, *said} - {ROOT / "policy" / name for name in READS_THE_WORLD})


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def test_imports_run_one_way():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0
    # It shuts every logger that there is; what is tested after it reads the log.
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False


@pytest.mark.parametrize("file", pure(), ids=lambda file: str(file.relative_to(ROOT)))
def test_core_and_policy_know_no_io_no_clock_no_randomness(file):
    tree = parsed(file)
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported.isdisjoint(IMPURE)
    called = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called.isdisjoint({"now", "today", "utcnow"})


@pytest.mark.parametrize("flow", FLOWS)
def test_one_name_in_four_places(flow):
    assert (ROOT / "bot" / "flows" / f"{flow}.py").exists()
    assert (ROOT / "content" / "en" / f"{flow}.toml").exists()
    assert list((ROOT / "tests" / "transcripts" / flow).glob("*.txt"))
    assert (ROOT / "docs" / "flows" / f"{flow}.md").exists()


def test_only_flows_live_in_the_folder_of_flows():
    names = {file.stem for file in (ROOT / "bot" / "flows").glob("*.py")} - {"__init__", "lists", "shared"}
    assert names == set(FLOWS)


def test_no_sentence_stands_in_the_code_of_the_conversation():
    sentence = re.compile(r"[A-Z][a-z]+(?: [a-z']+){4,}[.?!]?$")
    for file in set((ROOT / "bot").rglob("*.py")) - {ROOT / "bot" / "proofs.py", ROOT / "bot" / "proving.py"}:
        tree = parsed(file)
        documented = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        raised = {id(each) for node in ast.walk(tree) if isinstance(node, ast.Raise) for each in ast.walk(node)}
        logged = {
            id(each)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "log"
            for each in ast.walk(node)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in documented | raised | logged
            ):
                assert not sentence.match(node.value), f"{file.name}: {node.value!r} belongs in content/"


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_opens_with_what_may_live_in_it_and_has_a_name_that_says_something(file):
    tree = parsed(file)
    assert ast.get_docstring(tree) or not file.read_text("utf-8").strip()
    assert file.stem not in {"utils", "util", "helpers", "helper", "manager", "base", "misc", "common"}


def test_neither_bot_library_polls_or_drops_updates_for_us():
    for file in modules():
        text = file.read_text("utf-8")
        assert "start_polling" not in text
        assert "run_polling" not in text
        assert "drop_pending_updates" not in text


def test_aiogram_is_imported_in_the_telegram_channel_alone_and_the_staff_library_at_the_desk_alone():
    for file in modules():
        text = file.read_text("utf-8")
        if re.search(r"^\s*(from|import) aiogram", text, re.MULTILINE):
            assert file.parent.name == "channels"
        if re.search(r"^\s*(from|import) telegram\b", text, re.MULTILINE):
            assert file.parent == ROOT / "desk" / "alerts"
