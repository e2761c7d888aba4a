"""A lane: one way out for alerts, in which they go one after another, each claimed, sent, and marked as sent.

Here may live what becomes of an alert that does not go out: patience where it is asked for, another try after a pause
that doubles, and after five tries the other way, so that it reaches a human. Lanes don't wait for each other.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from desk.alerts.delivery import NotSent, Refused, Sent, Unreachable, Wait
from desk.desk import Desk
from storage import addressees, alerts
from storage.addressees import Addressee
from storage.alerts import Alert

LOG = logging.getLogger(__name__)
LEASE_SECONDS = 30.0
SEND_SECONDS = 20.0
"""Less than the lease, so that no alert is claimed anew while it is still being sent."""
LONGEST_PAUSE = 300.0
TRIES = 5
T = TypeVar("T")


async def in_time(sending: Awaitable[T]) -> T:
    """What is given once it is sent. Raises Unreachable where that takes too long, and what sending raises."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await sending
    except TimeoutError as error:
        raise Unreachable(error) from None


def pause(tries: int) -> float:
    """Seconds until the next try, after so many that failed."""
    return min(2.0**tries, LONGEST_PAUSE)


class Lane:
    """The alerts of some channels, and how they are sent. `other_channel`: where they go if that fails, if anywhere."""

    def __init__(
        self,
        desk: Desk,
        channels: tuple[str, ...],
        send: Callable[[Alert, Addressee | None, datetime], Awaitable[Sent]],
        other_channel: str | None,
    ) -> None:
        self._desk = desk
        self._channels = channels
        self._send = send
        self._other_channel = other_channel
        self._held_until = 0.0

    def is_held(self) -> bool:
        """Whether the other side asked for patience and the time is not over yet."""
        return self._desk.now().timestamp() < self._held_until

    def hold(self, seconds: float) -> None:
        """Send nothing more for so long."""
        self._held_until = max(self._held_until, self._desk.now().timestamp() + seconds)

    async def run(self) -> None:
        """Send all that is due."""
        for alert in () if self.is_held() else await asyncio.to_thread(self._due):
            if self.is_held():
                return
            if await asyncio.to_thread(self._claim, alert):
                await self._deliver(alert)

    async def _deliver(self, alert: Alert) -> None:
        try:
            whom = await asyncio.to_thread(self._whom, alert)
            sent = await in_time(self._send(alert, whom, self._desk.now()))
        except Wait as wait:
            self.hold(wait.seconds)
            await asyncio.to_thread(self._put_off, alert, wait.seconds, failed=False)
        except NotSent as error:
            await asyncio.to_thread(self._failed, alert, error)
        else:
            await asyncio.to_thread(self._mark_sent, alert, sent)

    def _due(self) -> tuple[Alert, ...]:
        with self._desk.database.read() as tx:
            return alerts.due(tx, self._desk.now(), self._channels)

    def _whom(self, alert: Alert) -> Addressee | None:
        with self._desk.database.read() as tx:
            return addressees.of(tx, alert, self._desk.now(), self._desk.secrets.pepper)

    def _claim(self, alert: Alert) -> bool:
        with self._desk.database.begin() as tx:
            claimed: bool = alerts.claim(tx, alert, self._desk.now(), LEASE_SECONDS)
        return claimed

    def _mark_sent(self, alert: Alert, sent: Sent) -> None:
        with self._desk.database.begin() as tx:
            alerts.mark_sent(tx, alert.id, self._desk.now(), sent.message_id, sent.card)

    def _put_off(self, alert: Alert, seconds: float, failed: bool) -> None:
        with self._desk.database.begin() as tx:
            alerts.put_off(tx, alert.id, self._desk.now().timestamp() + seconds, failed)

    def _failed(self, alert: Alert, error: NotSent) -> None:
        tries = alert.tries + 1
        LOG.warning("Alert %d was not sent (%s), try %d.", alert.id, error, tries)
        if self._other_channel is not None and (isinstance(error, Refused) or tries >= TRIES):
            with self._desk.database.begin() as tx:
                if alerts.go_another_way(tx, alert, self._other_channel, self._desk.now()):
                    LOG.error("Alert %d goes another way: %s does not work.", alert.id, alert.channel)
                    return
        self._put_off(alert, pause(tries), failed=True)
