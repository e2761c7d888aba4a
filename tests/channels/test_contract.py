"""One conversation, three channels: every transcript through each real edge, same words, same options.

The expected words come from the intake itself on a twin stage with the same randomness. What an edge cannot do at all
(a photo in a web form) is left out for that edge.
"""

import asyncio
import re
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import Tag

from bot import transcripts
from bot.channels.terminal import Terminal
from bot.messages import Inbound, Reply
from bot.reading import command
from bot.referrals.files import made
from bot.transcripts import Line
from content import words
from storage.tables import SEEN_UPDATES
from tests.botapi import Person
from tests.botapi.messages import Message
from tests.channels.telegram_stage import TOKEN, TelegramStage, telegram_stage
from tests.channels.visits import Visitor, open_chat
from tests.replay import code_in, hear, languages_of, obey, take
from tests.stage import Stage

FOLDER = Path(__file__).parent.parent / "transcripts"
FILES = sorted(FOLDER.glob("*/*.txt"))
ANOTHER = "somebody else's chat"
BY_CHANNEL = frozenset({"cafe/signs_up_with_everything.en", "cafe/signs_up_on_the_web_and_it_is_called_off.en"})
TYPED_IN_TELEGRAM = 4096  # what an app sends as one message


def on(channel: str) -> pytest.MarkDecorator:
    """Every transcript that makes sense there: a flow that asks by channel goes its own way on each."""
    read = {file: transcripts.read(file.read_text("utf-8")) for file in FILES}
    files = [file for file, each in read.items() if each.channel == channel or f"cafe/{file.stem}" not in BY_CHANNEL]
    return pytest.mark.parametrize("file", files, ids=[f"{file.parent.name}/{file.stem}" for file in files])


@dataclass(frozen=True)
class Seen:
    """What a person sees of one message."""

    words: str
    options: tuple[str, ...]


class Twin:
    """The same transcript through the intake alone: what every edge has to show."""

    def __init__(self, folder: Path, channel: str, languages: tuple[str, ...]) -> None:
        self.stage = Stage(folder, languages=languages)
        self.channel = channel
        self.past: list[Reply] = []
        self.last: list[Reply] = []
        self.number = 0

    def meant(self, line: Line) -> Inbound:
        self.number += 1
        meant = Line(line.kind, line.text.replace("{code}", code_in(self.past)))
        return transcripts.inbound(meant, self.past, self.channel, self.stage.address, str(self.number))

    def obey(self, line: Line) -> list[Seen]:
        """What the chat says by itself when this happens."""
        obey(line, self.stage)
        told = take(self.stage, self.channel)
        self.past += told
        self.last = told or self.last
        return [seen(reply) for reply in told]

    def hear(self, received: Inbound) -> list[Seen]:
        self.last = hear(self.stage, received)
        self.past += self.last
        return [seen(reply) for reply in self.last]


def seen(reply: Reply) -> Seen:
    return Seen(plain(reply.text), tuple(sorted(button.label for button in transcripts.buttons(reply))))


def speaking(stage: TelegramStage, language: str) -> Person:
    """Somebody whose app is in this language."""
    person = stage.api.person(bot=TOKEN)
    person.language = language
    return person


def plain(words: str) -> str:
    return " ".join(words.split())


def bare(label: str) -> str:
    return re.sub(r"^\d+ · ", "", label.removeprefix("✓ "))


@on("terminal")
def test_the_terminal_shows_what_the_intake_says(file, tmp_path):
    transcript = transcripts.read(file.read_text("utf-8"))
    languages = languages_of(transcript)
    twin, stage = Twin(tmp_path / "twin", "terminal", languages), Stage(tmp_path / "edge", languages=languages)
    terminal = Terminal(stage.intake, lambda: stage.now)
    for line in transcript.lines:
        if line.kind == "order":
            told = twin.obey(line)
            obey(line, stage)
            terminal = Terminal(stage.intake, lambda: stage.now)
            on_screen = [seen(each) for each in stage.intake.screen("terminal", stage.address)]
            assert on_screen[len(on_screen) - len(told) :] == told
            continue
        received = twin.meant(line)
        assert [seen(reply) for reply in terminal.receive(received)] == twin.hear(received)


@on("web")
async def test_the_web_chat_shows_what_the_intake_says(file, tmp_path):
    transcript = transcripts.read(file.read_text("utf-8"))
    languages = languages_of(transcript)
    twin, stage = Twin(tmp_path / "twin", "web", languages), Stage(tmp_path / "edge", languages=languages)
    visitor = await arrived(stage, twin)
    for line in transcript.lines:
        if line.kind == "order":
            told = twin.obey(line)
            obey(line, stage)
            if told:
                await visitor.open()
                check_page(visitor, twin)
                continue
            visitor = await arrived(stage, twin) if line.text == ANOTHER else moved(visitor, stage)
            continue
        received = twin.meant(line)
        if received.kind not in {"open", "text", "press"}:
            continue  # a web form sends no pictures and edits nothing
        for each in (stage, twin.stage):  # as people do, not all in one minute
            each.pass_time(seconds=2)
        twin.hear(received)
        await act_on_page(visitor, received)
        if command(received, words.load("en")) == "clear":
            assert visitor.cookie is None
            return  # what this browser said is out of its reach: that is the promise
        check_page(visitor, twin)


@on("telegram")
async def test_telegram_shows_what_the_intake_says(file, tmp_path):
    transcript = transcripts.read(file.read_text("utf-8"))
    languages = languages_of(transcript)
    twin = Twin(tmp_path / "twin", "telegram", languages)
    async with telegram_stage(tmp_path / "edge", languages=languages) as stage:
        person = speaking(stage, languages[0])
        username = stage.api.bot(TOKEN).username
        twin.stage.intake.known_as(username)
        typed: list[Message] = []
        await stage.start_bot()
        for line in transcript.lines:
            if line.kind == "order":
                told = twin.obey(line)
                twin.stage.intake.known_as(username)  # it may have been started anew
                await stage.stop_bot()
                obey(line, stage)
                person = speaking(stage, languages[0]) if line.text == ANOTHER else person
                await stage.start_bot()
                await check_chat(person, told, twin.last if told else [])
                continue
            received = twin.meant(line)
            if received.kind == "text" and not 0 < len(received.text.strip()) <= TYPED_IN_TELEGRAM:
                continue  # no app sends such a message
            expected = twin.hear(received)
            before = len(stage.rows(SEEN_UPDATES))
            await act_on_telegram(person, received, line, typed)
            if not expected:
                await taken(stage, before + 1)
            await check_chat(person, expected, twin.last)


async def check_chat(person: Person, expected: list[Seen], replies: list[Reply]) -> None:
    """Just these messages came, and the files that belong to them."""
    files = [made(reply.document).content for reply in replies if reply.document]
    messages = await person.waits_for(len(expected) + len(files))
    assert [in_chat(message) for message in messages if not message.file] == expected
    assert [len(message.file) for message in messages if message.file] == [len(file) for file in files]


def check_page(visitor: Visitor, twin: "Twin") -> None:
    """Every line that was said is on the page, and just the buttons of the last message."""
    words = plain(visitor.text)
    for reply in twin.last:
        lines = reply.text.split("\n")
        for line in lines[: len(lines) - len(reply.rows)] if reply.rows else lines:
            assert plain(line) in words
        for row in reply.rows:
            assert f"{row.short} {row.answer}" in words
    on_page = {(str(each["value"]), label_of(each)) for each in visitor.page.select("main button[name=press]")}
    assert on_page == {(button.data, button.label) for button in transcripts.buttons(twin.last[-1])}


def label_of(button: Tag) -> str:
    label = copy(button)
    for extra in label.select(".number, .unseen"):
        extra.extract()
    return plain(label.get_text(" ", strip=True))


async def act_on_page(visitor: Visitor, received: Inbound) -> None:
    if received.kind == "open":
        await visitor.open()
    elif received.kind == "press":
        await visitor.send(turn=visitor.turn, press=received.text)
    else:
        await visitor.say(received.text)


async def arrived(stage: Stage, twin: Twin) -> Visitor:
    """A new browser with the page open: nothing can be typed or pressed in it before that."""
    visitor = Visitor(open_chat(stage))
    twin.hear(Inbound("web", f"opened by {twin.stage.address}", twin.stage.address, "open"))
    await visitor.open()
    check_page(visitor, twin)
    return visitor


def moved(visitor: Visitor, stage: Stage) -> Visitor:
    """The same browser at a chat started anew."""
    fresh = Visitor(open_chat(stage))
    fresh.client.cookies = visitor.client.cookies
    fresh.answer = visitor.answer
    return fresh


async def act_on_telegram(person: Person, received: Inbound, line: Line, typed: list[Message]) -> None:
    if received.kind == "press":
        holder = next(each for each in reversed(person.messages) if each.button(received.text))
        await person.tap(received.text, on=holder)
    elif received.kind == "media":
        await person.send({"voice message": "voice"}.get(line.text, line.text))
    elif received.kind == "edited":
        await person.edit(typed[-1], received.text)
    else:
        typed.append(await person.say(received.text or "/start"))


async def taken(stage: TelegramStage, updates: int) -> None:
    """Until so many updates were handled: where nothing is said in reply, nothing else shows it."""
    async with asyncio.timeout(10):
        while len(stage.rows(SEEN_UPDATES)) < updates:  # noqa: ASYNC110 (a commit rings no bell)
            await asyncio.sleep(0.01)


def in_chat(message: Message) -> Seen:
    return Seen(plain(message.text), tuple(sorted(bare(label) for label in message.labels)))
