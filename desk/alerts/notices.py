"""Notices that are about no case, sent: by e-mail to whom each is for, else to the staff chat, where it may be said.

Here may live that round of the sweep. One that does not go out is tried again after a pause that doubles, and after
five tries goes the other way, as an alert does (`desk.alerts.lane`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from desk.alerts.alert_words import AlertWords
from desk.alerts.delivery import NotSent, Refused, Wait
from desk.alerts.lane import LEASE_SECONDS, TRIES, in_time, pause
from desk.alerts.mail import Post
from desk.desk import Desk
from storage import notice_addressees, notices
from storage.notice_addressees import Told
from storage.notices import DROPPED, OPENED_MANY, SENT, TO_APPROVE, TRIED, Notice

if TYPE_CHECKING:
    from desk.alerts.staff_chat import StaffChat

LOG = logging.getLogger(__name__)
Way = Callable[[], Awaitable[None]]


class NoticeRound:
    """Looks what is due, and sends it over the ways that are on."""

    def __init__(self, desk: Desk, words: AlertWords, post: Post | None, chat: "StaffChat | None") -> None:
        self._desk = desk
        self._words = words
        self._post = post
        self._chat = chat

    async def run(self) -> None:
        """Send all that is due."""
        for notice in await asyncio.to_thread(self._due):
            if await asyncio.to_thread(self._claim, notice):
                await self._deliver(notice)

    async def _deliver(self, notice: Notice) -> None:
        told = await asyncio.to_thread(self._told, notice)
        ways = self._ways(notice, told) if told else []
        if not ways:
            await asyncio.to_thread(self._settle, notice, DROPPED)
            return
        try:
            await in_time(ways[notice.tries // TRIES % len(ways)]())
        except Wait as wait:
            await asyncio.to_thread(self._put_off, notice, wait.seconds, notice.tries)
        except NotSent as error:
            LOG.warning("A notice was not sent (%s), try %d.", error, notice.tries + 1)
            gives_up = isinstance(error, Refused)
            tries = (notice.tries // TRIES + 1) * TRIES if gives_up else notice.tries + 1
            await asyncio.to_thread(self._put_off, notice, pause(notice.tries + 1), tries)
        else:
            await asyncio.to_thread(self._settle, notice, SENT)

    def _ways(self, notice: Notice, told: Told) -> list[Way]:
        """E-mail where there is anybody to send it to, then the staff chat, which hears nothing of one member alone."""
        mail, ways = self._words.notice(notice.kind, told), list[Way]()
        if (post := self._post) is not None and (to := self._to(post, notice.kind, told)):
            ways.append(lambda: post.tell(mail, f"notice-{notice.id}", self._desk.now(), to))
        if (chat := self._chat) is not None and notice.kind != TRIED:
            ways.append(lambda: chat.tell(mail.body))
        return ways

    def _to(self, post: Post, kind: str, told: Told) -> Sequence[str]:
        shared = {OPENED_MANY: post.managers, TO_APPROVE: post.everybody}.get(kind, ())
        return list(dict.fromkeys([*shared, *told.emails]))

    def _due(self) -> Sequence[Notice]:
        with self._desk.database.read() as tx:
            return notices.due(tx, self._desk.now())

    def _told(self, notice: Notice) -> Told | None:
        with self._desk.database.read() as tx:
            return notice_addressees.of(tx, notice, self._desk.now())

    def _claim(self, notice: Notice) -> bool:
        with self._desk.database.begin() as tx:
            claimed: bool = notices.claim(tx, notice, self._desk.now(), LEASE_SECONDS)
        return claimed

    def _settle(self, notice: Notice, state: str) -> None:
        with self._desk.database.begin() as tx:
            notices.settle(tx, notice, state)

    def _put_off(self, notice: Notice, seconds: float, tries: int) -> None:
        with self._desk.database.begin() as tx:
            notices.put_off(tx, notice, self._desk.now().timestamp() + seconds, tries)
