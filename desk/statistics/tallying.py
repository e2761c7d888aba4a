"""What is counted for statistics when a case is closed: the reason, and the form of what was held. Pure.

Source: `bot.referrals.tallying`, which counts a referral in the same way: sealed to the team, tied to no case and no
day.
"""

import json

from policy.case_facts import CaseFacts
from policy.figure_trees import HELD, by

ENDED = "ended"
"""What the tally of an end is found by, among the questions of referrals."""


def marked(closing: str, facts: CaseFacts) -> bytes:
    """What may be counted of a closing, before it is sealed."""
    name = by(closing, facts.form) if closing in HELD and facts.is_held and facts.form else closing
    return json.dumps({ENDED: name}).encode()
