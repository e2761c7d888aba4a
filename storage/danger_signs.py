"""A sign of danger in what a person writes after the hand-over: when it came, what it hurries, and that somebody acted.

Here may live the rows that come with such a sign, each whole in the caller's transaction: the entry with the words,
which come in sealed; the priority of the case; a clock; and the alerts, which go on until somebody who was shown the
sign has done something about it: read it, written to the person, tried to be in touch since, or written down what
becomes of the danger. To pass the case on, or to write down anything else, is no answer.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from policy.deadlines import NEW_SIGN
from policy.escalation import Rung
from policy.priority import Priority
from storage import alerts, cases, clocks, news
from storage.cases import RAISED
from storage.tables import CASE_ENTRIES, CASES


def add(tx: Connection, case_id: str, now: datetime, *, note: bytes, due: datetime, rungs: Sequence[Rung]) -> None:
    """Keeps a sign, and hurries the case: urgent, to be seen to by `due`, told up the ladder although it is taken."""
    cases.lock(tx, case_id)
    row = {"case_id": case_id, "at": now.timestamp(), "kind": RAISED, "note": note}
    tx.execute(insert(CASE_ENTRIES).values(row))
    tx.execute(update(CASES).where(CASES.c.id == case_id).values(priority=int(Priority.URGENT)))
    clocks.put(tx, case_id, NEW_SIGN, due)
    alerts.write_climbing(tx, case_id, rungs, NEW_SIGN)


def answer(tx: Connection, case_id: str, staff_id: int, now: datetime, *, at: datetime | None = None) -> None:
    """This member has done something about what the person wrote, now or earlier `at` a moment: what was there by then
    and was shown to them is seen to (`storage.news`), and where the newest sign is among it, its clock is kept and
    nobody is told any further."""
    seen_to = news.see_to(tx, case_id, staff_id, by=at if at is not None and at < now else None)
    signs = (CASE_ENTRIES.c.case_id == case_id) & (CASE_ENTRIES.c.kind == RAISED)
    newest = tx.execute(select(func.max(CASE_ENTRIES.c.id)).where(signs)).scalar()
    if newest is None or newest > seen_to:
        return
    if clocks.settle(tx, case_id, NEW_SIGN, clocks.MET, now):
        alerts.end_climbing(tx, case_id, NEW_SIGN)
