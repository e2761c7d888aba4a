"""Who started it, and whether it is gender-based violence: what was handed over says so, and staff can correct it.

Pure: here may live how the two are found. The careful answer counts at once, whoever gives it. The other, where
something has said the careful one, counts with a written reason and the names of two.
"""

from collections.abc import Sequence

from desk.cases.case_document import Document
from desk.process.written import Written
from policy.case_facts import GENDER_BASED

FROM_THE_PERSON = frozenset({"self_referral", "confirm_referral", "organisation_referral"})
"""Flows whose end is the person's own yes, so that what came through them was started by the person harmed."""
NAMES = 2
"""How many stand behind the less careful answer. Source: the service's choice, as for all that nobody decides alone."""


def is_gender_based(document: Document, records: Sequence[Written]) -> bool:
    """Whether the rules for gender-based violence belong to it. Source: the policy and practice framework, 6.1."""
    given = next((each.options for each in document.answers() if each.step == "kind_of_harm"), ())
    is_said = not given or given == ("rather_not_say",) or bool(GENDER_BASED & set(given))
    return not _holds(records, "gender_based", "no", unless=is_said)


def is_started_by_person_harmed(document: Document, records: Sequence[Written]) -> bool:
    """Whether the person harmed started it. Source: as above."""
    return _holds(records, "who_started", "person_harmed", unless=document.flow not in FROM_THE_PERSON)


def _holds(records: Sequence[Written], field: str, answer: str, *, unless: bool) -> bool:
    """Whether the less careful answer holds: nothing has said otherwise, or two have since given it with a reason."""
    said_otherwise, names = unless, set[int]()
    for each in records:
        if each.form != "start":
            continue
        if each.values.get(field) != answer:
            said_otherwise, names = True, set()
        elif each.values.get("how"):
            names.add(each.staff_id)
    return not said_otherwise or len(names) >= NAMES
