"""Speaking in the staff chat: one card for each case, reminders beside it, the card edited when somebody takes it.

Here may live what goes out through python-telegram-bot, and what its errors mean for an alert. What comes in is
`desk.alerts.staff_bot`'s. Link previews are off, and nothing is protected from reading: nothing in it needs that.
"""

import ipaddress
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from desk.alerts.alert_deeds import VERBS
from desk.alerts.alert_words import AlertWords
from desk.alerts.delivery import Refused, Unreachable, Wait
from desk.alerts.pace import Pace
from storage.addressees import Addressee
from storage.alerts import Alert
from storage.cards import Card

LOG = logging.getLogger(__name__)
Result = TypeVar("Result")


def data_of(reference: str, verb: str) -> str:
    """What pressing a button on the card of this case sends, at most 64 bytes."""
    return f"v1:{reference}:alert:{verb}"


def read_data(data: str) -> tuple[str, str] | None:
    """The case on whose card something was pressed, and what; None for what is no button of ours."""
    match data.split(":"):
        case ["v1", reference, "alert", verb] if verb in VERBS:
            return reference, verb
    return None


class TooMuchAtOnce(Exception):
    """The chat has heard as much as it may in a minute."""


class StaffChat:
    """The one chat alerts go to. It is followed when its group becomes a supergroup, which changes its number."""

    def __init__(self, bot: Bot, chat_id: int, words: AlertWords, pace: Pace) -> None:
        self._bot = bot
        self._words = words
        self.pace = pace
        self._chats = [chat_id]
        self._links = _can_be_linked(words.desk_url)

    def is_here(self, chat_id: int) -> bool:
        """Whether this is the staff chat, by its number of today or an earlier one."""
        return chat_id in self._chats

    def move_to(self, chat_id: int) -> None:
        """The group has another number from now on."""
        if chat_id not in self._chats:
            LOG.error("The staff chat has a new number: look it up and set CAIRN_STAFF_CHAT_ID before the next start.")
            self._chats.append(chat_id)

    def note_removed(self) -> None:
        """The bot is no member any more; the next alert will find out too, and go by e-mail."""
        LOG.error("The staff bot was removed from the staff chat. Alerts can't be posted there until it is back.")

    async def post(self, alert: Alert, card: int | None, whom: Addressee | None, *, is_card: bool) -> int:
        """The card of the case, or a reminder that answers to its `card` where there is one; the number of the message
        it became. `whom` it is for.

        Raises Wait, Unreachable or Refused.
        """
        text = self._words.chat(alert, has_card=not is_card, whom=whom)
        answers = None if card is None else ReplyParameters(card, allow_sending_without_reply=True)
        links = self._links

        async def send(chat_id: int) -> int:
            keyboard = self._keyboard(alert, links) if is_card else None
            message = await self._bot.send_message(chat_id, text, reply_markup=keyboard, reply_parameters=answers)
            return message.message_id

        try:
            return await self._say(send)
        except Refused as refused:
            if not (links and is_card and isinstance(refused.__cause__, BadRequest)):
                raise
            links = False  # an address Telegram will not have on a button must never cost the alert itself
            return await self._say(send)

    async def tell(self, text: str) -> None:
        """Say something that is about no case. Raises Wait, Unreachable or Refused."""
        await self._say(lambda chat_id: self._bot.send_message(chat_id, text))

    async def show(self, card: Card) -> bool:
        """Write the card anew, with Take on it if nobody has the case; False when it can't be written any more.

        Raises Wait or Unreachable.
        """
        text = self._words.card(card)
        keyboard = self._keyboard(card.alert, self._links) if card.taken_by is None else None

        async def edit(chat_id: int) -> None:
            await self._bot.edit_message_text(text, chat_id, card.message_id, reply_markup=keyboard)

        try:
            await self._say(edit)
        except Refused as refused:
            return isinstance(refused.__cause__, BadRequest) and "not modified" in str(refused.__cause__)
        return True

    def _keyboard(self, alert: Alert, links: bool) -> InlineKeyboardMarkup:
        take, *others = (
            InlineKeyboardButton(self._words.text(f"card.{verb}"), callback_data=data_of(alert.reference, verb))
            for verb in VERBS
        )
        desk = InlineKeyboardButton(self._words.text("card.desk"), url=self._words.case_link(alert.case_id))
        return InlineKeyboardMarkup([[take, desk] if links else [take], others])

    async def _say(self, call: Callable[[int], Awaitable[Result]]) -> Result:
        wait = self.pace.wait()
        if wait > 0:
            raise Wait(TooMuchAtOnce(), wait)
        try:
            try:
                said = await call(self._chats[-1])
            except ChatMigrated as moved:
                self.move_to(moved.new_chat_id)
                said = await call(self._chats[-1])
        except RetryAfter as error:
            raise Wait(error, error._retry_after.total_seconds()) from None  # its public name warns at each use
        except (BadRequest, Forbidden, InvalidToken) as error:
            raise Refused(error) from error
        except TelegramError as error:
            self.pace.note()  # it may have arrived
            raise Unreachable(error) from None
        self.pace.note()
        return said


def _can_be_linked(url: str) -> bool:
    """Whether Telegram takes this address on a button: it refuses those of the machine itself."""
    host = urlsplit(url).hostname or "localhost"
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
