"""Writing one section of a record down: sealed, into the version that is being written or as a new one, and never over
what a colleague has saved meanwhile.

Here may live that, and the mark by which it is known what somebody saw when they began. What the page shows lives in
`desk.process.record_page`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from desk.colleagues import conflicts_page
from desk.process import meeting_day, process_evidence, process_facts, written
from desk.process.process_case import open_case, put
from desk.process.written import Written, latest
from desk.visit import SignedIn
from policy.access import Role
from policy.ledger_forms import ABOUT_SAFETY
from policy.record_shape import COUNTED, SOME, Field, RecordForm, Section, fault_in
from storage import danger_signs, process

ONE_SITTING = timedelta(minutes=15)
"""Saved by itself within so long of the last time, by the same member, it is one entry in the audit: a talk that is
written down as it goes on is saved a hundred times."""
MARK_CHARS = 16


class Slips(Exception):
    """Something in a form is not right: by heading, the name of the words about it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


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


def write(visit: SignedIn, tx: Connection, form: RecordForm, section: Section) -> None:
    """Writes it down, if the rules let it. Raises Slips, Refused, and SavedMeanwhile where the form was opened before a
    colleague saved this section, unless it says the same."""
    opened = open_case(visit, tx)
    course = opened.known.course
    values = {field.name: _value(visit, field) for field in section.fields}
    days = (course.round_on if form.is_of_round else course.came_on, opened.known.today)
    errors = {field.name: fault for field in section.fields if (fault := fault_in(field, values[field.name], *days))}
    numbers = {*process_evidence.letters(opened.known.of_round()), process_evidence.next_letter(opened.known)}
    errors |= {
        field.name: "needed" for field in section.fields if field.kind == COUNTED and values[field.name] not in numbers
    }
    if errors:
        raise Slips(errors)
    deed, facts = process_facts.for_record(
        opened.known, form, values, visit.member.id, is_manager=Role.MANAGER in visit.member.roles
    )
    process.assert_may(opened.case, deed, facts)
    theirs = {field.name for field in section.fields if f"{field.name}.theirs" in visit.form}
    before = latest(opened.known.records, form.name) if form.is_versioned else None
    _assert_seen(visit, section, before, values)
    stage, by = opened.case.state, visit.member.id
    content, version = written.saved(form, values, theirs, before=before, stage=stage, course=course, by=by)
    content["wording"] = visit.desk.words.find("process", f"wordings.{values.get('step')}") or ""
    is_noted = not (version and before and _is_one_sitting(visit, before))
    if form.name in ABOUT_SAFETY:
        danger_signs.answer(tx, opened.case.id, by, visit.now)
    put(visit, tx, opened, form, content, version, is_noted=is_noted)
    meeting_day.keep_task(visit, tx, form, values.get("state", ""), values.get("on", ""))
    if says_conflict(form, values):
        conflicts_page.mark_oneself(visit, tx, opened.case_key, values["how"])


def says_conflict(form: RecordForm, values: Mapping[str, str]) -> bool:
    """Whether somebody gives their word that they have a conflict of interest, which binds from that commit on."""
    return form.name == "declaration" and values.get("conflict") == "yes"


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


def _value(visit: SignedIn, field: Field) -> str:
    if field.kind == SOME:
        return " ".join(option for option in field.options if f"{field.name}.{option}" in visit.form)
    return visit.form.get(field.name, "").strip().replace("\r\n", "\n")
