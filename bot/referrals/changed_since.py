"""What a person changed since they handed something over, and laying it over what was sent. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Since:
    """What holds now that did not when it was sent. Moments in ISO 8601."""

    changed_at: str | None = None
    """When they last said anew how to be reached."""
    is_open: bool = True
    """Whether the copy holds what they said then; of a case from before copies took changes in only the team does."""
    paused_at: str | None = None
    """Since when nobody is to be in touch."""
    paused_until: date | None = None
    """The last day of that; None: until they say otherwise."""
    withdrawn_at: str | None = None


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """The copy, opened."""

    document: dict[str, Any] = field(repr=False)
    """As it was handed over (`bot.referrals.handing_over`); of an answer that was changed since, `changed_at` says
    when."""
    since: Since


def overlaid(document: dict[str, Any], answers: Sequence[dict[str, Any]], at: str) -> dict[str, Any]:
    """The document with these answers, said anew and whole, in place of those before. What they leave open is open."""
    anew = {each["step"]: each | {"changed_at": at} for each in answers}

    def by_now(before: dict[str, Any]) -> dict[str, Any]:
        after = anew.pop(before["step"], before)
        return after if after["given"] or before["given"] else before

    parts = [part | {"answers": [by_now(each) for each in part["answers"]]} for part in document["parts"]]
    parts[0]["answers"] += [each for each in anew.values() if each["given"]]
    return document | {"parts": parts}
