"""Making pages: templates, the words and times they show, and the headers every answer carries.

Here may live what turns values into HTML. Nothing here decides who may see them.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from content import words as content_words
from desk.desk import Desk
from desk.visit import SignedIn
from policy.safe_contact import Window

FOLDER = Path(__file__).parent
FILE = "desk"
HERE = ZoneInfo("Europe/London")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Source: OWASP ASVS 5.0, 3.4 (browser security headers) and 14.2 (nothing sensitive is kept in caches)."""
WITH_SCRIPT = HEADERS["Content-Security-Policy"] + "; script-src 'self'; require-trusted-types-for 'script'"
"""For the pages where a passkey can be used, since no browser has passkeys without a script, and where what is being
written saves itself (`with_saving`)."""
HSTS = "max-age=31536000; includeSubDomains"


class Headers:
    """Puts the headers on every answer, those to mistakes too."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self.app = app
        self.headers = HEADERS | ({"Strict-Transport-Security": HSTS} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({name: value for name, value in self.headers.items() if name not in headers})
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def page(desk: Desk, template: str, status: int = 200, **values: Any) -> Response:
    """A page for somebody who is not signed in, or of whom that does not matter."""
    moment = desk.now()
    given = {
        "now": moment,
        "visit": None,
        "settings": desk.settings,
        "say": _say(desk),
        "say_or": _say_or(desk),
        "option": lambda name: desk.words.find("common", f"options.{name}") or name,
        **values,
    }
    return HTMLResponse(templates().get_template(template).render(given), status)


def member_page(visit: SignedIn, template: str, status: int = 200, **values: Any) -> Response:
    """A page for a member of staff: with their name, the ways to other pages, and the token for forms."""
    return page(visit.desk, template, status, visit=visit, **values)


def with_script(response: Response) -> Response:
    """The same page, which may load a script of the desk."""
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


def with_saving(response: Response) -> Response:
    """The same page, whose script sends to the desk what is being written, and nowhere else."""
    response.headers["Content-Security-Policy"] = f"{WITH_SCRIPT}; connect-src 'self'"
    return response


def refusal(desk: Desk, reason: str, status: int) -> Response:
    """A page that says, in words kept under `refusals`, why nothing was done."""
    return page(desk, "refusal.html", status, reason=reason)


def member_refusal(visit: SignedIn, reason: str, status: int) -> Response:
    """The same for a member of staff, with the ways to other pages."""
    return member_page(visit, "refusal.html", status, reason=reason)


@cache
def templates() -> Environment:
    """All templates. A value a template does not know is an error, and every value is escaped."""
    found = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["here"] = here
    found.filters["stretch"] = stretch
    found.filters["language_name"] = lambda code: content_words.names().get(code, code)
    return found


def here(at: float | datetime) -> datetime:
    """A moment (UTC seconds, or aware) on the clock on the wall here."""
    moment = datetime.fromtimestamp(at, UTC) if isinstance(at, float | int) else at
    return moment.astimezone(HERE)


def iso(at: float) -> str:
    """A moment (UTC seconds) in ISO 8601, with its offset."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def end_of(day: date) -> datetime:
    """The last moment of a day on the clock on the wall here."""
    return datetime.combine(day, time.max, HERE)


def stretch(window: Window) -> str:
    """A stretch of time on the clock on the wall here: "Thursday 3 Dec, 11:00 to 13:00"."""
    start, end = here(window.start), here(window.end)
    return f"{start:%A %-d %b, %H:%M} to {end:%H:%M}"


def _say(desk: Desk) -> Callable[[str], str]:
    """The desk's own words by name, for templates."""
    return partial(desk.words.text, FILE)


def _say_or(desk: Desk) -> Callable[[str, str], str]:
    """The same for a name that may be newer than the words: then those of the second name."""
    return lambda key, otherwise: desk.words.find(FILE, key) or desk.words.text(FILE, otherwise)
