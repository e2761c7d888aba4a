"""The phrases that whoever answers for the words has agreed on, sent to a person as they stand, in their language.

Here may live which there are; their words are in `content/<language>/desk_phrases.toml`, checked and signed as all that
a person reads.
"""

from typing import NamedTuple

from content import words

FILE = "desk_phrases"
NAMES = ("ask_time", "will_call", "how_are_you", "no_hurry", "closing")


class Phrase(NamedTuple):
    """One of them."""

    name: str
    text: str
    language: str
    """What it is in: the person's language, or the reference where theirs has no such phrase; the page marks which."""


def phrases(language: str) -> tuple[Phrase, ...]:
    """All of them for somebody whose referral is in this language, in the order a contact usually takes."""
    offered = words.load(language) if language in words.languages() else words.load(words.REFERENCE)
    return tuple(_phrase(name, offered) for name in NAMES)


def _phrase(name: str, offered: words.Words) -> Phrase:
    found = offered.find(FILE, f"phrases.{name}")
    if found is not None:
        return Phrase(name, found, offered.language)
    return Phrase(name, words.load(words.REFERENCE).text(FILE, f"phrases.{name}"), words.REFERENCE)
