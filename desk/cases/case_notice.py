"""What is said after something was done with a case, and how it is undone.

Here may live the one line at the top of the page that follows. What was done stands in the page's address by its name
alone; whether it can be undone is read off the case, so an old address promises nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from desk.visit import SignedIn
from policy.moves import move_between
from policy.stages import Stage
from storage import caseload
from storage.attempts import ATTEMPT
from storage.case_lists import Entry
from storage.caseload import STAGES, Case, NoSuchCase

HANDED_ON = ("handed_on", "offered")
GIVEN = ("released", "put_away", *HANDED_ON)
ABOUT_NO_CASE = ("recovery", "conflict")
"""The recovery key was written down; a case was shut to this member, so that nothing of it can be shown."""
SAID = ("taken", "attempt", "mistaken", "stage", "read", "plan", "contact_said", "written", "talk_ended", "taken_over")


@dataclass(frozen=True, slots=True)
class Notice:
    """`words` names a text under `done` in the desk's words. `undo` is the path of the form that undoes it, if any;
    `stage` is what that form sends along."""

    words: str
    undo: str = ""
    stage: str = ""
    reference: str = ""


def on_case(visit: SignedIn, case: Case, entries: Sequence[Entry]) -> Notice | None:
    """What to say on the page of one's own case."""
    done = visit.query.get("done", "")
    if done not in SAID or not visit.may("log_try") or case.stage is None:
        return None
    if done == "taken":
        return Notice(done, f"/cases/{case.id}/release")
    if done == "attempt":
        own = [entry.id for entry in entries if entry.kind == ATTEMPT and entry.staff_name == visit.member.name]
        return Notice(done, f"/cases/{case.id}/attempts/{max(own)}/mistaken") if own else None
    if done == "stage":
        before = visit.query.get("before", "")
        back = move_between(case.stage, Stage(before)) if before in STAGES - {Stage.RECEIVED} else None
        return Notice(done, f"/cases/{case.id}/stage", before) if back and not back.needs else Notice(done)
    return Notice(done)


def on_list(visit: SignedIn, tx: Connection) -> Notice | None:
    """What to say on the list, after a case was given back or put away, or something else was done."""
    done, case_id = visit.query.get("done", ""), visit.query.get("case", "")
    if done in ABOUT_NO_CASE:
        return Notice(done)
    try:
        case = caseload.find(tx, case_id) if done in GIVEN else None
    except NoSuchCase:
        return None
    if case is not None and done in HANDED_ON:
        return Notice(done, reference=case.reference)
    if case is None or case.assignee is not None:
        return None
    undo = f"/cases/{case.id}/take" if case.stage else ""
    return Notice("released" if case.stage else "put_away", undo, reference=case.reference)
