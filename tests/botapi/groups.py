"""Groups: who is in them, what each bot gets to see of them, and their topics."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .bots import Bot
from .messages import Chat, Message
from .refusals import bad_request

if TYPE_CHECKING:
    from .people import Person
    from .world import World

FIRST_GROUP = 1_000_000_001
RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics", "can_send_welcome_messages",
)  # fmt: skip
_NOT_GIVEN = ("can_be_edited", "is_anonymous", "can_promote_members")
IN_CHAT = ("member", "administrator", "creator")
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""The sender of what anonymous admins write; their button presses carry their own id."""


@dataclass(slots=True)
class Topic:
    """One topic of a forum; its id is that of the message that opened it."""

    id: int
    name: str
    closed: bool = False


class Group(Chat):
    """A group or supergroup; message ids are shared by all in it. Verbs of people take it as `to`."""

    def __init__(self, world: "World", title: str, forum: bool = False, basic: bool = False) -> None:
        serial = FIRST_GROUP + len(world.groups)
        kind = "group" if basic else "supergroup"
        header: dict[str, Any] = {"id": -serial if basic else int(f"-100{serial}"), "title": title, "type": kind}
        if forum:
            header["is_forum"] = True
        super().__init__(header, itertools.count(1).__next__)
        self.world = world
        self.forum = forum
        self.people: dict[int, str] = {}
        self.bots: dict[int, str] = {}
        """Bot id -> status: administrator, member, left or kicked."""
        self.anonymous: set[int] = set()
        self.topics: dict[int, Topic] = {}
        self.moved_to: int | None = None
        world.groups[self.id] = self

    def add_person(self, person: "Person", admin: bool = False, anonymous: bool = False) -> None:
        """The chat's bots get chat_member (if they ask for it). An anonymous admin writes in the group's name."""
        if anonymous:
            self.anonymous.add(person.id)
        before, self.people[person.id] = self.people.get(person.id, "left"), "administrator" if admin else "member"
        self._tell_member(person.account(), person.account(), before, self.people[person.id])

    def remove_person(self, person: "Person") -> None:
        before, self.people[person.id] = self.people.get(person.id, "left"), "left"
        self._tell_member(person.account(), person.account(), before, "left")

    def set_bot(self, bot: Bot, status: str, by: "Person | None" = None) -> None:
        """Add, promote, demote or remove a bot: administrator, member, left or kicked. It gets my_chat_member."""
        before, self.bots[bot.id] = self.bots.get(bot.id, "left"), status
        sender = (by or self.world.person()).account()
        self.world.update(bot, "my_chat_member", self._change(sender, bot.account(), before, status), self.id)

    def upgrade(self) -> "Group":
        """A basic group becomes a supergroup with a new id; calls to the old one get migrate_to_chat_id."""
        new = Group(self.world, self.header["title"])
        new.people, new.bots, new.anonymous = dict(self.people), dict(self.bots), set(self.anonymous)
        self.moved_to = new.id
        for chat, content in ((self, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": self.id})):
            message = self.world.post(chat, ANONYMOUS, content)
            for bot in chat.listeners(message):
                self.world.update(bot, "message", message.body, chat.id)
        return new

    def sender(self, account: dict[str, Any]) -> dict[str, Any]:
        if account["id"] in self.anonymous:
            return {"from": ANONYMOUS, "sender_chat": self.header}
        if not account["is_bot"] and self.people.get(account["id"]) not in IN_CHAT:
            raise PermissionError("only members write in a group")
        return {"from": account}

    def listeners(self, message: Message) -> list[Bot]:
        """Privacy mode: without admin rights a bot sees only commands, replies to it and the group's move."""
        return [
            bot
            for bot in self.world.bots.by_token.values()
            if self.bots.get(bot.id) == "administrator" or (self.bots.get(bot.id) == "member" and _sees(bot, message))
        ]

    def member(self, number: int) -> dict[str, Any]:
        """The ChatMember of a person or bot. RefusalError if Telegram would not know them."""
        for bot in self.world.bots.by_token.values():
            if bot.id == number:
                return _member(bot.account(), self.bots.get(number, "left"))
        if number in self.world.people:
            return _member(self.world.people[number].account(), self.people.get(number, "left"))
        raise bad_request("PARTICIPANT_ID_INVALID")

    def open_topic(self, bot: Bot, name: str) -> Topic:
        self.require_admin(bot, "not enough rights to create a topic")
        if not self.forum:
            raise bad_request("the chat is not a forum")
        if not 1 <= len(name) <= 128:
            raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
        message = self.world.post(self, bot.account(), {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        topic = self.topics[message.id] = Topic(message.id, name)
        return topic

    def topic(self, number: int) -> Topic:
        """RefusalError for what is no topic (General, id 1, may not be named either)."""
        if number not in self.topics:
            raise bad_request("message thread not found")
        return self.topics[number]

    def delete_topic(self, number: int) -> None:
        """The topic goes along with all its messages, however old."""
        self.topic(number)
        del self.topics[number]
        for message in self.messages:
            if number in (message.id, message.thread):
                self.remove(message.id)

    def require_admin(self, bot: Bot, otherwise: str) -> None:
        if self.bots.get(bot.id) != "administrator":
            raise bad_request(otherwise)

    def _change(self, sender: dict[str, Any], who: dict[str, Any], before: str, after: str) -> dict[str, Any]:
        return {
            "chat": self.header,
            "from": sender,
            "date": int(self.world.clock.now()),
            "old_chat_member": _member(who, before),
            "new_chat_member": _member(who, after),
        }

    def _tell_member(self, sender: dict[str, Any], who: dict[str, Any], before: str, after: str) -> None:
        for bot in self.world.bots.by_token.values():
            if self.bots.get(bot.id) == "administrator":
                self.world.update(bot, "chat_member", self._change(sender, who, before, after), self.id)


def new_group(world: "World", title: str, people: Iterable["Person"], bots: Iterable[Bot], forum: bool) -> Group:
    """A supergroup with these people as members and these bots as administrators."""
    group = Group(world, title, forum)
    for person in people:
        group.add_person(person)
    for bot in bots:
        group.set_bot(bot, "administrator")
    return group


def _member(account: dict[str, Any], status: str) -> dict[str, Any]:
    member: dict[str, Any] = {"user": account, "status": status}
    if status == "administrator":
        member |= {right: right not in _NOT_GIVEN for right in RIGHTS}
    elif status == "kicked":
        member["until_date"] = 0
    return member


def _sees(bot: Bot, message: Message) -> bool:
    if bot.reads_all or "text" not in message.body:
        return bot.reads_all or "migrate_to_chat_id" in message.body or "migrate_from_chat_id" in message.body
    replied = message.body.get("reply_to_message", {})
    if replied.get("from", {}).get("id") == bot.id:
        return True
    first = message.text.split(maxsplit=1)[0]
    return first.startswith("/") and ("@" not in first or first.endswith(f"@{bot.username}"))
