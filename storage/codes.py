"""Codes of four plain words, by which a person finds again what is theirs: made, and read back forgivingly.

Here may live how a code is made and how a typed one is understood. The words lie in words.txt beside this module, one a
line: 3 to 7 letters, common and neutral, none that could distress, and no two within one slip of the finger of each
other, so that a slip never turns one code into another. Four of them in order are 44 bits: enough with a slow key
(`storage.sealing.key_from_password`) and bounded guesses, and still fit for paper, memory and the telephone.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from random import Random
from string import ascii_lowercase

WORDS_IN_A_CODE = 4
LONGEST_TYPED = 200  # characters; longer text is no code, and not worth a look
SHORTEST_WORD, LONGEST_WORD = 3, 7  # letters

_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def words() -> tuple[str, ...]:
    """Every word a code may hold, in alphabetical order."""
    return tuple((files("storage") / "words.txt").read_text(encoding="ascii").split())


@cache
def _listed() -> frozenset[str]:
    return frozenset(words())


def new_code(random: Random) -> str:
    """Four different words with a space between: what `normalise` gives back. In use, `random` is `SystemRandom`."""
    return " ".join(random.sample(words(), WORDS_IN_A_CODE))


def normalise(text: str) -> str | None:
    """The code that `text` was meant to be, as `new_code` wrote it, or None when it is not four listed words.

    Forgives case, marks, numbering and spacing of every kind, even none at all, and in each word one letter too many,
    too few, wrong or changed with its neighbour, if only one listed word is that near.
    """
    if len(text) > LONGEST_TYPED:
        return None
    typed = _LETTERS.findall(unicodedata.normalize("NFKC", text).casefold())
    code = _mend_all(typed) or _divide("".join(typed))
    return " ".join(code) if code else None


def _mend_all(typed: list[str]) -> list[str]:
    """The listed words meant by `typed`; empty if they are not four, or one of them cannot be told."""
    meant: list[str] = []
    for word in typed if len(typed) == WORDS_IN_A_CODE else ():
        found = _mend(word)
        if found is None:
            return []
        meant.append(found)
    return meant


def _mend(typed: str) -> str | None:
    """The listed word `typed` is, or the only one a slip away from it."""
    if typed in _listed():
        return typed
    if not SHORTEST_WORD <= len(typed) <= LONGEST_WORD + 1:
        return None
    near = _slips(typed) & _listed()
    return near.pop() if len(near) == 1 else None


def _slips(word: str) -> set[str]:
    """Everything one slip away: a letter gone, changed with the next, wrong, or added (Damerau 1964)."""
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    gone = {before + after[1:] for before, after in halves if after}
    changed = {before + after[1] + after[0] + after[2:] for before, after in halves if len(after) > 1}
    wrong = {before + letter + after[1:] for before, after in halves if after for letter in ascii_lowercase}
    added = {before + letter + after for before, after in halves for letter in ascii_lowercase}
    return gone | changed | wrong | added


def _divide(letters: str) -> list[str]:
    """The only way to read `letters` as four listed words run together; empty if there is none, or more than one."""
    ways = list(_ways(letters, WORDS_IN_A_CODE)) if len(letters) <= LONGEST_WORD * WORDS_IN_A_CODE else []
    return ways[0] if len(ways) == 1 else []


def _ways(letters: str, count: int) -> Iterator[list[str]]:
    if count == 0 and not letters:
        yield []
    for end in range(SHORTEST_WORD, min(LONGEST_WORD, len(letters)) + 1) if count else ():
        if letters[:end] in _listed():
            yield from ([letters[:end], *rest] for rest in _ways(letters[end:], count - 1))
