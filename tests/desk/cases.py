"""Cases as the intake side hands them over, made by the document's format alone. Every person in them is invented."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from policy.promises import Promise
from storage import clocks, sealing, team
from storage.tables import CASES

QUESTIONS: list[tuple[str, str, list[tuple[str, str, str, str | None, list[str] | None]]]] = [
    (
        "needed",
        "What we need",
        [
            ("name_to_use", "What name would you like us to use?", "Name to use", "Sam Canary", None),
            ("age_band", "How old are you?", "Age", "18 or over", ["18_plus"]),
            (
                "contact_routes",
                "How is it safe for us to be in touch?",
                "How to reach me",
                "Phone call, Email",
                ["phone", "email"],
            ),
            ("phone_number", "Which number is safe?", "Phone number", "07700 900123", None),
            ("email_address", "Which email address is safe?", "Email address", "sam@example.org", None),
        ],
    ),
    (
        "safe_contact",
        "Safe contact",
        [
            ("voicemail", "Is it safe to leave a voicemail?", "Voicemail", None, None),
            (
                "who_may_answer",
                "Who may pick up your phone?",
                "Who may pick up",
                "Someone who should not know",
                ["someone_unsafe"],
            ),
            (
                "if_someone_answers",
                "If someone else picks up, what should we do?",
                "If someone else picks up",
                "Say it is a wrong number",
                ["wrong_number"],
            ),
            ("message_wording", "What may a message say?", "What messages may say", "Neutral words only", ["neutral"]),
            ("safe_days", "Which days are safe?", "Safe days", "Tuesday, Thursday", ["tuesday", "thursday"]),
            (
                "safe_times",
                "Which times are safe?",
                "Safe times",
                "Early morning, Late morning",
                ["early_morning", "late_morning"],
            ),
            ("never_times", "Are there times we must never call?", "Never at these times", None, None),
            ("code_word", "Would you like a code word?", "Code word", "Heron", None),
        ],
    ),
    (
        "safety",
        "Your safety",
        [
            ("feels_safe", "Do you feel safe at the moment?", "Feel safe now", "No", ["no"]),
            ("unwanted_contact", "Are they in contact with you?", "Contact I do not want", None, None),
        ],
    ),
    (
        "hopes",
        "Hopes",
        [
            (
                "hopes",
                "What do you hope for?",
                "What I hope for",
                "Ask questions, Be heard",
                ["ask_questions", "be_heard"],
            ),
            ("worries", "Is there anything that worries you?", "Worries", "<b>That it takes long & is loud</b>", None),
        ],
    ),
]


@dataclass(frozen=True)
class Made:
    """A case that was written, with its key, which only a test may hold."""

    id: str
    reference: str
    case_key: bytes


Said = Mapping[str, tuple[str, list[str] | None]]
"""What is answered otherwise than in `QUESTIONS`, by step: the words, and the options chosen."""
MIDDAY: Said = {"safe_times": ("Late morning", ["late_morning"])}
NEVER: Said = {"never_times": ("After 3 pm", None)}


def document(
    now: datetime, promise: Promise, flags: Sequence[tuple[str, str]], said: Said | None = None
) -> dict[str, Any]:
    """A document as it is handed over."""
    otherwise = said or {}
    parts: list[dict[str, Any]] = [
        {
            "name": name,
            "title": title,
            "answers": [
                {"step": s, "asked": a, "short": k, "answer": w, "options": o, "given": w is not None}
                for s, a, k, *given in answers
                for w, o in (otherwise.get(s, given),)
            ],
        }
        for name, title, answers in QUESTIONS
    ]
    asked = {step for _, _, answers in QUESTIONS for step, *_ in answers}
    parts[1]["answers"] += [
        {"step": step, "asked": step, "short": step, "answer": words, "options": options, "given": True}
        for step, (words, options) in otherwise.items()
        if step not in asked
    ]
    parts.append({"name": "part_justice", "title": "Police and courts", "answers": [], "left_out": True})
    wording = "May we keep your answers, and pass them on once you press Send?"
    return {
        "version": 1,
        "flow": "self_referral",
        "language": "en",
        "channel": "web",
        "handed_over_at": now.isoformat(),
        "parts": parts,
        "consents": [{"step": "keep_answers", "wording": wording, "answer": "yes", "at": now.isoformat()}],
        "flags": [{"name": name, "words": words} for name, words in flags],
        "promise": {"opened_by": promise.opened_by.isoformat(), "contact_by": promise.contact_by.isoformat()},
    }


def make_case(
    tx: Connection,
    now: datetime,
    reference: str = "7F3K2M",
    priority: int = 1,
    *,
    opened_in: timedelta = timedelta(hours=4),
    contact_in: timedelta = timedelta(days=2),
    public_key: bytes | None = None,
    flags: Sequence[tuple[str, str]] = (("not_safe", "Says they do not feel safe now"),),
    said: Said | None = None,
    came: timedelta = timedelta(),
) -> Made:
    """Writes a case with its clocks, sealed to the team key (or to another one, to see what happens then). It came so
    long ago."""
    then = now - came
    case_id, case_key = os.urandom(16).hex(), sealing.new_key()
    promise = Promise(now + opened_in, now + contact_in)
    sealed_key = sealing.seal_to(public_key or team.public_key(tx), case_key, f"case_key:{case_id}")
    plain = json.dumps(document(then, promise, flags, said)).encode()
    row = {
        "id": case_id,
        "reference": reference,
        "at": then.timestamp(),
        "day": then.date(),
        "stage": "received",
        "priority": priority,
    }
    sealed = sealing.seal(case_key, plain, f"case:{case_id}")
    tx.execute(insert(CASES).values(**row, case_key=sealed_key, document=sealed))
    clocks.write(tx, case_id, promise)
    return Made(case_id, reference, case_key)
