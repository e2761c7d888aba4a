"""A process in a real browser: a whole one, and stopping it; every page of it looked over by axe-core."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.desk.office import ANN, BEA, CAL
from tests.desk.process_office import LATER, Process, process_office
from tests.desk.test_browser_desk import Site
from tests.looking_over import faults

pytestmark = pytest.mark.browser

PAGES = ("", "/discussion", "/suitability", "/preparation", "/meeting", "/letter", "/consent", "/agreement", "/ledger")
NEEDED = {
    "Free choice and readiness": ["Free and informed choice"],
    "Safety now": ["Current safety and control"],
    "Between the two": ["Responsibility the other takes"],
    "Weighing it": ["What makes it riskier", "Strengths, and", "The risk of not taking part", "What we do about it"],
}
"""Headings without which nobody signs, by their part."""
Desk = Callable[..., Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(process_office(tmp_path_factory.mktemp("process")))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Desk]:
    """Opens a page of a case's process as one of the three."""
    contexts: list[BrowserContext] = []

    def open_page(process: Process, to: str = "", who: str = BEA, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_cookies([{"name": "desk", "value": site.office.cookies[who], "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(5000)
        page.goto(site.url + process.folder + to)
        return page

    yield open_page
    for context in contexts:
        context.close()


def so_far(site: Site, reference: str, stage: str, form: str = "meet") -> Process:
    """A case that has come as far as a stage, without a browser."""
    process = Process(site.office, reference=reference)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, process.come_to(stage, form)).result()
    return process


def test_axe_finds_nothing_on_any_page_of_a_process_and_none_is_wider_than_a_phone(desk: Desk, site: Site) -> None:
    process = so_far(site, "AXE", "follow_up")
    page = desk(process, reduced_motion="reduce", viewport={"width": 320, "height": 640})
    for to in PAGES:
        page.goto(site.url + process.folder + to)
        for summary in page.locator("main summary").all():
            summary.click()
        assert faults(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, to
    assert faults(desk(process, "/sign-off", ANN, reduced_motion="reduce")) == ""


def save(page: Page, section: str) -> None:
    page.get_by_role("button", name=f"Save {section}").click()
    expect(page.locator(".notice.done")).to_contain_text("saved")


def says_yes(desk: Desk, process: Process, step: str) -> None:
    page = desk(process, "/consent")
    page.get_by_label("Step").select_option(step)
    page.get_by_label("Answer").select_option("yes")
    page.get_by_label("Said on").fill(process.today)
    page.get_by_label("How", exact=True).select_option("spoken")
    save(page, "What they said")


def is_offered_support(desk: Desk, process: Process) -> None:
    page = desk(process, "/support")
    page.get_by_label("Answer").select_option("offered")
    save(page, "Support")


def is_looked_at_again(desk: Desk, process: Process) -> None:
    page = desk(process, "/look_again")
    page.get_by_label("Has anything changed?").select_option("no")
    save(page, "What was found")


def goes_on(desk: Desk, process: Process, button: str) -> Page:
    page = desk(process)
    page.get_by_role("button", name=button).click()
    return page


def test_from_the_first_talk_to_the_end_of_a_direct_meeting(desk: Desk, site: Site) -> None:
    process = so_far(site, "WEEK", "initial_discussion")
    page = desk(process, "/discussion")
    page.get_by_role("textbox", name="What they hope for").fill("To be heard")
    page.get_by_role("checkbox", name="What they hope for").check()
    save(page, "Motivations")
    says_yes(desk, process, "assessment")
    is_offered_support(desk, process)
    goes_on(desk, process, "On to suitability")

    page = desk(process, "/suitability")
    for section, headings in NEEDED.items():
        for heading in headings:
            page.get_by_label(heading).fill("Weighed together")
        save(page, section)
    page.get_by_label("Found", exact=True).select_option("suitable")
    page.get_by_label("Meeting in person").check()
    page.get_by_label("Look at it again by").fill(LATER)
    save(page, "What was found")
    for who in (BEA, CAL):
        desk(process, "/suitability", who).get_by_role("button", name="Put my name").click()
    desk(process, "/sign-off", ANN).get_by_role("button", name="Sign it off").click()
    is_offered_support(desk, process)
    goes_on(desk, process, "On to preparation")

    page = desk(process)
    expect(page.get_by_text("The person's own dated yes to asking the person responsible")).to_be_visible()
    expect(page.get_by_role("button", name="On to asking")).to_have_count(0)
    page = desk(process, "/preparation")
    page.get_by_label("Form", exact=True).select_option("meet")
    page.get_by_label("Ready?").select_option("yes")
    save(page, "Ready")
    page = desk(process, "/order")
    page.get_by_label("Result").select_option("allows")
    page.get_by_label("Who was asked, or who told us").fill("The fiscal's office")
    page.get_by_label("Day").fill(process.today)
    save(page, "What was found")
    is_looked_at_again(desk, process)
    says_yes(desk, process, "approach")
    is_offered_support(desk, process)
    goes_on(desk, process, "On to asking")

    is_looked_at_again(desk, process)
    page = desk(process, "/contact")
    expect(page.get_by_label("Form")).to_have_value("meet")
    page.get_by_label("Day").fill(process.today)
    page.get_by_label("Answer").select_option("accepted")
    save(page, "What was said")
    is_offered_support(desk, process)
    goes_on(desk, process, "On to preparing")
    is_looked_at_again(desk, process)
    page = desk(process, "/responsible")
    page.get_by_label("Ready?").select_option("yes")
    save(page, "Ready")
    says_yes(desk, process, "process_meet")
    is_offered_support(desk, process)
    goes_on(desk, process, "On to the meeting")
    is_looked_at_again(desk, process)
    page = desk(process, "/meeting")
    page.get_by_label("Day").fill(process.today)
    page.get_by_label("Form").select_option("meet")
    page.locator("#outcome").select_option("done")
    save(page, "What took place")
    is_offered_support(desk, process)
    page = goes_on(desk, process, "On to debrief")
    says_yes(desk, process, "follow_up")
    process.is_due("follow_up_1w")
    page = desk(process)
    for button in ("Held: After one week", "They said no: After six weeks", "They said no: After six months"):
        page.get_by_role("button", name=re.compile(button.replace(":", " ?:"))).click()
    page.locator("summary", has_text="Close it").click()
    page.locator("#close-support").select_option("accepted")
    page.get_by_label("Reason").select_option("completed")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("Open it again")).to_be_visible()
    assert process.stage() == "closed"


def test_stopping_takes_two_presses_says_what_comes_next_and_nothing_more_is_offered(desk: Desk, site: Site) -> None:
    process = so_far(site, "STOP", "approach")
    page = desk(process, java_script_enabled=False)
    page.locator("summary", has_text="The person wants to stop").click()
    expect(page.get_by_text("without a reason and without blame")).to_be_visible()
    page.get_by_role("button", name="They have said so: stop it").click()
    expect(page.get_by_role("heading", name="Do not contact")).to_be_visible()
    page.get_by_role("link", name="what is still to see to").click()
    expect(page.get_by_text("Tell the person responsible that it rests or has ended")).to_be_visible()
    expect(page.get_by_role("button", name="On to")).to_have_count(0)


def test_what_is_written_saves_itself_after_a_pause_and_says_when(desk: Desk, site: Site) -> None:
    process = so_far(site, "SAVES", "initial_discussion")
    page, cals = desk(process, "/discussion"), desk(process, "/discussion", CAL)
    page.get_by_role("textbox", name="What they hope for").fill("To be asked")
    part = page.locator("form", has=page.get_by_role("textbox", name="What they hope for"))
    expect(part.get_by_role("status")).to_have_text("Saved 10:00")
    again = desk(process, "/discussion", java_script_enabled=False)
    expect(again.get_by_role("textbox", name="What they hope for")).to_have_value("To be asked")
    cals.get_by_role("textbox", name="What they hope for").fill("Something else")
    theirs = cals.locator("form", has=cals.get_by_role("textbox", name="What they hope for"))
    expect(theirs.get_by_role("status")).to_contain_text("a colleague has saved this part")
    cals.get_by_role("button", name="Save Motivations").click()
    expect(cals.get_by_role("alert")).to_contain_text("To be asked")
    expect(cals.get_by_role("textbox", name="What they hope for")).to_have_value("Something else")
