"""What the intake forgets by itself: idle conversations, old updates, what lay ready and was not looked at, and what
somebody else proposed and the person did not confirm.
"""

from datetime import datetime, timedelta

from policy.retention import CAFE, DRAFT_IDLE, SCREEN, SEEN
from storage import cafe_sign_ups, conversations, outbox, proposals, seen_updates
from storage.database import Database


def tidy(database: Database, now: datetime, cafes_kept: timedelta = CAFE) -> int:
    """Forget what is past its time, then empty SQLite's log, of letters sent since too; gives how many rows went."""
    with database.begin() as tx:
        gone = conversations.forget_idle(tx, (now - DRAFT_IDLE).timestamp())
        gone += seen_updates.forget_before(tx, (now - SEEN).timestamp())
        gone += outbox.clear_before(tx, "web", (now - SCREEN).timestamp())
        gone += proposals.expire(tx, now.timestamp())
        gone += cafe_sign_ups.forget(tx, now, cafes_kept)
        gone += outbox.forget_before(tx, (now - SEEN).timestamp())
    database.checkpoint()
    return gone
