"""The second step of signing in: a code or a passkey; the first time, setting one up. And one's own list of them.

Here may live the pages /second-factor, for members who have given their password, and /me/second-factor, for those who
are in and want another one. The secret of an app stands on its page, in letters and as a picture, until it was used.
"""

import io

import pyotp
import segno
from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.cafes.cafe_telling import tell_what_is_over
from desk.entrance import passkeys, proof, sign_in
from desk.entrance.passwords import MustWait
from desk.visit import SignedIn
from storage import audit, second_factors, staff_sessions

GROUP = 4
LEAST = 1
"""One is always left: without any, the next sign-in would let whoever has the password choose one."""


def show(visit: SignedIn) -> Response:
    """Asks for the second factor, or sets one up for somebody who has none."""
    if visit.session.proved_at is not None:
        return access.go_to("/")
    return _ask(visit) if _has_one(visit) else _set_up(visit)


def enter(visit: SignedIn) -> Response:
    """Lets in whoever shows the right one; or keeps the first one, once it was shown to work."""
    if visit.session.proved_at is not None:
        return access.go_to("/")
    if not _has_one(visit):
        return _in(visit, _first_page(visit)) if _keep(visit) else _set_up(visit, "code")
    try:
        return _in(visit, _wanted(visit)) if proof.is_shown(visit) else _ask(visit, "code")
    except MustWait as wait:
        return _ask(visit, "sign_in_wait", minutes=wait.minutes)


def picture(visit: SignedIn) -> Response:
    """What an authenticator app reads with the camera, while one is being set up."""
    with visit.desk.database.read() as tx:
        secret = second_factors.pending_app(tx, visit.desk.secrets.pepper, visit.member.id)
    if secret is None:
        return pages.member_refusal(visit, "no_such_page", 404)
    address = pyotp.TOTP(secret).provisioning_uri(name=visit.member.name, issuer_name="Desk")
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False, svgns=True)
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def show_another(visit: SignedIn) -> Response:
    """Sets up another one, for somebody who is in."""
    return _set_up(visit)


def add_another(visit: SignedIn) -> Response:
    """Keeps another one, once it was shown to work."""
    return access.go_to("/me?done=factor_added") if _keep(visit) else _set_up(visit, "code")


def remove(visit: SignedIn) -> Response:
    """Forgets one, as long as another is left."""
    with visit.desk.database.begin() as tx:
        if len(second_factors.of_member(tx, visit.member.id)) <= LEAST:
            return pages.member_refusal(visit, "last_factor", 409)
        if second_factors.forget(tx, visit.member.id, int(visit.path["factor_id"])):
            _write_down(visit, tx, "factor_removed")
    return access.go_to("/me?done=factor_removed")


def _first_page(visit: SignedIn) -> str:
    """The recovery key, for whoever comes in with the team key before one is written down; for others the cases."""
    return "/recovery-key" if visit.is_recovery_due else _wanted(visit)


def _wanted(visit: SignedIn) -> str:
    """The page that was asked for; the audit, for somebody who reads no cases."""
    return sign_in.wanted_page(visit) if visit.may("see_cases") else "/audit"


def _has_one(visit: SignedIn) -> bool:
    with visit.desk.database.read() as tx:
        return bool(second_factors.of_member(tx, visit.member.id))


def _keep(visit: SignedIn) -> bool:
    """Whether an app or a passkey was set up by this form."""
    pepper, code = visit.desk.secrets.pepper, visit.form.get("code", "")
    with visit.desk.database.begin() as tx:
        if visit.form.get("made"):
            kept = passkeys.keep(visit, tx)
        else:
            kept = second_factors.confirm_app(tx, pepper, visit.member.id, code, visit.now)
        if kept:
            _write_down(visit, tx, "factor_added")
    return kept


def _in(visit: SignedIn, to: str) -> Response:
    """All the way in, with another cookie than half way (ASVS 5.0, 7.2.4)."""
    with visit.desk.database.begin() as tx:
        staff_sessions.end(tx, visit.session)
        cookie = staff_sessions.start(tx, visit.member.id, visit.session.team_key, visit.now, is_proved=True)
        _write_down(visit, tx, "signed_in")
        if visit.session.team_key is not None:  # so that it is done in time, whoever looks at a report or not
            tell_what_is_over(tx, visit.session.team_key, visit.now)
    return access.sign_in(visit, cookie, to)


def _ask(visit: SignedIn, error: str = "", minutes: int = 0) -> Response:
    with visit.desk.database.begin() as tx:
        options = passkeys.to_sign(visit, tx)
        has_app = any(each.kind == second_factors.APP for each in second_factors.of_member(tx, visit.member.id))
    values = {"options": options, "has_app": has_app, "minutes": minutes, "wanted": sign_in.wanted_page(visit)}
    return _page(visit, "second_factor.html", error, **values)


def _set_up(visit: SignedIn, error: str = "") -> Response:
    with visit.desk.database.begin() as tx:
        secret = second_factors.begin_app(tx, visit.desk.secrets.pepper, visit.member.id, visit.now)
        options = passkeys.to_make(visit, tx) if passkeys.can_be_used(visit.desk) else ""
    groups = [secret[start : start + GROUP] for start in range(0, len(secret), GROUP)]
    is_first = visit.session.proved_at is None
    return _page(visit, "second_factor_new.html", error, groups=groups, options=options, is_first=is_first)


def _page(visit: SignedIn, template: str, error: str, **values: object) -> Response:
    errors = {"code": error} if error else {}
    status = 429 if error == "sign_in_wait" else 422 if error else 200
    return pages.with_script(pages.member_page(visit, template, status, errors=errors, **values))


def _write_down(visit: SignedIn, tx: Connection, action: str) -> None:
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, action)
