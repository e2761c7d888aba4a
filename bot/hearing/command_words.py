"""Which standing command, or which of some phrases, a whole typed message is. Pure; the words are those of a language.

Never a part of a message: "stop" is a command, "stop him contacting me" is not. What may stand around a phrase is
politeness ("please", "can I", "thanks"); and a slip may be in it, where it cannot be somebody's answer.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from bot.hearing.slips import may_mean, unstretched
from content.typed import Around
from content.words import Words

MOST_CHARS = 200
"""No phrase and all its politeness is longer."""
QUESTION_MARKS = frozenset("?\u061f!")
WHAT = "why"
"""The command that nothing but a question mark is."""


class Core(NamedTuple):
    """A message in plain spelling, with some of the politeness around it taken off."""

    text: str
    is_sure: bool
    """Whether nothing was taken off but what never changes anything, like "please"."""


class Match(NamedTuple):
    """What a whole message is."""

    meaning: str
    phrase: str

    @property
    def length(self) -> int:
        """Of two things that a message could be, the one with more of it in its phrase is meant."""
        return len(self.phrase)


class Message:
    """A whole typed message, put into plain spelling once, however much is asked of it."""

    def __init__(self, typed: str, words: Words) -> None:
        self.typed, self.words = typed, words
        self._cores: dict[Around, list[Core]] = {}

    @cached_property
    def plain(self) -> str:
        return self.words.typed.plain(self.typed)

    @cached_property
    def command(self) -> Match | None:
        """The command that this whole message is, with the phrase that it is; or None."""
        words, bare = self.words, self.typed.strip()
        if found := words.signed(bare):
            return Match(found, self.typed)
        if bare and bare[0] in "?\u061f" and set(bare) <= QUESTION_MARKS:
            return Match(WHAT, bare)
        is_named = bare.startswith("/") and bare != "/"
        message = Message(bare.split(maxsplit=1)[0].split("@", 1)[0], words) if is_named else self
        for core in message.cores(words.typed.around_commands):
            if (found := words.command(core.text)) and (core.is_sure or core.text not in words.typed.said_alone):
                return Match(found, core.text)
        return None

    def cores(self, around: Around) -> list[Core]:
        """The message in plain spelling, then the same without more and more of what stands around it."""
        if len(self.typed) > MOST_CHARS:
            return []
        found = self._cores.get(around)
        if found is None:
            found = self._cores[around] = []
            for spelled in (self.plain, *map(self.words.typed.respelled, unstretched(self.plain))):
                found += _shorter(spelled, around, self.words)
        return found


def command_of(typed: str, words: Words) -> str | None:
    """The command that this whole message is, or None."""
    found = Message(typed, words).command
    return found.meaning if found else None


def match_of(message: Message, meanings: Mapping[str, str]) -> Match | None:
    """Which of these phrases, in plain spelling, this whole message is, and what that one means; or None."""
    about = message.words.typed
    for core in message.cores(about.around_options):
        if core.text in meanings and (core.is_sure or core.text not in about.said_alone):
            return Match(meanings[core.text], core.text)
    return None


def is_one_of(message: Message, phrases: Collection[str]) -> bool:
    """Whether this whole message is one of these phrases, in plain spelling."""
    return any(core.text in phrases for core in message.cores(message.words.typed.around_options))


def slip_of(message: Message, meanings: Mapping[str, str], around: Around) -> Match | None:
    """The one of these that this whole message is once slips are put right; None also where two could be."""
    held = [phrase for phrase in meanings if phrase not in message.words.typed.said_alone]
    for core in message.cores(around):
        found = {phrase for phrase in held if _is(core.text, phrase, message.words)}
        if len({meanings[phrase] for phrase in found}) == 1:
            phrase = found.pop()
            return Match(meanings[phrase], phrase)
    return None


def _shorter(spelled: str, around: Around, words: Words) -> Iterator[Core]:
    tokens, is_sure = spelled.split(), True
    while tokens:
        yield Core(" ".join(tokens), is_sure)
        taken, tokens = _without_one(tokens, around)
        is_sure = is_sure and taken in words.typed.surely


def _without_one(tokens: list[str], around: Around) -> tuple[str, list[str]]:
    """The longest of what stands after, or else before, and the rest; nothing is left where nothing is taken off."""
    for count in range(min(around.longest, len(tokens) - 1), 0, -1):
        if (end := " ".join(tokens[-count:])) in around.after:
            return end, tokens[:-count]
    for count in range(min(around.longest, len(tokens) - 1), 0, -1):
        if (start := " ".join(tokens[:count])) in around.before:
            return start, tokens[count:]
    return "", []


def _is(core: str, phrase: str, words: Words) -> bool:
    """Whether this is the phrase, with at most a slip in each of its words."""
    if abs(len(core) - len(phrase)) > 1:
        return False
    typed, meant = core.split(), phrase.split()
    return len(typed) == len(meant) and all(
        one == other or (one not in words.typed.no_slips and may_mean(one, other))
        for one, other in zip(typed, meant, strict=True)
    )
