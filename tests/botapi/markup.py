"""Keyboards: what the server accepts as reply_markup, and what a person sees of it."""

from dataclasses import dataclass
from typing import Any

from .refusals import bad_request
from .text import units

Markup = dict[str, Any]
MAX_BUTTONS = 100
_ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it; `data` only on inline buttons that answer to the bot."""

    label: str
    data: str | None = None
    url: str | None = None


def check_markup(markup: Any, private: bool = True) -> Markup | None:
    """The markup if the server would take it, else RefusalError. Unknown extra fields pass, as they do there."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_inline(_rows(markup["inline_keyboard"], "inline_keyboard"))
    elif "keyboard" in markup:
        for button in _rows(markup["keyboard"], "keyboard"):
            _check_key(button, private)
    elif not (markup.get("remove_keyboard") is True or markup.get("force_reply") is True):
        raise bad_request("can't parse reply keyboard markup JSON object: no known kind of markup")
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not (isinstance(placeholder, str) and 0 < units(placeholder) <= 64):
        raise bad_request("input field placeholder must have 1 to 64 characters")
    return markup


def buttons_of(markup: Markup | None) -> list[Button]:
    """All inline buttons in reading order."""
    rows = (markup or {}).get("inline_keyboard", [])
    return [Button(key["text"], key.get("callback_data"), key.get("url")) for row in rows for key in row]


def keys_of(markup: Markup | None) -> list[str]:
    """The labels of a reply keyboard in reading order."""
    rows = (markup or {}).get("keyboard", [])
    return [key if isinstance(key, str) else key["text"] for row in rows for key in row]


def _rows(rows: Any, name: str) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the reply markup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return buttons


def _label(button: Any, kind: str) -> None:
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {kind} button: expected an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'can\'t parse {kind} button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request(f"can't parse {kind} button: Button text must be non-empty")


def _check_inline(buttons: list[Any]) -> None:
    for button in buttons:
        _label(button, "inline keyboard")
        actions = [name for name in _ACTIONS if button.get(name) is not None]
        if not actions:
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if len(actions) > 1:
            raise bad_request("can't parse inline keyboard button: more than one action in a button")
        if actions == ["callback_data"]:
            data = button["callback_data"]
            if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
                raise bad_request("BUTTON_DATA_INVALID")


def _check_key(button: Any, private: bool) -> None:
    if isinstance(button, str):
        button = {"text": button}
    _label(button, "keyboard")
    if not private and (button.get("request_contact") or button.get("request_location")):
        raise bad_request("phone number and location can be requested in private chats only")
