"""What goes wrong on purpose: a fault strikes the calls or updates it matches, a given number of times."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from .encoding import Parameters

CallFault = Literal[
    "flood", "broken", "forbidden", "refused", "hang", "slow", "drop_before", "drop_after", "late_answer"
]
UpdateFault = Literal["duplicate", "redelivered", "swapped", "poison"]
CALL_FAULTS: tuple[str, ...] = get_args(CallFault)
UPDATE_FAULTS: tuple[str, ...] = get_args(UpdateFault)


@dataclass(slots=True)
class Fault:
    """One fault. Fields left None match everything.

    Calls: flood (429, `retry_after`), broken (`code` 502 with an HTML page), forbidden (403), refused (`code`,
    `description`), hang (no effect and no answer; cut after `seconds`, or when the server stops), slow (answered after
    `seconds`), drop_before (connection cut, no effect), drop_after (effect, then connection cut), late_answer (a tap
    answered too late).
    Updates: duplicate (twice in a row, same id), redelivered (once more after it was confirmed), swapped (changes
    places with the update before it), poison (no library can decode it; its ids stay readable).
    """

    kind: str
    times: int = 1
    on: str | None = None
    """A method name (any case) or an update kind such as "message"; without it call faults spare getUpdates."""
    bot: int | None = None
    chat: int | None = None
    containing: str | None = None
    """Words the call's text must contain."""
    skip: int = 0
    """Let so many matching ones through first."""
    retry_after: int = 1
    code: int = 502
    description: str = ""
    seconds: float | None = None
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in CALL_FAULTS + UPDATE_FAULTS:
            raise ValueError(f"no such fault: {self.kind}")


class Faults:
    """The faults still to strike, oldest first; each thing that happens is struck by one at most."""

    def __init__(self) -> None:
        self.coming: list[Fault] = []

    def add(self, kind: str, **matching: Any) -> Fault:
        fault = Fault(kind, **matching)
        self.coming.append(fault)
        return fault

    def clear(self) -> None:
        self.coming.clear()

    def on_call(self, bot: int, method: str, parameters: Parameters) -> Fault | None:
        if not self.coming:
            return None
        return self._strike(CALL_FAULTS, bot, method, parameters.integer("chat_id"), parameters.text("text"))

    def on_update(self, bot: int, kind: str, chat: int) -> Fault | None:
        return self._strike(UPDATE_FAULTS, bot, kind, chat, "") if self.coming else None

    def _strike(self, kinds: tuple[str, ...], bot: int, name: str, chat: int, text: str) -> Fault | None:
        for fault in self.coming:
            if fault.kind not in kinds or fault.bot not in (None, bot) or fault.chat not in (None, chat):
                continue
            if not self._named(fault, name) or (fault.containing is not None and fault.containing not in text):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.struck += 1
            if fault.struck >= fault.times:
                self.coming.remove(fault)
            return fault
        return None

    @staticmethod
    def _named(fault: Fault, name: str) -> bool:
        if fault.on is None:
            return name.lower() != "getupdates" and (
                fault.kind != "late_answer" or name.lower() == "answercallbackquery"
            )
        return fault.on.lower() == name.lower()
