"""The rules for signs of danger, made ready from what `content/<language>/safety.toml` holds. Pure.

A phrase is written as people say it, with few marks: a name in CAPITALS stands for any word of that set, `..` for up to
three other words, `...` for up to eight, YEAR for a year, START and END for where a sentence starts and ends, `a/b`
for either word.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bot.hearing import safety_hearing
from bot.hearing.safety_finding import EDGES, END, GAPS, START, Finder, Part, Phrase
from bot.hearing.safety_hearing import Hearing
from bot.hearing.safety_words import YEAR, Spelling
from content import safety

KINDS = ("danger_now", "suicide", "self_harm", "child_at_risk", "followed_or_contacted")
"""What a sign may be of, in the order in which it is always told."""
NEGATED, WAS = "negated", "was"
"""What the words before a phrase may make of it: denied, or told of the past. Other circumstances are phrases."""
NAME = re.compile(r"[A-Z]")
OTHER_WORDS = 2
"""How many other words may stand between any two words of a sign."""
OF_A_RULE = frozenset({"name", "kind", "means", "phrases", "unless", "needs", "but_not", "not_between"})


class RulesError(Exception):
    """A writer's mistake in the rules. Raised when they are read, never in a conversation."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What phrases are a sign of, and what takes that meaning from them."""

    name: str
    kind: str
    unless: frozenset[str]
    """Circumstances in which it is no sign."""
    needs: frozenset[str]
    """Circumstances one of which has to be there."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a language, ready to be used by `bot.hearing.safety_signs`."""

    spelling: Spelling
    light: frozenset[str]
    """Words that may stand, or be missing, anywhere in a sign."""
    denying: frozenset[str]
    of_the_past: frozenset[str]
    let_through: frozenset[str]
    """Words over which a denial still reaches: "I do not [think I] want to"."""
    signs: Finder[Rule]
    but_not: Finder[Rule]
    idioms: Finder[str]
    around: Finder[str]
    """What stands around a sign, by the name of the circumstance."""
    hearing: Hearing | None = None
    """What stands beside the rules, for what none of them names."""
    language: str = ""


@cache
def load(language: str) -> Rules:
    """The rules of a language, read once: there are thousands of phrases. Raises RulesError and ContentError."""
    return replace(read_rules(safety.load(language)), hearing=safety_hearing.load(language), language=language)


def load_all(languages: Iterable[str]) -> tuple[Rules, ...]:
    """The rules of all these languages that have some: words of danger count in whichever language they are typed."""
    return tuple(load(language) for language in languages if "rules" in safety.load(language))


def read_rules(table: Mapping[str, Any]) -> Rules:
    """The rules that this table, as `tomllib` reads it, holds. Raises RulesError, saying where, when one is wrong."""
    try:
        reader = _Reader(Spelling(table["spellings"], table["endings"]), table["sets"])
        around = [(name, each) for name, written in table["around"].items() for each in reader.whole(name, written)]
        idioms = [("", each) for each in reader.whole("idioms", table["sayings"]["idioms"])]
        rules = [(_rule(row, {*table["around"], NEGATED, WAS}), row) for row in table["rules"]]
        signs = [(rule, each) for rule, row in rules for each in reader.of_a_sign(row)]
        but_not = [(rule, each) for rule, row in rules for each in reader.whole(rule.name, row.get("but_not", ()))]
        held = (*around, *idioms, *signs, *but_not)
        known = {word for _, phrase in held for part in phrase.parts for word in part.words}
        slips = {name: " ".join(lines).split() for name, lines in table["slips"].items()}
        spelling = Spelling(table["spellings"], table["endings"], slips["of"], {*known, *slips["but_not"]})
        of_set = reader.sets
        return Rules(
            spelling, of_set["LIGHT"], of_set["NOT"], of_set["WAS"], of_set["THROUGH"],
            Finder(signs), Finder(but_not), Finder(idioms), Finder(around),
        )  # fmt: skip
    except KeyError as error:
        raise RulesError(f"[{error.args[0]}] is missing") from error


def _rule(row: Mapping[str, Any], circumstances: set[str]) -> Rule:
    rule = Rule(row["name"], row["kind"], frozenset(row.get("unless", ())), frozenset(row.get("needs", ())))
    unknown = sorted((rule.unless | rule.needs) - circumstances | set(row) - OF_A_RULE)
    if rule.kind not in KINDS or not row["phrases"] or unknown:
        raise RulesError(f"rule '{rule.name}': its kind, its phrases or {unknown} is not right")
    return rule


class _Reader:
    """Reads phrases as they are written into parts that can be looked for."""

    def __init__(self, spelling: Spelling, sets: Mapping[str, Iterable[str]]) -> None:
        self._plain = cache(spelling.plain)  # the same few thousand words stand in the phrases again and again
        self.sets = {
            name: frozenset(self._single(name, word) for word in " ".join(lines).split())
            for name, lines in sets.items()
        }

    def whole(self, at: str, written: Iterable[str]) -> list[Phrase]:
        """Phrases all words of which count."""
        return [Phrase(each, self._parts(at, each, frozenset())) for each in written]

    def of_a_sign(self, row: Mapping[str, Any]) -> list[Phrase]:
        """The phrases of a rule: light words count for nothing, and other words may stand between, but no denial."""
        held = (words for each in row.get("not_between", ()) for words, _ in self._places(row["name"], each))
        not_between = self.sets["NOT"].union(*held)
        at, light = row["name"], self.sets["LIGHT"]
        return [Phrase(each, self._parts(at, each, light, OTHER_WORDS), not_between) for each in row["phrases"]]

    def _parts(self, at: str, written: str, light: frozenset[str], anywhere: int = 0) -> tuple[Part, ...]:
        parts: list[Part] = []
        gap = None
        for words, mark in self._places(at, written):
            if mark in GAPS:
                gap = GAPS[mark]
            elif mark or words - light:
                at_edge = bool(mark) or not parts or bool(parts[-1].edge)
                parts.append(Part(words, 0 if at_edge else anywhere if gap is None else gap, mark))
                gap = None
        edges = [part.edge for part in parts]
        if gap is not None or all(edges) or START in edges[1:] or END in edges[:-1]:
            raise RulesError(f"{at}: '{written}' needs a word, {START} only first, {END} only last, no gap there")
        return tuple(parts)

    def _places(self, at: str, written: str) -> Iterator[tuple[frozenset[str], str]]:
        words: list[str] = []
        for token in [*written.split(), ""]:
            if token and not (NAME.match(token) or token in GAPS or "/" in token):
                words.append(token)
                continue
            if words:
                yield from ((frozenset({word}), "") for word in self._plain(" ".join(words)))
                words = []
            if token in GAPS or token in EDGES:
                yield frozenset(), token
            elif token:
                yield frozenset().union(*(self._any_of(at, each) for each in token.split("/"))), ""

    def _any_of(self, at: str, name: str) -> frozenset[str]:
        if name == YEAR:
            return frozenset({YEAR})
        if not NAME.match(name):
            return frozenset({self._single(at, name)})
        if name not in self.sets:
            raise RulesError(f"{at}: there is no set {name}")
        return self.sets[name]

    def _single(self, at: str, word: str) -> str:
        meant = self._plain(word)
        if len(meant) != 1:
            raise RulesError(f"{at}: '{word}' is not one word as it is compared")
        return meant[0]
