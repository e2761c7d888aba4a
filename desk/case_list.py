"""The first page: which cases wait, which are one's own, what is due next. No word of any case stands on it.

Here may live what that page shows and nothing else.
"""

from typing import Any

from starlette.responses import Response

from desk import pages
from desk.access import SignedIn
from storage import case_lists


def show(visit: SignedIn) -> Response:
    """The lists, the case due first at the top of each."""
    at = visit.now.timestamp()
    with visit.desk.database.read() as tx:
        lists: dict[str, Any] = {
            "counts": case_lists.count(tx, visit.member.id, at),
            "waiting": case_lists.waiting(tx),
            "mine": case_lists.of_member(tx, visit.member.id),
            "colleagues": case_lists.of_colleagues(tx, visit.member.id),
        }
    return pages.member_page(visit, "case_list.html", at=at, most_shown=case_lists.MOST_SHOWN, **lists)
