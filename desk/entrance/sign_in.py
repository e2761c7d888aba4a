"""The first step of signing in, by name and password, and going out.

Here may live these two, and where somebody wanted to go who was asked to sign in.
"""

import re

from starlette.responses import Response

from desk import access, pages
from desk.entrance import passwords
from desk.visit import SignedIn, Visit
from storage import audit, member_keys, staff_sessions
from storage.staff import Member

WAYS = re.compile(r"/|/cases/[0-9A-Za-z]{1,32}")
SECOND = "/second-factor"
CLEAR = '"cache", "cookies", "storage"'


def show(visit: Visit) -> Response:
    """The form to sign in."""
    return _form(visit)


def enter(visit: Visit) -> Response:
    """Leads a member to the second step. A wrong name and a wrong password get the same words after the same time."""
    name, password = visit.form.get("name", ""), visit.form.get("password", "")
    try:
        known = passwords.check(visit.desk, name, password, visit.now, visit.network)
    except passwords.MustWait as wait:
        return _form(visit, "sign_in_wait", minutes=wait.minutes)
    if known is None:
        return _form(visit, "sign_in")
    wanted = wanted_page(visit)
    return access.sign_in(visit, _start(visit, *known), SECOND if wanted == "/" else f"{SECOND}?next={wanted}")


def leave(visit: SignedIn) -> Response:
    """Signs out, and asks the browser to forget what it saw here."""
    with visit.desk.database.begin() as tx:
        staff_sessions.end(tx, visit.session)
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "signed_out")
    response = access.go_to("/sign-in")
    response.delete_cookie(access.cookie_name(visit.desk), secure=visit.desk.is_https, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = CLEAR
    return response


def _start(visit: Visit, member: Member, private: bytes) -> str:
    """The cookie of a place that is half signed in."""
    team_key = member_keys.receive(private, member.team_key) if member.team_key else None
    with visit.desk.database.begin() as tx:
        audit.write(tx, visit.desk.secrets.audit, visit.now, member.id, "password_given")
        return staff_sessions.start(tx, member.id, team_key, visit.now)


def _form(visit: Visit, error: str = "", minutes: int = 0) -> Response:
    name = visit.form.get("name", "")
    status = 200 if not error else 429 if minutes else 403
    return pages.page(
        visit.desk, "sign_in.html", status, error=error, minutes=minutes, name=name, wanted=wanted_page(visit)
    )


def wanted_page(visit: Visit) -> str:
    """Where to go once signed in: only ever a page of the desk."""
    wanted = visit.form.get("next") or visit.query.get("next") or "/"
    return wanted if WAYS.fullmatch(wanted) else "/"
