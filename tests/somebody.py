"""Somebody who talks to an intake on a stage, for tests: says things, presses buttons, reads what came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from bot.messages import Inbound, InboundKind, Reply
from bot.transcripts import buttons
from storage.codes import normalise
from tests.stage import Stage

TO_THE_NAME = ("/start", "Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes")
TO_THE_READ_BACK = (*TO_THE_NAME, "Sam", "Phone call", "Done", "07700 900123", "Check and send now")
TO_THE_END = (*TO_THE_READ_BACK, "Send")

_updates = count(1)


@dataclass
class Somebody:
    """One person at one channel. What they hear is taken out of the outbox, as whoever delivers it would."""

    stage: Stage
    address: str = "1001"
    channel: str = "telegram"
    heard: list[Reply] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    """Ids of messages that were to go from their chat."""

    @property
    def key(self) -> bytes:
        return self.stage.intake.person(self.channel, self.address)

    @property
    def last(self) -> Reply:
        return self.heard[-1]

    @property
    def code(self) -> str:
        """The last code of four words that was told."""
        return code_in(texts(self.heard))

    def inbound(self, said: str, update: str | None = None, kind: InboundKind = "text") -> Inbound:
        """This as it comes in: a press where the newest message has a button so labelled, else typed words."""
        update = update or str(next(_updates))
        if self.heard and kind == "text":
            for button in buttons(self.last):
                if button.label == said:
                    return Inbound(self.channel, update, self.address, "press", button.data, message=update)
        return Inbound(self.channel, update, self.address, kind, said, message=update if update.isdecimal() else None)

    def says(self, said: str, update: str | None = None) -> list[Reply]:
        """Say this or press it; what the chat answers."""
        return self.sends(self.inbound(said, update))

    def sends(self, *inbounds: Inbound) -> list[Reply]:
        self.stage.intake.handle(inbounds, self.stage.now)
        return self.hears()

    def goes(self, *steps: str) -> "Somebody":
        for step in steps:
            self.says(step)
        return self

    def hears(self) -> list[Reply]:
        """Everything that waits for this person, in order; it is gone then."""
        replies, deletions = self.stage.taken(self.key, self.channel)
        self.heard += replies
        self.deleted += [message for each in deletions for message in each.messages]
        return replies


def code_in(text: str) -> str:
    """The last code of four words in this: on a line of its own, or at the end of one."""
    ends = [line.rpartition(":")[2].strip() for line in text.splitlines()]
    return [end for end in ends if end and normalise(end) == end][-1]


def texts(replies: Sequence[Reply]) -> str:
    """What these say, as one text."""
    return "\n".join(each.text for each in replies)
