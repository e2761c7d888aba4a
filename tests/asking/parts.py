"""The invented questions, answers and talk with which the finding of answers is measured, and the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.hearing.answering import Answers, Found

HERE = Path(__file__).parent
TUNED = "tuned_to"
"""The part, in English, that thresholds and method were chosen with: for every language."""
HELD_OUT = {"en": ("held_out", "held_out_unseen", "held_out_unseen_later"), "pl": ("held_out_pl",)}
"""By language the parts that nothing was learned from, and nothing was chosen by."""
PARTS = {"en": (TUNED, *HELD_OUT["en"]), "pl": HELD_OUT["pl"]}
"""By language all its parts."""
OUTSIDE = "-"


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody might type, and the topic of its answer; None for what has none here."""

    text: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares between 0 and 1, of all examples of their kind."""

    questions: int
    outside: int
    right: float
    """Of the questions, those with the right topic as the likeliest."""
    alone: float
    """Of the questions, those with the right topic and no other beside it."""
    abstained: float
    """Of what has no answer here, that to which none was found."""
    wrong: Sequence[tuple[Example, Found]]


def read(part: str) -> list[Example]:
    """The examples of a part, by the name of its file."""
    found, topic = list[Example](), ""
    for line in filter(None, map(str.strip, (HERE / f"{part}.txt").read_text("utf-8").splitlines())):
        if line.startswith("[") and line.endswith("]"):
            topic = line[1:-1]
        elif not line.startswith("# "):
            found.append(Example(line, None if topic == OUTSIDE else topic))
    return found


def measure(answers: Answers, examples: Sequence[Example]) -> Figures:
    """The figures for these examples."""
    seen = [(each, answers.find(each.text)) for each in examples]
    ours = [(each, found) for each, found in seen if each.topic]
    outside = [(each, found) for each, found in seen if not each.topic]
    return Figures(
        len(ours),
        len(outside),
        right=_share([found.topics[:1] == (each.topic,) for each, found in ours]),
        alone=_share([found.topics == (each.topic,) for each, found in ours]),
        abstained=_share([not found.topics for _, found in outside]),
        wrong=[(each, found) for each, found in seen if found.topics[:1] != ((each.topic,) if each.topic else ())],
    )


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held) if held else 0.0
