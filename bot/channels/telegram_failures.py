"""What a failed call to the Bot API means for the message, and for who runs the bot. Rules only, no calls."""

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.posting.not_sent import Doubtful, Later, NotSent, Refused

NOTHING_CHANGED = "message is not modified"
CANNOT_BE_EDITED = ("message to edit not found", "message can't be edited", "message_id_invalid")
PERSON_IS_GONE = (
    "chat not found",
    "user is deactivated",
    "user not found",
    "peer_id_invalid",
    "have no rights to send",
)


class WrongToken(Exception):
    """Telegram knows no bot of this token."""


class OtherPoller(Exception):
    """Somebody else fetches with this token: another process, or a webhook."""


def failure(error: Exception) -> NotSent:
    """What a failure means for the message."""
    match error:
        case TelegramRetryAfter():
            return Later(float(error.retry_after))
        case TelegramForbiddenError():
            return Refused("Blocked", all_of_person=True)
        case TelegramBadRequest():
            gone = any(each in error.message.lower() for each in PERSON_IS_GONE)
            return Refused("Gone" if gone else "BadRequest", all_of_person=gone)
        case TelegramEntityTooLarge():
            return Refused("TooLarge")
        case TelegramUnauthorizedError() | TelegramNotFound() | TelegramConflictError():
            return Later(60.0)
        case TelegramNetworkError() if isinstance(error.__cause__, (ClientConnectorError, ConnectionTimeoutError)):
            return Later()
        case TelegramServerError() | ClientDecodeError():
            # An answer came, and it was no yes: an outage of minutes must not cost anybody their reply.
            return Later()
        case TelegramNetworkError() | TelegramAPIError():
            return Doubtful()
    return Refused(type(error).__name__)


def trouble(error: Exception) -> str:
    """What the operator's log says of it."""
    match error:
        case WrongToken():
            return "Telegram does not know this bot token (CAIRN_BOT_TOKEN); trying again every minute"
        case OtherPoller():
            return "another process or a webhook fetches with this bot token; trying again"
        case NotSent():
            return "Telegram does not answer; trying again"
    return "the Telegram channel stumbled over a fault of its own; trying again"
