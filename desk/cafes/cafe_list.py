"""Restorative cafes at the desk: all there are, making one, and reading the form that makes or changes one.

Here may live this page and its form. Nothing on it was said by anybody who signed up.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.visit import SignedIn
from storage import audit, cafe_links, cafes
from storage.cafe_links import IN_A_ROOM
from storage.cafes import Details

LONGEST = timedelta(hours=12)
MOST_PLACES = 200
ROOM: Mapping[str, int] = {"town": 24, "place": 200, "link": 300, "access_notes": 300}
"""The fields that are typed, with the most characters each takes."""


def show(visit: SignedIn) -> Response:
    """The page."""
    return _page(visit)


def make(visit: SignedIn) -> Response:
    """Makes one, which the chat offers at once."""
    details, errors = read_details(visit, {})
    if details is None:
        return _page(visit, errors)
    id_ = uuid4().hex
    try:
        with visit.desk.database.begin() as tx:
            cafes.make(tx, id_, replace(details, link=cafe_links.seal(tx, id_, read_link(visit))), visit.now)
            write_down(visit, tx, "cafe_made", id_)
    except cafes.NoSlot:
        return _page(visit, {"starts": "cafe_no_slot"})
    return access.go_to(f"/cafes/{id_}?done=made")


def read_details(visit: SignedIn, before: Mapping[str, float]) -> tuple[Details | None, dict[str, str]]:
    """What a form says about a cafe; or None, with the name of the words about each field that is not right. Its link
    is read with it, but not in it: `read_link` gives it, to be sealed.

    `before` holds the start of one that is changed: what has begun can still be put right.
    """
    form, errors = visit.form, {}
    starts, ends = _moment(form.get("starts", "")), _moment(form.get("ends", ""))
    if starts is None or (starts <= visit.now and starts.timestamp() != before.get("starts_at")):
        errors["starts"] = "cafe_starts"
    if ends is None or (starts is not None and not starts < ends <= starts + LONGEST):
        errors["ends"] = "cafe_ends"
    typed = {name: _typed(visit, name) for name in ROOM}
    errors |= {name: "cafe_long" for name, most in ROOM.items() if len(typed[name]) > most}
    errors |= {name: "cafe_empty" for name in ("town", "place") if not typed[name]}
    if typed["link"] and not typed["link"].startswith("https://"):
        errors["link"] = "cafe_link"
    places = form.get("places", "")
    if not (places.isdecimal() and len(places) < 4 and 1 <= int(places) <= MOST_PLACES):
        errors["places"] = "cafe_places"
    if errors or starts is None or ends is None:
        return None, errors
    del typed["link"]
    has_food, many = "food" in form, int(places)
    return Details(starts.timestamp(), ends.timestamp(), link=IN_A_ROOM, has_food=has_food, places=many, **typed), {}


def read_link(visit: SignedIn) -> str:
    """Where to join it, as it was typed; empty where it is in a room."""
    return _typed(visit, "link")


def write_down(visit: SignedIn, tx: Connection, action: str, cafe_id: str) -> None:
    """Who did what about which cafe, in the audit. Its id stands where that of a case would, and is none."""
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, action, cafe_id)


def _typed(visit: SignedIn, name: str) -> str:
    return " ".join(visit.form.get(name, "").split())


def _moment(typed: str) -> datetime | None:
    """A moment written as the clock here shows it; None for what is none."""
    try:
        return datetime.fromisoformat(typed.strip()).replace(tzinfo=pages.HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _page(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    with visit.desk.database.read() as tx:
        every = cafes.everything(tx)
    now = visit.now.timestamp()
    to_come = [each for each in reversed(every) if each.details.ends_at > now]
    past = [each for each in every if each.details.ends_at <= now]
    values = {"to_come": to_come, "past": past, "errors": dict(errors or {}), "details": None, "link": ""}
    return pages.member_page(visit, "cafe_list.html", 422 if errors else 200, **values)
