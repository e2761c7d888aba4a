"""What a person says in their own chat about being in touch binds that chat, too, and the desk that writes to it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from desk.contact.chat_deeds import WRITTEN
from storage import talks
from storage.tables import CASE_ADDRESSES, CASE_ENTRIES, CASES, CONVERSATIONS, DESK_MESSAGES, TALKS
from tests.desk.journey import SHORTEST, Person, chat_beside
from tests.desk.office import BEA, Office, Page
from tests.desk.process_office import process_office
from tests.somebody import TO_THE_END
from tests.stage import Stage
from tests.test_languages import TO_POLISH

WORDS = "Would Thursday at eleven suit you?"
ASKS = "There is a message for you. Is now a good time?"
TO_CONTACT = ("start", "What I sent", "How to reach me")
PAST_A_MESSAGE = ("start", "What I sent", "Something else", "How to reach me")
PAUSES = ("No contact for now", "Until I say otherwise")
ANEW = "Say anew how to reach me"
BY_EMAIL = (ANEW, "Email", "Done", "sam@example.org", "Read back and send", "Send")
BY_CHAT = (ANEW, "in this chat", "Done", "Read back and send", "Send")
AT_NINE = (ANEW, "in this chat", "Done", "Skip", "Skip", "9am to 11am", "Done", "Read back and send", "Send")
IN_WORDS = (ANEW, "in this chat", "Done", *("Skip",) * 3, "Not when he is home", "Read back and send", "Send")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return process_office(tmp_path)


@pytest.fixture
def chat(office: Office, tmp_path: Path) -> Stage:
    return chat_beside(office, tmp_path / "chat")


@pytest.fixture
def sam(office: Office, chat: Stage) -> Person:
    """Somebody who has sent a referral, and named their phone and their chat, at any time."""
    return sent(office, chat, SHORTEST)


def sent(office: Office, chat: Stage, said: Sequence[str]) -> Person:
    person = Person.of(office, chat)
    person.goes(*said)
    return person


async def bea_opens(office: Office) -> Page:
    (case,) = office.rows(CASES)
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    if page.has("Take this case"):
        await page.press("Take this case")
    return await page.browser.open(page.path)


async def written(office: Office, button: str = "Send it") -> Page:
    """Bea writes; the chat has not looked yet."""
    return await (await bea_opens(office)).press(button, words=WORDS, read_words="yes")


def to_come(office: Office) -> list[str]:
    """Where each message is that a coordinator wrote."""
    theirs = {row.id for row in office.rows(CASE_ENTRIES) if row.kind == WRITTEN}
    return [row.state for row in office.rows(DESK_MESSAGES) if row.entry_id in theirs]


async def test_who_pauses_is_not_told_of_a_message_that_waits_for_them(office: Office, sam: Person) -> None:
    await written(office)
    sam.goes(*PAST_A_MESSAGE, *PAUSES)
    assert "nobody is to call or write to you" in sam.last.text
    assert sam.looks() == "" and to_come(office) == ["gone"]


async def test_who_put_a_message_off_and_pauses_is_not_asked_again(office: Office, sam: Person) -> None:
    await written(office)
    assert ASKS in sam.looks()
    sam.goes("Ask me later", *PAST_A_MESSAGE, *PAUSES)
    office.wait(hours=3)
    assert sam.looks() == ""


async def test_what_was_left_for_them_stays_theirs_to_open_with_their_code(office: Office, sam: Person) -> None:
    await written(office)
    code = sam.code
    sam.looks()
    sam.goes("Not here", *PAST_A_MESSAGE, *PAUSES)
    assert to_come(office) == ["left"]
    assert WORDS in sam.tells("start", "What I sent", "Read the message", code)


async def test_who_does_not_name_the_chat_any_more_is_neither_told_there_nor_written_to(
    office: Office, sam: Person
) -> None:
    await written(office)
    sam.goes(*PAST_A_MESSAGE, *BY_EMAIL)
    assert "they use only these ways" in sam.last.text
    assert sam.looks() == "" and to_come(office) == ["gone"]
    refused = await written(office)
    assert refused.status == 422 and "did not name this chat" in refused.text
    assert sam.looks() == "" and to_come(office) == ["gone"]


async def test_what_they_write_from_a_chat_they_do_not_name_is_answered_there(office: Office, sam: Person) -> None:
    await bea_opens(office)
    sam.goes(*TO_CONTACT, *BY_EMAIL)
    office.wait(minutes=1)
    sam.goes("start", "What I sent", "Write to the coordinator", "Please answer here", "Send")
    office.wait(minutes=1)
    assert (await written(office)).status == 200
    assert ASKS in sam.looks()


async def test_who_names_the_chat_only_later_is_written_to_there(office: Office, chat: Stage) -> None:
    sam = sent(office, chat, TO_THE_END)
    assert office.rows(CASE_ADDRESSES) == []
    sam.goes(*TO_CONTACT, *BY_CHAT)
    assert "If we are late, we tell you here." in sam.last.text
    assert (await written(office)).status == 200
    assert ASKS in sam.looks()


@pytest.mark.parametrize(("said", "state"), [(BY_CHAT, "waiting"), (AT_NINE, "gone"), (IN_WORDS, "gone")])
async def test_said_anew_what_waits_is_told_only_if_all_its_times_are_still_safe(
    office: Office, sam: Person, said: tuple[str, ...], state: str
) -> None:
    await written(office)
    sam.goes(*PAST_A_MESSAGE, *said)
    assert "they use only these ways" in sam.last.text
    assert to_come(office) == [state]
    assert (ASKS in sam.looks()) is (state == "waiting")


async def test_a_talk_that_was_only_asked_for_is_called_off(office: Office, sam: Person) -> None:
    await written(office, "Ask them to talk here now")
    assert [row.state for row in office.rows(TALKS)] == [talks.ASKED]
    sam.goes(*PAST_A_MESSAGE, *PAUSES)
    assert [(row.state, row.ended_by) for row in office.rows(TALKS)] == [(talks.OVER, talks.PERSON)]


async def test_who_sent_it_in_polish_is_asked_in_polish_when_nothing_else_is_kept_of_their_language(
    office: Office, chat: Stage
) -> None:
    chat.languages = ("en", "pl")
    chat.restart()
    polish = (
        *(*TO_POLISH, "Poproś o pierwszą rozmowę", "tak", "Wyrządzono mi krzywdę", "18 lub więcej", "tak", "Ola"),
        *("telefon, w tym czacie", "07700 900123", "Sprawdź i wyślij teraz", "wyślij"),
    )
    sam = sent(office, chat, polish)
    await written(office)
    assert office.rows(CONVERSATIONS) == []
    assert "Jest dla Ciebie wiadomość. Czy to dobra chwila?" in sam.looks()
