"""What somebody handed over, laid out to be kept: as text, and as a file to print. Pure, for both sides to use.

Here may live functions from a document (`bot.referrals.handing_over`) and words to a sheet, and from a sheet to text or
bytes. The bytes take a tenth of a second, so they are made when the file goes out, and no transaction waits for them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any

from bot.days import ZONE, day_of
from bot.referrals.changed_since import OwnCopy, Since
from content.words import Words

FILE = "paper"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title: what was asked, and what was said."""

    title: str
    lines: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on it. `beside` is said where some letters cannot be drawn as they should."""

    title: str
    language: str
    beside: str
    sections: tuple[Section, ...] = field(repr=False)

    def as_bytes(self) -> bytes:
        """The same, to be kept sealed until it is made a file."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sheet":
        """The sheet that `as_bytes` gave."""
        read = json.loads(data)
        sections = (Section(each["title"], tuple((a, b) for a, b in each["lines"])) for each in read["sections"])
        return cls(read["title"], read["language"], read["beside"], tuple(sections))


def sheet(own: OwnCopy, reference: str, words: Words) -> Sheet:
    """All that was handed over under this reference, in the words it was asked, with what was changed or taken back."""
    say, document = _Say(words), own.document
    sections = [
        Section("", (*_head(document, reference, say), *_since(own.since, say))),
        *(Section(part["title"], tuple(_answers(part, say))) for part in document["parts"]),
        Section(say("agreed"), tuple(_consents(document["consents"], say))),
        Section(say("seen_first"), tuple((flag["words"], flag.get("quote") or "") for flag in document["flags"])),
    ]
    held = tuple(each for each in sections if each.lines)
    return Sheet(say("title"), str(document["language"]), say("beside"), held)


def as_text(sheet: Sheet) -> str:
    """The same to read in a chat."""
    return "\n\n".join("\n".join(_lines(each)) for each in sheet.sections)


def what_was_sent(own: OwnCopy, words: Words) -> str:
    """The answers as they hold now, and what was changed since they were sent, as text."""
    say = _Say(words)
    answers = [_answer(each, say) for part in own.document["parts"] for each in part["answers"]]
    return "\n".join(f"{short}: {said}" for short, said in (*_since(own.since, say), *answers))


def agreed(document: Mapping[str, Any], words: Words) -> str:
    """What of it was agreed to, or not, as text."""
    return "\n\n".join("\n".join(each) for each in _consents(document["consents"], _Say(words)))


def _lines(section: Section) -> Iterator[str]:
    if section.title:
        yield section.title
    for asked, said in section.lines:  # a title and what was said stand on one line, a sentence on its own
        between = ": " if asked[-1:].isalnum() else "\n"
        yield f"{asked}{between}{said}" if said else asked


@dataclass(frozen=True, slots=True)
class _Say:
    """The words of a sheet, by name."""

    words: Words

    def __call__(self, name: str, **values: str) -> str:
        return self.words.fill(self.words.text(FILE, f"sheet.{name}"), values)

    def day(self, at: str) -> str:
        """The day of a moment in ISO 8601, with its year: it may be read much later."""
        return self.on(datetime.fromisoformat(at))

    def date(self, day: date) -> str:
        """The same of a day in Scotland."""
        return self.on(datetime.combine(day, time(12), ZONE))

    def on(self, moment: datetime) -> str:
        """The same of a moment."""
        return self("day", day_words=day_of(moment, self.words), year=str(moment.astimezone(ZONE).year))


def _head(document: Mapping[str, Any], reference: str, say: _Say) -> Iterable[tuple[str, str]]:
    yield say("reference"), reference
    yield say("sent"), say.day(document["handed_over_at"])
    if promised := document["promise"].get("contact_by"):
        yield say("promised"), say.day(promised)


def _answers(part: Mapping[str, Any], say: _Say) -> Iterable[tuple[str, str]]:
    if part["left_out"]:
        yield say("left_out"), ""
    for each in part["answers"]:
        yield _answer(each, say)


def _answer(each: Mapping[str, Any], say: _Say) -> tuple[str, str]:
    if "changed_at" not in each:
        return each["short"], each["answer"]
    on = say.day(each["changed_at"])
    return each["short"], f"{each['answer']} ({say('changed', on=on)})" if each["given"] else say("no_longer", on=on)


def _since(since: Since, say: _Say) -> Iterable[tuple[str, str]]:
    """What holds now that did not when it was sent."""
    if since.changed_at is not None:
        how = "contact_changed" if since.is_open else "contact_changed_elsewhere"
        yield say("how_to_reach"), say(how, on=say.day(since.changed_at))
    if since.paused_at is not None:
        how = "paused" if since.paused_until is None else "paused_until"
        until = say.date(since.paused_until) if since.paused_until else ""
        yield say("no_contact"), say(how, on=say.day(since.paused_at), until=until)
    if since.withdrawn_at is not None:
        yield say("withdrawn"), say.day(since.withdrawn_at)


def _consents(consents: Iterable[Mapping[str, Any]], say: _Say) -> Iterable[tuple[str, str]]:
    for each in consents:
        answered = say(f"answered.{each['answer']}", on=say.day(each["at"]))
        taken_back = f" {say('taken_back', on=say.day(each['taken_back_at']))}" if "taken_back_at" in each else ""
        yield " ".join(each["wording"].split()), answered + taken_back
