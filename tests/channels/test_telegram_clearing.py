"""Messages go from a chat on Telegram, over real HTTP: when somebody says so, and by themselves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messages import Document, Reply
from bot.posting import letters
from bot.posting.letters import Outgoing
from bot.referrals.paper import Section, Sheet
from content import words as content_words
from storage import outbox
from storage.sealing import Keys
from tests.botapi import Clock, Person
from tests.channels.telegram_stage import TOKEN, TelegramStage, telegram_stage
from tests.stage import NOW

WORDS = content_words.load("en")
CLEARED = WORDS.common("cleared.telegram").split("\n")[0]
NOT_CLEARED = WORDS.common("notes.not_cleared").split("\n")[0]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[TelegramStage]:
    async with telegram_stage(tmp_path, clock=Clock(start=NOW.timestamp())) as stage:
        await stage.start_bot()
        yield stage


async def cleared(person: Person, number: int = 1) -> list[str]:
    """What can be seen, by both sides, once it is only so many messages, the last of which says that the rest went."""
    chat = person.chat_in()
    await chat.waits_until(lambda chat: len(chat.messages) == number and CLEARED in chat.messages[-1].text)
    return [message.text for message in chat.messages]


async def test_clear_this_chat_leaves_one_neutral_message_and_nothing_of_either_side(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.say("1")
    await person.waits_for(1)
    await person.say("/clear")
    (only,) = await cleared(person)
    assert only.startswith(WORDS.common("progress.aside"))


async def test_a_file_with_somebodys_own_words_is_protected_and_goes_with_the_messages(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    copy = Sheet("Your copy", "en", "", (Section("Words", (("Name", "Sam"),)),)).as_bytes()
    reply = Reply(
        "A short note", document=Document("copy.pdf", "application/pdf", copy, is_sheet=True, is_private=True)
    )
    who, secret = stage.intake.person("telegram", str(person.id)), stage.intake.secrets.seal
    with stage.intake.database.begin() as tx:
        outbox.add(tx, [letters.lock(Outgoing(str(person.id), reply), "telegram", who, Keys(secret))], NOW.timestamp())
    file, _ = await person.waits_for(2)
    assert file.file.startswith(b"%PDF") and file.body["has_protected_content"]
    await stage.until_noted()
    await person.say("/clear")
    await cleared(person)


async def test_after_a_quarter_of_an_hour_the_chat_is_empty_and_the_conversation_still_there(
    stage: TelegramStage,
) -> None:
    person = await stage.at_first_question()
    await stage.until_noted()
    stage.let_pass(minutes=15, seconds=1)
    await person.chat_in().waits_until(lambda chat: not chat.messages)
    await person.start()
    await person.waits_for(2)
    assert WORDS.text("self_referral", "keep_answers.ask")[:20] in person.last.text


async def test_pictures_voice_and_places_are_deleted_never_fetched_and_an_album_is_answered_once(
    stage: TelegramStage,
) -> None:
    person = await stage.at_first_question()
    for kind in ("photo", "voice", "document", "contact", "location"):
        await person.send(kind)
        await person.waits_for(2)
    answered = len(person.messages)
    await person.send_album(10)
    await person.waits_for(2)
    own = await person.chat_in().waits_until(lambda chat: all("text" in each.body for each in chat.messages))
    assert len(person.messages) == answered + 2
    assert [each.text for each in own.messages if each.bot is None] == ["/start", "1"]
    assert stage.api.calls.of("getFile") == []


async def test_what_telegram_will_not_delete_is_said_with_the_two_steps_to_do_it_oneself(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    stage.api.faults.add("refused", on="deleteMessages", code=400, description="Bad Request: message can't be deleted")
    await person.say("/clear")
    await person.waits_for(1)
    assert NOT_CLEARED in person.last.text
    assert "1. " in person.last.text and "2. " in person.last.text


@pytest.mark.parametrize("fault", ["flood", "drop_after"])
async def test_a_deletion_is_tried_until_it_is_done_and_doing_it_twice_harms_nothing(
    stage: TelegramStage, fault: str
) -> None:
    """Refused for now; or done, and the answer lost, which is also what a crash between it and its mark looks like."""
    person = await stage.at_menu()
    stage.api.faults.add(fault, on="deleteMessages")
    await person.say("/clear")
    await stage.api.calls.waits_for("deleteMessages")
    await stage.until_noted(tries=1)
    stage.let_pass(seconds=31)
    await person.say("help now")
    await person.chat_in().waits_until(lambda chat: any(CLEARED in message.text for message in chat.acts))
    assert sum(CLEARED in message.text for message in person.messages) == 1


async def test_more_than_a_hundred_messages_go_in_as_many_calls_as_it_takes(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    for _ in range(60):
        await person.say("help now")
    await person.chat_in().waits_until(lambda chat: len(chat.acts) == 123)
    await person.say("/clear")
    await cleared(person)
    sizes = [len(call.parameters.structure("message_ids")) for call in stage.api.calls.of("deleteMessages")]
    assert all(size <= 100 for size in sizes)
    assert len(sizes) >= 2


async def test_a_message_telegram_can_no_longer_delete_stays_and_the_steps_are_told(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    await person.say("/messages")
    await person.waits_for(1)
    await person.say("keep them")
    await person.waits_for(1)
    old = len(person.chat_in().messages)
    stage.let_pass(hours=48, seconds=1)
    await person.say("/clear")
    assert "2. " in (await cleared(person, old + 1))[-1]


async def test_everything_that_is_ever_sent_is_silent_unforwardable_and_without_a_preview(
    stage: TelegramStage,
) -> None:
    """In a chat and in a group, an answer, a change, a note after a deletion."""
    person = await stage.at_first_question()
    group = stage.api.group(people=[person], bots=[stage.api.bot(TOKEN)])
    await person.say("/start", to=group)
    await group.waits_for(1)
    for words in ("1", "1", "3", "yes", "Sam"):
        await person.say(words)
        await person.waits_for(1)
    await person.tap(person.last.labels[0])
    await person.waits_for(1)
    await person.say("/clear")
    await cleared(person)
    sent, edited = stage.api.calls.of("sendMessage"), stage.api.calls.of("editMessageText")
    assert sent and edited
    for call in sent:
        assert call.parameters.flag("disable_notification")
        assert call.parameters.flag("protect_content")
    for call in (*sent, *edited):
        assert call.parameters.structure("link_preview_options") == {"is_disabled": True}
    kinds = {call.method for call in stage.api.calls}
    assert kinds <= {
        "getMe", "getUpdates", "sendMessage", "editMessageText", "deleteMessages", "answerCallbackQuery",
        "setMyCommands", "setMyShortDescription",
    }  # fmt: skip
