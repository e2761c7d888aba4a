"""Who answers for a case whose coordinator is away: who stands in for them, else the managers. Never nobody.

Here may live that rule and what it goes by. Who is away and who could stand in is read by `storage.standing_in`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

REASON_LEAST, REASON_CHARS = 10, 1000
"""Letters of a written reason: a sentence."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Who is away now, and who of the staff can answer. Ids of staff and of cases."""

    away: Mapping[int, int | None] = field(default_factory=dict)
    """Who is away, and whom they named to stand in; None where they named nobody."""
    able: frozenset[int] = frozenset()
    """Whom they named, if those are let in and have a role that has cases. Who is away is not able, whatever this
    says: nobody stands in for somebody who stands in."""
    barred: frozenset[tuple[str, int]] = frozenset()
    """A case, and somebody named who must have nothing to do with it (`storage.barring`)."""

    def stands_in(self, for_: int) -> int | None:
        """Who stands in for somebody who is away; None where nobody does."""
        named = self.away.get(for_)
        return named if named in self.able and named not in self.away else None

    def answers(self, case_id: str, assignee: int) -> int | None:
        """Who answers for a case that somebody has: they, or who stands in; None: it goes up to the managers.

        Source: the service's promise that no case is ever nobody's; a manager sees to who has which case.
        """
        if assignee not in self.away:
            return assignee
        named = self.stands_in(assignee)
        return None if named is None or (case_id, named) in self.barred else named

    def stood_in_for(self, by: int) -> frozenset[int]:
        """For whom somebody stands in now."""
        return frozenset(each for each in self.away if self.stands_in(each) == by)

    def barred_from(self, member: int) -> frozenset[str]:
        """The cases of those they stand in for that they must have nothing to do with."""
        return frozenset(case_id for case_id, who in self.barred if who == member)

    @property
    def uncovered(self) -> frozenset[int]:
        """Who is away with nobody who stands in for them."""
        return frozenset(each for each in self.away if self.stands_in(each) is None)

    @property
    def barred_cases(self) -> frozenset[str]:
        """Cases with which whoever was named must have nothing to do."""
        return frozenset(case_id for case_id, _ in self.barred)


EVERYBODY_HERE = Cover()
