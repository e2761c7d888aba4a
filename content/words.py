"""Reading the words of a language from content/<language>/*.toml and giving them out by name. No word stands here.

A file has the name of its flow; a heading in it has the name of its step. `common.toml` holds what belongs to every
step, `language.toml` the language's name and the words that are standing commands. Words hold placeholders, no logic.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from content.phrases import in_full, normalise, signs_in
from content.typed import Typed

FOLDER = Path(__file__).parent
REFERENCE = "en"
"""The language the others are translated from, and in which staff read."""
RIGHT_TO_LEFT = "rtl"
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
"""Unicode's marks around what has a direction of its own (UAX #9): without them, a phone number in a line that runs
from right to left shows its groups of digits in the wrong order."""
FOR_STAFF = frozenset({"alerts", "contact_plan", "desk", "process", "taken_down"})
"""Files that nobody reads who asks for a talk."""
EVERYWHERE = frozenset({"stop", "help", "language"})
"""Commands that are obeyed in the words of any language there is, whichever one is spoken: the ways out."""
SHORT, BUTTON = ".short", "standing."
OPTIONS = "options."
MOST_OPTIONS = 4096
NOTHING: Mapping[str, str] = {}
AS_IN = "as_in"
"""At the head of a file: the other file whose words stand where this one has none of its own."""


class ContentError(Exception):
    """A writer's mistake: a text is missing, or holds a placeholder nobody fills. Raised at start."""


class Words:
    """All words of one language."""

    def __init__(self, language: str, files: Mapping[str, Mapping[str, Any]]) -> None:
        self.language = language
        self._texts = {file: dict(_flatten(table)) for file, table in files.items()}
        self._as_in = {file: texts.pop(AS_IN) for file, texts in self._texts.items() if AS_IN in texts}
        self._found = {file: self._with_others(file) for file in self._texts}
        """All that is found in a file: its own texts, and those of the file whose words stand where it has none."""
        self.option = lru_cache(MOST_OPTIONS)(self._option)
        """The label of an option, remembered: of file, step and option."""
        about = files["language"]
        self.name = str(about["name"])
        """As those who speak it call it."""
        self.direction = str(about.get("direction", "ltr"))
        self.is_right_to_left = self.direction == RIGHT_TO_LEFT
        self.is_whole = bool(about.get("whole", False))
        """Whether it claims to have every text. Where it does not, the chat says so before it goes on in another."""
        self.joins = tuple(about.get("joins", ()))
        """Words that join two things chosen together, such as "and"."""
        self.files = tuple(sorted(files))
        self.typed = Typed(about)
        """What it says of typed words besides."""
        self.commands = _by_word(in_full(about["commands"]), self.typed)
        """For each word or phrase that is a standing command when it is a whole message: which."""
        self.signs = {sign: command for command, signs in about.get("signs", {}).items() for sign in signs}
        """The same of signs."""
        synonyms = in_full(about.get("synonyms", {}))
        self.words_for = {name: self.typed.plain_phrases(each) for name, each in synonyms.items()}
        """For each option that has any: the words and phrases that mean it where it is offered."""
        self.synonyms = _options_by_word(self.words_for)
        """The same the other way round."""

    def find(self, file: str, key: str) -> str | None:
        """The text of this name (`step.key`), or None. Where a file says so, the words of another stand for its own."""
        return self._found.get(file, NOTHING).get(key)

    def file_with(self, file: str, key: str) -> str | None:
        """The file in which the text of this name stands, looked for as `find` does, and in that for all steps last."""
        if key in self._texts.get(file, {}):
            return file
        if file in self._as_in:
            return self.file_with(self._as_in[file], key)
        shared = key.partition(".")[2]
        return "common" if shared in self._texts.get("common", {}) else None

    def text(self, file: str, key: str) -> str:
        """The text of this name. Raises ContentError when there is none."""
        found = self.find(file, key)
        if found is None:
            raise ContentError(f"content/{self.language}/{file}.toml has no '{key}'")
        return found

    def common(self, key: str) -> str:
        """A text that belongs to every step."""
        return self.text("common", key)

    def _option(self, file: str, step: str, option: str) -> str:
        """The label of an option: its own, or the one this language has for it everywhere; where the option is another
        question of the file, its short title. A language is called as it calls itself.
        """
        if (file, step) == ("common", "language"):
            return names()[option]
        found = self.find(file, f"{step}.options.{option}") or self.find("common", f"options.{option}")
        found = found or self.find(file, f"{option}.short")
        return found if found is not None else self.text(file, f"{step}.options.{option}")

    def fill(self, text: str, values: Mapping[str, str]) -> str:
        """The text with its placeholders filled; where it runs from right to left, each of these stands by itself."""
        if self.is_right_to_left:
            values = {name: value if "\n" in value else _isolated(value) for name, value in values.items()}
        return text.format_map(values)

    def command(self, plain: str) -> str | None:
        """The standing command that a whole message in plain spelling is; a way out in the words of any language."""
        return self.commands.get(plain) or ways_out().get(plain)

    @cached_property
    def labels(self) -> frozenset[str]:
        """All that is written on a button of the chat, and every title of an answer, as it is compared when typed."""
        chat = (held for file, held in self._texts.items() if file not in FOR_STAFF)
        texts = ((key, text) for held in chat for key, text in held.items())
        return frozenset(self.typed.plain(text) for key, text in texts if _is_label(key))

    def signed(self, typed: str) -> str | None:
        """The standing command that a message of nothing but its sign is, once or more."""
        found = {signs().get(each) for each in signs_in(typed)}
        return found.pop() if len(found) == 1 else None

    def _with_others(self, file: str) -> dict[str, str]:
        others = self._with_others(self._as_in[file]) if file in self._as_in else {}
        return others | self._texts[file]

    def keys(self, file: str) -> frozenset[str]:
        """The names of all texts of a file."""
        return frozenset(self._texts.get(file, {}))


@cache
def languages() -> tuple[str, ...]:
    """The languages there are: a language exists because its folder does."""
    return tuple(sorted(file.parent.name for file in FOLDER.glob("*/language.toml")))


@cache
def names() -> Mapping[str, str]:
    """What each language calls itself."""
    return {language: load(language).name for language in languages()}


@cache
def names_in_any_language() -> Mapping[str, str]:
    """Which language somebody means who types its name, in whatever language they know it by."""
    found = {normalise(name): language for language, name in names().items()}
    for spoken, named in product(languages(), repeat=2):
        found |= dict.fromkeys(load(spoken).words_for.get(named, ()), named)
    return found


@cache
def yes_and_no() -> frozenset[str]:
    """A yes and a no in every language there is, by which somebody shows which one is theirs."""
    return frozenset(normalise(load(each).common(f"options.{said}")) for each in languages() for said in ("yes", "no"))


@cache
def ways_out() -> Mapping[str, str]:
    """The words of every language for the commands of `EVERYWHERE`."""
    found = (load(language).commands.items() for language in languages())
    return {word: command for each in found for word, command in each if command in EVERYWHERE}


@cache
def signs() -> Mapping[str, str]:
    """The signs that are commands. They mean the same in every language, whichever names them."""
    return {sign: command for language in languages() for sign, command in load(language).signs.items()}


@cache
def load(language: str) -> Words:
    """The words of a language. Raises ContentError when it does not exist or a file cannot be read."""
    if language not in languages():
        raise ContentError(f"There is no language '{language}'. There is: {', '.join(languages())}.")
    files = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        try:
            files[path.stem] = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ContentError(f"content/{language}/{path.name}: {error}") from error
    return Words(language, files)


def _isolated(value: str) -> str:
    return f"{ISOLATE}{value}{END_OF_ISOLATE}" if value else value


def _by_word(table: Mapping[str, Iterable[str]], typed: Typed) -> dict[str, str]:
    """By each word both as it is written and as it is compared."""
    by_word = {normalise(word): name for name, words in table.items() for word in words}
    return by_word | {typed.respelled(word): name for word, name in by_word.items()}


def _is_label(key: str) -> bool:
    return key.startswith((BUTTON, OPTIONS)) or key.endswith(SHORT) or f".{OPTIONS}" in key


def _options_by_word(table: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, words in table.items():
        for word in words:
            found[word] = found.get(word, frozenset()) | {name}
    return found


def _flatten(table: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += _flatten(value, f"{before}{key}.")
        elif isinstance(value, str):
            found.append((before + key, value.strip()))
    return found
