"""What stands in people's chats, and its way out again: ids of messages sealed, and turned into deletions when due.

A message is recorded in the commit that knows its id: the person's own with what it led to, ours once it has gone. What
is to go leaves through the outbox, like what is to be said, so that it is tried again until it is done.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection

from bot.messages import OF_THE_PERSON, Inbound, Reply
from bot.posting import letters
from bot.posting.letters import Deletion
from bot.situation import WITH_A_CHAT
from policy.chat_messages import LASTS, SOON, Stays
from storage import chat_choices, outbox, traces
from storage.database import Database
from storage.outbox import Letter
from storage.sealing import Keys, derive, seal, unseal
from storage.traces import Trace

PURPOSE = "trace"
NEVER_STAYS = frozenset({"media", "unheard"})
MOST_AT_ONCE = 1000


def lock(secret: bytes, channel: str, person: bytes, address: str, ids: Iterable[int], at: float) -> Trace:
    """These messages of one chat, written at `at` (UTC seconds), to stay until somebody says when they go."""
    plain = json.dumps([address, list(ids)]).encode()
    return Trace(channel, person, seal(_key(secret), plain, f"{PURPOSE}:{person.hex()}"), at, None)


def unlock(trace: Trace, secret: bytes) -> tuple[str, list[int]]:
    """Address and ids. Raises storage.sealing.SealBroken when they are not this person's or not whole."""
    address, ids = json.loads(unseal(_key(secret), trace.messages, f"{PURPOSE}:{trace.person.hex()}"))
    return address, ids


def lasting(trace: Trace, stays: Stays) -> Trace:
    """The same, to go when this choice has it go."""
    lasts = LASTS[stays]
    return replace(trace, due_at=trace.at + lasts.total_seconds() if lasts is not None else None)


@dataclass(slots=True)
class Chats:
    """What the people of one batch have in their chats, as far as the batch changes it."""

    tx: Connection
    channel: str
    secret: bytes = field(repr=False)
    default: Stays
    now: datetime
    choices: dict[bytes, Stays] = field(default_factory=dict, repr=False)
    _pending: list[Trace] = field(default_factory=list, repr=False)

    @property
    def are_kept(self) -> bool:
        """Whether this channel has chats at all."""
        return self.channel in WITH_A_CHAT

    def load(self, people: Iterable[bytes]) -> None:
        """Know what these people have chosen."""
        if self.are_kept:
            self.choices |= chat_choices.of(self.tx, list(people))

    def stays(self, person: bytes) -> Stays:
        """How long messages stay in this person's chat."""
        return self.choices.get(person, self.default)

    def came(self, inbound: Inbound, person: bytes) -> None:
        """The person's own message stands in the chat from now on."""
        if not self.are_kept or inbound.message is None or inbound.kind not in OF_THE_PERSON:
            return
        at = min(inbound.sent_at or self.now.timestamp(), self.now.timestamp())
        trace = lock(self.secret, self.channel, person, inbound.address, [int(inbound.message)], at)
        stays = self.stays(person)
        goes_now = inbound.kind in NEVER_STAYS or stays == "at_once"
        self._pending.append(replace(trace, due_at=self.now.timestamp()) if goes_now else lasting(trace, stays))

    def moved_on(self, person: bytes, *, ended: bool) -> Stays:
        """The person said something: what is to go then goes. How long the answer stays."""
        stays = self.stays(person)
        if not self.are_kept:
            return stays
        if stays == "at_once":
            self._hasten(person, self.now)
        elif stays == "at_end" and ended:
            self._hasten(person, self.now + SOON)
            return "soon"
        return stays

    def clear(self, person: bytes, address: str, then: Reply, otherwise: Reply) -> Letter:
        """All of this chat goes, and then `then` is said; `otherwise` where it could not."""
        self.save()
        ids = [id_ for each in traces.take_all_of(self.tx, person) for id_ in unlock(each, self.secret)[1]]
        return letters.lock_deletion(Deletion(address, tuple(ids), then, otherwise), person, Keys(self.secret))

    def save(self) -> None:
        """Write what came."""
        traces.add(self.tx, self._pending)
        self._pending.clear()

    def _hasten(self, person: bytes, at: datetime) -> None:
        self.save()
        traces.hasten(self.tx, person, at.timestamp())


def sweep(database: Database, channel: str, secret: bytes, otherwise: Reply, now: datetime) -> bool:
    """Let go what is due by now in the chats of this channel: exactly that. Whether there was anything.

    `otherwise` is said to a person whose messages could not be deleted.
    """
    with database.read() as tx:
        if not traces.any_due(tx, channel, now.timestamp()):
            return False
    with database.begin() as tx:
        taken = traces.take_due(tx, channel, now.timestamp(), MOST_AT_ONCE)
        found, keys = [], Keys(secret)
        for person, theirs in groupby(sorted(taken, key=attrgetter("person")), key=attrgetter("person")):
            opened = [unlock(each, secret) for each in theirs]
            ids = tuple(id_ for _, some in opened for id_ in some)
            found.append(letters.lock_deletion(Deletion(opened[-1][0], ids, None, otherwise), person, keys))
        outbox.add(tx, found, now.timestamp())
    return bool(taken)


@lru_cache(maxsize=4)
def _key(secret: bytes) -> bytes:
    return derive(secret, b"", PURPOSE)
