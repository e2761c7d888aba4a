"""The public bot on Telegram, over real HTTP: what people do there, and what they get to see."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram_updates import ALLOWED_UPDATES
from bot.flows import FLOWS
from bot.steps import Question, Several, Step, Text
from content import words as content_words
from storage.tables import CONVERSATIONS, SEEN_UPDATES
from tests.botapi import Person
from tests.channels.telegram_stage import TOKEN, TelegramStage, telegram_stage
from tests.somebody import Somebody
from tests.test_proposals import SHORT

WORDS = content_words.load("en")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[TelegramStage]:
    async with telegram_stage(tmp_path) as stage:
        await stage.start_bot()
        yield stage


def note(name: str) -> str:
    """A sentence every step may say, up to its first placeholder."""
    return WORDS.common(f"notes.{name}").split("{")[0].strip()


async def test_someone_who_presses_start_sees_the_menu_with_stop_and_help_on_every_message(
    stage: TelegramStage,
) -> None:
    person = await stage.at_menu()
    assert len(person.messages) == 3
    for message in person.messages:
        assert message.labels[-2:] == [WORDS.common("standing.stop"), WORDS.common("standing.help")]


async def test_every_message_is_silent_unforwardable_and_without_a_preview(stage: TelegramStage) -> None:
    await stage.at_first_question()
    sent = stage.api.calls.of("sendMessage")
    assert len(sent) == 4
    for call in sent:
        assert call.parameters.flag("disable_notification")
        assert call.parameters.flag("protect_content")
        assert call.parameters.structure("link_preview_options") == {"is_disabled": True}
        assert "parse_mode" not in call.parameters


async def test_a_press_is_answered_so_that_the_button_stops_turning(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    tap = await person.tap("1 · " + WORDS.option("menu", "menu", "self_referral"))
    assert await tap.answered() == {"text": "", "show_alert": False}
    await person.waits_for(1)
    assert "v1:" in (person.last.buttons[0].data or "")


async def test_a_press_that_can_no_longer_be_answered_still_counts(stage: TelegramStage) -> None:
    stage.api.faults.add("late_answer")
    person = await stage.at_menu()
    await person.tap("1 · " + WORDS.option("menu", "menu", "self_referral"))
    await person.waits_for(1)
    await stage.api.calls.waits_for("answerCallbackQuery")
    assert WORDS.text("self_referral", "keep_answers.ask")[:20] in person.last.text


async def test_the_number_on_a_button_can_be_typed(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    assert WORDS.text("self_referral", "keep_answers.ask")[:20] in person.last.text
    assert person.last.labels[0].startswith("1 · ")


async def test_a_link_with_a_payload_is_a_start(stage: TelegramStage) -> None:
    person = stage.api.person(bot=TOKEN)
    await person.start("abc-DEF_123")
    await person.waits_for(3)
    assert WORDS.text("menu", "menu.ask")[:20] in person.last.text


async def test_a_link_given_at_the_end_of_a_referral_opens_it_in_the_chat_of_whoever_presses_it(
    stage: TelegramStage,
) -> None:
    await stage.at_menu()  # by now the bot knows its name
    worker = Somebody(stage, "a-token", "web").goes(*SHORT)
    username, token = re.findall(r"https://t\.me/(\w+)\?start=(\S+)", worker.last.text)[0]
    assert username == stage.api.bot(TOKEN).username
    person = stage.api.person(bot=TOKEN)
    await person.start(token)
    await person.waits_for(4)
    assert WORDS.text("confirm_referral", "look_or_refuse.ask") in person.last.text
    await person.start("A" * 22)
    await person.waits_for(1)
    assert WORDS.common("notes.link_passed") in person.last.text


async def test_three_messages_sent_quickly_are_answered_in_their_order(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    for typed in ("1", "1", "1"):
        await person.say(typed)
    replies = await person.waits_for(3)
    asked = ["keep_answers", "who_i_am", "age_band"]
    assert [step for step, reply in zip(asked, replies, strict=True) if _asks(reply.text, step)] == asked


async def test_what_waited_while_the_bot_was_away_is_answered_when_it_comes_back(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        person = stage.api.person(bot=TOKEN)
        for typed in ("/start", "1", "1"):
            await person.say(typed)
        await stage.start_bot()
        replies = await person.waits_for(5)
        assert _asks(replies[-1].text, "who_i_am")


async def test_a_tap_after_a_restart_goes_on_where_the_person_was(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await stage.stop_bot()
    stage.restart()
    await person.tap(person.last.labels[0])
    await stage.start_bot()
    await person.waits_for(1)
    assert _asks(person.last.text, "who_i_am")


async def test_an_old_stop_still_stops(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    old = person.last
    for typed in ("1", "1"):
        await person.say(typed)
        await person.waits_for(1)
    await person.tap(WORDS.common("standing.stop"), on=old)
    await person.waits_for(1)
    assert WORDS.common("stopped.ask").split("\n")[0] in person.last.text


async def test_an_old_answer_changes_nothing(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    old = person.last
    for typed in ("1", "1"):
        await person.say(typed)
        await person.waits_for(1)
    await person.tap(old.labels[0], on=old)
    await person.waits_for(1)
    assert note("stale_button") in person.last.text
    assert _asks(person.last.text, "who_i_am")


async def test_a_tap_on_a_message_that_was_deleted_counts(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    old = person.last
    await person.clear()
    await person.tap(old.labels[0], on=old)
    await person.waits_for(1)
    assert _asks(person.last.text, "who_i_am")


async def test_choosing_several_changes_the_message_in_place(stage: TelegramStage) -> None:
    person = await _at_several(stage)
    asked = person.last
    await person.tap(asked.labels[0])
    await person.waits_for(1)
    assert person.last.id == asked.id
    assert person.last.edited
    assert person.last.labels[0] == "✓ " + asked.labels[0]


async def test_choosing_several_on_a_message_that_is_gone_sends_it_anew(stage: TelegramStage) -> None:
    person = await _at_several(stage)
    asked = person.last
    await person.delete(asked)
    await person.tap(asked.labels[0], on=asked)
    await person.waits_for(1)
    assert person.last.id > asked.id
    assert person.last.labels[0] == "✓ " + asked.labels[0]


async def test_the_same_press_twice_leaves_the_message_as_it_is_and_goes_on(stage: TelegramStage) -> None:
    person = await _at_several(stage)
    asked = person.last
    for _ in range(2):
        await person.tap(asked.labels[0], on=asked)
    await stage.api.calls.waits_for("editMessageText", 2)
    await person.say("stop")
    await person.chat_in().waits_until(lambda chat: "Stopped" in chat.last.text)
    await stage.stop_bot()
    assert stage.outbox() == []


async def test_an_edited_message_changes_nothing_and_is_told_so(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    said = await person.say("1")
    await person.waits_for(1)
    await person.edit(said, "2")
    await person.waits_for(1)
    assert note("edited") in person.last.text


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "document", "contact", "location", "video_note"])
async def test_what_is_not_typed_is_not_opened_and_kindly_told(stage: TelegramStage, kind: str) -> None:
    person = await stage.at_first_question()
    await person.send(kind)
    await person.waits_for(1)
    assert note("no_media") in person.last.text
    assert stage.api.calls.of("getFile") == []


async def test_an_album_is_answered_once(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.send_album(5)
    await person.say("1")
    replies = await person.waits_for(3)
    assert [note("no_media") in reply.text for reply in replies] == [True, False, False]
    assert _asks(replies[-1].text, "who_i_am")


async def test_an_album_that_comes_in_two_fetches_is_answered_once(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.send("photo", media_group_id="77")
    await person.waits_for(2)
    await person.send("photo", media_group_id="77")
    await person.say("1")
    await person.waits_for(1)
    assert _asks(person.last.text, "who_i_am")


async def test_a_broken_emoji_harms_nothing(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.say("half an emoji: \ud83d and 🙂")
    await person.waits_for(2)
    await person.say("1")
    await person.waits_for(1)
    assert _asks(person.last.text, "who_i_am")
    assert stage.parked() == []


async def test_a_very_long_message_is_answered(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.say("long " * 800)
    await person.waits_for(2)
    assert _asks(person.last.text, "keep_answers")


async def test_in_a_group_a_command_gets_one_neutral_sentence_and_nothing_else_any(stage: TelegramStage) -> None:
    person = stage.api.person(bot=TOKEN)
    group = stage.api.group(people=[person], bots=[stage.api.bot(TOKEN)])
    await person.say("Hello everybody", to=group)
    await person.send("photo", to=group)
    await person.say("/start", to=group)
    await group.waits_for(1)
    await stage.at_menu(person)
    assert [message.text for message in group.shown] == [note("private_only")]
    assert [message.silent for message in group.shown] == [True]
    assert len(stage.rows(CONVERSATIONS)) == 1


async def test_a_bot_gets_no_answer(stage: TelegramStage) -> None:
    robot = stage.api.person(bot=TOKEN)
    robot.account = lambda: {"id": robot.id, "is_bot": True, "first_name": "Robot"}  # type: ignore[method-assign]
    await robot.say("/start")
    await stage.at_menu()
    assert robot.messages == []


async def test_what_waits_for_someone_who_blocks_the_bot_is_dropped(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        person, other = stage.api.person(bot=TOKEN), stage.api.person(bot=TOKEN)
        await person.start()
        await person.block()
        await stage.start_bot()
        await stage.at_menu(other)
        await stage.stop_bot()
        assert set(stage.outbox()) == {"Blocked"}
        assert person.messages == []


async def test_someone_who_blocks_and_comes_back_goes_on_where_they_were(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.block()
    await person.unblock()
    await person.start()
    told, asked = await person.waits_for(2)
    assert note("welcome_back") in told.text
    assert _asks(asked.text, "keep_answers")


async def test_the_commands_and_the_description_are_neutral_and_set_at_the_start(stage: TelegramStage) -> None:
    await stage.api.calls.waits_for("setMyShortDescription")
    (commands,) = (call.parameters.structure("commands") for call in stage.api.calls.of("setMyCommands"))
    assert [command["command"] for command in commands] == [
        "start", "stop", "help", "clear", "messages", "web", "erase", "privacy",
    ]  # fmt: skip
    (description,) = (call.parameters.text("short_description") for call in stage.api.calls.of("setMyShortDescription"))
    shown = " ".join([description, *(command["description"] for command in commands)]).lower()
    assert not any(word in shown for word in ("justice", "harm", "survivor", "abuse", "referral", "coordinator"))


async def test_it_asks_for_the_updates_it_can_read_and_drops_none(stage: TelegramStage) -> None:
    await stage.at_menu()
    polls = stage.api.calls.of("getUpdates")
    assert all(poll.parameters.structure("allowed_updates") == list(ALLOWED_UPDATES) for poll in polls)
    assert ALLOWED_UPDATES == ("message", "edited_message", "callback_query", "my_chat_member")
    assert not any("drop_pending_updates" in call.parameters for call in stage.api.calls)


async def test_the_offset_moves_only_after_the_commit(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    await stage.stop_bot()
    seen = {int(row.update_id) for row in stage.rows(SEEN_UPDATES)}
    offsets = [poll.parameters.integer("offset") for poll in stage.api.calls.of("getUpdates")]
    assert offsets[0] == 0
    assert set(offsets[1:]) == {max(seen) + 1}
    await person.say("1")
    await stage.start_bot()
    await person.waits_for(1)
    polls = stage.api.calls.of("getUpdates")[len(offsets) :]
    assert polls[0].parameters.integer("offset") == 0


async def test_stopping_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        people = [stage.api.person(bot=TOKEN) for _ in range(60)]
        for person in people:
            for typed in ("/start", "1", "1", "1"):
                await person.say(typed)
        for round_ in range(4):
            await stage.start_bot()
            await stage.api.calls.waits_for("sendMessage", 20 * (round_ + 1))
            await stage.stop_bot()
            stage.restart()
        await stage.start_bot()
        for person in people:
            replies = await person.waits_for(6)
            assert _asks(replies[-1].text, "age_band")
        assert [len(person.messages) for person in people] == [6] * 60


async def test_no_word_chat_id_or_token_is_ever_logged(
    stage: TelegramStage, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        for kind in ("broken", "drop_after", "drop_before", "flood"):
            stage.api.faults.add(kind, on="getUpdates")
        person = await stage.at_first_question()
        stage.api.faults.add("refused", on="sendMessage", code=400, description="Bad Request: canary words")
        stage.api.faults.add("poison", on="message")
        await person.say("canary words")
        await stage.api.calls.waits_for("sendMessage", 5)
        stage.api.faults.add("forbidden", on="sendMessage")
        await person.say("more canary words")
        await stage.api.calls.waits_for("sendMessage", 6)
        await stage.stop_bot()
    written = caplog.text + str(logs) + "".join(capfd.readouterr())
    assert logs
    for secret in ("canary", str(person.id), TOKEN, TOKEN.partition(":")[2]):
        assert secret not in written


async def test_what_was_fetched_last_can_be_watched(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        channel = await stage.start_bot()
        assert channel.fetched_at is None
        await stage.at_menu()
        assert channel.fetched_at == stage.now


def _asks(text: str, step: str) -> bool:
    return WORDS.text("self_referral", f"{step}.ask").split("\n")[0].split("{")[0] in text


async def _at_several(stage: TelegramStage) -> Person:
    """Somebody at the first question that takes several answers."""
    person = await stage.at_first_question()
    for _ in range(60):
        step = FLOWS["self_referral"].by_name[(person.last.buttons[0].data or "").split(":")[2]]
        if isinstance(step, Several):
            return person
        await person.say(_an_answer(step))
        await person.waits_for(1)
    raise AssertionError("no such question was met")


def _an_answer(step: Step) -> str:
    """Something to type that leads further in."""
    if isinstance(step, Text):
        return {"phone": "07700 900123", "email": "sam@example.org"}.get(step.reads, "Sam")
    assert isinstance(step, Question)
    wanted = next((each for each in ("more", "18_plus") if each in step.closed), step.closed[0])
    return str(step.closed.index(wanted) + 1)
