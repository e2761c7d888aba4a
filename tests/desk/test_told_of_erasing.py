"""Staff erase a case for its person, who is told so in the chat they chose, if their plan lets it be said now."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from storage.tables import CASE_ADDRESSES, CASES, CONVERSATIONS, DESK_MESSAGES
from tests.desk.journey import CAREFUL, SHORTEST, Journey, chat_beside
from tests.desk.office import ANN, BEA, Office
from tests.desk.process_office import process_office
from tests.somebody import TO_THE_NAME
from tests.stage import Stage

LINE = "As you asked, the team has deleted everything. Nothing is left here."
BY_PHONE = (*TO_THE_NAME, "Sam", "Phone call", "Done", "07700 900123", "Check and send now", "Send")


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Office, Stage]]:
    office = process_office(tmp_path)
    chat = chat_beside(office, tmp_path / "chat")
    yield office, chat
    chat.database.close()


async def erased(sides: tuple[Office, Stage], said: Sequence[str] = SHORTEST, *then: str) -> Journey:
    """Somebody sends this, says something else in the chat, and asks staff to erase it: two of them do."""
    journey = Journey(*sides, tuple(said))
    office = journey.office
    if then:
        journey.person.goes(*then)
    bea = office.visit(BEA)
    await (await bea.open(f"/cases/{journey.id}")).press("Take this case")
    page = await bea.open(f"/cases/{journey.id}/export")
    await page.press("Ask a colleague", what="erase", why="She asked us for it on the phone")
    await (await office.visit(ANN).open("/approvals")).press("Approve")
    await (await bea.open(f"/cases/{journey.id}/export")).press("Erase it now")
    assert [row.case_key for row in office.rows(CASES)] == [None]
    return journey


async def test_who_chose_the_chat_is_told_in_one_neutral_line_and_then_nobody_knows_where_they_are(
    sides: tuple[Office, Stage],
) -> None:
    journey = await erased(sides)
    told = journey.person.looks()
    assert LINE in told and "form" not in told and "referral" not in told
    office = journey.office
    assert not office.rows(CASE_ADDRESSES) and not office.rows(CONVERSATIONS)
    assert [row.words for row in office.rows(DESK_MESSAGES)] == [None] * len(office.rows(DESK_MESSAGES))
    assert journey.person.looks() == "", "it is said once"


async def test_from_the_chat_and_with_the_code_there_is_nothing_here_as_for_any_code(
    sides: tuple[Office, Stage],
) -> None:
    journey = await erased(sides)
    journey.person.looks()
    assert "What is your code?" in journey.person.tells("start", "What I sent")
    of_it = journey.person.tells(journey.person.code)
    assert "There is nothing here for those words, or nothing any more" in of_it
    assert journey.person.tells("start", "What I sent", "amber anchor apple arrow") == of_it


@pytest.mark.parametrize("said", [BY_PHONE, CAREFUL])
async def test_who_did_not_choose_the_chat_or_wrote_when_never_to_be_in_touch_is_told_nothing(
    sides: tuple[Office, Stage], said: Sequence[str]
) -> None:
    journey = await erased(sides, said)
    assert not journey.office.rows(CASE_ADDRESSES)
    assert LINE not in journey.person.looks()


async def test_past_the_safe_time_it_is_not_said_any_more_and_the_address_goes_all_the_same(
    sides: tuple[Office, Stage],
) -> None:
    journey = await erased(sides)
    journey.office.wait(hours=12)
    assert journey.person.looks() == "" and not journey.office.rows(CASE_ADDRESSES)


async def test_in_the_middle_of_something_else_their_place_is_kept(sides: tuple[Office, Stage]) -> None:
    journey = await erased(sides, SHORTEST, "start", "Is it for me?")
    before = journey.office.rows(CONVERSATIONS)
    assert LINE in journey.person.looks()
    assert len(before) == len(journey.office.rows(CONVERSATIONS)) == 1
