"""What the rules of a process are for, at the real desk: a few of the ways round them that somebody could try."""

import json
from pathlib import Path

import pytest

from desk.cases.export_page import CLOSES
from storage import cases, sealing, team
from storage.tables import CASE_ENTRIES
from tests.desk.office import ANN, BEA, CAL, Office
from tests.desk.process_office import Process, process_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return process_office(tmp_path)


async def test_a_letter_never_leaves_under_a_yes_to_a_meeting(office: Office) -> None:
    process = Process(office)
    await process.come_to("process", "meet")
    await process.look_again()
    for state, who in (("written", BEA), ("read", BEA), ("read", CAL)):
        await process.put("letter", "", who, number="1", state=state)
    page = await process.write("letter", number="1", state="sent")
    assert page.status == 409 and "yes to this very form" in page.text


async def test_in_a_second_preparation_everything_is_asked_anew_and_nothing_of_the_first_counts(office: Office) -> None:
    process = Process(office)
    await process.come_to("process")
    await process.look_again()
    await process.hold()
    await process.send(f"{process.folder}/move", move="prepare_again")
    await process.support()
    page = await process.open()
    for needed in ("asking the person responsible", "ready for this very form", "Any order", "looked at again"):
        assert needed in page.text, needed
    assert not page.has("On to asking")


async def test_what_a_person_says_in_their_chat_stops_the_way_to_the_other_and_the_page_says_so(office: Office) -> None:
    process = Process(office)
    await process.come_to("preparation")
    await process.ready("meet")
    await process.may_ask()
    assert (await process.open()).has("On to asking")
    with office.desk.database.begin() as tx:
        note = sealing.seal_to(team.public_key(tx), json.dumps({"until": None}).encode(), f"entry:{process.id}")
        cases.change_contact(tx, process.id, cases.CONTACT_PAUSED, note, office.now.timestamp())
    page = await process.open()
    assert not page.has("On to asking") and "nobody is in touch for now" in page.text


async def test_a_facilitator_who_loses_the_role_counts_no_more(office: Office) -> None:
    process = Process(office)
    await process.come_to("preparation")
    await process.ready("meet")
    await process.may_ask()
    await process.send(f"/people/{office.member(CAL).id}/roles", ANN, coordinator="yes")
    page = await process.open()
    assert not page.has("On to asking") and "Does not facilitate here any more" in page.text


async def test_who_wrote_how_safety_was_weighed_does_not_sign_it_off_though_a_manager(office: Office) -> None:
    process = Process(office)
    await process.send(f"/cases/{process.id}/take", ANN)
    await process.send(f"/cases/{process.id}/attempts", ANN, route="phone", result="reached")
    await process.send(f"/cases/{process.id}/stage", ANN, stage="initial_discussion")
    for name in (BEA, CAL):
        await process.send(f"{process.folder}/facilitators", ANN, staff_id=str(office.member(name).id))
    await process.weigh("meet")
    for name in (BEA, CAL):
        await process.send(f"{process.folder}/sign", name, version="1")
    assert not (await process.open("/sign-off", ANN)).has("Sign it off"), "she has the case"


async def test_halted_it_is_debriefed_and_a_follow_up_stands_in_the_timeline(office: Office) -> None:
    process = Process(office)
    await process.come_to("process")
    await process.look_again()
    await process.put("meeting", on=process.today, form="meet", outcome="halted")
    await process.support()
    await process.go("On to debrief")
    assert process.stage() == "follow_up"
    await process.go("They said no: After one week")
    assert "follow_up_1w" in {row.kind for row in office.rows(CASE_ENTRIES)}


async def test_in_danger_again_after_a_first_talk_two_close_it_and_say_what_becomes_of_support(office: Office) -> None:
    process = Process(office)
    await process.begin()
    office.wait(minutes=1)
    await process.put("flag", state="stands", why="He was seen at her door")
    page = await process.open()
    assert "Close it together with a colleague" in page.text and not page.has("Close it")
    page = await office.visit(BEA).open(f"/cases/{process.id}/export")
    office.wait(minutes=1)
    page = await page.press("Ask a colleague", what=f"{CLOSES}not_safe_now", why="We have lost touch with her")
    await (await office.visit(ANN).open("/approvals")).press("Approve")
    page = await (await office.visit(BEA).open(page.path)).press("Close it now", support="offered")
    assert process.stage() == "closed" and "It is not safe now" in page.text
