"""Where a case stands between its hand-over and the first talk, and how it may move."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The stages a case passes through here; what follows the first talk is the facilitators' own work.

    Source: the service's page (an initial discussion with a coordinator comes first), and the 2017 Scottish statutory
    guidance on restorative justice, Part B, whose first step, suitability, comes after that talk.
    """

    RECEIVED = "received"
    TRIAGE = "triage"
    CONTACT_ATTEMPTS = "contact_attempts"
    INITIAL_DISCUSSION = "initial_discussion"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move, and the deed that makes it."""

    before: Stage
    after: Stage
    when: str


MOVES = (
    Move(Stage.RECEIVED, Stage.TRIAGE, "a coordinator takes the case"),
    Move(Stage.TRIAGE, Stage.RECEIVED, "the coordinator gives it back for another to take"),
    Move(Stage.TRIAGE, Stage.CONTACT_ATTEMPTS, "the safe-contact plan is read and the first try is logged"),
    Move(Stage.CONTACT_ATTEMPTS, Stage.TRIAGE, "the safe-contact plan has changed and is to be read anew"),
    Move(Stage.CONTACT_ATTEMPTS, Stage.INITIAL_DISCUSSION, "the person was reached and it is safe to talk"),
    Move(Stage.INITIAL_DISCUSSION, Stage.CONTACT_ATTEMPTS, "another talk is to be arranged"),
)
"""Every allowed move. Nothing skips a stage: nobody is called before the safe-contact plan was read.

Source: the 2017 Scottish statutory guidance on restorative justice, Part B (steps in order; risk throughout); its safe
contact rule is that of domestic abuse referral practice. A person may withdraw at any stage: that is not a move, it
ends all."""


def moves_from(stage: Stage) -> tuple[Stage, ...]:
    """The stages a case may move to next. Source: `MOVES`."""
    return tuple(move.after for move in MOVES if move.before is stage)


def may_move(before: Stage, after: Stage) -> bool:
    """Whether a case may move so. Source: `MOVES`."""
    return after in moves_from(before)
