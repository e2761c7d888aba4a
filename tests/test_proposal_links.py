"""A link that opens in the chat what somebody else proposed, as its confirm code does, and nothing beyond that."""

import re
from pathlib import Path

import pytest

from bot.referrals import proposal_links
from content.words import load
from storage import sealing, tables
from tests.somebody import TO_THE_NAME, Somebody, texts
from tests.stage import SECRETS, Stage
from tests.test_proposals import SHORT, TO_THE_LINES, gone, in_any_file, on_disk, proposed, row

LINK = re.compile(r"https://t\.me/made_up_bot\?start=([A-Za-z0-9_-]{22})$", re.MULTILINE)
NO_TOKEN = "A" * 22
WORDS = load("en")
GREETING = WORDS.text("menu", "welcome.say")[:30]
PASSED, WAITS = (WORDS.common(f"notes.{name}") for name in ("link_passed", "link_waits"))
SLOW = WORDS.text("my_referral", "too_many_tries.say")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    found = Stage(tmp_path)
    found.intake.known_as("made_up_bot")
    return found


def linked(stage: Stage) -> tuple[Somebody, str]:
    """A worker who has proposed somebody, and the token of the link for them."""
    worker, _ = proposed(stage)
    return worker, LINK.findall(worker.last.text)[0]


def follows(who: Somebody, token: str) -> Somebody:
    who.sends(who.inbound(token, kind="link"))
    return who


def test_a_link_greets_whoever_is_new_and_opens_what_was_proposed(stage: Stage) -> None:
    _, token = linked(stage)
    sam = follows(Somebody(stage, "2002"), token)
    assert GREETING in texts(sam.heard)
    assert sam.last.asks == "look_or_refuse"
    before = row(stage)
    sam.goes(*TO_THE_LINES, "It is right", "Yes, send it")
    assert stage.rows(tables.CASES)[0].person == sam.key
    gone(stage, before)


def test_a_link_opens_it_at_the_first_menu_and_again_where_it_was_left_unsent(stage: Stage) -> None:
    _, token = linked(stage)
    assert follows(Somebody(stage, "2002").goes("/start"), token).last.asks == "look_or_refuse"
    assert follows(Somebody(stage, "3003"), token).goes("Read what was said").last.asks == "keep_answers"


def test_pressed_again_half_way_it_leads_on_from_there(stage: Stage) -> None:
    _, token = linked(stage)
    sam = follows(Somebody(stage, "2002"), token).goes("Read what was said")
    assert follows(sam, token).last.asks == "keep_answers"
    follows(sam.goes("Pause"), token)
    assert sam.last.asks == "keep_answers"
    assert WAITS not in texts(sam.heard)


@pytest.mark.parametrize("end", ["refused", "over", "erased by the worker"])
def test_once_the_proposal_has_ended_its_link_opens_nothing(stage: Stage, end: str) -> None:
    worker, token = linked(stage)
    before = row(stage)
    if end == "refused":
        follows(Somebody(stage, "2002"), token).goes("Say no to it")
    elif end == "over":
        stage.pass_time(days=14)
    else:
        worker.goes("/start", "erase", "Yes, erase all of it")
    late = follows(Somebody(stage, "3003"), token)
    assert PASSED in texts(late.heard)
    assert late.last.asks == "menu"
    if end != "over":
        assert not in_any_file(stage, before)


def test_a_link_that_leads_to_nothing_greets_and_says_so(stage: Stage) -> None:
    nobody = follows(Somebody(stage, "2002"), NO_TOKEN)
    assert PASSED in texts(nobody.heard)
    assert nobody.last.asks == "menu"


def test_while_something_else_is_open_a_link_waits_and_the_place_is_kept(stage: Stage) -> None:
    _, token = linked(stage)
    sam = Somebody(stage, "2002").goes(*TO_THE_NAME)
    asked = sam.last.asks
    assert WAITS in follows(sam, token).last.text
    assert sam.last.asks == asked
    assert PASSED in follows(sam, NO_TOKEN).last.text
    assert sam.last.asks == asked
    sam.goes("stop", "Delete now")
    assert follows(sam, token).last.asks == "look_or_refuse"


def test_guessing_links_is_slowed_down_as_guessing_codes_is_and_then_nothing_is_derived(stage: Stage) -> None:
    _, token = linked(stage)
    guesser = Somebody(stage, "2002")
    for _ in range(5):
        follows(guesser, NO_TOKEN)
    assert SLOW in texts(follows(guesser, token).heard)
    assert guesser.last.asks == "menu"
    assert stage.intake.derived([guesser.inbound(token, kind="link")], stage.now) == {}
    stage.pass_time(minutes=16)
    assert follows(guesser, token).last.asks == "look_or_refuse"


def test_the_code_behind_a_link_is_derived_before_anything_is_locked(stage: Stage) -> None:
    worker, token = linked(stage)
    sam = Somebody(stage, "2002")
    assert set(stage.intake.derived([sam.inbound(token, kind="link")], stage.now)) == {worker.code}
    sam.goes(*TO_THE_NAME)
    assert stage.intake.derived([sam.inbound(token, kind="link")], stage.now) == {}


def test_the_token_stands_nowhere_on_the_disk_and_alone_opens_the_code(stage: Stage) -> None:
    worker, token = linked(stage)
    follows(Somebody(stage, "2002"), token)
    for word in (token, worker.code):
        assert word.encode() not in on_disk(stage)
    found = row(stage)
    with stage.database.read() as tx:
        assert proposal_links.code_behind(tx, SECRETS.pepper, token, stage.now) == worker.code
        assert proposal_links.code_behind(tx, SECRETS.pepper, NO_TOKEN, stage.now) is None
    for wrong in (SECRETS.seal, SECRETS.pepper, sealing.derive(NO_TOKEN.encode(), found.salt, "proposal link")):
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(wrong, found.link_code, f"proposal link:{found.id}")


def test_the_message_with_the_token_is_the_persons_own_and_goes_when_the_chat_is_cleared(stage: Stage) -> None:
    _, token = linked(stage)
    sam = Somebody(stage, "2002")
    opening = sam.inbound(token, kind="link")
    sam.sends(opening)
    sam.says("clear")
    assert int(opening.message or 0) in sam.deleted


def test_where_telegram_is_off_no_link_is_made_or_spoken_of(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    worker, _ = proposed(stage)
    assert "t.me" not in worker.last.text
    assert "\n\n\n" not in worker.last.text
    assert (row(stage).link, row(stage).link_code) == (None, None)


def test_a_worker_who_writes_in_the_web_chat_gets_the_link_too(stage: Stage) -> None:
    worker = Somebody(stage, "a-token", "web").goes(*SHORT)
    assert follows(Somebody(stage, "2002"), LINK.findall(worker.last.text)[0]).last.asks == "look_or_refuse"
