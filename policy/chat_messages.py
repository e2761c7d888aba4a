"""How long messages stay in a person's chat with the bot, before they are deleted there on both sides. Pure.

Source: NNEDV Safety Net and the practice of helplines: what still stands in a chat is read by whoever holds the phone.
What somebody would rather keep, as evidence or to read again, is theirs to decide; so each chat has the choice.
"""

from datetime import timedelta
from typing import Final, Literal, get_args

Stays = Literal["at_once", "soon", "at_end", "keep"]
"""Until the next is said; a quarter of an hour; until the conversation ends; for good."""
STAYS: Final[tuple[Stays, ...]] = get_args(Stays)

SOON: Final = timedelta(minutes=15)
"""Source: as long as a page of the web chat stays open, and a sitting lasts."""

DELETABLE: Final = timedelta(hours=48)
"""For so long a bot may delete a message in a private chat, its own or the person's (Bot API, deleteMessage)."""

LATEST: Final = timedelta(hours=47)
"""When one that waits for the end of its conversation goes at the latest: an hour before it could not go any more."""

LASTS: Final[dict[Stays, timedelta | None]] = {"at_once": SOON, "soon": SOON, "at_end": LATEST, "keep": None}
"""How long after it was written a message goes by itself, if nothing has it go before; None: never."""
