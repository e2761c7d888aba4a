"""What is known of a case at the moment of a deed, and the forms a process can take. Values only.

Careful by default: what nobody has said or checked counts as the more dangerous answer. These facts are made at the
desk from opened seals, used, and dropped; nothing of them is stored.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from policy.stages import Stage

DIRECT: Final = ("meet", "video", "circle")
INDIRECT: Final = ("letter", "through_facilitator", "recorded_message")
WITHOUT_CONTACT: Final = ("letter_not_sent", "stand_in")
FORMS: Final = (*DIRECT, *INDIRECT, *WITHOUT_CONTACT)
"""The forms a process can take. Source: the 2017 Scottish guidance, Part B, F and G (indirect, direct); the policy and
practice framework, which knows forms without contact, such as a therapeutic letter that is never sent."""


def consent_to(form: str) -> str:
    """The name of the person's consent to one form: a yes to a letter is none to a meeting."""
    return f"process_{form}"


CONSENTS: Final = (
    "assessment",
    "partners",
    "approach",
    *(consent_to(form) for form in FORMS),
    "answer",
    "agreement_told",
    "follow_up",
    "go_on",
)
"""The steps a person says yes or no to, each by itself. Source: the policy and practice framework, 25.2: positive
opt-in, granular, withdrawn as simply as given, kept under review and refreshed."""

GENDER_BASED: Final = frozenset(
    {"domestic_abuse", "sexual_harm_adult", "sexual_harm_child", "domestic_and_sexual", "stalking"}
)
"""Kinds of harm to which the rules for gender-based violence belong. Source: the policy and practice framework, 6.1."""

ORDER_UNCHECKED, ORDER_BARS, ORDER_ALLOWS = "unchecked", "bars", "allows"


@dataclass(frozen=True, slots=True)
class Facilitator:
    """Somebody named to facilitate a case. `trained_until` is the last day the training is valid."""

    staff_id: int
    name: str
    trained_until: date | None
    has_declared: bool
    """Whether they have said that they have no conflict of interest in this case."""
    has_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Suitability:
    """The newest record of suitability, safety and strengths: never a score, only who stands behind which forms."""

    forms: frozenset[str]
    review_on: date | None
    signed_by: frozenset[int]
    supervisor: int | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All that the rules ask about."""

    stage: Stage | None = None
    today: date = date.min
    is_gender_based: bool = True
    is_started_by_person_harmed: bool = False
    has_safety_flag: bool = True
    order: str = ORDER_UNCHECKED
    yes_to: frozenset[str] = frozenset()
    """The steps to which the person's last word, since the last pause, is a dated yes."""
    facilitators: tuple[Facilitator, ...] = ()
    are_preferences_offered: bool = False
    suitability: Suitability | None = None
    is_support_offered: bool = False
    """Whether support beside the process was offered at this very stage."""
    is_person_ready: bool = False
    is_responsible_ready: bool = False
    approach_answer: str = ""
    form: str = ""
    """The form the person chose, or the one the deed is about."""
    is_held: bool = False
    is_agreement_open: bool = False
    has_agreement: bool = False
    has_open_follow_ups: bool = False
    letter_read_by: frozenset[int] = frozenset()
    closing: str = ""
    paused_at: Stage | None = None
    was_asked_again: bool = False
    is_decided_by_two: bool = False
    """Whether somebody asked for the deed and somebody else approved it, one of them a manager (`policy.four_eyes`)."""


NOTHING_KNOWN: Final = CaseFacts()
