"""The questions about being in touch, as staff ask them anew, way by way, and write down what the person says.

Pure: here may live which questions there are, in which order, under which way each stands, and the way between their
answers and the note that is kept (`storage.cases.CONTACT_CHANGED` says its form).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.conditions import any_holds
from bot.errors import NotUnderstood
from bot.flow import Flow
from bot.flows.lists import CONTACT_ROUTES, DAYS, THIS_CHAT, TIMES
from bot.flows.shared import A_SAFE_ROUTE, SAFE_CONTACT
from bot.referrals.handing_over import as_told
from bot.steps import Answer, Answers, End, Question, Several, Text
from content.words import Words
from desk.cases.case_document import Document
from desk.contact.safe_contact import OWN_HOURS, own_hours_of
from desk.entering import question_fields
from desk.entering.question_fields import Field, Slip

ROUTES = "contact_routes"
TIMED = tuple(route for route in CONTACT_ROUTES if own_hours_of(route))
OWN = (
    Text("caller_name", {ROUTES: "phone"}, max_chars=100, sensitive=True),
    Text("envelope_words", {ROUTES: "letter"}, max_chars=100, sensitive=True),
)
"""What no chat asks: it is agreed by talking."""
_HOURS = {"safe_days": (DAYS, ("any_day",)), "safe_times": (TIMES, ("any_time",))}
QUESTIONS = Flow(
    "contact_plan",
    *(step for step in (*A_SAFE_ROUTE, *SAFE_CONTACT) if isinstance(step, Question)),
    *OWN,
    *(
        Several(f"{kind}_{route}", {ROUTES: route}, options=options, alone=alone)
        for route in TIMED
        for kind, (options, alone) in _HOURS.items()
    ),
    End("kept"),
)
"""In the order in which each can depend on those before it: as in the chat, and with the laws of a flow."""
UNDER: Mapping[str, tuple[str, ...]] = {
    "number": ("phone_number",),
    "phone": ("caller_name", "who_may_answer", "if_someone_answers", "voicemail", "withheld_number"),
    "text": (),
    "whatsapp": (),
    "email": ("email_address",),
    "messages": ("message_wording",),
    "letter": ("postal_address", "envelope_words"),
    "support_worker": ("worker_contact",),
    THIS_CHAT: (),
    "every_way": (
        "seen_by_others",
        "safe_days",
        "safe_times",
        "never_times",
        "safe_for",
        "code_word",
        "unsafe_phrase",
    ),
}
"""Under which heading each question stands: a way to be in touch, or what several ways share."""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading with its questions. `route` is empty where it is no way by itself."""

    name: str
    route: str
    is_named: bool
    """Whether the person names this way."""
    is_late: bool
    fields: tuple[Field, ...] = field(repr=False)
    hours: tuple[Field, ...] = field(repr=False)


def in_force(document: Document) -> Answers:
    """What counts now, as answers to these questions. `document` is the one in force (`desk.contact.plan_in_force`)."""
    said = {each.step: each for each in document.answers() if each.is_given}
    found: dict[str, Answer] = {}
    for question in QUESTIONS.questions:
        answer = said.get(question.name)
        if answer is not None:
            one = answer.options[0] if answer.options else answer.answer
            given: Answer = answer.options if isinstance(question, Several) else one
            found[question.name] = given if question.accepts(given) else None
    return found


def read(form: Mapping[str, str], *, may_name_chat: bool) -> tuple[Answers, dict[str, str]]:
    """What was written down; and of each field that is not right, the name of the words about it."""
    answers: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    for step, conditions in QUESTIONS.plan:
        if not isinstance(step, Question) or (conditions and not any_holds(conditions, answers)):
            continue
        try:
            answers[step.name] = question_fields.answer(form, _offered(step, may_name_chat=may_name_chat))
        except (NotUnderstood, Slip) as slip:
            errors[f"q.{step.name}"] = ROUTES if step.name == ROUTES else str(slip)
    return answers, errors


def note(answers: Answers, words: Words, *, said_on: date, asked_by: str) -> dict[str, Any]:
    """What is kept of it: every question anew, for what was not answered this time is open now."""
    told = [_told(question, answers.get(question.name), words) for question in QUESTIONS.questions]
    return {"said_on": said_on.isoformat(), "asked_by": asked_by, "answers": told}


def groups(
    answers: Answers, words: Words, *, may_name_chat: bool, sent: Mapping[str, str] | None = None
) -> list[Group]:
    """All of it as the page shows it; with `sent` as that form has it, whatever is wrong in it."""
    routes = [each for each in CONTACT_ROUTES if each != THIS_CHAT or may_name_chat]
    given = answers.get(ROUTES) or ()
    named = given if sent is None else [each for each in routes if f"q.{ROUTES}.{each}" in sent]
    by_name, found = {each.name: each for each in QUESTIONS.questions}, []
    for name, steps in UNDER.items():
        route = name if name in CONTACT_ROUTES else ""
        if route and route not in routes:
            continue
        fields = {
            step: _field(by_name[step], answers.get(step), words, sent) for step in (*steps, *own_hours_of(route))
        }
        found.append(
            Group(
                name,
                route,
                is_named=name in named,
                is_late=bool(route) and not own_hours_of(route),
                fields=tuple(fields[step] for step in steps),
                hours=tuple(fields[step] for step in own_hours_of(route)),
            )
        )
    return found


def _field(question: Question, given: Answer, words: Words, sent: Mapping[str, str] | None) -> Field:
    asked_as = OWN_HOURS.get(question.name, question.name)
    shown = question_fields.of(question, _file(question), words, given, sent=sent, asked_as=asked_as)
    return replace(shown, is_needed=False, why="")


def _told(question: Question, answer: Answer, words: Words) -> dict[str, Any]:
    """As a hand-over tells it; hours of one way in the words of those of all, with the way beside them."""
    said_as = OWN_HOURS.get(question.name, question.name)
    told = as_told(replace(question, name=said_as), answer, _file(question), words)
    if said_as == question.name:
        return told
    way = words.option(_FLOW, ROUTES, question.name.removeprefix(f"{said_as}_"))
    return told | {"step": question.name, "asked": f"{told['asked']} ({way})", "short": f"{told['short']} ({way})"}


def _offered(question: Question, *, may_name_chat: bool) -> Question:
    if question.name != ROUTES or may_name_chat or not isinstance(question, Several):
        return question
    return replace(question, options=tuple(each for each in question.options if each != THIS_CHAT))


_FLOW = "self_referral"
"""Whose words the questions of a chat have."""


def _file(question: Question) -> str:
    return QUESTIONS.name if question in OWN else _FLOW
