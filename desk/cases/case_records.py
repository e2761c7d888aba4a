"""The records of a process, the tries and the talks of a case, as they stand in a file that leaves the service.

Pure: here may live the way from what was opened to those names (docs/export.md says what each means), and to paper.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from content.words import Words
from desk.pages import iso
from desk.process.process_evidence import kept_from_the_person, letters, value
from desk.process.written import Written
from policy.about_others import left_out
from policy.record_forms import RECORDS
from policy.record_shape import ONE, SOME, Field
from storage.attempts import ATTEMPT
from storage.case_lists import Entry
from storage.talks import Talk

FILE = "process"
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Process:
    """What a case has beside its document and its timeline: records and talks, opened, and everybody's names by id."""

    records: Sequence[Written] = field(default=(), repr=False)
    talks: Sequence[Talk] = ()
    names: Mapping[int, str] = field(default_factory=dict)


def content(process: Process, entries: Sequence[tuple[Entry, str]], words: Words, *, is_whole: bool) -> dict[str, Any]:
    """All of it; unless `is_whole`, without what is about somebody else, and saying which headings that were. Of an
    answer the person does not want to hear of, not even that: the empty line would tell them."""
    kept = () if is_whole else kept_from_the_person(process.records)
    had = [each for each in process.records if each not in kept]
    return {
        "records": [_record(each, process.names, words, is_whole=is_whole) for each in had],
        "letters": _letters(had),
        "attempts": [
            {"at": iso(entry.at), "route": entry.route, "result": entry.result}
            for entry, _ in entries
            if entry.kind == ATTEMPT
        ],
        "talks": [
            {
                "at": iso(each.at),
                "with": process.names.get(each.staff_id),
                "state": each.state,
                "ended_by": each.ended_by,
            }
            for each in process.talks
        ],
        # The first line is the reason as the service names it; a note of staff may follow.
        "closings": [
            {"at": iso(entry.at), "reason": note.partition("\n")[0] or None}
            for entry, note in entries
            if entry.kind == CLOSED
        ],
    }


def lines(record: Mapping[str, Any], say: Words) -> Iterator[tuple[str, str]]:
    """A record on paper, below its title."""
    for each in record["headings"]:
        own = f" ({say.text('desk', 'export.own_words')})" if each["persons_own_words"] else ""
        yield f"{each['title']}{own}", each["value"]
    if record["left_out"]:
        titles = ", ".join(each["title"] for each in record["left_out"])
        yield say.text("desk", "export.about_others"), titles


def _record(record: Written, names: Mapping[int, str], words: Words, *, is_whole: bool) -> dict[str, Any]:
    form = RECORDS[record.form]
    given = [each for each in form.fields() if record.values.get(each.name)]
    gone = () if is_whole else left_out(form.name, [each.name for each in given], record.theirs)
    return {
        "record": form.name,
        "title": words.text(FILE, f"records.{form.name}"),
        "at": iso(record.at),
        "by": record.staff_name,
        "stage": record.stage,
        "version": record.version if form.is_versioned else None,
        "headings": [_heading(each, record, words) for each in given if each.name not in gone],
        "left_out": [{"heading": name, "title": words.text(FILE, f"fields.{name}")} for name in gone],
        "signed": [{"by": names.get(who), "at": iso(at)} for who, at in record.signed.items()],
        "supervised": (
            {"by": names.get(record.supervisor), "at": iso(record.supervised_at)} if record.supervisor else None
        ),
    }


def _heading(heading: Field, record: Written, words: Words) -> dict[str, Any]:
    value = record.values[heading.name]
    options = value.split() if heading.kind in {ONE, SOME} else None
    shown = ", ".join(words.text(FILE, f"options.{each}") for each in options) if options else value
    return {
        "heading": heading.name,
        "title": words.text(FILE, f"fields.{heading.name}"),
        "value": shown,
        "options": options,
        "persons_own_words": heading.name in record.theirs,
    }


def _letters(records: Sequence[Written]) -> list[dict[str, Any]]:
    """Of each letter, by its number, how it stands now."""
    found = letters(records)
    return [{"number": number, "state": value(each, "state"), "at": iso(each.at)} for number, each in found.items()]
