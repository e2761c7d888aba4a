"""The terminal channel: the same conversation, typed and shown in a terminal. Also writes transcripts down.

A line is what the person types; a button is pressed by its label in brackets, or typed as its number or word.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.intake import Intake
from bot.messages import Inbound, Reply
from bot.transcripts import HAPPENINGS, Line, buttons, inbound, shown, written

CHANNEL = "terminal"


class Terminal:
    """One person at one terminal."""

    def __init__(self, intake: Intake, now: Callable[[], datetime], address: str = "terminal") -> None:
        self.intake = intake
        self.now = now
        self.address = address
        self.past: list[Reply] = []
        self.updates = 0

    def say(self, line: Line) -> list[Reply]:
        """Say or press something, and get what the chat says to it."""
        self.updates += 1
        return self.receive(inbound(line, self.past, CHANNEL, self.address, f"{self.address}:{self.updates}"))

    def line(self, typed: str) -> Line:
        """What a typed line means here: `[Label]` and a plain label press a button; the rest is words."""
        label = typed.strip()[1:-1] if typed.strip().startswith("[") and typed.strip().endswith("]") else None
        labels = [button.label for button in buttons(self.past[-1])] if self.past else []
        if label in labels:
            return Line("pressed", label)
        return Line("happens", typed[3:]) if typed[3:] in HAPPENINGS and typed[:3] == "-- " else Line("said", typed)

    def receive(self, received: Inbound) -> list[Reply]:
        """Take what came in, and give what is said to it."""
        self.intake.handle([received], self.now())
        replies = self.intake.screen(CHANNEL, received.address)
        self.past += replies
        return replies


def talk(terminal: Terminal, lines: Iterator[str], show: Callable[[str], None]) -> list[str]:
    """Talk until the lines end; gives what was said as the body of a transcript."""
    body: list[str] = []
    for typed in lines:
        line = terminal.line(typed)
        replies = list(shown(terminal.say(line)))
        body += [written(line), *replies]
        show("\n".join(replies))
    return body
