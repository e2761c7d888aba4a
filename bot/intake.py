"""One transaction from what came in to what goes out. The only room of the conversation that knows the database.

A batch of updates is one commit: each is remembered as seen, its conversation saved, its replies put in the outbox,
and, where a referral was sent, the case, its alerts and its clocks written, all together or not at all. Where one
update fails, nothing was written: all are handled again, each so that what it did can be undone, and only that one is
given up. So the many batches in which nothing fails pay nothing for the few.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from random import Random, SystemRandom

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from bot import drafts
from bot.batch import Batch
from bot.doors import DOORS, is_idle
from bot.drafts import Draft
from bot.engine import Engine
from bot.exchange import Exchange, Outcome
from bot.facts import must_wait
from bot.hearing import answering, safety_rules
from bot.messages import LOOKED_AT, UNANSWERED, Inbound, Reply
from bot.moment import Service
from bot.pace import Pace
from bot.posting import letters, lost_reach
from bot.posting.traces import Chats
from bot.referrals import proposal_links
from bot.rendering import fault_reply
from content import words as content_words
from storage import conversations, outbox, seen_updates
from storage.addresses import Address
from storage.codes import normalise
from storage.conversations import StoredDraft
from storage.database import Database
from storage.receipts import Receipts, receipt
from storage.sealing import Keys, SealBroken, lookup
from storage.secrets import IntakeSecrets

log = structlog.get_logger("intake")

# Of what the database raises, only this can be the fault of what was said. All else is everybody's trouble, and passes.
OF_ONE_UPDATE = (DataError, IntegrityError)


class _OneFailed(Exception):
    """One of the updates of a batch cannot be handled."""


class Intake:
    """Handles what comes in on any channel. Raises content.words.ContentError when there is no such language."""

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
        content_words.load(language)
        self.rules = safety_rules.load_all(content_words.languages())
        for spoken in engine.spoken.offered:
            answering.load(spoken)  # now, so that nobody waits for it

    def known_as(self, username: str) -> None:
        """Telegram tells what the bot is called there: from now on links that lead to it can be given."""
        values = {**self.service.values, proposal_links.BOT: username}
        self.service = replace(self.service, values=values)

    def new_pace(self) -> Pace:
        """How much one person may say in a minute, on one channel."""
        spoken = [self.engine.spoken.words(each) for each in self.engine.spoken.offered]
        return Pace(self.service.messages_a_minute, spoken)

    def handle(self, inbounds: Sequence[Inbound], now: datetime) -> None:
        """Act on these, in order, in one commit. Those acted on before are passed over.

        Raises whatever the database raises; the same batch can then be handled again, and changes nothing twice.
        """
        receipts = self.derived(inbounds, now)
        try:
            wiped = self._commit(inbounds, now, receipts, undoable=False)
        except _OneFailed:
            wiped = self._commit(inbounds, now, receipts, undoable=True)
        if wiped:
            self.database.checkpoint()

    def visit(
        self, tx: Connection, to: Address, now: datetime, act: Callable[[Exchange, Draft | None], Outcome | None]
    ) -> None:
        """Let something happen in a person's chat that they did not ask for, in the caller's transaction."""
        conversations.lock(tx, {to.person})
        batch = self._batch(tx, to.channel, {to.person}, now)
        nothing_said = Inbound(to.channel, "", to.address, "open")
        outcome = act(self._exchange(tx, nothing_said, to.person, batch, now), self._draft(tx, batch, to.person))
        if outcome is not None:
            batch.take(tx, nothing_said, to.person, outcome)
            batch.save(tx, now)

    def screen(self, channel: str, address: str) -> list[Reply]:
        """What lies ready for a person who comes to look."""
        with self.database.read() as tx:
            ready = outbox.of(tx, self.person(channel, address), channel)
        keys = Keys(self.secrets.seal)
        return [letters.unlock(each, keys).reply for each in ready]

    def person(self, channel: str, address: str) -> bytes:
        """The keyed digest under which everything of a person on a channel is found."""
        return lookup(self.secrets.pepper, f"{channel}:{address}")

    def standing(self, person: bytes, stored: StoredDraft) -> tuple[str, str] | None:
        """The flow and step at which a draft lies that is collected to be sent; None for any other."""
        try:
            conversation = drafts.unlock(stored, Keys(self.secrets.seal), person).conversation
        except SealBroken:
            return None
        flow = self.engine.flows.get(conversation.flow)
        return (flow.name, flow.position(conversation.answers).step.name) if flow and flow.is_drafted else None

    def derived(self, inbounds: Sequence[Inbound], now: datetime) -> Receipts:
        """The receipts of codes typed, or behind links, made before anything is locked: each takes a sixth of a second.

        One of each person, of nobody who must wait for their next try, and only where a code may be meant. What else
        a batch needs is made when it is known to be within the bound.
        """
        texts = (each for each in inbounds if each.kind == "text")
        typed = {self.person(each.channel, each.address): code for each in texts if (code := normalise(each.text))}
        links = [each for each in inbounds if each.kind == "link"]
        if not typed and not links:
            return {}
        wanted = set()
        with self.database.read() as tx:
            for each in links:
                if behind := proposal_links.code_behind(tx, self.secrets.pepper, each.text, now):
                    typed[self.person(each.channel, each.address)] = behind
            for person, code in typed.items():
                stored = conversations.load(tx, [person]).get(person)
                if self._takes_codes(stored, person) and not must_wait(tx, self.secrets.pepper, person, now):
                    wanted.add(code)
        return {code: receipt(code, self.secrets.pepper) for code in wanted}

    def _takes_codes(self, stored: StoredDraft | None, person: bytes) -> bool:
        try:
            draft = drafts.unlock(stored, Keys(self.secrets.seal), person) if stored else None
        except SealBroken:
            draft = None
        return is_idle(draft) or (draft is not None and draft.conversation.flow in DOORS)

    def _commit(self, inbounds: Sequence[Inbound], now: datetime, receipts: Receipts, *, undoable: bool) -> bool:
        wiped = False
        with self.database.begin() as tx:
            for source in dict.fromkeys(each.channel for each in inbounds):
                here = [each for each in inbounds if each.channel == source]
                batch = self._handle(tx, source, here, now, receipts, undoable)
                wiped = wiped or batch.wiped
        return wiped

    def _handle(
        self, tx: Connection, source: str, inbounds: list[Inbound], now: datetime, receipts: Receipts, undoable: bool
    ) -> Batch:
        people = {each.update: self.person(each.channel, each.address) for each in inbounds}
        everybody = set(people.values())
        conversations.lock(tx, everybody)
        known = seen_updates.known(tx, source, list(people))
        first: dict[str, Inbound] = {}
        for inbound in inbounds:
            first.setdefault(inbound.update, inbound)
        fresh = [each for update, each in first.items() if update not in known]
        batch = self._batch(tx, source, everybody, now, receipts)
        if source in LOOKED_AT:
            outbox.clear(tx, {people[each.update] for each in fresh}, source)
        for inbound in fresh:
            batch.faults[inbound.update] = self._one(tx, inbound, people[inbound.update], batch, now, undoable)
        seen_updates.add(tx, source, batch.faults, now.timestamp())
        if batch.chats.are_kept and fresh:
            lost_reach.find_again(tx, source, {people[each.update] for each in fresh}, self.service.channels, now)
        batch.save(tx, now)
        return batch

    def _batch(
        self, tx: Connection, source: str, people: set[bytes], now: datetime, receipts: Receipts | None = None
    ) -> Batch:
        chats = Chats(tx, source, self.secrets.seal, self.service.messages_stay, now)
        chats.load(people)
        stored = {**dict.fromkeys(people), **conversations.load(tx, people)}
        return Batch(stored, chats, Keys(self.secrets.seal), dict(receipts or {}))

    def _one(
        self, tx: Connection, inbound: Inbound, person: bytes, batch: Batch, now: datetime, undoable: bool
    ) -> str | None:
        """Handle one update; the class of error if it was given up, of which then nothing is left.

        Raises _OneFailed instead when what it did cannot be undone by itself.
        """
        batch.chats.came(inbound, person)
        if inbound.kind in UNANSWERED:
            return None
        try:
            with tx.begin_nested() if undoable else nullcontext():
                outcome = self._respond(tx, inbound, person, batch, now)
        except Exception as error:
            if isinstance(error, SQLAlchemyError) and not isinstance(error, OF_ONE_UPDATE):
                raise
            if not undoable:
                raise _OneFailed from None
            log.error("update parked", channel=inbound.channel, fault=type(error).__name__)
            batch.queue(inbound, person, [fault_reply(content_words.load(self.language))])
            return type(error).__name__
        batch.take(tx, inbound, person, outcome)
        return None

    def _respond(self, tx: Connection, inbound: Inbound, person: bytes, batch: Batch, now: datetime) -> Outcome:
        inbound.text.encode()  # broken halves of letters could not be kept: fail here, where it is this update's fault
        return self._exchange(tx, inbound, person, batch, now).respond(self._draft(tx, batch, person))

    def _exchange(self, tx: Connection, inbound: Inbound, person: bytes, batch: Batch, now: datetime) -> Exchange:
        return Exchange(
            self.engine,
            self.service,
            self.secrets,
            self.random,
            self.language,
            self.rules,
            tx,
            inbound,
            person,
            now,
            lambda owner: self._draft(tx, batch, owner),
            batch.chats.stays(person),
            batch.receipts,
        )

    def _draft(self, tx: Connection, batch: Batch, person: bytes) -> Draft | None:
        """What is remembered of this person at this point of the batch."""
        if person in batch.drafts:
            return batch.drafts[person]
        if person not in batch.stored:
            batch.stored[person] = conversations.load(tx, [person]).get(person)
        stored = batch.stored[person]
        try:
            return drafts.unlock(stored, batch.keys, person) if stored else None
        except SealBroken:
            # The secret was changed, or the row is not ours: nobody can read it any more, so begin anew.
            log.error("draft cannot be opened")
            return None
