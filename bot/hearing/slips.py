"""Slips of the finger: whether a typed word is another one, save for one letter; and letters made long, set apart, or
replaced by a digit. Pure, and knows no word."""

import re
from collections.abc import Iterator

LONG = 5
"""From so many letters on a word may have a letter wrong, missing or too many; a shorter one only letters swapped."""
STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
SET_APART = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){2,}")
AS_A_DIGIT = str.maketrans("013457", "oieast")
A_DIGIT_WITHIN = re.compile(r"\b[^\W\d_]+[013457]+[^\W\d_]*\b")


def unstretched(plain: str) -> Iterator[str]:
    """The other spellings of words that were typed with force, or so as not to be read by somebody else.

    >>> list(unstretched("stooop")), list(unstretched("s t o p")), list(unstretched("st0p"))
    (['stop', 'stoop'], ['stop'], ['stop'])
    """
    if STRETCHED.search(plain):
        yield STRETCHED.sub(r"\1", plain)
        yield STRETCHED.sub(r"\1\1", plain)
    if SET_APART.fullmatch(plain) and all(len(set(word)) == 1 for word in plain.split()):
        yield "".join(word[0] for word in plain.split())
    if A_DIGIT_WITHIN.search(plain):
        yield A_DIGIT_WITHIN.sub(lambda found: found[0].translate(AS_A_DIGIT), plain)


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter was left out, added or changed, or two were swapped.

    >>> is_one_slip("freind", "friend"), is_one_slip("frnd", "friend")
    (True, False)
    """
    if len(typed) > len(meant):
        typed, meant = meant, typed
    start = next((place for place, letter in enumerate(typed) if letter != meant[place]), len(typed))
    if len(typed) < len(meant):
        return typed[start:] == meant[start + 1 :]
    rest = typed[start + 1 :], meant[start + 1 :]
    swapped = typed[start : start + 2] == meant[start : start + 2][::-1]
    return rest[0] == rest[1] or (swapped and rest[0][1:] == rest[1][1:])


def may_mean(typed: str, meant: str) -> bool:
    """Whether a word typed by itself may be taken for this one. Its first letter, and a short word, are trusted."""
    if typed == meant:
        return True
    if not typed or typed[0] != meant[0] or not is_one_slip(typed, meant):
        return False
    return len(meant) >= LONG or sorted(typed) == sorted(meant)
