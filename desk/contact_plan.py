"""The safe-contact plan of a case as the rules read it: made from the document in force and what the person changed.

Here may live only the way from answers to a `policy.safe_contact.Plan`.
"""

from collections.abc import Sequence
from datetime import datetime

from desk import pages, plan_in_force, safe_contact
from desk.case_document import Document
from desk.plan_in_force import Change
from policy.safe_contact import LEAVES_A_MESSAGE, SAFE_FOR, Plan, days_named, times_named


def plan_of(document: Document, changes: Sequence[Change], now: datetime, *, is_withdrawn: bool) -> Plan:
    """The plan in force. `document` is the one in force already (`desk.plan_in_force`)."""
    chosen = {answer.step: answer.options for answer in document.answers()}
    safe_for = SAFE_FOR.get(next(iter(chosen.get("safe_for", ())), ""))
    said_at = document.handed_over_at
    return Plan(
        routes=frozenset(safe_contact.agreed_routes(document)),
        days=days_named(chosen.get("safe_days", ())),
        times=times_named(chosen.get("safe_times", ())),
        voicemail=bool(LEAVES_A_MESSAGE & set(chosen.get("voicemail", ()))),
        until=pages.here(said_at + safe_for).date() if said_at and safe_for else None,
        has_words=any(answer.step == "never_times" and answer.is_given for answer in document.answers()),
        is_paused=bool(plan_in_force.pause(changes, pages.here(now).date())),
        is_withdrawn=is_withdrawn,
    )
