"""What the web chat does for somebody whose device is looked at, and when something is in the way."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import event

from content.words import load
from storage import tables
from tests.channels.visits import EXIT_URL, TO_THE_NAME, TO_THE_READ_BACK, Visitor, open_chat, visitor_at
from tests.stage import Stage

MOST = 10
"""Messages a minute in the tests of what is too fast."""


def hasty_stage(folder: Path) -> Stage:
    stage = Stage(folder)
    stage.intake.service = replace(stage.intake.service, messages_a_minute=MOST)
    return stage


async def hasty_visitor(folder: Path, *steps: str) -> Visitor:
    visitor = Visitor(open_chat(hasty_stage(folder)))
    await visitor.open()
    await visitor.go(*steps)
    for _ in range(MOST + 1):
        await visitor.say("hm")
    assert visitor.answer.status_code == 429
    return visitor


NAME_ASKED = load("en").text("self_referral", "name_to_use.ask")

ADDRESSES = ("/", "/leave", "/live", "/ready", "/page.css", "/page.js", "/icon.svg", "/nothing-here")


def forbid_writing(stage: Stage) -> None:
    """From now on the database takes no write, and says so at once."""
    _set_on_every_connection(stage, "PRAGMA query_only = 1")


def allow_writing(stage: Stage) -> None:
    """Undo it."""
    _set_on_every_connection(stage, "PRAGMA query_only = 0")


def _set_on_every_connection(stage: Stage, pragma: str) -> None:
    def connect(connection: Any, _record: object) -> None:
        connection.execute(pragma)

    stage.database.close()
    event.listen(stage.database.engine, "connect", connect)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_every_answer_forbids_keeping_framing_guessing_and_telling_where_one_came_from(
    tmp_path: Path, address: str
) -> None:
    visitor = Visitor(open_chat(Stage(tmp_path)))
    headers = (await visitor.client.get(address)).headers
    policy = headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "base-uri 'none'" in policy
    assert not any("unsafe" in each or "data:" in each for each in policy)
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


async def test_the_cookie_is_gone_with_the_browser_and_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    visitor = Visitor(open_chat(Stage(tmp_path)))
    await visitor.open()
    name, *attributes = visitor.answer.headers["set-cookie"].lower().split("; ")
    assert name.startswith("page=")
    assert set(attributes) == {"httponly", "path=/", "samesite=lax"}


async def test_over_https_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    visitor = Visitor(open_chat(Stage(tmp_path), secure=True), "https")
    await visitor.open()
    cookie = visitor.answer.headers["set-cookie"]
    assert cookie.startswith("__Host-page=")
    assert "; Secure" in cookie
    assert "Which of these fits" in await visitor.go("Ask for a first talk", "Yes")


async def test_leaving_takes_the_cookie_away_and_leads_elsewhere(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_READ_BACK)
    answer = await visitor.client.get("/leave")
    assert answer.status_code == 303
    assert answer.headers["location"] == EXIT_URL
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert visitor.cookie is None
    text = await visitor.open()
    assert "sam@example.org" not in text
    assert "What would you like to do?" in text


async def test_leaving_does_not_ask_of_chromium_what_would_keep_somebody_waiting(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    answer = await visitor.client.get("/leave", headers={"Sec-CH-UA": '"Chromium";v="156"'})
    assert answer.headers["clear-site-data"] == '"storage"'


async def test_another_website_cannot_make_somebody_lose_their_place(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    await visitor.client.get("/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert NAME_ASKED in await visitor.open()


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example.org"}],
)
async def test_what_another_website_sends_is_not_acted_on(tmp_path: Path, headers: dict[str, str]) -> None:
    _, visitor = await visitor_at(tmp_path)
    form = {"turn": visitor.turn, "press": str(visitor.button("Ask for a first talk")["value"])}
    await visitor.send(headers, **form)
    assert visitor.answer.status_code == 403
    assert "What would you like to do?" in await visitor.open()


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://chat.example.org"}, {}]
)
async def test_what_this_page_sends_is_taken_whatever_the_browser_tells(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    _, visitor = await visitor_at(tmp_path)
    form = {"turn": visitor.turn, "press": str(visitor.button("Ask for a first talk")["value"])}
    assert "May we keep your answers" in await visitor.send(headers, **form)


async def test_a_browser_that_keeps_no_cookie_is_told_so(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path)
    form = {"turn": visitor.turn, "text": "1"}
    visitor.client.cookies.clear()
    assert "needs one small cookie" in await visitor.send(**form)
    assert "call 999" in visitor.text


async def test_a_made_up_cookie_is_not_taken(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path)
    visitor.client.cookies.clear()
    visitor.client.cookies.set("page", "short")
    await visitor.open()
    assert "set-cookie" in visitor.answer.headers
    assert "page=short" not in visitor.answer.headers["set-cookie"]


async def test_more_than_any_answer_can_be_is_refused_kindly(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    text = await visitor.say("a" * 70_000)
    assert visitor.answer.status_code == 413
    assert "It was not kept." in text
    assert "call 999" in text
    assert NAME_ASKED in await visitor.open()


@pytest.mark.parametrize("body", [b"", b"turn", b"&&&=%zz", b"press=%ff%00&turn=\xff", b"text=a&" * 50])
async def test_a_form_that_makes_no_sense_changes_nothing(tmp_path: Path, body: bytes) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    answer = await visitor.client.post("/", content=body)
    assert answer.status_code in {303, 413}
    assert NAME_ASKED in await visitor.open()


async def test_when_nothing_can_be_saved_the_same_words_can_be_sent_again_and_act_once(tmp_path: Path) -> None:
    stage, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    forbid_writing(stage)
    text = await visitor.say("Sam")
    assert visitor.answer.status_code == 503
    assert "Something went wrong on our side. Nothing was lost." in text
    assert "call 999" in text
    again = {str(each["name"]): str(each["value"]) for each in visitor.page.select("main input[type=hidden]")}
    allow_writing(stage)
    assert "Which ways to reach you are safe?" in await visitor.send(**again)


async def test_when_the_database_is_gone_the_page_says_so_and_shows_who_can_help(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    visitor = Visitor(open_chat(stage))
    forbid_writing(stage)
    await visitor.open()
    assert visitor.answer.status_code == 503
    assert "call 999" in visitor.text
    assert visitor.page.select_one("header a[href='/leave']")


async def test_a_failure_leaves_no_word_token_or_address_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stage, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    forbid_writing(stage)
    with structlog.testing.capture_logs() as logs:
        await visitor.say("Marigold")
    assert logs == [{"event": "page failed", "fault": "OperationalError", "log_level": "error"}]
    shown = str(capfd.readouterr())
    assert "Marigold" not in shown
    assert str(visitor.cookie) not in shown


async def test_one_message_too_many_in_a_minute_has_to_wait_and_nobody_else_does(tmp_path: Path) -> None:
    stage = hasty_stage(tmp_path)
    chat = open_chat(stage)
    hasty, calm = Visitor(chat), Visitor(chat)
    await hasty.open()
    for _ in range(MOST):
        await hasty.say("hm")
    assert "Please wait a minute" in await hasty.say("hm")
    assert hasty.answer.status_code == 429
    assert "call 999" in hasty.text
    await calm.open()
    assert "May we keep your answers" in await calm.go("Ask for a first talk")
    stage.pass_time(minutes=1)
    assert "May we keep your answers" in await hasty.say("1")


async def test_leaving_is_never_slowed_down(tmp_path: Path) -> None:
    visitor = await hasty_visitor(tmp_path)
    assert (await visitor.client.get("/leave")).status_code == 303


async def test_stop_and_what_follows_on_it_are_never_slowed_down(tmp_path: Path) -> None:
    visitor = await hasty_visitor(tmp_path, "Ask for a first talk", "Yes")
    await visitor.open()
    assert "Stopped" in await visitor.go("Stop")
    assert "Deleted." in await visitor.go("Delete now")


async def test_live_and_ready_tell_whether_somebody_can_be_served(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    client = Visitor(open_chat(stage)).client
    assert (await client.get("/live")).status_code == 200
    assert (await client.get("/ready")).status_code == 200
    assert stage.rows(tables.SEEN_UPDATES) == []
    forbid_writing(stage)
    assert (await client.get("/live")).status_code == 200
    assert (await client.get("/ready")).status_code == 503


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_page_gives_away_what_it_is_about_where_others_look(tmp_path: Path, address: str) -> None:
    answer = await Visitor(open_chat(Stage(tmp_path))).client.get(address)
    title = answer.text.partition("<title>")[2].partition("</title>")[0]
    assert title in {"", "Chat"}
    assert "restorative" not in str(answer.headers).lower()


async def test_no_address_of_the_page_carries_a_query(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_READ_BACK)
    links = [str(each.get("href") or each.get("action")) for each in visitor.page.select("[href], [action]")]
    assert not [link for link in links if "?" in link or link.startswith("http")]
