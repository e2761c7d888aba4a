"""What the chat tells people about a restorative cafe without being asked: that they moved up, that something changed,
that it is called off, and, on the day before, once, that it takes place.

Who is to be told what stands in rows, written in the commit that made it so. Here may live the sweep that turns such a
row into a letter, in one commit: a message that was decided is never lost, and never written twice.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.cafes.cafe_places import open_reach
from bot.cafes.cafe_words import FILE, invitation, when, where, words_for
from bot.messages import Reply
from bot.posting import letters
from bot.posting.letters import Outgoing
from bot.rendering import told_reply
from storage import cafe_links, cafe_sign_ups, cafes, outbox
from storage.cafe_sign_ups import SignUp
from storage.cafes import CALLED_OFF
from storage.database import Database
from storage.sealing import Keys, SealBroken, lookup
from storage.secrets import IntakeSecrets

log = structlog.get_logger("cafes")
REMINDER = "reminder"


def tell(database: Database, secrets: IntakeSecrets, now: datetime) -> int:
    """Write a letter to everybody who is to be told something now; gives how many were written."""
    with database.read() as tx:  # mostly there is nothing, and then nothing is locked
        if not cafe_sign_ups.to_tell(tx, 1) and not cafe_sign_ups.to_remind(tx, now, 1):
            return 0
    with database.begin() as tx:
        told = _write(tx, cafe_sign_ups.to_tell(tx), lambda each: each.tell or "", secrets, now)
        cafe_sign_ups.was_told(tx, told)
        reminded = _write(tx, cafe_sign_ups.to_remind(tx, now), lambda _each: REMINDER, secrets, now)
        cafe_sign_ups.was_reminded(tx, reminded)
    return len(told) + len(reminded)


def _write(
    tx: Connection, people: Sequence[SignUp], what: Callable[[SignUp], str], secrets: IntakeSecrets, now: datetime
) -> list[str]:
    """A letter to each of these; gives the ids of those to whom one could be written. The others are the desk's."""
    written, lost = [], []
    for each in people:
        try:
            reach = open_reach(each, secrets.pepper)
        except SealBroken:  # the intake's secret was changed since
            log.error("a sign-up cannot be reached")
            lost.append(each.id)
            continue
        reply = _reply(tx, each, what(each), reach.language, secrets, now)
        person = lookup(secrets.pepper, f"{reach.channel}:{reach.address}")
        letter = letters.lock(Outgoing(reach.address, reply), reach.channel, person, Keys(secrets.seal))
        outbox.add(tx, [letter], now.timestamp())
        written.append(each.id)
    cafe_sign_ups.lose_reach(tx, lost)
    return written


def _reply(tx: Connection, sign_up: SignUp, what: str, language: str, secrets: IntakeSecrets, now: datetime) -> Reply:
    cafe, words = cafes.of_id(tx, sign_up.cafe_id), words_for(language)
    has_place = sign_up.state == cafes.PLACE
    link = cafe_links.in_the_chat(cafe.details.link, cafe.id, secrets.letterbox) if has_place else ""
    values = {"cafe_when": when(cafe, words), "cafe_where": where(cafe, link)}
    text = words.text(FILE, f"told.{what}").format(**values)
    file = invitation(cafe, link, words, now) if has_place and what != CALLED_OFF else None
    return told_reply(text, words, file)
