"""The settings as a table for operators: what each is called, what it is without being set, what it does.

`.env.example` is written from it: `python -m policy.settings_table > .env.example`.
"""

import sys
from dataclasses import dataclass
from datetime import time
from textwrap import wrap

from policy.settings import PREFIX, Settings

HEADING = "# Copy to .env, take the # off a line and change it. A line left as it is holds the default."


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: its variable, its default as one would write it (empty: not set), and a sentence about it."""

    variable: str
    default: str
    description: str


def rows() -> tuple[Row, ...]:
    """Every setting, in the order of `Settings`."""
    fields = Settings.model_fields.items()
    return tuple(Row(PREFIX + name.upper(), _written(field.default), field.description or "") for name, field in fields)


def as_example() -> str:
    """The whole of `.env.example`."""
    return "\n\n".join([HEADING, *map(_as_lines, rows())]) + "\n"


def _as_lines(row: Row) -> str:
    return "\n".join([*(f"# {line}" for line in wrap(row.description, 98)), f"#{row.variable}={row.default}"])


def _written(default: object) -> str:
    """A default as it stands in the environment; empty for none and for what is made from other settings."""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, time):
        return default.strftime("%H:%M")
    return str(default) if isinstance(default, str | int | float) or hasattr(default, "__fspath__") else ""


if __name__ == "__main__":
    sys.stdout.write(as_example())
