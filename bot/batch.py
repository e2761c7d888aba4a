"""What one commit of the intake will write: the drafts as they are by now, what is to be said, what stands in chats."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot import drafts
from bot.drafts import Draft
from bot.exchange import Outcome
from bot.messages import Inbound, Reply
from bot.posting import letters
from bot.posting.letters import Outgoing
from bot.posting.traces import Chats
from bot.rendering import not_cleared_reply
from content import words as content_words
from policy.chat_messages import Stays
from storage import conversations, outbox, tombstones, traces
from storage.conversations import StoredDraft
from storage.outbox import Letter
from storage.receipts import Receipts
from storage.sealing import Keys


@dataclass(slots=True)
class Batch:
    """What one commit will write."""

    stored: dict[bytes, StoredDraft | None]
    """The drafts as they were, sealed; None where there was none."""
    chats: Chats
    keys: Keys
    receipts: Receipts = field(default_factory=dict, repr=False)
    """Codes that were derived already."""
    drafts: dict[bytes, Draft | None] = field(default_factory=dict)
    """The drafts as they are now; None where nothing is kept any more."""
    letters: list[Letter] = field(default_factory=list)
    faults: dict[str, str | None] = field(default_factory=dict)
    wiped: bool = False
    """Whether something was wiped of which the database's log must not keep a copy."""

    def take(self, tx: Connection, inbound: Inbound, person: bytes, outcome: Outcome) -> None:
        """What follows from one update."""
        if outcome.draft is None or outcome.moved_from:
            gone = [person] if outcome.draft is None else [outcome.moved_from or person]
            self._wipe(tx, gone, is_sent=outcome.is_sent)
            self.drafts |= dict.fromkeys(gone)
        if outcome.draft is not None:
            self.drafts[person] = outcome.draft
        if outcome.moved_from:
            traces.hasten(tx, outcome.moved_from, self.chats.now.timestamp())
        self.chats.choices |= {person: outcome.stays} if outcome.stays else {}
        replies = outcome.replies
        if outcome.clears:  # also what this batch was about to say
            outbox.clear(tx, [person], inbound.channel)
            self.letters = [each for each in self.letters if (each.person, each.channel) != (person, inbound.channel)]
            if self.chats.are_kept:
                *replies, last = replies
                otherwise = not_cleared_reply(content_words.load(last.language))
                self.letters.append(self.chats.clear(person, inbound.address, last, otherwise))
        is_new = any(each.edits is None for each in replies)
        stays = self.chats.moved_on(person, ended=outcome.draft is None) if is_new else self.chats.stays(person)
        self.queue(inbound, person, replies, stays)

    def _wipe(self, tx: Connection, gone: list[bytes], *, is_sent: bool) -> None:
        """A draft goes, for good: but one that was sent may come back from a backup in which its case is not yet."""
        if conversations.forget(tx, gone):
            self.wiped = True
            for person in [] if is_sent else gone:
                tombstones.note(tx, tombstones.DRAFT, person, self.chats.now.timestamp())

    def queue(self, inbound: Inbound, person: bytes, replies: Iterable[Reply], stays: Stays = "soon") -> None:
        """Say these."""
        for reply in replies:
            outgoing = Outgoing(inbound.address, reply, stays)
            self.letters.append(letters.lock(outgoing, inbound.channel, person, self.keys))

    def save(self, tx: Connection, now: datetime) -> None:
        """Write it."""
        kept = {person: drafts.lock(draft, self.keys, person) for person, draft in self.drafts.items() if draft}
        conversations.save(tx, kept, now.timestamp())
        outbox.add(tx, self.letters, now.timestamp())
        self.chats.save()
