"""Phrases as a writer puts them down in language.toml, what each stands for, and how typed words are compared. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

SIGN = "So"
BESIDE_A_SIGN = frozenset({"Sk", "Mn", "Me", "Cf"})
"""Categories of Unicode: a sign; and what may stand beside it, such as a colour of skin or what joins two to one."""
NO_LETTERS = re.compile(r"[^\w]+")
STROKES = str.maketrans("łø", "lo")
"""Letters with a stroke, which Unicode does not take apart into a letter and a mark."""


def normalise(typed: str) -> str:
    """What was typed, as it is compared: no accents of case, marks on letters, punctuation, emoji or white space.

    >>> normalise("  STOP!! ")
    'stop'
    >>> normalise("Proszę przestać")
    'prosze przestac'
    """
    plain = without_marks(typed.casefold()).casefold()  # again: a capital can come out of a sign, such as one in a box
    return " ".join(NO_LETTERS.sub(" ", plain.replace("'", "").replace("\u2019", "")).split())


def signs_in(typed: str) -> frozenset[str]:
    """The signs, such as emoji, of a message that has nothing else in it, each once and of no colour of skin.

    >>> sorted(signs_in(" 👍🏽👍 ❤️"))
    ['❤', '👍']
    >>> sorted(signs_in("👍 ok")), sorted(signs_in("?!"))
    ([], [])
    """
    kinds = {each: unicodedata.category(each) for each in typed if not each.isspace()}
    is_alone = set(kinds.values()) <= {SIGN, *BESIDE_A_SIGN}
    return frozenset(each for each, kind in kinds.items() if kind == SIGN) if is_alone else frozenset()


def without_marks(text: str) -> str:
    """The same in plain letters: many people type ą as a, é as e, أ as ا."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text).translate(STROKES)
    return unicodedata.normalize("NFKC", "".join(each for each in apart if not unicodedata.combining(each)))


def said_in_full(written: str) -> Iterator[str]:
    """Every phrase that this stands for: `a/b` is either word, `(a)` may be missing, `_` holds words together.

    >>> list(said_in_full("(please) stop/end this_chat"))
    ['please stop this chat', 'please end this chat', 'stop this chat', 'end this chat']
    """
    for words in product(*map(_ways, written.split())):
        yield " ".join(filter(None, words))


def in_full(table: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The same of every phrase in a table of a name and its phrases."""
    return {name: tuple(each for phrase in written for each in said_in_full(phrase)) for name, written in table.items()}


def _ways(part: str) -> tuple[str, ...]:
    if part.startswith("/"):  # as a command is typed in Telegram
        return (part,)
    ways = part.strip("()").replace("_", " ").split("/")
    return (*ways, "") if part.startswith("(") else tuple(ways)
