"""How to be in touch with a person safely: a call sheet made from their answers, the careful reading where one is open.

Pure: here may live which questions belong to it, in which order, and for which routes each of them matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.flows.lists import BY_MESSAGE, BY_NUMBER, CONTACT_ROUTES
from desk.cases.case_document import Answer, Document
from policy.safe_contact import MAY_BE_LATE

ROUTES_STEP, DAYS_STEP = "contact_routes", "safe_days"
TIMES_STEPS = frozenset({"safe_days", "safe_times"})
ANY_DAY = "any_day"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As the options of `safe_days` are named, and the two days on which nobody is at work."""
ALWAYS: tuple[str, ...] = ()
IF_GIVEN = ("",)
"""For no route by itself: it stands on the sheet only if it was answered."""

OWN_HOURS: Mapping[str, str] = {
    f"{kind}_{route}": kind
    for route in CONTACT_ROUTES
    if route not in MAY_BE_LATE
    for kind in ("safe_days", "safe_times")
}
"""Steps that say when one route is safe where it differs from the rest, and the step each stands in for."""

SHEET: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("name_to_use", ALWAYS),
    ("pronouns", IF_GIVEN),
    (ROUTES_STEP, ALWAYS),
    ("phone_number", BY_NUMBER),
    ("email_address", ("email",)),
    ("postal_address", ("letter",)),
    ("worker_contact", ("support_worker",)),
    ("voicemail", ("phone",)),
    ("who_may_answer", ("phone",)),
    ("if_someone_answers", ("phone",)),
    ("withheld_number", ("phone",)),
    ("caller_name", IF_GIVEN),
    ("message_wording", BY_MESSAGE),
    ("envelope_words", ("letter",)),
    ("seen_by_others", ALWAYS),
    ("safe_days", ALWAYS),
    ("safe_times", ALWAYS),
    *((step, IF_GIVEN) for step in OWN_HOURS),
    ("never_times", ALWAYS),
    ("safe_for", IF_GIVEN),
    ("code_word", ALWAYS),
    ("unsafe_phrase", ALWAYS),
    ("access_needs", IF_GIVEN),
    ("interpreter", IF_GIVEN),
    ("interpreter_language", IF_GIVEN),
    ("interpreter_gender", IF_GIVEN),
    ("worker_preference", IF_GIVEN),
    ("what_not_to_do", IF_GIVEN),
    ("risks_to_workers", IF_GIVEN),
    ("worker_present", IF_GIVEN),
    ("referrer_may_know", IF_GIVEN),
)
"""What somebody must know before they call, and the routes for which each matters (none: for all).

Source: the safe-contact block of domestic abuse and sexual violence referral forms; what is left open is read as the
most careful answer, since a wrong call can put somebody in danger."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the call sheet. `answer` is None where nothing was said: then the careful reading stands there."""

    step: str
    answer: Answer | None = field(repr=False)


def own_hours_of(route: str) -> tuple[str, ...]:
    """The steps that say when this route is safe; none for one that no hour rules out."""
    return tuple(step for step in (f"safe_days_{route}", f"safe_times_{route}") if step in OWN_HOURS)


def agreed_routes(document: Document) -> tuple[str, ...]:
    """The routes the person named; nothing else is used without asking them."""
    return next((answer.options for answer in document.answers() if answer.step == ROUTES_STEP), ())


def is_unnamed_day(document: Document, weekday: int) -> bool:
    """Whether the person named days that are safe and this one (0 is Monday) is not among them."""
    named = next((answer.options for answer in document.answers() if answer.step == DAYS_STEP), ())
    return bool(named) and ANY_DAY not in named and WEEKDAYS[weekday] not in named


def sheet(document: Document) -> tuple[SheetLine, ...]:
    """The call sheet, in the order in which somebody about to call reads it."""
    given = {answer.step: answer for answer in document.answers() if answer.is_given}
    routes = set(given[ROUTES_STEP].options) if ROUTES_STEP in given else set(BY_NUMBER) | set(BY_MESSAGE)
    lines = []
    for step, matters_for in SHEET:
        if step in given or matters_for == ALWAYS or routes & set(matters_for):
            lines.append(SheetLine(step, given.get(step)))
    return tuple(lines)
