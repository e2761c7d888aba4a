"""How much one person may say in a minute, for every channel alike. Counts only, in memory, gone at the next start.

What comes too fast is not acted on: the first of it is answered, so that it can be said again, and the rest is passed
over. Stop, Help now and what else leaves or protects is never held up, nor is what follows on it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from bot.messages import OF_THE_PERSON, Inbound, InboundKind
from bot.reading import command
from content.words import Words

WINDOW = timedelta(minutes=1)
MOST_KEPT = 10_000
NEVER_HELD_UP = frozenset({"stop", "help", "erase", "clear"})


@dataclass(slots=True)
class _Said:
    """What one person said lately."""

    times: deque[datetime] = field(default_factory=deque)
    is_told: bool = False
    """Whether they were told that it is too fast, since something last passed."""
    may_answer: bool = False
    """Whether what comes next answers what follows on a command that is never held up."""


class Pace:
    """At most `most` things in any minute from each address of a channel; `spoken`: the words commands are given in."""

    def __init__(self, most: int, spoken: Sequence[Words]) -> None:
        self._most, self._spoken = most, spoken
        self._people: dict[str, _Said] = {}
        self._lock = Lock()

    def take(self, inbound: Inbound, now: datetime) -> Inbound:
        """The same, counted; or, where it comes too fast, as what is told so, and after that as what is passed over."""
        with self._lock:
            if len(self._people) > MOST_KEPT:
                self._forget_before(now - WINDOW)
            said = self._people.setdefault(inbound.address, _Said())
            if self._passes(inbound, said, now):
                said.is_told = False
                return inbound
            kind: InboundKind = "passed_over" if said.is_told else "too_fast"
            said.is_told = True
        is_theirs = inbound.kind in OF_THE_PERSON
        return replace(inbound, kind=kind, message=inbound.message if is_theirs else None)

    def _passes(self, inbound: Inbound, said: _Said, now: datetime) -> bool:
        while said.times and said.times[0] <= now - WINDOW:
            said.times.popleft()
        has_room, is_near = len(said.times) < self._most, len(said.times) >= self._most - 1
        is_let_through = said.may_answer
        said.may_answer = is_near and any(command(inbound, words) in NEVER_HELD_UP for words in self._spoken)
        if has_room:
            said.times.append(now)
        return has_room or is_let_through or said.may_answer

    def _forget_before(self, moment: datetime) -> None:
        self._people = {person: said for person, said in self._people.items() if said.times and said.times[-1] > moment}
