"""The text of a message as the server reads it: length in UTF-16 units, HTML, entities, all checked."""

import re
from typing import Any

from .refusals import RefusalError, bad_request

MAX_TEXT = 4096
_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<rest>[^<>]*)>|&(?P<ref>#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|<"
)
_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMAND = re.compile(r"(?<!\S)/[a-zA-Z0-9_]{1,32}(?:@\w{3,32})?(?![^\s.,!?])")
Entity = dict[str, Any]


def units(text: str) -> int:
    """Length in UTF-16 code units, the strict reading of "characters"."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def commands_in(text: str) -> list[Entity]:
    """The bot_command entities the server adds to what people write."""
    if "/" not in text:
        return []
    return [
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": len(found.group())}
        for found in _COMMAND.finditer(text)
    ]


def read_text(text: str, parse_mode: str, entities: Any, limit: int = MAX_TEXT) -> tuple[str, list[Entity]]:
    """Text and entities as stored; refuses what the server refuses."""
    if parse_mode.lower() == "html":
        text, found = parse_html(text)
    elif parse_mode:
        raise RefusalError(501, f"Not Implemented: the stand-in does not know parse_mode {parse_mode}")
    else:
        found = check_entities(text, entities or [])
    left = len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        raise bad_request("message text is empty")
    if units(text) > limit:
        raise bad_request("message is too long")
    return text, [_fit(entity, left, units(text)) for entity in found]


def _fit(entity: Entity, left: int, size: int) -> Entity:
    """The entity after `left` units of space before the text, and all after its `size` units, were cut away."""
    start = max(0, entity["offset"] - left)
    return {**entity, "offset": start, "length": min(entity["offset"] - left + entity["length"], size) - start}


def check_entities(text: str, entities: Any) -> list[Entity]:
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    size = units(text) if entities else 0
    for entity in entities:
        if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
            raise bad_request("can't parse entities: expected an Object with a type")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
            raise bad_request("can't parse entities: entity offset and length must be non-negative integers")
        if offset + length > size:
            raise bad_request("can't parse entities: entity reaches beyond the end of the text")
    return entities


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of HTML text, with the server's error texts."""
    parts: list[str] = []
    entities: list[Entity] = []
    opened: list[tuple[str, Entity]] = []
    at = size = 0
    for token in _TOKEN.finditer(source):
        before = source[at : token.start()]
        parts.append(before)
        size += units(before)
        at = token.end()
        if token["ref"]:
            character = _character(token["ref"])
            parts.append(character)
            size += units(character)
        elif not token["tag"]:
            raise _cannot("Unclosed start tag", token)
        elif token["end"]:
            entities += _close(opened, token, size)
        else:
            opened.append((token["tag"].lower(), {**_open(token), "offset": size}))
    if opened:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\"")
    parts.append(source[at:])
    return "".join(parts), sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _open(token: re.Match[str]) -> Entity:
    tag = token["tag"].lower()
    if tag not in _TAGS or (tag == "span" and "tg-spoiler" not in token["rest"]):
        raise _cannot(f'Unsupported start tag "{tag}"', token)
    if tag != "a":
        return {"type": _TAGS[tag]}
    href = _HREF.search(token["rest"])
    return {"type": "text_link", "url": (href[1] or href[2] or "") if href else ""}


def _close(opened: list[tuple[str, Entity]], token: re.Match[str], size: int) -> list[Entity]:
    """The entity that ends here, if there is anything in it."""
    tag = token["tag"].lower()
    if not opened:
        raise _cannot("Unexpected end tag", token)
    expected, entity = opened.pop()
    if tag != expected:
        raise _cannot("Unmatched end tag", token, f', expected "</{expected}>", found "</{tag}>"')
    length = size - entity["offset"]
    return [{**entity, "length": length}] if length and entity.get("url") != "" else []


def _character(reference: str) -> str:
    if not reference.startswith("#"):
        return _REFERENCES[reference]
    return chr(int(reference[2:], 16) if reference[1] == "x" else int(reference[1:]))


def _cannot(what: str, token: re.Match[str], more: str = "") -> RefusalError:
    offset = len(token.string[: token.start()].encode())
    return bad_request(f"can't parse entities: {what} at byte offset {offset}{more}")
