"""What the intake promises: once, all or nothing, in order, and nothing kept that was to go."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot import assembly, drafts
from bot import service as bot_service
from bot.effects import EFFECTS
from bot.engine import Engine
from bot.flows import FLOWS
from bot.housekeeping import tidy
from bot.intake import Intake
from bot.messages import Inbound
from bot.posting import letters
from content.words import ContentError, load
from policy.settings import Settings
from storage import alerts, tables, team
from storage.database import Database
from storage.sealing import Keys
from storage.secrets import IntakeSecrets
from tests.desk.telling import until
from tests.somebody import TO_THE_END, TO_THE_NAME, TO_THE_READ_BACK, Somebody, texts
from tests.stage import SECRETS, Stage, service

POISON = "an invented sentence that no engine can bear"
FAULT = load("en").common("notes.fault")


class FragileEngine(Engine):
    """Breaks on one sentence."""

    def receive(self, at: Any, said: Any) -> Any:
        if said.typed == POISON:
            raise ZeroDivisionError(POISON)
        return super().receive(at, said)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def sam(stage: Stage) -> Somebody:
    return Somebody(stage)


def fragile(stage: Stage) -> None:
    stage.intake = Intake(stage.database, SECRETS, FragileEngine(FLOWS), service(), random=stage.random)


def everything(stage: Stage) -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {name: [tuple(row) for row in stage.rows(table)] for name, table in tables.METADATA.tables.items()}


def draft_of(somebody: Somebody) -> drafts.Draft | None:
    rows = [row for row in somebody.stage.rows(tables.CONVERSATIONS) if row.person == somebody.key]
    stored = [drafts.StoredDraft(row.salt, row.draft) for row in rows]
    return drafts.unlock(stored[0], Keys(SECRETS.seal), somebody.key) if stored else None


def answers_of(somebody: Somebody) -> dict[str, Any]:
    draft = draft_of(somebody)
    return dict(draft.conversation.answers) if draft else {}


def at_once(stage: Stage, *said: tuple[Somebody, str]) -> list[Inbound]:
    """Handles all of this in one batch."""
    batch = [somebody.inbound(words) for somebody, words in said]
    stage.intake.handle(batch, stage.now)
    return batch


def commits(stage: Stage) -> list[None]:
    """Grows with every commit that wrote something."""
    found: list[None] = []
    event.listen(stage.database.engine, "commit", lambda _connection: found.append(None))
    return found


class TestOnce:
    def test_the_same_update_acts_once(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME)
        first = sam.inbound("Sam")
        assert len(sam.sends(first)) == 1
        before = everything(sam.stage)
        assert sam.sends(first) == []
        assert everything(sam.stage) == before

    def test_the_same_update_twice_in_one_batch_acts_once(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME)
        name = sam.inbound("Sam")
        other_words = replace(sam.inbound("Alex"), update=name.update)
        assert len(sam.sends(name, name, other_words)) == 1
        assert answers_of(sam)["name_to_use"] == "Sam"

    def test_equal_numbers_on_two_channels_are_two_updates(self, stage: Stage) -> None:
        telegram, web = Somebody(stage), Somebody(stage, channel="web")
        batch = [telegram.inbound("/start", "7"), web.inbound("/start", "7")]
        stage.intake.handle(batch, stage.now)
        assert texts(telegram.hears()) != ""
        assert texts(web.hears()) != ""
        stage.intake.handle(batch, stage.now)
        assert telegram.hears() == web.hears() == []

    def test_the_last_press_of_send_makes_one_case_however_often_it_comes(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_READ_BACK)
        send, again = sam.inbound("Send"), sam.inbound("Send")
        sam.sends(send, send, again)
        sam.sends(send)
        assert len(sam.stage.rows(tables.CASES)) == 1

    def test_a_batch_is_one_commit(self, stage: Stage) -> None:
        people = [Somebody(stage, str(number)) for number in range(20)]
        made = commits(stage)
        at_once(stage, *((each, "/start") for each in people), *((each, "1") for each in people))
        assert len(made) == 1
        assert all(draft is not None and draft.conversation.flow == "self_referral" for draft in map(draft_of, people))

    def test_what_one_person_says_at_once_is_answered_in_order(self, sam: Somebody) -> None:
        sam.says("/start")
        at_once(sam.stage, *((sam, words) for words in ("1", "yes", "1", "3", "yes", "Sam")))
        asked = [reply.asks for reply in sam.hears()]
        assert asked == ["keep_answers", "who_i_am", "age_band", "be_contacted", "name_to_use", "contact_routes"]


class TestAPoisonUpdate:
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_it_is_parked_and_told_of_and_the_others_are_served(self, stage: Stage, place: int) -> None:
        fragile(stage)
        people = [Somebody(stage, str(number)).goes(*TO_THE_NAME) for number in range(3)]
        with capture_logs() as logs:
            at_once(stage, *((each, POISON if number == place else "Sam") for number, each in enumerate(people)))
        for number, each in enumerate(people):
            heard = texts(each.hears())
            assert (FAULT in heard) is (number == place)
            assert answers_of(each).get("name_to_use") == (None if number == place else "Sam")
        assert [row.fault for row in stage.rows(tables.SEEN_UPDATES) if row.fault] == ["ZeroDivisionError"]
        assert [line["event"] for line in logs] == ["update parked"]
        assert POISON not in str(logs)

    def test_the_person_goes_on_where_they_were(self, sam: Somebody) -> None:
        fragile(sam.stage)
        sam.goes(*TO_THE_NAME, POISON)
        assert sam.says("Sam")[-1].asks == "contact_routes"

    def test_it_comes_again_and_changes_nothing(self, sam: Somebody) -> None:
        fragile(sam.stage)
        poison = sam.goes(*TO_THE_NAME).inbound(POISON)
        sam.sends(poison)
        before = everything(sam.stage)
        assert sam.sends(poison) == []
        assert everything(sam.stage) == before

    def test_what_the_same_person_said_before_and_after_it_counts(self, sam: Somebody) -> None:
        fragile(sam.stage)
        sam.goes(*TO_THE_NAME)
        at_once(sam.stage, (sam, "Sam"), (sam, "1"), (sam, POISON), (sam, "07700 900123"))
        assert answers_of(sam)["phone_number"] == "+44 7700 900123"

    def test_letters_that_cannot_be_written_down_are_one_updates_fault(self, sam: Somebody) -> None:
        alex = Somebody(sam.stage, "2").goes(*TO_THE_NAME)
        sam.goes(*TO_THE_NAME)
        at_once(sam.stage, (sam, "half a smile \ud83d"), (alex, "Alex"))
        assert FAULT in texts(sam.hears())
        assert answers_of(alex)["name_to_use"] == "Alex"

    @pytest.mark.parametrize("late", [False, True])
    def test_an_effect_half_done_is_undone(self, stage: Stage, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
        """Whether it breaks inside the hand-over, or after it, when the words about it are put together."""
        hand_over = EFFECTS["hand_over"]

        def half(moment: Any) -> dict[str, str]:
            hand_over(moment)
            if not late:
                raise ZeroDivisionError
            return {}  # the words about it mention the reference, so they cannot be filled in

        monkeypatch.setitem(EFFECTS, "hand_over", half)  # type: ignore[arg-type]
        sam, alex = Somebody(stage).goes(*TO_THE_READ_BACK), Somebody(stage, "2").goes(*TO_THE_NAME)
        at_once(stage, (alex, "Alex"), (sam, "Send"))
        assert [stage.rows(table) for table in (tables.CASES, tables.ALERTS, tables.CLOCKS)] == [[], [], []]
        assert FAULT in texts(sam.hears())
        assert answers_of(alex)["name_to_use"] == "Alex"
        monkeypatch.setitem(EFFECTS, "hand_over", hand_over)  # type: ignore[arg-type]
        sam.heard.clear()
        sam.goes("/start", "send")
        assert len(stage.documents()) == 1


class TestTheDatabaseFails:
    def handles_later(self, sam: Somebody, mend: Callable[[], None]) -> None:
        """The batch fails and changes nothing; once the trouble is over, the same batch works."""
        before = everything(sam.stage)
        batch = [sam.inbound("Send"), Somebody(sam.stage, "2").inbound("/start")]
        with pytest.raises(OperationalError) as raised:
            sam.stage.intake.handle(batch, sam.stage.now)
        assert "07700" not in str(raised.value)
        mend()
        assert everything(sam.stage) == before
        sam.sends(*batch)
        assert len(sam.stage.documents()) == 1

    def test_a_locked_database_is_nobodys_update_lost(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_READ_BACK)
        sam.stage.database.close()
        event.listen(sam.stage.database.engine, "connect", lambda c, _record: c.execute("PRAGMA busy_timeout = 20"))
        other = sqlite3.connect(sam.stage.folder / "cairn.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            sam.says("Send")
        other.execute("ROLLBACK")
        other.execute("BEGIN IMMEDIATE")
        self.handles_later(sam, other.close)

    def test_a_full_disk_is_nobodys_update_lost(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_READ_BACK)
        with sam.stage.database.read() as tx:
            pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
        sam.stage.database.close()

        def fill(connection: Any, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(sam.stage.database.engine, "connect", fill)

        def mend() -> None:
            event.remove(sam.stage.database.engine, "connect", fill)
            sam.stage.restart()

        self.handles_later(sam, mend)
        with sam.stage.database.read() as tx:
            assert tx.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"

    def test_a_database_that_only_reads_is_nobodys_update_lost(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_READ_BACK)
        sam.stage.database.close()
        event.listen(sam.stage.database.engine, "connect", lambda c, _record: c.execute("PRAGMA query_only = 1"))
        self.handles_later(sam, sam.stage.restart)

    def test_a_draft_under_a_secret_that_was_lost_begins_anew(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME, "Sam")
        other = IntakeSecrets(seal=b"x" * 32, pepper=SECRETS.pepper)
        sam.stage.intake = Intake(sam.stage.database, other, Engine(FLOWS), service(), random=sam.stage.random)
        with capture_logs() as logs:
            sam.stage.intake.handle([sam.inbound("1")], sam.stage.now)
        assert [line["event"] for line in logs] == ["draft cannot be opened"]
        (first, *_rest) = sam.stage.intake.screen(sam.channel, sam.address)
        assert load("en").text("menu", "welcome.say").split("{")[0][:20] in first.text


class TestHandingOver:
    def test_case_alerts_and_clocks_are_written_in_one_commit_and_the_draft_is_wiped(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_READ_BACK)
        assert sam.stage.rows(tables.CASES) == []
        made = commits(sam.stage)
        sam.stage.intake.handle([sam.inbound("Send")], sam.stage.now)
        assert len(made) == 1
        (case,) = sam.stage.rows(tables.CASES)
        assert {row.case_id for row in sam.stage.rows(tables.ALERTS)} == {case.id}
        clocks = {row.name: row.due_at for row in sam.stage.rows(tables.CLOCKS) if row.case_id == case.id}
        assert clocks.keys() == {"opened", "first_attempt", "reached", "renew_contact"}
        assert sam.stage.rows(tables.CONVERSATIONS) == []

    def test_without_any_channel_the_desks_list_is_the_alert(self, sam: Somebody) -> None:
        quiet = service(has_staff_chat=False, has_email=False, has_manager=False)
        sam.stage.intake = Intake(sam.stage.database, SECRETS, Engine(FLOWS), quiet, random=sam.stage.random)
        sam.goes(*TO_THE_END)
        assert [(row.level, row.channel, row.state) for row in sam.stage.rows(tables.ALERTS)] == [
            (0, "desk", "waiting")
        ]

    def test_consents_carry_the_wording_that_was_shown_and_when_each_was_given(self, sam: Somebody) -> None:
        began = sam.stage.now
        for step in TO_THE_END:
            sam.says(step)
            sam.stage.pass_time(minutes=1)
        (document,) = sam.stage.documents()
        consents = {each["step"]: each for each in document["consents"]}
        assert consents.keys() == {"keep_answers", "be_contacted"}
        words = load("en")
        for step, minutes in (("keep_answers", 2), ("be_contacted", 5)):
            assert consents[step]["wording"] == words.text("self_referral", f"{step}.ask")
            assert consents[step]["answer"] == "yes"
            assert consents[step]["at"] == (began + timedelta(minutes=minutes)).isoformat()

    @pytest.mark.parametrize("leaves", [("No",), ("Yes", "I caused harm"), ("Yes", "I was harmed", "Under 16")])
    def test_who_is_shown_the_way_out_leaves_nothing_behind(self, sam: Somebody, leaves: tuple[str, ...]) -> None:
        sam.goes("/start", "Ask for a first talk", *leaves)
        kept = (tables.CONVERSATIONS, tables.CASES, tables.RETURN_CODES, tables.OUTBOX)
        assert [sam.stage.rows(table) for table in kept] == [[], [], [], []]

    def test_stop_and_delete_leaves_nothing_behind(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME, "Sam", "Pause", "stop", "Delete now")
        kept = (tables.CONVERSATIONS, tables.CASES, tables.RETURN_CODES, tables.OUTBOX)
        assert [sam.stage.rows(table) for table in kept] == [[], [], [], []]


class TestCodes:
    def test_a_return_code_works_once_and_from_another_channel(self, sam: Somebody) -> None:
        web = Somebody(sam.stage, "a-token", "web").goes(*TO_THE_NAME, "Sam", "Pause")
        code, third = web.code, Somebody(sam.stage, "3003")
        assert sam.says(code)[-1].asks == "contact_routes"
        assert answers_of(sam)["name_to_use"] == "Sam"
        assert draft_of(web) is None
        third.says(code)
        assert answers_of(third) == {}
        assert answers_of(sam)["name_to_use"] == "Sam"

    def test_a_code_finds_what_was_said_in_the_same_batch(self, stage: Stage) -> None:
        web = Somebody(stage, "a-token", "web").goes(*TO_THE_NAME, "Pause")
        other = Somebody(stage, "another-token", "web")
        at_once(stage, (web, "start"), (web, "Sam"), (other, web.code))
        assert answers_of(other)["name_to_use"] == "Sam"
        assert draft_of(web) is None

    def test_a_wrong_receipt_code_is_slowed_down_after_five_and_told_so(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_END)
        receipt = sam.code
        guesser = Somebody(sam.stage, "2002")
        wrong, slow = (load("en").text("my_referral", f"{name}.say") for name in ("code_wrong", "too_many_tries"))
        for _ in range(5):
            guesser.goes("/start", "What I sent")
            assert wrong in texts(guesser.says("acorn acorn acorn acorn"))
        for code in ("acorn acorn acorn acorn", receipt):
            guesser.goes("/start", "What I sent")
            assert slow in texts(guesser.says(code)), "the right code opens nothing either, or guessing would pay"
        sam.stage.pass_time(minutes=16)
        guesser.goes("/start", "What I sent")
        assert guesser.says(receipt)[-1].asks == "what_next"

    def test_a_wrong_code_opens_nothing_from_the_same_chat_either_and_is_counted(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_END)
        receipt = sam.code
        wrong, slow = (load("en").text("my_referral", f"{name}.say") for name in ("reading_wrong", "reading_too_many"))
        for _ in range(5):
            sam.goes("/start", "What I sent", "Read what I sent")
            assert wrong in texts(sam.says("acorn acorn acorn acorn"))
        sam.goes("/start", "What I sent", "Read what I sent")
        assert slow in texts(sam.says(receipt))
        sam.stage.pass_time(minutes=16)
        sam.goes("/start", "What I sent", "Read what I sent")
        assert "Name to use: Sam" in texts(sam.says(receipt))
        assert [row.fault for row in sam.stage.rows(tables.SEEN_UPDATES) if row.fault] == []


class TestGoing:
    def files(self, stage: Stage) -> bytes:
        return b"".join(file.read_bytes() for file in stage.folder.iterdir() if file.name.startswith("cairn.db"))

    def test_withdrawing_stops_alerts_and_clocks_and_tells_the_desk(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_END, "/start", "What I sent", "Withdraw", "Yes, withdraw")
        (case,) = sam.stage.rows(tables.CASES)
        assert case.stage == "withdrawn"
        waiting = {row.level for row in sam.stage.rows(tables.ALERTS) if row.state == "waiting"}
        assert waiting == {alerts.FIRST_NEWS_LEVEL}, "only the news of it goes out"
        assert {row.state for row in sam.stage.rows(tables.CLOCKS)} == {"met"}

    def test_erasing_a_case_leaves_none_of_its_keys_or_words_in_any_file(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_END, "/start", "What I sent", "Write to the coordinator", "Please text me", "Send")
        (case,), (entry,) = sam.stage.rows(tables.CASES), sam.stage.rows(tables.CASE_ENTRIES)
        secret = [case.case_key, case.receipt, case.copy_salt]
        sealed = [
            [long[at : at + 64] for at in range(40, len(long) - 64)] for long in (case.document, case.copy, entry.note)
        ]
        before = self.files(sam.stage)
        assert all(part in before for part in secret)
        assert all(any(part in before for part in parts) for parts in sealed)
        sam.goes("/start", "What I sent", "Have it erased", "Yes, erase it")
        files = self.files(sam.stage)
        assert [part.hex() for part in [*secret, *(each for parts in sealed for each in parts)] if part in files] == []
        sam.stage.pass_time(minutes=15)
        assert sam.stage.sweep()
        sam.hears()
        tidy(sam.stage.database, sam.stage.now)
        assert case.person not in self.files(sam.stage), "the last reply had to find them; then nothing points to them"
        (case,) = sam.stage.rows(tables.CASES)
        assert case.stage == "erased"

    @pytest.mark.parametrize("leaves", [("/erase", "Yes, erase all of it"), ("stop", "Delete now"), ("Send",)])
    def test_a_draft_that_is_wiped_is_in_no_file_any_more(self, sam: Somebody, leaves: tuple[str, ...]) -> None:
        sam.goes(*TO_THE_READ_BACK)
        (row,) = sam.stage.rows(tables.CONVERSATIONS)
        assert row.salt in self.files(sam.stage)
        assert row.draft[40:104] in self.files(sam.stage)
        sam.goes(*leaves)
        files = self.files(sam.stage)
        assert row.draft[40:104] not in files
        assert row.salt not in files, "with its salt and the secret, an old copy of it could be opened"

    def test_erasing_everything_takes_what_was_still_to_be_said_too(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_READ_BACK)
        for words in ("/erase", "Yes, erase all of it"):
            at_once(sam.stage, (sam, words))
            sam.heard += [letters.unlock(each, Keys(SECRETS.seal)).reply for each in waiting(sam)]
        assert waiting(sam) == []
        assert [reply.asks for reply in sam.hears()] == [None], "only that it is done"

    def test_erasing_takes_what_the_same_batch_was_about_to_say_too(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME)
        at_once(sam.stage, (sam, "help now"), (sam, "/erase"), (sam, "yes, erase all of it"))
        assert [reply.asks for reply in sam.hears()] == [None]

    def test_two_answers_at_once_to_whether_to_erase_erase_nothing(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME, "Sam", "/erase", "1, 2")
        assert answers_of(sam)["name_to_use"] == "Sam"

    def test_housekeeping_forgets_a_draft_after_72_hours_and_not_before(self, sam: Somebody) -> None:
        sam.goes(*TO_THE_NAME, "Sam", "Pause")
        sam.stage.pass_time(hours=71, minutes=59)
        tidy(sam.stage.database, sam.stage.now)
        assert answers_of(sam)["name_to_use"] == "Sam"
        (row,) = sam.stage.rows(tables.CONVERSATIONS)
        sam.stage.pass_time(minutes=2)
        assert tidy(sam.stage.database, sam.stage.now) > 0
        assert [sam.stage.rows(table) for table in (tables.CONVERSATIONS, tables.RETURN_CODES)] == [[], []]
        assert row.draft[40:104] not in self.files(sam.stage)

    def test_housekeeping_keeps_what_was_seen_for_a_week(self, sam: Somebody) -> None:
        first = sam.inbound("/start")
        sam.sends(first)
        sam.stage.pass_time(days=6, hours=23)
        tidy(sam.stage.database, sam.stage.now)
        assert sam.sends(first) == []
        sam.stage.pass_time(days=1)
        tidy(sam.stage.database, sam.stage.now)
        assert sam.stage.rows(tables.SEEN_UPDATES) == []

    def test_housekeeping_takes_what_lay_ready_on_the_web_after_half_an_hour(self, stage: Stage) -> None:
        web, telegram = Somebody(stage, "a-token", "web"), Somebody(stage)
        at_once(stage, (web, "/start"), (telegram, "/start"))
        stage.pass_time(minutes=31)
        tidy(stage.database, stage.now)
        assert web.hears() == []
        assert telegram.hears() != []


async def test_housekeeping_that_fails_is_told_of_and_tried_again(stage: Stage) -> None:
    Somebody(stage).says("/start")
    stage.database.close()
    event.listen(stage.database.engine, "connect", lambda c, _record: c.execute("PRAGMA busy_timeout = 20"))
    other = sqlite3.connect(stage.folder / "cairn.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with capture_logs() as logs:
        later = stage.now + timedelta(days=30)
        tidying = partial(tidy, stage.database, later)
        keeping = asyncio.create_task(bot_service._every(0.0, "housekeeping", tidying))
        await until(lambda: len(logs) > 0)
        other.execute("ROLLBACK")
        await until(lambda: stage.rows(tables.SEEN_UPDATES) == [])
        keeping.cancel()
    other.close()
    assert {(line["event"], line["fault"]) for line in logs} == {("housekeeping failed", "OperationalError")}


def waiting(somebody: Somebody) -> list[Any]:
    """What waits to be said to them."""
    from storage import outbox

    with somebody.stage.database.read() as tx:
        return outbox.of(tx, somebody.key, somebody.channel)


class TestStarting:
    def test_a_language_that_is_not_there_is_told_at_the_start(self, stage: Stage) -> None:
        with pytest.raises(ContentError, match="There is no language 'xx'"):
            Intake(stage.database, SECRETS, Engine(FLOWS), service(), "xx")

    def test_a_missing_team_key_is_told_at_the_start(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path}/cairn.db").open()
        with pytest.raises(team.NoTeamKey, match="no team key yet"):
            assembly.intake(Settings(_env_file=None, data_dir=tmp_path), database, SECRETS)
        database.close()
