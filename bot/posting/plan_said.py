"""What a person says about being in touch, as the plan it makes, and whether what waits still fits it.

Here may live no more than that: once it is sent, the plan is sealed, and nobody on this side can read it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, time

from bot.moment import Moment
from bot.posting import desk_post
from policy.safe_contact import SAFE_FOR, THIS_CHAT, ZONE, Plan, Window, days_named, times_named, windows
from storage import desk_messages
from storage.desk_messages import COMES_UP, DeskMessage
from storage.sealing import SealBroken


def plan_said(said: Mapping[str, object], now: datetime, decent: tuple[time, time]) -> Plan:
    """The plan in these answers; `decent` are the hours that count where they name none."""

    def options(step: str) -> tuple[str, ...]:
        found = said.get(step)
        if isinstance(found, str):
            return (found,)
        return tuple(str(each) for each in found) if isinstance(found, Collection) else ()

    safe_for = SAFE_FOR.get(next(iter(options("safe_for")), ""))
    return Plan(
        routes=frozenset(options("contact_routes")),
        days=days_named(options("safe_days")),
        times=times_named(options("safe_times")),
        until=(now + safe_for).astimezone(ZONE).date() if safe_for else None,
        has_words=bool(options("never_times")),
        decent=decent,
    )


def still_fits(moment: Moment, case_id: str, plan: Plan) -> bool:
    """Whether all that is still to come up in this chat can be told of only at times that are safe by this plan. What
    they wrote in words of their own nobody can compute, so nothing fits it."""
    safe = windows(plan, moment.now, moment.service.working_time, route=THIS_CHAT)
    waits = [each for each in desk_messages.unread(moment.tx, case_id) if each.state in COMES_UP]
    return not plan.has_words and all(_fits(moment, each, safe) for each in waits)


def _fits(moment: Moment, message: DeskMessage, safe: Collection[Window]) -> bool:
    try:
        opened = desk_post.open_message(message, moment.secrets.letterbox.private)
    except SealBroken:
        return False
    now = moment.now.timestamp()
    return all(
        any(each.start.timestamp() <= max(start, now) and end <= each.end.timestamp() for each in safe)
        for start, end in opened.windows
        if end > now
    )
