"""Running the desk: what is opened before it starts, what is closed when it stops.

Here may live the life of the process's desk side. It stops cleanly on SIGTERM and SIGINT, with what it was doing done.
"""

import asyncio
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime

import uvicorn

from content import words
from desk.alerts.sweep import Sweep
from desk.app import create_app
from desk.desk import Desk
from desk.entrance import first_link
from policy.settings import Settings
from storage.database import Database
from storage.secrets import load_desk, make_data_dir

LAST_ANSWERS_SECONDS = 5


class Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: asyncio.Event | None) -> None:
        super().__init__(config)
        self._ready = ready

    def stop(self) -> None:
        """Answers what was asked already, then ends."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen."""
        await super().startup(sockets)
        if self._ready is not None and self.started:
            self._ready.set()


Now = Callable[[], datetime]


def _at_this_moment() -> datetime:
    return datetime.now(UTC)


async def serve(settings: Settings, now: Now = _at_this_moment, *, ready: asyncio.Event | None = None) -> None:
    """Runs the desk until it is told to stop; `ready` is set once it listens. `now` gives the aware time of the moment.

    Raises the errors of `open_desk`, before anything listens.
    """
    desk = open_desk(settings, now)
    sweep = Sweep(desk)
    server = Server(_config(desk), ready)
    for name in (signal.SIGTERM, signal.SIGINT):  # the server raises what stopped it once more: to here, not to the end
        asyncio.get_running_loop().add_signal_handler(name, server.stop)
    await sweep.start()
    try:
        await server.serve()
    finally:
        await sweep.stop()
        desk.database.close()


def open_desk(settings: Settings, now: Now = _at_this_moment) -> Desk:
    """The desk of these settings, with its tables, its secrets and a team key.

    Raises DatabaseError, SecretsError, ContentError and TeamKeyLost, each with words for the operator.
    """
    make_data_dir(settings.data_dir)
    database = Database(settings.database, settings.tombstones).open()
    first_link.ensure(database, settings.data_dir, now())
    return Desk(
        database, settings, load_desk(settings.data_dir, settings.given_desk_secret), words.load(words.REFERENCE), now
    )


def _config(desk: Desk) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(desk),
        host=desk.settings.desk_host,
        port=desk.settings.desk_port,
        access_log=False,  # a path may hold the token of a link
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
        lifespan="off",
    )
