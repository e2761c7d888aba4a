"""A sheet as a PDF: A4, in a font that stands in the file itself, so that letters of many scripts come out anywhere.

Here may live what knows the library. It and the font cost half a second once, so whoever needs this module imports it
where it is needed.
"""

import io
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import escape

import pymupdf_fonts
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from bot.referrals.paper import Sheet

FONT, BOLD = "figo", "figbo"
"""FiraGO, as its package names it: Latin, Greek, Cyrillic, Arabic, Hebrew, Thai, Georgian, Devanagari."""
INSTEAD = "\u25a1"
"""Stands for a letter the font has not."""
RIGHT_TO_LEFT = frozenset({"R", "AL"})
GREY = "#4a5a5e"


def pdf(sheet: Sheet) -> bytes:
    """The file: the same for the same sheet. Its title, which a viewer may show, says nothing."""

    written = io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 20 * mm)
    about = {"title": sheet.title, "author": "", "subject": "", "lang": sheet.language, "invariant": 1}
    page = SimpleDocTemplate(written, pagesize=A4, **margins, **about)
    page.build(list(_flow(sheet)))
    return written.getvalue()


def draws(letter: str) -> bool:
    """Whether a letter looks on paper as it should: it is there, and is not one of those that join from the right."""
    return ord(letter) in _letters() and unicodedata.bidirectional(letter) not in RIGHT_TO_LEFT


def _flow(sheet: Sheet) -> Iterator[Flowable]:

    asked, said, heading, title = _styles()
    yield Paragraph(_drawn(sheet.title), title)
    for section in sheet.sections:
        if section.title:
            yield Paragraph(_drawn(section.title), heading)
        for line in section.lines:
            yield Paragraph(_drawn(line[0]), asked)
            if line[1]:
                yield Paragraph(_drawn(line[1]), said)
    texts = (text for section in sheet.sections for line in section.lines for text in line)
    if not all(draws(letter) for text in texts for letter in text if not letter.isspace()):
        yield Paragraph(_drawn(sheet.beside), asked)


def _drawn(text: str) -> str:
    """The text with nothing in it that the library would take for markup, in lines as it was written."""
    known = _letters()
    shown = "".join(each if each.isspace() or ord(each) in known else INSTEAD for each in text)
    return escape(shown).replace("\n", "<br/>")


@cache
def _letters() -> frozenset[int]:
    """All that both weights of the font have."""

    fonts = [TTFont(name, io.BytesIO(pymupdf_fonts.myfont(name))) for name in (FONT, BOLD)]
    for font in fonts:
        registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


@cache
def _styles() -> tuple[ParagraphStyle, ...]:
    """What was asked, what was said, a heading, the title."""

    _letters()
    return (
        ParagraphStyle("asked", fontName=FONT, fontSize=9, leading=12, textColor=GREY, spaceBefore=7),
        ParagraphStyle("said", fontName=FONT, fontSize=11, leading=15),
        ParagraphStyle("heading", fontName=BOLD, fontSize=13, leading=17, spaceBefore=16, spaceAfter=2),
        ParagraphStyle("title", fontName=BOLD, fontSize=18, leading=24, spaceAfter=6),
    )
