"""The document of a case, as the person handed it over: read from its bytes into values.

Pure: here may live its shape and the opening of its seals. What is not there is empty, never an error, so that a
document of an older version can still be read.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from storage import sealing
from storage.caseload import Case


@dataclass(frozen=True, slots=True)
class Answer:
    """A question in the words it was asked, and what was answered; `answer` is empty when the question was skipped."""

    step: str
    asked: str = field(repr=False)
    short: str
    answer: str = field(repr=False)
    options: tuple[str, ...] = field(repr=False)
    said_by: str = ""
    """Whose words it is where somebody else wrote it down first: person or worker. Empty: the person gave it here."""

    @property
    def is_given(self) -> bool:
        """Whether there is an answer."""
        return bool(self.answer)


@dataclass(frozen=True, slots=True)
class Part:
    """Some questions under a title."""

    title: str
    answers: tuple[Answer, ...] = field(repr=False)
    is_left_out: bool = False
    """Whether the person chose not to look at these questions at all."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to, or did not, in the words they were shown."""

    step: str
    wording: str = field(repr=False)
    answer: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TakenDown:
    """Of what staff entered for somebody: who did, and how, when and before whom the person agreed to it."""

    by: str
    how: str
    heard_by: str
    agreed_at: datetime | None
    agreed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """All a person handed over."""

    flow: str
    language: str
    """What questions and choices stand in here."""
    held_in: str
    """The language the person used, in which their own words are."""
    channel: str
    handed_over_at: datetime | None
    parts: tuple[Part, ...] = field(repr=False)
    consents: tuple[Consent, ...] = field(repr=False)
    flags: tuple[str, ...] = field(repr=False)
    """What to look at first, each in its exact words."""
    flag_names: tuple[str, ...] = ()
    """The same by name; empty where an older hand-over has none."""
    taken_down: TakenDown | None = None

    def answers(self) -> Iterator[Answer]:
        """Every question, in the order it was asked."""
        for part in self.parts:
            yield from part.answers


def open_case_key(case: Case, team_key: bytes) -> bytes:
    """The key of a case that is not erased. Raises SealBroken when it was sealed to another team key."""
    return sealing.unseal_with(team_key, case.case_key or b"", f"case_key:{case.id}")


def open_document(case: Case, case_key: bytes) -> Document:
    """The document of a case. Raises SealBroken, and ValueError when what was sealed is no document."""
    return read_document(sealing.unseal(case_key, case.document or b"", f"case:{case.id}"))


def read_document(plain: bytes) -> Document:
    """What was handed over, of any flow, once its seal is opened. Raises ValueError when it is no document."""
    read = json.loads(plain)
    if not isinstance(read, dict):
        raise ValueError("a document is an object")
    return Document(
        flow=str(read.get("flow", "")),
        language=str(read.get("desk_language") or read.get("language", "")),
        held_in=str(read.get("language", "")),
        channel=str(read.get("channel", "")),
        handed_over_at=_moment(read.get("handed_over_at")),
        parts=tuple(_part(one) for one in read.get("parts", ())),
        consents=tuple(_consent(one) for one in read.get("consents", ())),
        flags=tuple(_flag(flag) for flag in read.get("flags", ())),
        flag_names=tuple(str(flag.get("name") or "") for flag in read.get("flags", ())),
        taken_down=_taken_down(read.get("taken_down")),
    )


def seal_note(note: str, case_id: str, case_key: bytes) -> bytes:
    """What a member of staff wrote down about a case."""
    return sealing.seal(case_key, note.encode(), f"entry:{case_id}")


def open_note(sealed: bytes, case_id: str, case_key: bytes, team_key: bytes) -> str:
    """A note of staff, or what the person added from outside. Raises SealBroken."""
    context = f"entry:{case_id}"
    if sealing.is_sealed_to_public(sealed):
        return sealing.unseal_with(team_key, sealed, context).decode()
    return sealing.unseal(case_key, sealed, context).decode()


def _for_the_desk(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same, in the language staff read, where it stands in both."""
    return {**one, **(one.get("for_the_desk") or {})}


def _part(one: Mapping[str, Any]) -> Part:
    one = _for_the_desk(one)
    answers = tuple(read_answer(each) for each in one.get("answers", ()))
    return Part(str(one.get("title", "")), answers, bool(one.get("left_out")))


def read_answer(one: Mapping[str, Any]) -> Answer:
    """One answer, as a document or a later change holds it."""
    one = _for_the_desk(one)
    answer = str(one.get("answer") or "") if one.get("given", True) else ""
    short = str(one.get("short") or one.get("asked", ""))
    options, said_by = tuple(one.get("options") or ()), str(one.get("said_by") or "")
    return Answer(str(one.get("step", "")), str(one.get("asked", "")), short, answer, options, said_by)


def _consent(one: Mapping[str, Any]) -> Consent:
    one = _for_the_desk(one)
    return Consent(
        str(one.get("step", "")), str(one.get("wording", "")), str(one.get("answer", "")), _moment(one.get("at"))
    )


def _taken_down(one: Mapping[str, Any] | None) -> TakenDown | None:
    if not one:
        return None
    said = {name: str(one.get(name, "")) for name in ("by", "how", "heard_by", "agreed")}
    return TakenDown(**said, agreed_at=_moment(one.get("agreed_at")))


def _moment(text: object) -> datetime | None:
    """An aware moment; None for what is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _flag(flag: dict[str, Any]) -> str:
    """A flag in words; the person's own, where it rests on them, stand exactly as they were written."""
    words = str(flag.get("words") or flag.get("name", ""))
    return f"{words}: \u201c{flag['quote']}\u201d" if flag.get("quote") else words
