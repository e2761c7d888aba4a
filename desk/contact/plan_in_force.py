"""How a person may be reached by now: what they handed over, and what they changed or paused since.

Pure: here may live how the notes of such changes are read (`storage.cases.CONTACT_CHANGED` says their form). A change
is said anew and whole, so what it leaves open is open, whatever was said before.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from desk.cases.case_document import Document, read_answer
from storage.cases import CONTACT_CHANGED, CONTACT_PAUSED, CONTACT_RESUMED, PLAN_RENEWED

Change = tuple[str, str]
"""The kind of an entry and its note, opened."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody is to be in touch, up to and on this day; None: until the person says otherwise."""

    until: date | None


@dataclass(frozen=True, slots=True)
class Heard:
    """Who asked a person, by name, and on which day they said it."""

    on: date
    by: str


def in_force(document: Document, changes: Sequence[Change]) -> Document:
    """The document with the newest answers about being in touch. `changes` begin with the newest."""
    newest = next((note for kind, note in changes if kind == CONTACT_CHANGED), None)
    if newest is None:
        return document
    said = {answer.step: answer for answer in map(read_answer, json.loads(newest)["answers"])}
    parts = [
        replace(part, answers=tuple(said.pop(each.step, each) for each in part.answers)) for part in document.parts
    ]
    parts[0] = replace(parts[0], answers=(*parts[0].answers, *(each for each in said.values() if each.is_given)))
    return replace(document, parts=tuple(parts))


def pause(changes: Sequence[Change], today: date) -> Pause | None:
    """Whether nobody is to be in touch today, by what the person said last about it."""
    kind, note = next((each for each in changes if each[0] in {CONTACT_PAUSED, CONTACT_RESUMED}), ("", ""))
    if kind != CONTACT_PAUSED:
        return None
    until = json.loads(note)["until"]
    day = date.fromisoformat(until) if until else None
    return Pause(day) if day is None or day >= today else None


def heard(note: str) -> Heard | None:
    """When the person said it, and to whom, where staff wrote it down; None where the person did so themselves."""
    read = json.loads(note) if note else {}
    return Heard(date.fromisoformat(read["said_on"]), read.get("asked_by", "")) if read.get("said_on") else None


def as_lines(kind: str, note: str) -> str:
    """The note as a person reads it in the history: the answers given; of a pause, its last day."""
    read = json.loads(note) if note and kind in {CONTACT_CHANGED, PLAN_RENEWED, CONTACT_PAUSED} else None
    if read is None:
        return note
    if kind == CONTACT_PAUSED:
        return f"{date.fromisoformat(read['until']):%-d %B %Y}" if read["until"] else ""
    asked = heard(note)
    said_on = [", ".join((f"{asked.on:%-d %B %Y}", *([asked.by] if asked.by else [])))] if asked else []
    return "\n".join(
        [*said_on, *(f"{each['short']}: {each['answer']}" for each in read.get("answers", ()) if each["given"])]
    )
