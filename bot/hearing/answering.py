"""Finding the vetted answer to what somebody typed, or none. Pure; a lookup of words that were written beforehand.

What is noticed in the words (`bot.hearing.answering_features`) is weighed. Each output of what was learned gives a sum
of weights: one for each topic, one for "this is ours at all" and one for "this asks". Below IS_OURS nothing is offered;
of two topics that are close both are.
"""

from dataclasses import dataclass
from functools import cache
from math import exp, hypot
from operator import itemgetter

from bot.hearing.answering_features import Reader
from content import answers as content_answers
from content.answers import Learned, Vocabulary

OURS, ASKS = "_ours", "_asks"
"""The outputs that are no topics."""
IS_OURS = 0.7
"""How likely it has to be that there is an answer at all. Chosen on the development part alone."""
IS_CLOSE = 0.33
"""From which share of the best topic's likelihood a second one is offered beside it."""
IS_SURE = 0.7
"""From which likelihood the best topic stands alone, whatever the second."""
IS_SURELY_OURS = 0.85
"""How likely it has to be where the words could be an answer instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """What typed words ask for."""

    topics: tuple[str, ...] = ()
    """None: there is no answer. One: this is it. Two: either of them, the likelier first."""
    is_question: bool = False
    """Whether it asks something, rather than answers."""
    is_sure: bool = False
    """Whether it asks for that one topic beyond doubt."""
    is_taught: bool = True
    """Whether anything was learned of how people ask in this language."""


NOTHING = Found()
UNTAUGHT = Found(is_taught=False)


class Answers:
    """Finds topics for typed words of one language. Without anything learned it never finds one."""

    def __init__(self, learned: Learned | None, vocabulary: Vocabulary) -> None:
        self._learned = learned
        known = learned.known if learned else ()
        self._reader = Reader(vocabulary.spellings, vocabulary.meanings, known)

    def find(self, typed: str) -> Found:
        """The topics these words ask for, and whether they ask at all. Takes any text, and never raises."""
        if self._learned is None:
            return UNTAUGHT
        noticed = self._reader.features(typed)
        if not noticed:
            return NOTHING
        sums = dict(zip(self._learned.outputs, summed(self._learned, noticed), strict=True))
        is_ours, asks = likelihood(sums.pop(OURS)), likelihood(sums.pop(ASKS))
        topics = _best(sums) if is_ours >= IS_OURS else ()
        is_sure = len(topics) == 1 and is_ours >= IS_SURELY_OURS and asks >= IS_SURELY_OURS
        return Found(topics, asks >= 0.5, is_sure)


@cache
def load(language: str) -> Answers:
    """The answers of a language, read once. Raises content.words.ContentError when a file cannot be read."""
    return Answers(content_answers.learned(language), content_answers.vocabulary(language))


def summed(learned: Learned, noticed: dict[str, float]) -> list[float]:
    """The sum of weights for each output. What is noticed has length 1, so a long message counts like a short one."""
    count = len(learned.outputs)
    sums = list(learned.biases)
    rows = [(row, weight) for name, weight in noticed.items() if (row := learned.features.get(name)) is not None]
    scale = learned.weight_unit / (hypot(*(weight for _, weight in rows)) or 1)
    for row, weight in rows:
        unit = weight * scale
        bytes_of_row = learned.weights[row * count : (row + 1) * count]
        sums = [total + unit * byte for total, byte in zip(sums, bytes_of_row, strict=True)]
    return sums


def _best(sums: dict[str, float]) -> tuple[str, ...]:
    most = max(sums.values())
    shares = {topic: exp(total - most) for topic, total in sums.items()}
    whole = sum(shares.values())
    (first, likely), (second, close) = sorted(shares.items(), key=itemgetter(1), reverse=True)[:2]
    return (first, second) if likely / whole < IS_SURE and close / likely >= IS_CLOSE else (first,)


def likelihood(total: float) -> float:
    """A sum of weights as a likelihood, between 0 and 1."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
