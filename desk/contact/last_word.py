"""What lets the intake tell a person, in the chat they chose, that staff have erased what was held, as they asked.

Here may live only whether that is safe, and until when. The words are the chat's own, agreed and neutral; nothing waits
for another hour, since with what was erased the plan is gone, too.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desk.cases.case_read import CaseRead
from policy.safe_contact import THIS_CHAT, is_over, windows
from policy.settings import Settings
from policy.working_time import WorkingTime
from storage import addresses
from storage.sealing import seal_to

SHORT = timedelta(minutes=1)
"""What is left of a safe time must be longer than this to say anything in it. Source: as `desk.contact.chat_deeds`."""


def last_word(tx: Connection, read: CaseRead, now: datetime, settings: Settings) -> bytes | None:
    """It, sealed to the intake, with the safe time that runs now; None where the plan leaves anything open, or the
    person did not choose this chat."""
    plan = read.plan(now)
    is_named = THIS_CHAT in plan.routes and addresses.is_chosen(tx, read.case.id)
    if not is_named or plan.has_words or is_over(plan, now):
        return None
    safe = windows(plan, now, WorkingTime.from_settings(settings), route=THIS_CHAT)
    if not safe or safe[0].start > now or safe[0].end - now <= SHORT:
        return None
    until = [safe[0].start.timestamp(), safe[0].end.timestamp()]
    plain = json.dumps({"words": "", "windows": [until], "language": read.handed_over.held_in}).encode()
    return seal_to(addresses.intake_key(tx), plain, f"desk message:{read.case.id}")
