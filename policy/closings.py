"""How a case ends: every reason, at which stages it can be one, and what it needs besides.

Here may live the table of reasons and what has to be done after a pause or an end. The words of each are the desk's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from policy.case_facts import CaseFacts
from policy.stages import IN_ORDER, KNOWN_TO_THE_OTHER, WITH_THE_PERSON, Stage, since


def nothing(_facts: CaseFacts) -> bool:
    """What a reason claims that nobody has to prove."""
    return True


def _over(facts: CaseFacts) -> bool:
    return not facts.is_agreement_open and not facts.has_open_follow_ups


def _held(facts: CaseFacts) -> bool:
    return facts.was_held and _over(facts)


def _halted(facts: CaseFacts) -> bool:
    return facts.has_taken_place and not facts.is_held and _over(facts)


def _agreed(facts: CaseFacts) -> bool:
    return _held(facts) and facts.is_agreement_done


def _other_said(*answers: str) -> Callable[[CaseFacts], bool]:
    """The last word of the person responsible, as it is written down, is one of these."""

    def holds(facts: CaseFacts) -> bool:
        return facts.other_said in answers

    return holds


def _asked_again(facts: CaseFacts) -> bool:
    return facts.was_asked_again


NO_CONTACT: Final = "no_contact"
"""Not reached: all tries have to be made first (`policy.gates`, `tries_used_up`)."""


@dataclass(frozen=True, slots=True)
class Closing:
    """One reason a coordinator may close a case for. `holds` says whether what it claims is so."""

    name: str
    stages: tuple[Stage, ...]
    holds: Callable[[CaseFacts], bool] = nothing


SUITABILITY_ON: Final = since(Stage.SUITABILITY)

CLOSINGS: Final[Mapping[str, Closing]] = {
    closing.name: closing
    for closing in (
        Closing("completed", (Stage.PREPARATION, Stage.FOLLOW_UP), _held),
        Closing("halted", (Stage.FOLLOW_UP,), _halted),
        Closing("agreement_completed", (Stage.FOLLOW_UP,), _agreed),
        Closing("paused_no_reply", (Stage.PAUSED,), _asked_again),
        Closing(NO_CONTACT, (Stage.TRIAGE, Stage.CONTACT_ATTEMPTS)),
        Closing("not_safe_now", (*WITH_THE_PERSON, Stage.PAUSED)),
        Closing("responsible_declined", (*KNOWN_TO_THE_OTHER, Stage.PREPARATION), _other_said("declined", "stops")),
        Closing("no_responsibility", SUITABILITY_ON, _other_said("no_responsibility")),
        Closing("responsible_not_found", (*KNOWN_TO_THE_OTHER, Stage.PREPARATION), _other_said("not_found")),
        Closing("responsible_died", (*WITH_THE_PERSON, Stage.PAUSED), _other_said("died")),
        Closing("live_proceedings", (*WITH_THE_PERSON, Stage.PAUSED)),
        Closing("out_of_scope", (Stage.TRIAGE, Stage.CONTACT_ATTEMPTS, *WITH_THE_PERSON, Stage.PAUSED)),
        Closing("duplicate", (Stage.TRIAGE, Stage.CONTACT_ATTEMPTS, Stage.INITIAL_DISCUSSION)),
    )
}
"""Every reason but two, which are the person's own and need no coordinator's reason: withdrawn, and erased at request.

A letter that is not sent is a process completed. Unreached after a sign of danger it ends for none of them by one
person alone, nor without a manager; by two it ends at once, for whichever of them is so (`policy.gates`,
`ends_by_two`).
Source: the exits of the 2017 Scottish guidance's steps; practice of restorative and domestic abuse services."""

FOLLOW_UPS: Final[Mapping[str, timedelta]] = {
    "follow_up_1w": timedelta(weeks=1),
    "follow_up_6w": timedelta(weeks=6),
    "follow_up_6m": timedelta(weeks=26),
}
"""When the person is asked how they are after the process; each may be refused. Source: guidance 2017, Part B, I;
common practice of restorative services (one week, six weeks, six months)."""

EARLY: Final = 7
"""A follow-up is held in the last seventh of its time at the soonest: a day early of one week, not on the first day."""

TASKS: Final = ("tell_facilitators", "tell_responsible", "hold_letters", "tell_support")
TASK_DUE: Final = timedelta(days=1)
"""How soon each is to be done: the next day at the latest, for somebody may be waiting for a meeting that is off."""


def may_be_held(name: str, due: datetime, now: datetime) -> bool:
    """Whether this follow-up, due at that moment, may be held by now. Source: `EARLY`, the service's choice."""
    return now >= due - FOLLOW_UPS[name] / EARLY


def tasks_after(furthest: Stage) -> tuple[str, ...]:
    """What somebody has to see to once a case that had come as far as this pauses or ends, by whoever's wish.

    Source: the policy and practice framework, 6.1 and 25.2: people are told, and support goes on.
    """
    at = IN_ORDER.index(furthest) if furthest in IN_ORDER else 0
    begins = {
        "tell_facilitators": Stage.SUITABILITY,
        "tell_responsible": Stage.APPROACH,
        "hold_letters": Stage.PREPARATION,
        "tell_support": Stage.INITIAL_DISCUSSION,
    }
    return tuple(task for task in TASKS if at >= IN_ORDER.index(begins[task]))


def furthest(stages: tuple[str, ...]) -> Stage:
    """Of stages by their names, the one furthest on; names that are none, and resting, count for nothing."""
    known = [stage for stage in IN_ORDER if stage.value in stages]
    return known[-1] if known else Stage.RECEIVED
