"""How both sides log: names of events and counts, never what somebody said, who they are, or a token."""

import logging
import sys
import traceback
from types import TracebackType

import structlog

# What these write at INFO holds addresses, and in them tokens.
TALKATIVE = ("httpx", "httpcore", "aiogram", "telegram", "apscheduler", "aiohttp", "uvicorn", "alembic", "asyncio")


def set_up() -> None:
    """Log to standard error, a line an event; an exception gives its class and place, not its words."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s", force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger().addFilter(_without_words)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_without_words)
    sys.excepthook = _say_where
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_classes,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def _without_words(record: logging.LogRecord) -> bool:
    """A library's exception may quote what it was given: keep only the class."""
    if record.exc_info and record.exc_info[0] is not None:
        record.msg, record.args = f"{record.name}: {record.exc_info[0].__name__}", ()
        record.exc_info = record.exc_text = None
    return True


def _say_where(kind: type[BaseException], _error: BaseException, where: TracebackType | None) -> None:
    """What ended the process: where, and the class. Not the error's own words, which may quote somebody."""
    sys.stderr.write("".join(traceback.format_tb(where)) + f"{kind.__name__}\n")


def _only_classes(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    for key in ("exc_info", "exception", "stack_info"):
        event.pop(key, None)
    return {key: type(value).__name__ if isinstance(value, BaseException) else value for key, value in event.items()}
