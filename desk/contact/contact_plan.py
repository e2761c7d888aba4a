"""The safe-contact plan of a case as the rules read it: made from the document in force and what the person changed.

Here may live only the way from answers to a `policy.safe_contact.Plan`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.flows.lists import CONTACT_ROUTES
from desk import pages
from desk.cases.case_document import Document
from desk.contact import plan_in_force, safe_contact
from desk.contact.plan_in_force import Change
from desk.contact.safe_contact import own_hours_of
from policy.safe_contact import LEAVES_A_MESSAGE, SAFE_FOR, Hours, Plan, days_named, times_named
from storage.cases import WITHDRAWN
from storage.process import CLOSED


@dataclass(frozen=True, slots=True)
class Standing:
    """What the service adds to a plan: hours for who named none, and by when it has to ask again."""

    decent: tuple[time, time]
    renew_by: datetime | None


def plan_of(
    document: Document,
    changes: Sequence[Change],
    now: datetime,
    *,
    said_on: date | None,
    rests: str,
    standing: Standing,
) -> Plan:
    """The plan in force. `document` is the one in force already (`desk.contact.plan_in_force`); `said_on` is the day
    from which what is safe for a while counts; `rests` is the kind of entry that has ended the case by then, if any."""
    chosen = {answer.step: answer.options for answer in document.answers()}
    safe_for = SAFE_FOR.get(next(iter(chosen.get("safe_for", ())), ""))
    return Plan(
        routes=frozenset(safe_contact.agreed_routes(document)),
        days=days_named(chosen.get("safe_days", ())),
        times=times_named(chosen.get("safe_times", ())),
        voicemail=bool(LEAVES_A_MESSAGE & set(chosen.get("voicemail", ()))),
        until=said_on + safe_for if said_on and safe_for else None,
        has_words=any(answer.step == "never_times" and answer.is_given for answer in document.answers()),
        is_paused=bool(plan_in_force.pause(changes, pages.here(now).date())),
        is_withdrawn=rests == WITHDRAWN,
        own_hours=tuple(_own_hours(chosen)),
        decent=standing.decent,
        renew_by=standing.renew_by,
        is_closed=rests == CLOSED,
    )


def _own_hours(chosen: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Hours]]:
    """Of each route that has hours of its own. Where it has only days or only times, the rest is as for all."""
    for route in CONTACT_ROUTES:
        if any(chosen.get(step) for step in own_hours_of(route)):
            days = chosen.get(f"safe_days_{route}") or chosen.get("safe_days", ())
            times = chosen.get(f"safe_times_{route}") or chosen.get("safe_times", ())
            yield route, Hours(days_named(days), times_named(times))
