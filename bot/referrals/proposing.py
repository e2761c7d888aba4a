"""A referral that somebody else proposes: writing it, opening it with the confirm code, and what its end does.

Two seals, for two readers: all answers under a key made from the confirm code, which the person gets from whoever
supports them; the name to use and the agreed safe contact alone under the team key, for one look at the desk.
"""

import json
from collections.abc import Callable, Mapping
from uuid import uuid4

from bot.facts import Asking, find_proposal
from bot.moment import Moment, Values
from bot.referrals import proposal_content, proposal_links
from bot.referrals.bringing import Brought
from bot.referrals.proposal_links import BOT, Link
from bot.steps import Answer
from content import words as content_words
from content.words import REFERENCE, Words
from storage import proposals, team
from storage.codes import new_code
from storage.proposals import Proposal
from storage.receipts import receipt
from storage.references import new_reference
from storage.sealing import unseal


def propose(moment: Moment) -> Values:
    """What was said waits, sealed, for the person's own yes."""
    position, tx, now = moment.position, moment.tx, moment.now
    flow = moment.flows[moment.draft.conversation.flow]
    code, id_ = new_code(moment.random), uuid4().hex
    own = receipt(code, moment.pepper)
    if own is None:
        raise ValueError("a code was made that cannot be read")
    locked = proposals.lock(own, id_, proposal_content.for_the_person(flow, position))
    contact = proposal_content.for_the_desk(flow, position, content_words.load(REFERENCE))
    bot = moment.service.values.get(BOT)
    link = proposal_links.make(moment.random, moment.pepper, id_, locked.salt, code) if bot else None
    proposal = Proposal(
        id=id_,
        reference=new_reference(tx, moment.random),
        at=now.timestamp(),
        expires_at=(now + moment.service.proposals_wait).timestamp(),
        contact=proposals.seal_contact(team.public_key(tx), id_, contact),
        person=moment.person,
        code=locked.code,
        salt=locked.salt,
        answers=locked.answers,
        link=link.digest if link else None,
        link_code=link.code if link else None,
    )
    proposals.add(tx, proposal)
    told = {"confirm_code": code, "confirm_link": _told(link, bot, moment.words)}
    return {"reference": proposal.reference, "proposal_days": str(moment.service.proposals_wait.days), **told}


def confirm(moment: Moment) -> Values:
    """The person sent it as their own: nothing is kept of the proposal beside what they sent."""
    found = _of_this(moment)
    if found is None or not proposals.confirm(moment.tx, found.id, moment.now.timestamp()):
        raise LookupError("the proposal is gone")
    return {}


def refuse(moment: Moment) -> Values:
    """The person said no, or may not be referred here: the proposal is destroyed at once."""
    found = _of_this(moment)
    if found is not None:
        proposals.refuse(moment.tx, found.id, moment.now.timestamp())
    return {}


def forget(moment: Moment) -> None:
    """Everything is to be erased: what this chat proposed, and what its code opened for the person it is about."""
    proposals.forget_all_of(moment.tx, moment.person, moment.now.timestamp())
    refuse(moment)


def bring(asking: Asking) -> Brought:
    """What was proposed, opened with the confirm code: nothing else opens it."""
    found, code = find_proposal(asking), asking.receipt("confirm_code")
    if found is None or code is None:
        raise LookupError("the proposal is gone")
    content = json.loads(unseal(code.copy_key(found.salt), found.answers, f"proposal:{found.id}"))
    answers: dict[str, Answer] = {
        name: tuple(answer) if isinstance(answer, list) else answer for name, answer in content["answers"].items()
    }
    return Brought(found.id, answers, content["said_by"])


def _told(link: Link | None, bot: str | None, words: Words) -> str:
    """Where there is a link, it is told beside the code."""
    if link is None:
        return ""
    return words.fill(words.common("service.confirm_link"), {"telegram_link": f"https://t.me/{bot}?start={link.token}"})


def _of_this(moment: Moment) -> proposals.Found | None:
    answers = moment.draft.conversation.answers
    here = (moment.tx, moment.draft.channel, moment.person)
    return find_proposal(Asking(*here, answers, moment.pepper, moment.now, moment.words))


BRINGS: Mapping[str, Callable[[Asking], Brought]] = {"proposal": bring}
