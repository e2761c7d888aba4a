"""How to be in touch with a person safely: a call sheet made from their answers, the careful reading where one is open.

Pure: here may live which questions belong to it, in which order, and for which routes each of them matters.
"""

from dataclasses import dataclass, field

from bot.flows.lists import BY_MESSAGE, BY_NUMBER
from desk.case_document import Answer, Document

ROUTES_STEP = "contact_routes"
ALWAYS: tuple[str, ...] = ()

SHEET: tuple[tuple[str, tuple[str, ...]], ...] = (
    (ROUTES_STEP, ALWAYS),
    ("phone_number", BY_NUMBER),
    ("email_address", ("email",)),
    ("postal_address", ("letter",)),
    ("worker_contact", ("support_worker",)),
    ("voicemail", ("phone",)),
    ("who_may_answer", ("phone",)),
    ("if_someone_answers", ("phone",)),
    ("withheld_number", ("phone",)),
    ("message_wording", BY_MESSAGE),
    ("seen_by_others", ALWAYS),
    ("safe_days", ALWAYS),
    ("safe_times", ALWAYS),
    ("never_times", ALWAYS),
    ("code_word", ALWAYS),
    ("unsafe_phrase", ALWAYS),
)
"""The questions of a safe-contact plan, and the routes for which each matters (none: for all).

Source: the safe-contact block of domestic abuse and sexual violence referral forms; what is left open is read as the
most careful answer, since a wrong call can put somebody in danger."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the call sheet. `answer` is None where nothing was said: then the careful reading stands there."""

    step: str
    answer: Answer | None = field(repr=False)


def sheet(document: Document) -> tuple[SheetLine, ...]:
    """The call sheet, in the order in which somebody about to call reads it."""
    given = {answer.step: answer for answer in document.answers() if answer.is_given}
    routes = set(given[ROUTES_STEP].options) if ROUTES_STEP in given else set(BY_NUMBER) | set(BY_MESSAGE)
    lines = []
    for step, matters_for in SHEET:
        if step in given or matters_for == ALWAYS or routes & set(matters_for):
            lines.append(SheetLine(step, given.get(step)))
    return tuple(lines)
