"""A message on its way out, or a deletion: sealed with its address, so that a stolen outbox says nothing."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from bot.messages import Button, Document, Reply, Row
from content.words import REFERENCE
from policy.chat_messages import Stays
from storage.outbox import Letter
from storage.sealing import Keys, seal, unseal

PURPOSE = "outbox"
PURPOSE_OF_DELETION = "outbox deletion"
DELETIONS = "telegram_delete"
"""The channel of the outbox by which messages of a chat leave again, so that what is said does not wait for them."""
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply and where it goes."""

    address: str = field(repr=False)
    reply: Reply
    stays: Stays = "soon"
    """How long it stays where it goes, if that is a chat."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """Messages that are to go from a chat, and what is said after that."""

    address: str = field(repr=False)
    messages: tuple[int, ...] = field(repr=False)
    then: Reply | None = None
    otherwise: Reply | None = None
    """Said instead where they could not be deleted."""
    stays: Stays = "soon"


def lock(outgoing: Outgoing, channel: str, person: bytes, keys: Keys) -> Letter:
    """The message as it waits in the outbox. What is written in one commit has one salt, and so one key."""
    data = [outgoing.address, _as_data(outgoing.reply), outgoing.stays]
    plain = _JSON.encode(data).encode()
    return Letter(channel, person, keys.salt, seal(keys.of(keys.salt, PURPOSE), plain, PURPOSE))


def lock_deletion(deletion: Deletion, person: bytes, keys: Keys) -> Letter:
    """The deletion as it waits in the outbox."""
    said = [_as_data(each) if each else None for each in (deletion.then, deletion.otherwise)]
    plain = _JSON.encode([deletion.address, deletion.messages, *said]).encode()
    key = keys.of(keys.salt, PURPOSE_OF_DELETION)
    return Letter(DELETIONS, person, keys.salt, seal(key, plain, PURPOSE_OF_DELETION))


def unlock(letter: Letter, keys: Keys) -> Outgoing:
    """The message that waited. Raises storage.sealing.SealBroken when it is not whole."""
    address, data, *stays = json.loads(unseal(keys.of(letter.salt, PURPOSE), letter.message, PURPOSE))
    return Outgoing(address, _from_data(data), *stays)


def unlock_deletion(letter: Letter, keys: Keys) -> Deletion:
    """The deletion that waited. Raises storage.sealing.SealBroken when it is not whole."""
    key = keys.of(letter.salt, PURPOSE_OF_DELETION)
    address, messages, *said = json.loads(unseal(key, letter.message, PURPOSE_OF_DELETION))
    then, otherwise = (_from_data(each) if each else None for each in said)
    return Deletion(address, tuple(messages), then, otherwise)


def _as_data(reply: Reply) -> list[Any]:
    return [
        reply.text,
        reply.options,
        reply.standing,
        reply.rows,
        reply.asks,
        reply.typed,
        reply.edits,
        reply.language,
        _document(reply.document) if reply.document else None,
    ]


def _from_data(data: list[Any]) -> Reply:
    text, options, standing, rows, asks, typed, edits, *later = data
    # A letter from before there were these has neither.
    language = later[0] if later else REFERENCE
    file = later[1] if len(later) > 1 else None
    return Reply(
        text,
        tuple(map(Button._make, options)),
        tuple(map(Button._make, standing)),
        tuple(Row(short, answer, Button(*change)) for short, answer, change in rows),
        asks,
        typed,
        edits,
        language,
        Document(file[0], file[1], b64decode(file[2]), *file[3:]) if file else None,
    )


def _document(document: Document) -> list[Any]:
    content = b64encode(document.content).decode()
    return [document.name, document.media_type, content, document.is_sheet, document.is_private]
