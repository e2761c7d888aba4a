"""`cairn ask`: what the chat would make of typed words: a command, a topic with a vetted answer, signs of danger."""

import json
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console

from bot.hearing import answering, safety_rules, safety_signs
from bot.reading import command_anywhere, is_our_own
from content import words
from policy.danger import HEARD_EVERYWHERE
from policy.settings import Settings

Made = dict[str, str | tuple[str, ...] | None]
ALSO_ASKED = frozenset({None, "erase"})
"""Commands beside which the topic is told: who wants their data erased is near a question of that as well."""
NOTHING = "-"


def ask(texts: Iterable[str], settings: Settings, console: Console, *, as_json: bool) -> None:
    """Print a line for each text. Nothing is kept of them, and nobody is told."""
    make = _maker(settings.language)
    for text in texts:
        made = make(text)
        console.print(json.dumps(made) if as_json else _shown(made), markup=False)


def lines(typed: Iterable[str]) -> Iterator[str]:
    """The lines of an input, without what ends them."""
    return (line.rstrip("\r\n") for line in typed)


def _maker(language: str) -> Callable[[str], Made]:
    """All that has to be read is read once, however many lines come."""
    held, find = words.load(language), answering.load(language).find
    rules = safety_rules.load_all(words.languages())

    def made(text: str) -> Made:
        command = command_anywhere(text, held)
        topics = find(text).topics if command in ALSO_ASKED else ()
        return {
            "command": command,
            "topic": topics[0] if topics else None,
            "safety": safety_signs.in_any(
                text, rules, hears=not is_our_own(text, held), spoken=language, heard_too=HEARD_EVERYWHERE
            ),
        }

    return made


def _shown(made: Made) -> str:
    return "  ".join(f"{name}: {', '.join(_several(value)) or NOTHING}" for name, value in made.items())


def _several(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()
