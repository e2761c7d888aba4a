"""Going on in the web chat by a link from Telegram, and what is left of a web chat that was cleared."""

import re
from pathlib import Path

import pytest

from storage import tables
from tests.channels.visits import TO_THE_NAME, Visitor, open_chat, visitor_at
from tests.somebody import TO_THE_NAME as TYPED_TO_THE_NAME
from tests.somebody import Somebody, texts
from tests.stage import Stage


@pytest.fixture
def sam(tmp_path: Path) -> Somebody:
    return Somebody(Stage(tmp_path)).goes(*TYPED_TO_THE_NAME, "Sam")


def link(somebody: Somebody) -> str:
    """The path of the link that was sent."""
    found = re.search(r"https://chat\.example\.org(/go/\S+)", texts(somebody.says("/web")))
    assert found
    return found[1]


async def follow(visitor: Visitor, path: str) -> str:
    """Open a link; the words of the page it leads to."""
    answer = await visitor.client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return await visitor.open()


async def test_a_link_from_telegram_leads_to_the_same_question_and_telegram_forgets(sam: Somebody) -> None:
    visitor = Visitor(open_chat(sam.stage))
    words = await follow(visitor, link(sam))
    assert "reach you" in words
    [draft] = sam.stage.rows(tables.CONVERSATIONS)
    assert draft.person != sam.key
    assert sam.says("hello")[-1].asks == "menu"


async def test_a_link_works_once_and_for_a_quarter_of_an_hour(sam: Somebody) -> None:
    first = link(sam)
    await follow(Visitor(open_chat(sam.stage)), first)
    assert "Sam" not in await follow(Visitor(open_chat(sam.stage)), first)
    assert len(sam.stage.rows(tables.CONVERSATIONS)) == 2, "whoever comes too late begins anew"

    sam.goes(*TYPED_TO_THE_NAME[1:], "Sam")
    late = link(sam)
    sam.stage.pass_time(minutes=16)
    before = {row.person for row in sam.stage.rows(tables.CONVERSATIONS)}
    await follow(Visitor(open_chat(sam.stage)), late)
    assert before < {row.person for row in sam.stage.rows(tables.CONVERSATIONS)}


async def test_looking_ahead_at_a_link_does_not_use_it_up(sam: Somebody) -> None:
    path = link(sam)
    visitor = Visitor(open_chat(sam.stage))
    assert (await visitor.client.head(path)).status_code == 303
    assert "reach you" in await follow(visitor, path)


async def test_of_a_cleared_web_chat_no_cookie_and_no_word_is_left_on_the_device(tmp_path: Path) -> None:
    _stage, visitor = await visitor_at(tmp_path, *TO_THE_NAME, "Sam")
    assert "Sam" not in await visitor.say("clear this chat")
    assert visitor.answer.url.path == "/cleared"
    assert visitor.cookie is None
    assert "reach you" not in await visitor.open(), "and the way back leads to a new conversation"
