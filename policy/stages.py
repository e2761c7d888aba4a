"""Where a case stands, from its hand-over to its end. How it may go on is `policy.moves`'.

Here may live the stages, groups of them, and the sources that many rules of the process share.
"""

from enum import StrEnum
from typing import Final

GUIDANCE: Final = "Guidance for the delivery of restorative justice in Scotland (2017, statutory), Part B"
FRAMEWORK: Final = "Scottish Government, Restorative justice: policy and practice framework"
REFERRALS: Final = "safe-contact practice of domestic abuse and sexual violence referral forms"
SERVICE: Final = "the service's page: voluntary, led by the survivor, two facilitators, support throughout"


class Stage(StrEnum):
    """The stages of a case, in their order, and the two in which it rests.

    Source: `GUIDANCE`, whose steps A to I these are, with the service's own first talk before them. A case that its
    person has withdrawn or erased is at no stage.
    """

    RECEIVED = "received"
    TRIAGE = "triage"
    CONTACT_ATTEMPTS = "contact_attempts"
    INITIAL_DISCUSSION = "initial_discussion"
    SUITABILITY = "suitability"
    PREPARATION = "preparation"
    APPROACH = "approach"
    RESPONSIBLE = "responsible"
    """Preparation with the person responsible."""
    PROCESS = "process"
    AGREEMENT = "agreement"
    FOLLOW_UP = "follow_up"
    PAUSED = "paused"
    CLOSED = "closed"


IN_ORDER: Final = tuple(stage for stage in Stage if stage not in {Stage.PAUSED, Stage.CLOSED})


def since(stage: Stage) -> tuple[Stage, ...]:
    """This stage and all after it."""
    return IN_ORDER[IN_ORDER.index(stage) :]


WITH_THE_PERSON: Final = since(Stage.INITIAL_DISCUSSION)
"""From the first talk on."""
KNOWN_TO_THE_OTHER: Final = since(Stage.APPROACH)
"""The stages at which the person responsible may have heard of it."""
IN_CONTACT: Final = (Stage.APPROACH, Stage.RESPONSIBLE, Stage.PROCESS)
"""The stages of which contact between the two, or with the person responsible, is a part."""
OPEN: Final = (*IN_ORDER, Stage.PAUSED)
EVERY: Final = (*OPEN, Stage.CLOSED)


def resumes_at(paused_at: Stage) -> Stage:
    """Where a paused case goes on: never in the midst of contact, for after a pause every yes is asked anew.

    Source: `FRAMEWORK`, 25.2, consent is kept under review and refreshed.
    """
    return Stage.PREPARATION if paused_at in IN_CONTACT else paused_at
