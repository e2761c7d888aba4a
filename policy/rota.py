"""Whose turn it is to open a case that nobody has taken: a named somebody, the second person on the ladder of alerts.

Here may live that rule. Who could be asked at all is for storage to say: let in, here, able to have cases, and with
nothing against it in this case.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked: how many cases they have, and when they last took one, in UTC seconds."""

    staff_id: int
    name: str
    email: str | None
    cases: int
    took_at: float


def whose_turn(candidates: Iterable[Candidate]) -> Candidate | None:
    """Who has fewest cases; of several, who took one longest ago. None where there is nobody.

    Source: the service's choice; that it is one person by name is practice of services that answer promptly: what
    everybody was told, everybody leaves to another.
    """
    return min(candidates, key=lambda each: (each.cases, each.took_at, each.staff_id), default=None)
