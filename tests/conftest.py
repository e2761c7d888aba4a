"""What tests of several folders share: what makes them quick, a real browser where there is one, golden files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests.quick import in_earnest, quick

__all__ = ["in_earnest", "quick"]

# A test that takes long says how busy the machine is, and finds no fault. Speed is measured by `make bench`.
settings.register_profile("cairn", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cairn")

CHROMIUM = Path("/usr/bin/chromium")
# Quiet: it asks nothing of the network but the pages of the test.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes golden transcripts and generated pages anew."""
    parser.addoption("--update", action="store_true", help="write golden files anew; read the difference")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, or one worker would end with it while the others have nothing left."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("slow", "browser"))))


# By module: while it is open, no test that is a coroutine can run in this process.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once for the tests of a module."""
    if not CHROMIUM.exists():
        pytest.skip(f"There is no Chromium at {CHROMIUM}, so nothing was tried in a browser.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()
