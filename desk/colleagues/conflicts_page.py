"""Who must have nothing to do with a case: the page of it, marking somebody with a reason, and lifting that.

Here may live that page. What is marked binds at once: the case is not offered to them, they cannot open it, facilitate
it or stand in for it, and where they had it, it waits for somebody else.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.cases import shut_case
from desk.cases.case_document import open_case_key, seal_note
from desk.visit import SignedIn
from policy.access import Deed, may
from policy.standing_in import REASON_CHARS, REASON_LEAST
from storage import barring, caseload, conflicts, staff
from storage.caseload import NotAllowed
from storage.sealing import SealBroken

MARKED = "conflict"


def show(visit: SignedIn) -> Response:
    """Who it is, and the form."""
    return _page(visit)


def mark(visit: SignedIn) -> Response:
    """From now on somebody has nothing to do with this case."""
    return _write(visit, conflicts.mark)


def lift(visit: SignedIn) -> Response:
    """Somebody may have to do with it again; nobody says so of themselves."""
    return _write(visit, conflicts.lift)


def _write(visit: SignedIn, deed: Callable[..., None]) -> Response:
    case_id, whom = visit.path["case_id"], visit.form.get("whom", "")
    reason = visit.form.get("reason", "").strip()
    errors = {} if whom.isdecimal() and len(whom) < 10 else {"whom": "whom"}
    errors |= {} if REASON_LEAST <= len(reason) <= REASON_CHARS else {"reason": "why_conflict"}
    if errors:
        return _page(visit, errors)
    with visit.desk.database.begin() as tx:
        member = staff.by_id(tx, int(whom))
        if member is None or not member.reads_cases or visit.session.team_key is None:
            raise NotAllowed
        try:
            case = caseload.find(tx, case_id)
            sealed = seal_note(f"{member.name}: {reason}", case_id, open_case_key(case, visit.session.team_key))
        except (SealBroken, ValueError):
            return shut_case.page(visit, case, "broken")
        who = (case_id, visit.member.id, visit.now, visit.desk.secrets.audit)
        deed(tx, *who, whom=member.id, pepper=visit.desk.secrets.pepper, note=sealed)
    is_theirs = member.id == visit.member.id
    return access.go_to(after_oneself(visit) if is_theirs else f"/cases/{case_id}/conflicts?done={MARKED}")


def mark_oneself(visit: SignedIn, tx: Connection, case_key: bytes, reason: str) -> None:
    """Marks whoever gives their word that they have a conflict of interest. Belongs into the commit that keeps it."""
    case_id, member = visit.path["case_id"], visit.member
    why = reason or visit.desk.words.text("desk", "conflicts.own_word")
    sealed = seal_note(f"{member.name}: {why}", case_id, case_key)
    who = (case_id, member.id, visit.now, visit.desk.secrets.audit)
    conflicts.mark(tx, *who, whom=member.id, pepper=visit.desk.secrets.pepper, note=sealed)


def after_oneself(visit: SignedIn) -> str:
    """Where somebody goes to whom the case is shut from now on."""
    return f"/?done={MARKED}&case={visit.path['case_id']}"


def _page(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    with visit.desk.database.read() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        people = [each for each in staff.everybody(tx) if each.keys is not None and may(each.roles, Deed.SEE_CASES)]
        barred = barring.of_case(tx, case.id, visit.desk.secrets.pepper)
    values = {
        "case": case,
        "barred": [each for each in people if each.id in barred],
        "others": [each for each in people if each.id not in barred],
        "done": visit.query.get("done") == MARKED,
        "reason_chars": REASON_CHARS,
        "errors": errors or {},
    }
    return pages.member_page(visit, "conflicts.html", 422 if errors else 200, **values)
