"""The rules for signs of danger, made ready from what `content/<language>/safety.toml` holds. Pure.

A phrase is written as people say it, with few marks: a name in CAPITALS stands for any word of that set, `..` for up to
`MOST_BETWEEN` other words, `#` for a number, YEAR for a year, START and END for where a sentence starts and ends, `/`
between two words that both do. Words that carry nothing ("am", "the") may stand or be missing anywhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from bot.safety_words import Spelling, Word

KINDS = ("danger_now", "suicide", "self_harm", "child_at_risk", "followed_or_contacted")
"""What a sign may be of, in the order in which it is always told."""
MARKS = ("negated", "was", "long_ago", "over", "supposing", "at_work", "recent")
"""What may stand around a phrase and change what it means."""
BETWEEN = ".."
MOST_BETWEEN = 3
NUMBER, YEAR, START, END = "#", "YEAR", "START", "END"


class RulesError(Exception):
    """A writer's mistake in the rules. Raised when they are read, never in a conversation."""


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a phrase: the words that may stand there."""

    words: frozenset[str]
    after_gap: bool = False
    mark: str = ""
    """NUMBER, YEAR, START or END instead of words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, ready to be looked for."""

    written: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Phrases that are a sign of one kind, and what takes that meaning from them."""

    name: str
    kind: str
    phrases: tuple[Phrase, ...]
    unless: frozenset[str] = frozenset()
    """MARKS that make it no sign when they stand around."""
    needs: frozenset[str] = frozenset()
    """MARKS one of which must stand around for it to be a sign."""
    but_not: tuple[Phrase, ...] = ()
    """Phrases that hold one of `phrases` and mean something else."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a language."""

    spelling: Spelling
    light: frozenset[str]
    sets: Mapping[str, frozenset[str]]
    rules: tuple[Rule, ...]
    idioms: tuple[Phrase, ...]
    around: Mapping[str, tuple[Phrase, ...]]
    """The phrases for each mark but `negated` and `was`."""
    index: Mapping[str, tuple[tuple[Rule, Phrase], ...]] = field(default_factory=dict)
