"""A case as a file that leaves the service: for the person, or whole for another service. As JSON and on paper.

Pure: here may live what stands in it. docs/export.md says what each name means, docs/case-export.schema.json its form.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.referrals.paper import Section, Sheet
from content.words import Words
from desk.cases import case_records
from desk.cases.case_document import Answer, Consent, Document
from desk.cases.case_records import Process
from desk.pages import here, iso
from policy.four_eyes import EXPORT_SERVICE
from storage.case_lists import Entry
from storage.cases import CONSENT_WITHDRAWN, CONTACT_CHANGED, CONTACT_PAUSED, CONTACT_RESUMED, MESSAGE, WITHDRAWN

FORMAT, VERSION = "cairn-case", 1
WRITTEN = "written"
CHANGES = (CONTACT_CHANGED, CONTACT_PAUSED, CONTACT_RESUMED, CONSENT_WITHDRAWN, WITHDRAWN)
STAGES = ("taken", "stage", "paused", "resumed", "closed", "reopened", WITHDRAWN)
"""Entries that say where a case stands."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with everything opened that may stand in the file: of each entry, its note as a reader has it."""

    reference: str
    stage: str
    document: Document = field(repr=False)
    clocks: Mapping[str, tuple[float, str, float | None]]
    entries: Sequence[tuple[Entry, str]] = field(repr=False)
    process: Process = field(repr=False)


def content(what: str, case: Opened, now: datetime, words: Words) -> dict[str, Any]:
    """All that stands in the file."""
    document = case.document
    entries = case.entries
    is_whole = what == EXPORT_SERVICE
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "for": "another_service" if is_whole else "person",
        "made_at": now.isoformat(),
        "reference": case.reference,
        "handed_over_at": _iso(document.handed_over_at),
        "channel": document.channel,
        "language": document.held_in,
        "stage": case.stage,
        "parts": [
            {"title": part.title, "left_out": part.is_left_out, "answers": [_answer(each) for each in part.answers]}
            for part in document.parts
        ],
        "consents": [_consent(each) for each in document.consents],
        "entered_by_staff": _entered(document),
        "promises": [
            {"name": name, "due_at": iso(due_at), "state": state, "settled_at": iso(at) if at else None}
            for name, (due_at, state, at) in case.clocks.items()
        ],
        "stages": [
            {"at": iso(entry.at), "what": entry.kind, "stage": entry.stage}
            for entry, _ in entries
            if entry.kind in STAGES
        ],
        "messages": [
            {"at": iso(entry.at), "from": "person" if entry.kind == MESSAGE else "service", "text": note}
            for entry, note in entries
            if entry.kind in {MESSAGE, WRITTEN}
        ],
        "changes": [
            {"at": iso(entry.at), "what": entry.kind, "text": note} for entry, note in entries if entry.kind in CHANGES
        ],
        **case_records.content(case.process, entries, words, is_whole=is_whole),
    }
    if not is_whole:
        return whole
    return whole | {"flags": list(document.flags), "timeline": [_event(entry, note) for entry, note in entries]}


def as_json(read: Mapping[str, Any]) -> bytes:
    """The file as JSON, UTF-8, to be read by people too."""
    return json.dumps(read, ensure_ascii=False, indent=2).encode()


def sheet(read: Mapping[str, Any], words: Words) -> Sheet:
    """The same, to be read on paper."""
    say = _Say(words)
    is_whole = read["for"] == "another_service"
    title = f"{say('title_service')} {read['reference']}" if is_whole else say("title_person")
    sections = [
        Section("", tuple(_head(read, say, is_whole=is_whole))),
        *([Section(say("flags"), tuple((flag, "") for flag in read["flags"]))] if is_whole else []),
        *(Section(part["title"], tuple(_lines(part, say))) for part in read["parts"]),
        Section(say("agreed"), tuple(_agreed(read, say))),
        Section(say("stages"), tuple((_when(each["at"]), _what(each, words)) for each in read["stages"])),
        Section(say("promises"), tuple(_promises(read, words))),
        Section(say("messages"), tuple(_messages(read, say))),
        Section(say("changes"), tuple((_when(each["at"]), _with(each, words)) for each in read["changes"])),
        Section(say("attempts"), tuple((_when(each["at"]), _tried(each, words)) for each in read["attempts"])),
        Section(say("talks"), tuple((_when(each["at"]), each["with"] or "") for each in read["talks"])),
        Section(say("letters"), tuple(_letters(read, words))),
        Section(say("closings"), tuple((_when(each["at"]), each["reason"] or "") for each in read["closings"])),
        *(Section(_titled(each, words), tuple(case_records.lines(each, words))) for each in read["records"]),
        *([Section(say("timeline"), tuple(_events(read, words)))] if is_whole else []),
    ]
    return Sheet(title, words.language, say("beside"), tuple(each for each in sections if each.lines))


@dataclass(frozen=True, slots=True)
class _Say:
    words: Words

    def __call__(self, name: str) -> str:
        return self.words.text("desk", f"export.{name}")


def _head(read: Mapping[str, Any], say: _Say, *, is_whole: bool) -> Iterator[tuple[str, str]]:
    yield say("about_service" if is_whole else "about_person"), ""
    yield say("reference"), read["reference"]
    yield say("made"), _when(read["made_at"])
    if read["handed_over_at"]:
        yield say("came"), _when(read["handed_over_at"])
    yield say("stage"), say.words.text("desk", f"stages.{read['stage']}")


def _lines(part: Mapping[str, Any], say: _Say) -> Iterator[tuple[str, str]]:
    if part["left_out"]:
        yield say("left_out"), ""
    for each in part["answers"]:
        yield each["question"], each["answer"] or say("not_answered")


def _agreed(read: Mapping[str, Any], say: _Say) -> Iterator[tuple[str, str]]:
    for each in read["consents"]:
        answer = say.words.find("common", f"options.{each['answer']}") or each["answer"]
        yield each["wording"], f"{answer}, {_when(each['at'])}" if each["at"] else answer
    if entered := read["entered_by_staff"]:
        yield say("entered"), f"{entered['by']}: {entered['agreed']} ({entered['heard_by']})"


def _promises(read: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    for each in read["promises"]:
        yield words.find("desk", f"due.{each['name']}") or each["name"], _when(each["due_at"])


def _messages(read: Mapping[str, Any], say: _Say) -> Iterator[tuple[str, str]]:
    for each in read["messages"]:
        yield f"{_when(each['at'])}, {say('from_' + each['from'])}", each["text"]


def _events(read: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    for each in read["timeline"]:
        yield f"{_when(each['at'])}, {each['by']}" if each["by"] else _when(each["at"]), _with(each, words)


def _tried(each: Mapping[str, Any], words: Words) -> str:
    return f"{words.text('desk', 'routes.' + each['route'])}: {words.text('desk', 'results.' + each['result'])}"


def _letters(read: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    for each in read["letters"]:
        yield f"{each['number']}, {_when(each['at'])}", words.text("process", f"options.{each['state']}")


def _titled(record: Mapping[str, Any], words: Words) -> str:
    """A record with who wrote it when, where the case stood, and who put their name to it."""
    stage = words.text("desk", f"stages.{record['stage']}")
    signed = [f"{each['by']}, {_when(each['at'])}" for each in (*record["signed"], record["supervised"]) if each]
    names = f". {words.text('desk', 'export.signed')} {'; '.join(signed)}" if signed else ""
    return f"{record['title']}, {_when(record['at'])}, {record['by']} ({stage}){names}"


def _with(each: Mapping[str, Any], words: Words) -> str:
    note = each.get("text") or each.get("note")
    return f"{_what(each, words)}: {note}" if note else _what(each, words)


def _what(each: Mapping[str, Any], words: Words) -> str:
    said = [words.find("desk", f"entries.{each['what']}") or words.text("desk", "entries.other")]
    for name in ("route", "result", "stage"):
        if each.get(name):
            said.append(words.find("desk", f"{name}s.{each[name]}") or each[name])
    return ", ".join(said)


def _when(at: str) -> str:
    return here(datetime.fromisoformat(at)).strftime("%-d %b %Y, %H:%M")


def _answer(each: Answer) -> dict[str, Any]:
    options = list(each.options) or None
    return {"step": each.step, "question": each.asked, "answer": each.answer or None, "options": options}


def _consent(each: Consent) -> dict[str, Any]:
    return {"step": each.step, "wording": each.wording, "answer": each.answer, "at": _iso(each.at)}


def _entered(document: Document) -> dict[str, Any] | None:
    taken = document.taken_down
    if taken is None:
        return None
    said = {"by": taken.by, "how": taken.how, "heard_by": taken.heard_by, "agreed": taken.agreed}
    return said | {"agreed_at": _iso(taken.agreed_at)}


def _event(entry: Entry, note: str) -> dict[str, Any]:
    said = {"at": iso(entry.at), "by": entry.staff_name, "what": entry.kind, "route": entry.route}
    return said | {"result": entry.result, "stage": entry.stage, "note": note or None}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
