"""Why a message did not leave, told by every channel in the same three ways, and how long to wait then."""

from random import Random

LONGEST_PAUSE = 30.0


class NotSent(Exception):
    """A message did not leave, or nobody knows whether it did. Carries no text: it could hold words."""

    became: tuple[int, ...] = ()
    """Of a long message, the ids of those parts that had gone before."""


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


def back_off(failures: int, random: Random) -> float:
    """Seconds to wait after so many failures in a row: half a second, doubling to half a minute, never quite alike."""
    return min(0.5 * 2.0 ** min(failures, 16), LONGEST_PAUSE) * (0.75 + random.random() / 4)
