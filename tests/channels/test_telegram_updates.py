"""Reading raw updates: whatever Telegram delivers is understood, or passed over, and never raises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_batches import Batch, read_batch
from bot.channels.telegram_updates import Ignored, album_of, mend, press_id, read
from bot.messages import Inbound

PERSON = {"id": 5_000_000_001, "is_bot": False, "first_name": "Sam", "language_code": "en"}
CHAT = {"id": 5_000_000_001, "type": "private", "first_name": "Sam"}
GROUP = {"id": -1_001_000_000_001, "type": "supergroup", "title": "Made-up group"}


OF_MESSAGE = ("3", "en", 1_795_348_800.0)
"""Its id, its writer's language, when it was sent."""


def message(number: int = 10, **content: Any) -> dict[str, Any]:
    """A message update; `content` goes into the message."""
    body = {"message_id": 3, "date": 1_795_348_800, "chat": CHAT, "from": PERSON, **content}
    return {"update_id": number, "message": body}


def press(number: int = 10, **changes: Any) -> dict[str, Any]:
    body = {
        "id": "77",
        "from": PERSON,
        "chat_instance": "1",
        "data": "v1:abcdefgh:menu:self_referral",
        "message": {"message_id": 4, "date": 1, "chat": CHAT},
    }
    return {"update_id": number, "callback_query": {**body, **changes}}


def member(status: str, number: int = 10, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    return {
        "update_id": number,
        "my_chat_member": {"chat": chat, "from": PERSON, "date": 1, "new_chat_member": {"status": status}},
    }


def test_typed_words_come_whole_with_where_the_answer_goes() -> None:
    words = "line one\nline two " * 500
    assert read(message(text=words)) == Inbound("telegram", "10", "5000000001", "text", words, *OF_MESSAGE)


@pytest.mark.parametrize("typed", ["/start abc_DEF-123", "/start\nabc", "/start " + "a" * 23, "/start " + "!" * 22])
def test_what_a_link_carries_is_left_out(typed: str) -> None:
    assert read(message(text=typed)) == Inbound("telegram", "10", "5000000001", "text", "/start", *OF_MESSAGE)


def test_what_has_the_form_of_a_link_to_a_proposal_comes_as_a_link() -> None:
    token = "abc_DEF-123abc_DEF-123"
    assert read(message(text=f"/start {token}")) == Inbound("telegram", "10", "5000000001", "link", token, *OF_MESSAGE)
    assert token not in repr(read(message(text=f"/start {token}")))


def test_a_command_that_only_begins_like_start_stays_as_typed() -> None:
    came = read(message(text="/started"))
    assert isinstance(came, Inbound)
    assert came.text == "/started"


def test_a_press_brings_its_data_and_the_message_it_was_on() -> None:
    came = read(press())
    assert came == Inbound(
        "telegram", "10", "5000000001", "press", "v1:abcdefgh:menu:self_referral", message="4", language="en"
    )
    assert press_id(press()) == "77"


def test_a_press_on_a_message_telegram_has_forgotten_is_still_a_press() -> None:
    came = read(press(message=None))
    assert isinstance(came, Inbound)
    assert (came.address, came.kind, came.message) == ("5000000001", "press", None)


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "contact", "poll", "something_from_the_year_2030"])
def test_what_holds_no_text_is_media_and_its_caption_is_not_read(kind: str) -> None:
    came = read(message(**{kind: {"file_id": "x"}}, caption="canary"))
    assert came == Inbound("telegram", "10", "5000000001", "media", "", *OF_MESSAGE)


@pytest.mark.parametrize("chore", ["message_auto_delete_timer_changed", "pinned_message", "chat_background_set"])
def test_chores_of_the_app_are_passed_over(chore: str) -> None:
    assert read(message(**{chore: {}})) == Ignored("chore")


def test_an_edit_is_known_as_one_and_its_words_are_not_read() -> None:
    update = {"update_id": 10, "edited_message": message(text="other words")["message"]}
    assert read(update) == Inbound("telegram", "10", "5000000001", "edited")


def test_bots_and_groups_are_passed_over() -> None:
    assert read(message(text="hi", **{"from": {**PERSON, "is_bot": True}})) == Ignored("from_bot")
    assert read(message(text="hi", chat=GROUP)) == Ignored("not_private")
    assert read(message(photo=[], chat=GROUP)) == Ignored("not_private")
    assert read(press(message={"message_id": 4, "chat": GROUP})) == Ignored("not_private")
    assert read(member("kicked", chat=GROUP)) == Ignored("not_private")
    assert read({"update_id": 10, "poll": {}}) == Ignored("unknown")


@pytest.mark.parametrize(
    ("text", "ours"), [("/start", True), ("/help@Made_Up_Bot x", True), ("/help@other_bot", False), ("start", False)]
)
def test_in_a_group_only_a_command_for_this_bot_counts(text: str, ours: bool) -> None:
    expected = Ignored("command_in_group", str(GROUP["id"])) if ours else Ignored("not_private")
    assert read(message(text=text, chat=GROUP), "made_up_bot") == expected


def test_blocking_and_coming_back_are_told_apart() -> None:
    assert read(member("kicked")) == Ignored("blocked", "5000000001")
    assert read(member("member")) == Ignored("unblocked", "5000000001")


def test_whoever_comes_back_after_blocking_is_not_blocked() -> None:
    assert read_batch([message(1, text="hi"), member("kicked", 2)]).blocked == {"5000000001"}
    assert read_batch([member("kicked", 1), member("member", 2)]).blocked == set()
    assert read_batch([member("kicked", 1), member("member", 2)]).unblocked == {"5000000001"}
    assert read_batch([member("member", 1), member("kicked", 2)]).unblocked == set()
    assert read_batch([member("kicked", 1), message(2, text="hi")]).blocked == set()


@pytest.mark.parametrize("broken", [{"text": 7}, {"text": "hi", "from": "nobody"}, {"text": ["x"]}])
def test_what_cannot_be_read_is_told_of_where_its_chat_can(broken: dict[str, Any]) -> None:
    assert read(message(**broken)) == Inbound("telegram", "10", "5000000001", "unreadable")


@pytest.mark.parametrize("update", [{}, {"message": None}, {"message": {"chat": {"id": -5}}}, {"my_chat_member": 3}])
def test_what_says_not_even_its_chat_is_passed_over_with_the_class_of_the_error(update: dict[str, Any]) -> None:
    came = read({"update_id": 10, **update})
    assert isinstance(came, Ignored)
    assert came.why in {"unreadable", "unknown"}
    assert came.address is None


def test_of_an_album_only_the_first_picture_is_heard_and_none_is_forgotten() -> None:
    album = [message(number, photo=[], media_group_id="5") for number in (1, 2, 3)]
    assert [each.kind for each in read_batch(album).inbounds] == ["media", "unheard", "unheard"]
    told = [album_of(album[0]) or ""]
    assert [each.kind for each in read_batch(album, albums=told).inbounds] == ["unheard"] * 3
    two = [message(1, photo=[], media_group_id="5"), message(2, photo=[], media_group_id="6")]
    assert [each.kind for each in read_batch(two).inbounds] == ["media", "media"]


def test_a_batch_ends_at_its_highest_id_whatever_its_order() -> None:
    assert read_batch([message(12, text="b"), message(11, text="a"), {"update_id": 13}]).last == 13
    assert read_batch([{"no": "id"}, 7, None]) == Batch(faults=["NoUpdateId"] * 3)


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_typed_text_comes_out_writable_and_whole_text_unchanged(text: str) -> None:
    mended = mend(text)
    mended.encode()
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert mended == text


def test_halves_of_an_emoji_that_belong_together_are_joined() -> None:
    assert mend("\ud83d\ude42!") == "🙂!"
    assert mend("\ud83d!") == "�!"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.sampled_from([message(text="hi"), press(), member("kicked"), message(photo=[], media_group_id="5")]),
    st.data(),
)
def test_however_an_update_is_broken_reading_it_never_raises(update: dict[str, Any], data: st.DataObject) -> None:
    broken = json.loads(json.dumps(update))
    place = broken
    while isinstance(place, dict) and place:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or data.draw(st.booleans()):
            place[key] = data.draw(JSON_VALUES)
            break
        place = place[key]
    batch = read_batch([broken])
    for came in batch.inbounds:
        assert int(came.address)
        came.text.encode()
