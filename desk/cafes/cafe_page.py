"""One restorative cafe at the desk: who comes, who waits, what they need, what was said. Opening it is written down.

Here may live the page of a cafe and what is done on it. The words of sign-ups, notes and feedback open with the team
key alone; who was not let in yet sees only how many there are.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.cafes.cafe_list import read_details, read_link, write_down
from desk.cases.case_document import Answer, Document, read_document
from desk.visit import SignedIn
from storage import cafe_links, cafe_notes, cafe_sign_ups, cafes, sealing, team
from storage.cafe_links import Link
from storage.cafe_notes import FEEDBACK, TABLE, Note
from storage.cafe_sign_ups import SignUp
from storage.cafes import PLACE, Cafe

NOTE_FIELDS = ("theme", "idea", "action", "owner")
NOTE_CHARS = 300
CAME: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}
DONE = ("made", "changed", "called_off", "given_up", "told")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who signed up, opened."""

    sign_up: SignUp
    document: Document = field(repr=False)

    def said(self, step: str) -> str:
        """The answer to this question; empty when there is none."""
        found = self._answer(step)
        return found.answer if found else ""

    def chose(self, step: str) -> tuple[str, ...]:
        """The options chosen there, by name."""
        found = self._answer(step)
        return found.options if found else ()

    def agreed(self, step: str) -> bool:
        """Whether they said yes to this. What was left open is a no."""
        return self.chose(step) == ("yes",)

    def _answer(self, step: str) -> Answer | None:
        return next((each for each in self.document.answers() if each.step == step and each.is_given), None)


def show(visit: SignedIn) -> Response:
    """The page."""
    return _page(visit)


def change(visit: SignedIn) -> Response:
    """Changes it; the chat tells everybody whom it concerns, and those who wait move up."""
    with visit.desk.database.read() as tx:
        before = cafes.of_id(tx, visit.path["cafe_id"])
    details, errors = read_details(visit, {"starts_at": before.details.starts_at})
    if details is None:
        return _page(visit, errors)
    with visit.desk.database.begin() as tx:
        cafes.change(tx, before.id, replace(details, link=_link(visit, tx, before)))
        write_down(visit, tx, "cafe_changed", before.id)
    return _back(visit, "changed")


def call_off(visit: SignedIn) -> Response:
    """It does not take place, and everybody is told."""
    with visit.desk.database.begin() as tx:
        cafes.call_off(tx, visit.path["cafe_id"], visit.now)
        write_down(visit, tx, "cafe_called_off", visit.path["cafe_id"])
    return _back(visit, "called_off")


def mark_came(visit: SignedIn) -> Response:
    """Whether somebody came."""
    came = CAME.get(visit.form.get("came", ""))
    with visit.desk.database.begin() as tx:
        cafe_sign_ups.note_came(tx, visit.path["cafe_id"], visit.path["sign_up_id"], came)
    return access.go_to(f"/cafes/{visit.path['cafe_id']}#people")


def mark_told(visit: SignedIn) -> Response:
    """Somebody was written to whom the chat cannot reach."""
    with visit.desk.database.begin() as tx:
        cafe_sign_ups.note_told(tx, visit.path["cafe_id"], visit.path["sign_up_id"])
        write_down(visit, tx, "cafe_told", visit.path["cafe_id"])
    return _back(visit, "told")


def give_up(visit: SignedIn) -> Response:
    """Somebody said by another way that they do not come: they are erased, and whoever waits moves up."""
    with visit.desk.database.begin() as tx:
        cafe_sign_ups.give_up(tx, visit.path["sign_up_id"], visit.now.timestamp())
        write_down(visit, tx, "cafe_given_up", visit.path["cafe_id"])
    return _back(visit, "given_up")


def add_note(visit: SignedIn) -> Response:
    """Writes down what was said at a table: a theme, and what comes of it."""
    said = {name: visit.form.get(name, "").strip() for name in NOTE_FIELDS}
    errors = {name: "cafe_note_long" for name, words in said.items() if len(words) > NOTE_CHARS}
    if not said["theme"]:
        errors["theme"] = "cafe_empty"
    if errors:
        return _page(visit, errors)
    id_ = uuid4().hex
    with visit.desk.database.begin() as tx:
        cafes.of_id(tx, visit.path["cafe_id"])
        words = sealing.seal_to(team.public_key(tx), json.dumps(said).encode(), f"cafe_note:{id_}")
        cafe_notes.add(tx, Note(id_, visit.path["cafe_id"], TABLE, words))
        write_down(visit, tx, "cafe_noted", visit.path["cafe_id"])
    return access.go_to(f"/cafes/{visit.path['cafe_id']}#notes")


def remove_note(visit: SignedIn) -> Response:
    """Takes a note out again."""
    with visit.desk.database.begin() as tx:
        cafe_notes.remove(tx, visit.path["cafe_id"], visit.path["note_id"])
        write_down(visit, tx, "cafe_note_removed", visit.path["cafe_id"])
    return access.go_to(f"/cafes/{visit.path['cafe_id']}#notes")


def open_guests(sign_ups: Sequence[SignUp], team_key: bytes) -> list[Guest]:
    """Those whose words open with this key."""
    found = []
    for each in sign_ups:
        plain = sealing.unseal_with(team_key, each.words, f"cafe_sign_up:{each.id}")
        found.append(Guest(each, read_document(plain)))
    return found


def open_notes(notes: Sequence[Note], kind: str, team_key: bytes) -> list[dict[str, Any]]:
    """What was said, of one kind, each with its own id."""
    opened = []
    for each in (note for note in notes if note.kind == kind):
        said = json.loads(sealing.unseal_with(team_key, each.words, f"cafe_note:{each.id}"))
        opened.append({**said, "id": each.id, "cafe_id": each.cafe_id})
    return opened


def _link(visit: SignedIn, tx: Connection, cafe: Cafe) -> Link:
    """Where to join it from now on. Who cannot read where that was has left it as it is, and so has who typed the
    same."""
    was, team_key = cafe.details.link, visit.session.team_key
    if team_key is None or read_link(visit) == cafe_links.at_the_desk(was, cafe.id, team_key):
        return was
    return cafe_links.seal(tx, cafe.id, read_link(visit))


def _open_link(tx: Connection, cafe: Cafe, team_key: bytes) -> str:
    """Where to join it. The chat is given what it cannot tell yet, as soon as somebody is here who can open it."""
    link = cafe_links.at_the_desk(cafe.details.link, cafe.id, team_key)
    if cafe.details.link.is_half:
        again = cafe_links.seal(tx, cafe.id, link)
        if not again.is_half:
            cafes.seal_link_anew(tx, cafe.id, again)
    return link


def _back(visit: SignedIn, done: str) -> Response:
    return access.go_to(f"/cafes/{visit.path['cafe_id']}?done={done}")


def _page(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    with visit.desk.database.begin() as tx:
        cafe = cafes.of_id(tx, visit.path["cafe_id"])
        values = _opened(visit, tx, cafe)
    done = visit.query.get("done", "")
    values |= {"cafe": cafe, "details": cafe.details, "errors": dict(errors or {})}
    values |= {"done": done if done in DONE else "", "note_fields": NOTE_FIELDS, "note_chars": NOTE_CHARS}
    return pages.member_page(visit, "cafe.html", 422 if errors else 200, **values)


def _opened(visit: SignedIn, tx: Connection, cafe: Cafe) -> dict[str, Any]:
    """All that was said for it, once it is written down who is about to read it."""
    team_key = visit.session.team_key
    if team_key is None:
        return {"is_open": False, "link": None}
    write_down(visit, tx, "cafe_opened", cafe.id)
    guests = open_guests(cafe_sign_ups.sign_ups(tx, cafe.id), team_key)
    notes = cafe_notes.of(tx, cafe.id)
    coming = [each for each in guests if each.sign_up.state == PLACE]
    return {
        "is_open": True,
        "link": _open_link(tx, cafe, team_key),
        "coming": coming,
        "waiting": [each for each in guests if each.sign_up.state != PLACE],
        "to_write_to": [each for each in guests if each.sign_up.tell and each.sign_up.reach is None],
        "needs": _counted([option for each in coming for option in each.chose("access_needs") if option != "none"]),
        "notes": open_notes(notes, TABLE, team_key),
        "feedback": open_notes(notes, FEEDBACK, team_key),
        "label": lambda step, option: visit.desk.words.option("cafe", step, option),
    }


def _counted(options: Sequence[str]) -> dict[str, int]:
    return {option: options.count(option) for option in dict.fromkeys(options)}
