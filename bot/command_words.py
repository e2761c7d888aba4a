"""Which standing command, or which of some phrases, a whole typed message is. Pure; the words are those of a language.

Never a part of a message: "stop" is a command, "stop him contacting me" is not. What may stand around a phrase is
politeness ("please", "can I", "thanks"); and a slip may be in it, where it cannot be somebody's answer.
"""

from collections.abc import Collection, Iterable, Iterator

from bot.slips import may_mean
from content.words import Words, normalise

MOST_CHARS = 200
"""No phrase and all its politeness is longer."""


def command_of(typed: str, words: Words) -> str | None:
    """The command that this whole message is, or None."""
    if found := words.signed(typed):
        return found
    if typed.lstrip().startswith("/"):
        typed = typed.split(maxsplit=1)[0].split("@", 1)[0] if typed.strip() != "/" else typed
    for number, core in enumerate(_cores(typed, words)):
        if (found := words.command(core)) and (number == 0 or core not in words.said_alone):
            return found
    return None


def phrase_of(typed: str, phrases: Collection[str], words: Words) -> str | None:
    """Which of these phrases, in plain spelling, this whole message is, or None."""
    for number, core in enumerate(_cores(typed, words)):
        if core in phrases and (number == 0 or core not in words.said_alone):
            return core
    return None


def slip_of(typed: str, phrases: Iterable[str], words: Words) -> str | None:
    """The one of these phrases that this whole message is once slips are put right; None also where two could be."""
    held = [phrase for phrase in phrases if phrase not in words.said_alone]
    for core in _cores(typed, words):
        found = {phrase for phrase in held if _is(core, phrase, words)}
        if len(found) == 1:
            return found.pop()
    return None


def _cores(typed: str, words: Words) -> Iterator[str]:
    """What was typed, in plain spelling, then the same without more and more of the politeness around it."""
    shorter = normalise(typed) if len(typed) <= MOST_CHARS else None
    while shorter:
        yield shorter
        shorter = _without_one(shorter, words)


def _without_one(plain: str, words: Words) -> str | None:
    for each in words.polite_after:
        if plain.endswith(f" {each}"):
            return plain[: -len(each) - 1]
    for each in words.polite_before:
        if plain.startswith(f"{each} "):
            return plain[len(each) + 1 :]
    return None


def _is(core: str, phrase: str, words: Words) -> bool:
    """Whether this is the phrase, with at most a slip in each of its words."""
    if abs(len(core) - len(phrase)) > 1:
        return False
    typed, meant = core.split(), phrase.split()
    return len(typed) == len(meant) and all(
        one == other or (one not in words.no_slips and may_mean(one, other))
        for one, other in zip(typed, meant, strict=True)
    )
