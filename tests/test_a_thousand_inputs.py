"""Whatever somebody does a thousand times in a row, the chat answers, keeps its place, and offers Stop."""

from pathlib import Path
from random import Random

import pytest

from bot import drafts
from bot.messages import Button, InboundKind, Reply
from bot.transcripts import buttons
from content.words import load
from storage import tables
from storage.conversations import StoredDraft
from storage.sealing import Keys
from tests.somebody import Somebody
from tests.stage import SECRETS, Stage

INPUTS = {1: 1000, 2: 250, 3: 250, 4: 250}
"""For each seed of chance, how many in a row."""
COMMANDS = sorted(load("en").commands)
ANSWERS = (
    "Sam",
    "07700 900123",
    "sam@example.org",
    "1",
    "2, 3",
    "yes",
    "18 or older",
    "Fife",
    "send",
    "1 Example Street",
)
JUNK = (
    "",
    " \n ",
    "\u200b",
    "\u202eabc",
    "0",
    "-1",
    "99",
    "x" * 5000,
    "🙂" * 40,
    "/nonsense",
    "v1:a:b:c",
    "what if he refuses?",
)
OTHER: tuple[InboundKind, ...] = ("media", "edited", "unreadable", "open")
OUT = frozenset({"_stop", "_erase", "delete_now", "erase_all"})
"""What ends a conversation at once; chosen seldom, or nobody would get far."""


def anything(random: Random, somebody: Somebody, old: list[Button]) -> tuple[str, InboundKind]:
    """Mostly a button of the newest message, so that deep places are reached; else something else altogether."""
    kind = random.random()
    if kind < 0.6:
        newest = [each for each in buttons(somebody.last) if each.option not in OUT or random.random() < 0.02]
        if newest:
            return random.choice(newest).data, "press"
    if kind < 0.7 and old:
        return random.choice(old).data, "press"
    if kind < 0.85:
        return random.choice(ANSWERS), "text"
    if kind < 0.9:
        return random.choice(JUNK), "text"
    if kind < 0.93:
        return random.choice(COMMANDS), "text"
    return "", random.choice(OTHER)


def offers_stop(replies: list[Reply]) -> bool:
    return all(any(each.option == "_stop" for each in reply.standing) for reply in replies)


def place(stage: Stage, sam: Somebody) -> str | None:
    """The question that waits by what is on disk; "" where that depends on more than was said here."""
    row = next((each for each in stage.rows(tables.CONVERSATIONS) if each.person == sam.key), None)
    if row is None:
        return None
    kept = drafts.unlock(StoredDraft(row.salt, row.draft), Keys(SECRETS.seal), row.person).conversation
    at = stage.intake.engine.at(kept, {"channel": sam.channel})
    return "" if at.flow.asks_the_world else at.waiting.name


@pytest.mark.parametrize("seed", INPUTS)
def test_a_thousand_inputs_never_raise_never_lose_the_place_and_always_show_stop(tmp_path: Path, seed: int) -> None:
    random, sam, old = Random(seed), Somebody(Stage(tmp_path)), list[Button]()
    met = set[str]()
    sam.says("/start")
    for _ in range(INPUTS[seed]):
        said, kind = anything(random, sam, old)
        replies = sam.sends(sam.inbound(said, kind=kind))
        assert replies, f"no answer to {kind} at {sam.last.asks}"
        assert offers_stop(replies)
        met.add(str(replies[-1].asks))
        old = [*old, *buttons(replies[-1])][-300:]
        sam.stage.pass_time(seconds=20)
        waits = place(sam.stage, sam)
        is_cleared = replies[-1].asks is None and waits == "paused"  # then what waits is not shown
        assert is_cleared or waits in {replies[-1].asks, ""}, "what is asked is not what is kept"
        if waits == "" and random.random() < 0.3 and replies[-1].asks != "paused":  # to open it is to go on
            asked = replies[-1].asks
            again = sam.sends(sam.inbound("", kind="open"))
            assert asked is None or again[-1].asks == asked, "the place was lost"
    assert [row.fault for row in sam.stage.rows(tables.SEEN_UPDATES) if row.fault] == []
    assert len(met) > 15, "it stayed among few questions"
