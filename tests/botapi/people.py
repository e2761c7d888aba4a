"""What a person can do on Telegram, as verbs."""

from typing import TYPE_CHECKING, Any, TypeAlias

from .bots import Bot
from .media import content_of
from .messages import WAIT, Chat, Message
from .text import commands_in

if TYPE_CHECKING:
    from .world import Tap, World

MAX_CHUNK = 4096
Place: TypeAlias = Chat | Bot | str | int | None
"""A chat, or a bot (itself, token, username or id) whose private chat is meant."""


class Person:
    """One account. Verbs act in the private chat with the only bot, with `bot`, or where `to` says (bot or group)."""

    def __init__(self, world: "World", number: int, name: str, language: str) -> None:
        self.world, self.id, self.name, self.language = world, number, name, language
        self.bot: Bot | None = None
        """Whom this person talks to when a verb does not say."""
        self.blocked: set[int] = set()
        self.deactivated = False

    def account(self) -> dict[str, Any]:
        """The Bot API's User object."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def chat_in(self, to: Place = None) -> Chat:
        """The chat a verb means. Raises LookupError where it is not clear."""
        if isinstance(to, Chat):
            return to
        return self.world.private_chat(self._bot(to), self)

    async def say(
        self, text: str, *, to: Place = None, topic: int | None = None, reply_to: int | None = None
    ) -> Message:
        """Type and send; what is too long for one message is split as apps do. The (last) message."""
        if not text.strip():
            raise ValueError("apps do not send empty messages")
        size = MAX_CHUNK if max(text) < "\U00010000" else MAX_CHUNK // 2
        for start in range(0, len(text), size):
            chunk = text[start : start + size]
            content: dict[str, Any] = {"text": chunk}
            if entities := commands_in(chunk):
                content["entities"] = entities
            message = self._post(content, to, topic, reply_to)
        return message

    async def start(self, payload: str = "", *, to: Place = None) -> Message:
        """Press Start, or open a link with `?start=payload`."""
        return await self.say(f"/start {payload}".rstrip(), to=to)

    async def tap(self, what: str, *, to: Place = None, on: Message | None = None) -> "Tap":
        """Press the inline button with this data or label: on the newest message that shows it, or `on` a message.

        A message kept from earlier still shows its old buttons, even if it was edited or deleted since.
        """
        chat = self.chat_in(to)
        if on is None:
            found = chat.find_button(what)
        else:
            button = on.button(what)
            found = (on, button) if button else None
        if found is None:
            raise LookupError("no such button can be seen")
        return self.world.press(self, chat, *found)

    async def press_key(self, label: str, *, to: Place = None) -> Message:
        """Press a button of the reply keyboard: an ordinary message with its label."""
        if label not in self.chat_in(to).keyboard:
            raise LookupError("no such key under the chat")
        return await self.say(label, to=to)

    async def send(self, kind: str, *, to: Place = None, topic: int | None = None, **fields: Any) -> Message:
        """Send a photo, voice, sticker, contact, document, video_note or location; `fields` go into it or beside it."""
        return self._post(content_of(kind, self.world.rng, fields), to, topic, None)

    async def send_album(self, size: int = 2, *, to: Place = None) -> list[Message]:
        """Several photos at once: as many updates, one media_group_id."""
        group = str(self.world.rng.randrange(10**16, 10**17))
        return [await self.send("photo", to=to, media_group_id=group) for _ in range(size)]

    async def edit(self, message: Message, text: str, *, to: Place = None) -> Message:
        """Change words sent earlier; the bot gets an edited_message."""
        chat, now = self.chat_in(to), self.world.clock.now()
        body = {**chat.by_id[message.id].body, "text": text, "edit_date": int(now)}
        edited = chat.put(Message(body, message.sent_at, edited=True))
        self._tell(chat, "edited_message", edited)
        return edited

    async def delete(self, message: Message | int, *, to: Place = None) -> None:
        """Delete a message for everybody; bots are never told."""
        self.chat_in(to).remove(message if isinstance(message, int) else message.id)

    async def clear(self, *, to: Place = None) -> None:
        """Delete the whole chat for both sides; bots are never told."""
        chat = self.chat_in(to)
        for number in list(chat.by_id):
            chat.remove(number)

    async def block(self, bot: "Bot | str | int | None" = None) -> None:
        self._set_blocked(self._bot(bot), True)

    async def unblock(self, bot: "Bot | str | int | None" = None) -> None:
        self._set_blocked(self._bot(bot), False)

    async def delete_account(self) -> None:
        """Bots are not told; their sends fail from now on."""
        self.deactivated = True

    @property
    def messages(self) -> list[Message]:
        """What bots wrote in the private chat and can be seen now."""
        return self.chat_in().shown

    @property
    def last(self) -> Message:
        return self.chat_in().last

    @property
    def keyboard(self) -> list[str]:
        return self.chat_in().keyboard

    async def waits_for(self, n: int = 1, timeout: float = WAIT) -> list[Message]:  # noqa: ASYNC109
        """The next `n` messages or edits of the bot in the private chat; see Chat.waits_for."""
        return await self.chat_in().waits_for(n, timeout)

    def _bot(self, which: Bot | str | int | None) -> Bot:
        return self.world.bots.find(self.bot if which is None else which)

    def _post(self, content: dict[str, Any], to: Place, topic: int | None, reply_to: int | None) -> Message:
        chat = self.chat_in(to)
        if chat.bot is not None and chat.bot.id in self.blocked:
            raise PermissionError("apps do not write to a blocked bot")
        if topic is not None:
            content |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None:
            content["reply_to_message"] = chat.by_id[reply_to].as_reply()
        message = self.world.post(chat, self.account(), content)
        self._tell(chat, "message", message)
        return message

    def _tell(self, chat: Chat, kind: str, message: Message) -> None:
        for bot in chat.listeners(message):
            self.world.update(bot, kind, message.body, chat.id)

    def _set_blocked(self, bot: Bot, now_blocked: bool) -> None:
        if (bot.id in self.blocked) == now_blocked:
            return
        self.blocked ^= {bot.id}
        member = {"user": bot.account(), "status": "member"}
        kicked = {"user": bot.account(), "status": "kicked", "until_date": 0}
        chat = self.world.private_chat(bot, self)
        chat.opened = True
        payload = {
            "chat": chat.header,
            "from": self.account(),
            "date": int(self.world.clock.now()),
            "old_chat_member": member if now_blocked else kicked,
            "new_chat_member": kicked if now_blocked else member,
        }
        self.world.update(bot, "my_chat_member", payload, chat.id)
