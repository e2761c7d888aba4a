"""A case, opened, and all that is shown of it. Reading it is written down before it is shown.

Here may live the way from a case's sealed row to its page. What is done with a case lives in `desk.case_deeds`.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response

from desk import access, case_notice, pages, plan_in_force, safe_contact, shut_case
from desk.access import SignedIn
from desk.case_document import Answer, Document, open_case_key, open_document, open_note
from policy.contact_attempts import RESULTS, ROUTES
from policy.moves import moves_from
from policy.retention import SESSION_IDLE
from policy.stages import IN_ORDER, Stage
from storage import addresses, case_lists, caseload, desk_messages, talks, tasks
from storage.case_lists import Entry
from storage.caseload import Case
from storage.cases import CONTACT_CHANGED, MESSAGE, WITHDRAWN
from storage.sealing import SealBroken

NOTE_CHARS = 4000
PHRASES = ("ask_time", "will_call", "how_are_you", "no_hurry", "closing")
"""Names of the phrases offered to whoever writes to a person, under `phrases` in the desk's words."""
CLEARS_ITSELF = f"{int(SESSION_IDLE.total_seconds()) + 60};url=/"
"""A case left open on a screen goes when its reader is signed out for being away. Source: as `SESSION_IDLE`; a page
without scripts cannot warn, so it says so at its foot."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An entry with its note opened; `is_sealed` when there is a note that does not open."""

    entry: Entry
    note: str = field(repr=False)
    is_sealed: bool


def show(visit: SignedIn) -> Response:
    """The case; or why it stays shut to this visitor."""
    return render(visit)


def lead_back(visit: SignedIn) -> Response:
    """To the case's page, for somebody who loads the address of a form anew."""
    return access.go_to(f"/cases/{visit.path['case_id']}")


def render(visit: SignedIn, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """The page of a case, with what was wrong in a form on it, by field."""
    with visit.desk.database.begin() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        why_not = shut_case.why(case, visit)
        if why_not:
            return shut_case.page(visit, case, why_not)
        team_key = visit.session.team_key or b""
        try:
            case_key = open_case_key(case, team_key)
            document = open_document(case, case_key)
        except (SealBroken, ValueError):
            return shut_case.page(visit, case, "broken")
        caseload.note_opened(tx, case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
        entries = case_lists.entries(tx, case.id)
        timeline = _timeline(entries, case, case_key, team_key)
        changes = [(line.entry.kind, line.note) for line in timeline if not line.is_sealed]
        document = plan_in_force.in_force(document, changes)
        content = _content(case, document, timeline) | {
            "clocks": case_lists.clocks(tx, case.id),
            "left_to_do": case.stage is None and bool(tasks.of_case(tx, case.id)),
            "notice": case_notice.on_case(visit, case, entries),
            "can_write": addresses.is_chosen(tx, case.id),
            "message_states": desk_messages.states(tx, case.id),
            "talk": talks.of_case(tx, case.id),
            "contact_pause": plan_in_force.pause(changes, pages.here(visit.now).date()),
            "not_today": safe_contact.is_unnamed_day(document, pages.here(visit.now).weekday()),
        }
        response = pages.member_page(visit, "case.html", status, case=case, errors=errors or {}, **content)
    response.headers["Refresh"] = CLEARS_ITSELF
    return response


def _content(case: Case, document: Document, timeline: Sequence[TimelineEntry]) -> dict[str, Any]:
    stage, order = case.stage or Stage.RECEIVED, list(Stage)
    sheet = safe_contact.sheet(document)
    # Giving it back, pausing and closing are deeds of their own; a move that needs something is made where that shows.
    moves = [move.after for move in moves_from(stage) if move.after in IN_ORDER[1:] and not move.needs]
    return {
        "document": document,
        "sheet": sheet,
        "parts": _parts(document, {line.step for line in sheet}),
        "named_times": any(line.answer for line in sheet if line.step in safe_contact.TIMES_STEPS),
        "agreed_routes": safe_contact.agreed_routes(document),
        "messages": [line for line in timeline if line.entry.kind == MESSAGE],
        "is_unread": _is_unread(timeline),
        "written": [line for line in reversed(timeline) if line.entry.kind == "written"],
        "never_words": next((each.answer for each in document.answers() if each.step == "never_times"), ""),
        "phrases": PHRASES,
        "left_out": [part.title for part in document.parts if part.is_left_out],
        "timeline": [replace(each, note=plan_in_force.as_lines(each.entry.kind, each.note)) for each in timeline],
        "contact_changed": next((line.entry for line in timeline if line.entry.kind == CONTACT_CHANGED), None),
        "withdrawn": next((line.entry for line in timeline if line.entry.kind == WITHDRAWN), None),
        "onward": [after for after in moves if order.index(after) > order.index(stage)],
        "back": [after for after in moves if order.index(after) < order.index(stage)],
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


def _is_unread(timeline: Sequence[TimelineEntry]) -> bool:
    """Whether the person wrote after anybody here did something about the case. The newest entry comes first."""
    written = max((line.entry.at for line in timeline if line.entry.kind == MESSAGE), default=0.0)
    done = max((line.entry.at for line in timeline if line.entry.staff_name is not None), default=0.0)
    return written > done


def _timeline(entries: Sequence[Entry], case: Case, case_key: bytes, team_key: bytes) -> Sequence[TimelineEntry]:
    return [_timeline_entry(entry, case, case_key, team_key) for entry in reversed(entries)]


def _timeline_entry(entry: Entry, case: Case, case_key: bytes, team_key: bytes) -> TimelineEntry:
    if entry.note is None:
        return TimelineEntry(entry, "", False)
    try:
        return TimelineEntry(entry, open_note(entry.note, case.id, case_key, team_key), False)
    except (SealBroken, ValueError):
        return TimelineEntry(entry, "", True)
