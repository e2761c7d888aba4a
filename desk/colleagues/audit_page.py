"""Who saw or did what, for auditors and managers: by reference, and never a word of a case.

Here may live that page. Looking at it is written down as well.
"""

from typing import Any

from starlette.responses import Response

from desk import pages
from desk.visit import SignedIn
from storage import audit, audit_reading, staff

DIGITS = 18


def show(visit: SignedIn) -> Response:
    """The newest rows, or those of one member, one case, or before another row."""
    reference = "".join(letter for letter in visit.query.get("case", "").upper() if letter.isalnum())
    before, person = _number(visit, "before"), _number(visit, "person")
    with visit.desk.database.begin() as tx:
        rows = audit_reading.rows(tx, before=before, staff_id=person, reference=reference)
        people = staff.everybody(tx)
        unusual = audit_reading.unusual(tx, visit.now)
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "audit_seen")
    names = {each.id: each.name for each in people}
    older = rows[-1].id if len(rows) == audit_reading.PAGE else None
    asked: dict[str, Any] = {"person": person, "reference": reference, "older": older, "unusual": unusual}
    return pages.member_page(visit, "audit.html", rows=rows, people=people, names=names, **asked)


def _number(visit: SignedIn, field: str) -> int | None:
    typed = visit.query.get(field, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= DIGITS else None
