"""A coordinator's whole week on one case, in a real browser: from the alert's link to the end of a meeting or a letter.

It is gone as one would: by what the pages say is still needed. The person speaks in the chat meanwhile.
"""

import asyncio
import re
import shutil
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from content import words
from desk.alerts.alert_words import AlertWords
from policy.stages import Stage as CaseStage
from storage import alerts
from storage.tables import CASE_ENTRIES
from tests.desk.journey import CAREFUL, Journey, Person, chat_beside
from tests.desk.office import ANN, BEA, CAL, Office
from tests.desk.process_office import Process, process_office
from tests.desk.screens import Team, calls, tries
from tests.desk.test_browser_desk import Site
from tests.stage import Stage

pytestmark = pytest.mark.browser

SUNDAY = datetime(2026, 12, 6, 21, 0, tzinfo=UTC)
FOLLOW_UPS = ("After one week", "After six weeks", "After six months")
Begins = Callable[[str], Team]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A desk of this test's own: its week goes by."""
    site = Site(process_office(tmp_path))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def chat(site: Site, tmp_path: Path) -> Iterator[Stage]:
    stage = chat_beside(site.office, tmp_path / "chat")
    yield stage
    stage.database.close()


@pytest.fixture
def begins(browser: Browser, site: Site, chat: Stage) -> Iterator[Callable[[], tuple[Team, Journey]]]:
    """Somebody sends a referral in the chat; the team has it before them."""
    teams: list[Team] = []

    def begin() -> tuple[Team, Journey]:
        journey = Journey(site.office, chat)
        teams.append(Team(browser, site, journey))
        return teams[-1], journey

    yield begin
    for team in teams:
        team.leave()


def beside(deed: Coroutine[Any, Any, Any]) -> None:
    """Done without a browser."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, deed).result()


def link_in_the_alert(site: Site) -> str:
    """The path that the newest e-mail to the coordinators leads to."""
    with site.office.desk.database.read() as tx:
        [alert] = alerts.due(tx, site.office.now, ("email",))
    told = AlertWords(words.load("en"), site.office.desk.settings.desk_url).mail(alert)
    found = re.search(r"(/cases/\w+)", told.body)
    assert found
    return found[1]


def says_no_to_the_rest_and_closes(team: Team) -> None:
    """What is left of the follow-ups is refused, and the case closed as completed."""
    page = team.opens()
    for name in FOLLOW_UPS:
        button = page.get_by_role("button", name=re.compile(f"They said no ?: {name}"))
        if button.count():
            button.click()
    page.locator("summary", has_text="Close it").click()
    page.locator("#close-support").select_option("accepted")
    page.get_by_label("Reason").select_option("completed")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("Open it again")).to_be_visible()
    assert team.process.stage() == "closed"


def comes_to_a_first_talk(team: Team, person: Person) -> None:
    """From the alert on Sunday night to what is said on Thursday: the same, whichever way it will go."""
    site = team.site
    for name in (BEA, CAL):
        team.process.train(name, date(2027, 6, 30))
    site.office.wait(hours=12, minutes=10)  # Monday morning
    page = team.screen(BEA)
    page.goto(site.url + link_in_the_alert(site))
    page = team.signs_in(BEA)
    page.get_by_role("button", name="Take this case").click()
    sheet = page.locator("section.sheet").first
    for said in ("Next safe time: Tuesday 8 Dec, 09:00 to 13:00", "Someone who is not safe", "heron"):
        expect(sheet).to_contain_text(said)
    tries(page, "no_answer", "Rang twice")
    expect(page.get_by_role("alert")).to_contain_text("This is not one of the days they named")
    expect(page.get_by_label("Note")).to_have_value("Rang twice")

    team.comes_in(BEA, days=1)  # Tuesday
    tries(page, "reached", "Safe to talk; Thursday suits")
    expect(page.get_by_role("status")).to_contain_text("logged")
    page.get_by_label("Your own words").fill("Shall we talk on Thursday?")
    page.locator('section[aria-labelledby=chat] input[name="read_words"]').check()
    page.get_by_role("button", name="Send it").click()
    assert "Is now a good time?" in person.looks()
    assert "Shall we talk on Thursday?" in person.tells("Yes")
    site.office.wait(minutes=1)
    person.goes("Yes, at ten", "Send")
    page = team.opens("")
    expect(page.locator("section.messages")).to_contain_text("Yes, at ten")
    page.get_by_role("button", name="I have read it").click()
    team.goes_on("reached")

    team.comes_in(BEA, CAL, days=2)  # Thursday
    page.clock.install()
    talk = team.part("discussion", "motivations")
    team.fills(talk, hopes="To be heard")
    page.clock.fast_forward(2500)
    expect(talk.get_by_role("status")).to_contain_text("Saved 09:11")
    expect(team.part("discussion", "motivations").locator("#hopes")).to_have_value("To be heard")
    team.goes_on("assess")


@pytest.fixture(scope="module")
def talked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, str]:
    """The office as it is after that week, and the case: gone once, and every way goes on from a copy."""
    folder = tmp_path_factory.mktemp("week")
    site = Site(process_office(folder))
    site.start()
    site.office.now = SUNDAY
    chat = chat_beside(site.office, folder / "chat")
    journey = Journey(site.office, chat, CAREFUL)
    team = Team(browser, site, journey)
    comes_to_a_first_talk(team, journey.person)
    team.leave()
    chat.database.close()
    site.office.desk.database.checkpoint()
    site.stop()
    return site.office, journey.id


@pytest.fixture
def goes_on(browser: Browser, talked: tuple[Office, str], tmp_path: Path) -> Iterator[Begins]:
    """The team after the first talk, on the way to one form."""
    before, case_id = talked
    shutil.copytree(before.data_dir, tmp_path / "week" / "data")
    office = Office(tmp_path / "week" / "data")
    office.now, office.cookies = before.now, dict(before.cookies)
    site = Site(office)
    site.start()
    teams: list[Team] = []

    def go(form: str) -> Team:
        teams.append(Team(browser, site, Process(office, case_id), form))
        office.wait(minutes=1)
        teams[0].comes_in(ANN)
        teams[0].goes_on("prepare")
        office.wait(minutes=1)
        calls(teams[0])  # still in the hours when they may be called
        teams[0].comes_in(BEA, CAL, days=1)  # Friday
        return teams[0]

    yield go
    for team in teams:
        team.leave()
    site.stop()


def agrees(team: Team) -> None:
    """The other side is asked, and both are ready."""
    expect(team.opens().get_by_role("button", name="On to asking")).to_have_count(0)
    for move in ("approach", "prepare_responsible", "begin"):
        team.goes_on(move)


def test_a_week_goes_from_the_alert_to_the_end_of_a_direct_meeting(goes_on: Begins) -> None:
    team = goes_on("meet")
    agrees(team)
    team.wrote("meeting", on=team.process.today, form="meet", outcome="done", how="Both spoke")
    team.goes_on("debrief")
    team.wrote("debrief", on=team.process.today)
    team.says_yes("follow_up")

    team.comes_in(BEA, days=7)
    page = team.opens()
    page.get_by_role("button", name=re.compile("Held ?: After one week")).click()
    says_no_to_the_rest_and_closes(team)


def test_a_week_goes_from_the_alert_to_a_letter_read_by_both_sent_and_answered_and_that_is_its_end(
    goes_on: Begins,
) -> None:
    team = goes_on("letter")
    agrees(team)
    team.wrote("letter", number="1", state="written", how="Two pages, in her own hand")
    team.wrote("letter", number="1", state="read")
    page = team.writes("letter", number="1", state="sent", how="By hand")
    expect(page.get_by_role("alert")).to_contain_text("The letter read by both facilitators")
    expect(page.locator("#how")).to_have_value("By hand")
    team.wrote("letter", "", CAL, number="1", state="read")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice.done")).to_contain_text("saved")
    team.wrote("letter", number="2", state="answered")
    for who in (BEA, CAL):
        team.wrote("letter", "", who, number="2", state="read")
    team.says_yes("answer")
    team.wrote("letter", number="2", state="passed_on")
    team.goes_on("debrief")
    says_no_to_the_rest_and_closes(team)


def test_a_letter_that_is_not_sent_ends_whole_and_the_person_responsible_never_hears_of_it(
    goes_on: Begins,
) -> None:
    team = goes_on("letter_not_sent")
    team.goes_on("begin_alone")
    team.wrote("letter", number="1", state="written")
    team.wrote("letter", number="1", state="not_sent", how="She keeps it")
    team.goes_on("debrief")
    says_no_to_the_rest_and_closes(team)
    assert not {"approach", "responsible"} & {row.stage for row in team.site.office.rows(CASE_ENTRIES)}
    expect(team.opens().get_by_text("person responsible: is told")).to_have_count(0)


@pytest.mark.parametrize(
    ("stage", "record", "fields"),
    [
        (CaseStage.INITIAL_DISCUSSION, "discussion", {"safe_to_talk": "yes"}),
        (CaseStage.PROCESS, "letter", {"number": "1", "how": "Two pages"}),
    ],
)
def test_who_is_writing_when_the_person_withdraws_is_told_before_all_else_and_sees_to_the_others(
    begins: Callable[[], tuple[Team, Journey]], stage: CaseStage, record: str, fields: dict[str, str]
) -> None:
    team, journey = begins()
    beside(journey.come_to(stage))
    part = team.part(record)
    team.fills(part, **fields)
    team.opens("", CAL)
    assert "Withdrawn. We tell our team now" in journey.withdraws()
    page = team.screen(BEA)
    part.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Do not contact.")
    for name, value in fields.items():
        expect(page.locator(f'[name="{name}"]')).to_have_value(value)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(team.opens("", CAL).get_by_role("heading", name="Do not contact")).to_be_visible()

    page = team.opens("")
    page.get_by_role("link", name="what is still to see to").click()
    expect(page.get_by_text("The person: no more contact about this.")).to_be_visible()
    while page.get_by_role("button", name="Done").count():
        page.get_by_role("button", name="Done").first.click()
        page = team.opens()
    team.wrote("support", answer="accepted", how="Canary service")
    page = team.opens("")
    page.get_by_role("button", name="Put it away").click()
    expect(page.get_by_text("is put away")).to_be_visible()
