"""Who may come in: the cookie, the form token, where a request comes from, and what every page is given.

Here may live the way from a request to a handler and back. A handler is a plain function from a visit to a response; it
runs in a thread and opens its own transactions. What it raises ends as a page that says nothing of what went wrong.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk import pages
from desk.desk import Desk
from storage import staff, staff_sessions, team
from storage.caseload import NoSuchCase, NotAllowed
from storage.staff import Member
from storage.staff_sessions import Session

LOG = logging.getLogger("cairn.desk")
FORM_BYTES = 64 * 1024
FORM_FIELDS = 40
SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, read. Nothing of it but the desk is in its printed form."""

    desk: Desk
    now: datetime
    path: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    cookie: str = field(repr=False)
    is_from_elsewhere: bool = False
    """Whether another site led here, in which case the browser holds back our cookie."""


@dataclass(frozen=True, slots=True)
class SignedIn(Visit):
    """A visit by a member of staff who is signed in."""

    session: Session = field(kw_only=True, repr=False)
    member: Member = field(kw_only=True)
    is_recovery_due: bool = field(kw_only=True)
    """Whether this member could write the recovery key down, and nobody has done so yet."""


Handler = Callable[[Visit], Response]
MemberHandler = Callable[[SignedIn], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def cookie_name(desk: Desk) -> str:
    """Over https the browser itself holds the cookie to this host (ASVS 5.0, 3.3.3); plain http knows no such name."""
    return "__Host-desk" if desk.is_https else "desk"


def let_anybody(handler: Handler) -> Endpoint:
    """A page for people who are not signed in."""

    async def endpoint(request: Request) -> Response:
        return await _answer(request, handler)

    return endpoint


def let_members(handler: MemberHandler) -> Endpoint:
    """A page for members of staff. Everybody else is asked to sign in; a form without its token does nothing."""

    def signed_in(visit: Visit) -> Response:
        known = _find_member(visit)
        if known is None:
            return _ask_to_sign_in(visit)
        if visit.form and not hmac.compare_digest(visit.form.get("form_token", ""), known.session.form_token):
            return pages.member_refusal(known, "form_token", 403)
        try:
            return handler(known)
        except (NoSuchCase, OverflowError):  # a number in an address that is too large for any table
            return pages.member_refusal(known, "no_such_case", 404)
        except NotAllowed:
            return pages.member_refusal(known, "not_allowed", 409)

    async def endpoint(request: Request) -> Response:
        return await _answer(request, signed_in)

    return endpoint


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
    if request.method == "POST" and not _is_from_here(request):
        return pages.refusal(desk, "elsewhere", 403)
    form = await _read_form(request)
    if form is None:
        return pages.refusal(desk, "too_much", 413)
    cookie = request.cookies.get(cookie_name(desk), "")
    elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    visit = Visit(desk, desk.now(), request.path_params, request.query_params, form, cookie, elsewhere)
    try:
        return await run_sync(handler, visit)
    except Exception as error:  # its text may hold what somebody wrote, so only its class is told
        LOG.error("a page failed: %s", type(error).__name__)
        return pages.refusal(desk, "fault", 500)


def _is_from_here(request: Request) -> bool:
    """Fetch Metadata where the browser sends it, else the origin; the form token stands behind both (ASVS 5.0, 3.5)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


async def _read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form, nothing for a request without one; None when it is larger than any of ours."""
    if request.method != "POST":
        return {}
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            return None
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError:
        return None
    return {"": "", **dict(fields)}  # a form is never empty, not even one without fields


def _find_member(visit: Visit) -> SignedIn | None:
    with visit.desk.database.read() as tx:
        session = staff_sessions.find(tx, visit.cookie, visit.now) if visit.cookie else None
        member = staff.by_id(tx, session.staff_id) if session else None
        could = session is not None and session.team_key is not None and member is not None and member.is_manager
        is_recovery_due = could and not team.has_recovery(tx)
    if session is None or member is None:
        return None
    if session.is_to_be_touched(visit.now):
        with visit.desk.database.begin() as tx:
            staff_sessions.touch(tx, session, visit.now)
    seen = (visit.desk, visit.now, visit.path, visit.query, visit.form, visit.cookie, visit.is_from_elsewhere)
    return SignedIn(*seen, session=session, member=member, is_recovery_due=is_recovery_due)


def _ask_to_sign_in(visit: Visit) -> Response:
    case_id = visit.path.get("case_id", "")
    wanted = f"/cases/{case_id}" if case_id.isalnum() else "/"
    if visit.is_from_elsewhere and not visit.form:
        return pages.page(visit.desk, "passage.html", to=wanted)
    return go_to("/sign-in" if wanted == "/" else f"/sign-in?next={wanted}")
