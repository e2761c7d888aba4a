"""What is done in a process: going on, pausing, ending, withdrawing for the person, naming facilitators.

Here may live the handlers of those forms. Each asks the rules in the transaction that acts; what they forbid is said.
"""

from dataclasses import replace

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access
from desk.cases.case_document import seal_note
from desk.cases.case_page import NOTE_CHARS
from desk.process import process_facts, process_page
from desk.process.process_case import Opened, open_case, put, who
from desk.process.written import saved
from desk.statistics import tallying
from desk.visit import SignedIn
from policy.access import Role
from policy.case_facts import SUPPORT_NOT_YET, SUPPORT_OFFERED, CaseFacts
from policy.closings import FOLLOW_UPS
from policy.moves import BY_NAME, Move, moves_from
from policy.record_forms import RECORDS
from storage import audit, barring, caseload, cases, clocks, process, records, staff, tallies, tasks, team
from storage.caseload import NotAllowed
from storage.process import Refused

RESTS = frozenset({"pause", "close"})
"""Moves with whose form it is said what becomes of support, so that neither waits for another page."""


def move(visit: SignedIn) -> Response:
    """Makes the named move, if the rules let it; else the page says what is missing."""
    name, after = visit.form.get("move", ""), visit.form.get("after", "")
    note = visit.form.get("note", "").strip()
    if len(note) > NOTE_CHARS:
        return process_page.render(visit, errors={"note": "note_long"})
    try:
        with visit.desk.database.begin() as tx:
            opened = open_case(visit, tx)
            facts = process_facts.facts(opened.known, closing=visit.form.get("closing", ""))
            make(visit, tx, opened, _move(opened, name, after), facts, note)
    except Refused as refused:
        return process_page.render(visit, refused.reasons)
    return back(visit)


def make(visit: SignedIn, tx: Connection, opened: Opened, wanted: Move, facts: CaseFacts, note: str = "") -> None:
    """Makes a move with what comes with it: of a pause or an end, what the form says of support; of an end, its reason
    in words, and its tally. Raises Refused."""
    support = _support(visit, wanted)
    if support:
        facts = replace(facts, support=support["answer"])
    said = "\n".join(part for part in (_reason(visit, facts.closing), note) if part)
    sealed = seal_note(said, opened.case.id, opened.case_key) if said else None
    process.make(tx, *who(visit), move=wanted, facts=facts, note=sealed)
    if support:
        _put_support(visit, tx, opened, support)
    if wanted.name == "close":
        tallies.add(tx, team.public_key(tx), tallying.marked(facts.closing, facts), visit.now)


def withdraw(visit: SignedIn) -> Response:
    """Writes down that the person has said they want to stop. It needs nothing of them, and ends all contact: what was
    on its way is taken back, and the address of their chat is gone. So nothing undoes it, and whoever writes it down
    types the reference, as at `cairn erase`: a case open in another tab is not stopped for this one."""
    typed = visit.form.get("reference", "").strip().upper()
    with visit.desk.database.begin() as tx:
        case = caseload.worked_by(tx, visit.path["case_id"], visit.member.id)
        if case.stage is None:
            raise NotAllowed
        is_meant = typed == case.reference
        if is_meant:
            cases.withdraw(tx, case.id, visit.now.timestamp(), visit.member.id)
            audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "withdrawn", case.id)
    if not is_meant:
        return process_page.render(visit, errors={"reference": "reference"})
    return access.go_to(f"/cases/{case.id}") if visit.may("work") else access.go_to("/")


def name_facilitator(visit: SignedIn) -> Response:
    """Names somebody who works as a facilitator."""
    with visit.desk.database.begin() as tx:
        _assert_may_name(visit, tx)
        member = staff.by_id(tx, int(visit.form.get("staff_id") or 0))
        if member is None or Role.FACILITATOR not in member.roles:
            raise NotAllowed
        if member.id in barring.of_case(tx, visit.path["case_id"], visit.desk.secrets.pepper):
            raise NotAllowed
        records.name_facilitator(tx, *who(visit), facilitator=member.id)
    return back(visit)


def release_facilitator(visit: SignedIn) -> Response:
    """Somebody facilitates this case no longer."""
    with visit.desk.database.begin() as tx:
        _assert_may_name(visit, tx)
        records.release_facilitator(tx, *who(visit), facilitator=int(visit.path["staff_id"]))
    return back(visit)


def see_to_follow_up(visit: SignedIn) -> Response:
    """A follow-up was held, or the person said no to it."""
    name, state = visit.path["name"], visit.form.get("state", "")
    if name not in FOLLOW_UPS or state not in {clocks.MET, clocks.REFUSED}:
        raise NotAllowed
    try:
        with visit.desk.database.begin() as tx:
            opened = open_case(visit, tx)
            if state == clocks.MET:
                facts = process_facts.facts(opened.known, follow_up=name)
                process.assert_may(opened.case, BY_NAME["follow_up"], facts)
            process.see_to(tx, *who(visit), name=name, state=state)
    except Refused as refused:
        return process_page.render(visit, refused.reasons)
    return back(visit)


def finish_task(visit: SignedIn) -> Response:
    """One of the things that had to be seen to is done."""
    with visit.desk.database.begin() as tx:
        case = caseload.worked_by(tx, visit.path["case_id"], visit.member.id)
        task = tasks.find(tx, int(visit.path["task_id"]))
        if task is None or task.case_id != case.id or task.role is not None:  # a manager's is not theirs to settle
            raise NotAllowed
        if not tasks.finish_one(tx, task.id, visit.member.id, visit.now):
            raise NotAllowed
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "task_done", case.id)
    is_from_process = case.stage and visit.form.get("from") != "case"
    return back(visit) if is_from_process else access.go_to(f"/cases/{case.id}")


def back(visit: SignedIn, to: str = "") -> Response:
    """To the page of the process, or one under it."""
    return access.go_to(f"/cases/{visit.path['case_id']}/process{to}")


def _move(opened: Opened, name: str, after: str) -> Move:
    here = moves_from(opened.case.stage) if opened.case.stage else ()
    found = next((each for each in here if each.name == name and after in {"", each.after}), None)
    if found is None or name in {"take", "give_back"}:
        raise NotAllowed
    return found


def _support(visit: SignedIn, wanted: Move) -> dict[str, str] | None:
    """What was said of support in the form of a pause or an end; None where nothing was."""
    answer = visit.form.get("support", "") if wanted.name in RESTS else ""
    if answer not in {"", *SUPPORT_OFFERED, SUPPORT_NOT_YET}:
        raise NotAllowed
    return {"answer": answer} if answer else None


def _put_support(visit: SignedIn, tx: Connection, opened: Opened, support: dict[str, str]) -> None:
    form, at = RECORDS["support"], opened.known.course
    content, _ = saved(form, support, set(), before=None, stage=opened.case.state, course=at, by=visit.member.id)
    put(visit, tx, opened, form, content)


def _reason(visit: SignedIn, closing: str) -> str:
    return visit.desk.words.find(process_page.FILE, f"closings.{closing}") or ""


def _assert_may_name(visit: SignedIn, tx: Connection) -> None:
    opened = open_case(visit, tx)
    process.assert_may(opened.case, BY_NAME["name_facilitators"], process_facts.facts(opened.known))
