"""The vetted answers of a language and what is known of the questions they answer, read from content/<language>/.

`answers.toml` holds the answers. `questions/` holds, a line each, how people put each question (and what is none of
ours), the spellings and meanings that are taken for one, and `learned.zip`: what was learned from all of these. Only
reading here.
"""

import hashlib
import json
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from content.words import FOLDER, ContentError, load

FILE = "answers"
OF_A_TOPIC = ".answer"
OUTSIDE = "outside"
"""The folder of what is none of ours: `asked` and `told`, that is questions and what is said in answer."""
TOLD = "told"
SAID = "~ "
"""How a line begins that tells rather than asks: it fits the topic, but could be somebody's answer."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to put a question, or something that is none of ours."""

    text: str
    topic: str | None
    """None for what has no answer here."""
    asks: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which spellings stand for which words, and which words for one meaning."""

    spellings: Mapping[str, str]
    meanings: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from the phrasings: numbers only. `bot.hearing.answering` says how they are used.

    `weights` has a row of signed bytes for each feature, a byte for each output.
    """

    made_of: str
    outputs: tuple[str, ...]
    biases: tuple[float, ...]
    features: Mapping[str, int]
    weights: memoryview
    weight_unit: float
    known: tuple[str, ...]


def topics(language: str) -> frozenset[str]:
    """What there is a vetted answer to; nothing when the language has none. Raises ContentError for no language."""
    keys = load(language).keys(FILE)
    return frozenset(key.removesuffix(OF_A_TOPIC) for key in keys if key.endswith(OF_A_TOPIC))


@cache
def vocabulary(language: str) -> Vocabulary:
    """The spellings and meanings of a language. Raises ContentError when a file cannot be read."""
    spellings = {left: right for table in _table(language, "spellings").values() for left, right in table.items()}
    meanings = {
        meaning: tuple(" ".join(phrase.split()) for phrase in phrases.split(","))
        for meaning, phrases in _table(language, "meanings").items()
    }
    return Vocabulary(spellings, meanings)


def phrasings(language: str) -> tuple[Phrasing, ...]:
    """All phrasings of a language, each once."""
    found: dict[str, Phrasing] = {}
    for path in sorted(_folder(language).rglob("*.txt")):
        outside = path.parent.name == OUTSIDE
        for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
            asks = path.stem != TOLD if outside else not line.startswith(SAID)
            text = line.removeprefix(SAID)
            found.setdefault(text, Phrasing(text, None if outside else path.stem, asks))
    return tuple(found.values())


def fingerprint(language: str) -> str:
    """Changes with every change of the phrasings, spellings or meanings: what was learned is then out of date."""
    digest = hashlib.sha256()
    for path in sorted([*_folder(language).rglob("*.txt"), *_folder(language).glob("*.toml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def learned_file(language: str) -> Path:
    """Where what was learned is kept."""
    return _folder(language) / "learned.zip"


@cache
def learned(language: str) -> Learned | None:
    """What was learned in this language; None when nothing was. Raises ContentError when the file is broken."""
    return read_learned(learned_file(language))


def read_learned(path: Path) -> Learned | None:
    """What was learned, from a file of its own; None without the file. Raises ContentError when it is broken."""
    if not path.exists():
        return None
    with _archive(path) as archive:
        about = json.loads(archive.read("about.json"))
        return Learned(
            made_of=about["made_of"],
            outputs=tuple(about["outputs"]),
            biases=tuple(about["biases"]),
            features=_numbered(_lines(archive, "features")),
            weights=_bytes(archive, "weights"),
            weight_unit=about["weight_unit"],
            known=tuple(_lines(archive, "known")),
        )


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ContentError(f"content/{path.parts[-3]}/questions/{path.name} cannot be read: {error}") from error


def _lines(archive: zipfile.ZipFile, name: str) -> list[str]:
    return archive.read(f"{name}.txt").decode().split("\n")


def _bytes(archive: zipfile.ZipFile, name: str) -> memoryview:
    return memoryview(archive.read(f"{name}.bin")).cast("b")


def _numbered(lines: Sequence[str]) -> dict[str, int]:
    return {line: number for number, line in enumerate(lines)}


def _table(language: str, name: str) -> dict[str, Any]:
    path = _folder(language) / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"content/{language}/questions/{path.name}: {error}") from error


def _folder(language: str) -> Path:
    return FOLDER / language / "questions"
