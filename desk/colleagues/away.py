"""Being away: said on one's own page, or by a manager on a colleague's; and coming back.

Here may live these forms. What follows from it for cases and alerts is worked out where they are read.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.visit import SignedIn
from storage import absences, hand_ons, staff
from storage.absences import NotTogether

Render = Callable[[dict[str, str]], Response]


def shown(visit: SignedIn, tx: Connection, staff_id: int) -> dict[str, Any]:
    """What `away.html` needs about this member."""
    could = [each for each in hand_ons.takers(tx, visit.now) if each.id != staff_id]
    everybodys = absences.everybodys(tx, visit.now)
    return {"absence": everybodys.get(staff_id), "could_stand_in": could, "caseload": hand_ons.cases_of(tx)}


def say(visit: SignedIn, staff_id: int, to: str, render: Render) -> Response:
    """Writes down that a member is away, from a day or now, until a day or open; `render` shows what is wrong."""
    errors, starts, ends = _days(visit.form, visit.now)
    stand_in = visit.form.get("stand_in", "")
    with visit.desk.database.begin() as tx:
        if staff.by_id(tx, staff_id) is None:
            return pages.member_refusal(visit, "no_such_person", 404)
        could = {str(each.id): each.id for each in hand_ons.takers(tx, visit.now, staff_id)}
        if stand_in and stand_in not in could:
            errors["stand_in"] = "stand_in"
        if not errors:
            try:
                who = (staff_id, visit.member.id, visit.now, visit.desk.secrets.audit)
                absences.say(tx, *who, stand_in=could.get(stand_in), starts=starts, ends=ends)
            except NotTogether:
                errors["ends"] = "away_ends"
    return render(errors) if errors else access.go_to(f"{to}?done=away")


def come_back(visit: SignedIn, staff_id: int, to: str) -> Response:
    """They are here again, or stay after all."""
    with visit.desk.database.begin() as tx:
        absences.come_back(tx, staff_id, visit.member.id, visit.now, visit.desk.secrets.audit)
    return access.go_to(f"{to}?done=back")


def _days(form: Mapping[str, str], now: datetime) -> tuple[dict[str, str], datetime, datetime | None]:
    """What is wrong, by field; when it starts, which is now where that day has begun; and when it ends, if known."""
    days, errors = dict[str, date](), dict[str, str]()
    for name in ("starts", "ends"):
        typed = form.get(name, "").strip()
        try:
            if typed:
                days[name] = date.fromisoformat(typed)
        except ValueError:
            errors[name] = "day"
    starts = max(now, datetime.combine(days["starts"], time(), pages.HERE)) if "starts" in days else now
    ends = pages.end_of(days["ends"]).astimezone(UTC) if "ends" in days else None
    return errors, starts.astimezone(UTC), ends
