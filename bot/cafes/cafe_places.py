"""Restorative cafes in the chat: which there are, a place taken, a place given up, what somebody thought of one.

Apart from every referral: chats and codes are looked up under a key of their own, so that no digest here is one there.
What a sign-up says is sealed to the team; only where the chat can reach somebody later opens on this side.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.cafes.cafe_words import about, invitation, label, when, where, words_for
from bot.moment import Moment, Values
from bot.referrals.handing_over import document
from bot.rendering import read_back
from bot.steps import Answers, FactValue, Held
from content import words as content_words
from content.words import REFERENCE
from policy.cafes import remind_at
from storage import cafe_links, cafe_notes, cafe_sign_ups, cafes, team
from storage.cafe_notes import FEEDBACK, Note
from storage.cafe_sign_ups import SignUp
from storage.cafes import PLACE, WAITING, Cafe
from storage.codes import new_code
from storage.receipts import Receipt, receipt
from storage.sealing import derive, lookup, new_salt, seal, seal_to, unseal

if TYPE_CHECKING:
    from bot.facts import Asking

PURPOSE = "cafe reach"
NOT_WRITTEN_TO = frozenset({"web"})
"""Channels where nothing can be said to somebody who is not looking: these people are written to by e-mail."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the chat tells somebody something later."""

    channel: str
    address: str = field(repr=False)
    language: str


def open_cafes(asking: "Asking") -> FactValue:
    """Those one can sign up for."""
    return _held(cafes.to_come(asking.tx, asking.now), asking, is_offered=True)


def my_cafes(asking: "Asking") -> FactValue:
    """Those to come that somebody signed up for in this chat."""
    chat = chat_digest(asking.pepper, asking.person)
    return _held(cafe_sign_ups.cafes_of(asking.tx, chat, asking.now), asking)


def past_cafes(asking: "Asking") -> FactValue:
    """Those one can look back on."""
    return _held(cafes.just_past(asking.tx, asking.now), asking)


def has_place(asking: "Asking") -> str | None:
    """Whether the cafe that was chosen has a place left. Until the commit nobody else can take it."""
    cafe = _chosen(asking.answers, "which_cafe", cafes.to_come(asking.tx, asking.now))
    if cafe is None:
        return None
    return "yes" if cafes.of_id(asking.tx, cafe.id, lock=True).left else "no"


def has_food(asking: "Asking") -> str | None:
    """Whether there is food at the cafe that was chosen."""
    cafe = _chosen(asking.answers, "which_cafe", cafes.to_come(asking.tx, asking.now))
    return None if cafe is None else "yes" if cafe.details.has_food else "no"


def opens(asking: "Asking") -> bool:
    """Whether the code that was typed is one of a sign-up."""
    code = _receipt(asking.typed("cafe_code"), asking.pepper, asking.receipts)
    return code is not None and cafe_sign_ups.of_code(asking.tx, code.digest) is not None


def sign_up(moment: Moment) -> Values:
    """A place, or one's turn on the waiting list. Whoever sent it got to know here which of the two."""
    kept, tx, now = moment.position.kept, moment.tx, moment.now
    cafe = _chosen(kept, "which_cafe", cafes.to_come(tx, now))
    code, id_, salt = new_code(moment.random), uuid4().hex, new_salt()
    own = _receipt(code, moment.pepper, {})
    if cafe is None or own is None:
        raise LookupError("the cafe is gone")
    reminder = remind_at(datetime.fromtimestamp(cafe.details.starts_at, UTC)).timestamp()
    is_reminded = kept.get("remind_me") == "yes" and reminder > now.timestamp()
    cafe_sign_ups.add(
        tx,
        SignUp(
            id=id_,
            cafe_id=cafe.id,
            at=now.timestamp(),
            state=PLACE if kept["has_place"] == "yes" else WAITING,
            chat=chat_digest(moment.pepper, moment.person),
            code=own.digest,
            words=seal_to(team.public_key(tx), _document(moment), f"cafe_sign_up:{id_}"),
            salt=salt,
            reach=_reach(moment, salt, id_),
            remind_at=reminder if is_reminded else None,
            keep_longer=kept.get("future_updates") == "yes",
        ),
    )
    link = cafe_links.in_the_chat(cafe.details.link, cafe.id, moment.secrets.letterbox)
    if kept["has_place"] == "yes":
        moment.documents.append(invitation(cafe, link, moment.words, now))
    told = moment.words.text("cafe_news", f"how_told.{moment.draft.channel}")
    return {
        "cafe_when": when(cafe, moment.words),
        "cafe_where": where(cafe, link),
        "cafe_how_told": told,
        "cafe_code": code,
    }


def give_up(moment: Moment) -> Values:
    """What was said for it is erased, and whoever waits longest has the place."""
    kept = moment.position.kept
    chat = chat_digest(moment.pepper, moment.person)
    cafe = _chosen(kept, "which_to_give_up", cafe_sign_ups.cafes_of(moment.tx, chat, moment.now))
    code = _receipt(_typed(kept, "cafe_code"), moment.pepper, {})
    by_code = cafe_sign_ups.of_code(moment.tx, code.digest) if code else None
    id_ = cafe_sign_ups.last_of_chat(moment.tx, chat, cafe.id) if cafe else by_code
    if id_ is None:
        raise LookupError("the sign-up is gone")
    cafe_sign_ups.give_up(moment.tx, id_, moment.now.timestamp())
    return {}


def keep_feedback(moment: Moment) -> Values:
    """What somebody thought, with nothing beside it that tells who: neither chat, nor code, nor time."""
    cafe = _chosen(moment.position.kept, "which_it_was", cafes.just_past(moment.tx, moment.now))
    position = moment.position
    if cafe is None:
        raise LookupError("the cafe is gone")
    said = {step.name: answer for step, answer in read_back(position) if answer is not None}
    said.pop("which_it_was")
    id_ = uuid4().hex
    words = seal_to(team.public_key(moment.tx), json.dumps(said, ensure_ascii=False).encode(), f"cafe_note:{id_}")
    cafe_notes.add(moment.tx, Note(id_, cafe.id, FEEDBACK, words))
    return {}


def forget(moment: Moment) -> None:
    """Everything is to be erased: every sign-up from this chat too."""
    chat = chat_digest(moment.pepper, moment.person)
    cafe_sign_ups.give_up_all_of(moment.tx, chat, moment.now.timestamp())


def open_reach(sign_up: SignUp, pepper: bytes) -> Reach:
    """Where this person is told something. Raises SealBroken when the intake's secret is another."""
    plain = unseal(derive(pepper, sign_up.salt, PURPOSE), sign_up.reach or b"", f"{PURPOSE}:{sign_up.id}")
    return Reach(*json.loads(plain))


def chat_digest(pepper: bytes, person: bytes) -> bytes:
    """What a chat's sign-ups are found by: another digest than the one of its referrals, under another key."""
    return lookup(_own(pepper), f"chat:{person.hex()}")


def _own(pepper: bytes) -> bytes:
    return derive(pepper, b"", "cafe pepper")


def _receipt(typed: str | None, pepper: bytes, known: dict[str, Receipt | None]) -> Receipt | None:
    if typed is None:
        return None
    name = f"cafe:{typed}"  # under another key than the codes of referrals
    if name not in known:
        known[name] = receipt(typed, _own(pepper))
    return known[name]


def _held(found: Sequence[Cafe], asking: "Asking", *, is_offered: bool = False) -> FactValue:
    words = words_for(asking.words.language)
    held = {f"cafe_{each.slot}": Held(label(each, words), about(each, words, is_offered=is_offered)) for each in found}
    return held or "none"


def _chosen(answers: Answers, question: str, found: Sequence[Cafe]) -> Cafe | None:
    return next((each for each in found if f"cafe_{each.slot}" == answers.get(question)), None)


def _typed(kept: Answers, question: str) -> str | None:
    typed = kept.get(question)
    return typed if isinstance(typed, str) else None


def _document(moment: Moment) -> bytes:
    """As a case is handed over, each question in the words it was asked; but no sign, flag or promise goes with it."""
    position, draft = moment.position, moment.draft
    flow = moment.flows[draft.conversation.flow]
    agreed: Mapping[str, tuple[str, str]] = draft.agreed
    desk = content_words.load(REFERENCE)
    content = document(flow, position, moment.words, agreed, (), {}, draft.channel, moment.now, desk=desk)
    return json.dumps(content, ensure_ascii=False).encode()


def _reach(moment: Moment, salt: bytes, id_: str) -> bytes | None:
    draft = moment.draft
    if draft.channel in NOT_WRITTEN_TO:
        return None
    plain = json.dumps([draft.channel, draft.address, moment.words.language]).encode()
    return seal(derive(moment.pepper, salt, PURPOSE), plain, f"{PURPOSE}:{id_}")
