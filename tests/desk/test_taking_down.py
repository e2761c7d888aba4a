"""Referrals by phone or paper: the same questions as in the chat, the same case at the end."""

from pathlib import Path

import pytest

from bot import form
from bot.flows import FLOWS
from bot.posting import desk_receipts
from bot.steps import Question
from storage import addresses, receipts, sealing
from storage.cases import of_code
from storage.tables import ALERTS, AUDIT, CASES, CLOCKS, RECEIPTS_DUE, TAKEN_DOWN, TALLIES
from tests.desk.office import ANN, BEA, Counted, Office, Page
from tests.stage import SECRETS

AGREED = {"way": "phone", "how": "spoken", "agreed": "That we keep this and call her about a first talk"}
NEEDED = {
    "q.keep_answers": "yes",
    "q.who_i_am": "harmed",
    "q.age_band": "18_plus",
    "q.be_contacted": "yes",
    "q.name_to_use": "Wren Canary",
    "q.contact_routes.phone": "on",
}


async def begin(office: Office, name: str = BEA, **changes: str) -> Page:
    page = await office.visit(name).open("/referrals")
    return await page.press("Go on to the questions", **{**AGREED, **changes})


async def to_the_parts(office: Office, name: str = BEA) -> Page:
    page = await (await begin(office, name)).press("Keep and go on", **NEEDED)
    return await page.press("Keep and go on", **{"q.phone_number": "07700 900123"})


async def to_the_read_back(office: Office, name: str = BEA) -> Page:
    page = await (await begin(office, name)).press("Keep and go on", **NEEDED)
    return await page.press("Keep and read it back", **{"q.phone_number": "07700 900123"})


async def test_what_is_needed_alone_can_be_sent(office: Office) -> None:
    page = await to_the_read_back(office)
    assert page.heading() == "Read it back" and "Left out" in page.text
    assert (await page.press("Send")).heading().startswith("Sent")
    assert len(office.rows(CASES)) == 1


def on_disk(office: Office) -> list[bytes]:
    """All that stands in the database's files, its log too."""
    return [file.read_bytes() for file in Path(office.data_dir).glob("*.db*")]


def publish(office: Office) -> None:
    with office.desk.database.begin() as tx:
        addresses.publish(tx, SECRETS.letterbox.public, office.now)


async def test_what_an_answer_brings_up_is_asked_and_nothing_else(office: Office) -> None:
    page = await begin(office)
    assert page.heading() == "What we need to reach you"
    assert "Which phone number is safe" not in page.text
    page = await page.press("Keep and go on", **NEEDED)
    assert "there is more to ask on this page" in page.text
    assert "Which phone number is safe" in page.text and "Which email address" not in page.text
    page = await page.press("Keep and go on", **{"q.phone_number": "07700 900123"})
    assert page.heading() == "Safe contact"
    assert "In this chat" not in (await page.browser.open(page.path.replace("part_safe_contact", "needed"))).text


async def test_it_becomes_the_same_case_as_from_a_chat_and_says_who_entered_it_and_how_they_agreed(
    office: Office,
) -> None:
    publish(office)
    page = await to_the_parts(office)
    page = await page.press("Keep and go on", **{"q.voicemail": "no", "q.code_word": "Heron"})
    page = await page.press("Keep and go on", **{"q.feels_safe": "no"})
    page = await page.press("Leave all of this out")
    page = await page.press("Keep and read it back", **{"q.kind_of_harm": "stalking"})
    assert page.heading() == "Read it back" and "Heron" in page.text
    assert not office.rows(CASES)
    page = await page.press("Send")

    [case], clocks = office.rows(CASES), office.rows(CLOCKS)
    assert (case.priority, case.stage, case.assignee, case.person) == (1, "received", None, None)
    assert {clock.case_id for clock in clocks} == {case.id} and office.rows(ALERTS) and office.rows(TALLIES)
    assert not office.rows(TAKEN_DOWN)
    assert office.rows(AUDIT)[-1].action == "taken_down"
    page = await page.press("Take this case")
    shown = page.text
    for words in ("Wren Canary", "7700 900123", "Says they do not feel safe now", "Stalking or harassment"):
        assert words in shown
    assert f"{BEA} entered this for them, by phone. {BEA} heard them agree, in spoken words" in shown
    assert AGREED["agreed"] in shown


async def test_the_code_the_person_is_told_opens_their_copy_once_the_intake_has_made_it(office: Office) -> None:
    publish(office)
    page = await (await to_the_read_back(office)).press("Send")
    shown = page.soup.select("dd .code")
    code = shown[-1].get_text()
    assert office.rows(CASES)[0].receipt is None
    assert desk_receipts.make(office.desk.database, SECRETS) == 1
    own = receipts.receipt(code, SECRETS.pepper)
    assert own is not None
    with office.desk.database.read() as tx:
        found = of_code(tx, own.digest)
    assert found is not None and found.copy_salt and found.copy
    assert b"Wren Canary" in sealing.unseal(own.copy_key(found.copy_salt), found.copy, f"copy:{found.id}")
    assert not office.rows(RECEIPTS_DUE)
    assert code not in (await page.browser.open(f"/cases/{found.id}")).text


async def test_without_an_intake_there_is_no_code_that_would_open_nothing(office: Office) -> None:
    page = await (await to_the_read_back(office)).press("Send")
    assert "There is no receipt code" in page.text
    assert not office.rows(RECEIPTS_DUE)


async def test_nothing_that_is_entered_stands_in_clear_or_is_a_colleagues_to_see(office: Office) -> None:
    page = await to_the_parts(office)
    assert not any(said in held for held in on_disk(office) for said in (b"Wren Canary", b"call her", b"07700"))
    assert (await office.visit(ANN).open(page.path)).status == 404
    assert "Wren Canary" not in (await office.visit(ANN).open("/referrals")).text
    assert "Wren Canary" in (await office.visit(BEA).open("/referrals")).text


async def test_what_lies_for_72_hours_is_gone(office: Office) -> None:
    from desk.alerts.tidying import tidy

    page = await to_the_parts(office)
    office.wait(hours=71)
    assert tidy(office.desk.database, office.now) == 0
    office.wait(hours=1)
    assert tidy(office.desk.database, office.now) == 1
    assert not office.rows(TAKEN_DOWN)
    assert page.path


async def test_answers_that_lead_to_an_end_make_no_case_and_what_the_chat_would_say_is_said(office: Office) -> None:
    page = await (await begin(office)).press("Keep and go on", **{**NEEDED, "q.age_band": "under_16"})
    assert "people who listen to young people" in page.text and "This ends here" in page.text
    assert office.rows(TAKEN_DOWN) == [], "the page says that nothing was kept"
    assert (await page.browser.open(page.path.replace("needed", "read-back"))).status == 404
    assert not office.rows(CASES)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("q.phone_number", "none", "does not look like a phone number"),
        ("q.phone_number", "", "has to be answered"),
        ("q.phone_number", "0" * 41, "longer than there is room"),
    ],
)
async def test_a_slip_is_said_and_what_was_typed_stays(office: Office, field: str, typed: str, told: str) -> None:
    page = await (await begin(office)).press("Keep and go on", **NEEDED)
    page = await page.press("Keep and go on", **{field: typed})
    assert page.status == 422 and told in page.text
    box = page.soup.find(id=field)
    assert box is not None and box["value"] == typed


async def test_who_agreed_to_what_before_whom_comes_first(office: Office) -> None:
    page = await begin(office, agreed="", heard_by="", when="2031-01-01T10:00")
    assert page.status == 422
    for words in ("Write what they agreed to", "Write who heard", "can't be later than now"):
        assert words in page.text
    assert not office.rows(TAKEN_DOWN)


async def test_no_page_of_it_asks_the_database_more_than_fifteen_things(office: Office) -> None:
    page = await to_the_read_back(office)
    for path in ("/referrals", page.path, page.path.replace("read-back", "needed")):
        with Counted(office.desk) as asked:
            assert (await page.browser.open(path)).status == 200
        assert asked.count <= 15


@pytest.mark.parametrize("flow", FLOWS)
def test_a_form_asks_what_a_conversation_meets(flow: str) -> None:
    """Answered page by page as the form asks, nothing that `Flow.position` meets was left unasked."""
    found, answers = FLOWS[flow], {}
    for section in form.sections(found):
        answers |= form.taking_up(found, section)
        for _ in range(8):
            new = [each for each in form.asked_in(found, section, answers) if each.name not in answers]
            answers |= {each.name: _an_answer(each) for each in new}
    position = found.position(answers, early=True)
    asked = {name for name in position.kept if isinstance(found.by_name.get(name), Question)}
    assert asked <= set(answers) | {each.name for each in found.questions if not each.required}


def _an_answer(question: Question) -> str | tuple[str, ...]:
    options = question.closed
    if not options:
        return "typed"
    return options[:1] if question.accepts(options[:1]) else options[0]
