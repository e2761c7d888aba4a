"""The page itself: replies laid out as cards, buttons and lines to type in; the files beside it. Escapes everything."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.flow import Flow
from bot.messages import Button, Reply
from bot.reading import MOST_CHARS
from bot.rendering import row_as_text
from bot.service_lines import PRIVACY, notice_language, service_lines
from bot.steps import Text
from content import words as content_words
from content.words import Words

HERE = Path(__file__).parent
PLACEHOLDER = re.compile(r"\{\w+\}")
# Where a standing button stands; those not named here stand quietly under the question.
FIRST = frozenset({"_done", "_start"})
ALWAYS = frozenset({"_stop", "_help"})
LONG_FROM = 120
"""Questions with room for this many characters get a box of several lines."""

Paragraphs = tuple[tuple[str, ...], ...]
"""Blocks of text, each of one line or more."""


@dataclass(frozen=True, slots=True)
class Card:
    """One message."""

    heading: str
    notes: Paragraphs = field(default=(), repr=False)
    """What comes before the question: why it is asked, what was not understood."""
    asked: str = ""
    more: Paragraphs = field(default=(), repr=False)
    has_file: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A line to type in, or a box of several."""

    lines: int = 1
    inputmode: str = "text"
    capitals: str = "sentences"
    most: int = MOST_CHARS


SECTIONS = (
    "who", "what", "why_we_may", "who_sees", "limits", "where", "telegram", "how_long", "rights", "no_machine",
    "taking_back", "complaints", "children", "changes",
)  # fmt: skip
"""Of the privacy notice. Source: UK GDPR articles 13 and 14; Data (Use and Access) Act 2025, on complaints."""
INPUT_MODES = {"phone": "tel", "email": "email"}


@cache
def templates() -> Environment:
    """All templates. A value a template does not know is an error, and every value is escaped."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Pages:
    """Makes every page of the web chat, in the language of what is said on it; `language` is what it starts in."""

    def __init__(self, language: str, flows: Mapping[str, Flow]) -> None:
        self.language = language
        self.flows = flows
        self._chat = templates().get_template("chat.html")
        self._cleared = templates().get_template("cleared.html")
        self._trouble = templates().get_template("trouble.html")
        self._privacy = templates().get_template("privacy.html")

    def chat(self, replies: Sequence[Reply], turn: str) -> Response:
        """The messages of the last turn; the last of them carries the question and its buttons."""
        last = replies[-1]
        words = content_words.load(last.language)
        return HTMLResponse(
            self._chat.render(
                **_around(words),
                turn=turn,
                cards=[card(reply, content_words.load(reply.language)) for reply in replies],
                rows=last.rows,
                options=last.options,
                several=any(each.option == "_done" for each in last.standing),
                first=_standing(last, lambda option: option in FIRST),
                quiet=_standing(last, lambda option: option not in FIRST | ALWAYS),
                always=_standing(last, lambda option: option in ALWAYS),
                asks=last.asks,
                typing=last.typed,
                field=field_of(last, self.flows),
            )
        )

    def cleared(self) -> Response:
        """What is left of a chat that was cleared: nothing that says what it was about."""
        return HTMLResponse(self._cleared.render(**_around(content_words.load(self.language))))

    def privacy(self, language: str, settings: Mapping[str, str]) -> Response | None:
        """The whole privacy notice in this language; None where it is not written in it."""
        if language not in content_words.languages() or notice_language(language) != language:
            return None
        words = content_words.load(language)
        lines = service_lines(settings, words)
        page = self._privacy.render(
            **_around(words),
            sections=SECTIONS,
            notice=lambda key: words.fill(words.text(PRIVACY, key), lines),
        )
        return HTMLResponse(page)

    def trouble(self, name: str, status: int, again: Mapping[str, str] | None = None) -> Response:
        """What is in the way, in plain words, with the emergency number; `again` is the form to send once more."""
        page = self._trouble.render(**_around(content_words.load(self.language)), trouble=name, again=again or {})
        return HTMLResponse(page, status_code=status, headers={"Retry-After": "60"} if status == 429 else None)


def _around(words: Words) -> dict[str, Any]:
    """The fixed words of a page, and how they run."""
    return {
        "language": words.language,
        "direction": words.direction,
        "notice_language": notice_language(words.language),
        "say": lambda key: words.text("web", key),
        "device": words.text("web", "device.text").split("\n\n"),
        "emergency": words.common("help.head").split("\n\n"),
    }


def card(reply: Reply, words: Words) -> Card:
    """A message taken apart: its first line, what comes before the question, the question, what comes after."""
    heading, _, body = reply.text.partition("\n\n")
    body = body.removesuffix(_rows_as_text(reply, words))
    found = _find_question(reply.asks, body, words) if reply.asks else None
    if found is None:
        return Card(heading, more=_paragraphs(body), has_file=reply.document is not None)
    asked, *more = _paragraphs(found[0])
    return Card(
        heading, _paragraphs(body[: found.start()]), "\n".join(asked), (*more, *_paragraphs(body[found.end() :]))
    )


def field_of(reply: Reply, flows: Mapping[str, Flow]) -> Field:
    """The line to type in that fits the question. It cuts nothing short: the core says kindly what is too long."""
    steps = (flow.by_name.get(reply.asks or "") for flow in flows.values())
    step = next((each for each in steps if isinstance(each, Text)), None) if reply.typed else None
    if step is None:
        return Field()
    if step.reads in INPUT_MODES:
        return Field(inputmode=INPUT_MODES[step.reads], capitals="none")
    return Field(lines=4 if step.max_chars >= LONG_FROM else 1)


def _find_question(step: str, body: str, words: Words) -> re.Match[str] | None:
    patterns = (_pattern(words.find(file, f"{step}.ask")) for file in words.files)
    found = (pattern.search(body) for pattern in patterns if pattern)
    return next((match for match in found if match), None)


@cache
def _pattern(words: str | None) -> re.Pattern[str] | None:
    """Words with placeholders, as they look once these are filled."""
    if words is None:
        return None
    return re.compile("(?s:.*?)".join(re.escape(piece) for piece in PLACEHOLDER.split(words)))


def _rows_as_text(reply: Reply, words: Words) -> str:
    return "\n".join(row_as_text(row, words) for row in reply.rows)


def _paragraphs(text: str) -> Paragraphs:
    blocks = (block.strip() for block in text.split("\n\n"))
    return tuple(tuple(block.splitlines()) for block in blocks if block)


def _standing(reply: Reply, belongs: Callable[[str], bool]) -> list[Button]:
    return [each for each in reply.standing if belongs(each.option)]


def _file(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    content = (HERE / "static" / name).read_bytes()

    async def serve(_request: Request) -> Response:
        return Response(content, media_type=media_type)

    return serve


FILES = {
    "/page.css": _file("page.css", "text/css"),
    "/page.js": _file("page.js", "text/javascript"),
    "/icon.svg": _file("icon.svg", "image/svg+xml"),
}
