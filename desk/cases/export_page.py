"""Having a case as a file, or erased: asked for here with a reason, and done here once a colleague has approved it.

Here may live that page and its forms. A file is made when it is fetched and stands nowhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from content.words import Words
from desk import access, pages
from desk.cases import case_file, case_read
from desk.cases.case_document import open_case_key, open_document, open_note
from desk.cases.case_records import Process
from desk.cases.open_case import OpenCase
from desk.contact import plan_in_force
from desk.contact.last_word import last_word
from desk.process import process_deeds, process_ends, process_facts, process_page, written
from desk.process.process_case import open_case
from desk.visit import SignedIn
from policy.case_facts import NOTHING_KNOWN
from policy.four_eyes import CLOSE_UNREACHED, ERASE, EXPORTS, REASON_CHARS
from storage import approvals, case_lists, caseload, cases, records, staff, talks
from storage.approvals import Approval
from storage.caseload import Case, NotAllowed
from storage.sealing import SealBroken

CLOSES = f"{CLOSE_UNREACHED}:"
"""Before the reason, of what can be asked for."""
SHORTEST_REASON = 10
FILES = {"pdf": "application/pdf", "json": "application/json"}


def show(visit: SignedIn) -> Response:
    """What can be asked for, and what this member has asked for."""
    return _page(visit)


def ask(visit: SignedIn) -> Response:
    """Asks for it."""
    chosen, why = visit.form.get("what", ""), visit.form.get("why", "").strip()
    with visit.desk.database.begin() as tx:
        case = _own(visit, tx)
        errors = {} if chosen in _to_ask_for(_ends_by_two(_known(visit, tx, case))) else {"what": "what_two"}
        if not SHORTEST_REASON <= len(why) <= REASON_CHARS:
            errors["why"] = "why_two"
        if not errors:
            what, _, closing = chosen.partition(":")
            by = (visit.member.id, visit.now, visit.desk.secrets.audit)
            approvals.ask(tx, what, case.id, *by, why=why, closing=closing)
    if errors:
        return _page(visit, errors)
    return access.go_to(f"/cases/{case.id}/export?done=asked")


def do(visit: SignedIn) -> Response:
    """Does what was approved: the file, made now; or the end of all keys and words of the case."""
    form = visit.form.get("file", "")
    with visit.desk.database.begin() as tx:
        case = _own(visit, tx)
        asked = approvals.of_case(tx, case.id, visit.member.id, visit.now)
        found = next((each for each in asked if each.id == visit.path["approval_id"]), None)
        if found and found.what == CLOSE_UNREACHED and not _still_counts(visit, _known(visit, tx, case), found):
            return pages.member_refusal(visit, "heard_since", 409)
        used = (visit.path["approval_id"], case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
        try:
            what = approvals.use(tx, *used)
        except approvals.NotThere:
            return pages.member_refusal(visit, "no_such_approval", 409)
        if what == ERASE:
            cases.erase(tx, case.id, visit.now.timestamp(), visit.member.id, last_word=_last_word(visit, tx, case))
        elif found and what == CLOSE_UNREACHED:
            _close(visit, tx, found.closing(visit.session.team_key or b""))
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


def _close(visit: SignedIn, tx: Connection, closing: str) -> None:
    """Two people have decided that it ends for this reason. Raises Refused where the rules forbid it."""
    case = open_case(visit, tx)
    facts = process_facts.facts(case.known, closing=closing, is_decided_by_two=True)
    move = process_ends.close(facts)
    if move is None:
        raise NotAllowed
    process_deeds.make(visit, tx, case, move, facts)


def _last_word(visit: SignedIn, tx: Connection, case: Case) -> bytes | None:
    """What tells the person that it is done; None where that is not safe, or where the case does not open any more."""
    try:
        read = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings)
    except (SealBroken, ValueError):
        return None
    return last_word(tx, read, visit.now, visit.desk.settings)


def _known(visit: SignedIn, tx: Connection, case: Case) -> OpenCase | None:
    """All that is known of it; None where it is at no stage, or does not open: then it can still be erased."""
    if case.stage is None or visit.session.team_key is None:
        return None
    try:
        return open_case(visit, tx, lock=False).known
    except NotAllowed:
        return None


def _ends_by_two(known: OpenCase | None) -> tuple[str, ...]:
    """The reasons for which two can end it as it stands."""
    return process_ends.ends(process_facts.facts(known)).by_two if known else ()


def _to_ask_for(closings: Sequence[str]) -> list[str]:
    """All that can be asked for, by the values of the form."""
    return [*EXPORTS, ERASE, *(f"{CLOSES}{each}" for each in closings)]


def _still_counts(visit: SignedIn, known: OpenCase | None, asked: Approval) -> bool:
    closing = asked.closing(visit.session.team_key or b"")
    return known is not None and process_ends.still_counts(known, closing, asked.asked_at)


def as_file(read: Mapping[str, Any], form: str, words: Words) -> bytes:
    """What was read of a case, as one of `FILES`."""
    if form == "json":
        return case_file.as_json(read)
    from bot.referrals import paper_pdf  # noqa: PLC0415 (it takes half a second to load, and is seldom needed)

    return paper_pdf.pdf(case_file.sheet(read, words))


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
    process = Process(had, talks.all_of_case(tx, case.id), staff.names(tx))
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
        team_key = visit.session.team_key or b""
        asked = [(each, each.closing(team_key)) for each in approvals.of_case(tx, case.id, visit.member.id, visit.now)]
        known = _known(visit, tx, case)
        others = [each for each in staff.everybody(tx) if each.approves and each.id != visit.member.id]
    over = [each.id for each, closing in asked if closing and not _still_counts(visit, known, each)]
    whats = [(each, *each.partition(":")[::2]) for each in _to_ask_for(_ends_by_two(known))]
    values = {"case": case, "asked": asked, "over": over, "whats": whats, "exports": EXPORTS, "files": FILES}
    facts = process_facts.facts(known) if known else NOTHING_KNOWN
    values |= {"tell": process_page.teller(visit), "facts": facts, **process_page.about_support(facts)}
    values |= {"has_others": bool(others), "reason_chars": REASON_CHARS, "errors": errors or {}}
    return pages.member_page(visit, "export.html", 422 if errors else 200, **values)
