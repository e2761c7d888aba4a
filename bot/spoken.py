"""Which languages the chat is offered in, and how far the words of each go in each flow. Pure.

A language may have the words of some steps only. Up to the first step it lacks a flow is held in it. From there on
nobody is spoken to in another language without having been asked, in their own, whether that is all right: no sentence
about consent or safety is ever in English by surprise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from bot.flow import Flow
from content import words as content_words
from content.placeholders import fits
from content.words import REFERENCE, Words

HINT = "hint"
FOR_THE_DESK = frozenset({"flag"})
"""Texts that no person reads: staff read one language only."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The languages offered, the one the chat starts in first."""

    offered: tuple[str, ...] = (REFERENCE,)
    ends: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """For a language and a flow: the place of the first step its words do not reach. All of it where none is named."""

    def reaches(self, language: str, flow: Flow, step: str) -> bool:
        """Whether this step can be said in this language."""
        end = self.ends.get((language, flow.name))
        return end is None or flow.place(step) < end

    def words(self, language: str) -> Words:
        """The words of a conversation in this language; those it starts in, where it is spoken no more."""
        is_known = language == REFERENCE or language in self.offered
        return content_words.load(language if is_known else self.offered[0])

    def suggested(self, code: str | None) -> str | None:
        """The language to ask about first, by what a channel knows of somebody ("pl-PL"); None: nothing to ask."""
        language = (code or "").replace("_", "-").partition("-")[0].casefold()
        return language if language in self.offered[1:] else None


ONLY_REFERENCE = Spoken()


def spoken(flows: Mapping[str, Flow], languages: Iterable[str]) -> Spoken:
    """These languages, each as far as its words go. Raises content.words.ContentError when there is none such."""
    offered = tuple(dict.fromkeys(languages))
    places = {
        (language, name): missing
        for language in offered
        if language != REFERENCE
        for name, flow in flows.items()
        if (missing := end_of_words(flow, content_words.load(language))) is not None
    }
    return Spoken(offered, places)


def end_of_words(flow: Flow, words: Words) -> int | None:
    """The place of the first step of which a text is missing; None when all are there."""
    lacking = (flow.place(step) for step, keys in flow.needs().items() if not has_words(words, flow.name, step, keys))
    return min(lacking, default=None)


@cache
def has_file(language: str, file: str) -> bool:
    """Whether this language has every text of a file that belongs to no flow."""
    has, needed = content_words.load(language).keys(file), content_words.load(REFERENCE).keys(file)
    return needed <= has


def has_words(words: Words, flow: str, step: str, keys: Iterable[str]) -> bool:
    """Whether this step has all the texts it needs of those that a person reads, each with placeholders we fill."""
    needed = (key for key in keys if key not in FOR_THE_DESK)
    hint = f"{step}.{HINT}"
    return all(_can_be_said(words, flow, f"{step}.{key}", key) for key in needed) and (
        words.find(flow, hint) is None or _can_be_said(words, flow, hint, HINT)
    )


def _can_be_said(words: Words, flow: str, name: str, shared: str) -> bool:
    file, text = words.file_with(flow, name), words.find(flow, name) or words.find("common", shared)
    return bool(file and text and fits(file, name, text))


def other_names(languages: Iterable[str], but: str) -> str:
    """What these languages call themselves, without this one: for whoever looks for their own."""
    return " · ".join(content_words.names()[each] for each in languages if each != but)
