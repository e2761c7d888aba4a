"""The hours that hold for being in touch with somebody who named none. Times only; the service sets its own."""

from datetime import time
from typing import Final

DECENT: Final = (time(9), time(20))
"""From one to before the other, on any day, on the clock in Scotland: "any time" was never said of three at night.
Source: the service's choice; no rule for such services is published, and codes for calls to private people keep to
eight or nine in the morning until eight or nine at night."""
