"""What is noticed about typed words: plain spelling, what they mean, which stand together. Pure; no word stands here.

Spellings (Scots, text talk, slips) and meanings (many words for one thing) are content. What is noticed is a set of
names with weights: words, pairs and threes of words, meanings, pairs of meanings, words in order with meanings; and
the pieces of words, by which a word that is spelled in a way nobody thought of is still like itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from bot.hearing.slips import is_one_slip
from content.phrases import without_marks

MOST_CHARS = 600
"""Of a longer text only the beginning is read: nobody asks a question in more, and the time stays bounded."""
MOST_WORDS = 80
MOST_LETTERS = 20
PIECES = (3, 4, 5)
"""How many letters a piece of a word has."""

ALL = "*"
"""At the end of a spelling: it is that of all words that begin so, in languages whose words change at their end."""
UNKNOWN = "?"
Features = dict[str, float]


def plain_words(typed: str) -> list[str]:
    """The words of a text, small, without accents and apostrophes.

    >>> plain_words("Can't I go to the Café?"), plain_words("Było późno")
    (['cant', 'i', 'go', 'to', 'the', 'cafe'], ['bylo', 'pozno'])
    """
    bare = without_marks(typed[:MOST_CHARS].casefold())
    return re.findall(r"[^\W_]+", re.sub("['\u2019`\u00b4]", "", bare))[:MOST_WORDS]


def stem(word: str) -> str:
    """The word without its commonest endings, so that "meeting", "meets" and "meet" are one."""
    if len(word) > 5 and word.endswith("ing"):
        return word[:-3]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith("ed"):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def pieces(typed: str) -> set[str]:
    """The runs of letters in a text, each within a word whose ends are marked.

    >>> sorted(pieces("why"))
    [' wh', ' why', ' why ', 'hy ', 'why', 'why ']
    """
    framed = [f" {word} " for word in plain_words(typed)]
    return {word[at : at + size] for word in framed for size in PIECES for at in range(len(word) - size + 1)}


class Reader:
    """Notices what is told apart in typed words of one language."""

    def __init__(
        self,
        spellings: Mapping[str, str],
        meanings: Mapping[str, Iterable[str]],
        known: Sequence[str] = (),
    ) -> None:
        """`known` are the stems that something was learned of, the commonest first."""
        self._spellings = spellings
        self._beginnings = {word.removesuffix(ALL): plain for word, plain in spellings.items() if word.endswith(ALL)}
        self._shortest = min(map(len, self._beginnings), default=MOST_CHARS)
        self._meanings: dict[tuple[str, ...], tuple[str, ...]] = {}
        for meaning, phrases in meanings.items():
            for phrase in phrases:
                stems = tuple(map(stem, self._spelled(phrase)))
                self._meanings[stems] = tuple(sorted({*self._meanings.get(stems, ()), meaning}))
        self._longest = max(map(len, self._meanings), default=0)
        self._in_meanings = frozenset(word for stems in self._meanings for word in stems)
        self._known = frozenset(known) | self._in_meanings if known else frozenset()
        self._places = {word: place for place, word in enumerate(known)}
        self._by_shortened: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if 4 <= len(word) <= MOST_LETTERS and word.isalpha():
                for short in _shortened(word):
                    self._by_shortened.setdefault(short, []).append(word)

    def words(self, typed: str) -> list[str]:
        """The words in plain spelling."""
        return self._spelled(typed)

    def stems(self, typed: str) -> list[str]:
        """The words in plain spelling without their endings; a slip of one letter is put right."""
        return [self._corrected(word) for word in self._spelled(typed)]

    def features(self, typed: str) -> Features:
        """What is noticed, with weights: of words and of their pieces, either of length one. Nothing without words."""
        stems = self.stems(typed)
        if not stems:
            return {}
        words = [self._named(word) for word in stems]
        meanings, general = self._meant(stems)
        found: Features = {f"w:{word}": 1.0 for word in words}
        found |= {f"m:{meaning}": 1.0 for meaning in meanings}
        found |= {f"p:{one}+{other}": 0.5 for place, one in enumerate(meanings) for other in meanings[place + 1 :]}
        found |= {f"b:{' '.join(each)}": 1.0 for size in (2, 3) for each in _runs(words, size)}
        found |= {f"g:{' '.join(each)}": 1.0 for size in (2, 3) for each in _runs(general, size)}
        found |= {f"s:{first} {last}": 1.0 for first, _, last in _runs(general, 3)}
        unknown = sum(word == UNKNOWN for word in words)
        found |= {f"u:{min(unknown, 4)}": 1.0, f"n:{min(len(words), 12) // 2}": 1.0}
        if "?" in typed:
            found["q"] = 0.5
        return _of_length_one(found) | _of_length_one({f"c:{piece}": 1.0 for piece in pieces(typed)})

    def _spelled(self, typed: str) -> list[str]:
        return [plain for word in plain_words(typed) for plain in self._plainly(word).split()]

    def _plainly(self, word: str) -> str:
        """What this spelling stands for; else what the longest beginning stands for that it has."""
        if word in self._spellings:
            return self._spellings[word]
        beginnings = (word[:size] for size in range(len(word), self._shortest - 1, -1))
        return next((self._beginnings[each] for each in beginnings if each in self._beginnings), word)

    def _named(self, word: str) -> str:
        return word if not self._known or word in self._known else UNKNOWN

    def _corrected(self, word: str) -> str:
        """The stem of the word, or of the known word that is one slip away."""
        found = stem(word)
        if found in self._known or not 4 <= len(found) <= MOST_LETTERS or not found.isalpha():
            return found
        near = {other for short in _shortened(found) for other in self._by_shortened.get(short, ())}
        return min((other for other in near if is_one_slip(found, other)), key=self._by_use, default=found)

    def _by_use(self, word: str) -> tuple[int, str]:
        return self._places.get(word, len(self._places)), word

    def _meant(self, stems: Sequence[str]) -> tuple[list[str], list[str]]:
        """Every meaning found, sorted; and the words in order, with the longest phrases as their meaning."""
        meanings: set[str] = set()
        general, covered = [], 0
        for start, word in enumerate(stems):
            longest, named = 0, self._named(word)
            for size in range(1, min(self._longest, len(stems) - start) + 1):
                if meant := self._meanings.get(tuple(stems[start : start + size])):
                    meanings.update(meant)
                    longest, named = size, meant[0].upper()
            if start >= covered:
                general.append(named)
                covered = start + max(longest, 1)
        return sorted(meanings), general


def _of_length_one(found: Features) -> Features:
    size = sqrt(sum(weight * weight for weight in found.values())) or 1.0
    return {name: weight / size for name, weight in found.items()}


def _runs(words: Sequence[str], size: int) -> Iterable[tuple[str, ...]]:
    framed = ["^", *words, "$"]
    return zip(*(framed[start:] for start in range(size)), strict=False)


def _shortened(word: str) -> set[str]:
    """The word, and the word with one letter left out; the first letter is trusted."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(1, len(word)))}
