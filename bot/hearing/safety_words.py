"""A message as plain words in which signs of danger can be found: spelling, Scots, slips of the finger. Pure.

Which spellings mean the same, and which words carry nothing, is data in `content/<language>/safety.toml`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from content.phrases import without_marks

MOST_WORDS = 1000
"""Words that are read of one message; Telegram ends a message at 4,096 characters."""
LEAST_TYPO_LETTERS, MOST_TYPO_LETTERS = 3, 20
"""Shorter words are too near to too many others to guess a slip in, longer ones are no words."""
LEAST_LETTERS_FOR_A_WRONG_ONE = 6
MOST_TOGETHER = 4
"""Words at most in a spelling that stands for another ("any more", "he will no")."""
TOKENS = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?;,\n]|[\U0001F300-\U0001FAFF]")
ELLIPSIS = re.compile(r"\.{2,}")
SPELT_OUT = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_](?![^\W_]))")
OWNED = re.compile(r"'s$")
STRETCHED = re.compile(r"(.)\1{2,}")
YEARS = re.compile(r"(?:19|20)\d\d")
YEAR = "YEAR"
"""What every year is read as."""
ENDS = frozenset(".!?;\n")
SOFT = frozenset(",")


class Word(NamedTuple):
    """A word of a message, as it is compared."""

    text: str
    sentence: int
    """The how-manieth sentence it stands in, from 0."""
    after_mark: bool
    """Whether a comma or the end of a sentence stands before it."""


class Spelling:
    """How words are written in more than one way, and what a slip was probably meant to be.

    A slip is put right to one of `slips_of` only; `stays` are words that are never taken for a slip.
    """

    def __init__(
        self,
        variants: Mapping[str, Iterable[str]],
        endings: Mapping[str, Iterable[str]],
        slips_of: Collection[str] = (),
        stays: Iterable[str] = (),
    ) -> None:
        self._same = {
            tuple(plain(variant)): tuple(meant.split())
            for meant, all_variants in variants.items()
            for variant in all_variants
        }
        self._endings = tuple((said, whole) for said, all_whole in endings.items() for whole in all_whole)
        self._stays = frozenset(stays).union(slips_of, *self._same)
        self._near: dict[str, set[str]] = {}
        for word in slips_of:
            for near in _shortened(word):
                self._near.setdefault(near, set()).add(word)

    def read(self, text: str) -> list[Word]:
        """The words of a message, each as it is compared. At most `MOST_WORDS`."""
        words: list[Word] = []
        sentence, mark = 0, True
        tokens = _tokens(text)
        place = 0
        while place < len(tokens) and len(words) < MOST_WORDS:
            token = tokens[place]
            if token in ENDS or token in SOFT:
                sentence += token in ENDS
                mark = True
                place += 1
                continue
            meant, taken = self._meant(tokens, place)
            for word in meant:
                words.append(Word(word, sentence, mark))
                mark = False
            place += taken
        return words

    def plain(self, phrase: str) -> list[str]:
        """The words of a phrase of ours, spelt as those of a message are."""
        return [word.text for word in self.read(phrase)]

    def _meant(self, tokens: list[str], place: int) -> tuple[tuple[str, ...], int]:
        for length in range(min(MOST_TOGETHER, len(tokens) - place), 0, -1):
            meant = self._same.get(tuple(tokens[place : place + length]))
            if meant is not None:
                return meant, length
        right = self._put_right(OWNED.sub("", tokens[place]).replace("'", ""))
        return self._same.get((right,), (right,)), 1

    def _put_right(self, word: str) -> str:
        if word in self._stays:
            return word
        if YEARS.fullmatch(word):
            return YEAR
        if STRETCHED.search(word):
            for shorter in (STRETCHED.sub(r"\1\1", word), STRETCHED.sub(r"\1", word)):
                if shorter in self._stays:
                    return shorter
        whole = [word[: -len(ending)] + full for ending, full in self._endings if word.endswith(ending)]
        for longer in whole:
            if longer in self._stays:
                return longer
        for tried in (word, *whole):
            meant = self._slip_of(tried)
            if meant:
                return meant
        return word

    def _slip_of(self, word: str) -> str | None:
        """The one known word that this may be a slip of."""
        if not self._near or not LEAST_TYPO_LETTERS <= len(word) <= MOST_TYPO_LETTERS:
            return None
        close = {each for near in _shortened(word) for each in self._near.get(near, ()) if _is_slip(word, each)}
        return close.pop() if len(close) == 1 else None


def plain(text: str) -> list[str]:
    """The words of a text without the marks between them."""
    return [token for token in _tokens(text) if token not in ENDS | SOFT]


def _tokens(text: str) -> list[str]:
    folded = without_marks(unicodedata.normalize("NFKC", text).casefold()).replace("\u2019", "'").replace("`", "'")
    if "." in folded:  # where there is none, to look for what is made of them costs more than all the rest
        folded = SPELT_OUT.sub(r"\1", ELLIPSIS.sub(" ", folded))
    return list(TOKENS.findall(folded))


def _shortened(word: str) -> set[str]:
    """The word itself and all that is left of it when one letter is missing."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _is_slip(typed: str, meant: str) -> bool:
    """One letter too many, missing, swapped with its neighbour or, in a long word, wrong; the first letter is right."""
    if typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1:
        return False
    if len(typed) != len(meant):
        longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    wrong = [at for at in range(len(typed)) if typed[at] != meant[at]]
    if len(wrong) == 1:
        return len(typed) >= LEAST_LETTERS_FOR_A_WRONG_ONE
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
    return swapped and typed[wrong[0]] == meant[wrong[1]] and typed[wrong[1]] == meant[wrong[0]]
