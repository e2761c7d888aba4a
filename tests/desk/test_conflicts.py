"""Somebody who knows a person in a case has nothing to do with it, from that moment and everywhere."""

from pathlib import Path

import pytest
from sqlalchemy import update

from storage.tables import AUDIT, CASE_ENTRIES, CASE_FACILITATORS, CASES, CONFLICTS
from tests.desk.office import ANN, BEA, CAL, Office, Page
from tests.desk.process_office import Process, process_office
from tests.desk.test_away import is_away, let_cal_in
from tests.desk.test_handing_on import become, has_it, taken_by_bea

REASON = "She lives next door to them."


async def mark(office: Office, by: str, case_id: str, whom: str, reason: str = REASON) -> Page:
    page = await office.visit(by).open(f"/cases/{case_id}/conflicts")
    return await page.press("Mark them", whom=str(office.member(whom).id), reason=reason)


async def test_who_is_marked_cannot_open_the_case_and_is_offered_it_by_nobody(office: Office) -> None:
    case_id = await taken_by_bea(office)
    page = await mark(office, BEA, case_id, ANN)
    assert ANN in page.text and "binds from now on" in page.text
    page = await office.visit(ANN).open(f"/cases/{case_id}")
    assert page.status == 403 and "you have nothing to do with this case" in page.text
    assert not page.has("Open it") and not page.has("Take over")
    page = await office.visit(BEA).open(f"/cases/{case_id}/hand-on")
    assert "Nobody else can have cases now" in page.text


async def test_who_has_it_and_is_marked_has_it_no_longer_and_it_waits_for_somebody_else(office: Office) -> None:
    case_id = await taken_by_bea(office)
    page = await mark(office, BEA, case_id, BEA)
    assert page.path == "/" and has_it(office) is None
    page = await office.visit(BEA).open(f"/cases/{case_id}")
    assert page.status == 403 and "Sam Canary" not in page.text and not page.has("Take this case")
    assert "Sam Canary" in (await office.visit(ANN).open(f"/cases/{case_id}")).text


async def test_a_facilitator_who_is_marked_facilitates_no_longer_and_is_not_offered(office: Office) -> None:
    case_id = await taken_by_bea(office)
    become(office, ANN, "facilitator", "manager")
    with office.desk.database.begin() as tx:
        tx.execute(update(CASES).where(CASES.c.id == case_id).values(stage="preparation"))
    page = await office.visit(BEA).open(f"/cases/{case_id}/process")
    page = await page.press("Name them", staff_id=str(office.member(ANN).id))
    assert len(office.rows(CASE_FACILITATORS)) == 1
    await mark(office, BEA, case_id, ANN)
    assert office.rows(CASE_FACILITATORS) == []
    late = await page.press("Take off", staff_id=str(office.member(ANN).id))
    assert f"{ANN}: not offered, for they must have nothing to do with this case" in late.text
    assert not late.soup.select("#staff_id option[value]:not([value=''])")


async def test_a_stand_in_who_is_marked_sends_it_up_to_the_managers(office: Office) -> None:
    case_id = await taken_by_bea(office)
    await let_cal_in(office)
    await is_away(office, BEA, CAL)
    assert (await mark(office, CAL, case_id, CAL)).path == "/"
    assert (await office.visit(CAL).open(f"/cases/{case_id}")).status == 403
    assert "nobody stands in 1" in (await office.visit(ANN).open("/")).text
    assert has_it(office) == office.member(BEA).id


async def test_it_is_lifted_with_a_reason_by_somebody_else(office: Office) -> None:
    case_id = await taken_by_bea(office)
    await mark(office, BEA, case_id, ANN)
    page = await office.visit(BEA).open(f"/cases/{case_id}/conflicts")
    assert (await page.press("Lift it", reason="no")).status == 422
    page = await page.press("Lift it", reason="It was another person of that name.")
    assert not page.has("Lift it")
    assert office.rows(CONFLICTS) == []
    assert "another person of that name" in (await page.browser.open(f"/cases/{case_id}")).text
    actions = [row.action for row in office.rows(AUDIT)]
    assert "conflict_marked" in actions and "conflict_lifted" in actions


@pytest.mark.parametrize("fields", [{"reason": "no"}, {"whom": ""}, {"whom": "x"}])
async def test_without_a_name_or_a_reason_nothing_is_marked(office: Office, fields: dict[str, str]) -> None:
    case_id = await taken_by_bea(office)
    page = await office.visit(BEA).open(f"/cases/{case_id}/conflicts")
    refused = await page.press("Mark them", **({"whom": str(office.member(ANN).id), "reason": REASON} | fields))
    assert refused.status == 422
    assert office.rows(CONFLICTS) == []


async def test_neither_who_it_is_nor_why_stands_in_clear(office: Office) -> None:
    """Of two cases with the same member not even that it is the same one can be seen."""
    one, other = await taken_by_bea(office), office.case("WAITS").id
    for case_id in (one, other):
        await mark(office, BEA, case_id, ANN)
    rows = office.rows(CONFLICTS)
    assert len({bytes(row.who) for row in rows}) == 2
    ann = office.member(ANN).id
    marked = [row for row in office.rows(AUDIT) if row.action.startswith("conflict")]
    assert {(row.action, row.staff_id) for row in marked} == {("conflict_marked", office.member(BEA).id)}
    assert ann not in {row.staff_id for row in office.rows(CASE_ENTRIES) if row.kind == "conflict_marked"}
    office.desk.database.checkpoint()
    assert REASON.encode() not in (office.data_dir / "cairn.db").read_bytes()


async def test_a_facilitators_own_yes_to_a_conflict_binds_in_the_same_commit(tmp_path: Path) -> None:
    office = process_office(tmp_path)
    case = Process(office)
    await case.begin()
    await case.send(f"{case.folder}/declaration", CAL, section="declaration", conflict="yes", how="")
    assert [row.staff_id for row in office.rows(CASE_FACILITATORS)] == [office.member(BEA).id]
    assert len(office.rows(CONFLICTS)) == 1
    assert (await office.visit(CAL).open(case.folder)).status == 403
    assert "Their own word as a facilitator" in (await office.visit(BEA).open(f"/cases/{case.id}")).text


async def test_whoever_says_so_of_themselves_is_told_what_became_of_it(tmp_path: Path) -> None:
    office = process_office(tmp_path)
    case = Process(office)
    await case.begin()
    page = await office.visit(CAL).open(f"{case.folder}/declaration")
    assert "A yes binds at once" in page.text
    page = await page.press("Save Your word", conflict="yes", how="We were at school together")
    assert page.path == "/" and "binds from now on" in page.text
