"""What staff do in Telegram, and what it changes: Take pressed or typed, an account linked. All else is ignored.

Here may live what an update means; each deed happens in the transaction that also remembers the update. Nothing that
was written or who wrote it is stored: an account is known by its keyed digest alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatType

from content.words import normalise
from desk.alert_words import AlertWords
from desk.staff_chat import StaffChat, case_reference
from policy.access import NOBODYS, Deed, may
from storage import cards, caseload, sign_in_attempts, staff
from storage.caseload import NoSuchCase
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

    def __init__(self, secrets: DeskSecrets, words: AlertWords, chat: StaffChat, now: Callable[[], datetime]) -> None:
        self._secrets = secrets
        self._words = words
        self._chat = chat
        self._now = now

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
        reference = case_reference(press.data or "")
        if reference is None:
            return None
        case_id = cards.case_called(tx, reference)
        return Answer(self._take(tx, press.from_user, case_id, reference), query=press.id)

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
        if normalise(f"{command} {rest}") == normalise(self._words.text("card.take")):
            return self._take_typed(tx, message, account)
        if message.chat.type != ChatType.PRIVATE:
            return None
        if command == "/start":
            return self._words.text("linking.start")
        if command == "/link":
            return self._link(tx, rest, account)
        return None

    def _take_typed(self, tx: Connection, message: Message, account: User) -> str | None:
        if not self._chat.is_here(message.chat.id):
            return None
        card = message.reply_to_message
        case_id = None if card is None else cards.case_of(tx, card.message_id) or self._case_on_button(tx, card)
        if case_id is None:
            return self._words.text("card.no_card")
        return self._take(tx, account, case_id, "")

    def _case_on_button(self, tx: Connection, card: Message) -> str | None:
        """The case whose Take the message bears: a card posted twice or a moment ago, whose number is not known."""
        rows = card.reply_markup.inline_keyboard if card.reply_markup is not None else ()
        pressed = (case_reference(str(button.callback_data or "")) for row in rows for button in row)
        reference = next((found for found in pressed if found), None)
        return None if reference is None else cards.case_called(tx, reference)

    def _take(self, tx: Connection, account: User, case_id: str | None, reference: str) -> str:
        member = staff.by_telegram(tx, self._known_as(account))
        if member is None:
            return self._words.text("card.not_linked")
        try:
            if case_id is None:
                raise NoSuchCase
            case = caseload.find(tx, case_id)
            if case.case_key is None:
                raise NoSuchCase
            if case.assignee is None and not may(member.roles, Deed.TAKE, NOBODYS):
                return self._words.text("card.not_your_role")
            taken = caseload.take(tx, case_id, member.id, self._now(), self._secrets.audit)
        except NoSuchCase:
            return self._words.text("card.gone", reference=reference)
        if taken.first or case.assignee == member.id:
            return self._words.text("card.you_have_it", reference=case.reference)
        return self._words.text("card.already_taken", name=taken.by)

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
