"""What stands in a chat: messages that never change (an edit puts a new one in its place), in order, with their ids."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .bell import Bell
from .bots import Bot
from .markup import Button, Markup, buttons_of, keys_of

WAIT = 30.0
"""Real seconds a test waits for a bot before it is told that nothing came."""


@dataclass(frozen=True, slots=True)
class Message:
    """One version of one message. `body` is the Bot API's Message object, `bot` the id of the bot that wrote it."""

    body: dict[str, Any] = field(repr=False)
    sent_at: float
    bot: int | None = None
    markup: Markup | None = field(default=None, repr=False)
    edited: bool = False
    silent: bool = False
    file: bytes = field(default=b"", repr=False)
    """The content of a file that a bot sent."""

    @property
    def id(self) -> int:
        number: int = self.body["message_id"]
        return number

    @property
    def text(self) -> str:
        text: str = self.body.get("text", "")
        return text

    @property
    def thread(self) -> int | None:
        return self.body.get("message_thread_id")

    @property
    def buttons(self) -> list[Button]:
        return buttons_of(self.markup)

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    def as_reply(self) -> dict[str, Any]:
        """The body as it stands inside an answer to it: what it answered itself is left out."""
        return {name: value for name, value in self.body.items() if name != "reply_to_message"}

    def button(self, what: str) -> Button | None:
        """The button with this data or this label; data wins."""
        buttons = self.buttons
        for name in ("data", "label"):
            for button in buttons:
                if getattr(button, name) == what:
                    return button
        return None


class Chat:
    """One chat: its messages now, everything its bots did in it (`acts`), and who waits for more."""

    def __init__(self, header: dict[str, Any], take_id: Callable[[], int], bot: Bot | None = None) -> None:
        self.header = header
        """The Bot API's Chat object, as it stands inside messages."""
        self.bot = bot
        """In a private chat, the one on the other side."""
        self.opened = bot is None
        """Whether the person has done anything here yet; a bot can't be first."""
        self.take_id = take_id
        self.by_id: dict[int, Message] = {}
        self.gone: dict[int, Message] = {}
        self.acts: list[Message] = []
        self.bell = Bell()
        self._keyboard: Message | None = None
        self._read = 0

    @property
    def id(self) -> int:
        number: int = self.header["id"]
        return number

    @property
    def private(self) -> bool:
        return bool(self.header["type"] == "private")

    def sender(self, account: dict[str, Any]) -> dict[str, Any]:
        """How somebody's messages are signed here. Raises PermissionError where they cannot write."""
        return {"from": account}

    def listeners(self, message: Message) -> list[Bot]:
        """The bots that are told of a person's message here."""
        return [self.bot] if self.bot else []

    @property
    def messages(self) -> list[Message]:
        """What can be seen now, oldest first, people's own words included."""
        return list(self.by_id.values())

    @property
    def shown(self) -> list[Message]:
        """What bots wrote and can be seen now."""
        return [message for message in self.by_id.values() if message.bot is not None]

    @property
    def last(self) -> Message:
        """The newest message a bot wrote that can still be seen."""
        for number in reversed(self.by_id):
            if self.by_id[number].bot is not None:
                return self.by_id[number]
        raise LookupError("no bot has written in this chat")

    @property
    def keyboard(self) -> list[str]:
        """The labels of the reply keyboard under the chat, [] if there is none."""
        return keys_of(self._keyboard.markup) if self._keyboard else []

    def put(self, message: Message) -> Message:
        """A new message, or a new version of one."""
        self.by_id[message.id] = message
        if message.bot is not None:
            self.acts.append(message)
            if message.markup and "keyboard" in message.markup:
                self._keyboard = message
            elif message.markup and message.markup.get("remove_keyboard"):
                self._keyboard = None
        self.bell.ring()
        return message

    def remove(self, number: int) -> None:
        message = self.gone[number] = self.by_id.pop(number)
        if message is self._keyboard:  # clients drop the keyboard together with the message that brought it
            self._keyboard = None
        self.bell.ring()

    def find_button(self, what: str) -> tuple[Message, Button] | None:
        """The newest visible message with a button of this data or label."""
        for number in reversed(self.by_id):
            if button := self.by_id[number].button(what):
                return self.by_id[number], button
        return None

    async def waits_for(self, n: int = 1, timeout: float = WAIT) -> list[Message]:  # noqa: ASYNC109
        """The next `n` things bots do here (messages and edits, in order); each is handed out once.

        Raises NothingCameError after `timeout` real seconds.
        """
        await self.bell.until(
            lambda: len(self.acts) - self._read >= n,
            timeout,
            lambda: f"{n} messages or edits wanted, {len(self.acts) - self._read} came",
        )
        start, self._read = self._read, self._read + n
        return self.acts[start : self._read]

    async def waits_until(self, holds: Callable[["Chat"], bool], timeout: float = WAIT) -> "Chat":  # noqa: ASYNC109
        """Return once `holds(chat)`; looked at after each message, edit and deletion."""
        await self.bell.until(lambda: holds(self), timeout, lambda: f"{len(self.by_id)} messages can be seen")
        return self

    def skip_to_now(self) -> None:
        """Forget what was not yet handed out by waits_for."""
        self._read = len(self.acts)
