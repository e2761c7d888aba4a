"""Proposing a referral that staff entered for a worker: locked until the person has said yes, as one from a chat is.

Here may live what Send makes of one: the row that waits, with what the intake is to lock, and the draft destroyed. From
then on nobody at the desk reads it, not even whoever entered it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from random import SystemRandom
from uuid import uuid4

from sqlalchemy import Connection

from bot.flow import Position
from bot.referrals import proposal_content
from desk.entering import taken_down as entered
from desk.entering.taken_down import Taken
from desk.visit import SignedIn
from storage import addresses, audit, proposals, proposals_due, team
from storage.codes import new_code
from storage.references import new_reference


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the worker is to be told, this once."""

    reference: str
    code: str = field(repr=False)
    days: int
    """Until it is destroyed without the person's yes."""


def propose(visit: SignedIn, tx: Connection, taken: Taken, position: Position) -> Proposed:
    """What was said waits for the person's own yes.

    Raises storage.addresses.NoIntakeKey where no chat has run that could lock and open it, and storage.team.NoTeamKey.
    """
    code, id_, days = new_code(SystemRandom()), uuid4().hex, visit.desk.settings.proposal_days
    answers = proposal_content.for_the_person(taken.flow, position)
    contact = proposal_content.for_the_desk(taken.flow, position, visit.desk.words)
    proposal = proposals.Proposal(
        id=id_,
        reference=new_reference(tx, SystemRandom()),
        at=visit.now.timestamp(),
        expires_at=(visit.now + timedelta(days=days)).timestamp(),
        contact=proposals.seal_contact(team.public_key(tx), id_, contact),
        due=proposals_due.sealed(id_, code, answers, addresses.intake_key(tx)),
    )
    proposals.add(tx, proposal)
    entered.forget(visit, tx)
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "proposed_for", id_)
    return Proposed(proposal.reference, code, days)
