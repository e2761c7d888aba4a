"""Who may come in: the cookie, the form token, and the table of `policy.access`.

Here may live the way from a request to a handler and back; what a handler is given is `desk.visit`. A handler is a
plain function from a visit to a response; it runs in a thread and opens its own transactions. What it raises ends as a
page that says nothing of what went wrong.
"""

import hmac
import logging
from collections.abc import Callable
from dataclasses import fields

from anyio.to_thread import run_sync
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from desk import incoming, pages
from desk.cases import shut_case
from desk.desk import Desk
from desk.entrance import step_up
from desk.visit import SignedIn, Visit
from policy.access import TABLE, Deed, Role, Whose, may
from storage import case_openings, case_ties, staff_sessions, standing_in
from storage.cafes import NoSuchCafe
from storage.case_ties import Ties
from storage.caseload import NoSuchCase, NotAllowed, TakerAway

LOG = logging.getLogger("cairn.desk")
SEE_OTHER = 303


Handler = Callable[[Visit], Response]
MemberHandler = Callable[[SignedIn], Response]


class Door:
    """What stands at an address: a handler, and the deed it does. None of them: for people who are not signed in."""

    def __init__(self, handler: Handler, deed: Deed | None) -> None:
        self.deed = deed
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, as an ASGI application."""
        response = await _answer(Request(scope, receive), self._handler)
        await response(scope, receive, send)


def cookie_name(desk: Desk) -> str:
    """Over https the browser itself holds the cookie to this host (ASVS 5.0, 3.3.3); plain http knows no such name."""
    return "__Host-desk" if desk.is_https else "desk"


def let_anybody(handler: Handler) -> Door:
    """A page for people who are not signed in."""
    return Door(handler, None)


def let_members(deed: Deed, handler: MemberHandler, *, half_way: bool = False) -> Door:
    """A page for members of staff who may do this. Everybody else is asked to sign in, or told that it is not theirs;
    a form without its token does nothing. `half_way`: for members who have not shown their second factor yet, too."""

    def signed_in(visit: Visit) -> Response:
        known = _find_member(visit)
        if known is None:
            return _ask_to_sign_in(visit)
        if known.session.proved_at is None and not half_way:
            return _ask_to_sign_in(visit, "/second-factor")
        try:
            if not known.may(deed):
                return _not_theirs(known, deed)
            if known.form and not hmac.compare_digest(known.form.get("form_token", ""), known.session.form_token):
                return pages.member_refusal(known, "form_token", 403)
            if known.form and TABLE[deed].is_fresh and not known.session.is_fresh(known.now):
                shown = step_up.ask(known)
                return shown if isinstance(shown, Response) else handler(shown)
            return handler(known)
        except (NoSuchCase, OverflowError):  # a number in an address that is too large for any table
            return pages.member_refusal(known, "no_such_case", 404)
        except NoSuchCafe:
            return pages.member_refusal(known, "no_such_cafe", 404)
        except TakerAway:
            return pages.member_refusal(known, "taker_away", 409)
        except NotAllowed:
            return pages.member_refusal(known, shut_case.moved_on(known), 409)

    return Door(signed_in, deed)


def sign_in(visit: Visit, cookie: str, to: str) -> Response:
    """Leads to a page of the desk, signed in there."""
    response = RedirectResponse(to, SEE_OTHER)
    name, secure = cookie_name(visit.desk), visit.desk.is_https
    response.set_cookie(name, cookie, path="/", secure=secure, httponly=True, samesite="strict")
    return response


def go_to(path: str) -> Response:
    """Leads on after something was done, so that loading the page again does not do it twice."""
    return RedirectResponse(path, SEE_OTHER)


async def _answer(request: Request, handler: Handler) -> Response:
    desk: Desk = request.app.state.desk
    if request.method == "POST" and not incoming.is_from_here(request):
        return pages.refusal(desk, "elsewhere", 403)
    form = await incoming.read_form(request)
    if form is None:
        return pages.refusal(desk, "too_much", 413)
    cookie = request.cookies.get(cookie_name(desk), "")
    elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    where = (incoming.network(request), request.url.path)
    visit = Visit(desk, desk.now(), request.path_params, request.query_params, form, cookie, *where, elsewhere)
    try:
        return await run_sync(handler, visit)
    except Exception as error:  # its text may hold what somebody wrote, so only its class is told
        LOG.error("a page failed: %s", type(error).__name__)
        return pages.refusal(desk, "fault", 500)


def _find_member(visit: Visit) -> SignedIn | None:
    with visit.desk.database.read() as tx:
        session = staff_sessions.find(tx, visit.cookie, visit.now) if visit.cookie else None
        if session is None:
            return None
        member = session.member
        could = session.team_key is not None and may(member.roles, Deed.KEEP_RECOVERY_KEY)
        is_recovery_due = could and not session.has_recovery
        openings, ties = case_openings.to_tell(tx, member.id), _ties(visit, tx)
        stands_in = Role.MANAGER not in member.roles and member.id in (standing_in.for_managers(tx, visit.now) or ())
    if session.is_to_be_touched(visit.now):
        with visit.desk.database.begin() as tx:
            staff_sessions.touch(tx, session, visit.now)
    seen = {each.name: getattr(visit, each.name) for each in fields(Visit)}
    return SignedIn(
        **seen,
        session=session,
        member=member,
        is_recovery_due=is_recovery_due,
        openings=openings,
        ties=ties,
        stands_in_for_managers=stands_in,
    )


def _ties(visit: Visit, tx: Connection) -> Ties | None:
    try:
        case_id, pepper = visit.path.get("case_id"), visit.desk.secrets.pepper
        return case_ties.of_case(tx, case_id, visit.now, pepper) if case_id else None
    except NoSuchCase:
        return None


def _not_theirs(visit: SignedIn, deed: Deed) -> Response:
    """Says whether it is the role that does not do this, or the case that is not theirs."""
    if not may(visit.member.roles, deed, frozenset(Whose)):
        return pages.member_refusal(visit, "not_your_role", 403)
    if visit.may(Deed.READ):
        return pages.member_refusal(visit, "not_yours", 403)
    return shut_case.refuse(visit, is_undone=deed is not Deed.READ)


def _ask_to_sign_in(visit: Visit, at: str = "/sign-in") -> Response:
    case_id = visit.path.get("case_id", "")
    wanted = f"/cases/{case_id}" if case_id.isalnum() else "/"
    if visit.is_from_elsewhere and not visit.form:
        return pages.page(visit.desk, "passage.html", to=wanted)
    return go_to(at if wanted == "/" else f"{at}?next={wanted}")
