"""Every kind of time that is kept for a case: promises, aims and what is still to be done. A time of no kind is none.

Here may live the list of kinds, and which of them a person was told of. A kind that is missing here cannot be written
down at all, so that no time is kept which nobody is told of when it passes.
"""

from typing import Final

from policy import closings
from policy.closings import FOLLOW_UPS

OPENED, FIRST_ATTEMPT, REACHED = "opened", "first_attempt", "reached"
REVIEW = "review"
"""That safety and strengths are looked at again. Source: the 2017 Scottish guidance, Part B, C."""
PLAN = "renew_contact"
"""That the person is asked again whether the ways to be in touch are still safe. Source: safe-contact practice."""
NEW_TIME = "new_time"
"""That somebody tries to be in touch, told to a person to whom it was admitted that the first such time was missed."""

NEW_SIGN = "new_sign"
"""That somebody sees to a sign of danger in what the person wrote after the hand-over. Source: as for a new urgent
case, `policy.promises.promise`."""

PROMISES: Final = (OPENED, FIRST_ATTEMPT)
"""What a person was told when they sent it."""

CLOCKS: Final = (OPENED, FIRST_ATTEMPT, REVIEW, *FOLLOW_UPS, REACHED, PLAN, NEW_TIME)
"""Of each a case has one at most."""

SECOND_LOOK = "second_look"
"""That a manager looks at what was done against the plan for being in touch. Source: safe-contact practice."""

NEXT_TRY, UNREACHED, UNREACHED_FLAGGED = "next_try", "unreached", "unreached_flagged"
"""That the person is tried again; that somebody decides once all tries are made, and where a sign of danger stands a
manager. Source: `policy.contact_attempts`."""

TRYING: Final = (NEXT_TRY, UNREACHED, UNREACHED_FLAGGED)

NOBODY_STANDS_IN: Final = "nobody_stands_in"
"""That a manager gives a case to somebody, whose coordinator is away with nobody who answers for it meanwhile."""

MEETING_NEAR: Final = "meeting_near"
"""That somebody looks whether all is still there for a meeting whose day is set. Source: as `policy.moves`, "plan"."""

TASKS: Final = (*closings.TASKS, SECOND_LOOK, *TRYING, NOBODY_STANDS_IN, MEETING_NEAR)
"""What is to be seen to, by one or several."""

KINDS: Final = (*CLOCKS, *(task for task in TASKS if task != MEETING_NEAR), NEW_SIGN, MEETING_NEAR)
"""In an order that stays: by its place each has its alert (`storage.alerts`). New kinds are added at the end."""

CONCERN_THE_PERSON: Final = (FIRST_ATTEMPT, NEW_TIME, *FOLLOW_UPS, REVIEW)
"""What the chat may name when somebody asks what comes next. The rest is between the desk and itself."""


def known(kind: str) -> str:
    """The kind itself. Raises `ValueError` for one that is missing above."""
    if kind not in KINDS:
        raise ValueError("a time of no known kind would be missed in silence")
    return kind
