"""That somebody of the staff must have nothing to do with a case: marked, and lifted, each with a reason.

Here may live these two deeds, each whole in the caller's transaction. The reason is sealed in the case's timeline; what
stands in the table, and how it is read, is `storage.barring`'s.

Source: Council of Europe, Recommendation CM/Rec(2018)8 on restorative justice: facilitators are impartial.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from storage import audit, barring, caseload
from storage.caseload import NotAllowed
from storage.tables import CASE_FACILITATORS, CONFLICTS, HAND_ONS

MARKED, LIFTED = "conflict_marked", "conflict_lifted"


def mark(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    whom: int,
    pepper: bytes,
    note: bytes,
) -> None:
    """From now on `whom` has nothing to do with this case: they facilitate it no longer, and where they had it, it
    waits for somebody again. `note` is why, sealed already. Raises NoSuchCase, and NotAllowed when it is so already."""
    case = caseload.find(tx, case_id, lock=True)
    if case.stage is None or whom in barring.of_case(tx, case_id, pepper):
        raise NotAllowed
    tx.execute(insert(CONFLICTS).values(case_id=case_id, who=barring.digest(pepper, case_id, whom), at=now.timestamp()))
    caseload.enter(tx, case_id, staff_id, now, MARKED, note=note)
    audit.write(tx, audit_key, now, staff_id, MARKED, case_id)
    here = (CASE_FACILITATORS.c.case_id == case_id) & (CASE_FACILITATORS.c.staff_id == whom)
    tx.execute(delete(CASE_FACILITATORS).where(here))
    tx.execute(delete(HAND_ONS).where(HAND_ONS.c.case_id == case_id, HAND_ONS.c.to_id == whom))
    if case.assignee == whom:
        caseload.let_wait(tx, case, staff_id, now, audit_key)


def lift(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    whom: int,
    pepper: bytes,
    note: bytes,
) -> None:
    """They may have to do with it again; nobody lifts it for themselves. `note` is why, sealed already.

    Raises NoSuchCase, and NotAllowed when nothing like it is marked.
    """
    caseload.find(tx, case_id, lock=True)
    own = (CONFLICTS.c.case_id == case_id) & (CONFLICTS.c.who == barring.digest(pepper, case_id, whom))
    if whom == staff_id or tx.execute(delete(CONFLICTS).where(own)).rowcount == 0:
        raise NotAllowed
    caseload.enter(tx, case_id, staff_id, now, LIFTED, note=note)
    audit.write(tx, audit_key, now, staff_id, LIFTED, case_id)
