"""What staff do in Telegram: a button pressed or its words typed, an account linked. All else is ignored.

Here may live what an update means; what is done about a case is `desk.alerts.alert_deeds`'. Each deed happens in the
transaction that also remembers the update. Nothing that was written or who wrote it is stored: an account is known by
its keyed digest alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatType

from content.phrases import normalise
from desk.alerts.alert_deeds import TODAY, VERBS, AlertDeeds
from desk.alerts.alert_words import AlertWords
from desk.alerts.staff_chat import StaffChat, read_data
from storage import cards, sign_in_attempts, staff
from storage.sealing import lookup
from storage.secrets import DeskSecrets

NOT_IN_THE_CHAT = ("left", "kicked")


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say once the transaction is done: to a button press, or to a message. Lost at worst, never said twice."""

    text: str
    query: str | None = None
    chat: int | None = None
    to: int | None = None


class StaffUpdates:
    """What each update means to this desk."""

    def __init__(
        self,
        secrets: DeskSecrets,
        words: AlertWords,
        chat: StaffChat,
        deeds: AlertDeeds,
        now: Callable[[], datetime],
    ) -> None:
        self._secrets = secrets
        self._words = words
        self._chat = chat
        self._deeds = deeds
        self._now = now

    def note_said(self, chat_id: int) -> None:
        """The bot has answered there, which counts for the staff chat's pace."""
        if self._chat.is_here(chat_id):
            self._chat.pace.note()

    def act(self, tx: Connection, update: Update) -> Answer | None:
        """Do what the update asks for, and give the answer to it, if any is due."""
        if update.callback_query is not None:
            return self._pressed(tx, update.callback_query)
        if update.message is not None:
            return self._written(tx, update.message)
        if update.my_chat_member is not None:
            self._membership(update.my_chat_member)
        return None

    def _pressed(self, tx: Connection, press: CallbackQuery) -> Answer | None:
        pressed = read_data(press.data or "")
        if pressed is None:
            return None
        reference, verb = pressed
        case_id = cards.case_called(tx, reference)
        return Answer(self._do(tx, verb, press.from_user, case_id, reference), query=press.id)

    def _written(self, tx: Connection, message: Message) -> Answer | None:
        if message.migrate_to_chat_id is not None and self._chat.is_here(message.chat.id):
            self._chat.move_to(message.migrate_to_chat_id)
        if not message.text or message.from_user is None:
            return None
        reply = self._reply(tx, message, message.text, message.from_user)
        return None if reply is None else Answer(reply, chat=message.chat.id, to=message.message_id)

    def _reply(self, tx: Connection, message: Message, text: str, account: User) -> str | None:
        command, _, rest = text.strip().partition(" ")
        command = command.partition("@")[0]
        typed = normalise(f"{command} {rest}")
        if self._means(typed, TODAY):
            return self._today(tx, message, account)
        verb = next((verb for verb in VERBS if self._means(typed, verb)), None)
        if verb is not None:
            return self._do_typed(tx, verb, message, account)
        if message.chat.type != ChatType.PRIVATE:
            return None
        if command == "/start":
            return self._words.text("linking.start")
        if command == "/link":
            return self._link(tx, rest, account)
        return None

    def _means(self, typed: str, verb: str) -> bool:
        """Whether somebody typed the words of a button, or its name as a command."""
        return typed in {normalise(self._words.text(f"card.{verb}")), normalise(f"/{verb}")}

    def _today(self, tx: Connection, message: Message, account: User) -> str | None:
        is_here = self._chat.is_here(message.chat.id)
        if not is_here and message.chat.type != ChatType.PRIVATE:
            return None
        member = staff.by_telegram(tx, self._known_as(account))
        if member is None:
            return self._words.text("card.not_linked")
        return self._deeds.today(tx, member, everybodys=is_here)

    def _do_typed(self, tx: Connection, verb: str, message: Message, account: User) -> str | None:
        if not self._chat.is_here(message.chat.id):
            return None
        card = message.reply_to_message
        case_id = None if card is None else cards.case_of(tx, card.message_id) or self._case_on_button(tx, card)
        if case_id is None:
            return self._words.text("card.no_card")
        return self._do(tx, verb, account, case_id, "")

    def _case_on_button(self, tx: Connection, card: Message) -> str | None:
        """The case whose buttons the message bears: a card posted twice or a moment ago, whose number is not known."""
        rows = card.reply_markup.inline_keyboard if card.reply_markup is not None else ()
        pressed = (read_data(str(button.callback_data or "")) for row in rows for button in row)
        found = next((each for each in pressed if each), None)
        return None if found is None else cards.case_called(tx, found[0])

    def _do(self, tx: Connection, verb: str, account: User, case_id: str | None, reference: str) -> str:
        member = staff.by_telegram(tx, self._known_as(account))
        if member is None:
            return self._words.text("card.not_linked")
        return self._deeds.do(tx, verb, member, case_id, reference)

    def _link(self, tx: Connection, code: str, account: User) -> str:
        known_as, now = self._known_as(account), self._now()
        tries = lookup(self._secrets.pepper, f"link:{account.id}")
        if sign_in_attempts.wait(tx, tries, now):
            return self._words.text("linking.wait")
        sign_in_attempts.note(tx, tries, now)
        member = staff.link_telegram(tx, code, known_as, now)
        if member is None:
            return self._words.text("linking.wrong_code")
        sign_in_attempts.forget(tx, tries)
        return self._words.text("linking.linked", name=member.name)

    def _known_as(self, account: User) -> bytes:
        return lookup(self._secrets.pepper, f"staff:{account.id}")

    def _membership(self, change: ChatMemberUpdated) -> None:
        if self._chat.is_here(change.chat.id) and change.new_chat_member.status in NOT_IN_THE_CHAT:
            self._chat.note_removed()
