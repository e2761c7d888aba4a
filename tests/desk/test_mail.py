"""Alerts by e-mail: neutral, plain, each known by its own Message-ID, through a real mail server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from content.words import load
from desk.alerts.alert_words import AlertWords
from desk.alerts.delivery import Refused, Unreachable
from desk.alerts.mail import Post
from policy.settings import Settings
from storage.alerts import Alert
from tests.desk.telling import COORDINATORS, MANAGERS, MONDAY, PostOffice

DUE = MONDAY.timestamp()


def _alert(number: int = 7, channel: str = "email", level: int = 0) -> Alert:
    return Alert(number, "c" * 32, "K7M2", 1, level, channel, DUE, 0, DUE)


@pytest_asyncio.fixture
async def office() -> AsyncIterator[PostOffice]:
    opened = PostOffice()
    await opened.start()
    yield opened
    await opened.stop()


def _post(folder: Path, office: PostOffice, **more: str) -> Post:
    values = {
        "data_dir": folder,
        "smtp_url": f"smtp://127.0.0.1:{office.port}",
        "mail_from": "Desk <desk@example.org>",
        "alert_emails": f"{COORDINATORS},second@example.org",
        "manager_emails": MANAGERS,
        "desk_url": "https://desk.example.org",
    }
    settings = Settings(_env_file=None, **(values | more))
    return Post(settings, AlertWords(load("en"), settings.desk_url))


async def test_a_letter_says_where_and_by_when_and_nothing_of_anybody(tmp_path: Path, office: PostOffice) -> None:
    await _post(tmp_path, office).send(_alert(), None, MONDAY)
    [letter] = office.letters
    assert letter["Subject"] == "Desk: K7M2"
    assert letter["From"] == "Desk <desk@example.org>"
    assert letter.get_content_type() == "text/plain"
    text = letter.get_content()
    assert f"https://desk.example.org/cases/{'c' * 32}" in text and "10:00 on Monday 23 November" in text
    for telling in ("harm", "restorative", "survivor", "referral", "justice"):
        assert telling not in letter.as_string().lower()


@pytest.mark.parametrize(
    ("about", "says"),
    [
        (None, "there is something new to read."),
        ("chat_lost", "can no longer be reached in the chat."),
        ("chat_found", "can be reached in the chat again."),
    ],
)
async def test_news_say_what_is_so_where_it_is_no_message(
    tmp_path: Path, office: PostOffice, about: str | None, says: str
) -> None:
    await _post(tmp_path, office).send(replace(_alert(level=100), about=about), None, MONDAY)
    assert f"K7M2: {says} Alert 7." in office.letters[0].get_content()


async def test_everybody_named_gets_it_and_a_managers_alert_only_managers(tmp_path: Path, office: PostOffice) -> None:
    post = _post(tmp_path, office)
    await post.send(_alert(), None, MONDAY)
    await post.send(_alert(8, "manager", 3), None, MONDAY)
    assert office.recipients == [[COORDINATORS, "second@example.org"], [MANAGERS]]


async def test_without_managers_their_alert_goes_to_everybody(tmp_path: Path, office: PostOffice) -> None:
    await _post(tmp_path, office, manager_emails="").send(_alert(8, "manager", 3), None, MONDAY)
    assert office.recipients == [[COORDINATORS, "second@example.org"]]


async def test_a_second_copy_is_known_by_its_message_id(tmp_path: Path, office: PostOffice) -> None:
    post = _post(tmp_path, office)
    for alert in (_alert(7), _alert(7), _alert(8)):
        await post.send(alert, None, MONDAY)
    first, copy, other = [letter["Message-ID"] for letter in office.letters]
    assert first == copy != other
    assert first.endswith("@example.org>")


async def test_no_machine_answers_an_alert(tmp_path: Path, office: PostOffice) -> None:
    await _post(tmp_path, office).send(_alert(), None, MONDAY)
    assert office.letters[0]["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 no such mailbox", Refused), ("451 come back later", Unreachable), ("421 bye", Unreachable)],
)
async def test_a_no_for_good_is_told_from_a_no_for_now(
    tmp_path: Path, office: PostOffice, answer: str, error: type[Exception]
) -> None:
    office.refuses = answer
    with pytest.raises(error) as raised:
        await _post(tmp_path, office).send(_alert(), None, MONDAY)
    assert "example.org" not in str(raised.value)


async def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path, office: PostOffice) -> None:
    await office.stop()
    with pytest.raises(Unreachable):
        await _post(tmp_path, office).send(_alert(), None, MONDAY)


async def test_a_server_that_takes_no_password_refuses_the_one_that_is_set(tmp_path: Path, office: PostOffice) -> None:
    url = f"smtp://desk:made-up-secret@127.0.0.1:{office.port}"
    with pytest.raises((Refused, Unreachable)) as raised:
        await _post(tmp_path, office, smtp_url=url).send(_alert(), None, MONDAY)
    assert "made-up-secret" not in str(raised.value)
    assert office.letters == []
