"""What is counted of conversations: where they ended, and the answers marked for it, tied to nobody."""

import json
from pathlib import Path

import pytest

from bot.flows import FLOWS
from bot.housekeeping import tidy
from storage import sealing, tables
from tests.somebody import TO_THE_END, TO_THE_NAME, TO_THE_READ_BACK, Somebody
from tests.stage import Stage


@pytest.fixture
def sam(tmp_path: Path) -> Somebody:
    return Somebody(Stage(tmp_path))


def endings(somebody: Somebody) -> list[tuple[str, str, str, str, int]]:
    return [tuple(row) for row in somebody.stage.rows(tables.ENDINGS)]


def test_a_conversation_is_counted_once_where_it_ended_and_how(sam: Somebody) -> None:
    sam.goes(*TO_THE_END)
    assert endings(sam) == [("2026-10", "self_referral", "sent", "sent", 1)]
    sam.goes(*TO_THE_NAME, "Stop", "Delete now")
    sam.goes(*TO_THE_NAME, "Stop", "Delete now")
    sam.goes("/start", "Ask for a first talk", "No")
    assert set(endings(sam)[1:]) == {
        ("2026-10", "self_referral", "name_to_use", "stopped", 2),
        ("2026-10", "self_referral", "nothing_kept", "ended", 1),
    }


def test_what_is_left_lying_is_counted_when_it_is_forgotten(sam: Somebody) -> None:
    sam.goes(*TO_THE_NAME)
    sam.stage.pass_time(hours=73)
    tidy(sam.stage.database, sam.stage.now, standing=sam.stage.intake.standing)
    assert endings(sam) == [("2026-10", "self_referral", "name_to_use", "idle", 1)]


def test_looking_around_is_not_counted(sam: Somebody) -> None:
    sam.goes("/start", "What it is", "Stop")
    assert endings(sam) == []


def test_of_a_referral_only_marked_answers_are_counted_and_only_the_team_reads_them(sam: Somebody) -> None:
    marked = {step.name for flow in FLOWS.values() for step in flow.questions if step.counted}
    assert marked == {"council_area", "heard_from"}
    assert not any(step.sensitive for flow in FLOWS.values() for step in flow.questions if step.counted)
    leave = "No, leave these out"
    more = ("Answer some more first", leave, leave, "Yes, ask me", "skip", "Fife", "Read back and send", "Send")
    sam.goes(*TO_THE_READ_BACK[:-1], *more)
    [row] = sam.stage.rows(tables.TALLIES)
    opened = sealing.unseal_with(sam.stage.team.private, row.sealed, f"tally:{row.id}")
    assert json.loads(opened) == {"council_area": "fife"}
    [case] = sam.stage.rows(tables.CASES)
    assert row.id not in {case.id, case.reference}
    assert row.month == "2026-10"
