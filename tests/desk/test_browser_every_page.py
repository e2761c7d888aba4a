"""Every page of the desk in a real browser, from the application's own table: a new page is looked over by itself.

What a page is after something was done on it is `test_browser_desk.py`'s.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page

from tests.desk.case_states import STANDS_AT
from tests.desk.every_page import ROLES, Place, fill, places
from tests.desk.office import ANN, BEA, CAL, PASSWORD, Browser
from tests.desk.process_office import process_office
from tests.desk.test_browser_desk import Site
from tests.looking_over import faults

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
WITH_A_SCRIPT = {"/second-factor", "/me/second-factor", "/cases/{case_id}/process/{form}"}
"""Where a passkey can be used, whose button needs a script and is not shown without; and where a record saves itself
while somebody writes, which has its button too."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[Place]]]:
    """A busy desk, and all its pages; files are none."""
    site = Site(process_office(tmp_path_factory.mktemp("desk")))
    found = list(places(site.office, fill(site.office)))
    site.start()
    yield site, [place for place in found if "." not in place.path and place.route not in {"/live", "/ready"}]
    site.stop()


def half_way(site: Site) -> str:
    """The cookie of somebody who has typed a password and no code yet."""

    async def enter() -> str:
        browser = Browser(site.office)
        await (await browser.open("/sign-in")).press("Sign in", name=ANN, password=PASSWORD)
        return browser.client.cookies["desk"]

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, enter()).result()


class Visitors:
    """Those who between them may see every page, as whatever they come."""

    def __init__(self, browser: Chromium, site: Site, **options: Any) -> None:
        self.url, self.office = site.url, site.office
        self.contexts: list[BrowserContext] = []
        self.stranger = self._come(browser, None, options)
        self.half_way = self._come(browser, half_way(site), options)
        self.members = {who: self._come(browser, site.office.cookies[who], options) for who in (ANN, BEA, CAL)}

    def _come(self, browser: Chromium, cookie: str | None, options: dict[str, Any]) -> Page:
        context = browser.new_context(**options)
        self.contexts.append(context)
        if cookie:
            context.add_cookies([{"name": "desk", "value": cookie, "url": self.url}])
        return context.new_page()

    def open(self, place: Place) -> Page:
        place.is_come_to(self.office)
        member = self.half_way if place.for_half_way else self.members[place.who]
        page = self.stranger if place.for_strangers else member
        answer = page.goto(self.url + place.path, wait_until="load")
        assert answer and answer.status == place.status, place
        return page

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


def one_of_each(found: list[Place]) -> list[Place]:
    """Pages of one line of the table differ in words alone, but for who comes and what a case is like."""
    return list({(place.route, place.of, place.status): place for place in found if place.looks_otherwise}.values())


def test_axe_finds_nothing_on_any_page_whoever_looks_in_light_or_dark_and_none_is_wider_than_a_small_phone(
    browser: Chromium, pages: tuple[Site, list[Place]]
) -> None:
    visit, reports = Visitors(browser, pages[0], viewport=PHONE, reduced_motion="reduce"), []
    looked_over = one_of_each(pages[1])
    for place in pages[1]:
        if place.looks_otherwise:
            page = visit.open(place)
            width = page.evaluate("document.documentElement.scrollWidth")
            reports += [f"{place.path} is {width} wide"] if width > PHONE["width"] else []
            reports += [found] if place in looked_over and (found := faults(page)) else []
    visit.leave()
    assert {place.of for place in looked_over} >= {"", *STANDS_AT, *ROLES}
    assert not reports, "\n".join(reports)


def test_every_page_is_whole_without_scripts(browser: Chromium, pages: tuple[Site, list[Place]]) -> None:
    visit = Visitors(browser, pages[0], java_script_enabled=False)
    for place in one_of_each(pages[1]):
        page = visit.open(place)
        assert page.locator("h1").count() == 1 and page.locator("h1").is_visible(), place
        assert page.locator("script").count() == 0 or place.route in WITH_A_SCRIPT, place
        assert page.locator("form:not(:has(button))").count() == 0, place
        assert page.locator("main :disabled").count() == 0, place
    visit.leave()
