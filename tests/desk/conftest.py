"""A desk with its people, for tests of the web side."""

from pathlib import Path

import pytest

from tests.desk.office import Office, copy_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Ann, Bea and Cal have set themselves up and are signed in."""
    return copy_office(tmp_path)


@pytest.fixture
def empty(tmp_path: Path) -> Office:
    """A desk on its first start."""
    return Office(tmp_path / "data")
