"""What the desk writes to a person: asked about first, shown after yes, and the place in the chat is given back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import drafts
from bot.conversation import Conversation
from bot.engine import Engine
from bot.flows import FLOWS
from bot.from_desk import TALK, announce
from bot.ground import VALUES
from bot.hearing.answering import NOTHING
from bot.housekeeping import tidy
from bot.messages import Inbound
from bot.posting.desk_rounds import go_round
from bot.reading import understand
from bot.rendering import render
from content import words
from policy.deadlines import NEW_SIGN
from storage import cases, talks
from storage.cases import RAISED
from storage.conversations import StoredDraft
from storage.sealing import Keys
from storage.tables import ALERTS, CASE_ADDRESSES, CASES, CLOCKS, CONVERSATIONS, DESK_MESSAGES, OUTBOX, TALKS
from tests.desk_side import COORDINATOR, end_talk, newest_case, queue, states, write
from tests.somebody import TO_THE_NAME, Somebody, texts
from tests.stage import SECRETS, Stage

WORDS = "Would Thursday at eleven suit you?"
BY_PHONE = (*TO_THE_NAME, "Alex", "Phone call", "Done", "07700 900123", "Check and send now", "Send")
TO_THE_END_BY_CHAT = (*TO_THE_NAME, "Sam", "in this chat", "Check and send now", "Send")


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


@pytest.fixture
def sam(stage):
    """Somebody who has sent a referral and wants to be reached in this chat."""
    return Somebody(stage).goes(*TO_THE_END_BY_CHAT)


def conversation(stage):
    rows = stage.rows(CONVERSATIONS)
    return drafts.unlock(StoredDraft(rows[0].salt, rows[0].draft), Keys(SECRETS.seal), rows[0].person).conversation


def messages(stage):
    """What the desk has from the person, in clear."""
    return [stage.entry(each) for each in stage.rows(cases.CASE_ENTRIES) if each.kind == cases.MESSAGE]


def render_text(turn, english):
    """The messages of a turn, as they are read."""
    told = {**VALUES, "unsent": turn.conversation.unsent}
    return "\n".join(reply.text for reply in render(turn, "nonce234", FLOWS, english, told))


def test_a_message_is_announced_without_a_word_of_it_and_shown_after_yes(stage, sam):
    write(stage, WORDS)
    (asked,) = sam.hears()
    assert asked.text.endswith("There is a message for you. Is now a good time?")
    assert WORDS not in asked.text
    assert [button.label for button in asked.options] == ["Yes", "Ask me later", "Not here"]
    assert WORDS in texts(sam.says("Yes"))
    assert states(stage) == ["read"]
    assert stage.rows(DESK_MESSAGES)[-1].words is None


def test_what_is_written_back_goes_to_the_case_and_the_desk_is_told(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Thursday is fine", "Send")
    assert messages(stage) == ["Thursday is fine"]
    assert "Sent." in sam.last.text
    assert stage.rows(CONVERSATIONS) == []


def test_what_is_written_back_is_shown_again_and_goes_nowhere_before_send(stage, sam):
    write(stage, WORDS)
    (shown,) = sam.goes("Yes").says("Thursday is fine")
    assert "It is not sent yet:\n\nThursday is fine\n" in shown.text
    assert [button.label for button in shown.options] == ["Send", "Write it again", "Don't send it"]
    assert [button.label for button in shown.standing] == ["Stop", "Help now"]
    assert not shown.typed, "a page shows Send before the line to type in"
    assert messages(stage) == []
    assert conversation(stage).unsent == "Thursday is fine"


def test_what_is_typed_more_is_added_and_no_command_or_yes_or_number_sends_it(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Thursday is fine", "or Friday", "1")
    for typed in ("yes", "ok", "done", "I'm done", "pause", "write it agian", "skip", "back"):
        assert "Nothing is sent yet." in texts(sam.says(typed)), typed
    assert messages(stage) == []
    sam.says("please send")
    assert messages(stage) == ["Thursday is fine\nor Friday\n1"]


def test_it_can_be_written_again_or_not_sent_at_all(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Never again", "Write it again", "Thursday is fine", "Send")
    assert messages(stage) == ["Thursday is fine"]
    write(stage, WORDS)
    assert "was not sent to anybody" in texts(sam.goes("Yes", "Leave me be").says("Don't send it"))
    assert messages(stage) == ["Thursday is fine"]
    assert stage.rows(CONVERSATIONS) == []


@pytest.mark.parametrize("way", ["stop", "/erase", "/clear"])
def test_whatever_leaves_takes_unsent_words_with_it_and_says_so(stage, sam, way):
    write(stage, WORDS)
    assert "was not sent to anybody" in texts(sam.goes("Yes", "Thursday is fine").says(way))
    assert messages(stage) == []
    assert all(
        not drafts.unlock(StoredDraft(row.salt, row.draft), Keys(SECRETS.seal), row.person).conversation.unsent
        for row in stage.rows(CONVERSATIONS)
    )


def test_unsent_words_are_sealed_and_wiped_after_72_hours(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Thursday is fine")
    assert all(b"Thursday" not in row.draft for row in stage.rows(CONVERSATIONS))
    stage.pass_time(hours=73)
    tidy(stage.database, stage.now)
    assert stage.rows(CONVERSATIONS) == []
    assert messages(stage) == []


def test_a_second_message_from_the_desk_does_not_show_or_lose_what_was_not_sent_yet(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Thursday is fine")
    write(stage, "Or Friday?")
    assert "Thursday" not in texts(sam.hears())
    assert "Thursday is fine" in texts(sam.says("Ask me later"))
    sam.says("Send")
    assert messages(stage) == ["Thursday is fine"]


def test_not_here_lets_go_of_what_was_not_sent_yet(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Thursday is fine")
    write(stage, "Or Friday?")
    sam.hears()
    replies = texts(sam.says("Not here"))
    assert "Thursday" not in replies and "was not sent to anybody" in replies
    assert stage.rows(CONVERSATIONS) == []


def test_what_is_typed_when_a_talk_has_just_ended_is_read_back_too(stage, sam):
    write(stage, "Hello.", in_talk=True)
    sam.goes("Yes", "hello")
    with stage.database.begin() as tx:
        talks.end(tx, newest_case(tx), talks.DESK, stage.now)  # and the intake has not made its round
    replies = texts(sam.says("one more thing"))
    assert "The talk with the team has ended." in replies and "one more thing" in replies
    assert messages(stage) == ["hello"]
    sam.says("Send")
    assert messages(stage) == ["hello", "one more thing"]


def test_where_nobody_reads_it_any_more_it_is_not_sent_and_that_is_said(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Thursday is fine")
    with stage.database.begin() as tx:
        cases.withdraw(tx, newest_case(tx), stage.now.timestamp())
    assert "so it was not sent" in texts(sam.says("Send"))
    assert messages(stage) == []


def test_a_cry_for_help_brings_the_lines_and_is_read_back_like_all_else(stage, sam):
    write(stage, WORDS)
    replies = texts(sam.goes("Yes").says("I'm not safe"))
    assert "call 999" in replies and "I'm not safe" in replies
    assert messages(stage) == []
    sam.says("Send")
    assert messages(stage) == ["I'm not safe"]


def test_a_message_has_room_for_so_much_and_what_is_added_takes_from_it(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "x" * 1990)
    assert "room for 9" in texts(sam.says("Or Friday."))
    assert conversation(stage).unsent == "x" * 1990


def test_a_sign_of_danger_written_to_the_desk_is_not_put_into_a_form_that_waits(stage, sam):
    sam.goes(*TO_THE_NAME, "Sam")
    write(stage, WORDS)
    sam.hears()
    sam.goes("Yes", DANGER)
    assert conversation(stage).signs == ()
    sam.says("Send")
    assert messages(stage) == [DANGER]
    assert conversation(stage).signs == ()


TALK_FACTS = ("none", "open", "gone")
HEARD = st.one_of(
    st.sampled_from(
        ["Thursday", "yes", "send", "later", "1", "stop him", "help", "I'm not safe", "pause", "no", "done"]
    ),
    st.sampled_from(["yes", "later", "not_here", "not_now", "send", "write_again", "dont_send", "end_talk"]).map(
        lambda option: f"press:{option}"
    ),
    st.sampled_from(["the desk writes", *TALK_FACTS]),
    st.text(max_size=12),
)


@given(heard=st.lists(HEARD, max_size=25))
def test_nothing_ever_reaches_the_desk_but_what_was_read_back_and_sent_or_said_in_a_live_talk(heard):
    engine, english, nothing = Engine(FLOWS), words.load("en"), lambda _: NOTHING
    talk, read = "none", ""
    now = Conversation("menu", "nonce234")
    for each in heard:
        if each in TALK_FACTS:
            talk = each
            continue
        at = engine.at(now, {"channel": "web", TALK: talk})
        if each == "the desk writes":
            turn = announce(at)
        else:
            kind = "press" if each.startswith("press:") else "text"
            data = f"v1:nonce234:{at.waiting.name}:{each.removeprefix('press:')}" if kind == "press" else each
            turn = engine.receive(at, understand(Inbound("web", "1", "0", kind, data), at, english, nothing))
        if "tell_desk" in turn.effects:
            is_live = now.desk == "talking" and talk == "open"
            assert is_live or (turn.told == read and at.waiting.name == "checking")
        now = turn.conversation or Conversation("menu", "nonce234")
        is_check = turn.ask is not None and turn.ask.step.name == "checking"
        read = now.unsent if is_check and now.unsent in render_text(turn, english) else ""


def test_only_who_chose_this_chat_or_wrote_from_it_can_be_written_to(stage):
    alex = Somebody(stage).goes(
        *TO_THE_NAME, "Alex", "Phone call", "Done", "07700 900123", "Check and send now", "Send"
    )
    assert stage.rows(CASE_ADDRESSES) == []
    write(stage, WORDS)
    assert alex.hears() == []
    assert states(stage) == ["left"]
    alex.goes("start", "What I sent", "Something else", "Write to the coordinator", "Please write to me here", "Send")
    assert [row.chosen for row in stage.rows(CASE_ADDRESSES)] == [False]
    write(stage, WORDS)
    assert "Is now a good time?" in texts(alex.hears())


def test_later_is_asked_once_more_at_a_safe_time_and_then_left(stage, sam):
    tomorrow = stage.now + timedelta(days=1)
    safe = [(stage.now, stage.now + timedelta(hours=1)), (tomorrow, tomorrow + timedelta(hours=2))]
    queue(stage, WORDS, windows=safe)
    go_round(stage.intake, stage.now)
    sam.goes("Ask me later")
    sam.hears()
    stage.pass_time(hours=20)
    go_round(stage.intake, stage.now)
    assert sam.hears() == []
    stage.pass_time(hours=4)
    go_round(stage.intake, stage.now)
    assert "Is now a good time?" in texts(sam.hears())
    sam.says("Ask me later")
    assert states(stage) == ["left"]


def test_nothing_is_told_of_outside_the_times_the_person_named(stage, sam):
    queue(stage, WORDS, windows=[(stage.now + timedelta(hours=2), stage.now + timedelta(hours=3))])
    go_round(stage.intake, stage.now)
    assert sam.hears() == []
    stage.pass_time(hours=5)  # the intake was down all that time
    go_round(stage.intake, stage.now)
    assert sam.hears() == []
    assert states(stage) == ["left"]


def test_not_here_leaves_it_to_be_fetched(stage, sam):
    write(stage, WORDS)
    sam.goes("Not here")
    assert WORDS not in texts(sam.heard)
    assert states(stage) == ["left"]


@pytest.mark.parametrize(
    "answers", [("Yes", "Nothing now"), ("Ask me later",), ("Not here",), ("Yes", "Thursday, then", "Send")]
)
def test_a_half_filled_form_goes_on_exactly_where_it_was(stage, sam, answers):
    sam.goes(*TO_THE_NAME, "Sam", "Phone call, Text message", "07700 900123", "More", "Yes, ask me")
    before, asked = conversation(stage), sam.last
    write(stage, WORDS)
    sam.hears()
    sam.goes(*answers)
    assert conversation(stage) == before
    assert sam.last.options == asked.options
    assert sam.last.text.endswith(asked.text.split("\n\n", 1)[1])


@pytest.mark.parametrize("place", [("pause",), ("Back",), ("stop",), ("/erase",)])
def test_so_does_what_was_being_changed_paused_or_asked(stage, sam, place):
    sam.goes(*TO_THE_NAME, "Sam", *place)
    before = conversation(stage)
    write(stage, WORDS)
    sam.hears()
    sam.goes("Not here")
    assert conversation(stage) == before


def test_in_a_talk_the_chat_is_silent_and_everything_typed_goes_to_the_case(stage, sam):
    sam.goes(*TO_THE_NAME, "Sam")
    before = conversation(stage)
    write(stage, "Hello, this is Ann.", in_talk=True)
    sam.hears()
    assert "A person from the team is here" in texts(sam.says("Yes"))
    for typed in ("hello", "1", "yes", "skip", "later", "how long does it take?"):
        assert sam.says(typed) == []
    said = [stage.entry(each) for each in stage.rows(cases.CASE_ENTRIES) if each.kind == cases.MESSAGE]
    assert said == ["hello", "1", "yes", "skip", "later", "how long does it take?"]
    write(stage, "About three weeks.", in_talk=True)
    assert "About three weeks." in texts(sam.hears())
    end_talk(stage)
    assert "The talk with the team has ended." in texts(sam.hears())
    assert conversation(stage) == before


def test_in_a_talk_help_and_stop_still_work(stage, sam):
    write(stage, "Hello.", in_talk=True)
    sam.goes("Yes")
    assert "call 999" in texts(sam.says("Help now"))
    assert conversation(stage).desk == "talking"
    assert "Stopped." in texts(sam.says("stop"))
    assert stage.rows(CONVERSATIONS) == []
    assert [talk.ended_by for talk in stage.rows(TALKS)] == ["person"]


def test_a_cry_for_help_in_a_talk_brings_the_lines_and_reaches_the_coordinator(stage, sam):
    write(stage, "Hello.", in_talk=True)
    sam.goes("Yes")
    assert "call 999" in texts(sam.says("I'm not safe"))
    assert "call 999" in texts(sam.says("he is outside my door right now"))
    said = [stage.entry(each) for each in stage.rows(cases.CASE_ENTRIES) if each.kind == cases.MESSAGE]
    assert said == ["I'm not safe", "he is outside my door right now"]


def test_a_talk_in_which_nobody_says_anything_ends_by_itself(stage, sam):
    write(stage, "Hello.", in_talk=True)
    sam.goes("Yes")
    stage.pass_time(minutes=31)
    go_round(stage.intake, stage.now)
    assert "The talk with the team has ended." in texts(sam.hears())
    assert [(talk.state, talk.ended_by) for talk in stage.rows(TALKS)] == [("over", "idle")]


def test_yes_said_when_the_coordinator_has_gone_opens_no_talk(stage, sam):
    write(stage, "Hello.", in_talk=True)
    stage.pass_time(hours=2)
    go_round(stage.intake, stage.now)
    sam.hears()
    replies = texts(sam.says("Yes"))
    assert "Hello." in replies
    assert "is here" not in replies


def test_withdrawing_elsewhere_ends_it_and_nothing_more_is_said(stage, sam):
    write(stage, WORDS)
    sam.hears()
    with stage.database.begin() as tx:
        cases.withdraw(tx, tx.execute(select(CASES.c.id)).scalar_one(), stage.now.timestamp())
    assert WORDS not in texts(sam.says("Yes"))
    write(stage, WORDS)
    assert sam.hears() == []


def test_two_rounds_at_once_ask_once(stage, sam):
    queue(stage, WORDS)
    go_round(stage.intake, stage.now)
    go_round(stage.intake, stage.now)
    assert len(stage.rows(OUTBOX)) == 1


def test_who_wrote_is_not_named_to_the_person(stage, sam):
    write(stage, WORDS, in_talk=True)
    sam.goes("Yes")
    assert COORDINATOR not in texts(sam.heard)


def test_what_waits_is_told_on_coming_to_look_and_opens_with_the_code_alone(stage, sam):
    code = sam.code
    write(stage, WORDS)
    sam.goes("Not here", "start", "What I sent")
    assert sam.last.asks == "message_waits" and WORDS not in texts(sam.heard)
    assert WORDS not in texts(sam.goes("Read the message").says("acorn acorn acorn acorn"))
    assert states(stage) == ["left"]
    assert WORDS in texts(sam.goes("start", "What I sent", "Read the message").says(code))
    assert states(stage) == ["read"] and stage.rows(DESK_MESSAGES)[-1].words is None
    assert sam.goes("start", "What I sent").last.asks == "what_next", "there is nothing new any more"


def test_read_elsewhere_with_the_code_a_yes_in_the_chat_says_that_it_was(stage, sam):
    write(stage, WORDS)
    elsewhere = Somebody(stage, "a-token", "web").goes("start", "What I sent", sam.code, "Read the message")
    assert WORDS in texts(elsewhere.heard)
    sam.hears()
    assert "There is nothing to read here any more." in texts(sam.says("Yes"))


DANGER = "He found me and says he will kill me"
BY_THE_MENU = ("start", "What I sent", "Something else", "Write to the coordinator", DANGER, "Send")


@pytest.mark.parametrize("ways", [BY_THE_MENU, ("Yes", DANGER, "Send")], ids=["after_sending", "writing_back"])
def test_a_sign_of_danger_in_what_is_written_raises_the_flag_with_the_exact_words_and_hurries_the_case(
    stage, sam, ways
):
    if ways is not BY_THE_MENU:
        write(stage, WORDS)
    sam.goes(*ways)
    (raised,) = [each for each in stage.rows(cases.CASE_ENTRIES) if each.kind == RAISED]
    assert stage.entry(raised).splitlines()[-1] == DANGER
    assert DANGER.encode() not in raised.note
    assert [row.priority for row in stage.rows(CASES)] == [1]
    (clock,) = [row for row in stage.rows(CLOCKS) if row.name == NEW_SIGN]
    assert clock.state == "running"
    climbing = [row for row in stage.rows(ALERTS) if row.about == NEW_SIGN]
    assert climbing and min(row.due_at for row in climbing) == stage.now.timestamp()


def test_what_is_no_sign_raises_no_flag(stage, sam):
    write(stage, WORDS)
    sam.goes("Yes", "Thursday is fine", "Send")
    assert [row for row in stage.rows(CLOCKS) if row.name == NEW_SIGN] == []
