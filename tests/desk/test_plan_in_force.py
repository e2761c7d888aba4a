"""What the desk reads after the person said anew how to be in touch, paused it, or took a consent back."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.facts import TOLD
from bot.flows.my_referral import STAGES_TOLD
from desk.contact import plan_in_force
from desk.contact.plan_in_force import Pause
from policy.stages import Stage as CaseStage
from storage.cases import CONTACT_PAUSED, CONTACT_RESUMED
from storage.tables import CASES
from tests.desk.office import BEA, Office, Page
from tests.desk.test_from_chat_to_desk import chat_of
from tests.somebody import TO_THE_END, Somebody
from tests.stage import Stage

TO_CONTACT = ("/start", "What I sent", "How to reach me")


@pytest.fixture
def sam(office: Office, tmp_path: Path) -> Somebody:
    """Somebody who has sent their answers: by phone, 07700 900123."""
    stage: Stage = chat_of(office, tmp_path / "chat")[0]
    return Somebody(stage).goes(*TO_THE_END)


async def page_of(office: Office) -> Page:
    browser = office.visit(BEA)
    case_id = office.rows(CASES)[0].id
    page = await browser.open(f"/cases/{case_id}")
    return await page.press("Take this case") if page.has("Take this case") else page


def sheet(page: Page) -> dict[str, str]:
    found = page.soup.select_one(".sheet")
    assert found is not None
    return {
        line.dt.get_text(strip=True): line.dd.get_text(" ", strip=True) for line in found.select("dl > div") if line.dt
    }


async def test_ways_said_anew_are_the_plan_and_the_old_number_is_nowhere_on_the_sheet(
    office: Office, sam: Somebody
) -> None:
    assert sheet(await page_of(office))["Phone number"] == "+44 7700 900123"
    sam.goes(*TO_CONTACT, "Say anew how to reach me", "Email", "Done", "sam@example.org", "Read back and send", "Send")
    page = await page_of(office)
    lines = sheet(page)
    assert (lines["How to be in touch"], lines["Email address"]) == ("Email", "sam@example.org")
    assert "900123" not in str(lines)
    kept = page.soup.select_one(".timeline details")
    assert kept and "does not count any more" in kept.text and "900123" in kept.text
    assert "Said anew by the person" in page.text
    assert '"answers"' not in page.text


async def test_while_it_is_paused_the_desk_is_told_not_to_be_in_touch_and_after_it_no_more(
    office: Office, sam: Somebody
) -> None:
    sam.goes(*TO_CONTACT, "No contact for now", "Until I say otherwise")
    assert "Do not be in touch." in (await page_of(office)).text
    sam.goes(*TO_CONTACT, "You may be in touch again")
    assert "Do not be in touch." not in (await page_of(office)).text


async def test_what_the_person_changed_is_news_on_the_list_until_somebody_did_something(
    office: Office, sam: Somebody
) -> None:
    await page_of(office)
    office.now += timedelta(minutes=5)
    sam.stage.now = office.now
    sam.goes(*TO_CONTACT, "No contact for now", "For a week")
    assert "News from the person" in (await office.visit(BEA).open("/")).text


def test_a_pause_ends_by_itself_after_its_last_day() -> None:
    changes = [(CONTACT_PAUSED, '{"until": "2026-10-28"}')]
    assert plan_in_force.pause(changes, date(2026, 10, 28)) == Pause(date(2026, 10, 28))
    assert plan_in_force.pause(changes, date(2026, 10, 29)) is None
    assert plan_in_force.pause([(CONTACT_RESUMED, ""), *changes], date(2026, 10, 20)) is None


def test_of_every_stage_of_a_case_the_person_is_told_something() -> None:
    assert {*CaseStage} <= set(TOLD)
    assert set(TOLD.values()) == set(STAGES_TOLD)
