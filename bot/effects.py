"""What a turn does to the world beside remembering and replying. Each runs in the transaction that handles the update.

An effect is named by a step of a flow or by a standing command, and gives back what the words about it may mention.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from storage.codes import new_code, normalise

from bot.drafts import Draft
from bot.engine import Turn
from bot.flow import Flow
from bot.handing_over import document
from content.words import Words
from policy.escalation import ladder
from policy.priority import suggest
from policy.promises import Promise, Targets, promise
from policy.working_time import WorkingTime
from storage import alerts, cases, clocks, conversations, team
from storage.sealing import key_from_password, lookup, new_key, new_salt, seal, seal_to

ZONE = ZoneInfo("Europe/London")
# Without letters and digits that are taken for one another when read out on the phone.
REFERENCE_ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"
REFERENCE_CHARS = 5

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """What the service has set: its targets, its hours, and which ways there are to tell its coordinators."""

    targets: Targets
    working_time: WorkingTime
    has_staff_chat: bool = False
    has_email: bool = False
    has_manager: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    """The service's own name and contact details, as placeholders of the words."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything an effect may use."""

    tx: Connection
    person: bytes
    draft: Draft
    turn: Turn
    flows: Mapping[str, Flow]
    words: Words
    service: Service
    pepper: bytes = field(repr=False)
    random: Random
    now: datetime


def hand_over(moment: Moment) -> Values:
    """What was said becomes a case, with its alerts and clocks."""
    position = moment.turn.position
    assert position is not None  # noqa: S101 (the engine gives it with every end)
    tx, service, now = moment.tx, moment.service, moment.now
    priority = suggest(position.flags)
    promised = promise(now, priority, service.targets, service.working_time)
    told = {"opened_by": promised.opened_by.isoformat(), "contact_by": promised.contact_by.isoformat()}
    flow = moment.flows[moment.draft.conversation.flow]
    content = document(flow, position, moment.words, moment.draft.agreed, told, moment.draft.channel, now)
    code = new_code(moment.random)
    case = _seal_case(moment, json.dumps(content, ensure_ascii=False).encode(), int(priority), code)
    cases.add(tx, case)
    rungs = ladder(now, promised, service.working_time, service.has_staff_chat, service.has_email, service.has_manager)
    alerts.write(tx, case.id, rungs)
    clocks.write(tx, case.id, promised)
    return {
        "reference": case.reference,
        "receipt_code": code,
        "contact_by": _contact_by(promised, moment.words),
        "how_to_change": moment.words.common(f"how_to_change.{moment.draft.channel}"),
    }


def come_back(moment: Moment) -> Values:
    """A code of four words that leads back to this conversation from another browser or chat."""
    code = moment.draft.return_code or new_code(moment.random)
    conversations.remember_code(moment.tx, code_digest(moment.pepper, code), moment.person, moment.now.timestamp())
    text = moment.words.common(f"come_back.{moment.draft.channel}")
    return {"return_code": code, "come_back": text.format(return_code=code)}


def erase(moment: Moment) -> Values:
    """Everything held about this person goes: the draft, which the turn forgets, and what this chat handed over."""
    cases.erase_all_of(moment.tx, moment.person, moment.now.timestamp())
    return {}


EFFECTS: Mapping[str, Callable[[Moment], Values]] = {"hand_over": hand_over, "come_back": come_back, "erase": erase}


def code_digest(pepper: bytes, code: str) -> bytes:
    """How a code of four words is looked up."""
    return lookup(pepper, f"code:{normalise(code)}")


def _seal_case(moment: Moment, content: bytes, priority: int, code: str) -> cases.NewCase:
    case_id, case_key, copy_salt = uuid4().hex, new_key(), new_salt()
    copy_key = key_from_password(normalise(code) or code, copy_salt, moment.pepper)
    return cases.NewCase(
        id=case_id,
        reference=_reference(moment),
        day=moment.now.astimezone(ZONE).date(),
        priority=priority,
        case_key=seal_to(team.public_key(moment.tx), case_key, f"case_key:{case_id}"),
        document=seal(case_key, content, f"case:{case_id}"),
        person=moment.person,
        receipt=code_digest(moment.pepper, code),
        copy_salt=copy_salt,
        copy=seal(copy_key, content, f"copy:{case_id}"),
    )


def _reference(moment: Moment) -> str:
    while True:
        reference = "".join(moment.random.choices(REFERENCE_ALPHABET, k=REFERENCE_CHARS))
        if not cases.is_reference_taken(moment.tx, reference):
            return reference


def _contact_by(promised: Promise, words: Words) -> str:
    at = promised.contact_by.astimezone(ZONE)
    weekday = words.common(f"time.weekdays.{at:%A}".lower())
    day = words.common("time.by_day").format(
        weekday=weekday, day=at.day, month=words.common(f"time.months.m{at.month}")
    )
    return words.common("promise.contact_by").format(day_words=day)
