"""What a turn does to the world beside remembering and replying. Each runs in the transaction that handles the update.

An effect is named by a step of a flow or by a standing command, and gives back what the words about it may mention.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping

from bot.cafes import cafe_places
from bot.days import ZONE, by_day
from bot.facts import code_digest, link_digest
from bot.moment import Moment, Values
from bot.posting import desk_post, if_late
from bot.posting.chat_stay import CHOOSING
from bot.posting.plan_said import plan_said
from bot.referrals import after_sending, proposing
from bot.referrals.handing_over import document
from bot.referrals.tallying import marked
from content import words as content_words
from content.words import REFERENCE
from policy.escalation import ladder
from policy.priority import suggest
from policy.promises import aims, promise
from policy.safe_contact import THIS_CHAT
from storage import cases, chat_choices, conversations, handing_over
from storage.codes import new_code
from storage.receipts import receipt
from storage.references import new_reference


def hand_over(moment: Moment) -> Values:
    """What was said becomes a case, with its alerts and clocks."""
    position = moment.position
    tx, service, now = moment.tx, moment.service, moment.now
    signs = moment.draft.conversation.signs
    priority = suggest({*position.flags, *(kind for kind, _ in signs)})
    promised = promise(now, priority, service.targets, service.working_time)
    told = {"opened_by": promised.opened_by.isoformat(), "contact_by": promised.contact_by.isoformat()}
    flow = moment.flows[moment.draft.conversation.flow]
    brought, channel = moment.draft.conversation.brought, moment.draft.channel
    said = (moment.words, moment.draft.agreed, signs, told, channel, now, brought)
    content = document(flow, position, *said, desk=content_words.load(REFERENCE))
    code = new_code(moment.random)
    own = receipt(code, moment.pepper)
    if own is None:
        raise ValueError("a code was made that cannot be read")
    ways = (service.has_staff_chat, service.has_email, service.has_manager)
    handed = handing_over.HandedOver(
        reference=new_reference(tx, moment.random),
        day=now.astimezone(ZONE).date(),
        priority=priority,
        promised=promised,
        aims=aims(now, service.targets, service.working_time),
        rungs=ladder(now, promised, service.working_time, *ways),
        document=json.dumps(content, ensure_ascii=False).encode(),
        marked=json.dumps(marked(flow, position)).encode(),
        person=moment.person,
        receipt=own,
    )
    case_id = handing_over.write(tx, handed, now)
    plan = plan_said(position.kept, now, moment.service.decent)
    if THIS_CHAT in plan.routes:
        desk_post.reply_to(moment, case_id, chosen=True)
    return {
        "reference": handed.reference,
        "receipt_code": code,
        "contact_by": by_day(promised.contact_by, moment.words),
        "late_line": if_late.make_ready(moment, case_id, plan),
        "how_to_change": moment.words.common(f"how_to_change.{moment.draft.channel}"),
    }


def come_back(moment: Moment) -> Values:
    """A code of four words that leads back to this conversation from another browser or chat."""
    code = moment.draft.return_code or new_code(moment.random)
    conversations.remember_code(moment.tx, code_digest(moment.pepper, code), moment.person, moment.now.timestamp())
    text = moment.words.common(f"come_back.{moment.draft.channel}")
    return {"return_code": code, "come_back": moment.words.fill(text, {"return_code": code})}


def link(moment: Moment) -> Values:
    """A link that leads to this conversation in the web chat, once and soon."""
    token = urlsafe_b64encode(moment.random.randbytes(16)).decode().rstrip("=")
    code = link_digest(moment.pepper, token)
    conversations.remember_code(moment.tx, code, moment.person, moment.now.timestamp())
    return {"web_link": f"{moment.service.values['web_url']}/go/{token}"}


def clear(moment: Moment) -> Values:
    """What can be seen goes (`bot.exchange.Outcome.clears`); here is what is said of it, channel by channel."""
    return {"cleared": moment.words.common(f"cleared.{moment.draft.channel}")}


def erase(moment: Moment) -> Values:
    """Everything held about this person goes: the draft, which the turn forgets, what this chat handed over or
    proposed. What was still to be said to them goes with it (`bot.exchange.Outcome.clears`)."""
    proposing.forget(moment)
    cafe_places.forget(moment)
    cases.erase_all_of(moment.tx, moment.person, moment.now.timestamp())
    chat_choices.forget(moment.tx, moment.person)
    return {}


EFFECTS: Mapping[str, Callable[[Moment], Values]] = {
    "hand_over": hand_over,
    "come_back": come_back,
    "erase": erase,
    "clear": clear,
    "link": link,
    **CHOOSING,
    "read_copy": after_sending.read_copy,
    "get_data": after_sending.get_data,
    "read_agreed": after_sending.read_agreed,
    "read_message": after_sending.read_message,
    "write": after_sending.write,
    "change_contact": after_sending.change_contact,
    "pause_contact": after_sending.pause_contact,
    "resume_contact": after_sending.resume_contact,
    "take_back": after_sending.take_back,
    "withdraw": after_sending.withdraw,
    "erase_case": after_sending.erase_case,
    "propose": proposing.propose,
    "read_desk": desk_post.read_desk,
    "put_off_desk": desk_post.put_off_desk,
    "leave_desk": desk_post.leave_desk,
    "tell_desk": desk_post.tell_desk,
    "confirm": proposing.confirm,
    "refuse": proposing.refuse,
    "sign_up_cafe": cafe_places.sign_up,
    "give_up_cafe": cafe_places.give_up,
    "keep_cafe_feedback": cafe_places.keep_feedback,
}
