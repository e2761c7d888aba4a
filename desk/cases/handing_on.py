"""Handing a case on to a colleague, and opening a colleague's with a written reason.

Here may live the handlers of those forms: each one thing, in one transaction, that leads on to a page that says so.
"""

from starlette.responses import Response

from desk import access, pages
from desk.cases import shut_case
from desk.cases.case_document import open_case_key, seal_note
from desk.visit import SignedIn
from policy.escalation import Ways
from storage import case_openings, caseload, hand_ons
from storage.caseload import NotAllowed
from storage.sealing import SealBroken

REASON_LEAST = 10
REASON_CHARS = 1000


def show(visit: SignedIn) -> Response:
    """Who could have the case, and how many each has."""
    with visit.desk.database.read() as tx:
        case = caseload.find(tx, visit.path["case_id"])
        barred = visit.ties.barred if visit.ties else ()
        takers = hand_ons.takers(tx, visit.now, case.assignee, barred)
        values = {"takers": takers, "caseload": hand_ons.cases_of(tx)}
    return pages.member_page(visit, "hand_on.html", 200, case=case, **values)


def hand_on(visit: SignedIn) -> Response:
    """Asks the colleague that was chosen; from a manager it is theirs at once."""
    to, case_id = visit.form.get("to", ""), visit.path["case_id"]
    if not to.isdigit():
        raise NotAllowed
    who = (case_id, visit.member.id, visit.now, visit.desk.secrets.audit)
    hand = hand_ons.assign if visit.may("assign") else hand_ons.offer
    with visit.desk.database.begin() as tx:
        hand(tx, *who, to=int(to), pepper=visit.desk.secrets.pepper)
    return access.go_to(f"/?done={'handed_on' if visit.may('assign') else 'offered'}&case={case_id}")


def answer(visit: SignedIn) -> Response:
    """Takes the case a colleague would hand on, or leaves it with them."""
    case_id, accepts = visit.path["case_id"], visit.form.get("answer") == "yes"
    who = (case_id, visit.member.id, visit.now, visit.desk.secrets.audit)
    with visit.desk.database.begin() as tx:
        hand_ons.answer(tx, *who, accepts=accepts)
    return access.go_to(f"/cases/{case_id}?done=taken_over" if accepts else "/")


def open_with_reason(visit: SignedIn) -> Response:
    """Opens a colleague's case to a manager who has written why. Who has it is told on every page of theirs;
    they, the other people of the case and the managers are told outside the desk at once."""
    case_id, reason = visit.path["case_id"], visit.form.get("reason", "").strip()
    with visit.desk.database.read() as tx:
        case = caseload.find(tx, case_id)
    if not REASON_LEAST <= len(reason) <= REASON_CHARS:
        return shut_case.page(visit, case, "colleague", errors={"reason": "reason"})
    if visit.session.team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    try:
        sealed = seal_note(reason, case_id, open_case_key(case, visit.session.team_key))
    except (SealBroken, ValueError):
        return shut_case.page(visit, case, "broken")
    with visit.desk.database.begin() as tx:
        who = (case_id, visit.member.id, visit.now, visit.desk.secrets.audit)
        case_openings.open_case(tx, *who, reason=sealed, channels=Ways.from_settings(visit.desk.settings).channels)
    return access.go_to(f"/cases/{case_id}")


def note_told(visit: SignedIn) -> Response:
    """Who has the case has seen who opened it."""
    with visit.desk.database.begin() as tx:
        caseload.own(tx, visit.path["case_id"], visit.member.id)
        case_openings.note_told(tx, visit.path["case_id"], visit.now)
    return access.go_to(f"/cases/{visit.path['case_id']}")
