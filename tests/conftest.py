"""What tests of several folders share: a real browser, where there is one, and the writing of golden files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from storage.sealing import derive

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


@pytest.fixture
def quick_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person's own copy is sealed under a key that takes a tenth of a second to make, on purpose: not here."""
    monkeypatch.setattr("storage.receipts.key_from_password", _quick_key)


def _quick_key(code: str, salt: bytes, pepper: bytes) -> bytes:
    return derive(pepper, salt, code)
