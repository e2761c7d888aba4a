"""Looking for many phrases in one message at once, in time that grows with its length alone. Pure, knows no rule."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from bot.hearing.safety_words import Word

GAPS = {"..": 3, "...": 8}
"""How many other words at most may stand where a phrase says this."""
MOST_PASSED = 6
START, END = "START", "END"
EDGES = frozenset({START, END})
Tag = TypeVar("Tag")


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a phrase: the words that may stand there, or one of `EDGES`."""

    words: frozenset[str]
    gap: int = 0
    """How many other words may stand before it."""
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, ready to be looked for, with how it is written."""

    written: str
    parts: tuple[Part, ...]
    not_between: frozenset[str] = frozenset()
    """Words that no gap of it may hold."""


class Found(NamedTuple, Generic[Tag]):
    """A phrase that stands in a message, from word `first` up to, not with, word `after`."""

    tag: Tag
    phrase: Phrase
    first: int
    after: int
    skipped: tuple[int, ...]
    """The words that stand in its gaps."""


class Finder(Generic[Tag]):
    """Finds phrases, each with the tag it was given."""

    def __init__(self, phrases: Iterable[tuple[Tag, Phrase]]) -> None:
        self.phrases = tuple(phrases)
        often = Counter(word for _, phrase in self.phrases for part in phrase.parts for word in part.words)
        # A phrase is only tried where its rarest part stands: most are never tried at all.
        self._by_rarest: dict[str, list[tuple[int, int, frozenset[str]]]] = {}
        for number, (_, phrase) in enumerate(self.phrases):
            at = min(_worded(phrase), key=lambda at: sum(often[word] for word in phrase.parts[at].words))
            reach = sum(part.gap + 1 for part in phrase.parts[1 : at + 1])
            first = phrase.parts[_worded(phrase)[0]].words
            for word in phrase.parts[at].words:
                self._by_rarest.setdefault(word, []).append((number, 0 if at == _worded(phrase)[0] else reach, first))

    def find(self, words: Sequence[Word], passing: Collection[str] = ()) -> Iterator[Found[Tag]]:
        """Every phrase that stands in these words, at every place it starts.

        Words of `passing` may stand between any two words of a phrase, though no more than `MOST_PASSED` before its
        rarest one.
        """
        for number, first in sorted(self._starts(words, MOST_PASSED if passing else 0)):
            tag, phrase = self.phrases[number]
            end = _match(phrase, words, first, passing)
            if end is not None:
                yield Found(tag, phrase, first, end[0], end[1])

    def _starts(self, words: Sequence[Word], more: int) -> set[tuple[int, int]]:
        """Which phrases may stand in these words, each with the place of its first word."""
        starts = set()
        for place, word in enumerate(words):
            for number, reach, first in self._by_rarest.get(word.text, ()):
                if not reach:
                    starts.add((number, place))
                    continue
                for at in range(max(0, place - reach - more), place):
                    if words[at].text in first:
                        starts.add((number, at))
        return starts


def _worded(phrase: Phrase) -> list[int]:
    """Which parts of the phrase are words, not edges."""
    return [at for at, part in enumerate(phrase.parts) if not part.edge]


def _match(
    phrase: Phrase, words: Sequence[Word], place: int, passing: Collection[str], number: int = 0
) -> tuple[int, tuple[int, ...]] | None:
    """Where the parts from `number` on end when they start at `place`, and what their gaps hold."""
    if number == len(phrase.parts):
        return place, ()
    part, at = phrase.parts[number], place
    others, inside = part.gap, number > 0 and not phrase.parts[number - 1].edge
    while True:
        if _stands(part, words, at, inside):
            found = _match(phrase, words, at + (not part.edge), passing, number + 1)
            if found is not None:
                return found[0], (*range(place, at), *found[1])
        if number == 0 or _ends(words, at):
            return None
        passed = words[at].text in passing
        if not passed and (not others or words[at].text in phrase.not_between):
            return None
        others -= not passed
        at += 1


def _stands(part: Part, words: Sequence[Word], at: int, inside: bool) -> bool:
    if part.edge:
        return _ends(words, at)
    if at >= len(words) or (inside and _ends(words, at)):
        return False
    return words[at].text in part.words


def _ends(words: Sequence[Word], after: int) -> bool:
    """Whether a sentence ends before the word `after`, or none is left."""
    return after in {0, len(words)} or words[after].sentence != words[after - 1].sentence
