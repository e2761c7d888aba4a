"""The Telegram channel when the network, Telegram or the database fail: nothing is lost, doubled or out of order."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, text
from structlog.testing import capture_logs

from content import words as content_words
from storage.database import Database
from storage.tables import SEEN_UPDATES
from tests.botapi import Clock, Person
from tests.channels.telegram_stage import TOKEN, TelegramStage, telegram_stage

WORDS = content_words.load("en")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[TelegramStage]:
    async with telegram_stage(tmp_path) as stage:
        await stage.start_bot()
        yield stage


def asks(what: str, step: str) -> bool:
    return WORDS.text("self_referral", f"{step}.ask").split("\n")[0].split("{")[0] in what


# --- sending


async def test_told_to_wait_it_sends_no_sooner_and_then_once(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    stage.api.faults.add("flood", on="sendMessage", retry_after=30)
    other = await _after_one_refused_send(stage, person)
    stage.pass_time(seconds=29)
    await other.say("menu?")
    await other.waits_for(1)
    assert len(person.messages) == 4
    stage.pass_time(seconds=1)
    await person.waits_for(1)
    assert asks(person.last.text, "who_i_am")


async def test_through_an_outage_of_the_server_a_reply_is_tried_until_it_leaves(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    stage.api.faults.add("broken", on="sendMessage", times=3, chat=person.id)
    sent = len(stage.api.calls.of("sendMessage"))
    await person.say("1")
    for tried in range(1, 4):
        await stage.api.calls.waits_for("sendMessage", sent + tried)
        # Somebody else is answered meanwhile, so what became of the failed send was noted.
        sent += len((await stage.at_menu()).messages)
        stage.pass_time(minutes=1)
    await person.waits_for(1)
    assert asks(person.last.text, "who_i_am")
    assert len(person.messages) == 5


async def test_when_nobody_knows_whether_it_arrived_it_is_sent_once_more_after_half_a_minute(
    stage: TelegramStage,
) -> None:
    person = await stage.at_first_question()
    stage.api.faults.add("drop_before", on="sendMessage")
    await _after_one_refused_send(stage, person)
    stage.pass_time(seconds=30)
    await person.waits_for(1)
    assert asks(person.last.text, "who_i_am")
    assert len(person.messages) == 5


async def test_a_lost_reply_leaves_at_most_one_copy_more(stage: TelegramStage) -> None:
    stage.intake.service = replace(stage.intake.service, messages_stay="keep")  # an hour goes by, and all are counted
    person = await stage.at_first_question()
    stage.api.faults.add("drop_after", on="sendMessage", times=5, chat=person.id)
    await _after_one_refused_send(stage, person)
    stage.pass_time(seconds=30)
    await person.waits_for(2)
    await stage.at_menu()
    stage.pass_time(hours=1)
    await stage.at_menu()
    await stage.stop_bot()
    assert len(person.messages) == 6
    assert [fault for fault in stage.outbox() if fault] == ["Doubtful"]


async def test_a_send_that_hangs_holds_up_nobody_else(stage: TelegramStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.posting.outbox.GRACE_SECONDS", 0.01)
    person = await stage.at_first_question()
    stage.api.faults.add("hang", on="sendMessage", chat=person.id)
    await person.say("1")
    await stage.at_menu()
    assert len(person.messages) == 4
    await stage.stop_bot()


async def test_someone_who_cannot_be_written_to_is_left_alone_and_others_are_not(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    stage.api.faults.add("forbidden", on="sendMessage", chat=person.id)
    await person.say("1")
    await stage.at_menu()
    await stage.stop_bot()
    assert stage.outbox() == ["Blocked"]


async def test_someone_whose_account_is_gone_is_left_alone(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    await person.say("1")
    await person.delete_account()
    await stage.at_menu()
    await stage.stop_bot()
    assert set(stage.outbox()) <= {"Blocked"}


async def test_a_message_telegram_does_not_take_is_given_up_and_the_next_one_leaves(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    stage.api.faults.add("refused", on="sendMessage", code=400, description="Bad Request: not like this")
    await person.say("1")
    await person.say("1")
    await person.waits_for(1)
    assert asks(person.last.text, "age_band")
    await stage.stop_bot()
    assert stage.outbox() == ["BadRequest"]


async def test_within_telegrams_limits_everything_arrives_in_order(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path, paced=True, clock=Clock(start=1_795_348_800.0)) as stage:
        await stage.start_bot()
        person = stage.api.person(bot=TOKEN)
        for typed in ("/start", "1", "1", "1"):
            await person.say(typed)
        for _ in range(8):
            if len(person.messages) >= 6:
                break
            await stage.api.calls.waits_for("sendMessage", len(stage.api.calls.of("sendMessage")) + 1)
            stage.pass_time(seconds=10)
            stage.api.clock.advance(10)
        replies = await person.waits_for(6)
        assert asks(replies[-1].text, "age_band")
        assert [message.id for message in replies] == sorted(message.id for message in replies)


# --- fetching


@pytest.mark.parametrize("fault", ["flood", "broken", "drop_before", "drop_after"])
async def test_a_fetch_that_fails_is_tried_again_and_nothing_is_lost(stage: TelegramStage, fault: str) -> None:
    person = await stage.at_menu()
    stage.api.faults.add(fault, on="getUpdates", times=3)
    for typed in ("1", "1"):
        await person.say(typed)
    replies = await person.waits_for(2)
    assert asks(replies[0].text, "keep_answers")
    assert asks(replies[1].text, "who_i_am")


async def test_while_telegram_does_not_answer_it_waits_ever_longer(stage: TelegramStage) -> None:
    await stage.at_menu()
    with capture_logs() as logs:
        stage.api.faults.add("broken", on="getUpdates", times=8)
        person = await stage.at_menu()
        await person.say("1")
        await person.waits_for(1)
    assert [round(pause, 1) for pause in stage.pauses] != sorted(stage.pauses, reverse=True)
    assert all(
        0.7 * full <= pause <= full for pause, full in zip(stage.pauses, [0.5, 1, 2, 4, 8, 16, 30, 30], strict=True)
    )
    assert len([log for log in logs if log["log_level"] == "error"]) == 1


async def test_another_fetcher_is_told_to_the_operator(stage: TelegramStage) -> None:
    await stage.at_menu()
    with capture_logs() as logs:
        stage.api.faults.add("refused", on="getUpdates", code=409, description="Conflict: terminated by other")
        await stage.at_menu()
    assert [log["fault"] for log in logs] == ["OtherPoller"]


@pytest.mark.parametrize("token", ["1001:not-the-right-one", "no token at all"])
async def test_a_wrong_token_is_told_once_in_words_and_tried_again_every_minute(tmp_path: Path, token: str) -> None:
    async with telegram_stage(tmp_path, tokens=[TOKEN]) as stage:
        stage.token = token
        with capture_logs() as logs:
            await stage.start_bot()
            await stage.until_paused(3)
        assert set(stage.pauses) == {60.0}
        assert len(logs) == 1
        assert "CAIRN_BOT_TOKEN" in logs[0]["event"]
        assert token not in str(logs)


async def test_a_bot_that_starts_before_its_network_comes_up_when_the_network_does(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        stage.api.faults.add("drop_before", on="getMe", times=4)
        await stage.start_bot()
        await stage.at_menu()
        assert len(stage.pauses) == 4


async def test_names_that_cannot_be_set_keep_nobody_waiting(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        stage.api.faults.add("broken", on="setMyCommands")
        await stage.start_bot()
        await stage.at_menu()


# --- what comes in


@pytest.mark.parametrize("position", [0, 1, 2])
async def test_a_poisoned_update_stops_no_other(tmp_path: Path, position: int) -> None:
    async with telegram_stage(tmp_path) as stage:
        people = [stage.api.person(bot=TOKEN) for _ in range(3)]
        stage.api.faults.add("poison", skip=position)
        for person in people:
            await person.start()
        await stage.start_bot()
        for person in people:
            await person.waits_for(3)


@pytest.mark.parametrize("position", [0, 1, 2])
async def test_an_update_nobody_can_read_is_answered_where_its_chat_is_known(tmp_path: Path, position: int) -> None:
    async with telegram_stage(tmp_path) as stage:
        people = [await _put_message(stage, {"text": 7} if number == position else None) for number in range(3)]
        await stage.start_bot()
        for person in people:
            await person.waits_for(3)
        await stage.stop_bot()
        assert stage.parked() == []


async def test_an_update_without_a_chat_is_passed_over_and_counted(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    queue = stage.api.bot(TOKEN).queue
    with capture_logs() as logs:
        for nonsense in ("nonsense", None, 7, [], {"chat": {"id": "x"}}, {"chat": {"id": -5, "type": None}}):
            queue.put("message", nonsense, 0)
        queue.put("my_chat_member", {"chat": 3}, 0)
        queue.put("callback_query", {"id": 9}, 0)
        await person.say("1")
        await person.waits_for(1)
    assert asks(person.last.text, "who_i_am")
    assert len(logs) == 7
    assert {log["event"] for log in logs} == {"update cannot be read"}


async def test_an_update_that_comes_twice_is_acted_on_once(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    stage.api.faults.add("duplicate", on="message")
    await person.say("1")
    stage.api.faults.add("redelivered", on="message")
    await person.say("1")
    await person.say("1")
    replies = await person.waits_for(3)
    assert [
        asks(reply.text, step) for reply, step in zip(replies, ("keep_answers", "who_i_am", "age_band"), strict=True)
    ]
    await stage.at_menu()
    assert len(person.messages) == 6


async def test_updates_that_come_swapped_are_both_acted_on(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        people = [stage.api.person(bot=TOKEN) for _ in range(2)]
        stage.api.faults.add("swapped", skip=1)
        for person in people:
            await person.start()
        await stage.start_bot()
        for person in people:
            await person.waits_for(3)


async def test_after_a_week_the_ids_may_begin_anywhere(stage: TelegramStage) -> None:
    person = await stage.at_first_question()
    stage.api.bot(TOKEN).queue.next_id = 7
    await person.say("1")
    await person.waits_for(1)
    assert asks(person.last.text, "who_i_am")


async def test_thousands_of_letters_leave_each_once_and_in_order(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        people = [stage.api.person(bot=TOKEN) for _ in range(100)]
        for _ in range(8):
            for person in people:
                await person.say("/start")
        await stage.start_bot()
        first_time = [message.text for message in await people[0].waits_for(3)]
        await people[0].waits_for(21, timeout=60)
        for person in people[1:]:
            await person.waits_for(24, timeout=60)
        await stage.stop_bot()
        assert stage.outbox() == []
        assert [[message.text for message in person.messages] for person in people] == [first_time * 8] * 100


# --- the database


async def test_while_the_database_is_locked_nothing_is_acknowledged_and_then_all_is_answered(
    stage: TelegramStage,
) -> None:
    person = await stage.at_menu()
    stage.hurry()
    other = Database(stage.url)
    with capture_logs() as logs:
        with other.begin():
            polls = len(stage.api.calls.of("getUpdates"))
            for typed in ("1", "1"):
                await person.say(typed)
            await stage.until_paused(3)
            assert len(stage.api.calls.of("getUpdates")) == polls
        replies = await person.waits_for(2)
    assert asks(replies[0].text, "keep_answers")
    assert asks(replies[1].text, "who_i_am")
    assert all(log["fault"] == "OperationalError" for log in logs)
    other.close()


async def test_on_a_full_disk_nothing_is_acknowledged_and_then_all_is_answered(stage: TelegramStage) -> None:
    person = await stage.at_menu()
    _limit_pages(stage, full=True)
    polls = len(stage.api.calls.of("getUpdates"))
    others = [stage.api.person(bot=TOKEN) for _ in range(40)]
    for other in others:
        await other.start()
    await stage.until_paused(3)
    assert len(stage.api.calls.of("getUpdates")) <= polls + 2
    seen = len(stage.rows(SEEN_UPDATES))
    _limit_pages(stage, full=False)
    for other in others:
        await other.waits_for(3)
    await person.say("1")
    await person.waits_for(1)
    assert asks(person.last.text, "keep_answers")
    assert len(stage.rows(SEEN_UPDATES)) > seen
    with stage.database.read() as tx:
        assert tx.execute(text("PRAGMA integrity_check")).scalar() == "ok"


async def test_an_update_that_can_never_be_handled_holds_up_nobody_else(
    stage: TelegramStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [stage.api.person(bot=TOKEN) for _ in range(3)]
    await stage.stop_bot()
    poison = str(people[1].id)
    person_of = stage.intake.person

    def fail_for_one(channel: str, address: str) -> bytes:
        if address == poison:
            raise OverflowError("words")
        return person_of(channel, address)

    monkeypatch.setattr(stage.intake, "person", fail_for_one)
    for person in people:
        await person.start()
    with capture_logs() as logs:
        await stage.start_bot()
        for person in (people[0], people[2]):
            await person.waits_for(3)
    assert stage.parked() == ["OverflowError"]
    assert [log["fault"] for log in logs] == ["OverflowError"]


async def _after_one_refused_send(stage: TelegramStage, person: Person) -> Person:
    """`person` has said "1" and the answer did not leave; the other one returned has just been answered."""
    sent = len(stage.api.calls.of("sendMessage"))
    await person.say("1")
    await stage.api.calls.waits_for("sendMessage", sent + 1)
    return await stage.at_menu()


async def _put_message(stage: TelegramStage, changed: dict[str, object] | None) -> Person:
    """Somebody whose Start reaches the bot, as it was sent or with changes nobody expects."""
    person = stage.api.person(bot=TOKEN)
    chat = person.chat_in()
    message = stage.api.world.post(chat, person.account(), {"text": "/start"})
    stage.api.bot(TOKEN).queue.put("message", message.body | (changed or {}), chat.id)
    return person


def _limit_pages(stage: TelegramStage, full: bool) -> None:
    """Let the database grow no more, or again."""
    stage.database.close()
    with stage.database.read() as tx:
        pages = tx.execute(text("PRAGMA page_count")).scalar_one()
    stage.database.close()

    @event.listens_for(stage.database.engine, "connect")
    def set_limit(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages if full else 1_000_000}")  # type: ignore[attr-defined]
