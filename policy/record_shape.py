"""What a record is made of: headings, in sections that are saved together. Names only.

Here may live the shape of records; which there are is said in `policy.record_forms` and `policy.ledger_forms`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

TEXT, LINE, DATE, ONE, SOME, COUNTED = "text", "line", "date", "one", "some", "counted"
"""Some lines, one line, a day, one option, several options; one of several such things, counted in their order."""
YES_NO: Final = ("yes", "no")
MOST_CHARS: Final = 8000
"""The longest text under one heading, in characters."""


@dataclass(frozen=True, slots=True)
class Field:
    """One heading: how it is answered, and whether what stands there can be the person's own words."""

    name: str
    kind: str = TEXT
    options: tuple[str, ...] = ()
    is_needed: bool = False
    is_ahead: bool = False
    """Of a day: whether it is one to come, and not one on which something happened."""


@dataclass(frozen=True, slots=True)
class Section:
    """Some headings that are saved together."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class RecordForm:
    """A record. `kind` is what stands in clear; `deed` the line of `policy.moves` it is; a versioned one is written on
    until it is signed or the case has moved, then as a new version; any other is one thing that happened."""

    name: str
    kind: str
    deed: str
    sections: tuple[Section, ...]
    is_versioned: bool = False
    is_of_round: bool = False
    """Whether it counts for one round of preparation alone: in the next, only its texts are taken along."""
    is_theirs: bool = False
    """Whether a heading can hold the person's own words, which are then marked as theirs."""

    def fields(self) -> tuple[Field, ...]:
        """All headings."""
        return tuple(field for section in self.sections for field in section.fields)

    def texts(self) -> frozenset[str]:
        """The names of the headings that are answered in words."""
        return frozenset(field.name for field in self.fields() if field.kind in {TEXT, LINE})


def texts(section: str, *names: str) -> Section:
    """A section of free texts."""
    return Section(section, tuple(Field(name) for name in names))


def one(name: str, *options: str, needed: bool = False) -> Field:
    """A heading with one of these options."""
    return Field(name, ONE, options, needed)


def fault_in(field: Field, value: str, earliest: date, today: date) -> str | None:
    """What is wrong with what stands under a heading, by the name of the words about it; None when it is right.

    A day on which something happened lies between `earliest` and today: evidence is of this case, and not to come.
    """
    if field.is_needed and not value:
        return "needed"
    if field.kind == ONE and value and value not in field.options:
        return "needed"
    if field.kind == DATE and value:
        return _day_fault(field, value, earliest, today)
    return "too_long" if len(value) > MOST_CHARS else None


def _day_fault(field: Field, value: str, earliest: date, today: date) -> str | None:
    try:
        on = date.fromisoformat(value)
    except ValueError:
        return "day"
    if field.is_ahead:
        return None
    if on > today:
        return "day_to_come"
    return "day_before" if on < earliest else None
