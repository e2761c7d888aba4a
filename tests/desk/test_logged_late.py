"""A try that was made before a case came to rest is logged after it, too: by whoever had it, as it was then."""

from pathlib import Path

import pytest

from storage import cases, process
from storage.tables import CASE_ENTRIES, CASES, CLOCKS, TASKS
from tests.desk.cases import Made
from tests.desk.office import BEA, CAL, Office, Page
from tests.desk.process_office import Process, process_office

CALLED = "2026-11-24T10:00"
"""A safe hour: a Tuesday, between 9 and 13."""


async def ended(office: Office, how: str = "withdrawn") -> tuple[Made, Page]:
    """Bea called at ten, and has not written it down when the person withdraws, or a colleague closes it."""
    case = office.case()
    await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    office.wait(minutes=5)
    if how == "withdrawn":
        with office.desk.database.begin() as tx:
            cases.withdraw(tx, case.id, office.now.timestamp())
    else:
        with office.desk.database.begin() as tx:
            entry = {"case_id": case.id, "at": office.now.timestamp(), "kind": process.CLOSED, "stage": "triage"}
            tx.execute(CASE_ENTRIES.insert(), entry)
            tx.execute(CASES.update().values(stage="closed"))
    office.wait(minutes=5)
    return case, await office.visit(BEA).open(f"/cases/{case.id}")


def tries(office: Office) -> list[tuple[str, str]]:
    return [(row.route, row.result) for row in office.rows(CASE_ENTRIES) if row.kind == "attempt"]


@pytest.mark.parametrize("how", ["withdrawn", "closed"])
async def test_what_was_tried_before_it_ended_is_logged_after_and_marked_as_late(office: Office, how: str) -> None:
    _case, page = await ended(office, how)
    page = await page.press("Log it", route="phone", result="reached", when=CALLED)
    assert page.status == 200 and tries(office) == [("phone", "reached")]
    assert "Logged after it had ended" in page.text
    assert not [row for row in office.rows(TASKS) if row.kind == "next_try" and row.state == "open"]
    page = await page.press("Logged by mistake")
    assert tries(office) == [] and not [row for row in office.rows(CLOCKS) if row.state == "running"]


@pytest.mark.parametrize("how", ["withdrawn", "closed"])
async def test_what_was_tried_after_is_refused_whatever_reason_is_given(office: Office, how: str) -> None:
    _case, page = await ended(office, how)
    fields = {"route": "phone", "result": "no_answer", "override": "Their sister rang and asked us to."}
    page = await page.press("Log it", when="2026-11-24T10:07", **fields)
    assert page.status == 422 and "by then" in page.text and tries(office) == []
    (link,) = page.soup.select('.summary a[href="#when"]')
    assert link


async def test_of_somebody_who_has_withdrawn_not_even_that_they_got_in_touch_is_logged(office: Office) -> None:
    _case, page = await ended(office)
    page = await page.press("Log it", route="phone", result="they_contacted_us", when="2026-11-24T10:07")
    assert page.status == 422 and tries(office) == []


async def test_it_is_held_to_the_plan_that_counted_then(office: Office) -> None:
    _case, page = await ended(office)
    page = await page.press("Log it", route="text", result="message_sent", when=CALLED)
    assert page.status == 422 and "did not name this way" in page.text and tries(office) == []
    page = await page.press("Log it", override="Their sister rang and asked us to.")
    assert page.status == 200 and tries(office) == [("text", "message_sent")]


async def test_a_facilitator_logs_it_too_and_nobody_does_once_it_is_erased(tmp_path: Path) -> None:
    office = process_office(tmp_path)
    case = Process(office)
    await case.begin()
    office.wait(minutes=10)
    with office.desk.database.begin() as tx:
        cases.withdraw(tx, case.id, office.now.timestamp())
    before = len(tries(office))
    page = await office.visit(CAL).open(f"/cases/{case.id}")
    page = await page.press("Log it", route="phone", result="no_answer", when=CALLED)
    assert page.status == 200 and len(tries(office)) == before + 1
    with office.desk.database.begin() as tx:
        cases.erase(tx, case.id, office.now.timestamp())
    again = await page.press("Log it", route="phone", result="no_answer", when=CALLED)
    assert again.status != 200 and len(tries(office)) == before + 1
