"""A person's own copy says what holds now: what they changed, paused and took back since they sent it."""

from pathlib import Path

import pytest

from bot.referrals.changed_since import overlaid
from storage import tables
from tests.somebody import TO_THE_END, Somebody, texts
from tests.stage import Stage

SAYS_ANEW = ("start", "What I sent", "How to reach me", "Say anew how to reach me", "Email", "Done")
TO_ANOTHER_ADDRESS = (*SAYS_ANEW, "sam@example.org", "Read back and send", "Send")
PAUSES = ("start", "What I sent", "How to reach me", "No contact for now", "For a week")
WITHDRAWS = ("start", "What I sent", "Withdraw", "Yes, withdraw")
CHANGED = "You said it anew on Wednesday 14 October 2026."


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def sam(stage: Stage) -> Somebody:
    return Somebody(stage).goes(*TO_THE_END)


def copy_of(sam: Somebody, code: str) -> str:
    """What they read when they ask for what they sent."""
    sam.goes("start", "What I sent", "Read what I sent")
    return texts(sam.says(code))


def test_what_was_changed_without_the_code_is_read_with_it(sam: Somebody) -> None:
    code = sam.code
    read = copy_of(sam.goes(*TO_ANOTHER_ADDRESS), code)
    assert "Email address: sam@example.org (changed on Wednesday 14 October 2026)" in read
    assert "Phone number: No longer, since Wednesday 14 October 2026." in read
    assert "07700 900123" not in read
    assert "Name to use: Sam\n" in read, "what was not asked anew stands as it was"


def test_a_pause_is_told_until_it_is_over(sam: Somebody) -> None:
    code = sam.code
    sam.goes(*PAUSES)
    assert "No contact: Since Wednesday 14 October 2026, up to Wednesday 21 October 2026." in copy_of(sam, code)
    sam.stage.pass_time(days=8)
    assert "No contact" not in copy_of(sam, code)


def test_a_pause_that_was_ended_is_not_told(sam: Somebody) -> None:
    code = sam.code
    sam.goes(*PAUSES, "start", "What I sent", "How to reach me", "You may be in touch again")
    assert "No contact" not in copy_of(sam, code)


def test_taking_back_a_consent_loses_no_change_and_withdrawing_is_told_with_its_day(sam: Somebody) -> None:
    code = sam.code
    sam.goes(*TO_ANOTHER_ADDRESS, "start", "What I sent", "What I agreed to", code, "Skip")
    sam.stage.pass_time(days=1)
    read = copy_of(sam.goes(*WITHDRAWS), code)
    assert "Taken back: Thursday 15 October 2026" in read
    assert CHANGED in read
    assert "sam@example.org" in read


def test_a_case_from_before_copies_took_changes_in_says_that_the_team_has_the_change(sam: Somebody) -> None:
    code = sam.code
    with sam.stage.database.begin() as tx:
        tx.execute(tables.CASES.update().values(copy_public=None))
    read = copy_of(sam.goes(*TO_ANOTHER_ADDRESS), code)
    assert f"{CHANGED} Our team goes by that. What stands below is from before." in read
    assert "Phone number: +44 7700 900123" in read


def test_once_withdrawn_nothing_about_being_in_touch_can_be_pressed(sam: Somebody) -> None:
    old = sam.goes("start", "What I sent").inbound("How to reach me")
    sam.goes(*WITHDRAWS, "start", "What I sent")
    sam.sends(old)
    assert sam.last.asks == "once_withdrawn"
    assert [each.label for each in sam.last.options][3] == "Ask for a new talk"


def test_an_answer_that_was_open_and_stays_open_is_not_told_as_changed() -> None:
    before = {"step": "safe_days", "answer": "Not answered", "given": False}
    document = {"parts": [{"answers": [before]}]}
    assert overlaid(document, [dict(before)], "2026-10-14T09:30:00+00:00") == document


def test_erasing_takes_the_changes_with_it(sam: Somebody) -> None:
    sam.goes(*TO_ANOTHER_ADDRESS, "start", "What I sent", "Have it erased", "Yes, erase it")
    assert [row.own_note for row in sam.stage.rows(tables.CASE_ENTRIES) if row.own_note] == []
    assert sam.stage.rows(tables.CASES)[0].copy_public is None
