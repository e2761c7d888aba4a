"""Whether a sign of danger stands in a case, since when, and what was done about it.

Pure: here may live how that is found in what was handed over, in what the person wrote since, and in what staff wrote
down. The newest word on it counts, so that a new sign stands although an older one was lifted.
"""

from collections.abc import Sequence
from datetime import date

from desk import pages
from desk.cases.case_document import Document
from desk.cases.open_case import OpenCase
from desk.process.process_evidence import day
from desk.process.written import Written
from policy.danger import is_danger
from policy.ledger_forms import FLAG_STANDS, LIFTED, WOULD_LIFT


def stands(document: Document, records: Sequence[Written], raised_at: float) -> bool:
    """Whether a sign of danger stands: handed over, raised since by staff, or by what the person wrote at `raised_at`
    (UTC seconds; 0: never), and not lifted after that."""
    said = [each for each in _flags(records) if each.values.get("state") != WOULD_LIFT]
    if raised_at > (said[-1].at if said else 0.0):
        return True
    if said:
        return said[-1].values.get("state") != LIFTED
    given = {answer.step: answer.options for answer in document.answers() if answer.options}
    unsafe = given.get("feels_safe") == ("no",) or given.get("unwanted_contact") in {("yes",), ("not_sure",)}
    return is_danger(document.flag_names) or unsafe


def seen_at(case: OpenCase) -> float:
    """When a sign was last seen, in UTC seconds; 0 where the only ones are of the hand-over."""
    raised = (each.at for each in _flags(case.records) if each.values.get("state") == FLAG_STANDS)
    return max((*raised, case.course.raised_at), default=0.0)


def is_reached(case: OpenCase) -> bool:
    """Whether the person was spoken with since."""
    return case.course.reached_at > seen_at(case)


def is_heard_since(case: OpenCase, at: float) -> bool:
    """Whether the person was spoken with, or a sign was seen, at this moment (UTC seconds) or since."""
    return max(case.course.reached_at, seen_at(case)) >= at


def is_asked(case: OpenCase, asked_on: str) -> bool:
    """Whether this is a day since then on which they can have been asked."""
    on, seen = day(asked_on), seen_at(case)
    since: date = pages.here(seen).date() if seen else case.course.came_on
    return on is not None and since <= on <= case.today


def others_would_lift(case: OpenCase, staff_id: int) -> bool:
    """Whether somebody else has written down since then that they would lift it."""
    seen = seen_at(case)
    said = (each for each in _flags(case.records) if each.values.get("state") == WOULD_LIFT and each.at >= seen)
    return any(each.staff_id != staff_id for each in said)


def _flags(records: Sequence[Written]) -> list[Written]:
    return [each for each in records if each.form == "flag"]
