"""The lane to the staff chat: alerts as cards and reminders, and after them the cards that no longer fit their case."""

import asyncio
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from desk.alerts.delivery import NotSent, Sent, Wait
from desk.alerts.lane import Lane
from desk.alerts.pace import KEPT_FOR_ALERTS
from desk.desk import Desk
from storage import cards
from storage.addressees import Addressee
from storage.alerts import LOST, SHOWS_TAKEN, SHOWS_WAITING, Alert
from storage.cards import Card

if TYPE_CHECKING:
    from desk.alerts.staff_chat import StaffChat

LOG = logging.getLogger(__name__)
EDIT_PAUSE = 30.0


class ChatLane(Lane):
    """Posts alerts in the staff chat and keeps its cards true, whoever took a case and wherever."""

    def __init__(self, desk: Desk, channels: tuple[str, ...], chat: "StaffChat", other_channel: str | None) -> None:
        super().__init__(desk, channels, self._post, other_channel)
        self._desk = desk
        self._chat = chat
        self._edits_wait_until = 0.0

    async def run(self) -> None:
        """Send what is due, then edit what no longer fits."""
        await super().run()
        if not self.is_held() and self._desk.now().timestamp() >= self._edits_wait_until:
            await self._edit()

    async def _post(self, alert: Alert, whom: Addressee | None, _now: datetime) -> Sent:
        card = await asyncio.to_thread(self._card_of, alert)
        is_card = (
            card is None and not alert.is_taken
        )  # of a taken case it would be written over, and nobody had read it
        message_id = await self._chat.post(alert, card, whom, is_card=is_card)
        return Sent(message_id, SHOWS_WAITING if is_card else None)

    async def _edit(self) -> None:
        for card in await asyncio.to_thread(self._unfitting):
            if self._chat.pace.wait(keeping=KEPT_FOR_ALERTS) > 0:
                return
            shows = SHOWS_WAITING if card.taken_by is None else SHOWS_TAKEN
            try:
                if not await self._chat.show(card):
                    shows = LOST
            except Wait as wait:
                self.hold(wait.seconds)
                return
            except NotSent as error:
                LOG.warning("A card could not be edited (%s).", error)
                self._edits_wait_until = self._desk.now().timestamp() + EDIT_PAUSE
                return
            await asyncio.to_thread(self._mark, card, shows)

    def _card_of(self, alert: Alert) -> int | None:
        with self._desk.database.read() as tx:
            return cards.of_case(tx, alert.case_id)

    def _unfitting(self) -> tuple[Card, ...]:
        with self._desk.database.read() as tx:
            return cards.unfitting(tx)

    def _mark(self, card: Card, shows: str) -> None:
        with self._desk.database.begin() as tx:
            cards.mark(tx, card, shows)
