"""A referral that somebody else proposes: writing it, opening it with the confirm code, and what its end does.

Two seals, for two readers: all answers under a key made from the confirm code, which the person gets from whoever
supports them; the name to use and the agreed safe contact alone under the team key, for one look at the desk.
"""

import json
from collections.abc import Callable, Collection, Mapping
from uuid import uuid4

from bot import proposal_links
from bot.bringing import Brought
from bot.facts import Asking, find_proposal
from bot.flow import Flow, Position
from bot.flows.shared import SAFE_CONTACT, WHERE_ROUTES_LEAD
from bot.moment import Moment, Values
from bot.proposal_links import BOT, Link
from bot.rendering import answer_words
from bot.steps import Answer, Question
from content import words as content_words
from content.words import REFERENCE, Words
from storage import proposals, team
from storage.codes import new_code
from storage.proposals import Proposal
from storage.receipts import receipt
from storage.references import new_reference
from storage.sealing import new_salt, seal, seal_to, unseal

A_WAY = ("name_to_use", "contact_routes", *(step.name for step in WHERE_ROUTES_LEAD))
TO_BE_CALLED = (*A_WAY, *(step.name for step in SAFE_CONTACT))
"""All that the desk may see, once, before the person has said yes."""
PERSONS = frozenset({"age_band", "worker_present", *A_WAY} - {"worker_contact"})
"""What the person said where it is needed; so they did in the parts that are not the worker's own, or own view."""
VIEWS, WORKERS_PARTS = "workers_view", ("part_referrer", "part_worker")
LEAVE_OUT = "leave_out"


def propose(moment: Moment) -> Values:
    """What was said waits, sealed, for the person's own yes."""
    position, tx, now = moment.turn.position, moment.tx, moment.now
    assert position is not None  # noqa: S101 (the engine gives it with every end)
    flow = moment.flows[moment.draft.conversation.flow]
    code, id_, salt = new_code(moment.random), uuid4().hex, new_salt()
    own = receipt(code, moment.pepper)
    if own is None:
        raise ValueError("a code was made that cannot be read")
    bot = moment.service.values.get(BOT)
    link = proposal_links.make(moment.random, moment.pepper, id_, salt, code) if bot else None
    proposal = Proposal(
        id=id_,
        reference=new_reference(tx, moment.random),
        at=now.timestamp(),
        expires_at=(now + moment.service.proposals_wait).timestamp(),
        person=moment.person,
        code=own.digest,
        salt=salt,
        answers=seal(own.copy_key(salt), _as_json(_content(flow, position)), f"proposal:{id_}"),
        contact=seal_to(
            team.public_key(tx), _as_json(_contact(flow, position, content_words.load(REFERENCE))), f"proposal:{id_}"
        ),
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
    proposals.forget_all_of(moment.tx, moment.person)
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


def _content(flow: Flow, position: Position) -> dict[str, object]:
    """The answers by their names, what was not asked as left out, and whose words each answer is."""
    questions = {name: answer for name, answer in position.kept.items() if isinstance(flow.by_name[name], Question)}
    not_asked: dict[str, Answer] = dict.fromkeys(flow.parts, LEAVE_OUT)
    views = questions.pop(VIEWS, None) or ()
    said_by = {name: _said_by(name, flow.part_of[name], views) for name in questions}
    return {"answers": not_asked | questions, "said_by": said_by}


def _said_by(name: str, part: str | None, views: Collection[str]) -> str:
    is_persons = name in PERSONS if part is None else part not in WORKERS_PARTS and name not in views
    return "person" if is_persons else "worker"


def _contact(flow: Flow, position: Position, words: Words) -> list[list[str]]:
    """The lines the desk may see, each with its short title."""
    answers = {name: position.kept.get(name) for name in TO_BE_CALLED}
    return [
        [words.text(flow.name, f"{name}.short"), answer_words(flow.by_name[name], answer, flow.name, words)]
        for name, answer in answers.items()
        if answer is not None
    ]


def _told(link: Link | None, bot: str | None, words: Words) -> str:
    """Where there is a link, it is told beside the code."""
    if link is None:
        return ""
    return words.fill(words.common("service.confirm_link"), {"telegram_link": f"https://t.me/{bot}?start={link.token}"})


def _of_this(moment: Moment) -> proposals.Found | None:
    answers = moment.draft.conversation.answers
    here = (moment.tx, moment.draft.channel, moment.person)
    return find_proposal(Asking(*here, answers, moment.pepper, moment.now, moment.words))


def _as_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


BRINGS: Mapping[str, Callable[[Asking], Brought]] = {"proposal": bring}
