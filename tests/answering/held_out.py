"""The part of the questions that nothing was learned from or tuned on, and how often the right answer is found in it.

`python -m tests.answering` prints the figures; with `--misses` also what went wrong (whoever reads those and changes
something for them has used this part up, and writes a new one).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answering import Answers, Found

FILES = Path(__file__).parent / "held_out"
OUTSIDE_ASKED, OUTSIDE_TOLD = "outside_asked", "outside_told"
OUTSIDE = (OUTSIDE_ASKED, OUTSIDE_TOLD)


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody might type, and the heading it stands under: a topic, or one of OUTSIDE."""

    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares between 0 and 1, of all examples of their kind."""

    right: float
    """The right topic, and it alone."""
    offered: float
    """The right topic, alone or as one of two."""
    abstained: float
    """Nothing, where nothing is right."""
    asks: float
    """Seen as a question, of the questions; and not as one, of what is told."""


def read(name: str = "*") -> list[Example]:
    """All examples of the files with this name."""
    found = []
    for path in sorted(FILES.glob(f"{name}.txt")):
        heading = ""
        for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
            if line.startswith("[") and line.endswith("]"):
                heading = line[1:-1]
            else:
                found.append(Example(line, heading))
    return found


def measure(answers: Answers, examples: Sequence[Example]) -> tuple[Figures, list[tuple[Example, Found]]]:
    """The figures, and what went wrong."""
    found = [(each, answers.find(each.text)) for each in examples]
    ours = [(each, got) for each, got in found if each.heading not in OUTSIDE]
    outside = [(each, got) for each, got in found if each.heading in OUTSIDE]
    asked = [got.is_question == (each.heading == OUTSIDE_ASKED) for each, got in outside]
    figures = Figures(
        right=_share([got.topics == (each.heading,) for each, got in ours]),
        offered=_share([each.heading in got.topics for each, got in ours]),
        abstained=_share([got.topics == () for _, got in outside]),
        asks=_share(asked),
    )
    return figures, [(each, got) for each, got in found if got.topics != _right(each)]


def _right(example: Example) -> tuple[str, ...]:
    return () if example.heading in OUTSIDE else (example.heading,)


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held) if held else 0.0
