"""Referrals by a worker who phones or posts a form: the chat's questions, then locked until the person says yes."""

from pathlib import Path

import pytest

from bot.posting import desk_receipts
from storage import proposals, proposals_due, sealing
from storage.tables import ALERTS, AUDIT, CASES, CLOCKS, PROPOSALS, TAKEN_DOWN
from tests.desk.office import BEA, Counted, Office, Page
from tests.desk.test_from_chat_to_desk import chat_of
from tests.desk.test_taking_down import on_disk, publish
from tests.stage import SECRETS, Stage
from tests.test_proposals import TO_THE_LINES, gone, opened

NEEDED = {
    "q.age_band": "18_plus",
    "q.how_agreed": "spoken",
    "q.when_agreed": "today",
    "q.taken_by": "Wren Canary, support worker",
    "q.name_to_use": "Sam Canary",
    "q.contact_routes.phone": "on",
    "q.worker_present": "no",
    "q.referrer_name": "Wren Canary",
    "q.referrer_role": "support worker",
    "q.organisation": "Example Canary Aid",
    "q.work_email": "canary@example.org",
}
ONLY_CONTACT = {"q.may_be_shared.only_contact": "on"}
HOPES_AND_WORK = {"q.may_be_shared.part_hopes": "on", "q.may_be_shared.part_worker": "on"}
PHONE_NUMBER = {"q.phone_number": "07700 900123"}


@pytest.fixture
def chat(office: Office, tmp_path: Path) -> Stage:
    """The chat of the same service, which has run before."""
    publish(office)
    return chat_of(office, tmp_path / "chat")[0]


async def begin(office: Office, agrees: str = "yes") -> Page:
    page = await office.visit(BEA).open("/referrals?kind=organisation_referral")
    return await page.press("Go on to the questions", **{"way": "phone", "q.person_agrees": agrees})


async def to_the_read_back(office: Office) -> Page:
    page = await (await begin(office)).press("Keep and go on", **NEEDED, **ONLY_CONTACT)
    return await page.press("Keep and read it back", **PHONE_NUMBER)


async def to_the_hopes(office: Office) -> Page:
    page = await (await begin(office)).press("Keep and go on", **NEEDED, **HOPES_AND_WORK)
    page = await page.press("Keep and go on", **PHONE_NUMBER)
    page = await page.press("Leave all of this out")
    return await page.press("Leave all of this out")


def code_on(page: Page) -> str:
    return page.soup.select("dd.code")[-1].get_text()


async def proposed(office: Office, page: Page | None = None) -> str:
    """What staff entered was sent, and the intake has come by; the code for the person."""
    code = code_on(await (page or await to_the_read_back(office)).press("Send"))
    assert desk_receipts.make(office.desk.database, SECRETS) == 1
    return code


async def test_where_the_person_does_not_agree_nothing_is_kept_and_the_words_to_give_are_shown(office: Office) -> None:
    page = await begin(office, agrees="no")
    assert page.heading() == "Nothing is kept"
    assert "There is a place where people who were harmed can talk about what they need" in page.text
    assert not office.rows(TAKEN_DOWN)


async def test_a_yes_taken_back_on_the_way_destroys_what_was_entered(office: Office) -> None:
    page = await to_the_read_back(office)
    page = await page.browser.open(page.path.replace("read-back", "needed"))
    page = await page.press("Keep and go on", **{"q.person_agrees": "no", "q.taken_by": ""})
    assert page.heading() == "Nothing is kept" and not office.rows(TAKEN_DOWN)


async def test_it_does_not_begin_before_the_worker_was_asked_whether_the_person_agrees(office: Office) -> None:
    page = await office.visit(BEA).open("/referrals?kind=organisation_referral")
    page = await page.press("Go on to the questions", way="")
    assert page.status == 422 and "Choose how it came to you" in page.text
    assert page.soup.find(id="q.person_agrees") is not None and not office.rows(TAKEN_DOWN)


async def test_it_asks_the_workers_questions_and_only_what_the_person_agreed_to_share(office: Office) -> None:
    page = await begin(office)
    assert page.heading() == "What we need from the worker"
    assert "How old are they?" in page.text and "there is more to ask" not in page.text
    assert (await to_the_hopes(office)).heading() == "Hopes"


async def test_what_is_sent_waits_locked_and_is_no_case(office: Office, chat: Stage) -> None:
    page = await (await to_the_read_back(office)).press("Send")
    [row] = office.rows(PROPOSALS)
    assert page.heading() == f"Locked: {row.reference}"
    assert "neither can you" in page.text and "after 14 days" in page.text
    assert not any(office.rows(table) for table in (CASES, ALERTS, CLOCKS, TAKEN_DOWN))
    assert (office.rows(AUDIT)[-1].action, office.rows(AUDIT)[-1].case_id) == ("proposed_for", row.id)
    waits = row.expires_at - row.at
    assert (row.state, row.person, waits) == ("waiting", None, 14 * 24 * 3600)
    listed = await page.browser.open("/")
    assert "1 waits for a person's own yes" in listed.text and "Sam Canary" not in listed.text


async def test_until_the_intake_has_locked_it_the_desk_can_not_open_it_either(office: Office, chat: Stage) -> None:
    code = code_on(await (await to_the_read_back(office)).press("Send"))
    [row] = office.rows(PROPOSALS)
    assert (row.code, row.answers) == (None, None)
    said = (b"Example Canary Aid", b"Sam Canary", b"900123", code.encode())
    assert not any(each in held for held in on_disk(office) for each in said)
    due = proposals_due.Due(row.id, row.due)
    assert due.open(SECRETS.letterbox)[0] == code
    with pytest.raises(sealing.SealBroken):
        due.open(sealing.new_key_pair())
    assert desk_receipts.make(office.desk.database, SECRETS) == 1
    [row] = office.rows(PROPOSALS)
    assert row.due is None and row.code and row.answers
    assert not any(due.words in held for held in on_disk(office))


async def test_the_persons_yes_in_the_chat_makes_it_an_ordinary_case(office: Office, chat: Stage) -> None:
    opened(chat, await proposed(office)).goes(*TO_THE_LINES, "It is right", "Yes, send it")
    [case], [row] = office.rows(CASES), office.rows(PROPOSALS)
    assert (case.stage, row.state) == ("received", "confirmed") and office.rows(ALERTS) and office.rows(CLOCKS)
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    assert "Example Canary Aid (the worker's view)" in page.text


async def test_the_persons_no_in_the_chat_destroys_it(office: Office, chat: Stage) -> None:
    code = await proposed(office)
    [before] = office.rows(PROPOSALS)
    opened(chat, code).goes("Say no to it")
    gone(chat, before)
    assert [row.state for row in office.rows(PROPOSALS)] == ["refused"] and not office.rows(CASES)


async def test_each_answer_is_told_as_the_persons_or_as_the_workers_view(office: Office, chat: Stage) -> None:
    page = await (await to_the_hopes(office)).press(
        "Keep and go on", **{"q.worries": "A canary", "q.hopes.be_heard": "on"}
    )
    assert page.heading() == "The worker's own view"
    offered = [each["name"] for each in page.soup.select("input[type=checkbox]")]
    assert offered == ["q.workers_view.hopes", "q.workers_view.worries", "q.workers_view.none"]
    page = await page.press("Keep and go on", **{"q.workers_view.worries": "on"})
    page = await page.press("Keep and read it back", **{"q.why_now": "A good time"})
    opened(chat, await proposed(office, page)).goes(*TO_THE_LINES, "It is right", "Yes, send it")
    page = await office.visit(BEA).open(f"/cases/{office.rows(CASES)[0].id}")
    assert "A canary (the worker's view)" in page.text and "A good time (the worker's view)" in page.text
    assert "To be heard (the person's words, written down by the worker)" in page.text


async def test_whose_view_it_is_is_asked_though_the_part_before_it_is_left_out(office: Office, chat: Stage) -> None:
    page = await (await begin(office)).press("Keep and go on", **NEEDED, **HOPES_AND_WORK)
    page = await page.press("Keep and go on", **PHONE_NUMBER)
    page = await (await page.press("Leave all of this out")).press("Keep and go on", **{"q.code_word": "Heron"})
    page = await page.press("Leave all of this out")
    assert page.heading() == "The worker's own view" and "Code word" in page.text


async def test_where_no_chat_has_run_nothing_is_sent_and_nothing_is_lost(office: Office) -> None:
    page = await (await to_the_read_back(office)).press("Send")
    assert page.status == 409 and "no code could open this" in page.text
    assert not office.rows(PROPOSALS) and len(office.rows(TAKEN_DOWN)) == 1


async def test_one_whose_time_is_over_before_the_intake_came_by_leaves_nothing_to_lock(
    office: Office, chat: Stage
) -> None:
    await (await to_the_read_back(office)).press("Send")
    office.wait(days=14)
    with office.desk.database.begin() as tx:
        assert proposals.expire(tx, office.now.timestamp()) == 1
    assert office.rows(PROPOSALS)[0].due is None
    assert desk_receipts.make(office.desk.database, SECRETS) == 0


async def test_its_read_back_asks_the_database_no_more_than_fifteen_things(office: Office) -> None:
    page = await to_the_read_back(office)
    with Counted(office.desk) as asked:
        assert (await page.browser.open(page.path)).status == 200
    assert asked.count <= 15
