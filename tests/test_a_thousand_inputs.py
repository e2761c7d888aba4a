"""Whatever somebody does a thousand times in a row, the chat answers, keeps its place, and offers Stop."""

from pathlib import Path
from random import Random

import pytest

from bot.messages import Button, InboundKind, Reply
from bot.transcripts import buttons
from content.words import load
from storage import tables
from tests.somebody import Somebody
from tests.stage import Stage

INPUTS = 1000
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


@pytest.mark.parametrize("seed", [1])
def test_a_thousand_inputs_never_raise_never_lose_the_place_and_always_show_stop(tmp_path: Path, seed: int) -> None:
    random, sam, old = Random(seed), Somebody(Stage(tmp_path)), list[Button]()
    met = set[str]()
    sam.says("/start")
    for _ in range(INPUTS):
        said, kind = anything(random, sam, old)
        replies = sam.sends(sam.inbound(said, kind=kind))
        assert replies, f"no answer to {kind} at {sam.last.asks}"
        assert offers_stop(replies)
        met.add(str(replies[-1].asks))
        old = [*old, *buttons(replies[-1])][-300:]
        sam.stage.pass_time(seconds=20)
        if random.random() < 0.1 and replies[-1].asks != "paused":  # to open it is to go on
            asked = replies[-1].asks
            again = sam.sends(sam.inbound("", kind="open"))
            assert asked is None or again[-1].asks == asked, "the place was lost"
    assert [row.fault for row in sam.stage.rows(tables.SEEN_UPDATES) if row.fault] == []
    assert len(met) > 20, "it stayed among few questions"
