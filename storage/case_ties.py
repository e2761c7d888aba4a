"""What ties members of staff to a case: who has it, who facilitates it, who has opened it with a reason.

Here may live reading these ties, for the table of `policy.access` to be asked about them.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from policy.access import Cases, whose
from storage.caseload import NoSuchCase
from storage.tables import CASE_FACILITATORS, CASES


@dataclass(frozen=True, slots=True)
class Ties:
    """Ids of staff."""

    assignee: int | None
    facilitators: frozenset[int]
    opened_by: frozenset[int]

    def to(self, staff_id: int) -> Cases:
        """Whose the case is to this member."""
        return whose(staff_id, self.assignee, self.facilitators, self.opened_by)


def of_case(tx: Connection, case_id: str) -> Ties:
    """The ties of a case. Raises NoSuchCase."""
    row = tx.execute(select(CASES.c.assignee).where(CASES.c.id == case_id)).first()
    if row is None:
        raise NoSuchCase
    return Ties(row.assignee, facilitators(tx, case_id), frozenset())


def facilitators(tx: Connection, case_id: str) -> frozenset[int]:
    """Who facilitates a case."""
    named = select(CASE_FACILITATORS.c.staff_id).where(CASE_FACILITATORS.c.case_id == case_id)
    return frozenset(tx.execute(named).scalars())
