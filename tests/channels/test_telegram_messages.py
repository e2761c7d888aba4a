"""Replies as the Bot API takes them: short enough, buttons in rows a thumb can hit, nothing gives anybody away."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_messages import MOST_UNITS, edit, keyboard, sends, split, units
from bot.messages import Button, Reply, Row


def option(label: str, number: int | None = 1, chosen: bool = False) -> Button:
    return Button(f"v1:abcdefgh:step:o{number}", label, number, chosen)


def standing(*names: str) -> tuple[Button, ...]:
    return tuple(Button(f"v1:abcdefgh:step:_{name}", name) for name in names)


def labels(reply: Reply) -> list[list[str]]:
    return [[key["text"] for key in row] for row in keyboard(reply)]


def test_options_carry_the_number_that_may_be_typed_and_what_is_chosen_a_tick() -> None:
    reply = Reply("Which?", (option("Yes", 1), option("No", 2, chosen=True), option("Send", None)))
    assert labels(reply) == [["1 · Yes", "✓ 2 · No", "Send"]]


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        (["Yes", "No", "Not sure", "Ten chars!"], 3),
        (["Yes", "No", "Eleven char"], 2),
        (["x" * 24, "Yes", "No"], 2),
        (["x" * 25, "Yes", "No"], 1),
    ],
)
def test_short_options_stand_three_in_a_row_longer_ones_two_and_long_ones_alone(
    options: list[str], columns: int
) -> None:
    rows = labels(Reply("Which?", tuple(option(label, number) for number, label in enumerate(options, 1))))
    assert len(rows[0]) == columns


def test_stop_and_help_stand_in_the_last_row_and_nothing_beside_them() -> None:
    names = ("done", "skip", "review", "why", "back", "pause", "stop", "help")
    reply = Reply("Which?", (option("Yes"),), standing(*names))
    assert labels(reply)[1:] == [["done", "skip", "review"], ["why", "back", "pause"], ["stop", "help"]]


def test_at_an_end_start_stands_over_stop_and_help() -> None:
    assert labels(Reply("Bye", standing=standing("start", "stop", "help"))) == [["start"], ["stop", "help"]]


def test_the_changes_of_the_read_back_stand_three_in_a_row_after_send() -> None:
    rows = tuple(Row("Name", "Sam", Button(f"v1:abcdefgh:review:s{n}", f"Change {n}", n)) for n in range(1, 5))
    reply = Reply("Your answers", (option("Send", None),), standing("back", "stop", "help"), rows)
    assert labels(reply) == [
        ["Send"], ["Change 1", "Change 2", "Change 3"], ["Change 4"], ["back"], ["stop", "help"],
    ]  # fmt: skip


def test_the_data_of_a_button_goes_out_as_it_is() -> None:
    assert keyboard(Reply("Which?", (option("Yes"),))) == [
        [{"text": "1 · Yes", "callback_data": "v1:abcdefgh:step:o1"}]
    ]


def test_every_message_is_silent_kept_from_forwarding_and_without_preview() -> None:
    for payload in sends("5", Reply("Paragraph.\n\n" * 1000)):
        assert payload["protect_content"] is True
        assert payload["disable_notification"] is True
        assert payload["link_preview_options"] == {"is_disabled": True}
        assert "parse_mode" not in payload


def test_a_text_too_long_for_one_message_is_split_between_paragraphs_with_the_buttons_on_the_last() -> None:
    text = "\n\n".join(f"Paragraph {number}: " + "word " * 50 for number in range(40)).strip()
    payloads = sends("5", Reply(text, (option("Yes"),)))
    assert len(payloads) > 1
    assert "\n\n".join(payload["text"] for payload in payloads).replace(" ", "") == text.replace(" ", "")
    assert all(payload["text"].startswith("Paragraph ") for payload in payloads)
    assert ["reply_markup" in payload for payload in payloads] == [False] * (len(payloads) - 1) + [True]


def test_without_paragraphs_it_is_split_between_lines_and_else_between_words() -> None:
    assert all(piece.startswith("line") and piece.endswith("end") for piece in split(("line x end\n" * 1000).strip()))
    assert all(piece.startswith("word") and piece.endswith("word") for piece in split(("word " * 3000).strip()))


@given(st.text(st.sampled_from("a🙂 \n"), max_size=60).map(lambda text: text * 150))
def test_however_it_is_split_every_piece_fits_and_nothing_but_white_space_is_lost(text: str) -> None:
    pieces = split(text)
    assert all(units(piece) <= MOST_UNITS for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(pieces) or pieces == [text]


def test_length_is_measured_as_telegram_does() -> None:
    assert units("a🙂") == 3
    assert len(sends("5", Reply("🙂" * 2000))) == 1
    assert len(sends("5", Reply("🙂" * 2001))) == 2


def test_a_reply_that_changes_a_message_is_an_edit_of_it() -> None:
    payload = edit("5", Reply("Which?", (option("Yes"),), edits="77"))
    assert payload is not None
    assert (payload["chat_id"], payload["message_id"], payload["text"]) == (5, 77, "Which?")
    assert "disable_notification" not in payload


@pytest.mark.parametrize("reply", [Reply("x"), Reply("x", edits="pressed"), Reply("x" * 4001, edits="77")])
def test_a_reply_that_cannot_be_an_edit_is_sent(reply: Reply) -> None:
    assert edit("5", reply) is None


@pytest.fixture(scope="module")
def methods() -> Any:
    from aiogram import methods

    return methods


def test_the_library_takes_every_field_as_one_of_its_own(methods: Any) -> None:
    reply = Reply("Which?", (option("Yes"),), standing("stop", "help"), edits="77")
    (payload,) = sends("5", reply)
    for method, given_ in ((methods.SendMessage, payload), (methods.EditMessageText, edit("5", reply) or {})):
        assert set(given_) <= set(method.model_fields)
        made = method.model_validate(given_)
        assert made.reply_markup.inline_keyboard[0][0].callback_data == "v1:abcdefgh:step:o1"
