"""A restorative cafe in words, and as a file for a calendar. Only functions from a cafe and the words to a text."""

from datetime import UTC, datetime

from bot.days import ZONE
from bot.messages import Document
from content import words as content_words
from content.words import REFERENCE, Words
from storage.cafes import Cafe

FILE = "cafe_news"


def words_for(language: str) -> Words:
    """The words of this language; where it has none for cafes yet, those of the one the others come from."""
    words = content_words.load(language)
    return words if words.find(FILE, "cafe.when") else content_words.load(REFERENCE)


def when(cafe: Cafe, words: Words) -> str:
    """The day, from when to when."""
    return words.text(FILE, "cafe.when").format(**_day(cafe, words))


def where(cafe: Cafe, link: str) -> str:
    """The place, and where to join, for those who have a place."""
    return "\n".join(part for part in (cafe.details.place, link) if part)


def label(cafe: Cafe, words: Words) -> str:
    """What stands on its button."""
    return words.text(FILE, "cafe.label").format(**_day(cafe, words), town=cafe.details.town)


def about(cafe: Cafe, words: Words, *, is_offered: bool = False) -> str:
    """What is told beside its button; `is_offered`: one may sign up for it, so how many places are left."""
    left = {0: "full", 1: "one_left"}.get(cafe.left, "places_left")
    places_left = words.text(FILE, f"cafe.{left}").format(number=cafe.left) if is_offered else ""
    text = words.text(FILE, "cafe.about").format(
        ends=_clock(cafe.details.ends_at),
        place=cafe.details.place.rstrip("."),
        access_notes=cafe.details.access_notes,
        places_left=places_left,
    )
    return " ".join(text.split())


def invitation(cafe: Cafe, link: str, words: Words, now: datetime) -> Document:
    """The file for a calendar (RFC 5545). One with a later revision takes the place of an earlier one."""
    from icalendar import Calendar, Event  # noqa: PLC0415 (costs a tenth of a second, and is seldom needed)

    event = Event()
    event.add("uid", f"{cafe.id}@cairn")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", cafe.revision)
    event.add("dtstart", datetime.fromtimestamp(cafe.details.starts_at, UTC))
    event.add("dtend", datetime.fromtimestamp(cafe.details.ends_at, UTC))
    event.add("summary", words.text(FILE, "calendar.title").format(town=cafe.details.town))
    event.add("location", where(cafe, link).replace("\n", ", "))
    whole = Calendar()
    whole.add("prodid", "-//Cairn//Cafes//EN")
    whole.add("version", "2.0")
    whole.add_component(event)
    return Document("calendar.ics", "text/calendar", whole.to_ical())


def _day(cafe: Cafe, words: Words) -> dict[str, str]:
    local = datetime.fromtimestamp(cafe.details.starts_at, ZONE)
    return {
        "weekday": words.common(f"time.weekdays.{local:%A}".lower()),
        "day": str(local.day),
        "month": words.common(f"time.months.m{local.month}"),
        "starts": _clock(cafe.details.starts_at),
        "ends": _clock(cafe.details.ends_at),
    }


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, ZONE):%H:%M}"
