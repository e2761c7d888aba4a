"""What colleagues asked for and a second person has to approve: the page of it, and the answer.

Here may live that page. It shows a reference and the reason, and no word of a person; what is asked for is done by
whoever asked (`desk.cases.export_page`).
"""

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.process.process_page import teller
from desk.visit import SignedIn
from policy.four_eyes import may_be_the_two
from storage import approvals, staff


def show(visit: SignedIn) -> Response:
    """All that waits; what one asked for oneself is there to be taken back."""
    team_key = visit.session.team_key
    if team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    with visit.desk.database.read() as tx:
        waiting = approvals.waiting(tx, visit.now)
    lines = [(each, each.closing(team_key), each.reason(team_key)) for each in waiting]
    return pages.member_page(visit, "approvals.html", lines=lines, tell=teller(visit))


def answer(visit: SignedIn) -> Response:
    """Approves it, or turns it down. Whoever asked can only take it back."""
    if visit.session.team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    is_yes = visit.form.get("answer") == "yes"
    said = (visit.path["approval_id"], visit.member.id, visit.now, visit.desk.secrets.audit)
    try:
        with visit.desk.database.begin() as tx:
            if is_yes and not _may_be_the_second(visit, tx):
                return pages.member_refusal(visit, "needs_manager", 403)
            if is_yes:
                approvals.approve(tx, *said)
            else:
                approvals.turn_down(tx, *said)
    except approvals.NotThere:
        return pages.member_refusal(visit, "no_such_approval", 409)
    return access.go_to(f"/approvals?done={'approved' if is_yes else 'turned_down'}")


def _may_be_the_second(visit: SignedIn, tx: Connection) -> bool:
    found = next((each for each in approvals.waiting(tx, visit.now) if each.id == visit.path["approval_id"]), None)
    asked = staff.by_id(tx, found.asked_by) if found and found.asked_by else None
    return found is None or may_be_the_two(found.what, asked.roles if asked else (), visit.member.roles)
