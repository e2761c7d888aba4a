"""The days on which the service is closed beside weekends and bank holidays, as its staff write them down.

One day a line, as 2026-12-24, with a note after it if one likes; empty lines and lines that start with # mean nothing.
Source: bank holidays bind no employer in Scotland and councils set local ones, so the service keeps its own list.
"""

from datetime import date


def read_closed_days(text: str) -> frozenset[date]:
    """The days of such a list. Raises `ValueError` with the number of the first line that has no day."""
    days = set()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split(maxsplit=1)
        if not words or words[0].startswith("#"):
            continue
        try:
            days.add(date.fromisoformat(words[0].rstrip(":,;")))
        except ValueError:
            raise ValueError(f"line {number} must start with a day written as 2026-12-24") from None
    return frozenset(days)
