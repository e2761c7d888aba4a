"""Writing one section of a record down: sealed, into the version that is being written or as a new one, and never over
what a colleague has saved meanwhile.

Here may live that, and the mark by which it is known what somebody saw when they began. What the page shows lives in
`desk.record_page`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from desk import process_facts, written
from desk.access import SignedIn
from desk.process_case import Opened, open_case
from desk.process_deeds import who
from desk.written import Written, latest
from policy.case_facts import WITHOUT_CONTACT
from policy.moves import BY_NAME
from policy.record_forms import LETTER_DEEDS
from policy.record_shape import RecordForm, Section
from storage import process, records

ONE_SITTING = timedelta(minutes=15)
"""Saved by itself within so long of the last time, by the same member, it is one entry in the audit: a talk that is
written down as it goes on is saved a hundred times."""
MARK_CHARS = 16


class SavedMeanwhile(Exception):
    """A colleague has saved this very section since the page was opened. Its text tells no word of it."""

    def __init__(self, section: str, before: Written) -> None:
        super().__init__(section)
        self.section = section
        self.by, self.at = before.staff_name, before.at
        self.now = before.values


def mark(section: Section, record: Written | None) -> str:
    """What stands in a section, as a short mark that tells no word of it and changes when one changes."""
    values = {each.name: record.values.get(each.name, "") for each in section.fields} if record else {}
    theirs = sorted(record.theirs & set(values)) if record else []
    plain = json.dumps([{name: value for name, value in values.items() if value}, theirs]).encode()
    return hashlib.sha256(plain).hexdigest()[:MARK_CHARS]


def write(visit: SignedIn, tx: Connection, form: RecordForm, section: Section, values: dict[str, str]) -> None:
    """Writes it down, if the rules let it. Raises Refused, and SavedMeanwhile where the form was opened before a
    colleague saved this section, unless it says the same."""
    opened = open_case(visit, tx)
    facts = process_facts.facts(
        opened.known,
        form=values.get("form", "") if form.name == "meeting" else "",
        letter=values.get("number", ""),
    )
    process.assert_may(opened.case, BY_NAME[_deed(form, values)], facts)
    theirs = {field.name for field in section.fields if f"{field.name}.theirs" in visit.form}
    before = latest(opened.known.records, form.name) if form.is_versioned else None
    _assert_seen(visit, section, before, values)
    goes_on = before is not None and before.stage == opened.case.state and not before.signed
    if before is not None:
        kept = {name for name in before.theirs if name not in values}
        values = {**before.values, **values}
        theirs |= kept
    content = {"form": form.name, "stage": opened.case.state, "values": values, "theirs": sorted(theirs)}
    if before is not None and goes_on:
        put(visit, tx, opened, form, content, before.version, is_noted=not _is_one_sitting(visit, before))
    else:
        put(visit, tx, opened, form, content, None)


def put(
    visit: SignedIn,
    tx: Connection,
    opened: Opened,
    form: RecordForm,
    content: Mapping[str, object],
    version: int | None,
    *,
    is_noted: bool = True,
) -> None:
    """Seals a record and writes it: into this version, or as a new one."""
    at = version or records.next_version(tx, opened.case.id, form.kind)
    note = written.seal(content, opened.case.id, form.kind, at, opened.case_key)
    if version:
        records.rewrite(tx, *who(visit), version=at, kind=form.kind, note=note, is_noted=is_noted)
    else:
        records.add(tx, *who(visit), version=at, kind=form.kind, note=note)


def is_by_itself(visit: SignedIn) -> bool:
    """Whether the page saves while somebody writes, without their pressing a button."""
    return "by_itself" in visit.form


def _assert_seen(visit: SignedIn, section: Section, before: Written | None, values: Mapping[str, str]) -> None:
    seen = visit.form.get("seen")
    if seen is None or before is None or seen == mark(section, before):
        return
    if any(before.values.get(each.name, "") != values[each.name] for each in section.fields):
        raise SavedMeanwhile(section.name, before)


def _is_one_sitting(visit: SignedIn, before: Written) -> bool:
    is_own = before.staff_id == visit.member.id
    return is_by_itself(visit) and is_own and visit.now.timestamp() - before.at < ONE_SITTING.total_seconds()


def _deed(form: RecordForm, values: Mapping[str, str]) -> str:
    """The line of the table of rules that this is."""
    if form.name == "meeting" and values.get("form") in WITHOUT_CONTACT:
        return "hold_alone"
    if form.name == "letter":
        return LETTER_DEEDS.get(values.get("state", ""), form.deed)
    return form.deed
