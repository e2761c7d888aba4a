"""Putting one's name to how suitability, safety and strengths were weighed: the two facilitators, and a supervisor.

Here may live signing, and the page on which a manager who is neither of the two reads what they sign. A signed version
is never written on: whoever changes anything begins a new one, and all three look at it again.
"""

from starlette.responses import Response

from desk import case_page, pages, process_facts
from desk.access import SignedIn
from desk.process_case import Opened, note_shown, open_case
from desk.process_deeds import back
from desk.process_page import teller
from desk.record_saving import put
from desk.written import Written, content_of, latest
from policy.moves import BY_NAME
from policy.record_forms import SUITABILITY
from storage import clocks, process
from storage.caseload import NotAllowed

REVIEW = "review"


def sign(visit: SignedIn) -> Response:
    """One of the facilitators stands behind the newest version. It has to say what was found, and till when."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        process.assert_may(opened.case, BY_NAME[SUITABILITY.deed], process_facts.facts(opened.known))
        newest = _newest(visit, opened)
        is_one_of_them = visit.member.id in opened.named
        if not is_one_of_them or newest.supervisor or not newest.values.get("outcome"):
            raise NotAllowed
        signed = {**newest.signed, visit.member.id: visit.now.timestamp()}
        content = content_of(newest) | {"signed": {str(each): at for each, at in signed.items()}}
        put(visit, tx, opened, SUITABILITY, content, newest.version)
    return back(visit, "/suitability")


def show(visit: SignedIn) -> Response:
    """What a supervisor signs, and nothing else of the case."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        note_shown(visit, tx)
        newest = latest(opened.known.records, SUITABILITY.name)
        given = {"case": opened.case, "form": SUITABILITY, "newest": newest, "tell": teller(visit)}
        waits = newest is not None and _may_supervise(visit, opened, newest)
        named = opened.named
        response = pages.member_page(visit, "sign_off.html", 200, **given, waits=waits, named=named)
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response


def supervise(visit: SignedIn) -> Response:
    """A manager who is neither of the two signs after them; from now on the review has its clock."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        newest = _newest(visit, opened)
        if not _may_supervise(visit, opened, newest):
            raise NotAllowed
        content = content_of(newest) | {"supervisor": visit.member.id, "supervised_at": visit.now.timestamp()}
        put(visit, tx, opened, SUITABILITY, content, newest.version)
        if review_on := process_facts.day(newest.values.get("review_on", "")):
            clocks.put(tx, opened.case.id, REVIEW, pages.end_of(review_on))
    return show(visit)


def _may_supervise(visit: SignedIn, opened: Opened, newest: Written) -> bool:
    two = set(opened.named)
    both = len(two) >= 2 and two <= set(newest.signed)
    return both and newest.supervisor is None and visit.member.id not in two | set(newest.signed)


def _newest(visit: SignedIn, opened: Opened) -> Written:
    """The newest version, if it is the one the form was about."""
    newest = latest(opened.known.records, SUITABILITY.name)
    if newest is None or str(newest.version) != visit.form.get("version"):
        raise NotAllowed
    return newest
