"""What tests of storage share: both databases."""

from pathlib import Path

import pytest

from tests.storage.postgres import postgres, server

__all__ = ["postgres", "server"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "postgres":
        found: str = request.getfixturevalue("postgres")
        return found
    return f"sqlite:///{tmp_path}/cairn.db"
