"""The signs of danger of a language, and what is said then: reading content/<language>/safety.toml. No rule is here."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from content.words import FOLDER, ContentError


@cache
def load(language: str) -> dict[str, Any]:
    """The whole table. Raises ContentError when it cannot be read."""
    try:
        return tomllib.loads((FOLDER / language / "safety.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ContentError(f"content/{language}/safety.toml cannot be read: {error}") from error


def learned_file(language: str) -> Path:
    """Where what was learned of messages with a sign of danger is kept."""
    return FOLDER / language / "safety_learned.zip"


def needs(language: str, kind: str) -> tuple[str, ...]:
    """The needs that bring help lines forward at the card of this kind; see content/help_lines.py."""
    return tuple(load(language)[kind]["needs"])
