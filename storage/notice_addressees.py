"""Whom a notice that is about no case is for, worked out as it is sent, so that it reaches those it is for by then.

Here may live that question. A notice is never for whoever did what it tells of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from policy.access import Role
from policy.four_eyes import may_be_the_two
from storage import approvals, staff, standing_in
from storage.notices import OPENED_MANY, TRIED, Notice


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a notice is for, by their own addresses, and of something to approve: what, and until when (UTC seconds)."""

    emails: tuple[str, ...] = ()
    what: str = ""
    until: float | None = None


def of(tx: Connection, notice: Notice, now: datetime) -> Told | None:
    """Whom it is for; None where it tells of nothing any more."""
    if notice.kind == TRIED:
        member = staff.by_id(tx, notice.about) if notice.about else None
        return Told((member.email,)) if member and member.email else None
    everybody = [each for each in staff.everybody(tx) if each.id != notice.about]
    if notice.kind == OPENED_MANY:
        stand_ins = standing_in.for_managers(tx, now) or ()
        return Told(_emails([each for each in everybody if Role.MANAGER in each.roles or each.id in stand_ins]))
    waiting = next((each for each in approvals.waiting(tx, now) if each.id == notice.approval), None)
    if waiting is None:
        return None
    asked = staff.by_id(tx, waiting.asked_by) if waiting.asked_by else None
    roles = asked.roles if asked else frozenset[Role]()
    able = [each for each in everybody if each.approves and may_be_the_two(waiting.what, roles, each.roles)]
    return Told(_emails(able), waiting.what, waiting.expires_at)


def _emails(members: Sequence[staff.Member]) -> tuple[str, ...]:
    return tuple(each.email for each in members if each.email)
