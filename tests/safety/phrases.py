"""The invented messages that the rules for signs of danger are made and measured with."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.hearing.safety_rules import Rules
from bot.hearing.safety_signs import signs
from content.words import FOLDER

HERE = Path(__file__).parent
HELD_OUT = ("held_out", "held_out_later", "held_out_fifth", "held_out_unseen", "held_out_unseen_later")
"""Parts that no rule was made or changed for, and nothing was learned from."""
USED_UP = ("held_out_third", "held_out_fourth")
"""Parts that were held out until they had been measured once; see docs/signs-of-danger.md."""
LEARNED_FROM = ("development", "many_voices", *USED_UP)
"""`many_voices` was written apart from everything else; what it showed at first sight stands in the same place."""
NOTHING = "-"


@dataclass(frozen=True)
class Message:
    """A message, and the kinds of sign it has to raise."""

    text: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """How well signs are seen in a number of messages: the lists hold what went wrong."""

    with_sign: int
    without_sign: int
    missed: Sequence[Message]
    """Nothing was raised, and something had to be."""
    wrong: Sequence[Message]
    """One of its kinds was not raised, whatever else was."""
    false: Sequence[Message]
    """Something was raised, and nothing had to be."""

    @property
    def raised(self) -> float:
        """Of the messages with a sign, the share for which any was raised."""
        return 1 - len(self.missed) / self.with_sign

    @property
    def right(self) -> float:
        """Of the messages with a sign, the share for which all its kinds were raised."""
        return 1 - len(self.wrong) / self.with_sign

    @property
    def false_alarms(self) -> float:
        """Of the messages without a sign, the share for which one was raised."""
        return len(self.false) / self.without_sign


def read(part: str) -> list[Message]:
    """The messages of a part, by the name of its file."""
    found = []
    kinds: frozenset[str] = frozenset()
    for line in (HERE / f"{part}.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            kinds = frozenset(line[3:].split()) - {NOTHING}
        elif line and not line.startswith("# "):
            found.append(Message(line, kinds))
    return found


def fingerprint() -> str:
    """Changes with every change of what is learned from, or of the vocabulary: what was learned is then out of date."""
    vocabulary = sorted((FOLDER / "en" / "questions").glob("*.toml"))
    digest = hashlib.sha256()
    for path in (*(HERE / f"{part}.txt" for part in LEARNED_FROM), *vocabulary):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def measure(messages: Iterable[Message], rules: Rules) -> Figures:
    """The figures for these messages."""
    seen = [(message, set(signs(message.text, rules))) for message in messages]
    held = [(message, kinds) for message, kinds in seen if message.kinds]
    return Figures(
        with_sign=len(held),
        without_sign=len(seen) - len(held),
        missed=[message for message, kinds in held if not kinds],
        wrong=[message for message, kinds in held if not message.kinds <= kinds],
        false=[message for message, kinds in seen if kinds and not message.kinds],
    )
