"""What restorative cafes brought, for the partnership model: of one, or of all over time; as a page, PDF and CSV.

Here may live the figures and the three ways they are given out. Nobody is named in a report, and no count of people is
so small that it could tell of one (`policy.small_counts`). Who holds a cafe sees on its own page who signed up and who
came: they greet them at the door. A report is for the partnership, so even a report of one cafe is held to the rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from starlette.responses import Response

from desk import pages
from desk.cafes import cafe_telling
from desk.cafes.cafe_list import write_down
from desk.cafes.cafe_page import NOTE_FIELDS, open_notes
from desk.cafes.cafe_telling import CAFE, Figures, Groups, figures_from
from desk.visit import SignedIn
from policy.figure_trees import NOT_SAID
from storage import cafe_figures, cafe_notes, cafes
from storage.cafe_notes import FEEDBACK, TABLE, Note
from storage.cafes import Cafe


@dataclass(frozen=True, slots=True)
class Told:
    """One question, and how many gave each answer, by the words of those that are told together."""

    title: str
    counts: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Together:
    """Cafes of which numbers are told together, since to each alone too few came; of the newest, none yet."""

    cafes: Sequence[tuple[str, str, int]]
    """When, where, how many places."""
    signed_up: int | None
    came: int | None
    """None where it is not told."""
    answers: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told. Words are those of the desk's language."""

    title: str
    parts: Sequence[Together]
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
    from desk.cafes import cafe_files  # noqa: PLC0415 (its library takes a quarter of a second to load)

    return _file(cafe_files.pdf(made, visit.desk.words), "application/pdf", "cafes.pdf")


def as_csv(visit: SignedIn) -> Response:
    """The figures for a spreadsheet."""
    made = _report(visit)
    if isinstance(made, Response):
        return made
    from desk.cafes import cafe_files  # noqa: PLC0415 (as above)

    return _file(cafe_files.csv_text(made, visit.desk.words).encode("utf-8-sig"), "text/csv", "cafes.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _report(visit: SignedIn) -> Report | Response:
    """The figures, once it is written down who reads them; for who was not let in yet, the page that says so."""
    if visit.session.team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    cafe_id = visit.path.get("cafe_id", "")
    with visit.desk.database.begin() as tx:
        only = cafes.of_id(tx, cafe_id) if cafe_id else None
        write_down(visit, tx, "cafe_report", cafe_id)
        cafe_telling.tell_what_is_over(tx, visit.session.team_key, visit.now)
        every = {each.id: each for each in reversed(cafes.everything(tx))}
        parts = [part for part in _parts(tx, every) if only is None or only in part[0]]
        ids = {only.id} if only else {cafe.id for held, _ in parts for cafe in held}
        open_ = {id_ for id_ in ids if every[id_].state == cafes.OPEN}
        notes = [each for each in cafe_notes.of(tx) if each.cafe_id in open_]
    return _made(visit, visit.session.team_key, only, [_together(visit, *part) for part in parts], notes)


def _parts(tx: Connection, every: Mapping[str, Cafe]) -> list[tuple[list[Cafe], Figures | None]]:
    """The cafes of which numbers are told together, the earliest first, with what is told of them; and the rest, of
    which nothing is told yet.

    Nobody can say anything any more of those that are told, so no two reports differ by what one person said.
    """
    told = cafe_figures.everything(tx)
    known = {id_ for each in told for id_ in each.cafes}
    rest = [cafe for id_, cafe in every.items() if id_ not in known and cafe.state == cafes.OPEN]
    parts = [([every[id_] for id_ in each.cafes], figures_from(each.text)) for each in told]
    return [*parts, *([(rest, None)] if rest else [])]


def _made(
    visit: SignedIn, team_key: bytes, only: Cafe | None, parts: Sequence[Together], notes: Sequence[Note]
) -> Report:
    feedback, words = open_notes(notes, FEEDBACK, team_key), visit.desk.words
    when = pages.here(only.details.starts_at) if only else None
    title = words.text("desk", "report.title_one").format(when=f"{when:%-d %B %Y}") if when else ""
    return Report(
        title or words.text("desk", "report.title_all"),
        parts,
        [{name: str(note.get(name, "")) for name in NOTE_FIELDS} for note in open_notes(notes, TABLE, team_key)],
        [each["in_your_words"] for each in feedback if each.get("may_quote") == "yes" and each.get("in_your_words")],
    )


def _together(visit: SignedIn, held: Sequence[Cafe], told: Figures | None) -> Together:
    lines = [
        (f"{pages.here(each.details.starts_at):%-d %B %Y}", each.details.town, each.details.places) for each in held
    ]
    if told is None:
        return Together(lines, None, None, ())
    return Together(lines, told.signed_up, told.came, [_said(visit, *each) for each in told.answers])


def _said(visit: SignedIn, step: str, groups: Groups) -> Told:
    words = visit.desk.words
    rest = words.text("desk", f"statistics.names.{NOT_SAID}")

    def said(name: str) -> str:
        return rest if name == NOT_SAID else words.option(CAFE, step, name)

    title = words.text("desk", f"report.{step}")
    return Told(title, [(", ".join(map(said, names)), number) for names, number in groups])
