"""The recovery key: shown to be written down, kept once it was typed back, replaced by a manager who asks for it.

Here may live the page /recovery-key. Whoever opens it is shown another key each time; only the one that is typed back
counts. Until then a key stands nowhere but on the page, and in its form, sealed to the visitor's own cookie.
"""

import base64
import binascii
from typing import NamedTuple

from starlette.responses import Response

from desk import access, pages
from desk.cases.case_page import CLEARS_ITSELF
from desk.colleagues import people, two_people
from desk.entrance import passwords
from desk.visit import SignedIn
from policy.four_eyes import NEW_RECOVERY
from storage import approvals, audit, recovery_keys, sealing, team
from storage.approvals import NotThere

_SHOWN = "shown:recovery_key"


class Shown(NamedTuple):
    """A recovery key as a page showed it, and the mark of the one it would replace (`team.recovery_mark`)."""

    key: str
    instead_of: str


def show(visit: SignedIn) -> Response:
    """A fresh key to be written down, while there is none; later the page People has the way to another."""
    refused = _refuse(visit)
    if refused:
        return refused
    with visit.desk.database.read() as tx:
        mark = team.recovery_mark(tx)
    return access.go_to("/people#recovery") if mark else _page(visit, Shown(recovery_keys.new_recovery_key(), mark))


def ask(visit: SignedIn) -> Response:
    """Asks a second person for another key instead of the one in force."""
    refused = _refuse(visit)
    if refused:
        return refused
    with visit.desk.database.begin() as tx:
        errors = two_people.ask(visit, tx, NEW_RECOVERY)
    return people.render(visit, errors) if errors else access.go_to("/people#recovery")


def renew(visit: SignedIn) -> Response:
    """A fresh key instead of the one in force, for a manager who types their password, once a second person has
    approved it."""
    refused = _refuse(visit)
    if refused:
        return refused
    with visit.desk.database.read() as tx:
        asked = approvals.asked_for(tx, NEW_RECOVERY, visit.member.id, visit.now)
    if asked is None or not asked.approved_at:
        return pages.member_refusal(visit, "no_such_approval", 409)
    try:
        known = passwords.check(visit.desk, visit.member.name, visit.form.get("password", ""), visit.now)
    except passwords.MustWait as wait:
        return people.render(visit, {"password": "sign_in_wait"}, minutes=wait.minutes)
    if known is None:
        return people.render(visit, {"password": "old_password"})
    with visit.desk.database.read() as tx:
        mark = team.recovery_mark(tx)
    return _page(visit, Shown(recovery_keys.new_recovery_key(), mark))


def keep(visit: SignedIn) -> Response:
    """Keeps the key that was shown, once somebody has proved that they have it in writing."""
    refused = _refuse(visit)
    if refused:
        return refused
    shown, team_key = _shown(visit), visit.session.team_key
    if shown is None or team_key is None:
        return pages.member_refusal(visit, "form_token", 403)
    if not recovery_keys.was_copied(shown.key, visit.form.get("typed", "")):
        return _page(visit, shown, {"typed": "recovery_typed"})
    with visit.desk.database.begin() as tx:
        if team.recovery_mark(tx) != shown.instead_of:
            return pages.member_refusal(visit, "recovery_changed", 409)
        try:
            if shown.instead_of:
                two_people.use(visit, tx, NEW_RECOVERY)
        except NotThere:
            return pages.member_refusal(visit, "no_such_approval", 409)
        team.keep_recovery(tx, shown.key, team_key)
        action = "recovery_replaced" if shown.instead_of else "recovery_kept"
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, action)
    return access.go_to("/?done=recovery")


def _refuse(visit: SignedIn) -> Response | None:
    """A page that says no to whoever does not hold the team key the recovery key is to open."""
    return None if visit.session.team_key else pages.member_refusal(visit, "not_let_in", 403)


def _page(visit: SignedIn, shown: Shown, errors: dict[str, str] | None = None) -> Response:
    sealed = sealing.seal(_key(visit), f"{shown.key} {shown.instead_of}".encode(), _SHOWN)
    values = {"groups": shown.key.split("-"), "replaces": bool(shown.instead_of), "errors": errors or {}}
    status, form = 422 if errors else 200, base64.urlsafe_b64encode(sealed).decode()
    response = pages.member_page(visit, "recovery.html", status, shown=form, **values)
    response.headers["Refresh"] = CLEARS_ITSELF
    return response


def _shown(visit: SignedIn) -> Shown | None:
    """What this visitor's page showed; None for what was sealed elsewhere, or not at all."""
    try:
        opened = sealing.unseal(_key(visit), base64.urlsafe_b64decode(visit.form.get("shown", "")), _SHOWN).decode()
    except (binascii.Error, ValueError, sealing.SealBroken):
        return None
    key, _, instead_of = opened.partition(" ")
    return Shown(key, instead_of)


def _key(visit: SignedIn) -> bytes:
    return sealing.derive(visit.cookie.encode(), b"", "shown recovery key")
