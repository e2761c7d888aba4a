"""A report about restorative cafes as files: PDF and CSV. Only functions from a report to bytes or text.

What people wrote goes into both. In a spreadsheet nothing of it may act as a formula; on paper nothing of it as markup.
The library costs a quarter of a second once, so whoever needs this module imports it where it is needed.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from html import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

from content.words import Words
from desk.cafes.cafe_report import Report, Together

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the start of a formula. Source: OWASP, "CSV Injection"."""
LINE = ("day", "where", "places")
NOTE = ("theme", "idea", "action", "owner")
GREY = "#d8dedf"
FONT, BOLD = "Vera", "VeraBd"
"""Come with the library and stand in the file itself. They have every letter of English, Scots and Gaelic."""


def csv_text(report: Report, words: Words) -> str:
    """One line a figure or sentence: part, what, answer, count."""
    written = io.StringIO()
    rows = csv.writer(written, quoting=csv.QUOTE_ALL)
    rows.writerow(_heads(words, "part", "what", "answer", "count"))
    rows.writerows([_harmless(cell) for cell in row] for row in _rows(report, words))
    return written.getvalue()


def pdf(report: Report, words: Words) -> bytes:
    """On A4, in tables that go over pages with their heads."""

    written = io.BytesIO()
    page = SimpleDocTemplate(
        written, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, title=report.title, author="", lang="en"
    )
    page.build(list(_flow(report, words)))
    return written.getvalue()


def _flow(report: Report, words: Words) -> Iterable[Flowable]:

    plain, heading, title = _styles()

    def titled(name: str, rows: Sequence[Sequence[str]]) -> Iterable[Flowable]:
        yield Paragraph(escape(name), heading)
        yield _table(rows, plain)

    yield Paragraph(escape(report.title), title)
    for part in report.parts:
        lines = [[str(cell) for cell in line] for line in part.cafes]
        yield from titled(_say(words, "all_together"), [_heads(words, *LINE), *lines])
        yield _table([(what, _count(number, words)) for what, number in _people(part, words)], plain)
        for told in part.answers:
            yield from titled(told.title, [(label, str(count)) for label, count in told.counts])
    if report.notes:
        rows = [[note[name] for name in NOTE] for note in report.notes]
        yield from titled(_say(words, "notes"), [_heads(words, *NOTE), *rows])
    if report.quotes:
        yield from titled(_say(words, "quotes"), [[f"\u201c{quote}\u201d"] for quote in report.quotes])


def _styles() -> Sequence[ParagraphStyle]:
    """Plain text, a heading, the title."""

    for name in (FONT, BOLD):
        registerFont(TTFont(name, f"{name}.ttf"))
    return (
        ParagraphStyle("plain", fontName=FONT, fontSize=9, leading=13),
        ParagraphStyle("heading", fontName=BOLD, fontSize=11, leading=15, spaceBefore=14, spaceAfter=5),
        ParagraphStyle("title", fontName=BOLD, fontSize=17, leading=22, spaceAfter=8),
    )


def _table(rows: Sequence[Sequence[str]], style: ParagraphStyle) -> Flowable:

    cells = [[Paragraph(escape(cell), style) for cell in row] for row in rows]
    table = Table(cells, repeatRows=1 if len(rows[0]) > 2 else 0, hAlign="LEFT")
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, GREY), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table


def _rows(report: Report, words: Words) -> Iterable[Sequence[str]]:
    for part in report.parts:
        held = "; ".join(f"{day}, {town}" for day, town, _ in part.cafes)
        for day, town, places in part.cafes:
            yield _say(words, "all_together"), f"{day}, {town}", _say(words, "heads.places"), str(places)
        for what, number in _people(part, words):
            yield _say(words, "all_together"), held, what, _count(number, words)
        for told in part.answers:
            for label, count in told.counts:
                yield f"{_say(words, 'answers')}: {held}", told.title, label, str(count)
    for note in report.notes:
        for name, said in zip(_heads(words, *NOTE), note.values(), strict=True):
            yield _say(words, "notes"), name, said, ""
    for quote in report.quotes:
        yield _say(words, "quotes"), "", quote, ""


def _people(part: Together, words: Words) -> Iterable[tuple[str, int | None]]:
    return zip(_heads(words, "signed_up", "came"), (part.signed_up, part.came), strict=True)


def _heads(words: Words, *names: str) -> list[str]:
    return [_say(words, f"heads.{name}") for name in names]


def _say(words: Words, name: str) -> str:
    return words.text("desk", f"report.{name}")


def _count(count: int | None, words: Words) -> str:
    return _say(words, "hidden") if count is None else str(count)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
