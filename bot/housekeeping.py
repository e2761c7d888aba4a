"""What the intake forgets by itself: idle conversations, old updates, what lay ready and was not looked at, what
somebody else proposed and the person did not confirm, and messages that nobody but the person can delete any more.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.referrals.tallying import IDLE
from policy.chat_messages import DELETABLE
from policy.retention import CAFE, CHAT_CHOICE, DRAFT_IDLE, SCREEN, SEEN
from storage import cafe_sign_ups, chat_choices, conversations, outbox, proposals, seen_updates, tallies, traces
from storage.conversations import StoredDraft
from storage.database import Database

Standing = Callable[[bytes, StoredDraft], tuple[str, str] | None]
"""The flow and step at which somebody's draft lies, if that is to be counted."""


def tidy(
    database: Database,
    now: datetime,
    cafes_kept: timedelta = CAFE,
    standing: Standing = lambda _person, _stored: None,
) -> int:
    """Forget what is past its time, then empty SQLite's log, of letters sent since too; gives how many rows went."""
    with database.begin() as tx:
        for person, stored in conversations.idle(tx, (now - DRAFT_IDLE).timestamp()).items():
            if lay_at := standing(person, stored):
                tallies.note_ending(tx, *lay_at, IDLE, now)
        gone = conversations.forget_idle(tx, (now - DRAFT_IDLE).timestamp())
        gone += seen_updates.forget_before(tx, (now - SEEN).timestamp())
        gone += outbox.clear_before(tx, "web", (now - SCREEN).timestamp())
        gone += traces.forget_before(tx, (now - DELETABLE).timestamp())
        gone += chat_choices.forget_before(tx, (now - CHAT_CHOICE).timestamp())
        gone += proposals.expire(tx, now.timestamp())
        gone += cafe_sign_ups.forget(tx, now, cafes_kept)
        gone += outbox.forget_before(tx, (now - SEEN).timestamp())
    database.checkpoint()
    return gone
