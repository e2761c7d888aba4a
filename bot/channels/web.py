"""The web chat: one page, one address, one cookie. Reads what a browser sends and shows what lies ready.

Nothing is decided here. Nothing a person says may stand in an address, a log, the browser's history or its storage, and
everything works without a script.
"""

import secrets as randomness
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channels.web_headers import SafeHeaders
from bot.channels.web_pages import FILES, Pages
from bot.channels.web_posts import Cookie, FromElsewhere, TooBig, is_turn_of, new_turn, preferred_language, read
from bot.intake import Intake
from bot.messages import Inbound, Reply
from bot.reading import command
from bot.referrals import files
from storage import seen_updates

EXIT_URL = "https://www.bbc.co.uk/weather"
"""Where Leave leads: harmless, well known, and looked at every day."""
CHANNEL = "web"
LONGEST_LINK = 64

log = structlog.get_logger("web")
Endpoint = Callable[[Request], Awaitable[Response]]


def _at_this_moment() -> datetime:
    return datetime.now(UTC)


def create_app(
    intake: Intake, *, secure: bool, exit_url: str = EXIT_URL, now: Callable[[], datetime] = _at_this_moment
) -> Starlette:
    """The web chat as an ASGI application.

    `secure`: it is reached over https, so its cookie may be bound to that. `now` gives the aware time of the moment.
    """
    chat = WebChat(intake, Cookie(secure), exit_url, now)
    return Starlette(
        routes=[
            Route("/", chat.kindly(chat.look), methods=["GET"]),
            Route("/", chat.kindly(chat.take), methods=["POST"]),
            Route("/go/{token}", chat.kindly(chat.arrive), methods=["GET"]),
            Route("/cleared", chat.kindly(chat.cleared), methods=["GET"]),
            Route("/privacy/{language}", chat.kindly(chat.privacy), methods=["GET"]),
            Route("/leave", chat.kindly(chat.leave), methods=["GET"]),
            Route("/file", chat.kindly(chat.file), methods=["GET"]),
            Route("/live", live, methods=["GET"]),
            Route("/ready", chat.ready, methods=["GET"]),
            *(Route(path, file, methods=["GET"]) for path, file in FILES.items()),
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={404: chat.not_found, 405: chat.not_found},
    )


async def live(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


class WebChat:
    """What each address of the web chat does."""

    def __init__(self, intake: Intake, cookie: Cookie, exit_url: str, now: Callable[[], datetime]) -> None:
        self.intake = intake
        self.cookie = cookie
        self.exit_url = exit_url
        self.now = now
        self.pace = intake.new_pace()
        self.pages = Pages(intake.language, intake.engine.flows)

    def kindly(self, endpoint: Endpoint) -> Endpoint:
        """The same, but what fails is told in plain words and logged by its class alone."""

        @wraps(endpoint)
        async def kind(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Exception as error:
                log.error("page failed", fault=type(error).__name__)
                return self.pages.trouble("failed", 503)

        return kind

    async def look(self, request: Request) -> Response:
        """The page as it stands for whoever looks; with no state yet, a new conversation."""
        if request.method == "HEAD":
            return Response()
        token = self.cookie.of(request) or self.cookie.new()
        replies = await run_in_threadpool(self._screen, token, preferred_language(request))
        page = self.pages.chat(replies, new_turn(token))
        self.cookie.give(page, token)
        return page

    async def take(self, request: Request) -> Response:
        """A press or typed words: acted on once, then the page anew."""
        try:
            post = await read(request)
        except FromElsewhere:
            return self.pages.trouble("from_elsewhere", 403)
        except TooBig:
            return self.pages.trouble("too_big", 413)
        token = self.cookie.of(request)
        if token is None:
            return self.pages.trouble("no_cookie", 400)
        inbound = Inbound(CHANNEL, post.turn, token, post.kind, post.said)
        if self.pace.take(inbound, self.now()) is not inbound:
            return self.pages.trouble("too_fast", 429, again=post.fields)
        if is_turn_of(post.turn, token):
            try:
                await run_in_threadpool(self._handle, inbound)
            except Exception as error:
                log.error("page failed", fault=type(error).__name__)
                return self.pages.trouble("failed", 503, again=post.fields)
            if self._is_clear(inbound):
                return self._forgotten(request, "/cleared")
        return RedirectResponse("/", status_code=303)

    async def arrive(self, request: Request) -> Response:
        """In by a link from Telegram. It leads on at once, so that what it carries is no page to come back to."""
        away = RedirectResponse("/", status_code=303)
        if request.method != "HEAD":
            token, update = self.cookie.new(), randomness.token_urlsafe(16)
            carried = request.path_params["token"][:LONGEST_LINK]
            arrival = Inbound(CHANNEL, update, token, "link", carried, language=preferred_language(request))
            await run_in_threadpool(self._handle, arrival)
            self.cookie.give(away, token)
        return away

    async def cleared(self, _request: Request) -> Response:
        """What is left of a chat that was cleared."""
        return self.pages.cleared()

    async def privacy(self, request: Request) -> Response:
        """The whole privacy notice. Reading it changes nothing in the chat."""
        page = self.pages.privacy(request.path_params["language"], self.intake.service.values)
        return page or self.pages.trouble("not_found", 404)

    async def leave(self, request: Request) -> Response:
        """Out at once: the cookie goes, and what the browser keeps of this address."""
        if request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}:
            return self._forgotten(request, self.exit_url)
        return RedirectResponse(self.exit_url, status_code=303)

    async def file(self, request: Request) -> Response:
        """The file that goes with the messages on the page, to be saved."""
        token = self.cookie.of(request)
        ready = await run_in_threadpool(self.intake.screen, CHANNEL, token) if token else []
        document = next((reply.document for reply in reversed(ready) if reply.document), None)
        if document is None:
            return self.pages.trouble("not_found", 404)
        document = await run_in_threadpool(files.made, document)
        headers = {"Content-Disposition": f'attachment; filename="{document.name}"'}
        return Response(document.content, media_type=document.media_type, headers=headers)

    async def ready(self, _request: Request) -> Response:
        """Whether the next person can be served: the database takes a write (which is then undone)."""
        try:
            await run_in_threadpool(self._try_writing)
        except Exception as error:
            log.error("not ready", fault=type(error).__name__)
            return PlainTextResponse("not ready", status_code=503)
        return PlainTextResponse("ok")

    async def not_found(self, _request: Request, _error: Exception) -> Response:
        """There is one page only."""
        return self.pages.trouble("not_found", 404)

    def _is_clear(self, inbound: Inbound) -> bool:
        """Whether this cleared the chat, in whichever language that is held."""
        spoken = self.intake.engine.spoken
        return any(command(inbound, spoken.words(each)) == "clear" for each in spoken.offered)

    def _forgotten(self, request: Request, leads_to: str) -> Response:
        """Away from the chat, which this browser then knows nothing of."""
        away = RedirectResponse(leads_to, status_code=303)
        self.cookie.take(away)
        # Chromium may hang for many seconds over "cache" (crbug.com/40233601); nothing of ours is in it (no-store).
        # To other browsers it also means the page kept for going back, and the picture taken of it.
        chromium = "sec-ch-ua" in request.headers
        away.headers["Clear-Site-Data"] = '"storage"' if chromium else '"cache", "storage"'
        return away

    def _screen(self, token: str, preferred: str | None) -> list[Reply]:
        replies = self.intake.screen(CHANNEL, token)
        if not replies:  # new here, or away so long that what lay ready was taken away
            self._handle(Inbound(CHANNEL, randomness.token_urlsafe(16), token, "open", language=preferred))
            replies = self.intake.screen(CHANNEL, token)
        return replies

    def _handle(self, inbound: Inbound) -> None:
        self.intake.handle([inbound], self.now())

    def _try_writing(self) -> None:
        with self.intake.database.begin() as tx:
            seen_updates.add(tx, "ready", {randomness.token_hex(8): None}, self.now().timestamp())
            tx.rollback()
