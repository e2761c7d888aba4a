"""`python -m demo`: starts everything and says where to look. Ctrl-C ends it, and nothing is left."""

import argparse
import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from rich.console import Console
from starlette.applications import Starlette

from demo.first_days import tell
from demo.frames import framed
from demo.page import create_app
from demo.world import World

console = Console(highlight=False)
HOST = "127.0.0.1"


@asynccontextmanager
async def playing(port: int) -> AsyncIterator[World]:
    """The demo while the block lasts: its page on `port`, the frames on the two ports after it."""
    page, web, desk = (f"http://{HOST}:{port + each}" for each in range(3))
    with tempfile.TemporaryDirectory(prefix="cairn-demo-") as folder:
        world = World(Path(folder))
        servers = []
        try:
            await world.open()
            await tell(world)
            apps = (create_app(world, web, desk), framed(world.web, page), framed(world.desk, page))
            servers = [await _listen(app, port + number) for number, app in enumerate(apps)]
            yield world
        finally:
            for server, task in servers:
                server.should_exit = True
                await task
            await world.close()


async def _listen(app: Starlette, port: int) -> tuple[uvicorn.Server, "asyncio.Task[None]"]:
    server = uvicorn.Server(uvicorn.Config(app, HOST, port, log_level="error", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():  # most likely the port is taken; it has said so
            raise SystemExit(1)
        await asyncio.sleep(0.02)
    return server, task


async def play(port: int) -> None:
    """Until Ctrl-C or SIGTERM; told sooner, it ends as soon as everything has started."""
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    console.print("Starting both sides, and a Telegram of their own …")
    async with playing(port):
        console.print(f"\nThe demo is at http://{HOST}:{port}\n")
        console.print("Nothing in it is real, nothing leaves this machine, and nothing is kept. Ctrl-C ends it.")
        await told.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8002, help="of the page; the two ports after it are used too (8002)"
    )
    asyncio.run(play(parser.parse_args().port))


if __name__ == "__main__":
    main()
