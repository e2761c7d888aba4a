"""Where a first talk leads, from its own page; what it may note of a person; who can be named to facilitate."""

from pathlib import Path

import pytest

from policy.record_forms import DISCUSSION
from storage import training
from tests.desk.office import BEA, CAL, Office
from tests.desk.process_office import Process, process_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return process_office(tmp_path)


@pytest.mark.parametrize(
    ("button", "stage"),
    [
        ("Pause it", "paused"),
        ("Close it: another service fits better", "closed"),
        ("They have said so: stop it", "withdrawn"),
    ],
)
async def test_the_page_of_a_first_talk_leads_to_a_pause_to_another_service_and_to_a_stop(
    office: Office, button: str, stage: str
) -> None:
    process = Process(office)
    await process.begin()
    await (await process.open("/discussion")).press(button, support="offered", reference=process.reference)
    assert process.stage() == stage


async def test_the_page_of_a_first_talk_leads_on_once_nothing_is_missing_and_says_what_is(office: Office) -> None:
    process = Process(office)
    await process.begin()
    page = await process.open("/discussion")
    assert "Go on Still needs:" in page.text
    await process.put("discussion", "motivations", hopes="To be heard")
    await process.said("assessment")
    await process.support()
    page = await process.open("/discussion")
    leads = page.soup.select_one("[aria-labelledby=leads]")
    assert leads and "Still needs:" not in leads.get_text()
    onward = leads.find("button", attrs={"value": "assess"})
    assert onward
    await page.press(" ".join(onward.get_text().split()))
    assert process.stage() == "suitability"
    assert "at another stage now" in (await process.open("/discussion")).text


async def test_kinds_of_disability_and_words_of_ones_own_can_be_noted_as_in_the_census(office: Office) -> None:
    process = Process(office)
    await process.begin()
    await process.put(
        "discussion",
        "about_you",
        **{"disability_kinds.sight": "on", "disability_kinds.voice": "on", "religion_as": "Quaker"},
    )
    page = await process.open("/discussion")
    assert page.soup.select_one("[name='disability_kinds.sight'][checked]")
    assert not page.soup.select_one("[name='disability_kinds.physical'][checked]")
    said = page.soup.select_one("#religion_as")
    assert said and said["value"] == "Quaker"
    assert not any(field.is_needed for field in DISCUSSION.fields()), "every one of them is theirs to leave out"


async def test_whoever_names_a_facilitator_sees_their_training_their_languages_and_what_the_person_wishes(
    office: Office,
) -> None:
    process = Process(office)
    with office.desk.database.begin() as tx:
        training.speak(tx, office.member(CAL).id, "BSL, Polish")
    await process.begin()
    await process.send(f"{process.folder}/facilitators/{office.member(CAL).id}/release")
    await process.put("preferences", offered="yes", wishes="A woman, if that can be")
    page = await process.open("", BEA)
    chosen = page.soup.select_one("#staff_id")
    assert chosen and f"{CAL} · trained until 30 Jun 2027 · BSL, Polish" in " ".join(chosen.get_text().split())
    assert "The person wishes: A woman, if that can be" in page.text


async def test_how_it_is_safe_to_be_in_touch_stands_above_all_else_of_a_case(office: Office) -> None:
    process = Process(office)
    await process.begin()
    page = await office.visit(BEA).open(f"/cases/{process.id}")
    reading = page.soup.select_one(".reading")
    assert reading
    first = reading.find("h2")
    assert first and "contact" in first.get_text().lower()
