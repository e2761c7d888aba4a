"""What a language says of typed words beside commands and options: spellings, politeness, numbers, what tells nothing.

Read from its `language.toml`. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from content.phrases import normalise, said_in_full

Phrases = frozenset[str]
MOST_LABELS = 4096


@dataclass(frozen=True, slots=True)
class Around:
    """What may stand before and after words without changing them, in plain spelling."""

    before: Phrases
    after: Phrases
    longest: int
    """Words in the longest of them."""


class Typed:
    """How typed words of one language are taken."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        self._about = about
        self.plain_label = lru_cache(MOST_LABELS)(self.plain)
        """The same as `plain`, remembered: for what we write on buttons, never for what people type."""
        spelled = about.get("spellings", {}).items()
        self._meant = {normalise(word): normalise(meant) for meant, words in spelled for word in words}
        around = about.get("around", {})
        self.around_options = self._around(around.get("before", ()), around.get("after", ()))
        self.around_commands = self._around(
            (*around.get("before", ()), *around.get("before_commands", ())),
            (*around.get("after", ()), *around.get("after_commands", ())),
        )
        self.around_numbers = self._around(
            (*around.get("before", ()), *around.get("before_numbers", ())),
            (*around.get("after", ()), *around.get("after_numbers", ())),
        )
        self.surely = self._plain_of(around.get("surely", ()))
        """Of what stands around, that which never changes anything, whatever it stands at."""
        self.said_alone = self._plain_of(around.get("said_alone", ()))
        """Words that may mean something else once more than that stands around them."""
        self.no_slips = self._plain_of(around.get("no_slips", ()))
        """Words that are meant as they stand, though a command is only a letter away."""
        self.leading = self._plain_of(around.get("leading", ()))
        """With which a label may begin, and need not when it is typed: "in", "through"."""
        answers = about.get("answers", {})
        self.may_be_answers = self._plain_of(answers.get("may_be", ()))
        """Commands that are the answer where one is typed."""
        self.no_answers = self._plain_of(answers.get("none", ()))
        """What says, where an answer is typed, that there is none."""
        self.to_somebody = self._plain_of(answers.get("to_somebody", ()))
        """Commands that are words like any others where somebody at the desk reads them."""
        self.all_of_them = self._plain_of(answers.get("all", ()))
        """What chooses all options where several may be chosen."""
        questions = about.get("questions", {})
        self.question_words = frozenset(map(normalise, questions.get("begin_with", ())))
        """With which a question begins."""
        self.names_too = frozenset(map(normalise, questions.get("names_too", ())))
        """Those of them that a name or a place begins with as well."""

    def plain(self, typed: str) -> str:
        """What was typed, as it is compared in this language: each word in the spelling all of its spellings share."""
        return self.respelled(normalise(typed))

    def respelled(self, plain: str) -> str:
        return " ".join(self._meant.get(word, word) for word in plain.split())

    def plain_phrases(self, written: Iterable[str]) -> tuple[str, ...]:
        """All that these stand for, as it is compared."""
        return tuple(self.plain(each) for phrase in written for each in said_in_full(phrase))

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Words for numbers, first and second among them."""
        table = self._about.get("numbers", {})
        found: dict[str, int] = {}
        for key, first, step in (("cardinals", 1, 1), ("ordinals", 1, 1), ("tens", 20, 10)):
            for place, written in enumerate(table.get(key, ())):
                found |= dict.fromkeys(self.plain_phrases([written]), first + step * place)
        return found

    @cached_property
    def ordinals(self) -> Phrases:
        return self._plain_of(self._about.get("numbers", {}).get("ordinals", ()))

    @cached_property
    def counted(self) -> Phrases:
        """What is counted, after a word like "third": "one", "option"."""
        return self._plain_of(self._about.get("numbers", {}).get("counted", ()))

    def _plain_of(self, written: Iterable[str]) -> Phrases:
        return frozenset(self.plain_phrases(written))

    def _around(self, before: Iterable[str], after: Iterable[str]) -> Around:
        held = self._plain_of(before), self._plain_of(after)
        return Around(*held, max((each.count(" ") + 1 for phrases in held for each in phrases), default=0))
