"""Who can help now: reading content/<language>/help_lines.toml, picking the lines that fit. No line stands here itself.

Picking is pure and only ever adds help: what somebody answered brings better lines forward, and never leaves them with
none.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from content import opening_hours
from content.opening_hours import Open
from content.words import FOLDER, REFERENCE, ContentError

GENERAL = "general"
"""The need of whoever nothing better is known for."""
CONFIDENCES = ("H", "M", "L")
SHOWN = frozenset({"H", "M"})
"""How sure a line must be to be shown: an unconfirmed number may fail somebody at the worst moment."""
STALE_AFTER = timedelta(days=180)
AT_MOST = 3
"""Lines shown together: more than three cannot be taken in under stress."""

TOLD = frozenset({"of", "name", "contact", "hours"})
"""What a language says of a line: which it is, and its words."""

Said = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A line somebody may turn to."""

    name: str
    contact: str
    hours: str
    needs: tuple[str, ...]
    order: int
    """Lower is offered first."""
    url: str
    confidence: str
    """H: number confirmed. M: number confirmed, hours old or unseen. L: not confirmed."""
    checked_on: date
    not_for: tuple[str, ...] = ()
    """Needs of those who are never sent here."""
    open: tuple[Open, ...] | None = None
    """When it is open; None: nobody here knows, and `hours` says where to find out."""

    @property
    def is_shown(self) -> bool:
        """Whether it is sure enough for somebody to rely on."""
        return self.confidence in SHOWN

    def is_closed(self, now: datetime) -> bool:
        """Whether it is known to be closed at this moment."""
        return self.open is not None and not opening_hours.is_open(self.open, now)

    def is_stale(self, today: date) -> bool:
        """Whether it was checked too long ago, or on a day still to come."""
        return not timedelta(0) <= today - self.checked_on <= STALE_AFTER


@dataclass(frozen=True, slots=True)
class NeedFrom:
    """The need that this option, chosen at this question, tells of."""

    question: str
    option: str
    need: str


@cache
def load(language: str) -> tuple[HelpLine, ...]:
    """All lines of a language, those not shown as well. Raises ContentError when the file cannot be read.

    What is true of a line in any language stands once, in the reference; the others say only how it is told in theirs.
    A line not told in a language is left out, never shown in another.
    """
    reference = [_line(REFERENCE, number, row) for number, row in enumerate(_rows(REFERENCE, "lines"), 1)]
    if language == REFERENCE:
        return tuple(reference)
    told = {row.get("of"): row for row in _rows(language, "lines")}
    if unknown := sorted(map(str, told.keys() - {line.name for line in reference})):
        raise ContentError(f"{_path(language)}: {_path(REFERENCE)} has no line '{unknown[0]}'")
    return tuple(_told(line, told[line.name], language) for line in reference if line.name in told)


@cache
def needs_from() -> tuple[NeedFrom, ...]:
    """Which answer tells of which need, the most pressing first. Raises ContentError when the file cannot be read."""
    try:
        return tuple(NeedFrom(**row) for row in _rows(REFERENCE, "needs_from"))
    except TypeError as error:
        path = _path(REFERENCE)
        raise ContentError(f"{path}, [[needs_from]]: question, option and need, and no other key") from error


def needs(answers: Said) -> tuple[str, ...]:
    """What somebody with these answers may need, the most pressing first, each once. Nothing answered: nothing."""
    found = (each.need for each in needs_from() if _chose(answers.get(each.question), each.option))
    return tuple(dict.fromkeys(found))


def untold(language: str) -> tuple[str, ...]:
    """Lines sure enough to be shown that this language does not tell, by their names in the reference."""
    told = {row.get("of") for row in _rows(language, "lines")}
    return tuple(line.name for line in load(REFERENCE) if line.is_shown and line.name not in told)


def pick(
    lines: Iterable[HelpLine], needs: Sequence[str], at_most: int = AT_MOST, now: datetime | None = None
) -> tuple[HelpLine, ...]:
    """The lines that fit best, at most `at_most`: first the best for each need in turn, then the second best, and so
    on; then the general ones. A line not sure enough, or not for somebody with one of these needs, is left out.

    Where the moment is known, those closed then stand after the others, and one of those shown can be reached, if any
    line can that fits.
    """
    in_turn = _in_turn([line for line in lines if line.is_shown and not set(line.not_for) & set(needs)], needs)
    if now is None:
        return in_turn[:at_most]
    closed = {line for line in in_turn if line.is_closed(now)}
    chosen, others = in_turn[:at_most], [line for line in in_turn[at_most:] if line not in closed]
    if others and closed.issuperset(chosen):
        chosen = (*chosen[:-1], others[0])
    return tuple(sorted(chosen, key=closed.__contains__))


def _in_turn(fit: Iterable[HelpLine], needs: Sequence[str]) -> tuple[HelpLine, ...]:
    fit = sorted(fit, key=lambda line: line.order)
    queues = [[line for line in fit if need in line.needs] for need in needs]
    in_turn = [
        queue[place] for place in range(max(map(len, queues), default=0)) for queue in queues if place < len(queue)
    ]
    general = [line for line in fit if GENERAL in line.needs]
    return tuple(dict.fromkeys([*in_turn, *general]))


def _chose(answer: str | tuple[str, ...] | None, option: str) -> bool:
    return answer == option if isinstance(answer, str) else answer is not None and option in answer


def _told(line: HelpLine, row: Mapping[str, Any], language: str) -> HelpLine:
    """The line as this language tells it."""
    if unknown := sorted(set(row) - TOLD):
        raise ContentError(f"{_path(language)}, '{line.name}': '{unknown[0]}' does not belong here")
    if not row.get("name") or not row.get("hours"):
        raise ContentError(f"{_path(language)}, '{line.name}': name and hours are needed")
    return replace(line, name=row["name"], hours=row["hours"], contact=row.get("contact", line.contact))


def _line(language: str, number: int, row: Mapping[str, Any]) -> HelpLine:
    needs_of, not_for = tuple(row.get("needs", ())), tuple(row.get("not_for", ()))
    try:
        times = opening_hours.read(row["open"]) if "open" in row else None
    except (ValueError, TypeError):
        raise ContentError(
            f'{_path(language)}, line {number}: open is a list of times like "mon-fri 09:00-17:00"'
        ) from None
    try:
        line = HelpLine(**{**row, "needs": needs_of, "not_for": not_for, "open": times})
    except TypeError as error:
        raise ContentError(f"{_path(language)}, line {number}: a key is missing or unknown ({error})") from error
    if type(line.checked_on) is not date or line.confidence not in CONFIDENCES or not needs_of:
        raise ContentError(
            f"{_path(language)}, '{line.name}': checked_on is a date like 2026-11-22, confidence is H, M or L, "
            "and needs names at least one"
        )
    return line


def _rows(language: str, table: str) -> list[dict[str, Any]]:
    try:
        rows = tomllib.loads((FOLDER / language / "help_lines.toml").read_text(encoding="utf-8")).get(table, [])
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ContentError(f"{_path(language)} cannot be read: {error}") from error
    return list(rows)


def _path(language: str) -> str:
    return f"content/{language}/help_lines.toml"
