"""What is done against a plan all the same: only with a written reason, at which a manager looks.

Here may live that reason, from its field to its row. What is ruled out is said in `policy.safe_contact`.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from desk import pages
from desk.cases.case_document import seal_note
from desk.cases.case_read import CaseRead
from desk.visit import SignedIn
from policy.working_time import WorkingTime
from storage import second_looks

REASON_CHARS: Final = range(10, 1001)
LOOKED_AT_WITHIN: Final = 1
"""Working days until a manager has looked at it. Source: the service's choice: by the next day somebody has."""


def reason(visit: SignedIn, field: str = "override") -> str:
    """What was written in this field."""
    return visit.form.get(field, "").strip()


def keep(visit: SignedIn, tx: Connection, read: CaseRead, against: Sequence[str], why: str) -> None:
    """Seals the reason beside the names of what was ruled out, and asks a manager to look. Belongs into the commit
    that does it."""
    said = [visit.desk.words.text(pages.FILE, f"ruled_out.{name}") for name in against]
    note = seal_note("\n".join([*said, why]), read.case.id, read.case_key)
    by = WorkingTime.from_settings(visit.desk.settings).add_days(visit.now, LOOKED_AT_WITHIN)
    who = (read.case.id, visit.member.id, visit.now, visit.desk.secrets.audit)
    second_looks.ask_for(tx, *who, reason=note, by=by)
