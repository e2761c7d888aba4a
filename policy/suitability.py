"""When a weighing of suitability, safety and strengths is whole, who may stand behind it, and for how long it holds.

Here may live these rules alone. Nothing adds up to a score: risk is weighed by people, with their names.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

NEEDED: Final = (
    "free_choice",
    "safety_and_control",
    "responsibility",
    "risk_factors",
    "protective_factors",
    "risk_of_not_taking_part",
    "mitigation",
    "outcome",
    "review_on",
)
"""Headings nobody signs while they stand empty; the others may have nothing to say in a case. Source: the 2017 Scottish
guidance, Part B, A to C: taking part is voluntary, responsibility is held, it is safe; the policy and practice
framework, 20: risk, strengths, the risk of not taking part, and what is done about each."""
SUITABLE: Final = "suitable"


def missing(values: Mapping[str, str], weighed_on: date, review_within_days: int) -> tuple[str, ...]:
    """The headings that keep it from being signed: those that are empty, and a review that is past or too far ahead."""
    empty = [name for name in NEEDED if not values.get(name, "").strip()]
    if values.get("outcome") == SUITABLE and not values.get("safe_forms"):
        empty.append("safe_forms")
    if "review_on" not in empty and not _is_in_time(values["review_on"], weighed_on, review_within_days):
        empty.append("review_on")
    return tuple(empty)


def latest_review(weighed_on: date, review_within_days: int) -> date:
    """The last day on which it can be looked at again, if it was weighed on this one.

    Source: the policy and practice framework, 20: risk changes, so it is revisited. How soon is for the service to set.
    """
    return weighed_on + timedelta(days=review_within_days)


def may_supervise(who: int | None, signed: Collection[int], wrote: Collection[int]) -> bool:
    """Whether this member may sign as the supervisor of those who signed: they are none of them, and wrote none of it.

    Source: the 2017 Scottish guidance, Part B: supervision; nobody checks their own work.
    """
    return who is not None and who not in signed and who not in wrote


def _is_in_time(review_on: str, weighed_on: date, review_within_days: int) -> bool:
    try:
        day = date.fromisoformat(review_on)
    except ValueError:
        return False
    return weighed_on <= day <= latest_review(weighed_on, review_within_days)
