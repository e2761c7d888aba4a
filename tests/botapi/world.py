"""The world around the bots: who there is, which chats there are, and how what people do becomes updates."""

import random
from dataclasses import dataclass, field
from typing import Any

from .bell import Bell
from .bots import Bot, Bots
from .clock import Clock
from .faults import Faults
from .groups import Group
from .markup import Button
from .messages import WAIT, Chat, Message
from .people import Person
from .refusals import bad_request, forbidden

FIRST_PERSON = 5_000_000_001
"""Ids of people do not fit in 32 bits, as many of Telegram's do not."""
TAP_LANE = 3 << 33


@dataclass(eq=False)
class Tap:
    """A button press and what the bot made of it. `answer` is {"text", "show_alert"} once given."""

    query_id: str
    bot: Bot
    message: Message
    at: float
    answer: dict[str, Any] | None = field(default=None, repr=False)
    bell: Bell = field(default_factory=Bell, repr=False)

    async def answered(self, timeout: float = WAIT) -> dict[str, Any]:  # noqa: ASYNC109
        """Wait until the bot has answered this press in time; the answer."""
        await self.bell.until(lambda: self.answer is not None, timeout, lambda: "the press was not answered")
        assert self.answer is not None
        return self.answer


class World:
    """Everything there is on Telegram's side. `answer_window`: seconds in which a press can be answered."""

    def __init__(self, clock: Clock, rng: random.Random, bots: Bots, answer_window: float = 15.0) -> None:
        self.clock, self.rng, self.bots = clock, rng, bots
        self.faults = Faults()
        self.answer_window = answer_window
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.taps: dict[str, Tap] = {}
        self._last_query = rng.randrange(10**17, 10**18)

    def person(self, number: int | None = None, name: str | None = None, language: str = "en") -> Person:
        """The person of this id, or a new one."""
        if number is None:
            number = FIRST_PERSON + len(self.people)
        if number not in self.people:
            self.people[number] = Person(self, number, name or f"Person {len(self.people) + 1}", language)
        return self.people[number]

    def private_chat(self, bot: Bot, person: Person) -> Chat:
        """Made when first asked for; open to the bot once the person has done something in it."""
        key = bot.id, person.id
        if key not in self.private:
            header = {"id": person.id, "first_name": person.name, "type": "private"}
            self.private[key] = Chat(header, bot.next_private_id, bot)
        return self.private[key]

    def chat_for(self, bot: Bot, number: int, writing: bool = True) -> Chat:
        """The chat a call names. RefusalError if there is none, or `writing` and the bot may not."""
        if number > 0:
            chat = self.private.get((bot.id, number))
            if chat is None or not chat.opened:
                raise bad_request("chat not found")
            if writing:
                person = self.people[number]
                if person.deactivated:
                    raise forbidden("user is deactivated")
                if bot.id in person.blocked:
                    raise forbidden()
            return chat
        group = self.groups.get(number)
        if group is None or bot.id not in group.bots:
            raise bad_request("chat not found")
        if group.moved_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=group.moved_to)
        if group.bots[bot.id] in ("left", "kicked"):
            what = "bot was kicked from" if group.bots[bot.id] == "kicked" else "bot is not a member of"
            raise forbidden(f"{what} the {group.header['type']} chat")
        return group

    def post(self, chat: Chat, account: dict[str, Any], content: dict[str, Any]) -> Message:
        """Something put into a chat by somebody (not by a bot's call); no update yet."""
        sender, now = chat.sender(account), self.clock.now()
        chat.opened = True
        body = {"message_id": chat.take_id(), **sender, "chat": chat.header, "date": int(now), **content}
        return chat.put(Message(body, now))

    def update(self, bot: Bot, kind: str, payload: dict[str, Any], chat: int, lane: int | None = None) -> int | None:
        """Put an update into the bot's queue, struck by whatever fault is due; its id, None if not asked for."""
        lane = chat if lane is None else lane
        fault = self.faults.on_update(bot.id, kind, chat) if self.faults.coming and bot.queue.allows(kind) else None
        if fault is None:
            return bot.queue.put(kind, payload, lane)
        if fault.kind == "poison":
            payload = poisoned(payload)
        number = bot.queue.put(
            kind, payload, lane, copies=2 if fault.kind == "duplicate" else 1, again=fault.kind == "redelivered"
        )
        if fault.kind == "swapped":
            bot.queue.swap_last()
        return number

    def press(self, person: Person, chat: Chat, message: Message, button: Button) -> Tap:
        """A person presses an inline button; on a message that is gone, the bot learns no more than its id."""
        if button.data is None or message.bot is None:
            raise LookupError("this button does not answer to a bot")
        bot = next(bot for bot in self.bots.by_token.values() if bot.id == message.bot)
        self._last_query += self.rng.randrange(1, 1000)
        tap = Tap(str(self._last_query), bot, message, self.clock.now())
        self.taps[tap.query_id] = tap
        current = chat.by_id.get(message.id)
        shown = current.body if current else {"chat": chat.header, "message_id": message.id, "date": 0}
        payload = {
            "id": tap.query_id,
            "from": person.account(),
            "message": shown,
            "chat_instance": str(-(chat.id * 31 + bot.id)),
            "data": button.data,
        }
        self.update(bot, "callback_query", payload, chat.id, lane=person.id + TAP_LANE)
        return tap


def poisoned(payload: dict[str, Any]) -> dict[str, Any]:
    """The same update with a sender no library can decode, as when Telegram adds a new shape; all ids stay readable."""
    return {**payload, "from": {"id": payload["from"]["id"]}}
