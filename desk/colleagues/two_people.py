"""What a manager asks a second person for that is about no case: a colleague's role of manager, another recovery key.

Here may live asking for it, how far that has come, and using it once. What is then done lives where it is shown.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from desk.visit import SignedIn
from policy.four_eyes import REASON_CHARS
from storage import approvals, staff
from storage.approvals import NotThere

SHORTEST_REASON = 10


def shown(visit: SignedIn, tx: Connection, what: str, about: int | None = None) -> Mapping[str, Any]:
    """How far it has come, for the template `two_people.html`."""
    others = [each for each in staff.everybody(tx) if each.approves and each.id != visit.member.id]
    asked = approvals.asked_for(tx, what, visit.member.id, visit.now, about)
    return {"asked": asked, "has_others": bool(others), "reason_chars": REASON_CHARS}


def ask(visit: SignedIn, tx: Connection, what: str, about: int | None = None) -> dict[str, str]:
    """Asks for it; or what is wrong in the form, by field."""
    why = visit.form.get("why", "").strip()
    if not SHORTEST_REASON <= len(why) <= REASON_CHARS:
        return {"why": "why_two"}
    approvals.ask(tx, what, None, visit.member.id, visit.now, visit.desk.secrets.audit, why=why, about=about)
    return {}


def use(visit: SignedIn, tx: Connection, what: str, about: int | None = None) -> None:
    """What a second person has approved is done now, and no second time. Raises NotThere."""
    found = approvals.asked_for(tx, what, visit.member.id, visit.now, about)
    if found is None:
        raise NotThere
    approvals.use(tx, found.id, None, visit.member.id, visit.now, visit.desk.secrets.audit, about)
