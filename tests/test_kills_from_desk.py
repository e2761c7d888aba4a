"""The power is cut at every step in which the intake tells somebody that the desk wrote: told once, and never lost."""

from pathlib import Path
from random import Random

import pytest

from bot.flows import FLOWS
from bot.intake import Intake
from bot.posting.desk_rounds import go_round
from tests.desk_side import queue, states
from tests.power_cut import Fuse, FusedDatabase, Killed, copy_files
from tests.somebody import Somebody
from tests.stage import SECRETS, Stage, service
from tests.test_from_desk import TO_THE_END_BY_CHAT, WORDS
from tests.test_intake import FragileEngine


def round_on(folder: Path, stage: Stage, at: int | None, left: Path) -> list[str]:
    """The intake's round on this disk, cut off at step `at`, which leaves `left`. The steps done. Raises Killed."""
    database = FusedDatabase(folder, Fuse(at, left))
    try:
        go_round(Intake(database, SECRETS, FragileEngine(FLOWS), service(), random=Random(1)), stage.now)
        return database.fuse.steps
    finally:
        database.close()


def test_wherever_the_round_is_cut_off_the_person_is_asked_once_and_then_reads_it_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "before")
    Somebody(stage).goes(*TO_THE_END_BY_CHAT)
    queue(stage, WORDS)
    stage.database.checkpoint()
    stage.database.close()
    whole = tmp_path / "whole"
    whole.mkdir()
    copy_files(stage.folder / "cairn.db", whole)
    before = tmp_path / "untouched"
    before.mkdir()
    copy_files(stage.folder / "cairn.db", before)
    steps = round_on(whole, stage, None, whole)
    assert len(steps) > 5
    # After one statement is before the next: cut once between them.
    cuts = [at for at, name in enumerate(steps, 1) if not name.startswith("after ") or "commit" in name]
    for at in cuts:
        disk, left = tmp_path / f"disk{at}", tmp_path / f"left{at}"
        disk.mkdir()
        left.mkdir()
        copy_files(before / "cairn.db", disk)
        with pytest.raises(Killed):
            round_on(disk, stage, at, left)
        round_on(left, stage, None, left)
        round_on(left, stage, None, left)
        copy_files(left / "cairn.db", stage.folder)
        stage.restart()
        sam = Somebody(stage)
        assert len(sam.hears()) == 1
        assert states(stage) == ["asked"]
        assert WORDS in sam.says("Yes")[-1].text
        stage.database.close()
