"""The one-time link: choosing a name and a password, and going on to the second step.

Here may live the page behind /set-up/<token>. The first member's link carries the team key: from here on their password
holds it.
"""

from starlette.responses import Response

from desk import access, pages
from desk.entrance import first_link, new_password, passwords
from desk.visit import Visit
from storage import audit, member_keys, staff, staff_links, staff_sessions
from storage.member_keys import MemberKeys
from storage.staff import Member
from storage.staff_links import SET_UP, Link


def show(visit: Visit) -> Response:
    """The form for name and password; a link that does not work any more says so."""
    found = _find(visit)
    return _form(visit, found[1].name) if found else _gone(visit)


def choose(visit: Visit) -> Response:
    """Keeps name and password, spends the link, and leads on to the second factor."""
    found = _find(visit)
    if found is None:
        return _gone(visit)
    name, password = staff.tidy(visit.form.get("name", "")), visit.form.get("password", "")
    errors = _errors(visit, name, password)
    if errors:
        return _form(visit, name, errors)
    try:
        cookie = _finish(visit, name, passwords.make_keys(visit.desk, password))
    except staff.NameTaken:
        return _form(visit, name, {"name": "name_taken"})
    if cookie is None:
        return _gone(visit)
    first_link.forget_once_set_up(visit.desk.database, visit.desk.settings.data_dir)
    return access.sign_in(visit, cookie, "/second-factor")


def _finish(visit: Visit, name: str, keys: MemberKeys) -> str | None:
    """The cookie; None when the link was used in between. Raises NameTaken. What holds the team key comes in one commit
    with the end of the link that held it before."""
    with visit.desk.database.begin() as tx:
        link = staff_links.find(tx, visit.path["token"], SET_UP, visit.now)
        if link is None:
            return None
        staff.rename(tx, link.staff_id, name)
        team_key = member_keys.pass_on(link.team_key, keys.public_key) if link.team_key else None
        staff.keep_keys(tx, link.staff_id, keys, team_key)
        staff_links.spend(tx, link)
        audit.write(tx, visit.desk.secrets.audit, visit.now, link.staff_id, "set_up")
        return staff_sessions.start(tx, link.staff_id, link.team_key, visit.now)


def _find(visit: Visit) -> tuple[Link, Member] | None:
    with visit.desk.database.read() as tx:
        link = staff_links.find(tx, visit.path["token"], SET_UP, visit.now)
        member = staff.by_id(tx, link.staff_id) if link else None
    return (link, member) if link and member else None


def _errors(visit: Visit, name: str, password: str) -> dict[str, str]:
    """The fields that are not right yet, with the name of the words about each."""
    errors = {}
    if not name or len(name) > staff.NAME_CHARS:
        errors["name"] = "name_missing"
    wrong = new_password.complaint(password, name)
    if wrong:
        errors["password"] = wrong
    return errors


def _form(visit: Visit, name: str, errors: dict[str, str] | None = None) -> Response:
    values = {"token": visit.path["token"], "name": name, "errors": errors or {}}
    return pages.page(visit.desk, "set_up.html", 422 if errors else 200, **values)


def _gone(visit: Visit) -> Response:
    return pages.refusal(visit.desk, "link_gone", 410)
