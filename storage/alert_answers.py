"""What members of staff answered to the alert of a case, each once: that it is not for them, or later.

Here may live what reads or writes the table `alert_answers`, and what such an answer does to the case's ladder. None of
them makes an alert come after the time that was promised, and none keeps one from going another way.
"""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from policy.deadlines import OPENED
from policy.escalation import STAFF_CHAT
from storage import clocks
from storage.alerts import FIRST_MISSED_LEVEL, LOST, WAITING
from storage.tables import ALERT_ANSWERS, ALERTS

NOT_ME, SNOOZE = "not_me", "snooze"
_C = ALERT_ANSWERS.c


def note(tx: Connection, case_id: str, staff_id: int, kind: str, now: datetime) -> bool:
    """Remembers the answer; false when this member has given it about this case before."""
    same = (_C.case_id == case_id) & (_C.staff_id == staff_id) & (_C.kind == kind)
    if tx.execute(select(_C.at).where(same)).first() is not None:
        return False
    tx.execute(insert(ALERT_ANSWERS).values(case_id=case_id, staff_id=staff_id, kind=kind, at=now.timestamp()))
    return True


def passed_on_by(tx: Connection, case_id: str) -> frozenset[int]:
    """Who has said that this case is not for them."""
    said = select(_C.staff_id).where(_C.case_id == case_id, _C.kind == NOT_ME)
    return frozenset(tx.execute(said).scalars())


def pass_on(tx: Connection, case_id: str, at: datetime) -> bool:
    """The next rung of the ladder is due at `at`, if it would come later; false when there is none left."""
    rungs = (ALERTS.c.case_id == case_id) & (ALERTS.c.state == WAITING) & (ALERTS.c.level < FIRST_MISSED_LEVEL)
    level = tx.execute(select(func.min(ALERTS.c.level)).where(rungs)).scalar()
    if level is None:
        return False
    later = rungs & (ALERTS.c.level == level) & (ALERTS.c.due_at > at.timestamp())
    tx.execute(update(ALERTS).where(later).values(due_at=at.timestamp()))
    return True


def tell_again(tx: Connection, case_id: str, wanted: datetime, now: datetime) -> datetime | None:
    """The staff chat hears of the case again at `wanted`, and not before; sooner, if it was promised to be opened
    sooner. When that is, in UTC; None when that time has passed, for then nothing is put off."""
    promised = clocks.due_at(tx, case_id, OPENED)
    until = min(wanted, promised) if promised else wanted
    if until <= now:
        return None
    at = until.timestamp()
    rungs = (ALERTS.c.case_id == case_id) & (ALERTS.c.channel == STAFF_CHAT) & (ALERTS.c.level < FIRST_MISSED_LEVEL)
    sooner = rungs & (ALERTS.c.state == WAITING) & (ALERTS.c.due_at < at)
    tx.execute(update(ALERTS).where(sooner).values(due_at=at))
    has_card = ALERTS.c.card.is_not(None) & (ALERTS.c.card != LOST)
    tx.execute(update(ALERTS).where(rungs, has_card).values(state=WAITING, due_at=at, tries=0))
    return until
