"""What the Bot API says when it says no: the error and the texts that more than one method uses."""

from typing import Any


class RefusalError(Exception):
    """An error envelope: `code` is HTTP status and error_code; `parameters` holds retry_after or migrate_to_chat_id."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        envelope: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            envelope["parameters"] = self.parameters
        return envelope


def bad_request(text: str, **parameters: int) -> RefusalError:
    return RefusalError(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str = "bot was blocked by the user") -> RefusalError:
    return RefusalError(403, f"Forbidden: {text}")


def flood(retry_after: int) -> RefusalError:
    return RefusalError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def conflict(text: str) -> RefusalError:
    return RefusalError(409, f"Conflict: {text}")


OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
LATE_ANSWER = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
