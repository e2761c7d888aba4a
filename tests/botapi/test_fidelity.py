"""What it says is what Telegram would say: two independent libraries decode all of it and know every field."""

from typing import Any

import aiogram
import pytest
import telegram
from aiogram.exceptions import ClientDecodeError, TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiogram.types import Update as AiogramUpdate
from pydantic import BaseModel

from tests.botapi import BotApi
from tests.botapi.conftest import OTHER as PTB
from tests.botapi.conftest import TOKEN as AIOGRAM

EVERY_KIND = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
NEWER_THAN_PTB = {"can_send_welcome_messages", "supports_join_request_queries"}
"""Fields of Bot API 10.1 to 10.3, which aiogram knows and python-telegram-bot 22.8 does not."""
KEYS = [("Yes", "v1:nonce:step:yes"), ("No", "v1:nonce:step:no")]
AIOGRAM_KEYS = aiogram.types.InlineKeyboardMarkup(
    inline_keyboard=[[aiogram.types.InlineKeyboardButton(text=text, callback_data=data)] for text, data in KEYS]
)
PTB_KEYS = telegram.InlineKeyboardMarkup(
    [[telegram.InlineKeyboardButton(text, callback_data=data)] for text, data in KEYS]
)


pytestmark = pytest.mark.filterwarnings(
    "ignore::telegram.warnings.PTBUserWarning", "ignore::telegram.warnings.PTBDeprecationWarning"
)


def unknown_to_aiogram(thing: object, path: str = "") -> list[str]:
    """Fields aiogram's models do not know: made up, or misspelt."""
    if isinstance(thing, BaseModel):
        own = [f"{path}.{name}" for name in thing.model_extra or {}]
        return own + [name for field, value in thing for name in unknown_to_aiogram(value, f"{path}.{field}")]
    if isinstance(thing, list):
        return [name for value in thing for name in unknown_to_aiogram(value, path)]
    return []


def unknown_to_ptb(thing: object, path: str = "") -> list[str]:
    if isinstance(thing, telegram.TelegramObject):
        own = [f"{path}.{name}" for name in thing.api_kwargs if name not in NEWER_THAN_PTB]
        fields = [
            (name, getattr(thing, name, None))
            for kind in type(thing).__mro__
            for name in getattr(kind, "__slots__", ())
        ]
        inner = [(name, value) for name, value in fields if not name.startswith("_") and name != "api_kwargs"]
        return own + [name for field, value in inner for name in unknown_to_ptb(value, f"{path}.{field}")]
    if isinstance(thing, list | tuple):
        return [name for value in thing for name in unknown_to_ptb(value, path)]
    return []


async def live_through_everything(api: BotApi, ptb: telegram.Bot) -> list[dict[str, Any]]:
    """Let people do all they can; the raw updates that come of it."""
    bot, person = api.bot(PTB), api.person(bot=PTB)
    await ptb.get_updates(allowed_updates=EVERY_KIND)
    said = await person.start("opaque")
    for kind in ("photo", "voice", "sticker", "contact", "document", "video_note", "location"):
        await person.send(kind)
    await person.send_album(2)
    await person.edit(said, "/start other")
    await ptb.send_message(person.id, "Well?", reply_markup=PTB_KEYS)
    await person.tap("Yes")
    await person.clear()
    await person.tap("No", on=person.chat_in().gone[max(person.chat_in().gone)])
    await person.block()
    await person.unblock()
    group = api.group(people=[person], bots=[bot], forum=True)
    topic = await ptb.create_forum_topic(group.id, "R-1")
    await person.say("noted", to=group, topic=topic.message_thread_id)
    group.add_person(api.person(), admin=True)
    group.remove_person(person)
    group.set_bot(bot, "kicked")
    group.set_bot(bot, "member")
    group.upgrade()
    return [dict(update) for update in await ptb.do_api_request("getUpdates")]


async def test_both_libraries_know_every_field_of_every_update(api: BotApi, ptb: telegram.Bot) -> None:
    updates = await live_through_everything(api, ptb)
    kinds = {kind for update in updates for kind in update if kind != "update_id"}
    assert kinds == set(EVERY_KIND)
    for update in updates:
        assert unknown_to_aiogram(AiogramUpdate.model_validate(update)) == []
        assert unknown_to_ptb(telegram.Update.de_json(update, ptb)) == []


async def test_aiogram_knows_every_field_of_every_answer(api: BotApi, aiobot: aiogram.Bot) -> None:
    person, group = api.person(bot=AIOGRAM), api.group(bots=[api.bot(AIOGRAM)], forum=True)
    await person.start()
    sent = await aiobot.send_message(person.id, "<b>Well?</b>", parse_mode="HTML", reply_markup=AIOGRAM_KEYS)
    reply = aiogram.types.ReplyParameters(message_id=sent.message_id)
    edited = await sent.edit_text("Well, then?", reply_markup=AIOGRAM_KEYS)
    bare = await aiobot.edit_message_reply_markup(chat_id=person.id, message_id=sent.message_id)
    topic = await aiobot.create_forum_topic(group.id, "R-1")
    answers = [
        await aiobot.get_me(), await aiobot.get_webhook_info(), await aiobot.get_chat(person.id),
        await aiobot.get_chat(group.id), await aiobot.get_chat_member(group.id, aiobot.id), sent, edited, bare, topic,
        await aiobot.send_message(person.id, "x", reply_parameters=reply, protect_content=True),
        await aiobot.send_message(group.id, "x", message_thread_id=topic.message_thread_id),
    ]  # fmt: skip
    assert [name for answer in answers for name in unknown_to_aiogram(answer)] == []
    commands = [aiogram.types.BotCommand(command="stop", description="Stop")]
    scope = aiogram.types.BotCommandScopeAllPrivateChats()
    assert await aiobot.set_my_commands(commands, scope=scope, language_code="en")
    [command] = await aiobot.get_my_commands(scope=scope, language_code="en")
    assert (command.command, command.description) == ("stop", "Stop")
    assert await aiobot.set_my_name("Cairn")
    assert (await aiobot.get_my_name(language_code="gd")).name == "Cairn"
    assert await aiobot.set_my_description("d")
    assert await aiobot.set_my_short_description("s")
    assert await aiobot.send_chat_action(person.id, "typing")
    assert await aiobot.delete_forum_topic(group.id, topic.message_thread_id)
    assert await aiobot.delete_message(person.id, sent.message_id)
    assert await aiobot.delete_messages(person.id, [1, 2])
    assert await aiobot.delete_webhook()
    assert await aiobot.log_out()
    assert await aiobot(aiogram.methods.Close())


async def test_ptb_knows_every_field_of_every_answer(api: BotApi, ptb: telegram.Bot) -> None:
    person, group = api.person(bot=PTB), api.group(bots=[api.bot(PTB)], forum=True)
    await person.start()
    sent = await ptb.send_message(person.id, "<b>Well?</b>", parse_mode="HTML", reply_markup=PTB_KEYS)
    edited = await sent.edit_text("Well, then?", reply_markup=PTB_KEYS)
    bare = await ptb.edit_message_reply_markup(person.id, sent.message_id)
    topic = await ptb.create_forum_topic(group.id, "R-1")
    answers = [
        await ptb.get_me(), await ptb.get_webhook_info(), await ptb.get_chat(person.id), await ptb.get_chat(group.id),
        await ptb.get_chat_member(group.id, ptb.id), sent, edited, bare, topic,
        await ptb.send_message(person.id, "x", reply_to_message_id=sent.message_id, protect_content=True),
        await ptb.send_message(group.id, "x", message_thread_id=topic.message_thread_id),
    ]  # fmt: skip
    assert [name for answer in answers for name in unknown_to_ptb(answer)] == []
    assert await ptb.set_my_commands([("stop", "Stop")])
    assert await ptb.get_my_commands() == (telegram.BotCommand("stop", "Stop"),)
    assert await ptb.set_my_name("Cairn")
    assert (await ptb.get_my_name()).name == "Cairn"
    assert await ptb.set_my_description("d")
    assert await ptb.set_my_short_description("s")
    assert await ptb.send_chat_action(person.id, "typing")
    assert await ptb.delete_forum_topic(group.id, topic.message_thread_id)
    assert await ptb.delete_message(person.id, sent.message_id)
    assert await ptb.delete_messages(person.id, [1, 2])
    assert await ptb.delete_webhook()
    assert await ptb.log_out()
    assert await ptb.close()


async def test_both_libraries_tell_faults_apart(api: BotApi, aiobot: aiogram.Bot, ptb: telegram.Bot) -> None:
    person = api.person()
    await person.start(to=AIOGRAM)
    await person.start(to=PTB)
    for kind, aiogrammatic, ptbish in (
        ("flood", TelegramRetryAfter, telegram.error.RetryAfter),
        ("forbidden", TelegramForbiddenError, telegram.error.Forbidden),
        ("broken", ClientDecodeError, telegram.error.NetworkError),
        ("drop_after", TelegramNetworkError, telegram.error.NetworkError),
    ):
        api.faults.add(kind, times=2)
        with pytest.raises(aiogrammatic):
            await aiobot.send_message(person.id, kind)
        with pytest.raises(ptbish):
            await ptb.send_message(person.id, kind)
    assert [message.text for message in person.chat_in(AIOGRAM).shown] == ["drop_after"]
    assert [message.text for message in person.chat_in(PTB).shown] == ["drop_after"]


async def test_neither_library_can_decode_poison_but_its_ids_are_readable(api: BotApi, ptb: telegram.Bot) -> None:
    api.faults.add("poison", times=100)
    for update in await live_through_everything(api, ptb):
        kind = next(name for name in update if name != "update_id")
        assert update[kind]["from"]["id"]
        with pytest.raises(ValueError, match="validation error"):
            AiogramUpdate.model_validate(update)
        with pytest.raises(TypeError):
            telegram.Update.de_json(update, ptb)


async def test_a_stock_aiogram_poll_is_stopped_by_poison(api: BotApi, aiobot: aiogram.Bot) -> None:
    api.faults.add("poison", skip=1)
    person = api.person(bot=api.bot(AIOGRAM))
    for text in ("one", "two", "three"):
        await person.say(text)
    with pytest.raises(ClientDecodeError):
        await aiobot.get_updates()
