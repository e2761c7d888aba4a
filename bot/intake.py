"""One transaction from what came in to what goes out. The only room of the conversation that knows the database.

A batch of updates is one commit: each is remembered as seen, its conversation saved, its replies put in the outbox,
and, where a referral was sent, the case, its alerts and its clocks written, all together or not at all. What one update
leads to is decided before any of it is written, so an update that fails takes none with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random, SystemRandom

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import drafts, letters
from bot.drafts import Draft
from bot.engine import Engine
from bot.exchange import Exchange
from bot.letters import Outgoing
from bot.messages import Inbound, Reply
from bot.moment import Service
from bot.rendering import fault_reply
from content import words as content_words
from storage import conversations, outbox, seen_updates
from storage.conversations import StoredDraft
from storage.database import Database
from storage.outbox import Letter
from storage.sealing import SealBroken, lookup
from storage.secrets import IntakeSecrets

log = structlog.get_logger("intake")

# Where people come to look, instead of being sent to: what lies ready is taken away once they move on.
LOOKED_AT = frozenset({"web", "terminal"})


@dataclass(slots=True)
class _Batch:
    """What one commit will write."""

    stored: dict[bytes, StoredDraft]
    """The drafts as they were, sealed."""
    drafts: dict[bytes, Draft | None] = field(default_factory=dict)
    """The drafts as they are now; None where nothing is kept any more."""
    letters: list[Letter] = field(default_factory=list)
    faults: dict[str, str | None] = field(default_factory=dict)


class Intake:
    """Handles what comes in on any channel."""

    def __init__(
        self,
        database: Database,
        secrets: IntakeSecrets,
        engine: Engine,
        service: Service,
        language: str = "en",
        random: Random | None = None,
    ) -> None:
        self.database = database
        self.secrets = secrets
        self.engine = engine
        self.service = service
        self.language = language
        self.random = random or SystemRandom()

    def handle(self, inbounds: Sequence[Inbound], now: datetime) -> None:
        """Act on these, in order, in one commit. Those acted on before are passed over.

        Raises whatever the database raises; then nothing was changed, and the same batch can be handled again.
        """
        with self.database.begin() as tx:
            for source in dict.fromkeys(each.channel for each in inbounds):
                self._handle(tx, source, [each for each in inbounds if each.channel == source], now)

    def screen(self, channel: str, address: str) -> list[Reply]:
        """What lies ready for a person who comes to look."""
        with self.database.read() as tx:
            ready = outbox.of(tx, self.person(channel, address), channel)
        return [letters.unlock(each, self.secrets.seal).reply for each in ready]

    def person(self, channel: str, address: str) -> bytes:
        """The keyed digest under which everything of a person on a channel is found."""
        return lookup(self.secrets.pepper, f"{channel}:{address}")

    def _handle(self, tx: Connection, source: str, inbounds: list[Inbound], now: datetime) -> None:
        known = seen_updates.known(tx, source, [each.update for each in inbounds])
        fresh = list({each.update: each for each in inbounds if each.update not in known}.values())
        people = {each.update: self.person(each.channel, each.address) for each in fresh}
        batch = _Batch(conversations.load(tx, set(people.values())))
        for inbound in fresh:
            batch.faults[inbound.update] = self._one(tx, inbound, people[inbound.update], batch, now)
        if source in LOOKED_AT:
            outbox.clear(tx, set(people.values()), source)
        seen_updates.add(tx, source, batch.faults, now.timestamp())
        self._save(tx, batch, now)

    def _one(self, tx: Connection, inbound: Inbound, person: bytes, batch: _Batch, now: datetime) -> str | None:
        """Handle one update; the class of error if it was parked. What others said is not touched by its failure."""
        words = content_words.load(self.language)
        try:
            draft = batch.drafts[person] if person in batch.drafts else self._unlock(batch, person)
            exchange = Exchange(self.engine, self.service, self.secrets, self.random, words, tx, inbound, person, now)
            replies, after = exchange.respond(draft)
        except SQLAlchemyError:
            raise  # the database's trouble is everybody's: the whole batch is handled again
        except Exception as error:
            log.error("update parked", channel=inbound.channel, fault=type(error).__name__)
            self._queue(batch, inbound, person, [fault_reply(words)])
            return type(error).__name__
        batch.drafts[person] = after
        self._queue(batch, inbound, person, replies)
        return None

    def _unlock(self, batch: _Batch, person: bytes) -> Draft | None:
        stored = batch.stored.get(person)
        try:
            return drafts.unlock(stored, self.secrets.seal, person) if stored else None
        except SealBroken:
            # The secret was changed, or the row is not ours: nobody can read it any more, so begin anew.
            log.error("draft cannot be opened")
            return None

    def _queue(self, batch: _Batch, inbound: Inbound, person: bytes, replies: Iterable[Reply]) -> None:
        for reply in replies:
            outgoing = Outgoing(inbound.address, reply)
            batch.letters.append(letters.lock(outgoing, inbound.channel, person, self.secrets.seal))

    def _save(self, tx: Connection, batch: _Batch, now: datetime) -> None:
        kept: dict[bytes, StoredDraft] = {}
        gone = []
        for person, draft in batch.drafts.items():
            if draft is None:
                gone.append(person)
            else:
                kept[person] = drafts.lock(draft, self.secrets.seal, person)
        conversations.forget(tx, gone)
        conversations.save(tx, kept, now.timestamp())
        outbox.add(tx, batch.letters, now.timestamp())
