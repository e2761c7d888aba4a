"""A case that stays shut to a visitor: why, and the page that says so, with who has it and nothing of its person.

Here may live the reasons a case is not shown. Whose cases one may read is said in `policy.access`.
"""

from collections.abc import Mapping

from starlette.responses import Response

from desk import pages
from desk.visit import SignedIn
from policy.access import BARRED, Deed, may
from storage import caseload, cases
from storage.caseload import Case

NOT_THEIRS = ("waiting", "colleague", "barred")


def why(case: Case, visit: SignedIn) -> str | None:
    """Why a case is not shown to this visitor, by the name of its words; None when it is."""
    if case.case_key is None or case.document is None:
        return "erased"
    if case.stage is None and case.assignee is None:
        return "withdrawn"
    whose = visit.whose_is(case.assignee)
    if whose == BARRED:
        return "barred"
    if not may(visit.member.roles, Deed.READ, whose):
        return "waiting" if case.assignee is None else "colleague"
    if visit.session.team_key is None:
        return "let_in_since" if visit.member.team_key else "not_let_in"
    return None


def page(
    visit: SignedIn, case: Case, reason: str, *, is_undone: bool = False, errors: Mapping[str, str] | None = None
) -> Response:
    """The page instead of the case; `is_undone`: somebody pressed a button for it."""
    said = reason
    if reason == "erased":
        with visit.desk.database.read() as tx:
            said = "erased_by_service" if cases.was_erased_by_staff(tx, case.id) else reason
    values = {"case": case, "reason": reason, "said": said, "is_undone": is_undone, "errors": errors or {}}
    status = 422 if errors else 403 if reason in NOT_THEIRS else 200
    return pages.member_page(visit, "case_shut.html", status, **values)


def moved_on(visit: SignedIn) -> str:
    """Why what was asked of the address cannot be done any more, by the name of its words: a withdrawal above all."""
    if visit.ties is None:
        return "not_allowed"
    with visit.desk.database.read() as tx:
        case = caseload.find(tx, visit.path["case_id"])
    return "withdrawn_since" if case.state == cases.WITHDRAWN else "not_allowed"


def refuse(visit: SignedIn, *, is_undone: bool) -> Response:
    """The same for a case that is found not to be the visitor's. Raises NoSuchCase."""
    with visit.desk.database.read() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        return page(visit, case, why(case, visit) or "colleague", is_undone=is_undone)
