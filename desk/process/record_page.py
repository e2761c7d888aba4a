"""One record of a process: its headings, section by section, what was written before, and who stands behind it.

Here may live the pages and forms of all records alike; which headings there are is `policy.record_forms`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from desk import access, pages
from desk.cases import case_page
from desk.colleagues import conflicts_page
from desk.process import process_evidence, process_facts, process_page, record_saving
from desk.process.process_case import note_shown, open_case
from desk.process.process_deeds import back
from desk.process.process_page import teller
from desk.process.record_saving import SavedMeanwhile, Slips
from desk.process.signing import missing_in
from desk.process.written import latest
from desk.visit import SignedIn
from policy.gates import WRONG_STAGE
from policy.moves import BY_NAME
from policy.record_forms import RECORDS, SUITABILITY
from policy.record_shape import MOST_CHARS, RecordForm, Section
from storage import staff
from storage.caseload import NoSuchCase, NotAllowed
from storage.process import Refused


def show(visit: SignedIn) -> Response:
    """The record, as it stands; an older version where the address asks for one. An address of a form leads back."""
    return render(visit) if visit.path["form"] in RECORDS else back(visit)


def save(visit: SignedIn) -> Response:
    """Writes one section down, or one thing that happened. What the rules forbid, or a slip, is said on the page."""
    form = _form(visit)
    section = next((each for each in form.sections if each.name == visit.form.get("section")), None)
    if section is None:
        raise NotAllowed
    try:
        with visit.desk.database.begin() as tx:
            record_saving.write(visit, tx, form, section)
    except Slips as slips:
        return render(visit, errors=slips.errors)
    except Refused as refused:
        return render(visit, refused.reasons)
    except SavedMeanwhile as meanwhile:
        return render(visit, meanwhile=meanwhile)
    if record_saving.says_conflict(form, visit.form):
        return access.go_to(conflicts_page.after_oneself(visit))
    if record_saving.is_by_itself(visit):
        return _saved(visit, form, section)
    return back(visit, f"/{form.name}?saved={section.name}#section-{section.name}")


def render(
    visit: SignedIn,
    refused: Sequence[str] = (),
    errors: Mapping[str, str] | None = None,
    meanwhile: SavedMeanwhile | None = None,
) -> Response:
    """The page of a record, with the rules that forbade what was tried, what was wrong by heading, and what a colleague
    saved meanwhile."""
    form = _form(visit)
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        note_shown(visit, tx)
        may_write = opened.case.stage is not None or BY_NAME[form.deed].whatever_happens
        if not may_write and (errors or meanwhile):  # a slip does not matter any more
            refused, errors, meanwhile = (WRONG_STAGE,), None, None
        mine = [each for each in opened.known.records if each.form == form.name]
        shown = next((each for each in mine if str(each.version) == visit.query.get("version")), None)
        facts = process_facts.facts(opened.known)
        now_written = latest(opened.known.records, form.name) if form.is_versioned else None
        values: dict[str, Any] = {
            "case": opened.case,
            "form": form,
            "mine": mine,
            "old": shown,
            "now_written": now_written,
            "missing": missing_in(opened.known, now_written) if now_written and form is SUITABILITY else (),
            "is_over": bool(now_written and form.is_of_round and now_written.round != opened.known.course.round),
            "facts": facts,
            "refused": refused,
            "errors": errors or {},
            "meanwhile": meanwhile,
            "most_chars": MOST_CHARS,
            "named": opened.named,
            "names": staff.names(tx) if form is SUITABILITY else {},
            "tell": teller(visit),
            "leads": process_page.leads(facts),
            **process_page.about_support(facts),
            "may_write": may_write,
            "said_of_orders": process_evidence.said_of_orders(opened.known.document) if form.name == "order" else "",
            "letters": process_evidence.letters(opened.known.of_round()),
            "next_letter": process_evidence.next_letter(opened.known),
            "needed_first": () if visit.form else process_page.needed_first(opened.known, form),
            "put_right_at": process_page.PUT_RIGHT_AT,
            "put_right_in_the_log": process_page.PUT_RIGHT_IN_THE_LOG,
        }
        values["marks"] = {each.name: record_saving.mark(each, values["now_written"]) for each in form.sections}
        is_signed = values["now_written"] is not None and values["now_written"].signed
        values["saves_itself"] = form.is_versioned and not shown and not is_signed
        values["clears_itself"] = case_page.CLEARS_ITSELF
        status = 409 if refused or meanwhile else 422 if errors else 200
        response = pages.member_page(visit, "record.html", status, **values)
    if values["saves_itself"]:
        return pages.with_saving(response)
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response


def _saved(visit: SignedIn, form: RecordForm, section: Section) -> Response:
    """For the script that saves while somebody writes: when it was, and the mark of what stands there now."""
    with visit.desk.database.read() as tx:
        now_written = latest(open_case(visit, tx, lock=False).known.records, form.name)
    seen = record_saving.mark(section, now_written)
    return JSONResponse({"at": f"{pages.here(visit.now):%H:%M}", "seen": seen})


def _form(visit: SignedIn) -> RecordForm:
    found = RECORDS.get(visit.path["form"])
    if found is None:
        raise NoSuchCase
    return found
