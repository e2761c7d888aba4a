"""The intake's process: the web chat, the Telegram channel when its token is set, the housekeeping, and what people are
told without asking, in one loop.
"""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
import uvicorn

from bot import assembly, housekeeping
from bot.cafes import cafe_news
from bot.channels.web import create_app
from bot.intake import Intake
from bot.posting import desk_receipts, desk_rounds
from policy.settings import Settings
from storage.database import Database
from storage.secrets import load_intake

log = structlog.get_logger("intake")
TIDY_SECONDS = 600
NEWS_SECONDS = 5
RECEIPT_SECONDS = 5
Now = Callable[[], datetime]
ROUND_SECONDS = 1.0


def _at_this_moment() -> datetime:
    return datetime.now(UTC)


async def serve(settings: Settings, now: Now = _at_this_moment) -> None:
    """Run until told to stop; then finish what was begun, and lose nothing. `now` gives the time, aware."""
    gc.freeze()  # all that is loaded by now stays; to look through it for garbage again and again costs a tenth of all
    database = Database(settings.database, settings.tombstones).open()
    intake = assembly.intake(settings, database, load_intake(settings.data_dir, settings.given_intake_secret))
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    tasks = [asyncio.create_task(each) for each in _tasks(settings, intake, database, stop, now)]
    gc.freeze()  # so do the words and the rules
    try:
        await asyncio.wait([*tasks, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        database.close()
    for task in tasks:
        if not task.cancelled() and task.exception() is not None:
            raise task.exception() or RuntimeError


def _tasks(
    settings: Settings, intake: Intake, database: Database, stop: asyncio.Event, now: Now
) -> Iterator[Coroutine[Any, Any, None]]:
    yield _web(settings, intake, stop, now)
    kept = timedelta(days=settings.cafe_days)
    yield _every(TIDY_SECONDS, "housekeeping", lambda: housekeeping.tidy(database, now(), kept, intake.standing))
    yield _every(NEWS_SECONDS, "news", lambda: cafe_news.tell(database, intake.secrets, now()))
    yield _every(ROUND_SECONDS, "round for the desk", lambda: desk_rounds.go_round(intake, now()))
    yield _every(RECEIPT_SECONDS, "receipts", lambda: desk_receipts.make(database, intake.secrets))
    if settings.bot_token is not None:
        # The library costs seconds and much memory, so it is imported only where its channel is on.
        from bot.channels.telegram import TelegramChannel  # noqa: PLC0415 (as above)

        yield TelegramChannel(intake, settings.bot_token.get_secret_value(), settings.bot_api_url, now).run()


async def _web(settings: Settings, intake: Intake, stop: asyncio.Event, now: Now) -> None:
    app = create_app(intake, secure=settings.web_url.startswith("https://"), now=now)
    config = uvicorn.Config(
        app,
        settings.web_host,
        settings.web_port,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    with contextlib.suppress(asyncio.CancelledError):
        serving = asyncio.create_task(server.serve())
        await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving


async def _every(seconds: float, name: str, do: Callable[[], object]) -> None:
    while True:
        try:
            await asyncio.to_thread(do)
        except Exception as error:  # a locked database passes; nobody is to lose their chat over it
            log.error(f"{name} failed", fault=type(error).__name__)
        await asyncio.sleep(seconds)
