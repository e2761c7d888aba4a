"""What is being written down saves itself, and nobody's newer words are ever put aside by it."""

from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import AUDIT, CASE_RECORDS
from tests.desk.office import BEA, CAL, Office, Page
from tests.desk.process_office import Process, process_office

WORDS = "canary-hope"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return process_office(tmp_path)


@pytest_asyncio.fixture
async def process(office: Office) -> Process:
    made = Process(office)
    await made.come_to("initial_discussion")
    return made


async def by_itself(page: Page, **fields: str) -> Page:
    """What the script sends for the part about motivations."""
    return await page.press("Save Motivations", by_itself="yes", **fields)


def wrote(office: Office) -> int:
    return [row.action for row in office.rows(AUDIT)].count("wrote_discussion")


async def test_it_says_when_it_was_saved_and_what_to_send_next_and_the_words_are_sealed(
    office: Office, process: Process
) -> None:
    page = await process.open("/discussion")
    answer = (await by_itself(page, hopes=WORDS)).response
    assert answer.status_code == 200 and answer.json()["at"] == "10:00"
    assert WORDS not in answer.text
    assert WORDS in (await process.open("/discussion")).text
    assert all(WORDS.encode() not in row.note for row in office.rows(CASE_RECORDS))
    again = await by_itself(page, hopes=f"{WORDS} and more", seen=answer.json()["seen"])
    assert again.status == 200


async def test_in_one_sitting_it_is_one_entry_in_the_audit_and_a_button_pressed_is_another(
    office: Office, process: Process
) -> None:
    page = await process.open("/discussion")
    seen, before = "", wrote(office)
    for number in range(3):
        fields = {"hopes": f"{WORDS} {number}"} | ({"seen": seen} if seen else {})
        seen = (await by_itself(page, **fields)).response.json()["seen"]
        office.wait(minutes=1)
    assert wrote(office) == before, "Bea wrote it down just before"
    await (await process.open("/discussion")).press("Save Motivations", hopes=WORDS)
    assert wrote(office) == before + 1


async def test_what_a_colleague_saved_meanwhile_is_not_overwritten_and_both_texts_are_shown(process: Process) -> None:
    beas, cals = await process.open("/discussion"), await process.open("/discussion", CAL)
    await cals.press("Save Motivations", hopes="Cal's canary")
    refused = await by_itself(beas, hopes="Bea's canary")
    assert refused.status == 409
    shown = await beas.press("Save Motivations", hopes="Bea's canary")
    assert shown.status == 409 and CAL in shown.text
    assert "Cal's canary" in shown.text and "Bea's canary" in shown.text
    assert "Cal's canary" in (await process.open("/discussion")).text
    await shown.press("Save Motivations", hopes="Both canaries")
    assert "Both canaries" in (await process.open("/discussion")).text


async def test_another_part_that_a_colleague_saved_meanwhile_is_no_hindrance_and_stays(process: Process) -> None:
    beas, cals = await process.open("/discussion"), await process.open("/discussion", CAL)
    await cals.press("Save Concerns", worries="Cal's canary")
    saved = await beas.press("Save Motivations", hopes="Bea's canary")
    assert saved.status == 200 and "Cal's canary" in saved.text and "Bea's canary" in saved.text


async def test_what_is_signed_or_written_once_does_not_save_itself(office: Office) -> None:
    process = Process(office)
    await process.come_to("approach")
    for to in ("/suitability", "/consent", "/letter"):
        page = await process.open(to, BEA)
        assert not page.soup.select("form[data-saves]"), to
        assert page.response.headers["refresh"] == "960;url=/"
    page = await process.open("/discussion")
    assert page.soup.select("form[data-saves]") and page.soup.select_one("noscript meta[http-equiv=refresh]")
    assert page.response.headers["content-security-policy"].endswith("connect-src 'self'")
