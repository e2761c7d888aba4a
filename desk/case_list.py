"""The first page: which cases wait, which are one's own, what is due next. No word of any case stands on it.

Here may live what that page shows, and the way from a reference to its case.
"""

from collections.abc import Mapping

from starlette.responses import Response

from desk import access, case_notice, pages
from desk.access import SignedIn
from policy.access import NOBODYS, Deed, may
from storage import cards, case_lists, hand_ons, proposals


def show(visit: SignedIn) -> Response:
    """The lists, each in the order in which its cases ask for something."""
    return _page(visit)


def find(visit: SignedIn) -> Response:
    """To the case with the reference somebody was told on the phone, however they typed it."""
    reference = "".join(letter for letter in visit.form.get("reference", "").upper() if letter.isalnum())
    with visit.desk.database.read() as tx:
        case_id = cards.case_called(tx, reference)
    return access.go_to(f"/cases/{case_id}") if case_id else _page(visit, {"reference": "reference"})


def lead_back(_visit: SignedIn) -> Response:
    """To the lists, for somebody who loads the address of the form anew."""
    return access.go_to("/")


def _page(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    settings, at = visit.desk.settings, visit.now.timestamp()
    tells = bool(settings.smtp_url or (settings.staff_bot_token and settings.staff_chat_id is not None))
    with visit.desk.database.read() as tx:
        lists = {
            "counts": case_lists.count(tx, visit.member.id, at),
            "waiting": case_lists.waiting(tx),
            "mine": case_lists.of_member(tx, visit.member.id),
            "colleagues": case_lists.of_colleagues(tx, visit.member.id),
            "proposed": proposals.count(tx, at),
            "sees_all": may(visit.member.roles, Deed.TAKE, NOBODYS),
            "offers": hand_ons.offers(tx, visit.member.id),
            "notice": case_notice.on_list(visit, tx),
        }
    values = {"at": at, "tells": tells, "most_shown": case_lists.MOST_SHOWN, "errors": errors or {}}
    return pages.member_page(visit, "case_list.html", 422 if errors else 200, **values, **lists)
