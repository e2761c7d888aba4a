"""How often somebody at the desk shows who they are. Durations and counts only, each with its source."""

from datetime import timedelta
from typing import Final

PROOF_FRESH: Final = timedelta(minutes=5)
"""How long a second factor counts for deeds that ask for a fresh one. Source: OWASP ASVS 5.0, 7.5.3: it is shown
again before highly sensitive deeds; five minutes are one such deed and the next."""

HALF_WAY: Final = timedelta(minutes=10)
"""From the password to the second factor, at most. Source: the service's choice: time to find the phone, or to install
an app on it."""

FREE_TRIES: Final = 5
"""Wrong passwords or codes in a row after which the next try has to wait, and after which the member is told. Source:
OWASP ASVS 5.0, 6.1.1, 6.3.1 and 6.3.5: guessing is slowed down and told of, nobody is locked out for good."""

NETWORK_TRIES: Final = 20
"""Wrong passwords from one network before it has to wait, for whatever name. Source: OWASP ASVS 5.0, 6.3.1: guessing is
slowed down by account and by where it comes from; an office shares one address."""
