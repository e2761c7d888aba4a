"""The log of everything bots asked for, for tests to assert on."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .bell import Bell
from .encoding import Parameters
from .messages import WAIT


@dataclass(slots=True)
class Call:
    """One call. `outcome`: 0 under way, else 200 or the error code; for what was cut, the fault's name."""

    number: int
    at: float
    bot: int
    method: str
    parameters: Parameters = field(repr=False)
    outcome: int | str = 0
    description: str = field(default="", repr=False)


class CallLog:
    """Newest `keep` calls; `number` counts on over all of them."""

    def __init__(self, keep: int = 100_000) -> None:
        self._calls: deque[Call] = deque(maxlen=keep)
        self._bell = Bell()
        self.count = 0

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def open(self, at: float, bot: int, method: str, parameters: Parameters) -> Call:
        self.count += 1
        call = Call(self.count, at, bot, method, parameters)
        self._calls.append(call)
        self._bell.ring()
        return call

    def close(self, call: Call, outcome: int | str, description: str = "") -> None:
        call.outcome, call.description = outcome, description
        self._bell.ring()

    def of(self, method: str, bot: int | None = None) -> list[Call]:
        name = method.lower()
        return [call for call in self._calls if call.method.lower() == name and bot in (None, call.bot)]

    @property
    def unknown(self) -> list[Call]:
        """Calls the stand-in does not model: a test should see to it that there are none."""
        return [call for call in self._calls if call.outcome == 501]

    async def waits_until(self, holds: Callable[["CallLog"], bool], timeout: float = WAIT) -> None:  # noqa: ASYNC109
        """Return once `holds(log)`; looked at as each call comes in and is answered."""
        await self._bell.until(lambda: holds(self), timeout, lambda: f"{self.count} calls came")

    async def waits_for(self, method: str, n: int = 1, timeout: float = WAIT) -> list[Call]:  # noqa: ASYNC109
        """Return the calls of `method` once `n` of them have been answered (or cut)."""

        def answered() -> list[Call]:
            return [call for call in self.of(method) if call.outcome]

        await self._bell.until(
            lambda: len(answered()) >= n, timeout, lambda: f"{n} x {method} wanted, {len(answered())} came"
        )
        return answered()
