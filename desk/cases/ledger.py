"""The ledger of a case: who agreed to what, when and in which words; who saw it; who was told what.

Here may live that page. It reads the document, the records and the audit, and keeps nothing of its own.
Source: Scottish Government, policy and practice framework, 25.2: evidence of who, when, how and what was shared.
"""

from starlette.responses import Response

from desk import pages
from desk.cases import case_page
from desk.cases.case_document import open_note
from desk.process.process_case import Opened, note_shown, open_case
from desk.process.process_evidence import yes_to
from desk.process.process_page import teller
from desk.visit import SignedIn
from storage import audit, case_lists
from storage.case_lists import Entry
from storage.cases import CONSENT_WITHDRAWN
from storage.sealing import SealBroken


def show(visit: SignedIn) -> Response:
    """The page."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        note_shown(visit, tx)
        records, team_key = opened.known.records, visit.session.team_key or b""
        taken_back = [each for each in case_lists.entries(tx, opened.case.id) if each.kind == CONSENT_WITHDRAWN]
        response = pages.member_page(
            visit,
            "ledger.html",
            200,
            case=opened.case,
            document=opened.known.document,
            consents=[each for each in reversed(records) if each.form == "consent"],
            counts=yes_to(opened.known),
            sharing=[each for each in reversed(records) if each.form == "sharing"],
            taken_back=[(each.at, _words(each, opened, team_key)) for each in reversed(taken_back)],
            readers=audit.readers_of(tx, opened.case.id),
            tell=teller(visit),
        )
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response


def _words(entry: Entry, opened: Opened, team_key: bytes) -> str:
    """What the person took back, in the words they were shown; empty when it does not open."""
    try:
        return open_note(entry.note or b"", opened.case.id, opened.case_key, team_key)
    except (SealBroken, ValueError):
        return ""
