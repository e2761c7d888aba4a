"""Nothing reaches a person in their chat any more, or it does again: the desk is told, for it might count on that.

They blocked the bot, or Telegram refused what was to be said to them because their account or chat is gone. Here may
live what that means for what waits to be said and for the cases of this chat.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from storage import alerts, caseload, cases, conversations, outbox
from storage.tables import CASE_ADDRESSES, CASE_ENTRIES

LOST, FOUND = "chat_lost", "chat_found"
"""Kinds of entries in a case's timeline, and of what its alert says."""


def lose(tx: Connection, channel: str, person: bytes, ways: Sequence[str], now: datetime) -> None:
    """Nothing reaches them in this chat any more: what waits is dropped. Found out again and again, it is told once."""
    conversations.lock(tx, {person})
    outbox.park_all_of(tx, person, channel, "Blocked")
    _tell(tx, channel, [person], ways, now, LOST)


def find_again(tx: Connection, channel: str, people: Collection[bytes], ways: Sequence[str], now: datetime) -> None:
    """These people speak or let the bot in again, so they can be reached here, whatever was found out before."""
    conversations.lock(tx, people)
    _tell(tx, channel, people, ways, now, FOUND)


def _tell(
    tx: Connection, channel: str, people: Collection[bytes], ways: Sequence[str], now: datetime, kind: str
) -> None:
    """Of each open case whose person can be written to in this chat, if that is news there."""
    here = (CASE_ADDRESSES.c.channel == channel) & CASE_ADDRESSES.c.person.in_(list(people))
    for case_id in list(tx.execute(select(CASE_ADDRESSES.c.case_id).where(here)).scalars()):
        if cases.is_open(tx, case_id) and _stands(tx, case_id) != kind:
            caseload.enter(tx, case_id, None, now, kind)
            alerts.write_news(tx, case_id, ways, now, kind)


def _stands(tx: Connection, case_id: str) -> str:
    """What was told last; at first they can be reached."""
    told = select(CASE_ENTRIES.c.kind).where(CASE_ENTRIES.c.case_id == case_id, CASE_ENTRIES.c.kind.in_((LOST, FOUND)))
    return tx.execute(told.order_by(CASE_ENTRIES.c.id.desc()).limit(1)).scalar() or FOUND
