"""What ties members of staff to a case: who has it, facilitates it, has opened it with a reason, is asked to have it.

Here may live reading these ties, for the table of `policy.access` to be asked about them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, literal, select, union_all

from policy.access import Cases, whose
from storage import case_openings, hand_ons
from storage.caseload import NoSuchCase
from storage.tables import CASE_FACILITATORS, CASES

HAS_IT = "has_it"
FACILITATES = "facilitates"


@dataclass(frozen=True, slots=True)
class Ties:
    """Ids of staff."""

    assignee: int | None
    facilitators: frozenset[int]
    opened_by: frozenset[int]
    offered_to: frozenset[int]

    def to(self, staff_id: int) -> Cases:
        """Whose the case is to this member."""
        return whose(staff_id, self.assignee, self.facilitators, self.opened_by, self.offered_to)


def of_case(tx: Connection, case_id: str, now: datetime) -> Ties:
    """The ties of a case, at a moment. Raises NoSuchCase."""
    has_it = select(literal(HAS_IT), CASES.c.assignee).where(CASES.c.id == case_id)
    facilitate = select(literal(FACILITATES), CASE_FACILITATORS.c.staff_id).where(
        CASE_FACILITATORS.c.case_id == case_id
    )
    opened, offered = case_openings.running(case_id, now), hand_ons.standing(case_id)
    asked = union_all(has_it, facilitate, opened, offered)
    found = [(tie, staff_id) for tie, staff_id in tx.execute(asked)]
    if HAS_IT not in dict(found):
        raise NoSuchCase

    def tied(wanted: str) -> frozenset[int]:
        return frozenset(staff_id for tie, staff_id in found if tie == wanted)

    opened_by, offered_to = tied(case_openings.OPENED), tied(hand_ons.OFFERED)
    return Ties(dict(found)[HAS_IT], tied(FACILITATES), opened_by, offered_to)
