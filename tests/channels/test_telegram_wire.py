"""What the outbox is told of each way in which the Bot API can fail."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientTimeout

from bot.channels.telegram_failures import OtherPoller, WrongToken
from bot.channels.telegram_wire import Wire
from bot.messages import Reply
from bot.posting.letters import Outgoing
from bot.posting.not_sent import Doubtful, Later, NotSent, Refused
from tests.botapi import BotApi, Person
from tests.channels.telegram_stage import TOKEN


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        api.bot(TOKEN)
        yield api


@pytest.fixture
async def person(api: BotApi) -> Person:
    person = api.person(bot=TOKEN)
    await person.start()
    return person


@pytest.fixture
async def wire(api: BotApi) -> AsyncIterator[Wire]:
    wire = Wire(TOKEN, api.url)
    yield wire
    await wire.close()


def to(person: Person, text: str = "Hello", edits: str | None = None) -> Outgoing:
    return Outgoing(str(person.id), Reply(text, edits=edits))


@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        ({"kind": "flood", "retry_after": 7}, Later),
        ({"kind": "broken"}, Later),
        ({"kind": "broken", "code": 500}, Later),
        ({"kind": "drop_before"}, Doubtful),
        ({"kind": "drop_after"}, Doubtful),
        ({"kind": "hang"}, Doubtful),
        ({"kind": "forbidden"}, Refused),
        ({"kind": "refused", "code": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}, Refused),
        ({"kind": "refused", "code": 400, "description": "Bad Request: chat not found"}, Refused),
        ({"kind": "refused", "code": 401, "description": "Unauthorized"}, Later),
        ({"kind": "refused", "code": 413, "description": "Request Entity Too Large"}, Refused),
        ({"kind": "refused", "code": 500, "description": "Internal Server Error: restart"}, Later),
    ],
)
async def test_each_failure_of_a_send_says_what_became_of_the_message(
    api: BotApi,
    person: Person,
    wire: Wire,
    fault: dict[str, Any],
    meant: type[NotSent],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram_wire.PATIENCE", ClientTimeout(total=0.2))
    api.faults.add(**fault)
    with pytest.raises(NotSent) as told:
        await wire.send(to(person, "a canary"))
    assert type(told.value) is meant
    assert "canary" not in repr(told.value)
    assert TOKEN not in repr(told.value)
    assert told.value.__suppress_context__


async def test_it_says_how_long_telegram_wants_it_to_wait(api: BotApi, person: Person, wire: Wire) -> None:
    api.faults.add("flood", retry_after=7)
    with pytest.raises(Later) as told:
        await wire.send(to(person))
    assert told.value.seconds == 7


@pytest.mark.parametrize(
    ("description", "gone"), [("chat not found", True), ("user is deactivated", True), ("message is too long", False)]
)
async def test_someone_who_is_gone_is_told_apart_from_a_message_that_is_wrong(
    api: BotApi, person: Person, wire: Wire, description: str, gone: bool
) -> None:
    api.faults.add("refused", code=400, description=f"Bad Request: {description}")
    with pytest.raises(Refused) as told:
        await wire.send(to(person))
    assert told.value.all_of_person is gone


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with BotApi() as api:
        url = api.url
    wire = Wire(TOKEN, url)
    with pytest.raises(Later):
        await wire.send(Outgoing("5", Reply("Hello")))
    await wire.close()


async def test_changing_a_message_to_what_it_says_already_is_done(person: Person, wire: Wire) -> None:
    await wire.send(to(person))
    number = str(person.last.id)
    for _ in range(2):
        await wire.send(to(person, "Other words", edits=number))
    assert [message.text for message in person.messages] == ["Other words"]


async def test_a_change_may_be_tried_again_where_a_new_message_would_be_doubtful(
    api: BotApi, person: Person, wire: Wire
) -> None:
    await wire.send(to(person))
    api.faults.add("drop_after", on="editMessageText")
    with pytest.raises(Later):
        await wire.send(to(person, "Other words", edits=str(person.last.id)))
    await wire.send(to(person, "Other words", edits=str(person.last.id)))
    assert [message.text for message in person.messages] == ["Other words"]


async def test_a_message_that_cannot_be_changed_is_sent_anew(person: Person, wire: Wire) -> None:
    await wire.send(to(person, "Other words", edits="4000"))
    assert [message.text for message in person.messages] == ["Other words"]


async def test_of_a_long_message_only_what_has_not_gone_is_sent_again(api: BotApi, person: Person, wire: Wire) -> None:
    text = "\n\n".join(str(number) * 1500 for number in range(1, 7))
    api.faults.add("flood", on="sendMessage", skip=1)
    with pytest.raises(Later):
        await wire.send(to(person, text))
    await wire.send(to(person, text))
    assert "\n\n".join(message.text for message in person.messages) == text


async def test_a_fetch_tells_a_wrong_token_and_another_fetcher_apart_from_a_bad_line(api: BotApi, wire: Wire) -> None:
    api.faults.add("refused", on="getUpdates", code=401, description="Unauthorized")
    api.faults.add("refused", on="getUpdates", code=409, description="Conflict: terminated by other")
    api.faults.add("broken", on="getUpdates")
    for expected in (WrongToken, OtherPoller, Later):
        with pytest.raises(expected):
            await wire.fetch(0)


async def test_updates_come_as_they_are_even_with_bytes_that_are_no_text(person: Person, wire: Wire) -> None:
    await person.say("half \ud83d")
    updates = await wire.fetch(0)
    assert updates[-1]["message"]["text"].startswith("half ")
