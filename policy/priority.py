"""How soon a case asks to be read: the levels, and the flags that suggest one."""

from collections.abc import Collection, Mapping
from enum import IntEnum
from types import MappingProxyType


class Priority(IntEnum):
    """What staff sort by, the smallest first. It says how soon to read, never how great a risk is.

    Source: levels are decisions of trained staff. The Scottish Government restorative justice policy and practice
    framework leaves risk to trained facilitators, at every stage; a form neither scores nor assesses it.
    """

    URGENT = 1
    PRIORITY = 2
    ROUTINE = 3


SUGGESTED_BY: Mapping[str, Priority] = MappingProxyType(
    {
        # Says they are not safe now.
        "not_safe": Priority.URGENT,
        # Wrote words that may mean so. The exact words go with the flag; a coordinator judges them.
        "danger_now": Priority.URGENT,
        "suicide": Priority.URGENT,
        "self_harm": Priority.URGENT,
        "child_at_risk": Priority.URGENT,
        "followed_or_contacted": Priority.PRIORITY,
        # A child, or perhaps one: anybody under 18 (Children and Young People (Scotland) Act 2014, section 97).
        "under_18": Priority.PRIORITY,
        "age_unknown": Priority.PRIORITY,
        # Contact or harm that goes on: abuse is a course of conduct (Domestic Abuse (Scotland) Act 2018, section 1).
        "unwanted_contact_now": Priority.PRIORITY,
        "harm_ongoing": Priority.PRIORITY,
        # Bail, an order or a licence may forbid contact: to be checked before anybody approaches the other person.
        "contact_may_be_barred": Priority.PRIORITY,
    }
)
"""Which flag suggests which level. Source: triage practice of advocacy services, in which staff decide and flags only
help to sort. To be confirmed by the service."""


def suggest(flags: Collection[str]) -> Priority:
    """The level the most pressing of these flags suggests; routine without one. A flag not in the table weighs nothing.

    Source: as `SUGGESTED_BY`; the absence of a flag never means that somebody is safe.
    """
    return min((SUGGESTED_BY.get(flag, Priority.ROUTINE) for flag in flags), default=Priority.ROUTINE)
