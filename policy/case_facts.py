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

SUPPORT_OFFERED: Final = ("offered", "accepted", "declined")
SUPPORT_NOT_YET: Final = "not_yet_offered"
"""What is written of support beside the process: it was offered, whatever the answer; or why it could not be yet."""

OF_DUTY: Final = "duty"
"""What sharing rests on where no yes is asked: a danger to life, or to a child, that has to be told.
Source: Data Protection Act 2018, schedule 1, part 2, paragraph 18; UK GDPR, article 9(2)(c)."""


@dataclass(frozen=True, slots=True)
class Facilitator:
    """Somebody named to facilitate a case. `trained_until` is the last day the training is valid."""

    staff_id: int
    name: str
    trained_until: date | None
    has_declared: bool
    """Whether they have said that they have no conflict of interest in this case."""
    has_conflict: bool = False
    is_in_role: bool = True
    """Whether they work here as a facilitator today: who has left, or does something else by now, does not count."""


@dataclass(frozen=True, slots=True)
class Suitability:
    """The newest record of suitability, safety and strengths: never a score, only who stands behind which forms."""

    forms: frozenset[str]
    review_on: date | None
    signed_by: frozenset[int]
    supervisor: int | None
    written_by: frozenset[int] = frozenset()
    weighed_on: date | None = None
    """The day on which it was last written or signed, from which the time to its review counts."""
    missing: frozenset[str] = frozenset()
    """Headings it cannot do without and that stand empty (`policy.suitability`)."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All that the rules ask about.

    What is said of a preparation, an answer, a readiness or something held belongs to the present round, which begins
    whenever the person's preparation does; what is said of a form is said of `form`, and of no other.
    """

    stage: Stage | None = None
    today: date = date.min
    on: date | None = None
    """The day that the deed is about: on which something was held, or is to be. None: it is done today."""
    planned_on: date | None = None
    """The day that was set last in this round for what is to be held, while it has not passed."""
    is_tried: bool = False
    """Whether somebody has tried to be in touch since the case last came to triage."""
    is_reached: bool = False
    """Whether the person was spoken with since they were last to be reached."""
    is_spoken_here: bool = False
    """Whether it is logged that the person was spoken with since this round began."""
    is_talked_down: bool = False
    """Whether anything of a first talk is written down."""
    is_person_paused: bool = True
    """Whether the person has asked, in their chat or by staff, that nobody is in touch for now."""
    has_taken_back: bool = True
    """Whether the person has taken a consent back in their chat, ever: then they are asked whether to go on at all."""
    is_gender_based: bool = True
    is_started_by_person_harmed: bool = False
    has_safety_flag: bool = True
    order: str = ORDER_UNCHECKED
    yes_to: frozenset[str] = frozenset()
    """The steps to which the person's last word, since the last rest, is a dated yes; where a step is about the person
    responsible, since this round began."""
    facilitators: tuple[Facilitator, ...] = ()
    """All who are named; the rules look at those of `pair`."""
    are_preferences_offered: bool = False
    suitability: Suitability | None = None
    is_looked_at_here: bool = False
    """Whether suitability was looked at, or looked at again with nothing changed, at this very stage."""
    review_within_days: int = 0
    support: str = ""
    """What was last written of support beside the process at this very stage."""
    is_person_ready: bool = False
    """For this form."""
    is_responsible_ready: bool = False
    """For this form."""
    approach_answer: str = ""
    """The answer to being asked about this form."""
    other_said: str = ""
    """The last word of the person responsible, in any round, if that is a no, a stop, or that they cannot be asked."""
    form: str = ""
    """The form the deed is about; else the one the person chose."""
    has_taken_place: bool = False
    """Whether anything has taken place in this round, halted or not."""
    is_held: bool = False
    """Whether something was held to its end in this round."""
    was_held: bool = False
    """Whether something was held to its end in any round."""
    is_agreement_open: bool = False
    is_agreement_done: bool = False
    has_open_follow_ups: bool = False
    is_due: bool = False
    """Whether the follow-up that the deed is about may be held by now."""
    letter: str = ""
    """What the letter is that the deed is about: written here, or answered from there; empty when there is none."""
    letter_read_by: frozenset[int] = frozenset()
    sharing_rests_on: str = ""
    closing: str = ""
    paused_at: Stage | None = None
    was_asked_again: bool = False
    is_plan_current: bool = False
    """Whether the ways to be in touch count today: the person was asked in time."""
    is_tried_out: bool = False
    """Whether all tries were made over all their time, and nobody was reached (`policy.contact_attempts`)."""
    is_reached_since_sign: bool = False
    """Whether the person was spoken with since a sign of danger was last seen."""
    is_asked_since_sign: bool = False
    """Whether it is written down on which day since then they were asked about it."""
    is_lifted_by_two: bool = False
    """Whether somebody else would lift the sign too, or whoever does it is a manager."""
    is_decided_by_two: bool = False
    """Whether somebody asked for the deed and somebody else approved it, one of them a manager (`policy.four_eyes`),
    and nothing was heard of the person since it was asked for."""

    @property
    def facilitated_on(self) -> date:
        """The last day that the deed needs its facilitators for: its own; of what is done today, also the day set."""
        return self.on or max(self.today, self.planned_on or self.today)

    @property
    def in_role(self) -> tuple[Facilitator, ...]:
        """Those of the facilitators who count."""
        return tuple(each for each in self.facilitators if each.is_in_role)

    @property
    def pair(self) -> frozenset[int]:
        """The ids of those who count."""
        return frozenset(each.staff_id for each in self.in_role)

    @property
    def rested_at(self) -> Stage | None:
        """The stage, as if it were not paused."""
        return self.paused_at if self.stage is Stage.PAUSED else self.stage


NOTHING_KNOWN: Final = CaseFacts()
