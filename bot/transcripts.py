"""Transcripts: conversations written down so that a service manager can read and sign them, and a test can replay them.

    # What happens here, in a sentence.
    flow self_referral, language en, channel telegram

    > what the person types        > [a button's label]        -- photo   (something else that happens)
      What the chat says.
        [1 Yes] [2 No]  (Skip) (Stop) (Help now)
    == what it did to the world

Only lines that begin with `>` or `--` are read; all the rest is written by replaying.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Button, Document, Inbound, InboundKind, Reply

HEAD = re.compile(r"flow (\w+), language (\w+), channel (\w+)")
HAPPENINGS: dict[str, tuple[InboundKind, str]] = {
    "photo": ("media", ""),
    "voice message": ("media", ""),
    "sticker": ("media", ""),
    "empty message": ("text", ""),
    "10,000 letters": ("text", "x" * 10_000),
    "edits an old message": ("edited", "something else"),
    "opens the page": ("open", ""),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens in a transcript."""

    kind: str
    """said, pressed, pressed_again (an old button), happens, or order (restart and the like, for whoever replays)."""
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation to replay."""

    title: str
    flow: str
    language: str
    channel: str
    lines: tuple[Line, ...]

    def head(self) -> str:
        return f"# {self.title}\nflow {self.flow}, language {self.language}, channel {self.channel}\n"


def read(text: str) -> Transcript:
    """The transcript in this text. Raises ValueError when its head is missing."""
    title, head, *rest = text.strip().split("\n")
    found = HEAD.fullmatch(head.strip())
    if not found or not title.startswith("# "):
        raise ValueError("a transcript begins with '# title' and 'flow …, language …, channel …'")
    lines = tuple(line for each in rest if (line := _line(each)) is not None)
    flow, language, channel = found.groups()
    return Transcript(title.removeprefix("# "), flow, language, channel, lines)


def written(line: Line) -> str:
    """How a line stands in a transcript."""
    forms = {"said": "> {}", "pressed": "> [{}]", "pressed_again": "-- presses the old button [{}]"}
    return forms.get(line.kind, "-- {}").format(line.text)


def shown(replies: Sequence[Reply]) -> Iterator[str]:
    """How replies stand in a transcript, a line each."""
    for reply in replies:
        yield from (f"  {each}".rstrip() for each in reply.text.split("\n"))
        if reply.document:
            yield f"    <a file: {reply.document.name}>"
            yield from (f"      {line}" for line in _text_of(reply.document))
        if reply.rows:
            yield f"    <{len(reply.rows)} buttons: Change>"
        for row in buttons_in_lines(reply):
            yield f"    {row}"


def buttons_in_lines(reply: Reply) -> list[str]:
    """The buttons as text, at most about a hundred letters a line."""
    options = [f"[{_label(each)}]" for each in reply.options]
    standing = [f"({each.label})" for each in reply.standing]
    lines: list[str] = []
    for row in (options, standing):
        line = ""
        for each in row:
            if line and len(line) + len(each) > 100:
                lines.append(line.rstrip())
                line = ""
            line += each + " "
        lines += [line.rstrip()] if line else []
    return lines


def inbound(line: Line, past: Sequence[Reply], channel: str, address: str, update: str) -> Inbound:
    """What comes in by this line, after these replies (all of them, oldest first).

    Raises ValueError when no button has that label.
    """
    if line.kind == "happens":
        kind, text = HAPPENINGS[line.text]
        return Inbound(channel, update, address, kind, text, message=update)
    if line.kind == "said":
        return Inbound(channel, update, address, "text", line.text, message=update)
    searched = past[:-1] if line.kind == "pressed_again" else past[-1:]
    for reply in reversed(searched):
        for button in buttons(reply):
            if button.label == line.text:
                return Inbound(channel, update, address, "press", button.data, message=update)
    raise ValueError(f"no button there is labelled '{line.text}'")


def buttons(reply: Reply) -> tuple[Button, ...]:
    """Every button of a reply."""
    return (*reply.options, *(row.change for row in reply.rows), *reply.standing)


def _text_of(document: Document) -> list[str]:
    """The lines of a file that is text, without what is the service's own name for it."""
    if not document.media_type.startswith("text/"):
        return []
    lines = document.content.decode().splitlines()
    return [line for line in lines if not line.startswith(("UID:", "DTSTAMP:"))]


def _label(button: Button) -> str:
    number = f"{button.number} " if button.number else ""
    return f"{number}{'✓ ' if button.chosen else ''}{button.label}"


def _line(text: str) -> Line | None:
    if text.startswith("> [") and text.rstrip().endswith("]"):
        return Line("pressed", text.rstrip()[3:-1])
    if text.startswith(">"):
        return Line("said", text[2:])
    if text.startswith("-- presses the old button ["):
        return Line("pressed_again", text.rstrip().removeprefix("-- presses the old button [")[:-1])
    if text.startswith("--"):
        what = text[2:].strip()
        return Line("happens" if what in HAPPENINGS else "order", what)
    return None
