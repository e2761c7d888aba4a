"""Reading what Telegram delivers: raw updates in, what a person did out. Pure, and no library decodes anything here.

A library that cannot decode one update refuses the whole batch it came in, again and again. So each update is read by
itself, from plain JSON, and only the few fields that are needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.messages import Inbound
from bot.referrals.proposal_links import is_token

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

# What stands in a message beside what somebody put into it: chores of the app, which nobody expects an answer to.
CHORES = frozenset({
    "message_auto_delete_timer_changed", "pinned_message", "chat_background_set", "write_access_allowed",
    "proximity_alert_triggered", "boost_added", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
    "forum_topic_reopened", "connected_website", "new_chat_members", "left_chat_member", "group_chat_created",
})  # fmt: skip

Why = Literal["not_private", "command_in_group", "from_bot", "chore", "unknown", "blocked", "unblocked", "unreadable"]
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update the conversation never hears of."""

    why: Why
    address: str | None = field(default=None, repr=False)
    """The chat it is about, where the channel has something to do for it."""
    fault: str | None = None
    """The class of the error, where it could not be read."""


def read(update: Raw, username: str = "") -> Inbound | Ignored:
    """What one update says. `username` is the bot's own, by which commands in a group are addressed to it.

    Never raises: what cannot be read but tells its private chat is an Inbound of kind `unreadable`.
    """
    try:
        for kind, reader in (("message", _message), ("edited_message", _edited), ("callback_query", _press)):
            if kind in update:
                return reader(update["update_id"], update[kind], username)
        if "my_chat_member" in update:
            return _member(update["my_chat_member"])
    except Exception as error:
        address = _address_in(update)
        if address is None:
            return Ignored("unreadable", fault=type(error).__name__)
        return Inbound(CHANNEL, str(update["update_id"]), address, "unreadable")
    return Ignored("unknown")


def press_id(update: Raw) -> str | None:
    """The id under which a button press is answered, if this is one."""
    press = update.get("callback_query")
    found = press.get("id") if isinstance(press, Mapping) else None
    return found if isinstance(found, str) else None


def album_of(update: Raw) -> str | None:
    """What pictures sent together have in common."""
    message = update.get("message")
    found = message.get("media_group_id") if isinstance(message, Mapping) else None
    return f"{_address_in(update)}:{found}" if found is not None else None


def mend(text: str) -> str:
    """The same text with broken halves of emoji replaced: no database, JSON or network takes those."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _message(number: int, message: Raw, username: str) -> Inbound | Ignored:
    chat, sender = message["chat"], message.get("from", {})
    if sender.get("is_bot"):
        return Ignored("from_bot")
    if chat["type"] != "private":
        ours = _is_command(message.get("text"), username)
        return Ignored("command_in_group", str(int(chat["id"]))) if ours else Ignored("not_private")
    text = message.get("text")
    if text is None and CHORES & message.keys():
        return Ignored("chore")
    address, language = str(int(chat["id"])), _language(sender)
    if text is None:
        return Inbound(CHANNEL, str(number), address, "media", "", *_of_message(message, language))
    text = mend(text)
    if text.startswith("/start") and text[6:7].isspace():
        carried = text[7:].strip()
        if is_token(carried):
            return Inbound(CHANNEL, str(number), address, "link", carried, *_of_message(message, language))
        text = "/start"  # what any other link carries means nothing here
    return Inbound(CHANNEL, str(number), address, "text", text, *_of_message(message, language))


def _edited(number: int, message: Raw, _username: str) -> Inbound | Ignored:
    if message.get("from", {}).get("is_bot"):
        return Ignored("from_bot")
    if message["chat"]["type"] != "private":
        return Ignored("not_private")
    return Inbound(CHANNEL, str(number), str(int(message["chat"]["id"])), "edited")


def _press(number: int, press: Raw, _username: str) -> Inbound | Ignored:
    sender, message = press["from"], press.get("message")
    if message is None:  # too old for Telegram to tell; in a private chat the chat is the person
        return Inbound(CHANNEL, str(number), str(int(sender["id"])), "press", mend(press.get("data", "")))
    if message["chat"]["type"] != "private":
        return Ignored("not_private")
    return Inbound(
        CHANNEL,
        str(number),
        str(int(message["chat"]["id"])),
        "press",
        mend(press.get("data", "")),
        str(int(message["message_id"])),
        _language(sender),
    )


def _member(change: Raw) -> Ignored:
    if change["chat"]["type"] != "private":
        return Ignored("not_private")
    address = str(int(change["chat"]["id"]))
    return Ignored("blocked" if change["new_chat_member"]["status"] == "kicked" else "unblocked", address)


def _of_message(message: Raw, language: str | None) -> tuple[str, str | None, float]:
    """What every message says of itself: its id, its writer's language, when it was sent."""
    return str(int(message["message_id"])), language, float(message["date"])


def _is_command(text: Any, username: str) -> bool:
    if not isinstance(text, str) or not text.startswith("/"):
        return False
    _command, at, name = text.split(maxsplit=1)[0].partition("@")
    return not at or name.lower() == username.lower()


def _language(sender: Raw) -> str | None:
    code = sender.get("language_code")
    return code if isinstance(code, str) else None


def _address_in(update: Raw) -> str | None:
    """The private chat of an update of which nothing else may be readable. Ids of groups are below zero."""
    for kind in ("message", "edited_message", "callback_query"):
        body = update.get(kind)
        if isinstance(body, Mapping) and kind == "callback_query":
            body = body.get("message")
        chat = body.get("chat") if isinstance(body, Mapping) else None
        number = chat.get("id") if isinstance(chat, Mapping) else None
        if isinstance(number, int) and number > 0:
            return str(number)
    return None
