"""What ties members of staff to a case: who has it or stands in, facilitates it, has opened it with a reason, is asked
to have it; and who must have nothing to do with it.

Here may live reading these ties, for the table of `policy.access` to be asked about them.
"""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Integer, LargeBinary, cast, literal, null, select, union_all

from policy.access import Cases, whose
from policy.standing_in import Cover
from storage import case_openings, hand_ons, standing_in
from storage.barring import Barred
from storage.caseload import NoSuchCase
from storage.tables import CASE_FACILITATORS, CASES, CONFLICTS

HAS_IT = "has_it"
FACILITATES = "facilitates"
BARRED = "barred"
NO_DIGEST = cast(null(), LargeBinary)


@dataclass(frozen=True, slots=True)
class Ties:
    """Ids of staff."""

    assignee: int | None
    facilitators: frozenset[int]
    opened_by: frozenset[int]
    offered_to: frozenset[int]
    stands_in: int | None = None
    """Who answers for it in place of who has it, while they are away."""
    barred: Container[int] = ()
    away: Container[int] = ()
    """Everybody who is away now."""

    def to(self, staff_id: int) -> Cases:
        """Whose the case is to this member."""
        tied = (self.facilitators, self.opened_by, self.offered_to)
        return whose(staff_id, self.assignee, *tied, self.stands_in, self.barred)

    def had_by(self, assignee: int | None) -> "Ties":
        """The same once somebody else has the case: nobody stands in for them that one knows of."""
        return self if assignee == self.assignee else replace(self, assignee=assignee, stands_in=None)


def of_case(tx: Connection, case_id: str, now: datetime, pepper: bytes) -> Ties:
    """The ties of a case, at a moment, in one question: it is asked before every page. Raises NoSuchCase."""
    has_it = select(literal(HAS_IT), CASES.c.assignee).where(CASES.c.id == case_id)
    facilitate = select(literal(FACILITATES), CASE_FACILITATORS.c.staff_id).where(
        CASE_FACILITATORS.c.case_id == case_id
    )
    tied_by_id = (has_it, facilitate, case_openings.running(case_id, now), hand_ons.standing(case_id))
    by_id = [each.add_columns(NO_DIGEST) for each in (*tied_by_id, *standing_in.of_case(case_id, now))]
    barred = select(literal(BARRED), cast(null(), Integer), CONFLICTS.c.who).where(CONFLICTS.c.case_id == case_id)
    found = tx.execute(union_all(*by_id, barred)).all()
    if HAS_IT not in {row[0] for row in found}:
        raise NoSuchCase

    def tied(wanted: str) -> frozenset[int]:
        return frozenset(staff_id for tie, staff_id, _ in found if tie == wanted and staff_id is not None)

    assignee = next(iter(tied(HAS_IT)), None)
    away, named = tied(standing_in.AWAY), next(iter(tied(standing_in.NAMED)), None)
    barred_ones = Barred(case_id, frozenset(bytes(who) for tie, _, who in found if tie == BARRED), pepper)
    bars = frozenset({(case_id, named)} if named is not None and named in barred_ones else ())
    cover = Cover({each: named if each == assignee else None for each in away}, tied(standing_in.ABLE), bars)
    stands_in = cover.answers(case_id, assignee) if assignee in away else None
    opened_by, offered_to = tied(case_openings.OPENED), tied(hand_ons.OFFERED)
    return Ties(assignee, tied(FACILITATES), opened_by, offered_to, stands_in, barred_ones, away)
