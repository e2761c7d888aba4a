"""The one-time link: choosing a name and a password, and, for the first member, copying down the recovery key.

Here may live the pages behind /set-up/<token>. The link is spent when everything is done, so a page closed half-way can
be opened again; until then nobody can sign in with what was chosen.
"""

import base64
import binascii

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, first_link, pages, passwords
from desk.access import Visit
from storage import audit, member_keys, recovery_keys, sealing, staff, staff_links, staff_sessions, team
from storage.staff import Member
from storage.staff_links import SET_UP, Link

_SHOWN = "set_up:recovery_key"


def show(visit: Visit) -> Response:
    """The form for name and password; a link that does not work any more says so."""
    found = _find(visit)
    return _form(visit, found[1].name) if found else _gone(visit)


def choose(visit: Visit) -> Response:
    """Keeps name and password. Everybody but the first member is then done, and signed in."""
    found = _find(visit)
    if found is None:
        return _gone(visit)
    link, member = found
    name, password = staff.tidy(visit.form.get("name", "")), visit.form.get("password", "")
    errors = _errors(visit, name, password)
    if errors:
        return _form(visit, name, errors)
    keys = passwords.make_keys(visit.desk, password)
    with visit.desk.database.begin() as tx:
        fresh = staff_links.find(tx, visit.path["token"], SET_UP, visit.now)
        if fresh is None:
            return _gone(visit)
        try:
            staff.rename(tx, member.id, name)
        except staff.NameTaken:
            return _form(visit, name, {"name": "name_taken"})
        team_key = member_keys.pass_on(link.team_key, keys.public_key) if link.team_key else None
        staff.keep_keys(tx, member.id, keys, team_key)
        if team.is_set_up(tx):
            return access.sign_in(visit, _finish(visit, tx, fresh), "/")
    return _recovery(visit, recovery_keys.new_recovery_key())


def copy_down(visit: Visit) -> Response:
    """Ends the first member's set-up, once they have shown that they have the recovery key in writing."""
    found = _find(visit)
    shown = _shown(visit)
    if found is None or shown is None or found[1].keys is None or found[0].team_key is None:
        return _gone(visit)
    if not recovery_keys.was_copied(shown, visit.form.get("typed", "")):
        return _recovery(visit, shown, {"typed": "recovery_typed"})
    with visit.desk.database.begin() as tx:
        fresh = staff_links.find(tx, visit.path["token"], SET_UP, visit.now)
        if fresh is None or fresh.team_key is None:
            return _gone(visit)
        team.keep_recovery(tx, shown, fresh.team_key)
        cookie = _finish(visit, tx, fresh)
    first_link.forget(visit.desk.settings.data_dir)
    return access.sign_in(visit, cookie, "/")


def _finish(visit: Visit, tx: Connection, link: Link) -> str:
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
    wrong = passwords.complaint(password, name)
    if wrong:
        errors["password"] = wrong
    return errors


def _form(visit: Visit, name: str, errors: dict[str, str] | None = None) -> Response:
    values = {"token": visit.path["token"], "name": name, "errors": errors or {}}
    return pages.page(visit.desk, "set_up.html", 422 if errors else 200, **values)


def _recovery(visit: Visit, recovery_key: str, errors: dict[str, str] | None = None) -> Response:
    """The recovery key, and a field to type it back. It travels in the form, sealed under the link's token."""
    sealed = sealing.seal(_key(visit), recovery_key.encode(), _SHOWN)
    shown = base64.urlsafe_b64encode(sealed).decode()
    groups = recovery_key.split("-")
    values = {"token": visit.path["token"], "groups": groups, "shown": shown, "errors": errors or {}}
    return pages.page(visit.desk, "recovery.html", 422 if errors else 200, **values)


def _shown(visit: Visit) -> str | None:
    try:
        return sealing.unseal(_key(visit), base64.urlsafe_b64decode(visit.form.get("shown", "")), _SHOWN).decode()
    except (binascii.Error, ValueError, sealing.SealBroken):
        return None


def _key(visit: Visit) -> bytes:
    return sealing.derive(visit.path["token"].encode(), b"", "shown recovery key")


def _gone(visit: Visit) -> Response:
    return pages.refusal(visit.desk, "link_gone", 410)
