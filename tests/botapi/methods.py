"""The Bot API's methods about messages, and the table all methods are registered in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .bots import Bot
from .encoding import Parameters
from .groups import Group
from .markup import Markup, check_markup
from .messages import Chat, Message
from .refusals import LATE_ANSWER, NOT_MODIFIED, RefusalError, bad_request
from .text import read_text, units
from .webhooks import Webhooks
from .world import World

TWO_DAYS = 48 * 3600.0


@dataclass(frozen=True, slots=True)
class Context:
    """What a method may act on."""

    world: World
    webhooks: Webhooks


Method = Callable[[Context, Bot, Parameters], Any | Awaitable[Any]]
METHODS: dict[str, Method] = {}
"""By lower-case name: the Bot API does not care for case."""


_M = TypeVar("_M", bound=Method)


def method(name: str) -> Callable[[_M], _M]:
    def register(function: _M) -> _M:
        METHODS[name.lower()] = function
        return function

    return register


@method("sendMessage")
def send_message(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    world = context.world
    chat = _chat(world, bot, parameters)
    content = _text(parameters)
    markup = check_markup(parameters.structure("reply_markup"), chat.private)
    content |= _thread(chat, bot, parameters) | _reply(chat, parameters)
    if parameters.flag("protect_content"):
        content["has_protected_content"] = True
    if markup and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    now = world.clock.now()
    body = {"message_id": chat.take_id(), "from": bot.account(), "chat": chat.header, "date": int(now), **content}
    chat.put(Message(body, now, bot.id, markup, silent=parameters.flag("disable_notification")))
    return body


@method("editMessageText")
def edit_message_text(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    chat, message = _own_message(context.world, bot, parameters)
    content = _text(parameters)
    kept = {name: value for name, value in message.body.items() if name not in ("text", "entities", "reply_markup")}
    return _edit(context.world, chat, message, kept | content, _inline(parameters, chat))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    chat, message = _own_message(context.world, bot, parameters)
    kept = {name: value for name, value in message.body.items() if name != "reply_markup"}
    return _edit(context.world, chat, message, kept, _inline(parameters, chat))


@method("deleteMessage")
def delete_message(context: Context, bot: Bot, parameters: Parameters) -> bool:
    chat = _chat(context.world, bot, parameters, writing=False)
    number = parameters.integer("message_id")
    if number not in chat.by_id:
        raise bad_request("message to delete not found")
    if refusal := _undeletable(context.world, chat, bot, chat.by_id[number]):
        raise refusal
    chat.remove(number)
    return True


@method("deleteMessages")
def delete_messages(context: Context, bot: Bot, parameters: Parameters) -> bool:
    """Skips what is gone, too old or not the bot's to delete."""
    chat = _chat(context.world, bot, parameters, writing=False)
    numbers = parameters.structure("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad_request(
            "too many message identifiers specified" if numbers else "message identifiers are not specified"
        )
    for number in map(int, numbers):
        message = chat.by_id.get(number)
        if message is not None and _undeletable(context.world, chat, bot, message) is None:
            chat.remove(number)
    return True


@method("answerCallbackQuery")
def answer_callback_query(context: Context, bot: Bot, parameters: Parameters) -> bool:
    world = context.world
    tap = world.taps.get(parameters.text("callback_query_id"))
    if tap is None or tap.bot is not bot or world.clock.now() - tap.at > world.answer_window:
        raise bad_request(LATE_ANSWER)
    text = parameters.text("text")
    if units(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.answer = {"text": text, "show_alert": parameters.flag("show_alert")}
    tap.bell.ring()
    return True


@method("sendChatAction")
def send_chat_action(context: Context, bot: Bot, parameters: Parameters) -> bool:
    _chat(context.world, bot, parameters)
    if not parameters.text("action"):
        raise bad_request("wrong parameter action in request")
    return True


def _chat(world: World, bot: Bot, parameters: Parameters, writing: bool = True) -> Chat:
    if not parameters.text("chat_id"):
        raise bad_request("chat_id is empty")
    return world.chat_for(bot, parameters.integer("chat_id"), writing)


def _text(parameters: Parameters) -> dict[str, Any]:
    text, entities = read_text(parameters.text("text"), parameters.text("parse_mode"), parameters.structure("entities"))
    return {"text": text, "entities": entities} if entities else {"text": text}


def _thread(chat: Chat, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    number = parameters.integer("message_thread_id")
    if not number:
        return {}
    if not isinstance(chat, Group):
        raise bad_request("message thread not found")
    if chat.topic(number).closed and chat.bots[bot.id] != "administrator":
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": number, "is_topic_message": True}


def _reply(chat: Chat, parameters: Parameters) -> dict[str, Any]:
    wanted = parameters.structure("reply_parameters") or {"message_id": parameters.integer("reply_to_message_id")}
    if not wanted.get("message_id"):
        return {}
    replied = chat.by_id.get(int(wanted["message_id"]))
    if replied is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": replied.as_reply()}


def _own_message(world: World, bot: Bot, parameters: Parameters) -> tuple[Chat, Message]:
    if parameters.get("inline_message_id"):
        raise RefusalError(501, "Not Implemented: the stand-in has no inline messages")
    chat = _chat(world, bot, parameters)
    message = chat.by_id.get(parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    kept_keyboard = message.markup is not None and "inline_keyboard" not in message.markup
    if message.bot != bot.id or "text" not in message.body or kept_keyboard:
        raise bad_request("message can't be edited")
    return chat, message


def _inline(parameters: Parameters, chat: Chat) -> Markup | None:
    markup = check_markup(parameters.structure("reply_markup"), chat.private)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup if markup and markup["inline_keyboard"] else None


def _edit(world: World, chat: Chat, message: Message, body: dict[str, Any], markup: Markup | None) -> dict[str, Any]:
    same = all(body.get(part) == message.body.get(part) for part in ("text", "entities"))
    if same and markup == (message.markup or None):
        raise bad_request(NOT_MODIFIED)
    body["edit_date"] = int(world.clock.now())
    if markup:
        body["reply_markup"] = markup
    chat.put(replace(message, body=body, markup=markup, edited=True))
    return body


def _undeletable(world: World, chat: Chat, bot: Bot, message: Message) -> RefusalError | None:
    admin = isinstance(chat, Group) and chat.bots[bot.id] == "administrator"
    if not (chat.private or admin or message.bot == bot.id):
        return bad_request("message can't be deleted")
    if world.clock.now() - message.sent_at >= TWO_DAYS:
        return bad_request("message can't be deleted for everyone")
    return None
