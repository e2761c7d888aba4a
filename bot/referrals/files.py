"""The file a document becomes when it goes out: made then, since to make it takes longer than a transaction may."""

from dataclasses import replace

from bot.messages import Document
from bot.referrals.paper import Sheet


def made(document: Document) -> Document:
    """The document whole, as it is sent or saved. Takes a tenth of a second for a sheet; run it off the event loop."""
    if not document.is_sheet:
        return document
    from bot.referrals import paper_pdf  # noqa: PLC0415 (it takes half a second to load, and few processes make a PDF)

    return replace(document, content=paper_pdf.pdf(Sheet.from_bytes(document.content)), is_sheet=False)
