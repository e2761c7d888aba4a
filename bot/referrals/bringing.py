"""What a Bring takes in: answers given elsewhere before, and which questions they may fill. Pure; where they come from
is not known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.flow import Flow
from bot.steps import Answers, Bring, Consent, Question, Review


@dataclass(frozen=True, slots=True)
class Brought:
    """Answers somebody gave elsewhere before."""

    source: str
    """Where they came from, which is kept at the Bring as if it were its answer."""
    answers: Answers = field(repr=False)
    said_by: Mapping[str, str]
    """For each of them whose words they are: a key of `read_back.said_by` in content/<language>/common.toml."""


def filled_by(flow: Flow, bring: Bring) -> tuple[Question, ...]:
    """The questions after it that what it brings may answer. A consent is nobody's to give but the person's."""
    later = flow.steps[flow.steps.index(bring) :]
    return tuple(step for step in later if isinstance(step, Question) and not isinstance(step, (Consent, Review)))
