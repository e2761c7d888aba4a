"""What one fetch brought, sorted by what is to be done about it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.telegram_updates import Ignored, album_of, press_id, read
from bot.messages import Inbound


@dataclass(slots=True)
class Batch:
    """What one fetch brought, sorted by what is to be done."""

    inbounds: list[Inbound] = field(default_factory=list)
    presses: list[str] = field(default_factory=list, repr=False)
    """Ids under which Telegram waits for button presses to be answered."""
    strangers: set[str] = field(default_factory=set, repr=False)
    """Group chats in which a command was given."""
    blocked: set[str] = field(default_factory=set, repr=False)
    """People whose last word was to block the bot."""
    unblocked: set[str] = field(default_factory=set, repr=False)
    """People whose last word about that was to let the bot in again."""
    albums: set[str] = field(default_factory=set, repr=False)
    faults: list[str] = field(default_factory=list)
    """Classes of errors of updates that nothing could be made of."""
    last: int | None = None
    """The highest update id."""


def read_batch(updates: Sequence[Any], username: str = "", albums: Collection[str] = ()) -> Batch:
    """Sort what a fetch brought. Of an album only the first picture is heard; `albums` names those answered before."""
    batch = Batch()
    for update in updates:
        number = _number(update)
        if number is None:
            batch.faults.append("NoUpdateId")
            continue
        batch.last = max(number, batch.last or number)
        press = press_id(update)
        if press is not None:
            batch.presses.append(press)
        _sort(batch, read(update, username), album_of(update), albums)
    return batch


def _sort(batch: Batch, came: Inbound | Ignored, album: str | None, albums: Collection[str]) -> None:
    if isinstance(came, Inbound):
        batch.blocked.discard(came.address)
        was_told = album is not None and (album in albums or album in batch.albums)
        batch.inbounds.append(replace(came, kind="unheard") if was_told else came)
        if album is not None:
            batch.albums.add(album)
    elif came.why == "unreadable":
        batch.faults.append(came.fault or "")
    elif came.address is not None:
        if came.why == "command_in_group":
            batch.strangers.add(came.address)
        elif came.why == "blocked":
            batch.blocked.add(came.address)
            batch.unblocked.discard(came.address)
        else:
            batch.blocked.discard(came.address)
            batch.unblocked.add(came.address)


def _number(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return number if isinstance(number, int) else None
