"""Signs of danger that no rule names: whether a message is like those that are known to hold one. Pure.

It stands beside the rules (`bot.hearing.safety_rules`), which say what is surely a sign, for danger is told in more
ways than anybody can write down. What it was learned from is in `tests/safety/`, to be read and signed like the rules;
it was never anything a person wrote. Like a rule it only ever adds a card and a flag; and it keeps a rule from taking a
turn of phrase for a sign.
"""

from functools import cache
from operator import itemgetter

from bot.hearing.answering import likelihood, summed
from bot.hearing.answering_features import Reader, plain_words
from content import answers, safety
from content.answers import Learned, Vocabulary

ANY = "_any"
"""The output that is no kind: that there is a sign of something."""
IS_SIGN = 0.55
"""How likely it has to be. To miss a cry is worse than to show a card too often: of messages with no sign about one in
twelve shows one."""
IS_HARMLESS = 0.05
"""Below this likelihood, of the whole and of every stretch of it, what a rule sees is taken for a turn of phrase."""
STRETCH = 12
"""Words of a stretch: a cry in the midst of a long message is not drowned by what stands around it."""
OF_ITS_WORDS = 0.25
"""In a conversation in another language, more than this share of the words has to be known here: else they are that
other language's, and like nothing this was taught."""
FEWEST_WORDS = 3
"""A name, a place or a yes is shorter."""


def is_long_enough(typed: str) -> bool:
    """Whether there is enough of it to be like anything."""
    return len(plain_words(typed)) >= FEWEST_WORDS


class Hearing:
    """Hears signs in typed words of one language."""

    def __init__(self, learned: Learned, vocabulary: Vocabulary) -> None:
        self._learned = learned
        self._reader = Reader(vocabulary.spellings, vocabulary.meanings, learned.known)

    def kind(self, typed: str) -> str | None:
        """The kind of danger these words are most like a sign of; None when they are like none."""
        if not is_long_enough(typed):
            return None
        sums = self._sums(typed)
        if likelihood(sums.pop(ANY)) < IS_SIGN:
            return None
        return max(sums.items(), key=itemgetter(1))[0]

    def is_harmless(self, typed: str) -> bool:
        """Whether these words, whole and in part, are like those that hold no sign and like none that do."""
        words = plain_words(typed)
        if len(words) <= FEWEST_WORDS:
            return False
        half = STRETCH // 2
        stretches = [" ".join(words[at : at + STRETCH]) for at in range(0, max(1, len(words) - half), half)]
        return all(likelihood(self._sums(each)[ANY]) < IS_HARMLESS for each in (typed, *stretches))

    def is_taught(self, typed: str) -> bool:
        """Whether these words are in the language of this hearing, as far as it can tell."""
        words = plain_words(typed)
        return sum(word in self._learned.known for word in words) > OF_ITS_WORDS * len(words)

    def _sums(self, typed: str) -> dict[str, float]:
        return dict(zip(self._learned.outputs, summed(self._learned, self._reader.features(typed)), strict=True))


@cache
def load(language: str) -> Hearing | None:
    """The hearing of a language, read once; None when nothing was learned in it. Raises ContentError."""
    learned = answers.read_learned(safety.learned_file(language))
    return Hearing(learned, answers.vocabulary(language)) if learned else None
