"""The words of the audit page: whatever the code writes down, the page says in words. Read from the code itself."""

import ast
import importlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from content import words
from policy.closings import FOLLOW_UPS
from policy.deadlines import SECOND_LOOK, UNREACHED_FLAGGED
from policy.four_eyes import ABOUT_A_CASE, ABOUT_THE_SERVICE, USE_RECOVERY
from policy.record_forms import RECORDS
from storage import clocks, process

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "cairn", "desk", "storage")
TWO_PEOPLE = (*ABOUT_A_CASE, *ABOUT_THE_SERVICE)
MADE_OF: Mapping[str, Iterable[str]] = {
    "f'asked_{what}'": [f"asked_{what}" for what in TWO_PEOPLE],
    "f'approved_{found.what}'": [f"approved_{what}" for what in TWO_PEOPLE],
    "f'did_{what}'": [f"did_{what}" for what in TWO_PEOPLE],
    "f'did_{USE_RECOVERY}'": [f"did_{USE_RECOVERY}"],
    "f'wrote_{kind}'": {f"wrote_{form.kind}" for form in RECORDS.values()},
    "f'signed_{kind}'": ["signed_suitability"],
    "f'{state}_{name}'[:24]": [f"{state}_{name}"[:24] for state in (clocks.MET, clocks.REFUSED) for name in FOLLOW_UPS],
    "ENTRIES.get(move.name, STAGE)": [*process.ENTRIES.values(), process.STAGE],
    "task.kind": [SECOND_LOOK, UNREACHED_FLAGGED],
}
"""Actions whose names are put together while the program runs: every name that can come of each. A new way of putting
one together fails the test until it stands here."""
NEVER_KEPT = {"ready"}
"""Tried and taken back at once, so that the page of health knows the audit can be written (`desk.health`)."""


@cache
def actions() -> Mapping[str, str]:
    """Every action that can be written down, and a place in the code that does."""
    found: dict[str, str] = {}
    for path in _modules_with("audit.write("):
        known = vars(importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)))
        for function in _functions(ast.parse(path.read_text())):
            for call in _calls(function, "write", "audit"):
                for node in _handed_in(call.args[4], function):
                    place = f"{path.relative_to(ROOT)}:{call.lineno}"
                    found |= dict.fromkeys(_names(node, function, known), place)
    return {action: place for action, place in found.items() if action not in NEVER_KEPT}


def _modules_with(words_in_it: str) -> Iterator[Path]:
    paths = (path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))
    return (path for path in paths if words_in_it in path.read_text())


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _calls(tree: ast.AST, name: str, of: str = "") -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called)) if called == name and not of:
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=called)) if (module, called) == (of, name):
                yield node


def _handed_in(node: ast.expr, function: ast.FunctionDef) -> list[ast.expr]:
    """What callers hand in, where the action is an argument of the function that writes it down; else `node` alone."""
    arguments = [each.arg for each in function.args.args]
    if not (isinstance(node, ast.Name) and node.id in arguments):
        return [node]
    trees = (ast.parse(path.read_text()) for path in _modules_with(f"{function.name}("))
    return [call.args[arguments.index(node.id)] for tree in trees for call in _calls(tree, function.name)]


def _names(node: ast.expr, function: ast.FunctionDef, known: Mapping[str, object]) -> Iterable[str]:
    """The names an expression can stand for; of an action upon a colleague ("roles:3") what stands before the colon."""
    written = ast.unparse(node)
    match node:
        case _ if written in MADE_OF:
            return MADE_OF[written]
        case ast.Constant(value=str(name)):
            return [name]
        case ast.IfExp(body=one, orelse=other):
            return [*_names(one, function, known), *_names(other, function, known)]
        case ast.JoinedStr(values=[ast.Constant(value=str(name)), *_]) if name.endswith(":"):
            return [name.removesuffix(":")]
        case ast.Call(func=ast.Name(id="_about"), args=[name, _]):
            return _names(name, function, known)
        case ast.Name(id=name) if isinstance(known.get(name), str):
            return [str(known[name])]
        case ast.Name(id=name):
            (value,) = [
                each.value
                for each in ast.walk(function)
                if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == name
            ]
            return _names(value, function, known)
    raise AssertionError(f"what can {written} be? Every name it can stand for belongs into MADE_OF")


def test_every_action_that_is_written_down_has_its_words() -> None:
    said, found = words.load("en").keys("desk"), actions()
    assert {"added", "cafe_told", "closed", "did_erase", "opened", "recovery_kept", "signed_in"} <= set(found)
    assert {action: place for action, place in found.items() if f"audit.{action}" not in said} == {}


def test_no_words_are_kept_for_what_nothing_writes_down() -> None:
    said = {key.removeprefix("audit.") for key in words.load("en").keys("desk") if key.startswith("audit.")}
    assert said - set(actions()) == {"other"}
