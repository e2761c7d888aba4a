"""The daily digest: at a fixed hour of each working day the staff chat and the mailbox hear how much there is to do.

It comes even when that is nothing, so that a desk that has fallen silent is noticed. Managers get theirs with the head
of the audit, so that it lies where nobody at this machine can change it. Here may live making it and having it sent;
numbers alone stand in it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta

from desk.alerts.alert_words import ZONE, AlertWords, Mail
from desk.alerts.delivery import NotSent, Wait
from desk.alerts.lane import LEASE_SECONDS, in_time, pause
from desk.desk import Desk
from policy.escalation import EMAIL, MANAGER
from policy.working_time import WorkingTime
from storage import audit_heads, digests, due
from storage.digests import Digest

LOG = logging.getLogger(__name__)
Send = Callable[[Mail, date, datetime], Awaitable[None]]


class DigestRound:
    """Looks whether it is time, and sends. `ways`: how each channel that is on is told something."""

    def __init__(self, desk: Desk, words: AlertWords, ways: Mapping[str, Send]) -> None:
        self._desk = desk
        self._words = words
        self._ways = ways
        self._working_time = WorkingTime.from_settings(desk.settings)

    async def run(self) -> None:
        """Send all that is due."""
        if not self._is_time(self._desk.now()):
            return
        for digest in await asyncio.to_thread(self._due):
            if await asyncio.to_thread(self._claim, digest):
                await self._deliver(digest)

    def _is_time(self, now: datetime) -> bool:
        local = now.astimezone(ZONE)
        return self._working_time.is_working_day(local.date()) and local.time() >= self._desk.settings.digest_at

    async def _deliver(self, digest: Digest) -> None:
        mail = await asyncio.to_thread(self._write, self._keeps_head(digest.channel))
        try:
            await in_time(self._ways[digest.channel](mail, digest.day, self._desk.now()))
        except Wait as wait:
            await asyncio.to_thread(self._put_off, digest, wait.seconds)
        except NotSent as error:
            LOG.warning("The daily digest was not sent (%s), try %d.", error, digest.tries + 1)
            await asyncio.to_thread(self._put_off, digest, pause(digest.tries + 1))
        else:
            await asyncio.to_thread(self._mark_sent, digest)

    def _keeps_head(self, channel: str) -> bool:
        """Whether what goes out this way is for managers, or, where they have no mailbox of their own, for them too."""
        return channel == (MANAGER if MANAGER in self._ways else EMAIL)

    def _due(self) -> list[Digest]:
        now, channels = self._desk.now(), list(self._ways)
        today = now.astimezone(ZONE).date()
        with self._desk.database.read() as tx:
            if digests.is_laid_out(tx, today, channels):
                return [each for each in digests.due(tx, now) if each.channel in channels]
        with self._desk.database.begin() as tx:
            digests.lay_out(tx, today, channels, now)
            return list(digests.due(tx, now))

    def _write(self, with_head: bool) -> Mail:
        now = self._desk.now()
        midnight = datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), time(), ZONE)
        with self._desk.database.read() as tx:
            numbers = due.count(tx, now.timestamp(), midnight.timestamp())
            head = audit_heads.make(tx, self._desk.secrets.audit, now) if with_head else None
        return self._words.digest(numbers, head)

    def _claim(self, digest: Digest) -> bool:
        with self._desk.database.begin() as tx:
            claimed: bool = digests.claim(tx, digest, self._desk.now(), LEASE_SECONDS)
        return claimed

    def _mark_sent(self, digest: Digest) -> None:
        with self._desk.database.begin() as tx:
            digests.mark_sent(tx, digest)

    def _put_off(self, digest: Digest, seconds: float) -> None:
        with self._desk.database.begin() as tx:
            digests.put_off(tx, digest, self._desk.now().timestamp() + seconds)
