"""Handing over a referral that was entered for somebody: read back, then the same case as from a chat.

Here may live the read-back and how a case is made of it. It is one transaction: case, alerts, clocks, what is counted,
the receipt that is due, and the draft destroyed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import SystemRandom

from sqlalchemy import Connection

from bot import form
from bot.days import by_day
from bot.flow import Flow, Position
from bot.hearing import safety_rules, safety_signs
from bot.referrals.handing_over import document
from bot.referrals.tallying import marked
from bot.rendering import answer_words, asked, read_back
from bot.service_lines import of_the_service, service_lines
from bot.steps import SEND, Consent, HandOver, Review, Text
from content import words as content_words
from desk import pages
from desk.entering import taken_down as entered
from desk.entering.taken_down import Taken
from desk.visit import SignedIn
from policy.escalation import Ways, ladder
from policy.priority import suggest
from policy.promises import Promise, Targets, aims, promise
from policy.working_time import WorkingTime
from storage import addresses, audit, handing_over, receipts_due
from storage.caseload import NotAllowed
from storage.codes import new_code
from storage.references import new_reference


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the read-back, and the page on which it is changed."""

    section: str
    step: str
    short: str
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """What the person is to be told, this once. No code where the chat has never run, for it would open nothing."""

    case_id: str
    reference: str
    code: str = field(repr=False)
    contact_by: str


def lines(visit: SignedIn, taken: Taken) -> list[Line]:
    """What would be handed over, line by line; nothing when these answers do not come so far."""
    flow, words = taken.flow, visit.desk.words
    position = flow.position(form.as_said(flow, taken.answers), early=True)
    if not isinstance(position.step, Review):
        return []
    return [
        Line(
            form.leads_to(flow, step),
            step.name,
            words.text(flow.name, f"{step.name}.short"),
            answer_words(step, answer, flow.name, words),
        )
        for step, answer in read_back(position)
    ]


def sent_position(taken: Taken) -> tuple[Position, HandOver]:
    """Where it stands once Send is pressed. Raises storage.caseload.NotAllowed when something needed is missing."""
    position = taken.flow.position({**form.as_said(taken.flow, taken.answers), "read_back": SEND}, early=True)
    if not isinstance(position.step, HandOver):
        raise NotAllowed
    return position, position.step


def hand_over(visit: SignedIn, tx: Connection, taken: Taken, position: Position) -> Sent:
    """The case. Raises storage.team.NoTeamKey."""
    signs = _signs(taken.flow, position)
    settings, working_time = visit.desk.settings, WorkingTime.from_settings(visit.desk.settings)
    priority = suggest({*position.flags, *(kind for kind, _ in signs)})
    targets = Targets.from_settings(settings)
    promised = promise(visit.now, priority, targets, working_time)
    content = _document(visit, position, taken, signs, promised)
    handed = handing_over.HandedOver(
        reference=new_reference(tx, SystemRandom()),
        day=pages.here(visit.now).date(),
        priority=priority,
        promised=promised,
        aims=aims(visit.now, targets, working_time),
        rungs=ladder(visit.now, promised, working_time, *Ways.from_settings(settings)),
        document=content,
        marked=json.dumps(marked(taken.flow, position)).encode(),
    )
    case_id = handing_over.write(tx, handed, visit.now)
    code = _receipt(tx, case_id, content)
    entered.forget(visit, tx)
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "taken_down", case_id)
    return Sent(case_id, handed.reference, code, by_day(promised.contact_by, visit.desk.words))


def _receipt(tx: Connection, case_id: str, content: bytes) -> str:
    try:
        key = addresses.intake_key(tx)
    except addresses.NoIntakeKey:
        return ""
    code = new_code(SystemRandom())
    receipts_due.add(tx, case_id, code, content, key)
    return code


def _document(
    visit: SignedIn, position: Position, taken: Taken, signs: Sequence[tuple[str, str]], promised: Promise
) -> bytes:
    words, flow, agreed = visit.desk.words, taken.flow, taken.agreed
    assert agreed is not None  # noqa: S101 (nobody's own referral is begun without it)
    filled = service_lines(of_the_service(visit.desk.settings), words)
    consents = {
        name: (asked(flow.name, name, words, filled), agreed.at)
        for name in position.kept
        if isinstance(flow.by_name[name], Consent)
    }
    told = {"opened_by": promised.opened_by.isoformat(), "contact_by": promised.contact_by.isoformat()}
    by = {
        "by": visit.member.name,
        "how": agreed.how,
        "heard_by": agreed.heard_by,
        "agreed_at": agreed.at,
        "agreed": agreed.what,
    }
    said = (words, consents, signs, told, taken.way, visit.now)
    return json.dumps(document(flow, position, *said, taken_down=by), ensure_ascii=False).encode()


def _signs(flow: Flow, position: Position) -> list[tuple[str, str]]:
    """Signs of danger in what was written down, with the exact words, as in a chat."""
    rules = safety_rules.load_all(content_words.languages())
    typed = [str(said) for name, said in position.kept.items() if said and isinstance(flow.by_name[name], Text)]
    return list(dict.fromkeys((kind, said) for said in typed for kind in safety_signs.in_any(said, rules)))
