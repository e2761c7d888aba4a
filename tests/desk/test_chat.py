"""Writing to a person in their chat from the page of their case: what they ruled out is refused, with the reason."""

import json
from datetime import UTC, datetime
from pathlib import Path

from content import words
from desk.contact import agreed_phrases
from policy.deadlines import PLAN
from storage import addresses, cases, clocks, sealing, talks, team
from storage.addresses import Address
from storage.tables import DESK_MESSAGES, TALKS, TASKS
from tests.desk.cases import MIDDAY, NEVER, Made, Said
from tests.desk.office import BEA, Counted, Office, Page, copy_office
from tests.stage import SECRETS

WORDS = "Would Thursday at eleven suit you?"
BY_CHAT: Said = {"contact_routes": ("Phone call, In this chat", ["phone", "this_chat"])}


async def taken(tmp_path: Path, *, chosen: bool | None = True, routes: Said | None = None) -> tuple[Office, Made, Page]:
    """Bea has a case whose person can be written to in their chat; safe are late mornings of Tuesday and Thursday. They
    named it, if they chose it, unless `routes` are others."""
    office = copy_office(tmp_path)
    named = routes if routes is not None else BY_CHAT if chosen else {}
    case = office.case(said={**MIDDAY, **NEVER, **named})
    with office.desk.database.begin() as tx:
        addresses.publish(tx, SECRETS.letterbox.public, office.now)
        if chosen is not None:
            addresses.keep(tx, case.id, Address("telegram", b"p" * 16, "1001"), SECRETS.seal, chosen=chosen)
    bea = office.visit(BEA)
    await (await bea.open(f"/cases/{case.id}")).press("Take this case")
    return office, case, await bea.open(f"/cases/{case.id}")


def _said(sealed: bytes, case_id: str) -> str:
    return str(json.loads(sealing.unseal_with(SECRETS.letterbox.private, sealed, f"desk message:{case_id}"))["words"])


async def test_a_message_is_sealed_to_the_intake_and_due_at_the_next_safe_time(tmp_path: Path) -> None:
    office, case, page = await taken(tmp_path)
    page = await page.press("Send it", words=WORDS, read_words="yes")
    assert "It is on its way to them" in page.text
    assert WORDS in page.text
    (row,) = office.rows(DESK_MESSAGES)
    assert datetime.fromtimestamp(row.due_at, UTC) == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert _said(row.words, case.id) == WORDS
    assert WORDS.encode() not in row.words


async def test_what_the_person_never_wants_has_to_be_read_first(tmp_path: Path) -> None:
    office, _case, page = await taken(tmp_path)
    page = await page.press("Send it", words=WORDS, read_words="")
    assert page.status == 422
    assert "Read first when they never want to be contacted" in page.text
    assert office.rows(DESK_MESSAGES) == []


async def test_without_having_named_the_chat_only_what_they_wrote_is_answered_and_once(tmp_path: Path) -> None:
    office, case, page = await taken(tmp_path, chosen=False)
    refused = await page.press("Send it", words=WORDS, read_words="yes")
    assert "did not name this chat" in refused.text
    office.wait(minutes=1)
    with office.desk.database.begin() as tx:
        sealed = sealing.seal_to(team.public_key(tx), b"Please write here", f"entry:{case.id}")
        cases.write(tx, case.id, sealed, office.now.timestamp())
    office.wait(minutes=1)
    page = await refused.browser.open(f"/cases/{case.id}")
    page = await page.press("Send it", words=WORDS, read_words="yes")
    assert len(office.rows(DESK_MESSAGES)) == 1
    office.wait(minutes=1)
    page = await page.press("Send it", words=WORDS, read_words="yes")
    assert page.status == 422
    assert "did not name this chat" in page.text


async def test_a_chat_that_was_chosen_once_and_is_no_way_by_the_plan_that_counts_now_is_not_written_to(
    tmp_path: Path,
) -> None:
    office, _case, page = await taken(tmp_path, chosen=True, routes={})
    refused = await page.press("Send it", words=WORDS, read_words="yes")
    assert refused.status == 422 and "did not name this chat" in refused.text
    assert office.rows(DESK_MESSAGES) == []


async def test_no_form_is_shown_where_the_person_cannot_be_written_to(tmp_path: Path) -> None:
    _office, _case, page = await taken(tmp_path, chosen=None)
    assert not page.has("Send it")


async def test_while_the_person_has_paused_nothing_is_sent(tmp_path: Path) -> None:
    office, case, page = await taken(tmp_path)
    with office.desk.database.begin() as tx:
        sealed = sealing.seal_to(team.public_key(tx), b'{"until": null}', f"entry:{case.id}")
        cases.change_contact(tx, case.id, cases.CONTACT_PAUSED, sealed, office.now.timestamp())
    page = await page.press("Send it", words=WORDS, read_words="yes")
    assert page.status == 422
    assert "asked that nobody is in touch for now" in page.text
    assert office.rows(DESK_MESSAGES) == []


async def test_a_talk_is_asked_for_and_ended(tmp_path: Path) -> None:
    office, case, page = await taken(tmp_path)
    page = await page.press("Ask them to talk here now", words=WORDS, read_words="yes")
    assert "They have not said yet that it is a good time." in page.text
    with office.desk.database.begin() as tx:
        talks.open_(tx, case.id, office.now)
    page = await page.browser.open(f"/cases/{case.id}")
    late = await page.press("Send it", words=WORDS, read_words="yes")
    assert "not a time they named" in late.text  # it is ten o'clock, and they named eleven
    page = await page.press("End the talk")
    assert [row.ended_by for row in office.rows(TALKS)] == ["desk"]


async def test_the_page_of_a_case_with_its_chat_asks_the_database_no_more_than_fifteen_times(tmp_path: Path) -> None:
    office, case, page = await taken(tmp_path)
    await page.press("Send it", words=WORDS, read_words="yes")
    with Counted(office.desk) as counted:
        await page.browser.open(f"/cases/{case.id}")
    assert counted.count <= 15


async def test_a_phrase_that_was_agreed_on_is_picked_and_goes_as_it_stands_before_what_was_written(
    tmp_path: Path,
) -> None:
    office, case, page = await taken(tmp_path)
    agreed = words.load("en").text(agreed_phrases.FILE, "phrases.no_hurry")
    page = await page.press("Send it", phrase="no_hurry", words="", read_words="")
    assert page.status == 422  # and what was picked stays picked while something is put right
    page = await page.press("Send it", words=WORDS, read_words="yes")
    (row,) = office.rows(DESK_MESSAGES)
    assert _said(row.words, case.id) == f"{agreed}\n\n{WORDS}"


def test_phrases_are_in_the_persons_language_where_it_has_them() -> None:
    assert {each.language for each in agreed_phrases.phrases("pl")} == {"pl"}
    assert {each.language for each in agreed_phrases.phrases("ar")} == {"en"}


async def test_past_the_day_of_renewal_only_what_has_a_reason_is_sent_and_a_manager_looks_at_it(tmp_path: Path) -> None:
    office, case, page = await taken(tmp_path)
    with office.desk.database.begin() as tx:
        clocks.put(tx, case.id, PLAN, office.now)
    office.wait(minutes=1)
    page = await page.press("Send it", words=WORDS, read_words="yes")
    assert page.status == 422 and "asked again by now" in page.text and office.rows(DESK_MESSAGES) == []
    await page.press("Send it", words=WORDS, read_words="yes", chat_override="To ask whether it is still safe")
    (row,) = office.rows(DESK_MESSAGES)
    assert datetime.fromtimestamp(row.due_at, UTC) == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert [task.kind for task in office.rows(TASKS)] == ["second_look"]


async def test_what_is_written_to_the_person_sees_to_what_its_writer_was_shown_of_them(tmp_path: Path) -> None:
    office, case, page = await taken(tmp_path)
    office.wait(minutes=1)
    with office.desk.database.begin() as tx:
        cases.write(tx, case.id, sealing.seal_to(team.public_key(tx), b"Hello", "x"), office.now.timestamp())
    page = await page.press("Send it", words=WORDS, read_words="yes")
    assert page.soup.select_one("#messages .sign")
    page = await page.press("Send it", words=WORDS, read_words="yes")
    assert not page.soup.select_one("#messages .sign")
