"""Replies as the Bot API takes them: texts short enough, buttons in rows. Pure; plain data, no library.

Always silent, never forwarded, never with a preview: a message of ours may be seen by somebody else.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.messages import Button, Document, Reply

MOST_UNITS = 4000
"""UTF-16 units in one message. Telegram takes 4096 of them; some room is left."""
LAST_ROW = ("_stop", "_help")
BREAKS = ("\n\n", "\n", " ")

Payload = dict[str, Any]

_DISCREET: Payload = {"link_preview_options": {"is_disabled": True}}
_NEW: Payload = {"protect_content": True, "disable_notification": True}


def sends(address: str, reply: Reply) -> list[Payload]:
    """What sendMessage takes, a message each, in order; the buttons are on the last."""
    texts = split(reply.text)
    payloads = [notice(address, text) for text in texts]
    rows = keyboard(reply)
    if rows:
        payloads[-1]["reply_markup"] = {"inline_keyboard": rows}
    return payloads


def notice(address: str, text: str) -> Payload:
    """What sendMessage takes for a sentence without buttons."""
    return {"chat_id": int(address), "text": text, **_DISCREET, **_NEW}


def attachment(address: str, document: Document) -> Payload:
    """What sendDocument takes. A file is there to be saved; with somebody's words in it, it is protected."""
    protected = {"protect_content": True} if document.is_private else {}
    return {"chat_id": int(address), "document": document, "disable_notification": True, **protected}


def edit(address: str, reply: Reply) -> Payload | None:
    """What editMessageText takes; None where the reply is a new message, or does not fit into one."""
    if reply.edits is None or not reply.edits.isdecimal() or units(reply.text) > MOST_UNITS:
        return None
    payload: Payload = {"chat_id": int(address), "message_id": int(reply.edits), "text": reply.text, **_DISCREET}
    rows = keyboard(reply)
    if rows:
        payload["reply_markup"] = {"inline_keyboard": rows}
    return payload


def keyboard(reply: Reply) -> list[list[Payload]]:
    """The buttons in rows: options, changes of the read-back, then what belongs to every step, Stop and help last."""
    columns = _columns([button.label for button in reply.options])
    standing = [each for each in reply.standing if each.option not in LAST_ROW]
    last = [each for each in reply.standing if each.option in LAST_ROW]
    return [
        *_rows(reply.options, columns, numbered=True),
        *_rows([row.change for row in reply.rows], 3),
        *_rows(standing, 3),
        *_rows(last, 3),
    ]


def split(text: str) -> list[str]:
    """The text in pieces of at most MOST_UNITS, broken between paragraphs, else lines, else words, else anywhere."""
    pieces = []
    rest = text
    while units(rest) > MOST_UNITS:
        longest = _prefix(rest)
        at = next((found for mark in BREAKS if (found := longest.rfind(mark)) > 0), len(longest))
        piece, rest = rest[:at].rstrip(), rest[at:].lstrip()
        if piece:
            pieces.append(piece)
    return [*pieces, rest] if rest or not pieces else pieces


def units(text: str) -> int:
    """UTF-16 units, in which Telegram measures: two for most emoji."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _prefix(text: str) -> str:
    """As much of the beginning as fits."""
    room = MOST_UNITS
    for at, character in enumerate(text):
        room -= 2 if character > "\uffff" else 1
        if room < 0:
            return text[:at]
    return text


def _columns(labels: Sequence[str]) -> int:
    longest = max(map(len, labels), default=0)
    if longest > 24:
        return 1
    return 3 if longest <= 10 else 2


def _rows(buttons: Iterable[Button], columns: int, *, numbered: bool = False) -> list[list[Payload]]:
    keys: list[Payload] = [{"text": _label(each, numbered), "callback_data": each.data} for each in buttons]
    return [keys[at : at + columns] for at in range(0, len(keys), columns)]


def _label(button: Button, numbered: bool) -> str:
    number = f"{button.number} · " if numbered and button.number is not None else ""
    return f"{'✓ ' if button.chosen else ''}{number}{button.label}"
