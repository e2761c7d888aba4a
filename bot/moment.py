"""What an effect may use: the transaction, who it is about, what was said, and what the service has set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import Connection

from bot.drafts import Draft
from bot.flow import Flow, Position
from bot.messages import Document
from bot.turn import Turn
from content.words import Words
from policy.chat_messages import Stays
from policy.decent_hours import DECENT
from policy.promises import Targets
from policy.retention import PROPOSAL
from policy.working_time import WorkingTime
from storage.secrets import IntakeSecrets

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """What the service has set: its targets, its hours, and which ways there are to tell its coordinators."""

    targets: Targets
    working_time: WorkingTime
    has_staff_chat: bool = False
    has_email: bool = False
    has_manager: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    """The service's own name and contact details, as placeholders of the words."""
    areas: tuple[str, ...] = ()
    """The council areas it serves; none: all."""
    proposals_wait: timedelta = PROPOSAL
    """How long a referral by somebody else waits for the person's own yes."""
    messages_stay: Stays = "soon"
    """How long messages stay in a chat of Telegram's where the person has not chosen."""
    talk_idle: timedelta = timedelta(minutes=30)
    """After how long without a word a talk with somebody at the desk is over."""
    messages_a_minute: int = 240
    """How much one person may say in a minute before they are asked to wait."""
    decent: tuple[time, time] = DECENT
    """From when until when somebody may be told of something who named no times themselves."""

    @property
    def channels(self) -> list[str]:
        """The ways in which coordinators are told of something new about a case."""
        ways = (("staff_chat", self.has_staff_chat), ("email", self.has_email))
        return [name for name, is_on in ways if is_on]


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything an effect may use."""

    tx: Connection
    person: bytes
    draft: Draft
    turn: Turn
    flows: Mapping[str, Flow]
    words: Words
    service: Service
    secrets: IntakeSecrets
    random: Random
    now: datetime
    hears: Callable[[str], tuple[str, ...]]
    """The kinds of danger that typed words may be a sign of."""
    documents: list[Document] = field(default_factory=list)
    """What is to go with the last message of this turn: an effect puts it in."""

    @property
    def position(self) -> Position:
        """Where the person is at this end: every end has one, and effects belong to ends alone."""
        assert self.turn.position is not None  # noqa: S101 (the engine gives it with every end)
        return self.turn.position

    @property
    def pepper(self) -> bytes:
        """What digests are made with."""
        return self.secrets.pepper
