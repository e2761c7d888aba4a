"""How much one person may say in a minute: told once that it is too fast, and never held up when leaving."""

from datetime import timedelta

import pytest

from bot.messages import Inbound, InboundKind
from bot.pace import Pace
from content.words import load
from tests.stage import NOW

MOST = 10
SAM, ALEX = "1001", "1002"


def said(text: str = "hm", kind: InboundKind = "text", who: str = SAM) -> Inbound:
    return Inbound("telegram", "1", who, kind, text, message="7")


@pytest.fixture
def full() -> Pace:
    """Sam has said as much as fits into this minute."""
    pace = Pace(MOST, [load("en"), load("pl")])
    for _ in range(MOST):
        assert pace.take(said(), NOW).kind == "text"
    return pace


def kinds(pace: Pace, *texts: str) -> list[str]:
    return [pace.take(said(each), NOW).kind for each in texts]


def test_too_fast_is_told_once_and_the_rest_is_passed_over_until_there_is_room_again(full: Pace) -> None:
    assert kinds(full, "a", "b", "c") == ["too_fast", "passed_over", "passed_over"]
    assert full.take(said(who=ALEX), NOW).kind == "text", "nobody else waits"
    later = NOW + timedelta(minutes=1)
    assert full.take(said(), later).kind == "text"


@pytest.mark.parametrize("leaving", ["stop", "Please stop", "help", "erase", "/clear", "/stop", "pomoc", "stop"])
def test_what_leaves_helps_or_protects_always_passes_and_so_does_the_answer_to_it(full: Pace, leaving: str) -> None:
    assert kinds(full, "a", leaving, "1", "b") == ["too_fast", "text", "text", "too_fast"]


def test_a_button_that_stops_passes_too(full: Pace) -> None:
    stop = said("v1:abcdefgh:age_band:_stop", "press")
    assert full.take(stop, NOW) is stop


def test_a_stop_that_just_fits_has_room_for_its_answer() -> None:
    pace = Pace(MOST, [load("en")])
    assert kinds(pace, *["hm"] * (MOST - 1), "stop", "1", "hm")[-3:] == ["text", "text", "too_fast"]


def test_what_is_passed_over_is_still_known_as_the_persons_own_message_so_that_it_can_be_cleared(full: Pace) -> None:
    assert full.take(said(), NOW).message == "7"
    press = full.take(said("v1:abcdefgh:age_band:yes", "press"), NOW)
    assert (press.kind, press.message) == ("passed_over", None), "a press stands on a message of ours"
