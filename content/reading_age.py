"""Whether a nine-year-old could read what a person reads. Pure; textstat measures.

English is measured by the automated readability index, which needs no list of words: it counts letters a word and words
a sentence. Its table gives scores up to 5 to children of nine to ten (Smith and Senter 1967), so that is the most.
No formula of textstat was made for our other languages: of those the sentences are counted, and the rest is for whoever
signs them.
"""

import re
from collections.abc import Iterator

import textstat

from content.wording import HARDER_TO_READ, NO_SENTENCES, place
from content.words import FOR_STAFF, Words

MOST_GRADE = 5.0
MOST_WORDS_A_SENTENCE = 20  # on average in a text: the outer limit of plain language (domain.md 3.2)
GRADED = frozenset({"en"})
"""Languages the index was made for."""
FEWEST_WORDS = 4
"""A text of fewer words says nothing of how it reads."""
PLACEHOLDER = re.compile(r"\{\w+\}")
SENTENCES = re.compile(
    r"(^|\.)(ask|hint|why|say|text|answer|head|tail)$|^(notes|service|come_back|how_to_change|trouble)\."
)
"""Names of texts that are sentences; labels and single words cannot be measured."""


def hard_to_read(words: Words) -> list[str]:
    """Every text that is harder than it may be, but those of `HARDER_TO_READ`, with what it measures."""
    if words.language in GRADED:
        return [
            f"{place(words, file, key.rpartition('.')[0])} '{key.rpartition('.')[2]}': reads like school grade "
            f"{grade:.1f}. Use shorter words and sentences: {MOST_GRADE:g} at most."
            for (file, key), grade in graded(words)
            if grade > MOST_GRADE and (file, key) not in HARDER_TO_READ
        ]
    return [
        f"{place(words, file, key.rpartition('.')[0])} '{key.rpartition('.')[2]}': {length:.0f} words a sentence. "
        f"Use {MOST_WORDS_A_SENTENCE} at most."
        for (file, key), text in _texts(words)
        if (length := textstat.words_per_sentence(text)) > MOST_WORDS_A_SENTENCE
    ]


def graded(words: Words) -> Iterator[tuple[tuple[str, str], float]]:
    """Each text by file and name, with the school grade it reads like."""
    for name, text in _texts(words):
        yield name, textstat.automated_readability_index(text)


def _texts(words: Words) -> Iterator[tuple[tuple[str, str], str]]:
    for file in sorted(set(words.files) - FOR_STAFF - NO_SENTENCES - {"language"}):
        for key in sorted(words.keys(file)):
            text = words.text(file, key)
            if SENTENCES.search(key) and len(PLACEHOLDER.sub("", text).split()) >= FEWEST_WORDS:
                yield (file, key), PLACEHOLDER.sub("Monday", text.replace("{help_lines}", ""))
