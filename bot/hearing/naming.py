"""What an option may be called when it is typed: its label, its name, a word that means it, a number. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.conversation import Conversation
from bot.rendering import file_of, option_words
from bot.steps import Choice, Question, Review
from content.words import Words


def names_of(step: Question, lines: Iterable[str], conversation: Conversation, words: Words) -> dict[str, str]:
    """All that an option of this step may be called, in plain spelling, with the option each stands for.

    `lines` are those of the read-back, which have a name and no label.
    """
    file = file_of(step, conversation)
    labels = tuple(option_words(step, option, file, words) for option in step.closed)
    return {words.typed.plain_label(line): line for line in lines} | _names(step.closed, labels, words)


@lru_cache(512)
def _names(options: tuple[str, ...], labels: tuple[str, ...], words: Words) -> dict[str, str]:
    """The same for options with these labels: of a question it is always the same, and costs more than all the rest."""
    plain, named = words.typed.plain_label, dict[str, str]()
    labelled = {plain(label): option for label, option in zip(labels, options, strict=True)}
    named |= _without_leading(labelled, words)
    for option in options:
        for word in words.words_for.get(option, ()):
            if len(words.synonyms[word].intersection(options)) == 1:  # else it could be another of them
                named[word] = option
    return named | {plain(option): option for option in options} | labelled


def numbered(numbers: tuple[int, ...], step: Question, lines: tuple[str, ...]) -> tuple[str, ...]:
    """The options that these numbers stand for, or none where one of them stands for nothing."""
    # The read-back numbers its lines; Send has a word.
    options = lines if isinstance(step, Review) else step.closed
    if all(1 <= number <= len(options) for number in numbers):
        return tuple(options[number - 1] for number in numbers)
    spans = step.spans if isinstance(step, Choice) and len(numbers) == 1 else {}
    return tuple(option for option, (first, last) in spans.items() if first <= numbers[0] <= last)


def _without_leading(labels: Mapping[str, str], words: Words) -> dict[str, str]:
    """The labels without the small words they begin with ("In this chat"), where that leaves them apart."""
    named: dict[str, str] = {}
    doubled = set()
    for label, option in labels.items():
        first, _, rest = label.partition(" ")
        while rest and first in words.typed.leading:
            if rest in named:
                doubled.add(rest)
            named[rest] = option
            first, _, rest = rest.partition(" ")
    return {name: option for name, option in named.items() if name not in doubled}
