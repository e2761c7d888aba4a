"""What restorative cafes brought, for the partnership model: of one, or of all over time; as a page, PDF and CSV.

Here may live the figures and the three ways they are given out. Nobody is named in a report, and no count of people is
so small that it could tell of one (`policy.small_counts`). Who holds a cafe sees on its own page who signed up and who
came: they greet them at the door. A report is for the partnership, so even a report of one cafe is held to the rule.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection
from starlette.responses import Response

from bot.flows import FLOWS
from bot.steps import Choice, Several
from desk import pages
from desk.cafes import cafe_files
from desk.cafes.cafe_list import write_down
from desk.cafes.cafe_page import NOTE_FIELDS, open_guests, open_notes
from desk.visit import SignedIn
from policy import cafes as policy
from policy.figure_trees import NOT_SAID
from policy.record_shape import YES_NO
from policy.small_counts import halves, is_apart, split, stretches
from storage import cafe_notes, cafe_sign_ups, cafes
from storage.cafe_notes import FEEDBACK, TABLE, Note
from storage.cafe_sign_ups import SignUp
from storage.cafes import PLACE, Cafe

CAFE = "cafe"

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
    cafe_id = visit.path.get("cafe_id", "")
    with visit.desk.database.begin() as tx:
        only = cafes.of_id(tx, cafe_id) if cafe_id else None
        write_down(visit, tx, "cafe_report", cafe_id)
        held = [each for each in reversed(cafes.everything(tx)) if each.state == cafes.OPEN]
        parts = [part for part in _parts(visit.now, held) if only is None or only in part[0]]
        return _made(visit, tx, visit.session.team_key, only, parts)


def _parts(now: datetime, held: Sequence[Cafe]) -> list[tuple[list[Cafe], bool]]:
    """The cafes of which numbers are told together, the earliest first; and whether they are told already.

    Nobody can say anything any more of those that are told, so no two reports differ by what one person said.
    """
    over = [each for each in held if each.details.ends_at <= (now - policy.FEEDBACK).timestamp()]
    found = stretches([(number, each.taken) for number, each in enumerate(over)])
    rest = list(held[found[-1][1] + 1 if found else 0 :])
    return [(list(held[first : last + 1]), True) for first, last in found] + ([(rest, False)] if rest else [])


def _made(
    visit: SignedIn, tx: Connection, team_key: bytes, only: Cafe | None, parts: Sequence[tuple[list[Cafe], bool]]
) -> Report:
    sign_ups = [each for each in cafe_sign_ups.sign_ups(tx, None) if each.state == PLACE]
    notes, words = cafe_notes.of(tx), visit.desk.words
    told = [_together(visit, each, is_told, sign_ups, notes, team_key) for each, is_told in parts]
    mine = [only] if only else [cafe for each, _ in parts for cafe in each]
    ids = {each.id for each in mine if each.state == cafes.OPEN}
    notes = [each for each in notes if each.cafe_id in ids]
    feedback = open_notes(notes, FEEDBACK, team_key)
    when = pages.here(only.details.starts_at) if only else None
    title = words.text("desk", "report.title_one").format(when=f"{when:%-d %B %Y}") if when else ""
    return Report(
        title or words.text("desk", "report.title_all"),
        told,
        [{name: str(note.get(name, "")) for name in NOTE_FIELDS} for note in open_notes(notes, TABLE, team_key)],
        [each["in_your_words"] for each in feedback if each.get("may_quote") == "yes" and each.get("in_your_words")],
    )


def _together(
    visit: SignedIn,
    held: Sequence[Cafe],
    is_told: bool,
    sign_ups: Sequence[SignUp],
    notes: Sequence[Note],
    team_key: bytes,
) -> Together:
    lines = [
        (f"{pages.here(each.details.starts_at):%-d %B %Y}", each.details.town, each.details.places) for each in held
    ]
    if not is_told:
        return Together(lines, None, None, ())
    ids, taken, came = {each.id for each in held}, sum(each.taken for each in held), sum(each.came for each in held)
    guests = open_guests([each for each in sign_ups if each.cafe_id in ids], team_key)
    thought = open_notes([each for each in notes if each.cafe_id in ids], FEEDBACK, team_key)
    answers = []
    if len(guests) == taken:  # what people said is kept for a while only
        answers += [_answers(visit, step, [guest.chose(step) for guest in guests], taken) for step in FROM_SIGN_UPS]
    whole = max(taken, len(thought))
    answers += [_answers(visit, step, [_options(each.get(step)) for each in thought], whole) for step in FROM_FEEDBACK]
    return Together(lines, taken, came if is_apart(came, taken) else None, [each for each in answers if each.counts])


def _answers(visit: SignedIn, step: str, chosen: Sequence[Sequence[str]], whole: int) -> Told:
    """Where one answer is given, all are one whole; where several can be, each is given or not by all there are."""
    question, words = FLOWS[CAFE].by_name[step], visit.desk.words
    options = question.options if isinstance(question, (Choice, Several)) else YES_NO
    counts = Counter(option for given in chosen for option in given if option in options)
    title = words.text("desk", f"report.{step}")
    if isinstance(question, Several):
        named = [(words.option(CAFE, step, each), counts[each]) for each in options if is_apart(counts[each], whole)]
        return Told(title, [(label, number) for label, number in named if number])
    silent = whole - counts.total()
    groups = split(halves([*options, NOT_SAID]), {**counts, NOT_SAID: silent}) if silent >= 0 else ()
    said = {option: words.option(CAFE, step, option) for option in options}
    said[NOT_SAID] = words.text("desk", f"statistics.names.{NOT_SAID}")
    if len(groups) == 1 and len(groups[0].names) > 1:
        return Told(title, ())
    return Told(title, [(", ".join(said[name] for name in each.names), each.number) for each in groups if each.number])


def _options(answer: object) -> Sequence[str]:
    if isinstance(answer, str):
        return (answer,)
    return answer if isinstance(answer, list) else ()
