"""What a person does to a referral that was sent: reading it, keeping a copy, writing to the coordinator, changing how
to be in touch, taking back what they agreed to, withdrawing, erasing.
"""

import json
from datetime import datetime, time, timedelta
from typing import Any

from bot import facts
from bot.days import ZONE
from bot.facts import Asking, find_case
from bot.flows.shared import A_SAFE_ROUTE, SAFE_CONTACT
from bot.messages import Document
from bot.moment import Moment, Values
from bot.posting import desk_post, if_late
from bot.posting.plan_said import plan_said, still_fits
from bot.referrals import own_copy, paper
from bot.referrals.handing_over import as_told
from bot.referrals.raising import raise_signs
from bot.steps import Question
from content import words as content_words
from content.words import REFERENCE
from policy.deadlines import FIRST_ATTEMPT, PLAN
from policy.safe_contact import SAFE_FOR, THIS_CHAT
from storage import alerts, cases, clocks, desk_messages, plan_changes, team
from storage.cases import Found
from storage.sealing import seal, seal_to

COPY = "copy.pdf"
ABOUT_CONTACT = tuple(step for step in (*A_SAFE_ROUTE, *SAFE_CONTACT) if isinstance(step, Question))


def read_copy(moment: Moment) -> Values:
    """What was sent, opened with the receipt code: nothing else on this side opens it."""
    return {"what_i_sent": paper.what_was_sent(own_copy.read(_asking(moment)), moment.words)}


def get_data(moment: Moment) -> Values:
    """All that was sent, as text and as a file to keep, opened with the receipt code."""
    case = _case(moment)
    whole = paper.sheet(own_copy.read(_asking(moment)), case.reference, moment.words)
    moment.documents.append(Document(COPY, "application/pdf", whole.as_bytes(), is_sheet=True, is_private=True))
    return {"my_data": paper.as_text(whole)}


def read_agreed(moment: Moment) -> Values:
    """What was agreed to, each in the words it was asked in, with its day, opened with the receipt code."""
    return {"agreed_words": paper.agreed(facts.read_copy(_asking(moment)), moment.words)}


def read_message(moment: Moment) -> Values:
    """What the desk wrote and the person has not read yet: shown, and kept here no longer."""
    unread = desk_messages.unread(moment.tx, _case(moment).id)
    words = desk_post.take_out(moment.tx, unread, moment.secrets.letterbox.private, moment.now)
    return {"desk_words": "\n\n".join(words)}


def write(moment: Moment) -> Values:
    """A message for the coordinator, sealed to the team; the desk is told of it, and how soon to read it."""
    case, words = _case(moment), str(moment.position.kept["message"])
    sealed = seal_to(team.public_key(moment.tx), words.encode(), f"entry:{case.id}")
    cases.write(moment.tx, case.id, sealed, moment.now.timestamp())
    desk_post.reply_to(moment, case.id)
    if not raise_signs(moment, case.id, words):
        _tell_the_desk(moment, case)
    return {}


def change_contact(moment: Moment) -> Values:
    """How to be in touch, said anew and whole: from now on the plan in force (`storage.cases`), as staff read it."""
    position = moment.position
    flow = moment.flows[moment.draft.conversation.flow]
    said = dict(position.kept)  # what was not asked this time, such as a number that is no way any more, is open now
    told, own = (
        {"answers": [as_told(step, said.get(step.name), flow.name, words) for step in ABOUT_CONTACT]}
        for words in (content_words.load(REFERENCE), moment.words)
    )
    _change(moment, cases.CONTACT_CHANGED, told, own)
    case, plan = _case(moment), plan_said(said, moment.now, moment.service.decent)
    is_named = THIS_CHAT in plan.routes
    if is_named:
        desk_post.reply_to(moment, case.id, chosen=True)
    fits = still_fits(moment, case.id, plan)
    plan_changes.changed(moment.tx, case.id, moment.now, is_named=is_named, still_fits=fits)
    clocks.put(moment.tx, case.id, PLAN, moment.now + moment.service.targets.plan_lasts)
    return {"late_line": if_late.make_ready(moment, case.id, plan)}


def pause_contact(moment: Moment) -> Values:
    """Nobody is to be in touch: for as long as the person said, or until they say otherwise."""
    chosen = str(moment.position.kept["pause_for"])
    last = (moment.now + SAFE_FOR[chosen]).astimezone(ZONE).date() if chosen in SAFE_FOR else None
    note = {"until": last.isoformat() if last else None}
    _change(moment, cases.CONTACT_PAUSED, note, note)
    until = datetime.combine(last + timedelta(days=1), time(), ZONE) if last else None
    plan_changes.paused(moment.tx, _case(moment).id, moment.now, until)
    return {}


def resume_contact(moment: Moment) -> Values:
    """The person may be in touch with again, in the ways they named last."""
    _change(moment, cases.CONTACT_RESUMED)
    plan_changes.resumed(moment.tx, _case(moment).id, FIRST_ATTEMPT)
    return {}


def take_back(moment: Moment) -> Values:
    """One consent is taken back: the desk is told which, and the person's own copy says so from now on."""
    case, asking, name = _case(moment), _asking(moment), str(moment.position.kept["take_back"])
    document, at = facts.read_copy(asking), moment.now
    consent = next(each for each in document["consents"] if each["step"] == name)
    consent["taken_back_at"] = at.isoformat()
    copy = seal(facts.copy_key(asking, case), _as_json(document), f"copy:{case.id}")
    note = seal_to(team.public_key(moment.tx), consent["wording"].encode(), f"entry:{case.id}")
    cases.take_back_consent(moment.tx, case.id, note, copy, at.timestamp())
    _tell_the_desk(moment, case)
    return {}


def withdraw(moment: Moment) -> Values:
    """The person takes it back. No reason is asked, and the desk knows at once."""
    case = _case(moment)
    cases.withdraw(moment.tx, case.id, moment.now.timestamp())
    _tell_the_desk(moment, case)
    return {}


def erase_case(moment: Moment) -> Values:
    """Keys and words of it are destroyed."""
    cases.erase(moment.tx, _case(moment).id, moment.now.timestamp())
    return {}


def _change(moment: Moment, kind: str, change: dict[str, Any] | None = None, own: dict[str, Any] | None = None) -> None:
    """Written beside the case, sealed to the team, and as `own` for the person's copy; the desk is told at once."""
    case = _case(moment)
    note = None if change is None else seal_to(team.public_key(moment.tx), _as_json(change), f"entry:{case.id}")
    cases.change_contact(moment.tx, case.id, kind, note, moment.now.timestamp(), own_copy.sealed(case, own))
    _tell_the_desk(moment, case)


def _as_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _tell_the_desk(moment: Moment, case: Found) -> None:
    alerts.write_news(moment.tx, case.id, moment.service.channels, moment.now)


def _asking(moment: Moment) -> Asking:
    kept = moment.turn.position.kept if moment.turn.position else moment.draft.conversation.answers
    here = (moment.tx, moment.draft.channel, moment.person)
    return Asking(*here, kept, moment.pepper, moment.now, moment.words)


def _case(moment: Moment) -> Found:
    case = find_case(_asking(moment))
    if case is None or not cases.lock(moment.tx, case.id):
        raise LookupError("the referral is gone")
    return case
