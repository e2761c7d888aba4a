"""Everything that happened to a case in one order, the newest first: its entries, its records, and tasks that are done.

Pure: here may live how these are brought together. Who merely looked at a case stands in the ledger, not here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from content.words import Words
from desk.cases.case_list import say_kind
from desk.cases.case_read import CaseRead, TimelineEntry
from desk.contact import plan_in_force
from desk.process.written import Written
from storage.attempts import ATTEMPT
from storage.cases import WITHDRAWN
from storage.process import CLOSED
from storage.tasks import DONE, Task


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing. `entry` where it is one of the timeline's own; else `what` says it in words."""

    at: float
    by: str | None
    what: str = ""
    line: TimelineEntry | None = field(default=None, repr=False)
    is_late: bool = False
    """A try that was made before the case had ended, and logged after."""


def of_case(
    read: CaseRead, had: Sequence[Written], tasks: Sequence[Task], words: Words, names: Mapping[int, str]
) -> list[Happened]:
    """All of it; `names` are those of staff by id, for whoever has signed something."""
    return sorted([*_entries(read), *_records(had, words, names), *_done(tasks, words)], key=lambda each: -each.at)


def _entries(read: CaseRead) -> Iterator[Happened]:
    ends = [line.entry for line in read.timeline if line.entry.kind in {WITHDRAWN, CLOSED}]
    for line in read.timeline:
        is_late = line.entry.kind == ATTEMPT and any(end.id < line.entry.id and end.at > line.entry.at for end in ends)
        shown = replace(line, note=plan_in_force.as_lines(line.entry.kind, line.note))
        yield Happened(line.entry.at, line.entry.staff_name, line=shown, is_late=is_late)


def _records(had: Sequence[Written], words: Words, names: Mapping[int, str]) -> Iterator[Happened]:
    for record in had:
        title = words.text("process", f"records.{record.form}")
        yield Happened(record.at, record.staff_name, title)
        for who, at in record.signed.items():
            yield Happened(at, names.get(who), f"{title}: {words.text('process', 'names.signed')}")
        if record.supervisor:
            by = names.get(record.supervisor)
            yield Happened(record.supervised_at, by, f"{title}: {words.text('process', 'names.signed_off')}")


def _done(tasks: Sequence[Task], words: Words) -> Iterator[Happened]:
    for task in tasks:
        if task.state == DONE and task.done_at is not None:
            yield Happened(task.done_at, task.done_by, say_kind(words, task.kind))
