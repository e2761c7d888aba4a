"""The person withdraws in their chat, at every stage: the desk shows it at once, and nothing goes on but support."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table

from content import words
from policy.closings import tasks_after
from policy.moves import BY_NAME, moves_from
from policy.record_forms import RECORDS
from policy.record_shape import DATE, Field, RecordForm
from policy.stages import EVERY, KNOWN_TO_THE_OTHER
from policy.stages import Stage as CaseStage
from storage.tables import ALERTS, CASE_RECORDS, CLOCKS, TASKS
from tests.desk.journey import Journey, chat_beside
from tests.desk.office import BEA, Office, Page
from tests.desk.process_office import process_office
from tests.stage import Stage

TAKEN = tuple(stage for stage in EVERY if stage is not CaseStage.RECEIVED)
CAME_TO = {CaseStage.PAUSED: CaseStage.APPROACH, CaseStage.CLOSED: CaseStage.INITIAL_DISCUSSION}
"""How far those had come that rest."""
STAY = ("/sign-out", "/release", "/tasks/", "/find", "/attempts")
"""Where a form may still lead: away, away with it, to what others have to be told, to another case, and to writing down
what was tried before."""


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Stage]]:
    """An office and the chat of its service: every test brings a person and a case of their own."""
    folder = tmp_path_factory.mktemp("withdrawing")
    office = process_office(folder)
    chat = chat_beside(office, folder / "chat")
    yield office, chat
    chat.database.close()
    office.desk.database.close()


@pytest.fixture
def journey(beginning: tuple[Office, Stage]) -> Journey:
    return Journey(*beginning)


def leads_on(page: Page) -> list[str]:
    """Forms of a page by which something goes on."""
    actions = [str(form["action"]) for form in page.soup.find_all("form", method="post")]
    return [action for action in actions if not any(each in action for each in STAY)]


def open_at(stage: CaseStage) -> list[RecordForm]:
    """Records in which something can be written at a stage, but not after a withdrawal. Those that are open at every
    stage are taken at the last of them alone."""
    deeds = [(form, BY_NAME[form.deed]) for form in RECORDS.values()]
    fitting = [(form, deed) for form, deed in deeds if stage in deed.before and not deed.whatever_happens]
    return [form for form, deed in fitting if deed.before != EVERY or stage is EVERY[-1]]


def rows(journey: Journey, table: Table, **values: str) -> list[Any]:
    """Those of this case that have these values."""
    wanted = {"case_id": journey.id, **values}
    return [row for row in journey.office.rows(table) if wanted.items() <= row._asdict().items()]


def filled_in(field: Field, today: str) -> str:
    """Anything that may stand there."""
    return field.options[0] if field.options else today if field.kind == DATE else "1"


@pytest.mark.parametrize("stage", TAKEN)
async def test_a_person_withdraws_at_any_stage_and_the_desk_shows_it_at_once_and_offers_nothing_but_support(
    journey: Journey, stage: CaseStage
) -> None:
    await journey.rests_at(stage)
    assert "Withdrawn. We tell our team now" in journey.withdraws()

    bea = journey.office.visit(BEA)
    lines = (await bea.open("/")).soup.find_all("tr")
    assert [line for line in lines if journey.reference in line.get_text() and "Do not contact." in line.get_text()]
    page = await bea.open(f"/cases/{journey.id}")
    assert "Do not contact Withdrawn by the person" in page.text
    process = await journey.open()
    records = [await journey.open(f"/{form.name}") for form in open_at(stage)]
    assert [action for each in (page, process, *records) for action in leads_on(each)] == []
    assert {row.due_at for row in rows(journey, ALERTS, state="waiting")} == {journey.office.now.timestamp()}
    assert not rows(journey, CLOCKS, state="running")

    came_to, say = CAME_TO.get(stage, stage), words.load("en")
    assert {row.kind for row in rows(journey, TASKS, state="open")} == set(tasks_after(came_to))
    assert all(say.text("process", f"tasks.{task}") in process.text for task in tasks_after(came_to))
    for whom in ("person", "other", "support"):
        is_told_of = whom != "other" or came_to in KNOWN_TO_THE_OTHER
        assert (say.text("process", f"after.withdraw_{whom}") in process.text) == is_told_of
    saved = await journey.write("support", answer="accepted", how="Canary service")
    assert saved.status == 200 and "Canary service" in saved.text


@pytest.mark.parametrize("stage", TAKEN)
async def test_what_was_open_a_moment_before_a_withdrawal_is_refused_a_moment_after_and_changes_nothing(
    journey: Journey, stage: CaseStage
) -> None:
    await journey.rests_at(stage)
    token, bea = await journey.token(BEA), journey.office.visit(BEA)
    before = rows(journey, CASE_RECORDS)
    journey.withdraws()
    sent = [("/process/move", {"move": move.name, "after": str(move.after)}) for move in moves_from(stage)]
    for form in open_at(stage):
        fields = {field.name: filled_in(field, journey.today) for field in form.sections[0].fields}
        sent.append((f"/process/{form.name}", {"section": form.sections[0].name, **fields}))
    sent.append(("/chat", {"words": "Would Thursday suit?"}))
    for path, fields in sent:
        refused = await bea.post(f"/cases/{journey.id}{path}", {"form_token": token, **fields})
        assert refused.status == 409 and "The person has taken this back" in refused.text, (path, refused.text)
    tried = {"form_token": token, "route": "phone", "result": "reached"}
    refused = await bea.post(f"/cases/{journey.id}/attempts", tried)
    assert refused.status == 422 and "Do not contact" in refused.text and "by then" in refused.text
    assert journey.stage() == "withdrawn" and rows(journey, CASE_RECORDS) == before


async def test_withdrawn_before_anybody_took_it_nobody_can_open_it_and_it_waits_for_nobody(journey: Journey) -> None:
    bea = journey.office.visit(BEA)
    assert journey.reference in (await bea.open("/")).text
    journey.withdraws()
    assert journey.reference not in (await bea.open("/")).text
    page = await bea.open(f"/cases/{journey.id}")
    assert "Do not contact" in page.text and "Sam" not in page.text and leads_on(page) == []
