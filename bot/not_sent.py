"""Why a message did not leave, told by every channel in the same three ways. Errors only."""


class NotSent(Exception):
    """A message did not leave, or nobody knows whether it did. Carries no text: it could hold words."""


class Refused(NotSent):
    """A clear no that a second try will not change: to this message, or to `all_of_person`, who has left."""

    def __init__(self, fault: str, *, all_of_person: bool = False) -> None:
        super().__init__()
        self.fault, self.all_of_person = fault, all_of_person


class Later(NotSent):
    """Surely not sent. Try again after so many seconds; None: as it seems fit."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__()
        self.seconds = seconds


class Doubtful(NotSent):
    """It may have arrived: the answer was lost on the way back."""
