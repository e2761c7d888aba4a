"""The day of a meeting: two facilitators with training valid on that day and no conflict, when it is set, until it
comes, and when what was held is written down.
"""

from datetime import date
from pathlib import Path

import pytest

from desk import pages
from storage.tables import CASE_RECORDS, TASKS
from tests.desk.office import BEA, CAL, Browser, Office, Page
from tests.desk.process_office import Process, process_office

DAY = "2026-12-10"
"""A Thursday, with two working days before it."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return process_office(tmp_path)


async def ready(office: Office) -> Process:
    """All is there for a meeting."""
    process = Process(office)
    await process.come_to("process")
    await process.look_again()
    return process


async def plan(process: Process, on: str = DAY, state: str = "planned") -> Page:
    return await process.write("planned", state=state, on=on)


def near(office: Office) -> list[tuple[str, str]]:
    """The tasks to look at it before: until when, and what became of each."""
    rows = [row for row in office.rows(TASKS) if row.kind == "meeting_near"]
    return [(f"{pages.here(row.due_at):%Y-%m-%d}", row.state) for row in rows]


async def test_a_day_is_set_if_the_training_of_both_holds_on_it_and_else_refused(office: Office) -> None:
    process = await ready(office)
    process.train(CAL, date(2026, 12, 9))
    before = len(office.rows(CASE_RECORDS))
    page = await plan(process)
    assert page.status == 409 and "Training that is valid on the day" in page.text
    assert len(office.rows(CASE_RECORDS)) == before and near(office) == []
    assert (await plan(process, "2026-12-09")).status == 200
    assert (await plan(process, "2026-11-23")).status == 409, "it has passed"


async def test_once_a_day_is_set_somebody_is_to_look_two_working_days_before_whether_all_is_there(
    office: Office,
) -> None:
    process = await ready(office)
    await plan(process)
    page = await process.open()
    assert "Thursday 10 December 2026" in page.text and "Nothing is missing for it now" in page.text
    assert near(office) == [("2026-12-08", "open")]
    assert "A meeting is near" in (await office.visit(BEA).open(f"/cases/{process.id}")).text
    await plan(process, "2026-12-17")
    assert near(office) == [("2026-12-08", "dropped"), ("2026-12-15", "open")]
    await plan(process, "2026-12-17", "called_off")
    assert near(office)[-1] == ("2026-12-15", "dropped") and "The day that is set" not in (await process.open()).text
    assert not any(b"2026-12" in row.note for row in office.rows(CASE_RECORDS)), "which day it is stays sealed"


@pytest.mark.parametrize("ends", ["held", "paused", "withdrawn", "prepared again"])
async def test_what_is_held_or_rests_needs_no_look_at_its_day(office: Office, ends: str) -> None:
    process = await ready(office)
    await plan(process)
    if ends == "held":
        await process.hold()
    elif ends == "withdrawn":
        await process.send(f"{process.folder}/withdraw", reference=process.reference)
    else:
        move = {"paused": "pause", "prepared again": "prepare_again"}[ends]
        await process.send(f"{process.folder}/move", move=move, support="offered")
    assert near(office) == [("2026-12-08", "dropped")]


async def test_training_that_will_have_run_out_by_the_day_is_said_before_and_shuts_what_leads_to_it(
    office: Office,
) -> None:
    process = Process(office)
    await process.come_to("responsible")
    await process.look_again()
    await process.both_ready()
    await process.support()
    await plan(process)
    assert (await process.open()).has("On to the meeting")
    process.train(CAL, date(2026, 12, 9))
    page = await process.open()
    assert "that day still needs: Training that is valid on the day" in page.text
    assert "Training runs out on 9 Dec 2026, before the day that is set" in page.text
    assert "Before this can be saved" not in (await process.open("/planned")).text, "another day can be set"
    assert not page.has("On to the meeting")
    process.train(CAL, date(2026, 12, 10))
    assert (await process.open()).has("On to the meeting")


async def test_a_conflict_marked_after_the_day_was_set_is_said_before_the_day(office: Office) -> None:
    process = await ready(office)
    await plan(process)
    page = await office.visit(BEA).open(f"/cases/{process.id}/conflicts")
    await page.press("Mark them", whom=str(office.member(CAL).id), reason="Cal is near to one of the family")
    page = await process.open()
    assert "that day still needs: Two facilitators" in page.text
    refused = await process.write("meeting", on=process.today, form="meet", outcome="done")
    assert refused.status == 409 and "Two facilitators" in refused.text


async def test_what_was_held_is_asked_of_the_day_it_was_not_of_the_day_it_is_written_down(office: Office) -> None:
    process = await ready(office)
    held = process.today
    process.train(CAL, office.now.date())
    office.wait(hours=26)
    bea = Browser(office)
    await bea.sign_in(BEA)
    office.cookies = office.cookies | {BEA: bea.client.cookies["desk"]}
    refused = await process.write("meeting", on=process.today, form="meet", outcome="done")
    assert refused.status == 409 and "Training that is valid on the day" in refused.text
    assert (await process.write("meeting", on=held, form="meet", outcome="done")).status == 200
