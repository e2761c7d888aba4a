"""What stands in somebody's chat goes again: when they say so, by itself when due, exactly that and all of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.housekeeping import tidy
from bot.messages import Reply
from bot.posting import fates, letters, traces
from bot.posting.letters import Outgoing
from bot.situation import ASIDES
from content.words import load
from policy.chat_messages import STAYS, Stays
from storage import outbox, tables
from storage import traces as stored
from storage.sealing import Keys, SealBroken
from tests.somebody import TO_THE_END, TO_THE_NAME, TO_THE_READ_BACK, Somebody, texts
from tests.stage import SECRETS, Stage

WORDS = load("en")
CLEARED = WORDS.common("cleared.telegram").split("\n")[0]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def sam(stage: Stage) -> Somebody:
    return Somebody(stage)


def stands(somebody: Somebody, *ids: int, stays: Stays = "soon") -> None:
    """Messages of ours stand in this chat since now."""
    at = somebody.stage.now.timestamp()
    trace = traces.lock(SECRETS.seal, "telegram", somebody.key, somebody.address, ids, at)
    with somebody.stage.database.begin() as tx:
        stored.add(tx, [traces.lasting(trace, stays)])


def standing(somebody: Somebody) -> list[int]:
    """Ids of all messages that are known to stand in this chat."""
    rows = [row for row in somebody.stage.rows(tables.TRACES) if row.person == somebody.key]
    return [id_ for row in rows for id_ in traces.unlock(row, SECRETS.seal)[1]]


def swept(somebody: Somebody) -> list[int]:
    """What goes now by itself."""
    before = len(somebody.deleted)
    somebody.stage.sweep()
    somebody.hears()
    return somebody.deleted[before:]


def choose(somebody: Somebody, label: str) -> None:
    somebody.goes("/start", "/messages", label)


class TestClear:
    def test_both_sides_go_and_what_is_said_then_is_all_that_is_said(self, sam: Somebody) -> None:
        sam.sends(sam.inbound("/start", "11"))
        stands(sam, 12, 13)
        stands(Somebody(sam.stage, address="2002"), 99)
        (note,) = sam.sends(sam.inbound("/clear", "14"))
        assert sam.deleted == [11, 12, 13, 14]
        assert CLEARED in note.text
        assert standing(sam) == []
        assert standing(Somebody(sam.stage, address="2002")) == [99]

    @pytest.mark.parametrize("ends", [TO_THE_END, (*TO_THE_NAME, "stop", "Delete now")])
    def test_messages_from_before_a_hand_over_or_a_stop_still_go(self, sam: Somebody, ends: tuple[str, ...]) -> None:
        sam.goes(*ends)
        stands(sam, 900_000)
        known = standing(sam)
        sam.says("Clear this chat")
        assert 900_000 in sam.deleted
        assert set(known) <= set(sam.deleted)

    def test_it_is_offered_at_stop_and_at_every_end(self, sam: Somebody) -> None:
        for steps in ((*TO_THE_NAME, "Stop"), ("Delete now",), TO_THE_END):
            sam.goes(*steps)
            assert "Clear this chat" in [button.label for button in sam.last.standing]

    def test_answers_are_kept_and_said_so_and_nothing_is_asked(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME, "clear this chat")
        assert sam.last.asks is None
        assert WORDS.common("notes.answers_are_kept") in sam.last.text
        assert "What name" in texts(sam.says("start")) or sam.last.asks == "name_to_use"

    def test_what_waited_to_be_said_is_not_said_any_more(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME)
        sam.stage.intake.handle([sam.inbound("help now")], sam.stage.now)
        assert [CLEARED in reply.text for reply in sam.says("/clear")] == [True]

    def test_twice_in_one_batch_loses_no_message(self, sam: Somebody) -> None:
        stands(sam, 7)
        sam.sends(sam.inbound("/clear", "8"), sam.inbound("/clear", "9"))
        assert sorted(sam.deleted) == [7, 8, 9]

    def test_what_was_on_its_way_meanwhile_goes_as_soon_as_it_is_known(self, sam: Somebody) -> None:
        """It was sent before Clear was read, and noted after: nothing of it may stay."""
        letter = under_way(sam)
        sam.says("/clear")
        note_gone(sam, letter, 77)
        assert swept(sam) == [77]

    def test_what_goes_as_it_should_stays_for_its_time(self, sam: Somebody) -> None:
        note_gone(sam, under_way(sam), 77)
        assert swept(sam) == []
        sam.stage.pass_time(minutes=15)
        assert swept(sam) == [77]

    def test_erasing_everything_clears_the_chat_too_and_forgets_what_was_chosen(self, sam: Somebody) -> None:
        choose(sam, "Keep them")
        stands(sam, 5, stays="keep")
        sam.goes(*TO_THE_NAME, "/erase", "Yes, erase all of it")
        assert 5 in sam.deleted
        assert standing(sam) == []
        assert sam.stage.rows(tables.CHAT_CHOICES) == []

    def test_on_the_web_there_is_nothing_to_delete_and_it_is_said_otherwise(self, stage: Stage) -> None:
        alex = Somebody(stage, channel="web")
        alex.goes(*TO_THE_NAME)
        assert WORDS.common("cleared.web") in texts(alex.says("clear"))
        assert stage.rows(tables.TRACES) == []


class TestByItself:
    def test_exactly_what_is_due_goes_after_a_quarter_of_an_hour(self, sam: Somebody) -> None:
        stands(sam, 1, 2)
        sam.stage.pass_time(minutes=14)
        stands(sam, 3)
        assert swept(sam) == []
        sam.stage.pass_time(minutes=1)
        assert swept(sam) == [1, 2]
        assert standing(sam) == [3]
        assert swept(sam) == []

    def test_what_the_person_wrote_goes_too_counted_from_when_they_wrote_it(self, sam: Somebody) -> None:
        from dataclasses import replace

        written = (sam.stage.now - timedelta(minutes=10)).timestamp()
        sam.sends(replace(sam.inbound("/start", "41"), sent_at=written))
        sam.stage.pass_time(minutes=5)
        assert swept(sam) == [41]

    def test_until_the_next_one_means_that_question_and_answer_go_once_it_is_answered(self, sam: Somebody) -> None:
        choose(sam, "Until the next one")
        swept(sam)
        stands(sam, 1)
        assert swept(sam) == []
        sam.sends(sam.inbound("help now", "50"))
        assert swept(sam) == [1, 50]

    def test_until_we_are_done_means_a_quarter_of_an_hour_after_the_end(self, sam: Somebody) -> None:
        choose(sam, "Until we are done")
        sam.goes(*TO_THE_READ_BACK[1:])
        stands(sam, 1, stays="at_end")
        sam.stage.pass_time(hours=20)
        assert swept(sam) == []
        sam.says("Send")
        sam.stage.pass_time(minutes=15)
        assert 1 in swept(sam)
        assert standing(sam) == []

    def test_what_waits_for_an_end_that_does_not_come_goes_after_47_hours(self, sam: Somebody) -> None:
        stands(sam, 1, stays="at_end")
        sam.stage.pass_time(hours=46, minutes=59)
        assert swept(sam) == []
        sam.stage.pass_time(minutes=1)
        assert swept(sam) == [1]

    def test_what_is_kept_is_never_deleted_and_its_id_is_forgotten_after_48_hours(self, sam: Somebody) -> None:
        choose(sam, "Keep them")
        stands(sam, 1, stays="keep")
        sam.stage.pass_time(hours=48)
        assert swept(sam) == []
        tidy(sam.stage.database, sam.stage.now + timedelta(seconds=1))
        assert standing(sam) == []

    def test_a_choice_counts_for_what_stands_already_and_for_the_next_conversation(self, sam: Somebody) -> None:
        stands(sam, 1)
        choose(sam, "Keep them")
        sam.stage.pass_time(minutes=15)
        assert swept(sam) == []
        sam.goes("stop", "/start")
        assert WORDS.common("messages_go.keep") in texts(sam.heard)

    @pytest.mark.parametrize("stays", ["at_once", "soon", "at_end", "keep"])
    def test_a_picture_goes_at_once_whatever_was_chosen(self, sam: Somebody, stays: Stays) -> None:
        choose(sam, WORDS.option("common", "messages", stays))
        swept(sam)
        sam.sends(sam.inbound("", "61", "media"), sam.inbound("", "62", "unheard"))
        assert swept(sam)[-2:] == [61, 62]

    def test_a_picture_of_an_album_that_was_told_of_gets_no_answer_of_its_own(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME)
        album = [sam.inbound("", "61", "media"), *(sam.inbound("", str(each), "unheard") for each in range(62, 71))]
        assert len(sam.sends(*album)) == 1
        assert len(sam.stage.rows(tables.SEEN_UPDATES)) >= 10

    def test_the_choice_itself_is_told_before_the_first_question_and_at_the_end(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_END)
        said = texts(sam.heard)
        assert said.count(WORDS.common("messages_go.soon")) == 2


def test_what_can_be_chosen_is_what_the_policy_knows() -> None:
    assert ASIDES["messages"].options == STAYS


def test_ids_and_chats_are_sealed_to_their_person(sam: Somebody) -> None:
    sam.sends(sam.inbound("/start", "1234567"))
    (row,) = sam.stage.rows(tables.TRACES)
    assert b"1234567" not in row.messages
    assert b"1001" not in row.messages
    other = stored.Trace("telegram", b"x" * 16, row.messages, row.at, row.due_at)
    with pytest.raises(SealBroken):
        traces.unlock(other, SECRETS.seal)


def under_way(somebody: Somebody) -> outbox.Letter:
    """A letter to them, in the outbox and on its way."""
    letter = letters.lock(Outgoing(somebody.address, Reply("on its way")), "telegram", somebody.key, Keys(SECRETS.seal))
    with somebody.stage.database.begin() as tx:
        outbox.add(tx, [letter], somebody.stage.now.timestamp())
        return outbox.of(tx, somebody.key, "telegram")[-1]


def note_gone(somebody: Somebody, letter: outbox.Letter, *ids: int) -> None:
    """It has arrived, as these messages, and that is noted."""
    at = somebody.stage.now.timestamp()
    gone: Any = letters.unlock(letter, Keys(SECRETS.seal))
    fate = fates.Fate(letter, trace=fates.trace(letter, gone, ids, SECRETS.seal, at))
    with somebody.stage.database.begin() as tx:
        fates.record(tx, "telegram", [fate], at)
