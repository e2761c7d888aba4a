"""What a browser sends: its cookie, the turn of its page, what was pressed or typed. Read, never trusted."""

import hmac
import re
import secrets as randomness
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

MOST_BYTES = 64 * 1024
MOST_FIELDS = 8
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # 16 random bytes in URL-safe base64


class TooBig(Exception):
    """More came than any answer can be."""


class FromElsewhere(Exception):
    """Another website had the browser send this."""


@dataclass(frozen=True, slots=True)
class Post:
    """A form that was sent."""

    turn: str
    kind: Literal["press", "text"]
    said: str = field(repr=False)

    @property
    def fields(self) -> dict[str, str]:
        """The same form again, to be sent once more."""
        return {"turn": self.turn, self.kind: self.said}


class Cookie:
    """The one cookie: a random token, kept until the browser is closed, out of reach of scripts and other sites."""

    def __init__(self, secure: bool) -> None:
        self.secure = secure
        # The prefix makes browsers refuse it unless it came over https from this very host.
        self.name = "__Host-page" if secure else "page"

    def new(self) -> str:
        """A token of 128 random bits."""
        return randomness.token_urlsafe(16)

    def of(self, request: Request) -> str | None:
        """The token the browser sent, if it is one of ours in form."""
        token = request.cookies.get(self.name, "")
        return token if TOKEN.fullmatch(token) else None

    def give(self, response: Response, token: str) -> None:
        """Lax, not Strict: with Strict, following a link to the chat would lose the place one had in it."""
        response.set_cookie(self.name, token, path="/", secure=self.secure, httponly=True, samesite="lax")

    def take(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")


def preferred_language(request: Request) -> str | None:
    """The language a browser asks for first: a suggestion only."""
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
    return first if LANGUAGE.fullmatch(first) else None


def new_turn(token: str) -> str:
    """Names one showing of the page, so that a form sent twice acts once. Made from this browser's token."""
    name = randomness.token_urlsafe(16)
    return f"{name}.{_mark(name, token)}"


def is_turn_of(turn: str, token: str) -> bool:
    """Whether this turn was made for this token. Raises nothing, whatever it is given."""
    name, _, mark = turn.partition(".")
    return TOKEN.fullmatch(name) is not None and hmac.compare_digest(mark.encode(), _mark(name, token).encode())


async def read(request: Request) -> Post:
    """The form in this request. Raises TooBig and FromElsewhere."""
    if not _is_from_here(request):
        raise FromElsewhere
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise TooBig
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise TooBig from None
    turn = fields.get("turn", [""])[-1]
    if "press" in fields:
        return Post(turn, "press", fields["press"][-1])
    return Post(turn, "text", fields.get("text", [""])[-1].replace("\r\n", "\n"))


def _mark(name: str, token: str) -> str:
    return hmac.digest(token.encode(), name.encode(), "sha256").hex()[:32]


def _is_from_here(request: Request) -> bool:
    """As the browser tells. Under no-referrer an honest form has the origin "null", so that alone says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    return origin == "null" or origin.partition("://")[2] == request.headers.get("host")
