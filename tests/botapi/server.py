"""The HTTP face: takes calls as api.telegram.org does, lets faults strike, writes the log."""

import asyncio
import inspect
import random
from collections.abc import Iterable

from aiohttp import web

from . import control, methods_about, methods_files  # noqa: F401 (each registers its methods)
from .bots import Bot, Bots
from .calls import Call, CallLog
from .clock import Clock
from .encoding import Parameters, encode, read_parameters
from .faults import Fault, Faults
from .groups import Group, new_group
from .methods import METHODS, Context
from .pace import COUNTED, Pace
from .people import Person
from .refusals import LATE_ANSWER, RefusalError, bad_request, flood, forbidden
from .webhooks import Webhooks
from .world import World

_JSON = {"Content-Type": "application/json"}
_BROKEN = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"


class BotApi:
    """A Telegram of one's own: see the package's docstring for its verbs."""

    def __init__(
        self,
        *,
        tokens: Iterable[str] | None = None,
        clock: Clock | None = None,
        seed: int = 1,
        quirks: bool = False,
        paced: bool = False,
        answer_window: float = 15.0,
        webhook_delay: float = 1.0,
    ) -> None:
        self.clock = clock or Clock()
        rng = random.Random(seed)
        self.bots = Bots(self.clock, rng, None if tokens is None else list(tokens), quirks)
        self.world = World(self.clock, rng, self.bots, answer_window)
        self.calls = CallLog()
        self.url = ""
        self._pace = Pace() if paced else None
        self._context = Context(self.world, Webhooks(self.clock, self._answer, webhook_delay))
        self._stopping = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    @property
    def faults(self) -> Faults:
        return self.world.faults

    def bot(self, token: str) -> Bot:
        """The bot of this token, made known if new."""
        return self.bots.add(token)

    def person(self, number: int | None = None, name: str | None = None, *, bot: Bot | str | None = None) -> Person:
        """A new person (or the one of this id) who talks to `bot` unless told otherwise."""
        person = self.world.person(number, name)
        if bot is not None:
            person.bot = self.bots.find(bot)
        return person

    def group(
        self, title: str = "Made-up group", people: Iterable[Person] = (), bots: Iterable[Bot] = (), forum: bool = False
    ) -> Group:
        """A supergroup; its bots are administrators."""
        return new_group(self.world, title, people, bots, forum)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> "BotApi":
        """Listen; port 0 takes any free one. The address is `url`. After `stop` the same world can be started again."""
        server = web.Server(self._handle, access_log=None)
        self._stopping.clear()
        self._runner = web.ServerRunner(server, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound_host, bound_port = self._runner.addresses[0][:2]
        self.url = f"http://{bound_host}:{bound_port}"
        return self

    async def stop(self) -> None:
        self._stopping.set()
        for bot in self.bots.by_token.values():
            bot.queue.end_poll()
        await self._context.webhooks.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> "BotApi":
        return await self.start()

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            token, _, name = path[4:].partition("/")
            try:
                return await self._serve(request, self.bots.calling(token), name)
            except RefusalError as refusal:
                return _json(refusal.envelope(), refusal.code)
        if path.startswith("/_world/"):
            return await control.handle(self, request, path.removeprefix("/_world/"))
        return _json(RefusalError(404, "Not Found").envelope(), 404)

    async def _serve(self, request: web.BaseRequest, bot: Bot, name: str) -> web.StreamResponse:
        parameters = await read_parameters(request)
        call = self.calls.open(self.clock.now(), bot.id, name, parameters)
        fault = self.faults.on_call(bot.id, name, parameters)
        if fault is not None and (struck := await self._strike(request, call, fault)) is not None:
            return struck
        try:
            body = await self._perform(bot, name, parameters)
        except RefusalError as refusal:
            self.calls.close(call, refusal.code, refusal.description)
            return _json(refusal.envelope(), refusal.code)
        if fault is not None and fault.kind == "drop_after":
            return self._cut(request, call, fault)
        self.calls.close(call, 200)
        return web.Response(body=body, headers=_JSON)

    async def _perform(self, bot: Bot, name: str, parameters: Parameters) -> bytes:
        """Carry out a method; the body of a good answer."""
        lower = name.lower()
        function = METHODS.get(lower)
        if function is None:
            raise RefusalError(501, f"Not Implemented: the stand-in does not know {name}")
        if self._pace is not None and lower in COUNTED:
            wait = self._pace.admit(bot.id, parameters.integer("chat_id"), self.clock.now())
            if wait:
                raise flood(wait)
        result = function(self._context, bot, parameters)
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, methods_about.RawUpdates):
            return b'{"ok":true,"result":[' + b",".join(result) + b"]}"
        return b'{"ok":true,"result":' + encode(result) + b"}"

    async def _answer(self, bot: Bot, name: str, parameters: Parameters) -> None:
        """A call made in a webhook's reply."""
        call = self.calls.open(self.clock.now(), bot.id, name, parameters)
        try:
            await self._perform(bot, name, parameters)
        except RefusalError as refusal:
            self.calls.close(call, refusal.code, refusal.description)
        else:
            self.calls.close(call, 200)

    async def _strike(self, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse | None:
        """What a fault does before the effect; None lets the call go on."""
        refusals = {
            "flood": flood(fault.retry_after),
            "forbidden": forbidden(fault.description or "bot was blocked by the user"),
            "refused": RefusalError(fault.code, fault.description),
            "late_answer": bad_request(LATE_ANSWER),
        }
        if fault.kind in refusals:
            refusal = refusals[fault.kind]
            self.calls.close(call, refusal.code, refusal.description)
            return _json(refusal.envelope(), refusal.code)
        if fault.kind == "broken":
            self.calls.close(call, fault.code)
            page = _BROKEN.format(f"{fault.code} Bad Gateway")
            return web.Response(text=page, status=fault.code, content_type="text/html")
        if fault.kind in ("hang", "slow"):
            await self._wait(fault.seconds)
        if fault.kind in ("hang", "drop_before"):
            return self._cut(request, call, fault)
        return None

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _cut(self, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
        self.calls.close(call, fault.kind)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


def _json(thing: object, status: int) -> web.Response:
    return web.Response(body=encode(thing), status=status, headers=_JSON)
