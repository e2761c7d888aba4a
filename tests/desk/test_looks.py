"""What the desk's pages wear: a base style sheet as it was published, and over it a small one of the desk's own."""

import hashlib
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

import desk
from tests.desk.office import Office, copy_office
from tests.desk.test_browser_desk import Site

STATIC = Path(desk.__file__).parent / "static"
BASE, OWN = STATIC / "simple.css", STATIC / "desk.css"
RECORD = tomllib.loads((STATIC / "borrowed.toml").read_text())


def test_what_is_borrowed_is_the_published_file_with_its_licence_beside_it() -> None:
    assert BASE.name in RECORD
    for name, record in RECORD.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == record["sha256"], name
        assert "Permission is hereby granted" in (STATIC / record["licence"]).read_text()


def test_the_own_sheet_is_small_and_no_sheet_calls_anybody() -> None:
    assert OWN.stat().st_size < 12_000
    assert '@import "simple.css" layer(base);' in OWN.read_text()
    for sheet in (OWN.read_text().replace('@import "simple.css" layer(base);', ""), BASE.read_text()):
        assert "url(" not in sheet and "@import" not in sheet and "@font-face" not in sheet


async def test_both_sheets_are_sent_as_they_lie(office: Office) -> None:
    for sheet in (BASE, OWN):
        answer = await office.browser.open(f"/{sheet.name}")
        assert answer.response.content == sheet.read_bytes()
        assert answer.response.headers["content-type"].startswith("text/css")


@pytest.mark.browser
def test_the_base_sheet_lies_under_the_own_one_and_is_fetched_once(browser: Chromium, tmp_path: Path) -> None:
    site = Site(copy_office(tmp_path))
    site.start()
    try:
        page, asked, said = browser.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{site.url}/sign-in", wait_until="networkidle")
        look = "getComputedStyle(document.querySelector('{}')).{}"
        assert page.evaluate(look.format("label", "display")) == "block", "what the base says counts"
        assert page.evaluate(look.format("h1", "fontSize")) == "26px", "what the desk says counts over it"
        assert asked.count(BASE.name) == asked.count(OWN.name) == 1
        assert said == [], "nothing was refused, and what was fetched ahead was used"
        page.close()
    finally:
        site.stop()
