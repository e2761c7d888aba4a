"""What became of an alert, told in the same words by every way there is to send one.

No error carries a text of its own: an error of a library may hold an address, a token or a chat id, so only the name
of its class goes on, and that is all a log line ever says.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """What an alert became in the staff chat, if it went there: a message, and what that shows if it is a card."""

    message_id: int | None = None
    card: str | None = None


class NotSent(Exception):
    """The alert did not go out, or nobody knows whether it did."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(type(cause).__name__)


class Wait(NotSent):
    """It was not sent, and nothing more may be sent this way for so many seconds."""

    def __init__(self, cause: BaseException, seconds: float) -> None:
        super().__init__(cause)
        self.seconds = seconds


class Unreachable(NotSent):
    """No answer, or none that can be read: worth another try later, which may bring a second copy."""


class Refused(NotSent):
    """A clear no that a second try will not change: a wrong token or password, no such chat."""
