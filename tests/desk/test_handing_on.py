"""Handing a case on, opening a colleague's with a written reason, and the page of the audit."""

import pytest
from sqlalchemy import update

from storage import audit, caseload
from storage.tables import AUDIT, CASE_ENTRIES, CASES, STAFF
from tests.desk.office import ANN, BEA, CAL, Counted, Office

REASON = "Her coordinator is ill and she has called twice."


def become(office: Office, name: str, *roles: str) -> None:
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF).where(STAFF.c.name == name).values(roles=" ".join(roles)))


async def taken_by_bea(office: Office) -> str:
    case = office.case()
    await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    return case.id


def has_it(office: Office) -> int | None:
    found: int | None = office.rows(CASES)[0].assignee
    return found


# Handing on


async def offered_to_ann(office: Office) -> str:
    case_id = await taken_by_bea(office)
    page = await office.visit(BEA).open(f"/cases/{case_id}/hand-on")
    page = await page.press("Ask them to have it", to=str(office.member(ANN).id))
    assert "stays yours until they accept it" in page.text
    return case_id


async def test_a_case_is_handed_on_once_the_colleague_accepts_and_is_never_nobodys_in_between(office: Office) -> None:
    case_id = await offered_to_ann(office)
    assert has_it(office) == office.member(BEA).id
    page = await office.visit(ANN).open("/")
    assert f"{BEA} asks you to have 7F3K2M" in page.text
    page = await page.press("Have it")
    assert page.path == f"/cases/{case_id}"
    assert "Sam Canary" in page.text
    assert has_it(office) == office.member(ANN).id
    assert "Sam Canary" not in (await office.visit(BEA).open(f"/cases/{case_id}")).text


async def test_a_colleague_who_declines_leaves_it_where_it_was(office: Office) -> None:
    await offered_to_ann(office)
    page = await office.visit(ANN).open("/")
    page = await page.press(f"Leave it with {BEA}")
    assert has_it(office) == office.member(BEA).id
    assert "asks you to have" not in page.text


async def test_an_offer_ends_when_whoever_made_it_gives_the_case_back(office: Office) -> None:
    case_id = await offered_to_ann(office)
    page = await office.visit(ANN).open("/")
    await (await office.visit(BEA).open(f"/cases/{case_id}")).press("Give it back")
    assert (await page.press("Have it")).status == 403
    assert has_it(office) is None
    assert "asks you to have" not in (await office.visit(ANN).open("/")).text


async def test_a_manager_gives_a_case_to_somebody_at_once(office: Office) -> None:
    case_id = await taken_by_bea(office)
    page = await office.visit(ANN).open(f"/cases/{case_id}/hand-on")
    page = await page.press("Give it to them", to=str(office.member(ANN).id))
    assert "is with your colleague now" in page.text
    assert has_it(office) == office.member(ANN).id
    row = office.rows(AUDIT)[-1]
    assert (row.action, row.case_id) == (f"handed_on:{office.member(ANN).id}", case_id)


@pytest.mark.parametrize("to", ["", "x", "99", CAL, ANN])
async def test_a_case_goes_only_to_somebody_who_can_answer_it(office: Office, to: str) -> None:
    """Nobody has let Cal in yet, and Ann has only cases to facilitate here."""
    case_id = await taken_by_bea(office)
    page = await office.visit(BEA).open(f"/cases/{case_id}/hand-on")
    become(office, ANN, "facilitator")
    chosen = str(office.member(to).id) if to in {ANN, CAL} else to
    assert (await page.press("Ask them to have it", to=chosen)).status == 409
    assert has_it(office) == office.member(BEA).id


async def test_people_shows_how_many_cases_each_has(office: Office) -> None:
    await taken_by_bea(office)
    assert "Can read cases, has 1" in (await office.visit(ANN).open("/people")).text


# Opening with a reason


async def test_a_manager_opens_a_colleagues_case_for_an_hour_and_who_has_it_is_told_at_once(office: Office) -> None:
    case_id = await taken_by_bea(office)
    page = await office.visit(ANN).open(f"/cases/{case_id}")
    assert page.status == 403 and "Sam Canary" not in page.text
    page = await page.press("Open it", reason=REASON)
    assert "Sam Canary" in page.text
    assert f"{BEA} has it" in page.text
    assert not page.has("Log it") and not page.has("Take this case")
    bea = office.visit(BEA)
    for path in ("/", "/me", "/people"):
        assert f"{ANN} opened your case 7F3K2M" in (await bea.open(path)).text
    page = await (await bea.open("/")).press("I have seen this")
    assert REASON in page.text
    assert "opened your case" not in (await bea.open("/")).text
    for _ in range(5):
        office.wait(minutes=12)
        page = await office.visit(ANN).open(f"/cases/{case_id}")
    assert page.status == 403


@pytest.mark.parametrize("reason", ["", "because", "x" * 1001])
async def test_without_a_reason_it_stays_shut(office: Office, reason: str) -> None:
    case_id = await taken_by_bea(office)
    page = await (await office.visit(ANN).open(f"/cases/{case_id}")).press("Open it", reason=reason)
    assert page.status == 422
    assert "Sam Canary" not in page.text
    assert page.soup.select_one('.summary a[href="#reason"]')


async def test_the_reason_is_sealed_with_the_case_and_the_deed_is_written_down(office: Office) -> None:
    case_id = await taken_by_bea(office)
    await (await office.visit(ANN).open(f"/cases/{case_id}")).press("Open it", reason=REASON)
    office.desk.database.checkpoint()
    assert REASON.encode() not in (office.data_dir / "cairn.db").read_bytes()
    assert "opened_with_reason" in [row.action for row in office.rows(AUDIT)]
    assert any(row.kind == "opened_with_reason" and row.note for row in office.rows(CASE_ENTRIES))


async def test_a_facilitator_sees_neither_what_waits_nor_what_colleagues_have(office: Office) -> None:
    await taken_by_bea(office)
    office.case("WAITS")
    become(office, CAL, "facilitator")
    page = await office.visit(CAL).open("/")
    assert "WAITS" not in page.text and "7F3K2M" not in page.text


# The audit


async def test_an_auditor_comes_in_to_the_audit_and_sees_who_did_what_and_no_case(office: Office) -> None:
    case_id = await taken_by_bea(office)
    become(office, CAL, "auditor")
    page = await office.browser.sign_in(CAL)
    assert page.path == "/audit"
    assert [each.get_text() for each in page.soup.select("nav a")] == ["People", "Statistics", "Audit", CAL]
    assert f"{BEA} Took 7F3K2M" in page.text
    assert "Sam Canary" not in page.text
    for path in ("/", f"/cases/{case_id}"):
        assert (await page.browser.open(path)).status == 403
    assert "audit_seen" in [row.action for row in office.rows(AUDIT)]
    with office.desk.database.read() as tx:
        assert audit.verify(tx, office.desk.secrets.audit) == []


async def test_the_audit_is_narrowed_to_a_person_or_a_case_and_paged(office: Office) -> None:
    case_id = await taken_by_bea(office)
    ann = office.visit(ANN)
    bea = office.member(BEA).id
    page = await ann.open(f"/audit?person={bea}&case=7f3k2m")
    whos = {row.get_text() for row in page.soup.select("tbody th")}
    assert whos == {BEA}
    with office.desk.database.begin() as tx:
        for _ in range(120):
            audit.write(tx, office.desk.secrets.audit, office.now, bea, "read", case_id)
    page = await ann.open("/audit")
    assert len(page.soup.select("tbody tr")) == 100
    older = page.soup.find("a", string="Older rows")
    assert older
    assert len((await ann.open(str(older["href"]))).soup.select("tbody tr")) > 20
    for odd in ("?person=x&before=-1", "?before=" + "9" * 40, "?case=%00"):
        assert (await ann.open(f"/audit{odd}")).status == 200


async def test_whoever_opens_very_many_cases_within_an_hour_stands_above_the_audit(office: Office) -> None:
    ann, bea = office.visit(ANN), office.member(BEA).id
    made = [office.case(f"CASE{number:02}") for number in range(21)]
    with office.desk.database.begin() as tx:
        for case in made[:20]:
            caseload.note_opened(tx, case.id, bea, office.now, office.desk.secrets.audit)
            caseload.note_opened(tx, case.id, bea, office.now, office.desk.secrets.audit)
    assert "within an hour" not in (await ann.open("/audit")).text
    with office.desk.database.begin() as tx:
        caseload.note_opened(tx, made[20].id, bea, office.now, office.desk.secrets.audit)
    with Counted(office.desk) as asked:
        page = await ann.open("/audit")
    assert f"{BEA} opened 21 cases within an hour" in page.text
    assert asked.count <= 15
