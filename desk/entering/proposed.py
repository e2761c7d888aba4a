"""Referrals somebody else proposed and the person has not said yes to: how many, and the one look at how to reach them.

Here may live the page of those that wait, and that look. What ended is a number and nothing more; what was said opens
with the person's own code and never here.
"""

import json

from starlette.responses import Response

from desk import pages
from desk.visit import SignedIn
from storage import proposals, sealing
from storage.proposals import NoSuchProposal


def show(visit: SignedIn) -> Response:
    """Those that wait, the oldest first, and how the others ended."""
    at = visit.now.timestamp()
    with visit.desk.database.read() as tx:
        counts, waiting = proposals.count(tx, at), proposals.waiting(tx, at)
    return pages.member_page(visit, "proposed.html", counts=counts, waiting=waiting)


def show_contact(visit: SignedIn) -> Response:
    """The name to use and the agreed safe contact of one, this once: it is written down who saw it, and destroyed.

    Source: the most a service may hold of somebody before their own yes is what it takes to tell them that one is
    asked for (UK GDPR article 5(1)(b) and (c)).
    """
    team_key = visit.session.team_key
    if team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    id_, at = visit.path["proposal_id"], visit.now.timestamp()
    with visit.desk.database.begin() as tx:
        try:
            sealed = proposals.contact(tx, id_, at)
        except NoSuchProposal:
            return pages.member_refusal(visit, "proposal_ended", 404)
        if sealed is None:
            return pages.member_refusal(visit, "contact_shown", 409)
        lines = json.loads(sealing.unseal_with(team_key, sealed, f"proposal:{id_}"))
        proposals.note_shown(tx, id_, visit.member.id, visit.now, visit.desk.secrets.audit)
        line = next(each for each in proposals.waiting(tx, at) if each.id == id_)
    visit.desk.database.checkpoint()
    return pages.member_page(visit, "proposed_contact.html", line=line, lines=lines)
