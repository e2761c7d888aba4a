"""What goes into a turn of the conversation and what comes out of it: values only."""

from dataclasses import dataclass, field

from bot.conversation import Conversation
from bot.flow import Position
from bot.steps import Question


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, understood: exactly one of these. A cry for help typed to the desk is two: heard by both."""

    command: str | None = None
    """A standing command: a name in `bot.commands.COMMANDS`."""
    chosen: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """A question to the service: the topics with a vetted answer, two where both are close."""
    language: str | None = None
    """A language asked for by its name, which is one of those offered."""
    toggled: str | None = None
    """An option pressed in a several-choice; with a leading minus, taken back."""
    typed: str | None = None
    note: str | None = None
    """It was nothing that can be an answer; the name of the note that says so kindly."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to tell, by name. The words come later."""

    kind: str
    """note, say, why, help, answer, privacy, safety or end."""
    name: str
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What waits for an answer now."""

    flow: str
    step: Question
    standing: tuple[str, ...]
    """The commands offered as buttons."""
    position: Position
    again: bool = False
    """The same message as before, changed: a several-choice with one more chosen."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from what was said."""

    conversation: Conversation | None
    """None: nothing of it is kept."""
    cues: tuple[Cue, ...] = ()
    ask: Ask | None = None
    effects: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    """Consents answered in this turn: their wording and time are evidence."""
    position: Position | None = None
    """Where an End, a HandOver or a Bring was reached: what is handed over, or what answers are to come to."""
    language: str | None = None
    """What an end is told in."""
    told: str = field(default="", repr=False)
    """Words for somebody at the desk to read."""
    is_silent: bool = False
    """Whether nothing need be said at all: a person is here, and the chat keeps out of it. Cards of help still come."""


def note(name: str) -> Cue:
    """A sentence that belongs to every step, by its name in content/<language>/common.toml."""
    return Cue("note", name)


def left(*names: str) -> Turn:
    """Out of the conversation, with these notes; nothing of it is kept."""
    return Turn(None, tuple(map(note, names)))
