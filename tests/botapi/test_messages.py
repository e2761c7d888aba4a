"""Sending, editing, deleting, pressing: what the server takes and what it refuses."""

from typing import Any

import pytest

from tests.botapi import BotApi, Person
from tests.botapi.conftest import OTHER, Client

YES = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


async def test_a_bot_cannot_write_first(api: BotApi, call: Client) -> None:
    person = api.person()
    assert person.messages == []
    assert await call.refused("sendMessage", chat_id=person.id, text="hello") == "Bad Request: chat not found"


async def test_space_around_text_is_cut_and_its_entities_with_it(call: Client, person: Person) -> None:
    sent = await call("sendMessage", chat_id=person.id, text="  <b> Hi </b>", parse_mode="HTML")
    assert (sent["text"], sent["entities"]) == ("Hi", [{"type": "bold", "offset": 0, "length": 2}])


async def test_a_person_reads_what_the_bot_wrote(call: Client, person: Person) -> None:
    sent = await call("sendMessage", chat_id=str(person.id), text=" <b>Hi</b> &amp; bye ", parse_mode="HTML")
    [message] = await person.waits_for(1)
    assert message.text == "Hi & bye" == person.last.text
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]


@pytest.mark.parametrize(
    ("fields", "description"),
    [
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "  "}, "message text is empty"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "ä<x>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 2'),
        ({"text": "a < b", "parse_mode": "HTML"}, "can't parse entities: Unclosed start tag at byte offset 2"),
        ({"text": "a</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 1"),
        (
            {"text": "ab", "entities": [{"type": "bold", "offset": 1, "length": 2}]},
            "can't parse entities: entity reaches",
        ),
        ({"reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "d" * 65}]]}}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "ä" * 33}]]}}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "A"}]]}}, "can't parse inline keyboard button: Text buttons"),
        ({"reply_markup": {"inline_keyboard": [{"text": "A", "callback_data": "d"}]}}, 'field "inline_keyboard"'),
        ({"reply_markup": {"keyboard": [[{"request_contact": True}]]}}, "can't parse keyboard button: Field"),
        ({"reply_markup": "{no json"}, "can't parse reply markup JSON object"),
        ({"reply_markup": {"buttons": []}}, "can't parse reply keyboard markup"),
        ({"message_thread_id": 7}, "message thread not found"),
        ({"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ],
)
async def test_what_telegram_refuses_is_refused(
    call: Client, person: Person, fields: dict[str, Any], description: str
) -> None:
    refusal = await call.refused("sendMessage", chat_id=person.id, **{"text": "x", **fields})
    assert refusal.startswith(f"Bad Request: {description}")


async def test_the_longest_text_and_data_pass(call: Client, person: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "d" * 64}]]}
    await call("sendMessage", chat_id=person.id, text="😀" * 2048, reply_markup=keyboard)


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(api: BotApi, call: Client, person: Person) -> None:
    await call("sendMessage", chat_id=person.id, text="Well?", reply_markup=YES)
    tap = await person.tap("Yes")
    query = (await call("getUpdates"))[-1]["callback_query"]
    assert (query["data"], query["message"]["text"]) == ("y", "Well?")
    await call("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    assert (await tap.answered())["text"] == "Noted"


async def test_a_tap_answered_too_late_or_by_another_bot_is_refused(api: BotApi, call: Client, person: Person) -> None:
    await call("sendMessage", chat_id=person.id, text="Well?", reply_markup=YES)
    tap = await person.tap("Yes")
    assert "query is too old" in await call.refused("answerCallbackQuery", OTHER, callback_query_id=tap.query_id)
    api.clock.advance(16)
    assert "query is too old" in await call.refused("answerCallbackQuery", callback_query_id=tap.query_id)


async def test_an_edit_replaces_text_and_buttons_and_must_change_something(call: Client, person: Person) -> None:
    sent = await call("sendMessage", chat_id=person.id, text="Well?", reply_markup=YES)
    old = person.last
    edit = {"chat_id": person.id, "message_id": sent["message_id"]}
    await call("editMessageText", **edit, text="Well, then")
    assert (person.last.text, person.last.labels, person.last.edited) == ("Well, then", [], True)
    assert "message is not modified" in await call.refused("editMessageText", **edit, text="Well, then")
    await call("editMessageReplyMarkup", **edit, reply_markup=YES)
    assert "message is not modified" in await call.refused("editMessageReplyMarkup", **edit, reply_markup=YES)
    assert [(message.text, message.labels) for message in await person.waits_for(3)] == [
        ("Well?", ["Yes"]),
        ("Well, then", []),
        ("Well, then", ["Yes"]),
    ]
    await person.tap("Yes", on=old)
    assert (await call("getUpdates"))[-1]["callback_query"]["message"]["text"] == "Well, then"


async def test_only_the_writer_edits_and_only_without_reply_keyboard(api: BotApi, call: Client, person: Person) -> None:
    said = await person.say("mine")
    keyed = await call("sendMessage", chat_id=person.id, text="k", reply_markup={"keyboard": [["Stop"]]})
    for number in (said.id, keyed["message_id"]):
        refusal = await call.refused("editMessageText", chat_id=person.id, message_id=number, text="x")
        assert refusal == "Bad Request: message can't be edited"
    assert "message to edit not found" in await call.refused(
        "editMessageText", chat_id=person.id, message_id=99, text="x"
    )


async def test_the_reply_keyboard_stays_until_removed_or_its_message_goes(call: Client, person: Person) -> None:
    sent = await call(
        "sendMessage", chat_id=person.id, text="k", reply_markup={"keyboard": [["Stop", {"text": "Help"}]]}
    )
    await call("sendMessage", chat_id=person.id, text="Well?", reply_markup=YES)
    assert person.keyboard == ["Stop", "Help"]
    assert (await person.press_key("Stop")).text == "Stop"
    await call("deleteMessage", chat_id=person.id, message_id=sent["message_id"])
    assert person.keyboard == []


async def test_deleting_has_48_hours_and_works_once(api: BotApi, call: Client, person: Person) -> None:
    old = await person.say("old")
    api.clock.advance(47 * 3600)
    new = await call("sendMessage", chat_id=person.id, text="new", reply_markup=YES)
    await call("deleteMessage", chat_id=person.id, message_id=new["message_id"])
    assert "message to delete not found" in await call.refused(
        "deleteMessage", chat_id=person.id, message_id=new["message_id"]
    )
    api.clock.advance(3600)
    assert "can't be deleted" in await call.refused("deleteMessage", chat_id=person.id, message_id=old.id)
    fresh = await person.say("fresh")
    assert await call("deleteMessages", chat_id=person.id, message_ids=[old.id, fresh.id, 12345]) is True
    assert [message.text for message in person.chat_in().messages] == ["/start", "old"]


async def test_a_tap_on_a_deleted_message_carries_no_text(call: Client, person: Person) -> None:
    await call("sendMessage", chat_id=person.id, text="Well?", reply_markup=YES)
    gone = person.last
    await person.delete(gone)
    await person.tap("Yes", on=gone)
    shown = (await call("getUpdates"))[-1]["callback_query"]["message"]
    assert (shown["date"], shown["message_id"], "text" in shown) == (0, gone.id, False)


async def test_blocking_is_told_and_ends_sending(call: Client, person: Person) -> None:
    await person.block()
    assert (await call("getUpdates"))[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    refusal = await call.refused("sendMessage", chat_id=person.id, text="x")
    assert refusal == "Forbidden: bot was blocked by the user"
    await person.unblock()
    await call("sendMessage", chat_id=person.id, text="x")
