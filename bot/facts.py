"""What a flow must know from outside, read in the transaction that handles the update. Each fact is named by a step."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.cafes import cafe_places
from bot.days import day_of
from bot.flow import Flow
from bot.flows.lists import CONSENTS
from bot.steps import Answers, FactValue, Held
from content.words import Words
from storage import cases, desk_messages, proposals, sign_in_attempts
from storage.cases import Found
from storage.codes import normalise
from storage.receipts import Receipt, receipt
from storage.sealing import lookup, unseal

TOLD = {
    "received": "waiting",
    "triage": "taken",
    "contact_attempts": "in_contact",
    "initial_discussion": "talking",
    "suitability": "looking",
    "preparation": "preparing",
    "approach": "asking",
    "responsible": "asking",
    "process": "under_way",
    "agreement": "under_way",
    "follow_up": "afterwards",
    "paused": "paused",
    "closed": "closed",
    "withdrawn": "withdrawn",
}
"""What the person is told of each stage: a name in `bot.flows.my_referral.STAGES_TOLD`."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and what they said so far."""

    tx: Connection
    channel: str
    person: bytes = field(repr=False)
    answers: Answers = field(repr=False)
    pepper: bytes = field(repr=False)
    now: datetime
    words: Words
    receipts: dict[str, Receipt | None] = field(default_factory=dict, repr=False)
    """Codes derived already, by their plain words: it is slow on purpose, and asked more than once."""

    def typed(self, question: str) -> str | None:
        """The code typed at this question."""
        typed = self.answers.get(question)
        return typed if isinstance(typed, str) else None

    def receipt(self, question: str) -> Receipt | None:
        """What the code typed here leads to; None when nothing was typed or the words are none of ours."""
        code = normalise(self.typed(question) or "")
        if code is not None and code not in self.receipts:
            self.receipts[code] = receipt(code, self.pepper)
        return self.receipts[code] if code is not None else None


def code_digest(pepper: bytes, code: str) -> bytes:
    """How the code of a paused conversation is looked up: it leads to nothing that the intake could not read anyway."""
    return lookup(pepper, f"code:{normalise(code)}")


def link_digest(pepper: bytes, token: str) -> bytes:
    """How the conversation is looked up to which a link to the web chat leads."""
    return lookup(pepper, f"link:{token}")


def find_case(asking: Asking) -> Found | None:
    """The referral this is about: the one whose code was typed, or else the last one sent from this chat."""
    return _sent_here(asking) or _by_code(asking, "receipt_code")


def _sent_here(asking: Asking) -> Found | None:
    """The last referral from this chat; none where a code was typed, which may be that of an earlier one."""
    return None if asking.typed("receipt_code") else cases.latest_of(asking.tx, asking.person)


def find_proposal(asking: Asking) -> proposals.Found | None:
    """What somebody else proposed, if the confirm code typed here opens it and its time is not over."""
    at = asking.now.timestamp()
    if known := asking.answers.get("proposal"):  # opened before in this conversation: its code is not derived again
        return proposals.of_id(asking.tx, str(known), at)
    code = asking.receipt("confirm_code")
    return proposals.of_code(asking.tx, code.digest, at) if code else None


def read(flow: Flow, asking: Asking) -> dict[str, FactValue]:
    """The facts this flow names, as far as they can be known yet."""
    found = ((name, FACTS[name](asking)) for name in flow.facts)
    return {name: fact for name, fact in found if fact is not None}


def _sent_from_here(asking: Asking) -> str:
    return "yes" if _sent_here(asking) else "no"


def _code(asking: Asking) -> str | None:
    return tried(asking, "receipt_code", lambda: _by_code(asking, "receipt_code") is not None)


def _confirming(asking: Asking) -> str | None:
    return tried(asking, "confirm_code", lambda: find_proposal(asking) is not None)


def _reading(asking: Asking) -> str | None:
    if _sent_here(asking):
        return tried(asking, "code_to_read", lambda: _opens_copy(asking))
    return "opens" if _opens_copy(asking) else None


def _opens_copy(asking: Asking) -> bool:
    """Whether the code given is that of this referral: of the one sent from here, or of the one it found."""
    here = _sent_here(asking)
    return _by_code(asking, "code_to_read") == here if here else _by_code(asking, "receipt_code") is not None


def _where(asking: Asking) -> str | None:
    case = find_case(asking)
    return TOLD[case.stage] if case else None


def _from_desk(asking: Asking) -> str | None:
    case = find_case(asking)
    return None if case is None else "unread" if desk_messages.unread(asking.tx, case.id) else "none"


def tried(asking: Asking, question: str, opens: Callable[[], bool]) -> str | None:
    """Whether the code typed here opens something. Guesses are slowed down, chat by chat, and past that not derived."""
    if asking.typed(question) is None:
        return None
    if must_wait(asking.tx, asking.pepper, asking.person, asking.now):
        return "too_many"
    if opens():
        return "opens"
    sign_in_attempts.note(asking.tx, _guesser(asking.pepper, asking.person), asking.now)
    return "wrong"


def must_wait(tx: Connection, pepper: bytes, person: bytes, now: datetime) -> bool:
    """Whether codes were guessed too often from this chat: then none opens anything for a while, nor is derived."""
    return bool(sign_in_attempts.wait(tx, _guesser(pepper, person), now))


def _guesser(pepper: bytes, person: bytes) -> bytes:
    return lookup(pepper, f"guesser:{person.hex()}")


def _agreed_to(asking: Asking) -> dict[str, Held] | None:
    """The consents given and not taken back, each in the words it was asked in, with its day."""
    if asking.answers.get("what_next") != "agreed" or not _opens_copy(asking):
        return None
    content = read_copy(asking)
    shorts = {each["step"]: each["short"] for part in content["parts"] for each in part["answers"]}
    return {
        each["step"]: Held(
            shorts[each["step"]], f"{day_of(datetime.fromisoformat(each['at']), asking.words)}\n{each['wording']}"
        )
        for each in content["consents"]
        if each["answer"] == "yes" and "taken_back_at" not in each and each["step"] in CONSENTS
    }


def read_copy(asking: Asking) -> dict[str, Any]:
    """What was sent, opened with the receipt code: nothing else on this side opens it. Raises LookupError."""
    case = find_case(asking)
    if case is None:
        raise LookupError("the referral is gone")
    return dict(json.loads(unseal(copy_key(asking, case), case.copy or b"", f"copy:{case.id}")))


def copy_key(asking: Asking, case: Found) -> bytes:
    """What opens the person's own copy of this case. Raises LookupError without a code."""
    return opening_receipt(asking).copy_key(case.copy_salt or b"")


def opening_receipt(asking: Asking) -> Receipt:
    """What the code that was typed leads to. Raises LookupError without a code."""
    opened = asking.receipt("code_to_read") or asking.receipt("receipt_code")
    if opened is None:
        raise LookupError("the code is gone")
    return opened


def _by_code(asking: Asking, question: str) -> Found | None:
    found = asking.receipt(question)
    return cases.of_code(asking.tx, found.digest) if found else None


FACTS: Mapping[str, Callable[[Asking], FactValue | None]] = {
    "channel": lambda asking: asking.channel,
    "sent_from_here": _sent_from_here,
    "code": _code,
    "confirming": _confirming,
    "where": _where,
    "from_desk": _from_desk,
    "reading": _reading,
    "open_cafes": cafe_places.open_cafes,
    "my_cafes": cafe_places.my_cafes,
    "past_cafes": cafe_places.past_cafes,
    "has_place": cafe_places.has_place,
    "has_food": cafe_places.has_food,
    "cafe_code_is": lambda asking: tried(asking, "cafe_code", lambda: cafe_places.opens(asking)),
    "agreed_to": _agreed_to,
}
