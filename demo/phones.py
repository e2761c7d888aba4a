"""The two phones of the demo: what stands in a chat of the stand-in, and what somebody does there."""

from typing import Any

from tests.botapi import Group, Person
from tests.botapi.messages import Chat, Message

SHOWN = 60


class Phone:
    """A phone in somebody's hand: one chat, and whoever acts in it."""

    def __init__(self, person: Person, chat: Chat) -> None:
        self.person, self.chat = person, chat

    def shows(self) -> list[dict[str, Any]]:
        """The newest messages, oldest first."""
        return [self._shown(message) for message in self.chat.messages[-SHOWN:]]

    async def say(self, text: str) -> None:
        """Type this and send it."""
        if text.strip():
            await self.person.say(text, to=self._place())

    async def tap(self, message: int, data: str) -> None:
        """Press a button, as it stood on this message. Raises LookupError when there is none."""
        on = self.chat.by_id.get(message)
        if on is None:
            raise LookupError("the message is gone")
        await self.person.tap(data, to=self._place(), on=on)

    def _place(self) -> Chat:
        return self.chat

    def _shown(self, message: Message) -> dict[str, Any]:
        body = message.body
        return {
            "id": message.id,
            "at": int(message.sent_at),
            "mine": message.bot is None and body.get("from", {}).get("id") == self.person.id,
            "from": body.get("from", {}).get("first_name", "") if isinstance(self.chat, Group) else "",
            "text": message.text or body.get("caption") or body.get("document", {}).get("file_name", ""),
            "rows": _rows(message),
            "silent": message.silent,
        }


def _rows(message: Message) -> list[list[dict[str, str]]]:
    """The inline buttons, row by row: a label with what it sends, or the address it opens."""
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [
        [{"label": each["text"], "data": each.get("callback_data", ""), "url": each.get("url", "")} for each in row]
        for row in rows
    ]
