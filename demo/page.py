"""The page of the demo: two phones, the web chat and the desk side by side, and the hands of its clock."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from demo.world import COORDINATOR, HERE, PASSWORD, World

FOLDER = Path(__file__).parent
TEMPLATES = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined)


def create_app(world: World, web_frame: str, desk_frame: str) -> Starlette:
    """The page, and what its buttons do. The frames are addresses that this page may frame."""

    async def show(_request: Request) -> Response:
        values = {"web": web_frame, "desk": desk_frame, "behind_web": world.web, "behind_desk": world.desk}
        values |= {"name": COORDINATOR, "password": PASSWORD}
        return HTMLResponse(TEMPLATES.get_template("demo.html").render(values))

    async def now(_request: Request) -> Response:
        return JSONResponse(_state(world))

    async def say(request: Request) -> Response:
        asked = await _asked(request)
        await world.phones[asked["phone"]].say(str(asked["text"]))
        return JSONResponse(_state(world))

    async def tap(request: Request) -> Response:
        asked = await _asked(request)
        await world.phones[asked["phone"]].tap(int(asked["message"]), str(asked["data"]))
        return JSONResponse(_state(world))

    async def forward(request: Request) -> Response:
        world.forward((await _asked(request))["step"])
        return JSONResponse(_state(world))

    async def refuse(_request: Request, _error: Exception) -> Response:
        return Response("There is no such thing here.", 404)

    return Starlette(
        routes=[
            Route("/", show),
            Route("/now", now),
            Route("/say", say, methods=["POST"]),
            Route("/tap", tap, methods=["POST"]),
            Route("/forward", forward, methods=["POST"]),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        exception_handlers={LookupError: refuse, PermissionError: refuse, ValueError: refuse},
    )


async def _asked(request: Request) -> dict[str, Any]:
    """What the page asks for, in JSON: a form of another site could not send that."""
    if request.headers.get("content-type") != "application/json":
        raise ValueError("not JSON")
    asked = await request.json()
    if not isinstance(asked, dict):
        raise ValueError("no object")
    return asked


def _state(world: World) -> dict[str, Any]:
    moment: datetime = world.clock.now().astimezone(HERE)
    phones = {name: phone.shows() for name, phone in world.phones.items()}
    return {"time": f"{moment:%A %-d %B, %H:%M}", "code": world.code(), "phones": phones}
