"""Somebody at the web chat, for tests: a browser without scripts or a screen, that says what it sees."""

from pathlib import Path

import httpx
from bs4 import BeautifulSoup, Tag
from starlette.applications import Starlette

from bot.channels.web import create_app
from tests.stage import Stage

EXIT_URL = "https://weather.example.org/"


def open_chat(stage: Stage, *, secure: bool = False, exit_url: str = EXIT_URL) -> Starlette:
    """The web chat of a stage, at the stage's time."""
    return create_app(stage.intake, secure=secure, exit_url=exit_url, now=lambda: stage.now)


class Visitor:
    """A browser of its own, with a cookie of its own."""

    def __init__(self, chat: Starlette, scheme: str = "http") -> None:
        transport = httpx.ASGITransport(app=chat)
        self.client = httpx.AsyncClient(transport=transport, base_url=f"{scheme}://chat.example.org")
        self.answer = httpx.Response(200, text="")
        self._read: tuple[httpx.Response, BeautifulSoup] | None = None

    @property
    def page(self) -> BeautifulSoup:
        """What is on the screen."""
        if self._read is None or self._read[0] is not self.answer:
            self._read = self.answer, BeautifulSoup(self.answer.text, "html.parser")
        return self._read[1]

    @property
    def text(self) -> str:
        """The words of the chat itself."""
        main = self.page.find("main")
        assert main is not None
        return main.get_text(" ", strip=True)

    @property
    def turn(self) -> str:
        """The hidden field of the page."""
        return str(self._one("input[name=turn]")["value"])

    @property
    def cookie(self) -> str | None:
        """The token of this browser."""
        return next(iter(self.client.cookies.values()), None)

    async def open(self, path: str = "/") -> str:
        """Look at the page."""
        self.answer = await self.client.get(path)
        return self.text

    async def press(self, label: str) -> str:
        """Press the button of this label."""
        return await self.send(turn=self.turn, press=str(self.button(label)["value"]))

    async def say(self, words: str) -> str:
        """Type words and send them."""
        return await self.send(turn=self.turn, text=words)

    async def send(self, headers: dict[str, str] | None = None, **fields: str) -> str:
        """Send a form, and look at where it leads."""
        self.answer = await self.client.post("/", data=fields, headers=headers)
        if self.answer.is_redirect:
            assert self.answer.headers["location"] in {"/", "/cleared"}
            return await self.open(self.answer.headers["location"])
        return self.text

    async def go(self, *steps: str) -> str:
        """Press each of these, or type it where no button is labelled so."""
        for step in steps:
            await (self.press(step) if self.buttons(step) else self.say(step))
        return self.text

    def button(self, label: str) -> Tag:
        """The button of this label."""
        found = self.buttons(label)
        assert found, f"no button {label!r} among {[each.get_text() for each in self.page.select('button')]}"
        return found[0]

    def buttons(self, label: str) -> list[Tag]:
        """Every button of the chat with this label, its number apart."""
        found = []
        for each in self.page.select("main button[name=press]"):
            number = each.select_one(".number")
            words = each.get_text(" ", strip=True).removeprefix(number.get_text(strip=True) if number else "")
            if words.strip() == label:
                found.append(each)
        return found

    def _one(self, selector: str) -> Tag:
        found = self.page.select_one(selector)
        assert found is not None, selector
        return found


TO_THE_NAME = ("Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes")
TO_THE_READ_BACK = (*TO_THE_NAME, "Sam", "Email", "Done", "sam@example.org", "Check and send now")


async def visitor_at(folder: Path, *steps: str, languages: tuple[str, ...] = ("en",)) -> tuple[Stage, Visitor]:
    """A stage, and somebody who has come this far on it."""
    stage = Stage(folder, languages=languages)
    visitor = Visitor(open_chat(stage))
    await visitor.open()
    await visitor.go(*steps)
    return stage, visitor
