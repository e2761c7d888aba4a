"""A sign of danger in what a person writes after the hand-over: when it came, what it hurries, and that somebody acted.

Here may live the rows that come with such a sign, each whole in the caller's transaction: the entry with the words,
which come in sealed; the priority of the case; a clock; and the alerts, which go on until somebody here has done
something about the case.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, update

from policy.deadlines import NEW_SIGN
from policy.escalation import Rung
from policy.priority import Priority
from storage import alerts, clocks
from storage.tables import CASE_ENTRIES, CASES

RAISED: Final = "flag_raised"
"""The kind of the entry. Its note is sealed to the team: which signs they may be, and the exact words."""


def add(tx: Connection, case_id: str, now: datetime, *, note: bytes, due: datetime, rungs: Sequence[Rung]) -> None:
    """Keeps a sign, and hurries the case: urgent, to be seen to by `due`, told up the ladder although it is taken."""
    row = {"case_id": case_id, "at": now.timestamp(), "kind": RAISED, "note": note}
    tx.execute(insert(CASE_ENTRIES).values(row))
    tx.execute(update(CASES).where(CASES.c.id == case_id).values(priority=int(Priority.URGENT)))
    clocks.put(tx, case_id, NEW_SIGN, due)
    alerts.write_climbing(tx, case_id, rungs, NEW_SIGN)


def answer(tx: Connection, case_id: str, now: datetime) -> None:
    """Somebody here has done something about the case: the clock is kept, and nobody is told any further."""
    if clocks.settle(tx, case_id, NEW_SIGN, clocks.MET, now):
        alerts.end_climbing(tx, case_id, NEW_SIGN)
