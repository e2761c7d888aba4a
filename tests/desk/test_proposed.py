"""Referrals that wait for the person's own yes, at the desk: numbers, and one look at how to reach them."""

from pathlib import Path

import pytest

from storage import audit
from storage.tables import AUDIT, CASES, PROPOSALS
from tests.desk.office import ANN, BEA, Office, Page
from tests.desk.test_from_chat_to_desk import chat_of
from tests.somebody import Somebody
from tests.stage import Stage
from tests.test_proposals import SHORT, TO_THE_LINES, opened, proposed


@pytest.fixture
def chat(office: Office, tmp_path: Path) -> Stage:
    """The chat of the same service."""
    return chat_of(office, tmp_path / "chat")[0]


def worker_writes(chat: Stage, address: str = "1001") -> str:
    """A worker proposes somebody; the code for them."""
    return Somebody(chat, address).goes(*SHORT).code


async def test_the_list_of_cases_counts_what_waits_and_how_it_ended_and_says_no_word_of_it(
    office: Office, chat: Stage
) -> None:
    assert "own yes" not in (await office.visit(BEA).open("/")).text
    for address in ("1001", "1002"):
        worker_writes(chat, address)
    opened(chat, worker_writes(chat, "1003")).goes("Say no to it")
    page = await office.visit(BEA).open("/")
    assert "2 wait for a person's own yes · 1 refused, 0 not answered in time" in page.text
    assert not any(word in page.text for word in ("Sam Canary", "900123", "Wren"))


async def test_how_to_reach_them_is_shown_once_to_one_and_written_down(office: Office, chat: Stage) -> None:
    proposed(chat)
    bea = office.visit(BEA)
    page = await (await bea.open("/proposed")).press("Show once")
    assert page.status == 200
    assert all(said in page.text for said in ("Sam Canary", "Text message", "+44 7700 900123"))
    row = office.rows(PROPOSALS)[0]
    assert row.contact is None
    assert [each.action for each in office.rows(AUDIT) if each.case_id == row.id] == ["contact_shown"]
    with office.desk.database.read() as tx:
        assert audit.verify(tx, office.desk.secrets.audit) == []
    again = await bea.post(f"/proposed/{row.id}/contact", {"form_token": _token(await bea.open("/proposed"))})
    assert again.status == 409
    assert "Sam Canary" not in again.text
    assert "Was shown" in (await bea.open("/proposed")).text


async def test_after_the_person_has_said_no_there_is_nothing_to_look_at(office: Office, chat: Stage) -> None:
    code = worker_writes(chat)
    bea = office.visit(BEA)
    page = await bea.open("/proposed")
    opened(chat, code).goes("Say no to it")
    refused = await page.press("Show once")
    assert (refused.status, "has said yes or no" in refused.text) == (404, True)
    assert "contact_shown" not in [each.action for each in office.rows(AUDIT)]


async def test_the_case_says_what_the_referrer_may_be_told_and_whose_view_a_line_is(
    office: Office, chat: Stage
) -> None:
    opened(chat, worker_writes(chat)).goes(*TO_THE_LINES, "It is right", "Yes, send it")
    page = await office.visit(ANN).open(f"/cases/{office.rows(CASES)[0].id}")
    assert "The referrer may be told Nothing" in page.text
    assert "Example Canary Aid (the worker's view)" in page.text


def _token(page: Page) -> str:
    field = page.soup.select_one("input[name=form_token]")
    assert field
    return str(field["value"])
