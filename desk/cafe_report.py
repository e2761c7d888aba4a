"""What restorative cafes brought, for the partnership model: of one, or of all over time; as a page, PDF and CSV.

Here may live the figures and the three ways they are given out. Nobody is named in a report, and counts of people so
small that they could tell of one are hidden (`policy.small_counts`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk import cafe_files, pages
from desk.access import SignedIn
from desk.cafe_list import write_down
from desk.cafe_page import NOTE_FIELDS, Guest, open_guests, open_notes
from policy import small_counts
from storage import cafe_notes, cafe_sign_ups, cafes
from storage.cafe_notes import FEEDBACK, TABLE
from storage.cafes import PLACE, Cafe

FROM_SIGN_UPS = ("council_area", "sector", "works_with_it", "access_needs")
FROM_FEEDBACK = (
    "knew_before",
    "know_now",
    "useful",
    "barriers",
    "would_refer",
    "what_we_need",
    "be_a_partner",
    "access_met",
    "comfortable",
    "follow_up",
)


@dataclass(frozen=True, slots=True)
class Group:
    """One question, and how many gave each answer; None where the count is hidden."""

    title: str
    counts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told. Words are those of the desk's language."""

    title: str
    cafes: Sequence[tuple[str, str, int, int, int]]
    """When, where, how many places, how many had one, how many came."""
    groups: Sequence[Group]
    notes: Sequence[Mapping[str, str]] = field(repr=False)
    quotes: Sequence[str] = field(repr=False)
    """Only what people said may be quoted."""


def show(visit: SignedIn) -> Response:
    """The report as a page."""
    made = _report(visit)
    if isinstance(made, Response):
        return made
    cafe_id = visit.path.get("cafe_id", "")
    path = f"/cafes/{cafe_id}/report" if cafe_id else "/cafes/report"
    return pages.member_page(visit, "cafe_report.html", report=made, path=path, cafe_id=cafe_id)


def as_pdf(visit: SignedIn) -> Response:
    """The report to print or send."""
    made = _report(visit)
    if isinstance(made, Response):
        return made
    return _file(cafe_files.pdf(made, visit.desk.words), "application/pdf", "cafes.pdf")


def as_csv(visit: SignedIn) -> Response:
    """The figures for a spreadsheet."""
    made = _report(visit)
    if isinstance(made, Response):
        return made
    return _file(cafe_files.csv_text(made, visit.desk.words).encode("utf-8-sig"), "text/csv", "cafes.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _report(visit: SignedIn) -> Report | Response:
    """The figures, once it is written down who reads them; for who was not let in yet, the page that says so."""
    if visit.session.team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    cafe_id = visit.path.get("cafe_id")
    with visit.desk.database.begin() as tx:
        chosen = [cafes.of_id(tx, cafe_id)] if cafe_id else cafes.everything(tx)
        write_down(visit, tx, "cafe_report", cafe_id or "")
        return _figures(visit, tx, visit.session.team_key, chosen, is_one=bool(cafe_id))


def _figures(visit: SignedIn, tx: Connection, team_key: bytes, chosen: Sequence[Cafe], *, is_one: bool) -> Report:
    took_place = [each for each in chosen if each.state == cafes.OPEN]
    ids, only = {each.id for each in took_place}, chosen[0].id if is_one else None
    sign_ups = [each for each in cafe_sign_ups.sign_ups(tx, only) if each.state == PLACE and each.cafe_id in ids]
    guests = open_guests(sign_ups, team_key)
    notes = [each for each in cafe_notes.of(tx, only) if each.cafe_id in ids]
    feedback = open_notes(notes, FEEDBACK, team_key)
    say = visit.desk.words
    first = pages.here(chosen[0].details.starts_at) if is_one else None
    title = say.text("desk", "report.title_one").format(when=f"{first:%-d %B %Y}") if first else ""
    return Report(
        title or say.text("desk", "report.title_all"),
        [_line(each) for each in took_place],
        [*_of_guests(visit, guests), *_of_feedback(visit, feedback)],
        [{name: str(note.get(name, "")) for name in NOTE_FIELDS} for note in open_notes(notes, TABLE, team_key)],
        [each["in_your_words"] for each in feedback if each.get("may_quote") == "yes" and each.get("in_your_words")],
    )


def _line(cafe: Cafe) -> tuple[str, str, int, int, int]:
    day = f"{pages.here(cafe.details.starts_at):%-d %B %Y}"
    return day, cafe.details.town, cafe.details.places, cafe.taken, cafe.came


def _of_guests(visit: SignedIn, guests: Sequence[Guest]) -> list[Group]:
    return [_group(visit, step, [guest.chose(step) for guest in guests]) for step in FROM_SIGN_UPS]


def _of_feedback(visit: SignedIn, feedback: Sequence[Mapping[str, Any]]) -> list[Group]:
    return [_group(visit, step, [_options(each.get(step)) for each in feedback]) for step in FROM_FEEDBACK]


def _group(visit: SignedIn, step: str, chosen: Sequence[Sequence[str]]) -> Group:
    counts = Counter(option for options in chosen for option in options)
    words = visit.desk.words
    shown = small_counts.shown({words.option("cafe", step, option): count for option, count in counts.most_common()})
    return Group(words.text("desk", f"report.{step}"), shown)


def _options(answer: object) -> Sequence[str]:
    if isinstance(answer, str):
        return (answer,)
    return answer if isinstance(answer, list) else ()
