"""What became of a letter that was on its way: gone, tried again later, or given up; and noting it. Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.posting import traces as chat_traces
from bot.posting.letters import DELETIONS, Deletion, Outgoing
from bot.posting.not_sent import Doubtful
from storage import outbox, traces
from storage.outbox import Letter
from storage.traces import Trace

# Surely not sent: try again for a day; nobody knows, once more after half a minute.
RESEND_AFTER = timedelta(seconds=30)
GIVE_UP_AFTER = timedelta(hours=24)
CHAT_OF = {DELETIONS: "telegram"}
"""Where what is said by a channel of the outbox stands, if that is another channel."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a letter: it has gone, or will be tried again `later`, or was given up for `fault`."""

    letter: Letter
    later: Letter | None = None
    fault: str | None = None
    all_of_person: bool = False
    trace: Trace | None = None
    """What of it stands in a chat now."""


def doubtful(letter: Letter, now: datetime) -> Fate:
    """Nobody knows whether it arrived: once more, and then no more."""
    if letter.doubts:
        return Fate(letter, fault=Doubtful.__name__)
    due = (now + RESEND_AFTER).timestamp()
    return Fate(letter, later=replace(letter, due_at=due, doubts=letter.doubts + 1))


def again(letter: Letter, at: float, seconds: float, patience: timedelta) -> Fate:
    """It surely did not leave: again after so many seconds, for as long as there is patience."""
    if at - letter.at > patience.total_seconds():
        return Fate(letter, fault="TooOld")
    return Fate(letter, later=replace(letter, due_at=at + seconds, tries=letter.tries + 1))


def trace(letter: Letter, gone: Outgoing | Deletion, ids: Sequence[int], secret: bytes, at: float) -> Trace:
    """That these messages stand in the person's chat."""
    channel = CHAT_OF.get(letter.channel, letter.channel)
    return chat_traces.lasting(chat_traces.lock(secret, channel, letter.person, gone.address, ids, at), gone.stays)


def record(tx: Connection, channel: str, fates: Sequence[Fate], at: float) -> None:
    """Note what became of these. What was taken back while it was on its way goes from the chat at once."""
    found = [each for each in fates if each.trace]
    there = outbox.lock(tx, [each.letter.id for each in found])
    left = [each.trace if each.letter.id in there else replace(each.trace, due_at=at) for each in found if each.trace]
    traces.add(tx, left)
    outbox.sent(tx, [each.letter.id for each in fates if not each.later and not each.fault])
    outbox.later(tx, [each.later for each in fates if each.later])
    for each in fates:
        if each.fault and each.all_of_person:
            outbox.park_all_of(tx, each.letter.person, channel, each.fault)
        elif each.fault:
            outbox.park(tx, each.letter.id, each.fault)
