"""Putting one's name to how suitability, safety and strengths were weighed: the two facilitators, and a supervisor.

Here may live signing, and the page on which a manager who is neither of the two reads what they sign. A signed version
is never written on: whoever changes anything begins a new one, and all three look at it again.
"""

from starlette.responses import Response

from desk import pages
from desk.cases import case_page
from desk.cases.open_case import OpenCase
from desk.process import process_facts
from desk.process.process_case import Opened, note_shown, open_case, put_name
from desk.process.process_deeds import back
from desk.process.process_evidence import day
from desk.process.process_page import teller
from desk.process.written import Written, content_of, latest
from desk.visit import SignedIn
from policy.moves import BY_NAME
from policy.record_forms import SUITABILITY
from policy.suitability import may_supervise, missing
from storage import clocks, process, staff
from storage.caseload import NotAllowed

REVIEW = "review"


def sign(visit: SignedIn) -> Response:
    """One of the facilitators stands behind the newest version. It has to be whole, and to say till when it holds."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        process.assert_may(opened.case, BY_NAME[SUITABILITY.deed], process_facts.facts(opened.known))
        newest = _newest(visit, opened)
        if not may_sign(opened.known, newest, visit.member.id):
            raise NotAllowed
        signed = {**newest.signed, visit.member.id: visit.now.timestamp()}
        content = content_of(newest) | {"signed": {str(each): at for each, at in signed.items()}}
        put_name(visit, tx, opened, newest, content)
    return back(visit, "/suitability")


def show(visit: SignedIn) -> Response:
    """What a supervisor signs, and nothing else of the case."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        note_shown(visit, tx)
        newest = latest(opened.known.records, SUITABILITY.name)
        given = {"case": opened.case, "form": SUITABILITY, "newest": newest, "tell": teller(visit)}
        waits = newest is not None and may_sign_off(opened.known, newest, visit.member.id, opened.case.assignee)
        named, names = opened.named, staff.names(tx)
        response = pages.member_page(visit, "sign_off.html", 200, **given, waits=waits, named=named, names=names)
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response


def supervise(visit: SignedIn) -> Response:
    """A manager who is neither of the two signs after them; from now on the review has its clock."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        newest = _newest(visit, opened)
        if not may_sign_off(opened.known, newest, visit.member.id, opened.case.assignee):
            raise NotAllowed
        content = content_of(newest) | {"supervisor": visit.member.id, "supervised_at": visit.now.timestamp()}
        put_name(visit, tx, opened, newest, content)
        if review_on := day(newest.values.get("review_on", "")):
            clocks.put(tx, opened.case.id, REVIEW, pages.end_of(review_on))
    return show(visit)


def missing_in(case: OpenCase, newest: Written) -> tuple[str, ...]:
    """The headings that keep a version from being signed today."""
    return missing(newest.values, case.today, case.review_within_days)


def may_sign(case: OpenCase, newest: Written, who: int) -> bool:
    """Whether this member is one of the facilitators, and the version is whole and not signed off."""
    return who in process_facts.facts(case).pair and newest.supervisor is None and not missing_in(case, newest)


def may_sign_off(case: OpenCase, newest: Written, who: int, assignee: int | None) -> bool:
    """Whether both have signed, and this member is neither, has not written in it, and does not have the case."""
    pair = process_facts.facts(case).pair
    both = len(pair) >= 2 and pair <= set(newest.signed) and not missing_in(case, newest)
    is_free = may_supervise(who, pair | set(newest.signed), newest.wrote) and who != assignee
    return both and newest.supervisor is None and is_free


def _newest(visit: SignedIn, opened: Opened) -> Written:
    """The newest version, if it is the one the form was about."""
    newest = latest(opened.known.records, SUITABILITY.name)
    if newest is None or str(newest.version) != visit.form.get("version"):
        raise NotAllowed
    return newest
