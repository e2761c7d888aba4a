"""Restorative cafes for tests: made as the desk makes them, opened as the desk opens them. All of it is invented."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from storage import cafe_links, cafes, sealing
from storage.cafe_links import IN_A_ROOM
from storage.cafes import Details


def details(now: datetime, **changes: Any) -> Details:
    """A cafe in three weeks, from two to four in the afternoon, with two places."""
    starts_at = (now + timedelta(days=21)).replace(hour=13, minute=0, second=0, microsecond=0).timestamp()
    given = {
        "starts_at": starts_at,
        "ends_at": starts_at + 7200,
        "town": "Dalkeith",
        "place": "Example Library, 1 Example Street",
        "link": IN_A_ROOM,
        "access_notes": "No steps.",
        "has_food": True,
        "places": 2,
    }
    return Details(**{**given, **changes})


def make(tx: Connection, now: datetime, **changes: Any) -> str:
    """Makes it, and gives its id. `link` is given in clear, and sealed as the desk does."""
    id_ = uuid4().hex
    link = cafe_links.seal(tx, id_, changes.pop("link", ""))
    cafes.make(tx, id_, details(now, link=link, **changes), now)
    return id_


def opened(sign_up: Any, team: sealing.KeyPair) -> dict[str, Any]:
    """What somebody said, opened with the team key."""
    read: dict[str, Any] = json.loads(sealing.unseal_with(team.private, sign_up.words, f"cafe_sign_up:{sign_up.id}"))
    return read


def feedback(note: Any, team: sealing.KeyPair) -> dict[str, Any]:
    """What somebody thought, opened with the team key."""
    read: dict[str, Any] = json.loads(sealing.unseal_with(team.private, note.words, f"cafe_note:{note.id}"))
    return read
