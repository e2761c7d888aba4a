"""The only types that cross the line between a channel and the conversation: what came in, what goes out."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from content.words import REFERENCE

LOOKED_AT = frozenset({"web", "terminal"})
"""Channels where people come to look, instead of being sent to: what lies ready is taken away once they move on."""
InboundKind = Literal[
    "open", "text", "press", "media", "unheard", "edited", "unreadable", "link", "too_fast", "passed_over"
]
"""`unheard` is what came and gets no answer of its own: it was told already, with what came just before. So is what is
`passed_over`, once it was told that something came `too_fast` (`bot.pace`)."""
OF_THE_PERSON = frozenset({"text", "link", "media", "unheard", "unreadable", "too_fast", "passed_over"})
"""What comes in as a message of the person's own."""
UNANSWERED = frozenset({"unheard", "passed_over"})


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that came in. Address and words never show in a repr, and so in no log or traceback."""

    channel: str
    """telegram, web or terminal."""
    update: str
    """What makes this update itself, unique within the channel; the same one twice is acted on once."""
    address: str = field(repr=False)
    """Where an answer goes: a chat id, a session token."""
    kind: InboundKind
    text: str = field(default="", repr=False)
    """The words typed, or the data of the button pressed."""
    message: str | None = field(default=None, repr=False)
    """The message this is, or on which a button was pressed, in the channel's own name for it."""
    language: str | None = None
    """What the channel knows of the person's language: a suggestion only."""
    sent_at: float | None = None
    """When it was sent, in UTC seconds, where the channel says so."""


class Button(NamedTuple):
    """Something to press. `data` is `v1:<nonce>:<step>:<option>`, at most 64 bytes."""

    data: str
    label: str
    number: int | None = None
    """What may be typed instead; None for what belongs to every step (that has its word)."""
    chosen: bool = False
    """In a several-choice: already among those chosen."""

    @property
    def option(self) -> str:
        return self.data.rsplit(":", 1)[-1]


class Row(NamedTuple):
    """One line of the read-back: what was asked, what was said, and the button that changes it."""

    short: str
    answer: str
    change: Button


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a message, to be kept: its name gives nothing away."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    is_sheet: bool = False
    """Whether the content is a sheet (`bot.referrals.paper`), of which the file is made only when it goes out
    (`bot.referrals.files`)."""
    is_private: bool = False
    """Whether somebody's own words stand in it: then it is not to be passed on, where a channel can see to that."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person. Options answer the question; standing buttons are there at every message."""

    text: str = field(repr=False)
    options: tuple[Button, ...] = ()
    standing: tuple[Button, ...] = ()
    rows: tuple[Row, ...] = field(default=(), repr=False)
    """The read-back as a table; the same lines stand in the text, for channels that show only text."""
    asks: str | None = None
    """The step that waits for an answer, None where nothing is asked."""
    typed: bool = False
    """Whether this question is answered by typing."""
    edits: str | None = field(default=None, repr=False)
    """The message to change in place instead of sending a new one, where the channel can."""
    language: str = REFERENCE
    """What it is written in."""
    document: Document | None = None
