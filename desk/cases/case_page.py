"""A case, opened, and all that is shown of it. Reading it is written down before it is shown.

Here may live the way from a case's sealed row to its page. What is done with a case lives in `desk.cases.case_deeds`.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.cases import case_notice, case_read, case_timeline, shut_case
from desk.cases.case_document import Answer, Document
from desk.cases.case_list import say_kind
from desk.cases.case_read import CaseRead
from desk.contact import agreed_phrases, plan_in_force, safe_contact, trying
from desk.process import written
from desk.process.process_course import course, shown_by
from desk.process.written import Written
from desk.visit import SignedIn
from policy.contact_attempts import RESULTS, ROUTES
from policy.deadlines import NEXT_TRY, OPENED
from policy.gates import may_move
from policy.moves import moves_from
from policy.retention import SESSION_IDLE
from policy.stages import IN_ORDER, Stage
from storage import addresses, caseload, news, records, staff, talks, tasks
from storage.cases import CONTACT_CHANGED, FROM_THE_PERSON, MESSAGE, RAISED, WITHDRAWN
from storage.clocks import MET
from storage.sealing import SealBroken
from storage.second_looks import DECIDED

NOTE_CHARS = 4000
CLEARS_ITSELF = f"{int(SESSION_IDLE.total_seconds()) + 60};url=/"
"""A case left open on a screen goes when its reader is signed out for being away. Source: as `SESSION_IDLE`; a page
without scripts cannot warn, so it says so at its foot."""


def show(visit: SignedIn) -> Response:
    """The case; or why it stays shut to this visitor."""
    return render(visit)


def lead_back(visit: SignedIn) -> Response:
    """To the case's page, for somebody who loads the address of a form anew."""
    return access.go_to(f"/cases/{visit.path['case_id']}")


def render(
    visit: SignedIn, errors: Mapping[str, str] | None = None, status: int = 200, *, ruled_out: Sequence[str] = ()
) -> Response:
    """The page of a case, with what was wrong in a form on it, by field; `ruled_out`: why a try is refused, by name."""
    with visit.desk.database.begin() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        why_not = shut_case.why(case, visit)
        if why_not:
            return shut_case.page(visit, case, why_not)
        try:
            read = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings)
            is_touched = any(line.entry.staff_name for line in read.timeline)  # no record is written before it is taken
            had = written.open_all(records.of_case(tx, case.id), case.id, read.case_key) if is_touched else []
        except (SealBroken, ValueError):
            return shut_case.page(visit, case, "broken")
        is_unread = _is_unread(visit, tx, read)
        promised = read.promised
        if OPENED in promised and promised[OPENED][1] != MET:
            caseload.keep_promise(tx, case.id, OPENED, visit.now)
            promised = {**promised, OPENED: (promised[OPENED][0], MET, visit.now.timestamp())}
        caseload.note_opened(tx, case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
        content = (
            _content(visit, read)
            | _beside(visit, tx, read, had)
            | {
                "clocks": promised,
                "ruled_out": ruled_out,
                "is_unread": is_unread,
            }
        )
        response = pages.member_page(visit, "case.html", status, case=case, errors=errors or {}, **content)
    response.headers["Refresh"] = CLEARS_ITSELF
    return response


def _beside(visit: SignedIn, tx: Connection, read: CaseRead, had: Sequence[Written]) -> dict[str, Any]:
    """What belongs to a case beside what is sealed of it."""
    case, all_tasks = read.case, tasks.all_of_case(tx, read.case.id)
    names = staff.names(tx) if any(each.signed for each in had) else {}
    # Asked for, a talk begins with something written, so without that there is none to look for.
    has_written = any(line.entry.kind == "written" for line in read.timeline)
    return {
        "left_to_do": case.stage is None and any(task.state == tasks.OPEN for task in all_tasks),
        "to_do": [(task, say_kind(visit.desk.words, task.kind)) for task in all_tasks if task.state == tasks.OPEN],
        "done_by_a_deed": (NEXT_TRY,),
        "happened": case_timeline.of_case(read, had, all_tasks, visit.desk.words, names),
        "decided": next((line for line in read.timeline if line.entry.kind == DECIDED and not line.is_sealed), None),
        "trying": trying.of_case(read, had, visit.now, visit.desk.settings),
        "tell": partial(visit.desk.words.text, "process"),
        "notice": case_notice.on_case(visit, case, [line.entry for line in reversed(read.timeline)]),
        "can_write": addresses.is_chosen(tx, case.id),
        "talk": talks.of_case(tx, case.id) if has_written else None,
    }


def _content(visit: SignedIn, read: CaseRead) -> dict[str, Any]:
    stage, order = read.case.stage or Stage.RECEIVED, list(Stage)
    document, timeline, today = read.document(visit.now), read.timeline, pages.here(visit.now)
    sheet, plan = safe_contact.sheet(document), read.plan(visit.now)
    changed = next((line for line in timeline if line.entry.kind == CONTACT_CHANGED and not line.is_sealed), None)
    # Giving it back, pausing and closing are deeds of their own; a move that needs something is made where that shows.
    known = shown_by(course(read.case.day, [line.entry for line in timeline]))
    known = replace(known, stage=stage)
    moves = [move.after for move in moves_from(stage) if move.after in IN_ORDER[1:] and not may_move(known, move)]
    return {
        "document": document,
        "sheet": sheet,
        "parts": _parts(document, {line.step for line in sheet}),
        "named_times": any(line.answer for line in sheet if line.step in safe_contact.TIMES_STEPS),
        "agreed_routes": safe_contact.agreed_routes(document),
        "messages": [line for line in timeline if line.entry.kind == MESSAGE],
        "raised": [line for line in timeline if line.entry.kind == RAISED],
        "written": [line for line in reversed(timeline) if line.entry.kind == "written"],
        "never_words": next((each.answer for each in document.answers() if each.step == "never_times"), ""),
        "phrases": agreed_phrases.phrases(document.language),
        "left_out": [part.title for part in document.parts if part.is_left_out],
        "contact_changed": changed.entry if changed else None,
        "contact_heard": plan_in_force.heard(changed.note) if changed else None,
        "own_hours": safe_contact.OWN_HOURS,
        "as_handed_over": safe_contact.sheet(read.handed_over) if changed else (),
        "withdrawn": next((line.entry for line in timeline if line.entry.kind == WITHDRAWN), None),
        "onward": [after for after in moves if order.index(after) > order.index(stage)],
        "back": [after for after in moves if order.index(after) < order.index(stage)],
        "contact_pause": plan_in_force.pause(read.changes(visit.now), today.date()),
        "not_today": safe_contact.is_unnamed_day(document, today.weekday()),
        "contact_is_over": plan.renew_by if plan.renew_by and plan.renew_by < visit.now else None,
        "routes": ROUTES,
        "results": RESULTS,
        "note_chars": NOTE_CHARS,
    }


def _parts(document: Document, on_sheet: Set[str]) -> Sequence[tuple[str, Sequence[Answer], Sequence[Answer]]]:
    """Of each part: its title, what was answered, and what was asked and not answered.

    What stands on the call sheet is left to it, consents to the list of what was agreed to: nothing is read twice.
    """
    elsewhere = on_sheet | {consent.step for consent in document.consents}
    asked = [(part.title, [each for each in part.answers if each.step not in elsewhere]) for part in document.parts]
    return [
        (title, [each for each in answers if each.is_given], [each for each in answers if not each.is_given])
        for title, answers in asked
        if answers
    ]


def _is_unread(visit: SignedIn, tx: Connection, read: CaseRead) -> bool:
    """Whether the person added something that nobody has seen to yet. That it is shown now is written down, without
    which nobody could."""
    entries = [line.entry for line in read.timeline]
    added = [each.id for each in entries if each.kind in FROM_THE_PERSON and each.staff_name is None]
    return bool(added) and news.note_shown(tx, read.case.id, visit.member.id, max(added))
