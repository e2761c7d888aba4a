"""Which flags of a hand-over are signs of danger, which tell only what else to look at first, and in which languages
danger is heard. Names only.

Source: the policy and practice framework, 6.1: no direct form where it could be used to abuse again, and safety is
looked at first; practice of advocacy services.
"""

from collections.abc import Collection
from typing import Final

NO_DANGER: Final = frozenset({"under_18", "age_unknown", "role_unclear", "contact_may_be_barred"})
"""Flags about age, about who somebody is, and about orders, which have rules of their own (`policy.gates`)."""

HEARD_EVERYWHERE: Final = frozenset({"en"})
"""Languages that are heard in a conversation in any other, too. Source: the service works in Scotland, where whoever
writes in another language is likely to fall into English, and in danger most of all; what it costs is measured in
docs/signs-of-danger.md. Rules judge every message in every language they exist in, whatever is spoken."""


def is_danger(flags: Collection[str]) -> bool:
    """Whether one of these may mean that somebody is not safe. One that is not known here counts as if it did."""
    return any(flag not in NO_DANGER for flag in flags)
