"""A desk with its people, for tests of the web side, and what is typed on its server."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cairn import in_force
from cairn.__main__ import main
from tests.desk.office import Office, copy_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Ann, Bea and Cal have set themselves up and are signed in."""
    return copy_office(tmp_path)


@pytest.fixture
def empty(tmp_path: Path) -> Office:
    """A desk on its first start."""
    return Office(tmp_path / "data")


Typed = Callable[..., str]


@pytest.fixture
def typed(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command of `cairn` and what it asks for, with these settings changed; what it says."""
    monkeypatch.setattr("getpass.getpass", lambda *_: input())

    def run(*command: str, answers: tuple[str, ...] = (), **changed: object) -> str:
        monkeypatch.setattr(in_force, "settings", lambda: office.desk.settings.model_copy(update=changed))
        monkeypatch.setattr(sys, "argv", ["cairn", *command])
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        with pytest.raises(SystemExit):
            main()
        said = capsys.readouterr()
        return said.out + said.err

    return run
