"""What the desk forgets by itself: referrals that somebody began to enter and left lying, and what two people
had to do together, and absences, that are over.
"""

from datetime import datetime

from storage import absences, approvals, notices, taken_down
from storage.database import Database


def tidy(database: Database, now: datetime) -> int:
    """Forgets what is past its time, then empties SQLite's log; gives how many rows went."""
    with database.begin() as tx:
        gone = taken_down.forget_idle(tx, now) + approvals.forget_past(tx, now) + absences.forget_past(tx, now)
        gone += notices.forget_past(tx, now)
    if gone:
        database.checkpoint()
    return gone
