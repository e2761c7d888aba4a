"""Signs of danger that no rule names: whether a message is like those that are known to hold one. Pure.

It stands beside the rules (`bot.safety_rules`), which say what is surely a sign, for danger is told in more ways than
anybody can write down. What it was learned from is in `tests/safety/`, to be read and signed like the rules; it was
never anything a person wrote. Like a rule it only ever adds a card and a flag.
"""

from functools import cache
from operator import itemgetter

from bot.answering import likelihood, summed
from bot.answering_features import Reader, plain_words
from content import answers, safety
from content.answers import Learned, Vocabulary

ANY = "_any"
"""The output that is no kind: that there is a sign of something."""
IS_SIGN = 0.55
"""How likely it has to be. To miss a cry is worse than to show a card too often: of messages with no sign about one in
fourteen shows one."""
FEWEST_WORDS = 3
"""A name, a place or a yes is shorter."""


class Hearing:
    """Hears signs in typed words of one language."""

    def __init__(self, learned: Learned, vocabulary: Vocabulary) -> None:
        self._learned = learned
        self._reader = Reader(vocabulary.spellings, vocabulary.meanings, learned.known)

    def kind(self, typed: str) -> str | None:
        """The kind of danger these words are most like a sign of; None when they are like none."""
        if len(plain_words(typed)) < FEWEST_WORDS:
            return None
        noticed = self._reader.features(typed)
        sums = dict(zip(self._learned.outputs, summed(self._learned, noticed), strict=True))
        if likelihood(sums.pop(ANY)) < IS_SIGN:
            return None
        return max(sums.items(), key=itemgetter(1))[0]


@cache
def load(language: str) -> Hearing | None:
    """The hearing of a language, read once; None when nothing was learned in it. Raises ContentError."""
    learned = answers.read_learned(safety.learned_file(language))
    return Hearing(learned, answers.vocabulary(language)) if learned else None
