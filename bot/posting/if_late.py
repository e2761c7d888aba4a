"""If the service is late: one neutral message that says so, once, to whoever chose their chat as a way to be in touch.

It lies ready from the hand-over on, with the times the person named, since later nobody on this side can read those.
Here may live making it ready, and letting it go when the promise was not kept, or dropping it when it was.
"""

import json
from datetime import datetime

from sqlalchemy import Connection

from bot.days import by_day
from bot.moment import Moment
from bot.posting import desk_post
from content import words
from policy.deadlines import FIRST_ATTEMPT, NEW_TIME
from policy.safe_contact import THIS_CHAT, ZONE, Plan, windows
from policy.working_time import WorkingTime
from storage import caseload, clocks, desk_messages, plan_changes
from storage.clocks import MISSED, RUNNING
from storage.desk_messages import DeskMessage
from storage.sealing import KeyPair, SealBroken, seal_to

READY, ADMITTED = "if_late", "admitted"
"""Kinds of entries in the timeline: it lies ready; it was let go, to be told of at the next time they named."""


def make_ready(moment: Moment, case_id: str, plan: Plan) -> str:
    """Makes it ready, in place of one made before; the sentence that says so, empty where none lies ready.

    None is made where this chat was not chosen, or the person wrote in words of their own when never to be in touch.
    While they have paused it is suspended, and not spoken of.
    """
    desk_messages.drop_held(moment.tx, case_id, moment.now)
    due = clocks.due_at(moment.tx, case_id, FIRST_ATTEMPT)
    if due is None or due <= moment.now or THIS_CHAT not in plan.routes or plan.has_words:
        return ""
    safe = windows(plan, due, moment.service.working_time, route=THIS_CHAT)
    if not safe:
        return ""
    content = {"words": "", "windows": [[each.start.timestamp(), each.end.timestamp()] for each in safe]}
    plain = json.dumps(content | {"language": moment.words.language}).encode()
    sealed = seal_to(moment.secrets.letterbox.public, plain, f"desk message:{case_id}")
    entry = caseload.enter(moment.tx, case_id, None, moment.now, READY)
    desk_messages.hold(moment.tx, case_id, entry_id=entry, due_at=due, words=sealed)
    if plan_changes.is_paused(moment.tx, case_id):
        desk_messages.suspend(moment.tx, case_id, None)
        return ""
    return moment.words.common("promise.late_line")


def let_go(tx: Connection, message: DeskMessage, letterbox: KeyPair, working_time: WorkingTime, now: datetime) -> None:
    """The time that was promised has passed. If it was not kept, the person is told so, and by when to expect it now;
    that time has its clock. Whatever hinders it, it is tried once."""
    clock = clocks.find(tx, message.case_id, FIRST_ATTEMPT)
    if clock is None or clock.state not in {RUNNING, MISSED} or clock.due_at > now.timestamp():
        desk_messages.drop_held(tx, message.case_id, now)
        return
    try:
        ready = desk_post.open_message(message, letterbox.private)
    except SealBroken:
        desk_messages.drop_held(tx, message.case_id, now)
        return
    told_at = ready.next_after(now)
    if told_at is None:
        desk_messages.drop_held(tx, message.case_id, now)
        return
    new_time = working_time.add_days(datetime.fromtimestamp(told_at, ZONE), 1)
    spoken = words.load(ready.language)
    said = spoken.fill(spoken.common("promise.if_late"), {"contact_by": by_day(new_time, spoken)})
    plain = json.dumps({"words": said, "windows": ready.windows, "language": ready.language}).encode()
    sealed = seal_to(letterbox.public, plain, f"desk message:{message.case_id}")
    clocks.put(tx, message.case_id, NEW_TIME, new_time)
    entry = caseload.enter(tx, message.case_id, None, now, ADMITTED)
    desk_messages.release(tx, message.id, entry_id=entry, due_at=told_at, words=sealed)
