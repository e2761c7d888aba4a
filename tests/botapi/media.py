"""What people send besides words, in the shapes the Bot API gives it."""

import random
from typing import Any


def _file(rng: random.Random) -> dict[str, Any]:
    unique = f"{rng.getrandbits(48):012x}"
    return {"file_id": f"made-up-{unique}", "file_unique_id": unique, "file_size": 12_345}


def content_of(kind: str, rng: random.Random, fields: dict[str, Any]) -> dict[str, Any]:
    """The part of a Message that holds the thing. `fields` named like parts of it go into it, others beside it."""
    file = _file(rng)
    things: dict[str, Any] = {
        "photo": {**file, "width": 90, "height": 90},
        "voice": {**file, "duration": 3, "mime_type": "audio/ogg"},
        "video_note": {**file, "length": 240, "duration": 3},
        "document": {**file, "file_name": "made-up.pdf", "mime_type": "application/pdf"},
        "sticker": {**file, "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
        "contact": {"phone_number": "07700 900123", "first_name": "Someone", "user_id": None},
        "location": {"latitude": 56.0, "longitude": -4.0},
    }
    if kind not in things:
        raise ValueError(f"people cannot send a {kind} here: {', '.join(things)}")
    thing = things[kind]
    beside = {name: value for name, value in fields.items() if name not in thing}
    thing |= {name: value for name, value in fields.items() if name in thing}
    thing = {name: value for name, value in thing.items() if value is not None}
    return {kind: [thing] if kind == "photo" else thing, **beside}
