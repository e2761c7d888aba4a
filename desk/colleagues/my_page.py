"""One's own page: who one is, being away, the linked Telegram account, where one is signed in, the password.

Here may live these forms and their handlers.
"""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.colleagues import away
from desk.entrance import new_password, passwords
from desk.visit import SignedIn
from storage import audit, notices, second_factors, staff, staff_links, staff_sessions

DONE = ("password", "factor_added", "factor_removed", "away", "back", "email")


def show(visit: SignedIn) -> Response:
    """The page."""
    return _page(visit)


def link_telegram(visit: SignedIn) -> Response:
    """Shows, once, the code to be sent to the staff bot."""
    with visit.desk.database.begin() as tx:
        code = staff_links.make(tx, visit.member.id, staff_links.TELEGRAM, visit.now)
        _write_down(visit, tx, "telegram_code")
    return _page(visit, code=code)


def unlink_telegram(visit: SignedIn) -> Response:
    """Forgets the linked account."""
    with visit.desk.database.begin() as tx:
        staff.unlink_telegram(tx, visit.member.id)
        _write_down(visit, tx, "telegram_unlinked")
    return access.go_to("/me")


def set_email(visit: SignedIn) -> Response:
    """Keeps one's own address at work, for alerts about one's own cases; empty forgets it."""
    typed = visit.form.get("email", "").strip()
    try:
        email = validate_email(typed, check_deliverability=False, test_environment=True).normalized if typed else None
    except EmailNotValidError:
        return _page(visit, {"email": "email"})
    with visit.desk.database.begin() as tx:
        staff.set_email(tx, visit.member.id, email)
        _write_down(visit, tx, "email_changed")
    return access.go_to("/me?done=email")


def end_others(visit: SignedIn) -> Response:
    """Signs out everywhere but here."""
    with visit.desk.database.begin() as tx:
        staff_sessions.end_others(tx, visit.session)
        _write_down(visit, tx, "ended_others")
    return access.go_to("/me")


def note_tried(visit: SignedIn) -> Response:
    """One has seen that wrong passwords were typed for one's name."""
    with visit.desk.database.begin() as tx:
        notices.note_seen(tx, visit.member.id, notices.TRIED, visit.now)
    return access.go_to("/me")


def note_restored(visit: SignedIn) -> Response:
    """One has seen that the service was put back from a backup, and what is missing."""
    with visit.desk.database.begin() as tx:
        notices.note_seen(tx, visit.member.id, notices.RESTORED, visit.now)
    return access.go_to("/")


def say_away(visit: SignedIn) -> Response:
    """One is away, and names who stands in."""
    return away.say(visit, visit.member.id, "/me", lambda errors: _page(visit, errors))


def come_back(visit: SignedIn) -> Response:
    """One is here again."""
    return away.come_back(visit, visit.member.id, "/me")


def change_password(visit: SignedIn) -> Response:
    """Takes another password, wraps the private key anew, and signs out everywhere but here."""
    old, new = visit.form.get("old", ""), visit.form.get("new", "")
    wrong = new_password.complaint(new, visit.member.name)
    if wrong:
        return _page(visit, {"new": wrong})
    try:
        known = passwords.check(visit.desk, visit.member.name, old, visit.now)
    except passwords.MustWait as wait:
        return _page(visit, {"old": "sign_in_wait"}, minutes=wait.minutes)
    if known is None:
        return _page(visit, {"old": "old_password"})
    member, private = known
    keys = passwords.make_keys(visit.desk, new, private)
    with visit.desk.database.begin() as tx:
        staff.keep_keys(tx, member.id, keys, member.team_key)
        staff_sessions.end_others(tx, visit.session)
        _write_down(visit, tx, "password_changed")
    return access.go_to("/me?done=password")


def _write_down(visit: SignedIn, tx: Connection, action: str) -> None:
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, action)


def _page(visit: SignedIn, errors: dict[str, str] | None = None, *, code: str = "", minutes: int = 0) -> Response:
    with visit.desk.database.read() as tx:
        places = staff_sessions.of_member(tx, visit.member.id, visit.now)
        factors = second_factors.of_member(tx, visit.member.id)
        being_away = away.shown(visit, tx, visit.member.id)
    values = {"places": places, "factors": factors, "errors": errors or {}, "code": code, "minutes": minutes}
    values |= being_away
    done = visit.query.get("done", "")
    done = done if done in DONE else ""
    return pages.member_page(visit, "me.html", 422 if errors else 200, **values, done=done)
