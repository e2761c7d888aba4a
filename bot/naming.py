"""What an option may be called when it is typed: its label, its name, a word that means it, a number. Pure."""

from collections.abc import Iterable, Mapping

from bot.conversation import Conversation
from bot.rendering import file_of, option_words
from bot.steps import Choice, Question, Review
from content.words import Words


def names_of(step: Question, lines: Iterable[str], conversation: Conversation, words: Words) -> dict[str, str]:
    """All that an option of this step may be called, in plain spelling, with the option each stands for.

    `lines` are those of the read-back, which have a name and no label.
    """
    plain, file, named = words.typed.plain_label, file_of(step, conversation), dict[str, str]()
    labels = {plain(option_words(step, option, file, words)): option for option in step.closed}
    named |= _without_leading(labels, words)
    for option in step.closed:
        for word in words.words_for.get(option, ()):
            if len(words.synonyms[word].intersection(step.closed)) == 1:  # else it could be another of them
                named[word] = option
    return named | {plain(option): option for option in (*step.closed, *lines)} | labels


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
