"""Reading the audit: who saw or did what, the newest first, and who opened more cases in an hour than work explains.

Here may live questions to the table of the audit. Writing and checking it is `storage.audit`'s.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from policy.access import MANY_OPENINGS, MANY_WITHIN, WATCHED
from storage.tables import AUDIT, CASES, STAFF

PAGE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `about` is the id of the colleague it was done to, if it was done to one; `at` is UTC seconds."""

    id: int
    at: float
    name: str | None
    action: str
    about: int | None
    reference: str | None


def rows(
    tx: Connection, *, before: int | None = None, staff_id: int | None = None, reference: str = ""
) -> Sequence[Row]:
    """A page of rows, by one member or about one case if so asked, older than the row `before`."""
    joined = AUDIT.outerjoin(STAFF, STAFF.c.id == AUDIT.c.staff_id).outerjoin(CASES, CASES.c.id == AUDIT.c.case_id)
    columns = (AUDIT.c.id, AUDIT.c.at, STAFF.c.name, AUDIT.c.action, CASES.c.reference)
    wanted = select(*columns).select_from(joined).order_by(AUDIT.c.id.desc()).limit(PAGE)
    if before is not None:
        wanted = wanted.where(AUDIT.c.id < before)
    if staff_id is not None:
        wanted = wanted.where(AUDIT.c.staff_id == staff_id)
    if reference:
        wanted = wanted.where(CASES.c.reference == reference)
    return [_row(*found) for found in tx.execute(wanted)]


def unusual(tx: Connection, now: datetime) -> Sequence[tuple[str, float, int]]:
    """Of each member who opened very many cases within an hour of late: their name, when that was last so, how many."""
    since = (now - WATCHED).timestamp()
    opened = select(STAFF.c.name, AUDIT.c.at, AUDIT.c.case_id).join(STAFF, STAFF.c.id == AUDIT.c.staff_id)
    opened = opened.where(AUDIT.c.action == "opened", AUDIT.c.at > since).order_by(AUDIT.c.at, AUDIT.c.id)
    recent: dict[str, deque[tuple[float, str]]] = defaultdict(deque)
    times: dict[str, Counter[str]] = defaultdict(Counter)
    found: dict[str, tuple[float, int]] = {}
    for name, at, case_id in tx.execute(opened):
        mine, cases = recent[name], times[name]
        mine.append((at, case_id))
        cases[case_id] += 1
        while at - mine[0][0] >= MANY_WITHIN.total_seconds():
            _, gone = mine.popleft()
            cases[gone] -= 1
            if not cases[gone]:
                del cases[gone]
        if len(cases) > MANY_OPENINGS:
            found[name] = (at, len(cases))
    return [(name, at, many) for name, (at, many) in found.items()]


def opened_by(tx: Connection, staff_id: int, since: datetime) -> int:
    """How many cases a member has opened since."""
    own = (AUDIT.c.action == "opened") & (AUDIT.c.at > since.timestamp()) & (AUDIT.c.staff_id == staff_id)
    return int(tx.execute(select(func.count(AUDIT.c.case_id.distinct())).where(own)).scalar_one())


def _row(row_id: int, at: float, name: str | None, action: str, reference: str | None) -> Row:
    done, _, about = action.partition(":")
    return Row(row_id, at, name, done, int(about) if about.isdigit() else None, reference)
