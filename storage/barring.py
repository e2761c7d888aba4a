"""Who of the staff must have nothing to do with a case, for they know somebody in it or are near to them: who it is.

Here may live reading the table `conflicts` and forgetting its rows; what marks somebody is `storage.conflicts`. That
somebody here knows a person says something of that person, so in clear stands neither who it is nor why: a keyed digest
tells it to whoever asks about one member and one case. The desk's pepper is no part of the database.
"""

import hmac
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select

from storage import sealing
from storage.tables import CONFLICTS


@dataclass(frozen=True, slots=True)
class Barred:
    """Who must have nothing to do with a case: asked by `in`, with the id of a member."""

    case_id: str
    whos: frozenset[bytes] = field(default=frozenset(), repr=False)
    pepper: bytes = field(default=b"", repr=False)

    def __contains__(self, staff_id: object) -> bool:
        """Whether it is this member."""
        return isinstance(staff_id, int) and any(is_of(self.pepper, self.case_id, staff_id, who) for who in self.whos)


def is_of(pepper: bytes, case_id: str, staff_id: int, who: bytes) -> bool:
    """Whether a digest is this member's, for this case."""
    return hmac.compare_digest(digest(pepper, case_id, staff_id), who)


def of_case(tx: Connection, case_id: str, pepper: bytes) -> Barred:
    """Who must have nothing to do with a case."""
    found = tx.execute(select(CONFLICTS.c.who).where(CONFLICTS.c.case_id == case_id)).scalars()
    return Barred(case_id, frozenset(bytes(each) for each in found), pepper)


def forget_case(tx: Connection, case_id: str) -> None:
    """Nothing is left of the case, so nobody has anything to do with it."""
    tx.execute(delete(CONFLICTS).where(CONFLICTS.c.case_id == case_id))


def digest(pepper: bytes, case_id: str, staff_id: int) -> bytes:
    """What stands for this member and this case in the table."""
    return sealing.lookup(pepper, f"conflict:{case_id}:{staff_id}")
