"""What nobody does alone: a case as a file, and erasing it for somebody who asked staff."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from desk.alerts.tidying import tidy
from desk.cases import case_file
from policy.about_others import ABOUT_OTHERS as ABOUT_OTHERS_TABLE
from policy.record_forms import RECORDS
from storage import audit, caseload, cases
from storage.tables import APPROVALS, AUDIT, CASE_ENTRIES, CASES
from tests.desk.cases import Made
from tests.desk.office import ANN, BEA, CAL, Counted, Office, Page
from tests.desk.process_office import Process, process_office

WHY = "She asked us for it on the phone"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "case-export.schema.json").read_text("utf-8"))


@pytest.fixture
def case(office: Office) -> Made:
    """Bea's."""
    made = office.case()
    with office.desk.database.begin() as tx:
        caseload.take(tx, made.id, office.member(BEA).id, office.now, office.desk.secrets.audit)
    return made


async def ask(office: Office, case: Made, what: str, name: str = BEA) -> Page:
    page = await office.visit(name).open(f"/cases/{case.id}/export")
    return await page.press("Ask a colleague", what=what, why=WHY)


async def approved(office: Office, case: Made, what: str) -> Page:
    """Bea asked, Ann approved; the page on which Bea goes on."""
    await ask(office, case, what)
    page = await office.visit(ANN).open("/approvals")
    assert WHY in page.text and case.reference in page.text and "Sam Canary" not in page.text
    assert "Approved" in (await page.press("Approve")).text
    return await office.visit(BEA).open(f"/cases/{case.id}/export")


async def logged(office: Office, case: Made) -> None:
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    await page.press("Log it", route="phone", result="no_answer", note="canary-note of staff")


@pytest.mark.parametrize("what", ["export_person", "export_service"])
async def test_a_file_is_what_the_schema_says_and_notes_of_staff_leave_for_a_service_alone(
    office: Office, case: Made, what: str
) -> None:
    await logged(office, case)
    read = (await (await approved(office, case, what)).press("Fetch it as JSON")).response
    assert read.headers["content-disposition"] == f'attachment; filename="{case.reference}.json"'
    content = json.loads(read.text)
    jsonschema.validate(content, SCHEMA)
    assert "Sam Canary" in read.text
    is_whole = what == "export_service"
    assert ("canary-note" in read.text) is is_whole
    assert ("Says they do not feel safe now" in read.text) is is_whole
    assert content["consents"][0]["wording"].startswith("May we keep your answers")


def test_the_schema_refuses_the_history_in_a_file_for_the_person() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"format": "cairn-case", "version": 1, "for": "person", "timeline": []}, SCHEMA)


async def test_a_file_is_fetched_once(office: Office, case: Made) -> None:
    page = await approved(office, case, "export_person")
    first = await page.press("Fetch it as PDF")
    assert first.response.content.startswith(b"%PDF-") and first.response.headers["content-type"] == "application/pdf"
    assert first.response.headers["cache-control"] == "no-store"
    again = await page.press("Fetch it as PDF")
    assert again.status == 409 and "does not wait any more" in again.text


async def test_who_took_a_file_with_them_stands_among_those_who_saw_the_case(office: Office, case: Made) -> None:
    page = await (await approved(office, case, "export_person")).press("Fetch it as PDF")
    with office.desk.database.read() as tx:
        assert {each.name: each.files for each in audit.readers_of(tx, case.id)}[BEA] == 1
    assert page.status == 200


async def test_nobody_approves_what_they_asked_for(office: Office, case: Made) -> None:
    page = await ask(office, case, "export_service")
    assert not page.has("Fetch it")
    page = await page.browser.open("/approvals")
    assert not page.has("Approve") and page.has("Take it back")
    [row] = office.rows(APPROVALS)
    token = page.soup.select_one("input[name=form_token]")
    assert token
    refused = await page.browser.post(f"/approvals/{row.id}", {"form_token": str(token["value"]), "answer": "yes"})
    assert refused.status == 409
    assert office.rows(APPROVALS)[0].approved_by is None


def test_the_table_itself_refuses_two_that_are_one(office: Office, case: Made) -> None:
    bea = office.member(BEA).id
    row = {"id": "a" * 32, "what": "erase", "case_id": case.id, "asked_by": bea, "asked_at": 0.0, "expires_at": 9e9}
    with pytest.raises(IntegrityError), office.desk.database.begin() as tx:
        tx.execute(insert(APPROVALS).values(**row, why=b"", approved_by=bea, approved_at=1.0))


async def test_a_day_later_it_is_over_whether_approved_or_not_and_forgotten(office: Office, case: Made) -> None:
    page = await approved(office, case, "export_person")
    await ask(office, case, "erase")
    bea = page.browser
    office.wait(hours=24)
    assert tidy(office.desk.database, office.now) == 2
    assert not office.rows(APPROVALS)
    await bea.sign_in(BEA)
    assert not (await bea.open(f"/cases/{case.id}/export")).has("Fetch it")


async def test_only_who_asked_does_what_was_approved(office: Office, case: Made) -> None:
    page = await approved(office, case, "export_person")
    form = page.soup.select_one("form[action*='/export/']")
    assert form
    ann = office.visit(ANN)
    token = (await ann.open("/me")).soup.select_one("input[name=form_token]")
    assert token
    answer = await ann.post(str(form["action"]), {"form_token": str(token["value"]), "file": "json"})
    assert answer.status == 403 and "Sam Canary" not in answer.text


async def test_erasing_takes_two_and_leaves_no_key_and_no_word(office: Office, case: Made) -> None:
    await logged(office, case)
    page = await approved(office, case, "erase")
    assert office.rows(CASES)[0].case_key is not None
    await page.press("Erase it now")
    [row] = office.rows(CASES)
    assert (row.stage, row.case_key, row.document) == ("erased", None, None)
    assert all(entry.note is None for entry in office.rows(CASE_ENTRIES))
    assert not office.rows(APPROVALS)


async def test_both_people_stand_in_the_audit_and_both_show_their_second_step_again(office: Office, case: Made) -> None:
    office.wait(minutes=6)
    page = await ask(office, case, "export_person")
    assert page.heading().startswith("Second step")
    await page.press("Go on", code=page.browser.code())
    page = await (await office.visit(ANN).open("/approvals")).press("Approve")
    assert page.heading().startswith("Second step")
    await page.press("Go on", code=page.browser.code())
    done = [(row.action, row.staff_id) for row in office.rows(AUDIT) if row.action.endswith("_export_person")]
    ann, bea = office.member(ANN).id, office.member(BEA).id
    assert done == [("asked_export_person", bea), ("approved_export_person", ann)]


async def test_what_is_turned_down_is_gone_and_a_slip_asks_for_nothing(office: Office, case: Made) -> None:
    await ask(office, case, "export_person")
    page = await (await office.visit(ANN).open("/approvals")).press("Turn it down")
    assert "Nothing is left of it" in page.text and not office.rows(APPROVALS)
    page = await (await office.visit(BEA).open(f"/cases/{case.id}/export")).press("Ask a colleague", why="short")
    assert page.status == 422 and not office.rows(APPROVALS)


async def test_who_was_not_let_in_approves_nothing_and_the_pages_ask_few_things(office: Office, case: Made) -> None:
    await ask(office, case, "erase")
    assert (await office.visit(CAL).open("/approvals")).status == 403
    for path in ("/approvals", f"/cases/{case.id}/export"):
        with Counted(office.desk) as asked:
            assert (await office.visit(BEA).open(path)).status == 200
        assert asked.count <= 15


ABOUT_OTHERS = "canary-about-the-other"
OWN_WORDS = "canary-in-their-own-words"


async def with_a_process(folder: Path) -> tuple[Office, Process]:
    """A case that has come as far as its agreement, with words about somebody else in its records."""
    office = process_office(folder)
    process = Process(office)
    await process.come_to("agreement")
    theirs = {"justice_and_orders": OWN_WORDS, "justice_and_orders.theirs": "on"}
    await process.put("discussion", "the_other", relationship=ABOUT_OTHERS, **theirs)
    await process.put("discussion", "concerns", worries="canary-worry", children_and_others=ABOUT_OTHERS)
    await process.put("letter", number="1", state="written", how=ABOUT_OTHERS)
    return office, process


async def fetched(office: Office, process: Process, what: str, file: str) -> httpx.Response:
    page = await (await office.visit(BEA).open(f"/cases/{process.id}/export")).press("Ask a", what=what, why=WHY)
    await (await office.visit(ANN).open("/approvals")).press("Approve")
    page = await office.visit(BEA).open(f"/cases/{process.id}/export")
    return (await page.press(f"Fetch it as {file}")).response


async def test_a_file_holds_the_records_of_the_process_and_for_the_person_not_what_is_about_others(
    tmp_path: Path,
) -> None:
    office, process = await with_a_process(tmp_path)
    whole, own = [(await fetched(office, process, what, "JSON")).json() for what in ("export_service", "export_person")]
    for content in (whole, own):
        jsonschema.validate(content, SCHEMA)
        held = {each["record"] for each in content["records"]}
        assert {"discussion", "suitability", "preparation", "consent", "support", "meeting"} <= held
        assert content["letters"][0]["state"] == "written"
        assert content["attempts"][0]["result"] == "reached"
        assert "canary-worry" in json.dumps(content)
    suitability = next(each for each in own["records"] if each["record"] == "suitability")
    assert len(suitability["signed"]) == 2 and suitability["supervised"]["by"] == ANN and suitability["by"] == BEA
    assert [each["result"] for each in whole["timeline"] if each["what"] == "facilitator_named"] == [BEA, CAL]
    assert ABOUT_OTHERS in json.dumps(whole) and all(each["left_out"] == [] for each in whole["records"])
    assert ABOUT_OTHERS not in json.dumps(own) and OWN_WORDS in json.dumps(own), "their own words stay"
    contact = next(each for each in own["records"] if each["record"] == "contact")
    assert contact["headings"] == [] and {each["heading"] for each in contact["left_out"]} >= {"on", "answer"}


async def test_a_file_for_the_person_tells_of_an_answer_only_after_their_yes_and_of_a_letter_what_became_of_it(
    tmp_path: Path,
) -> None:
    office, process = await with_a_process(tmp_path)
    await process.put("letter", number="2", state="answered")
    for number in "12":
        await process.put("letter", number=number, state="read")
    whole, own = [(await fetched(office, process, what, "JSON")).json() for what in ("export_service", "export_person")]
    assert _letters_in(whole) == {"1": "written", "2": "answered"}, "that one of them was read hides nothing"
    assert _letters_in(own) == {"1": "written"}
    assert "answered" not in json.dumps(own["records"]), "nor do the records tell of it"
    assert len([each for each in own["records"] if each["record"] == "letter"]) == 2
    await process.said("answer")
    assert _letters_in((await fetched(office, process, "export_person", "JSON")).json())["2"] == "answered"


def _letters_in(content: Mapping[str, Any]) -> dict[str, str]:
    return {each["number"]: each["state"] for each in content["letters"]}


async def test_the_paper_has_the_records_too_and_says_what_was_left_out(tmp_path: Path) -> None:
    office, process = await with_a_process(tmp_path)
    content = (await fetched(office, process, "export_person", "JSON")).json()
    sheet = case_file.sheet(content, office.desk.words)
    lines = [line for section in sheet.sections for line in section.lines]
    assert ("Left out here, because it is about other people", "Relationship, Children or others it touches") in lines
    assert any(section.title.startswith("First talk, 24 Nov 2026") for section in sheet.sections)
    assert (await fetched(office, process, "export_person", "PDF")).content.startswith(b"%PDF-")


def test_every_heading_said_to_be_about_others_is_one_there_is() -> None:
    for form, headings in ABOUT_OTHERS_TABLE.items():
        assert headings <= {field.name for field in RECORDS[form].fields()}


async def test_what_staff_erased_says_that_the_service_did_and_not_the_person(office: Office, case: Made) -> None:
    page = await approved(office, case, "erase")
    await page.press("Erase it now")
    assert "The service has erased everything" in (await office.visit(BEA).open(f"/cases/{case.id}")).text
    theirs = office.case("THEIRS")
    with office.desk.database.begin() as tx:
        cases.erase(tx, theirs.id, office.now.timestamp())
    assert "The person has erased everything" in (await office.visit(BEA).open(f"/cases/{theirs.id}")).text
