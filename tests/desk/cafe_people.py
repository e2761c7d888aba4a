"""People who sign up for restorative cafes and say how it was, as the chat writes it. All of it is invented."""

import json
from typing import Any
from uuid import uuid4

from storage import cafe_notes, cafe_sign_ups, cafes, sealing, team
from storage.cafe_notes import FEEDBACK, Note
from storage.cafe_sign_ups import SignUp
from tests import cafes as made_up
from tests.desk.office import Office


def make(office: Office, **changes: Any) -> str:
    with office.desk.database.begin() as tx:
        return made_up.make(tx, office.now, **changes)


def answer(step: str, words: str, *options: str) -> dict[str, Any]:
    return {"step": step, "asked": step, "short": step, "answer": words, "options": list(options), "given": True}


def sign_up(office: Office, cafe_id: str, name: str = "Wren Canary", *said: dict[str, Any], **changes: Any) -> str:
    """Somebody signs up, as the chat writes it."""
    id_ = uuid4().hex
    answers = [answer("your_name", name), answer("work_email", "canary@example.org"), *said]
    answers.append(answer("organisation", "Example Canary Aid"))
    document = {"flow": "cafe", "parts": [{"title": "Needed", "answers": answers}], "consents": [], "flags": []}
    with office.desk.database.begin() as tx:
        words = sealing.seal_to(team.public_key(tx), json.dumps(document).encode(), f"cafe_sign_up:{id_}")
        given = {
            "id": id_,
            "cafe_id": cafe_id,
            "at": office.now.timestamp(),
            "state": cafes.PLACE,
            "chat": uuid4().bytes,
            "code": uuid4().bytes,
            "words": words,
            "salt": b"s" * 16,
            "reach": b"sealed",
            "remind_at": None,
            "keep_longer": False,
        }
        cafe_sign_ups.add(tx, SignUp(**{**given, **changes}))
    office.wait(seconds=1)
    return id_


def thinks(office: Office, cafe_id: str, **said: Any) -> None:
    """Somebody says afterwards how it was, as the chat writes it."""
    id_ = uuid4().hex
    with office.desk.database.begin() as tx:
        words = sealing.seal_to(team.public_key(tx), json.dumps(said).encode(), f"cafe_note:{id_}")
        cafe_notes.add(tx, Note(id_, cafe_id, FEEDBACK, words))
