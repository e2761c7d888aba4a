"""A person has blocked the bot, or lets it in again: the desk is told, for it might count on reaching them there.

Here may live what a block means for what waits to be said and for the cases of this chat.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from storage import alerts, caseload, cases, outbox
from storage.tables import CASE_ADDRESSES, CASE_ENTRIES

LOST, FOUND = "chat_lost", "chat_found"
"""Kinds of entries in a case's timeline."""


def lose(tx: Connection, channel: str, person: bytes, ways: Sequence[str], now: datetime) -> None:
    """Nothing reaches them in this chat any more: what waits is dropped. Said twice, it is told once."""
    outbox.park_all_of(tx, person, channel, "Blocked")
    _tell(tx, channel, person, ways, now, LOST)


def find_again(tx: Connection, channel: str, person: bytes, ways: Sequence[str], now: datetime) -> None:
    """They can be reached here again."""
    _tell(tx, channel, person, ways, now, FOUND)


def _tell(tx: Connection, channel: str, person: bytes, ways: Sequence[str], now: datetime, kind: str) -> None:
    """Of each open case whose person can be written to in this chat, if that is news there."""
    here = (CASE_ADDRESSES.c.person == person) & (CASE_ADDRESSES.c.channel == channel)
    for case_id in list(tx.execute(select(CASE_ADDRESSES.c.case_id).where(here)).scalars()):
        if cases.is_open(tx, case_id) and _stands(tx, case_id) != kind:
            caseload.enter(tx, case_id, None, now, kind)
            alerts.write_news(tx, case_id, ways, now)


def _stands(tx: Connection, case_id: str) -> str:
    """What was told last; at first they can be reached."""
    told = select(CASE_ENTRIES.c.kind).where(CASE_ENTRIES.c.case_id == case_id, CASE_ENTRIES.c.kind.in_((LOST, FOUND)))
    return tx.execute(told.order_by(CASE_ENTRIES.c.id.desc()).limit(1)).scalar() or FOUND
