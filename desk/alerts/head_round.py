"""The head of the audit, sent off this machine by each way that is set. `policy.audit_heads` says when.

Here may live those rounds of the sweep. Each way is a round of its own and has a row of its own, so that one that is
down holds up neither the other nor any alert; it is tried again after a pause that doubles, for as long as it takes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from desk.alerts.alert_words import AlertWords
from desk.alerts.delivery import NotSent, Wait
from desk.alerts.lane import LEASE_SECONDS, in_time, pause
from desk.alerts.mail import Post
from desk.desk import Desk
from policy.audit_heads import goes_off
from storage import audit_heads, heads_sent
from storage.audit_heads import Head
from storage.heads_sent import Sent

LOG = logging.getLogger(__name__)
BY_EMAIL, BY_URL = "email", "url"
Send = Callable[[str, Head], Awaitable[None]]
"""Sends a head: the line, and what it says."""


def rounds(desk: Desk, words: AlertWords, post: Post | None) -> Sequence["HeadRound"]:
    """One for each way that is set. Where there is none, the log says so."""
    found, mailbox, address = list[HeadRound](), desk.settings.audit_email, desk.settings.audit_url
    if post is not None and mailbox is not None:

        async def by_email(line: str, head: Head) -> None:
            name = f"audit-{head.row}-{head.at:%Y%m%d%H%M%S}"
            await post.tell(words.head(line), name, desk.now(), [mailbox])

        found.append(HeadRound(desk, BY_EMAIL, by_email))
    if address is not None:
        from desk.alerts import audit_post  # noqa: PLC0415 (its library is loaded only where there is an address)

        found.append(HeadRound(desk, BY_URL, lambda line, _head: audit_post.post(address.get_secret_value(), line)))
    if not found:
        LOG.warning("Neither CAIRN_AUDIT_EMAIL nor CAIRN_AUDIT_URL is set: a cut end of the audit may not show.")
    return found


class HeadRound:
    """Looks whether it is time, and sends."""

    def __init__(self, desk: Desk, way: str, send: Send) -> None:
        self._desk = desk
        self._way = way
        self._send = send

    async def run(self) -> None:
        """Send one if it is due."""
        sent = await asyncio.to_thread(self._due)
        if sent is not None and await asyncio.to_thread(self._claim, sent):
            await self._deliver(sent)

    async def _deliver(self, sent: Sent) -> None:
        line = await asyncio.to_thread(self._make)
        if line is None:
            return
        [head] = audit_heads.read(line)
        try:
            await in_time(self._send(line, head))
        except Wait as wait:
            await asyncio.to_thread(self._put_off, wait.seconds)
        except NotSent as error:
            LOG.warning("The head of the audit was not sent (%s, %s), try %d.", self._way, error, sent.tries + 1)
            await asyncio.to_thread(self._put_off, pause(sent.tries + 1))
        else:
            await asyncio.to_thread(self._mark_sent, head.row)

    def _due(self) -> Sent | None:
        now = self._desk.now()
        with self._desk.database.read() as tx:
            sent = heads_sent.last(tx, self._way)
            if sent.due_at is not None and sent.due_at > now.timestamp():
                return None
            return sent if goes_off(now, heads_sent.uncovered_since(tx, sent), sent.at) else None

    def _make(self) -> str | None:
        with self._desk.database.read() as tx:
            return audit_heads.make(tx, self._desk.secrets.audit, self._desk.now())

    def _claim(self, sent: Sent) -> bool:
        with self._desk.database.begin() as tx:
            claimed: bool = heads_sent.claim(tx, sent, self._desk.now(), LEASE_SECONDS)
        return claimed

    def _mark_sent(self, row: int) -> None:
        with self._desk.database.begin() as tx:
            heads_sent.mark_sent(tx, self._way, row, self._desk.now())

    def _put_off(self, seconds: float) -> None:
        with self._desk.database.begin() as tx:
            heads_sent.put_off(tx, self._way, self._desk.now().timestamp() + seconds)
