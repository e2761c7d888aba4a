"""Training of facilitators: its kinds, and until when somebody may facilitate by what they have.

Here may live that rule. What counts as each level is for the service to say.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

LEVELS: Final = ("level_1", "level_2", "level_3")
"""Source: the service's own description of its facilitators: three levels of training."""
RISK: Final = "risk"
"""Source: as above: its tools for risk are for those with its days of training on it."""
KINDS: Final = (*LEVELS, RISK)


def trained_until(valid: Mapping[str, date]) -> date | None:
    """The last day somebody may facilitate, by the last valid day of each kind they have; None for nobody trained."""
    return max((valid[level] for level in LEVELS if level in valid), default=None)
