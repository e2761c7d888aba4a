"""Waiting for something to happen, without polling: whoever changes a thing rings its bell."""

import asyncio
from collections.abc import Callable


class NothingCameError(TimeoutError):
    """What was waited for did not happen in time; the text says what was there instead."""


class Bell:
    """Wakes all who wait whenever it rings; each looks for itself whether that was what it waited for."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, holds: Callable[[], bool], timeout: float, what: Callable[[], str]) -> None:  # noqa: ASYNC109
        """Return once `holds()`; after `timeout` real seconds raise NothingCameError with the text of `what()`."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                while not holds():
                    future: asyncio.Future[None] = loop.create_future()
                    self._waiting.append(future)
                    await future
        except TimeoutError:
            raise NothingCameError(f"waited {timeout:g} s: {what()}") from None
