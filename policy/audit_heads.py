"""When a signed head of the audit goes off this machine, so that rows cut off at its end show by it. One rule."""

from datetime import datetime, timedelta
from typing import Final

PROMISED: Final = timedelta(minutes=15)
"""A row is covered by a head that lies elsewhere, at the latest so long after it was written. Source: OWASP ASVS 5.0,
16.4.3 (logs are sent to a logically separate system) names no figure; a quarter of an hour is the service's choice:
what somebody could do in it unseen is little, and a mailbox of its own holds a year of such lines."""

GATHERED: Final = timedelta(minutes=10)
"""How long rows gather into one head. The rest of what is promised is for a way that has to be tried again."""

SIGN_OF_LIFE: Final = timedelta(hours=1)
"""While nothing is written, the head goes off again so long after the last one. Source: the service's choice: whoever
would cut something off stops the heads first, so their silence has to be told from that of a quiet night. Were there
one a day, a whole day of silence would look like rest; within two hours nobody need wonder."""


def goes_off(now: datetime, uncovered_since: float | None, sent_at: float | None) -> bool:
    """Whether one goes off now. `uncovered_since`: when the first row was written that none sent off covers; `sent_at`:
    when the last one went off. Both UTC seconds; None: there is none. The first goes at once."""
    if sent_at is None:
        return uncovered_since is not None
    is_gathered = uncovered_since is not None and now.timestamp() >= uncovered_since + GATHERED.total_seconds()
    return is_gathered or now.timestamp() >= sent_at + SIGN_OF_LIFE.total_seconds()
