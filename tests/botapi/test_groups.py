"""Groups: what is shared, who sees what, topics, moving, and who may write."""

import pytest

from tests.botapi import BotApi, Person
from tests.botapi.conftest import OTHER, Client

YES = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


async def test_two_bots_share_a_group_but_not_their_messages(api: BotApi, call: Client, person: Person) -> None:
    other = api.bot(OTHER)
    group = api.group(people=[person], bots=[api.bots.find("1001"), other])
    first = await call("sendMessage", chat_id=group.id, text="Case", reply_markup=YES)
    second = await call("sendMessage", OTHER, chat_id=group.id, text="Other")
    assert second["message_id"] == first["message_id"] + 1
    await person.tap("y", to=group)
    assert "callback_query" in (await call("getUpdates"))[-1]
    assert all("my_chat_member" in update for update in await call("getUpdates", OTHER))
    edit = {"chat_id": group.id, "message_id": first["message_id"], "text": "x"}
    assert "message can't be edited" in await call.refused("editMessageText", OTHER, **edit)


async def test_a_bot_without_rights_sees_only_commands_and_replies_in_a_group(
    api: BotApi, call: Client, person: Person
) -> None:
    group, bot = api.group(people=[person]), api.bots.find()
    group.set_bot(bot, "member")
    own = await call("sendMessage", chat_id=group.id, text="Case")
    await person.say("between us", to=group)
    await person.say("/take 1", to=group)
    await person.say("/take@somebody_else", to=group)
    await person.say("an answer", to=group, reply_to=own["message_id"])
    seen = [update["message"]["text"] for update in await call("getUpdates") if "message" in update]
    assert seen == ["/start", "/take 1", "an answer"]


async def test_an_anonymous_admin_writes_as_the_group_and_presses_as_themselves(api: BotApi, call: Client) -> None:
    group, admin = api.group(bots=[api.bots.find()]), api.person()
    group.add_person(admin, admin=True, anonymous=True)
    await call("sendMessage", chat_id=group.id, text="Case", reply_markup=YES)
    await admin.say("take", to=group)
    await admin.tap("Yes", to=group)
    said, pressed = (await call("getUpdates"))[-2:]
    assert (said["message"]["from"]["id"], said["message"]["sender_chat"]["id"]) == (1087968824, group.id)
    assert pressed["callback_query"]["from"]["id"] == admin.id


async def test_only_members_write_in_a_group(api: BotApi, person: Person) -> None:
    with pytest.raises(PermissionError):
        await person.say("hello", to=api.group())


async def test_a_deleted_topic_takes_its_messages_along_however_old(api: BotApi, call: Client, person: Person) -> None:
    group = api.group(people=[person], bots=[api.bots.find()], forum=True)
    topic = (await call("createForumTopic", chat_id=group.id, name="R-1"))["message_thread_id"]
    await call("sendMessage", chat_id=group.id, message_thread_id=topic, text="Case")
    await person.say("noted", to=group, topic=topic)
    api.clock.advance(7 * 86_400)
    await call("deleteForumTopic", chat_id=group.id, message_thread_id=topic)
    assert group.messages == []
    refusal = await call.refused("sendMessage", chat_id=group.id, message_thread_id=topic, text="x")
    assert refusal == "Bad Request: message thread not found"


async def test_an_upgraded_group_says_where_it_went(api: BotApi, call: Client, person: Person) -> None:
    group = api.group(people=[person], bots=[api.bots.find()])
    new = group.upgrade()
    status, envelope = await call.ask("sendMessage", chat_id=group.id, text="x")
    assert (status, envelope["parameters"]) == (400, {"migrate_to_chat_id": new.id})
    await call("sendMessage", chat_id=new.id, text="x")


async def test_a_removed_bot_may_not_write(api: BotApi, call: Client) -> None:
    group = api.group(bots=[api.bots.find()])
    group.set_bot(api.bots.find(), "kicked")
    refusal = await call.refused("sendMessage", chat_id=group.id, text="x")
    assert refusal == "Forbidden: bot was kicked from the supergroup chat"
