"""Showing the second factor again before a deed that asks for a fresh one, without losing what was typed.

Here may live the page in between. The form somebody has filled in goes along on it, sealed to their own cookie, and is
carried out once the factor is right.
"""

import base64
import binascii
import json
from dataclasses import replace

from starlette.responses import Response

from desk import pages
from desk.entrance import passkeys, proof
from desk.entrance.passwords import MustWait
from desk.visit import SignedIn
from storage import sealing

_CARRIED = "carried:form"


def ask(visit: SignedIn) -> SignedIn | Response:
    """The visit with the form that was filled in before, once the factor is shown; else the page that asks for it."""
    if "carried" not in visit.form:
        return _page(visit, visit.form)
    form = _carried(visit)
    if form is None:
        return pages.member_refusal(visit, "form_token", 403)
    try:
        return replace(visit, form=form) if proof.is_shown(visit) else _page(visit, form, "code")
    except MustWait as wait:
        return _page(visit, form, "sign_in_wait", minutes=wait.minutes)


def _page(visit: SignedIn, form: object, error: str = "", minutes: int = 0) -> Response:
    carried = sealing.seal(_key(visit), json.dumps(form).encode(), _CARRIED)
    with visit.desk.database.begin() as tx:
        options = passkeys.to_sign(visit, tx)
    values = {"carried": base64.urlsafe_b64encode(carried).decode(), "options": options, "minutes": minutes}
    status = 422 if error else 200
    response = pages.member_page(visit, "step_up.html", status, **values, errors={"code": error} if error else {})
    return pages.with_script(response)


def _carried(visit: SignedIn) -> dict[str, str] | None:
    """The form as it was first sent; None for what was sealed elsewhere, or not at all."""
    try:
        opened = sealing.unseal(_key(visit), base64.urlsafe_b64decode(visit.form["carried"]), _CARRIED)
    except (binascii.Error, ValueError, sealing.SealBroken):
        return None
    return dict(json.loads(opened))


def _key(visit: SignedIn) -> bytes:
    return sealing.derive(visit.cookie.encode(), visit.address.encode(), "carried form")
