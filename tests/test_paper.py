"""What somebody sent, as text and as a file to keep: all of it, in letters of many scripts, and only with the code."""

import re
import zlib
from base64 import a85decode
from pathlib import Path

import pytest

from bot.channels import telegram_messages
from bot.posting import letters
from bot.referrals import files, paper_pdf
from bot.referrals.changed_since import OwnCopy, Since
from bot.referrals.paper import Section, Sheet, as_text, sheet
from content.words import load
from storage import outbox
from storage.sealing import Keys
from tests.channels.visits import Visitor, open_chat
from tests.somebody import TO_THE_END, Somebody, texts
from tests.stage import Stage

DOCUMENT = {
    "language": "en",
    "handed_over_at": "2026-10-14T09:30:00+00:00",
    "parts": [
        {"title": "What we need", "left_out": False, "answers": [{"short": "Name", "answer": "Żółć"}]},
        {"title": "About you", "left_out": True, "answers": []},
    ],
    "consents": [
        {
            "step": "keep",
            "wording": "May we keep this?\n\nYou can say no.",
            "answer": "yes",
            "at": "2026-10-14T09:00:00Z",
        },
        {
            "step": "ask",
            "wording": "May we ask?",
            "answer": "yes",
            "at": "2026-10-14T09:00:00Z",
            "taken_back_at": "2027-01-02T09:00:00Z",
        },
    ],
    "flags": [{"words": "Does not feel safe"}, {"words": "Wrote words of danger", "quote": "he is here"}],
    "promise": {"contact_by": "2026-10-15T17:00:00+00:00"},
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def a_sheet(*said: str) -> Sheet:
    return Sheet("Your copy", "en", "Ψ", (Section("Words", tuple(("Said", each) for each in said)),))


def letters_in(file: bytes) -> set[str]:
    """The letters that the fonts in a PDF draw, as its own maps from signs to letters say."""
    streams = (each for each in re.findall(rb"stream\r?\n(.*?)endstream", file, re.DOTALL) if each.startswith(b"x"))
    maps = (text for each in streams if b"begincmap" in (text := zlib.decompress(each)))
    return {bytes.fromhex(code.decode()).decode("utf-16-be") for text in maps for code in _codes(text)}


def _codes(text: bytes) -> list[bytes]:
    one = re.findall(rb"^<[0-9A-Fa-f]+> <([0-9A-Fa-f]{4,})>$", text, re.MULTILINE)
    ranges = re.findall(rb"^<[0-9A-Fa-f]+> <[0-9A-Fa-f]+> \[?(.*?)\]?$", text, re.MULTILINE)
    return one + [code for each in ranges for code in re.findall(rb"<([0-9A-Fa-f]{4,})>", each)]


def test_all_that_was_handed_over_stands_on_the_sheet_with_what_was_taken_back():
    text = as_text(sheet(OwnCopy(DOCUMENT, Since()), "4F7KQ", load("en")))
    for line in (
        "Reference: 4F7KQ",
        "Name: Żółć",
        "You left this part out.",
        "May we keep this? You can say no.",
        "Yes, on Wednesday 14 October 2026.",
        "Yes, on Wednesday 14 October 2026. Taken back on Saturday 2 January 2027.",
        "Does not feel safe",
        "Wrote words of danger: he is here",
        "We said that a coordinator would try to reach you by: Thursday 15 October 2026",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("said", ["Żółć i jaźń", "Привет, Ёлка", "Ωμέγα", "ქართული", "नमस्ते", "ไทย", "A’ Ghàidhlig"])
def test_letters_of_many_scripts_come_out(said):
    missing = {each for each in said if not each.isspace()} - letters_in(paper_pdf.pdf(a_sheet(said)))
    assert missing == set()


@pytest.mark.parametrize("said", ["\U0001f600", "漢字", "سلام"])
def test_where_letters_cannot_be_drawn_as_they_should_the_file_says_so(said):
    assert not all(map(paper_pdf.draws, said))
    told, plain = (paper_pdf.pdf(a_sheet(each)) for each in (said, "hello"))
    assert "Ψ" in letters_in(told)
    assert "Ψ" not in letters_in(plain)


def test_what_looks_like_markup_stands_as_it_was_typed():
    (page,) = re.findall(rb"ASCII85Decode.*?stream\r?\n(.*?)~>", paper_pdf.pdf(a_sheet("<b>&lt; <para>")), re.DOTALL)
    assert b"<b>&lt; <para>" in b"".join(re.findall(rb"\((.*?)\) Tj", zlib.decompress(a85decode(page))))


def test_a_sheet_is_the_same_once_it_was_kept():
    made = sheet(OwnCopy(DOCUMENT, Since()), "4F7KQ", load("en"))
    assert Sheet.from_bytes(made.as_bytes()) == made


GETS_IT = ("/start", "What I sent", "Get my data")


def test_without_the_code_there_is_no_file(stage: Stage) -> None:
    sam = Somebody(stage).goes(*TO_THE_END, *GETS_IT)
    refused = sam.says("acorn acorn acorn acorn")
    assert not any(each.document for each in refused)
    assert "Sam" not in texts(refused)


def test_with_it_the_file_goes_along_on_telegram_protected_and_silent(stage: Stage) -> None:
    sam = Somebody(stage).goes(*TO_THE_END)
    document = sam.goes(*GETS_IT, sam.code).last.document
    assert document and document.name == "copy.pdf"
    payload = telegram_messages.attachment("1", document)
    assert payload["protect_content"] is True and payload["disable_notification"] is True
    assert files.made(document).content.startswith(b"%PDF")


def test_the_file_is_made_only_when_it_goes_out(stage: Stage) -> None:
    sam = Somebody(stage).goes(*TO_THE_END)
    code = sam.code
    sam.goes(*GETS_IT)
    stage.intake.handle([sam.inbound(code)], stage.now)
    with stage.database.read() as tx:
        waiting = outbox.of(tx, sam.key, sam.channel)
    kept = [letters.unlock(each, Keys(stage.intake.secrets.seal)).reply.document for each in waiting]
    assert [Sheet.from_bytes(each.content).title for each in kept if each] == ["Your copy"]


async def test_the_web_page_offers_it_once_under_a_name_that_says_nothing(stage: Stage) -> None:
    sam = Somebody(stage).goes(*TO_THE_END)
    visitor = Visitor(open_chat(stage))
    await visitor.open()
    await visitor.go("What I sent", sam.code, "Get my data")
    saved = await visitor.client.get("/file")
    assert saved.headers["content-disposition"] == 'attachment; filename="copy.pdf"'
    assert saved.headers["cache-control"] == "no-store"
    assert "S" in letters_in(saved.content) and saved.headers["content-type"] == "application/pdf"
    await visitor.go("start")
    assert (await visitor.client.get("/file")).status_code == 404
