"""A process in a real browser: a whole one, and stopping it; every page of it looked over by axe-core."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from policy.closings import tasks_after
from policy.stages import EVERY
from policy.stages import Stage as CaseStage
from tests.desk.journey import Journey, chat_beside
from tests.desk.office import ANN, BEA, CAL
from tests.desk.process_office import Process, process_office
from tests.desk.test_browser_desk import Site
from tests.desk.test_withdrawing import CAME_TO
from tests.looking_over import faults
from tests.stage import Stage

pytestmark = pytest.mark.browser

PAGES = ("", "/discussion", "/suitability", "/preparation", "/meeting", "/letter", "/consent", "/agreement", "/ledger")
Desk = Callable[..., Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(process_office(tmp_path_factory.mktemp("process")))
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def chat(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = chat_beside(site.office, tmp_path_factory.mktemp("chat"))
    yield stage
    stage.database.close()


@pytest.fixture(scope="module")
def beas(browser: Browser, site: Site) -> Iterator[Page]:
    """One screen of Bea's for a whole walk."""
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "desk", "value": site.office.cookies[BEA], "url": site.url}])
    yield context.new_page()
    context.close()


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
    beside(process.come_to(stage, form))
    return process


def beside(deed: Coroutine[Any, Any, None]) -> None:
    """Done without a browser."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, deed).result()


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


def test_stopping_takes_the_reference_says_what_comes_next_and_nothing_more_is_offered(desk: Desk, site: Site) -> None:
    process = so_far(site, "STOP", "approach")
    page = desk(process, java_script_enabled=False)
    page.locator("summary", has_text="The person wants to stop").click()
    expect(page.get_by_text("without a reason and without blame")).to_be_visible()
    page.get_by_role("textbox", name="type its reference").fill("stop")
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


@pytest.mark.parametrize("stage", EVERY)
def test_the_person_withdraws_in_their_chat_at_any_stage_and_the_desk_shows_it_before_all_else(
    beas: Page, site: Site, chat: Stage, stage: CaseStage
) -> None:
    journey = Journey(site.office, chat)
    beside(journey.rests_at(stage))
    journey.withdraws()
    shows_that_it_is_withdrawn(beas, site, journey, stage)


@pytest.mark.parametrize("stage", [each for each in EVERY if each not in {CaseStage.RECEIVED, CaseStage.CLOSED}])
def test_whoever_is_told_that_the_person_stops_writes_it_down_at_any_stage_and_the_desk_shows_the_same(
    beas: Page, site: Site, stage: CaseStage
) -> None:
    process = Process(site.office, reference=f"TOLD{EVERY.index(stage)}")
    beside(process.rests_at(stage))
    beas.goto(site.url + process.folder)
    beas.locator("summary", has_text="The person wants to stop").click()
    beas.get_by_role("textbox", name="type its reference").fill(process.reference)
    beas.get_by_role("button", name="They have said so: stop it").click()
    shows_that_it_is_withdrawn(beas, site, process, stage)


def shows_that_it_is_withdrawn(page: Page, site: Site, process: Process, stage: CaseStage) -> None:
    """Before all else that nobody is to be in touch; then what others have to be told; nothing else can be done."""
    page.goto(f"{site.url}/cases/{process.id}")
    assert page.locator("main :is(h2, form, details)").first.inner_text() == "Do not contact"
    assert "Please do not get in touch." in page.locator("main section").first.inner_text()
    tasks = tasks_after(CAME_TO.get(stage, stage))
    offered = page.locator("main button:visible").all_inner_texts()
    if stage is CaseStage.RECEIVED:  # nobody has had it, so nobody reads it any more
        assert offered == [] and "Sam" not in page.content()
        return
    assert offered == ([] if tasks else ["Put it away"])
    assert deeds(page) <= {"Log it", "Done", *offered}
    page.goto(site.url + process.folder)
    assert page.locator("main h2").first.inner_text() == ("To see to" if tasks else "What can come next")
    assert page.get_by_role("button", name="Done").count() == len(tasks)
    assert deeds(page) <= {"Done"}
    assert page.get_by_role("heading", name="What it means for each of them").is_visible()


def deeds(page: Page) -> set[str]:
    """What the buttons of a page do, folded away or not. What was tried before it ended is written down all the same,
    and what others have to be told is done."""
    return {name.split(":")[0].strip() for name in page.locator("main button").all_text_contents()}
