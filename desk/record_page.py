"""One record of a process: its headings, section by section, what was written before, and who stands behind it.

Here may live the pages and forms of all records alike; which headings there are is `policy.record_forms`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk import case_page, pages, process_facts, written
from desk.access import SignedIn
from desk.process_case import Opened, note_shown, open_case
from desk.process_deeds import back, who
from desk.process_page import teller
from desk.written import latest
from policy.case_facts import WITHOUT_CONTACT
from policy.moves import BY_NAME
from policy.record_forms import LETTER_DEEDS, RECORDS
from policy.record_shape import DATE, ONE, SOME, Field, RecordForm, Section
from storage import process, records
from storage.caseload import NoSuchCase, NotAllowed
from storage.process import Refused

MOST_CHARS = 8000


def show(visit: SignedIn) -> Response:
    """The record, as it stands; an older version where the address asks for one. An address of a form leads back."""
    return render(visit) if visit.path["form"] in RECORDS else back(visit)


def save(visit: SignedIn) -> Response:
    """Writes one section down, or one thing that happened. What the rules forbid, or a slip, is said on the page."""
    form = _form(visit)
    section = next((each for each in form.sections if each.name == visit.form.get("section")), None)
    if section is None:
        raise NotAllowed
    values, errors = read(visit, section)
    if errors:
        return render(visit, errors=errors)
    try:
        with visit.desk.database.begin() as tx:
            _write(visit, tx, form, section, values)
    except Refused as refused:
        return render(visit, refused.reasons)
    return back(visit, f"/{form.name}?saved={section.name}#section-{section.name}")


def render(visit: SignedIn, refused: Sequence[str] = (), errors: Mapping[str, str] | None = None) -> Response:
    """The page of a record, with the rules that forbade what was tried, and what was wrong by heading."""
    form = _form(visit)
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        note_shown(visit, tx)
        mine = [each for each in opened.known.records if each.form == form.name]
        shown = next((each for each in mine if str(each.version) == visit.query.get("version")), None)
        facts = process_facts.facts(opened.known)
        values: dict[str, Any] = {
            "case": opened.case,
            "form": form,
            "mine": mine,
            "old": shown,
            "now_written": latest(opened.known.records, form.name) if form.is_versioned else None,
            "facts": facts,
            "refused": refused,
            "errors": errors or {},
            "most_chars": MOST_CHARS,
            "named": opened.named,
            "tell": teller(visit),
        }
        status = 409 if refused else 422 if errors else 200
        response = pages.member_page(visit, "record.html", status, **values)
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response


def read(visit: SignedIn, section: Section) -> tuple[dict[str, str], dict[str, str]]:
    """What stands in the fields of a section, and of each that is not right the name of the words about it."""
    values = {field.name: _value(visit, field) for field in section.fields}
    errors = {field.name: fault for field in section.fields if (fault := _fault(visit, field, values[field.name]))}
    return values, errors


def _write(visit: SignedIn, tx: Connection, form: RecordForm, section: Section, values: dict[str, str]) -> None:
    opened = open_case(visit, tx)
    facts = process_facts.facts(
        opened.known,
        form=values.get("form", "") if form.name == "meeting" else "",
        letter=values.get("number", ""),
    )
    process.assert_may(opened.case, BY_NAME[_deed(form, values)], facts)
    theirs = {field.name for field in section.fields if f"{field.name}.theirs" in visit.form}
    before = latest(opened.known.records, form.name) if form.is_versioned else None
    goes_on = before is not None and before.stage == opened.case.state and not before.signed
    if before is not None:
        kept = {name for name in before.theirs if name not in values}
        values = {**before.values, **values}
        theirs |= kept
    content = {"form": form.name, "stage": opened.case.state, "values": values, "theirs": sorted(theirs)}
    put(visit, tx, opened, form, content, before.version if goes_on and before else None)


def put(
    visit: SignedIn,
    tx: Connection,
    opened: Opened,
    form: RecordForm,
    content: Mapping[str, object],
    version: int | None,
) -> None:
    """Seals a record and writes it: into this version, or as a new one."""
    at = version or records.next_version(tx, opened.case.id, form.kind)
    note = written.seal(content, opened.case.id, form.kind, at, opened.case_key)
    deed = records.rewrite if version else records.add
    deed(tx, *who(visit), version=at, kind=form.kind, note=note)


def _deed(form: RecordForm, values: Mapping[str, str]) -> str:
    """The line of the table of rules that this is."""
    if form.name == "meeting" and values.get("form") in WITHOUT_CONTACT:
        return "hold_alone"
    if form.name == "letter":
        return LETTER_DEEDS.get(values.get("state", ""), form.deed)
    return form.deed


def _form(visit: SignedIn) -> RecordForm:
    found = RECORDS.get(visit.path["form"])
    if found is None:
        raise NoSuchCase
    return found


def _value(visit: SignedIn, field: Field) -> str:
    if field.kind == SOME:
        return " ".join(option for option in field.options if f"{field.name}.{option}" in visit.form)
    return visit.form.get(field.name, "").strip().replace("\r\n", "\n")


def _fault(visit: SignedIn, field: Field, value: str) -> str | None:
    if field.is_needed and not value:
        return "needed"
    if field.kind == ONE and value and value not in field.options:
        return "needed"
    if field.kind == DATE and value:
        on = process_facts.day(value)
        if on is None:
            return "day"
        if field.name in {"on", "said_on", "told_on", "agreed_on"} and on > pages.here(visit.now).date():
            return "day_to_come"
    return "too_long" if len(value) > MOST_CHARS else None
