"""Having a case as a file, or erased: asked for here with a reason, and done here once a colleague has approved it.

Here may live that page and its forms. A file is made when it is fetched and stands nowhere.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from bot import paper_pdf
from content.words import Words
from desk import access, pages
from desk.cases import case_file
from desk.cases.case_document import open_case_key, open_document, open_note, seal_note
from desk.cases.case_records import Process
from desk.contact import plan_in_force
from desk.contact.trying import BEFORE_A_TALK
from desk.process import process_facts, written
from desk.process.process_case import open_case, who
from desk.visit import SignedIn
from policy.four_eyes import ABOUT_A_CASE, CLOSE_UNREACHED, ERASE, EXPORTS, REASON_CHARS
from policy.moves import move_between
from policy.stages import Stage
from storage import approvals, case_lists, caseload, cases, process, records, staff, talks
from storage.caseload import Case, NotAllowed
from storage.sealing import SealBroken

NO_CONTACT = "no_contact"
"""The closing of a case whose person was not reached (`policy.closings`)."""
SHORTEST_REASON = 10
FILES = {"pdf": "application/pdf", "json": "application/json"}


def show(visit: SignedIn) -> Response:
    """What can be asked for, and what this member has asked for."""
    return _page(visit)


def ask(visit: SignedIn) -> Response:
    """Asks for it."""
    what, why = visit.form.get("what", ""), visit.form.get("why", "").strip()
    errors = {} if what in ABOUT_A_CASE else {"what": "what_two"}
    if not SHORTEST_REASON <= len(why) <= REASON_CHARS:
        errors["why"] = "why_two"
    if errors:
        return _page(visit, errors)
    with visit.desk.database.begin() as tx:
        case = _own(visit, tx)
        approvals.ask(tx, what, case.id, visit.member.id, visit.now, visit.desk.secrets.audit, why=why)
    return access.go_to(f"/cases/{case.id}/export?done=asked")


def do(visit: SignedIn) -> Response:
    """Does what was approved: the file, made now; or the end of all keys and words of the case."""
    form = visit.form.get("file", "")
    with visit.desk.database.begin() as tx:
        case = _own(visit, tx)
        used = (visit.path["approval_id"], case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
        try:
            what = approvals.use(tx, *used)
        except approvals.NotThere:
            return pages.member_refusal(visit, "no_such_approval", 409)
        if what == ERASE:
            cases.erase(tx, case.id, visit.now.timestamp(), visit.member.id)
        elif what == CLOSE_UNREACHED:
            _close_unreached(visit, tx)
        elif form not in FILES:
            raise NotAllowed
        else:
            read = case_file.content(what, opened(tx, case, visit.session.team_key or b""), visit.now, visit.desk.words)
    if what == ERASE:
        visit.desk.database.checkpoint()
        return access.go_to("/")
    if what == CLOSE_UNREACHED:
        return access.go_to(f"/cases/{case.id}")
    made = as_file(read, form, visit.desk.words)
    named = {"Content-Disposition": f'attachment; filename="{case.reference}.{form}"'}
    return Response(made, media_type=FILES[form], headers=named)


def _close_unreached(visit: SignedIn, tx: Connection) -> None:
    """Nobody was reached, and two people have decided that it ends here. Raises Refused where the rules forbid it."""
    found = open_case(visit, tx)
    facts = process_facts.facts(found.known, closing=NO_CONTACT, is_decided_by_two=True)
    move = move_between(found.case.stage, Stage.CLOSED) if found.case.stage else None
    if move is None:
        raise NotAllowed
    note = seal_note(visit.desk.words.text("process", f"closings.{NO_CONTACT}"), found.case.id, found.case_key)
    process.make(tx, *who(visit), move=move, facts=facts, note=note)


def as_file(read: Mapping[str, Any], form: str, words: Words) -> bytes:
    """What was read of a case, as one of `FILES`."""
    return case_file.as_json(read) if form == "json" else paper_pdf.pdf(case_file.sheet(read, words))


def opened(tx: Connection, case: Case, team_key: bytes) -> case_file.Opened:
    """The case with all notes; it is written down already that it is taken out. Raises NotAllowed."""
    try:
        case_key = open_case_key(case, team_key)
        document = open_document(case, case_key)
        notes = [
            (each, open_note(each.note, case.id, case_key, team_key) if each.note else "")
            for each in case_lists.entries(tx, case.id)
        ]
        had = written.open_all(records.of_case(tx, case.id), case.id, case_key)
    except (SealBroken, ValueError):
        raise NotAllowed from None
    read = [(each, plan_in_force.as_lines(each.kind, note)) for each, note in notes]
    names = {each.id: each.name for each in staff.everybody(tx)}
    process = Process(had, talks.all_of_case(tx, case.id), names)
    return case_file.Opened(case.reference, case.state, document, case_lists.clocks(tx, case.id), read, process)


def _own(visit: SignedIn, tx: Connection) -> Case:
    """The visitor's case, not erased, under a lock. Raises NotAllowed."""
    case = caseload.find(tx, visit.path["case_id"], lock=True)
    caseload.held_by(tx, case.id, visit.member.id)
    if case.case_key is None or visit.session.team_key is None:
        raise NotAllowed
    return case


def _page(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    with visit.desk.database.read() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        asked = approvals.of_case(tx, case.id, visit.member.id, visit.now)
        others = [each for each in staff.everybody(tx) if each.approves and each.id != visit.member.id]
    whats = [each for each in ABOUT_A_CASE if each != CLOSE_UNREACHED or case.stage in BEFORE_A_TALK]
    values = {"case": case, "asked": asked, "whats": whats, "exports": EXPORTS, "files": FILES}
    values |= {"has_others": bool(others), "reason_chars": REASON_CHARS, "errors": errors or {}}
    return pages.member_page(visit, "export.html", 422 if errors else 200, **values)
