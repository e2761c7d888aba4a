"""What `make bench` measures of the core runs in every state: nobody finds out only when they need the figure."""

import pytest

from bench import core_turn
from bench.figures import Chapter


def test_a_turn_of_the_core_can_be_timed_in_every_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_turn, "TRIES", 1)
    *_, chapter = core_turn.measure(1)
    assert isinstance(chapter, Chapter)
    assert len(chapter.figures) == 2
