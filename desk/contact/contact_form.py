"""Asking a person anew how they may be reached, way by way, and writing down what they say: the page and its form.

What is saved is the plan in force from then on (`desk.contact.plan_in_force`); the one before stays in the history.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from bot.steps import Answers
from desk import access, pages
from desk.cases import case_page, case_read, shut_case
from desk.cases.case_deeds import said_on
from desk.cases.case_document import seal_note
from desk.cases.case_read import CaseRead
from desk.contact import contact_questions, plan_in_force, trying
from desk.visit import SignedIn
from policy.safe_contact import THIS_CHAT, Plan
from storage import addresses, caseload, plan_changes
from storage.caseload import NotAllowed
from storage.cases import CONTACT_CHANGED

FILE = "contact_plan"
SLIPS = "taken_down"
"""The words about what is no answer to a question are those of the other form that staff fill in for somebody."""
NAME_CHARS = 80
CHANGES = frozenset({CONTACT_CHANGED})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a form says, once nothing in it is wrong."""

    said_on: date
    asked_by: str
    answers: Answers = field(repr=False)


def show(visit: SignedIn) -> Response:
    """The page, with what counts now."""
    return _page(visit)


def save(visit: SignedIn) -> Response:
    """Makes it the plan in force. Refused once where the plan was changed by somebody else meanwhile."""
    with visit.desk.database.begin() as tx:
        read, may_name_chat = _opened(visit, tx)
        asked, errors = _read(visit, may_name_chat=may_name_chat)
        if visit.form.get("newest", "") != _newest(read):
            errors = {"newest": "meanwhile", **errors}
        if asked is not None and not errors:
            _keep(visit, tx, read, asked)
            return access.go_to(f"/cases/{read.case.id}?done=contact_said#safe-contact")
    return _page(visit, errors)


def _keep(visit: SignedIn, tx: Connection, read: CaseRead, asked: _Asked) -> None:
    """The new plan, when to ask again, and all that follows from it."""
    case, who = read.case, (read.case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
    note = contact_questions.note(asked.answers, visit.desk.words, said_on=asked.said_on, asked_by=asked.asked_by)
    due = pages.end_of(asked.said_on) + timedelta(days=visit.desk.settings.contact_plan_days)
    sealed = seal_note(json.dumps(note, ensure_ascii=False), case.id, read.case_key)
    caseload.renew_plan(tx, *who, due=due, note=sealed, is_changed=True)
    before = read.plan(visit.now)
    after = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings).plan(visit.now)
    _keep_chat(visit, tx, case.id, before, after)
    trying.keep_tasks(visit, tx)


def _keep_chat(visit: SignedIn, tx: Connection, case_id: str, before: Plan, after: Plan) -> None:
    """What waits to be told of in the chat was to be told at the hours that counted before."""
    is_same = before.hours(THIS_CHAT) == after.hours(THIS_CHAT) and before.until == after.until
    plan_changes.changed(tx, case_id, visit.now, is_named=THIS_CHAT in after.routes, still_fits=is_same)


def _read(visit: SignedIn, *, may_name_chat: bool) -> tuple[_Asked | None, dict[str, str]]:
    answers, errors = contact_questions.read(visit.form, may_name_chat=may_name_chat)
    asked_by, day = visit.form.get("asked_by", "").strip(), said_on(visit)
    if not 0 < len(asked_by) <= NAME_CHARS:
        errors["asked_by"] = "asked_by"
    if day is None:
        errors["said_on"] = "said_on"
    return (None, errors) if errors or day is None else (_Asked(day, asked_by, answers), {})


def _opened(visit: SignedIn, tx: Connection) -> tuple[CaseRead, bool]:
    """The visitor's case, and whether their chat can be a way to be in touch. Raises NotAllowed."""
    case = caseload.find(tx, visit.path["case_id"], lock=True)
    if shut_case.why(case, visit) or case.stage is None or not visit.may("work"):
        raise NotAllowed
    read = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings)
    return read, addresses.is_chosen(tx, case.id) is not None


def _newest(read: CaseRead) -> str:
    """Which change of the plan is the newest: none, or the number of its entry."""
    return next((str(line.entry.id) for line in read.timeline if line.entry.kind in CHANGES), "")


def _page(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    words = visit.desk.words
    with visit.desk.database.begin() as tx:
        read, may_name_chat = _opened(visit, tx)
        caseload.note_opened(tx, read.case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
    answers = contact_questions.in_force(read.document(visit.now))
    sent = visit.form if errors else None
    values: dict[str, Any] = {
        "case": read.case,
        "groups": contact_questions.groups(answers, words, may_name_chat=may_name_chat, sent=sent),
        "newest": _newest(read),
        "is_paused": plan_in_force.pause(read.changes(visit.now), pages.here(visit.now).date()) is not None,
        "name_chars": NAME_CHARS,
        "errors": errors or {},
        "tell": lambda key: words.find(FILE, key) or words.text(SLIPS, key),
    }
    response = pages.member_page(visit, "contact_form.html", 422 if errors else 200, **values)
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response
