"""A time that was promised and missed is admitted, once, to whoever chose their chat; the new time has its clock."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.posting.desk_rounds import go_round
from policy.deadlines import FIRST_ATTEMPT, NEW_TIME
from storage import attempts, caseload, cases, clocks, staff
from storage.tables import CASE_ENTRIES, CASES, CLOCKS, DESK_MESSAGES
from tests.desk_side import newest_case
from tests.somebody import TO_THE_NAME, Somebody, texts
from tests.stage import Stage

BY_CHAT = (*TO_THE_NAME, "Sam", "in this chat", "Check and send now", "Send")
BY_PHONE = (*TO_THE_NAME, "Alex", "Phone call", "Done", "07700 900123", "Check and send now", "Send")
WITH_WORDS = (
    *(*TO_THE_NAME, "Sam", "in this chat", "more", "Yes, ask me", *("Skip",) * 3, "Not when he is home"),
    *("Read back and send", "Send"),
)
"""When never to be in touch is said in words of their own."""
TO_CONTACT = ("start", "What I sent", "How to reach me")
PROMISED = "If we are late, we tell you here."
AUDIT = b"a" * 32


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


@pytest.fixture
def sam(stage):
    return Somebody(stage).goes(*BY_CHAT)


def states(stage):
    return [row.state for row in stage.rows(DESK_MESSAGES)]


def clock(stage, name):
    return next((row for row in stage.rows(CLOCKS) if row.name == name), None)


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def let_the_time_pass(stage):
    """From the end of Friday, which was promised, until Monday morning."""
    stage.now = at(clock(stage, FIRST_ATTEMPT).due_at) + timedelta(days=2, hours=17)
    for _ in range(3):
        go_round(stage.intake, stage.now)


def try_by_phone(stage):
    with stage.database.begin() as tx:
        ann, case_id = staff.add_row(tx, "Ann Example", {"coordinator"}, stage.now), newest_case(tx)
        caseload.take(tx, case_id, ann, stage.now, AUDIT)
        said = {"route": "phone", "result": "no_answer", "note": None}
        attempts.log(tx, case_id, ann, stage.now, AUDIT, at=stage.now, **said)


def test_who_chose_the_chat_is_told_that_it_says_when_the_service_is_late_once_that_lies_ready(stage, sam):
    assert PROMISED in sam.last.text and states(stage) == ["held"]


@pytest.mark.parametrize("way", [WITH_WORDS, BY_PHONE])
def test_where_nothing_lies_ready_it_is_not_said(stage, way):
    person = Somebody(stage).goes(*way)
    assert PROMISED not in texts(person.heard) and states(stage) == []
    assert "Sent." in person.last.text


def test_nothing_is_told_while_nobody_is_to_be_in_touch_and_it_lies_ready_again_once_somebody_may(stage, sam):
    sam.goes(*TO_CONTACT, "No contact for now", "Until I say otherwise")
    let_the_time_pass(stage)
    assert sam.hears() == [] and states(stage) == ["suspended"]
    sam.goes(*TO_CONTACT, "You may be in touch again")
    go_round(stage.intake, stage.now)
    go_round(stage.intake, stage.now)
    assert texts(sam.hears()).endswith("There is a message for you. Is now a good time?")


def test_a_pause_with_an_end_is_waited_for_to_its_end(stage, sam):
    sam.goes(*TO_CONTACT, "No contact for now", "For a week")
    for _ in range(7):
        go_round(stage.intake, stage.now)
        stage.now += timedelta(days=1)
    go_round(stage.intake, stage.now)
    assert sam.hears() == [] and states(stage) == ["held"], "it is the last of those days"
    stage.now += timedelta(days=1)
    for _ in range(2):
        go_round(stage.intake, stage.now)
    assert texts(sam.hears()).endswith("There is a message for you. Is now a good time?")


def test_said_anew_while_nobody_is_to_be_in_touch_it_is_neither_told_nor_promised(stage, sam):
    sam.goes(*TO_CONTACT, "No contact for now", "Until I say otherwise")
    told = texts(
        sam.goes(*TO_CONTACT, "Say anew how to reach me", "in this chat", "Done", "Read back and send").says("Send")
    )
    assert "From now on they use only these ways." in told and PROMISED not in told
    let_the_time_pass(stage)
    assert sam.hears() == []


def test_a_missed_time_is_told_after_a_yes_with_the_new_time_and_once(stage, sam):
    let_the_time_pass(stage)
    (asked,) = sam.hears()
    assert asked.text.endswith("There is a message for you. Is now a good time?")
    assert "late" not in asked.text and "sorry" not in asked.text
    said = texts(sam.says("Yes"))
    assert "That has not happened. We are sorry." in said
    new_time = clock(stage, NEW_TIME)
    assert new_time.state == clocks.RUNNING and at(new_time.due_at) > stage.now
    assert f"by the end of {at(new_time.due_at):%A}" in said
    assert states(stage) == ["read"]
    stage.now += timedelta(days=20)
    assert not go_round(stage.intake, stage.now)


def test_a_time_that_was_kept_is_not_spoken_of(stage, sam):
    try_by_phone(stage)
    let_the_time_pass(stage)
    assert sam.hears() == []
    assert states(stage) == ["gone"] and stage.rows(DESK_MESSAGES)[0].words is None
    assert clock(stage, NEW_TIME) is None


def test_before_its_time_nothing_is_said_even_if_something_else_is(stage, sam):
    assert states(stage) == ["held"]
    go_round(stage.intake, stage.now + timedelta(hours=5))
    assert sam.hears() == [] and states(stage) == ["held"]


def test_who_did_not_choose_the_chat_is_told_nothing_in_it(stage):
    alex = Somebody(stage).goes(*BY_PHONE)
    let_the_time_pass(stage)
    assert alex.hears() == [] and states(stage) == []


def test_the_new_time_is_kept_by_a_try(stage, sam):
    let_the_time_pass(stage)
    try_by_phone(stage)
    assert clock(stage, NEW_TIME).state == clocks.MET


def test_what_is_erased_or_withdrawn_speaks_no_more(stage, sam):
    with stage.database.begin() as tx:
        cases.withdraw(tx, newest_case(tx), stage.now.timestamp())
    let_the_time_pass(stage)
    assert sam.hears() == [] and states(stage) == ["gone"]


def test_the_desk_sees_in_the_timeline_that_it_was_admitted(stage, sam):
    let_the_time_pass(stage)
    with stage.database.read() as tx:
        kinds = list(tx.execute(select(CASE_ENTRIES.c.kind).order_by(CASE_ENTRIES.c.id)).scalars())
        assert tx.execute(select(CASES.c.stage)).scalar_one() == "received"
    assert kinds == ["if_late", "admitted"]
