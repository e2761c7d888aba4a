"""What a record is made of: headings, in sections that are saved together. Names only.

Here may live the shape of records; which there are is said in `policy.record_forms` and `policy.ledger_forms`.
"""

from dataclasses import dataclass
from typing import Final

TEXT, LINE, DATE, ONE, SOME = "text", "line", "date", "one", "some"
"""Some lines, one line, a day, one option, several options."""
YES_NO: Final = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Field:
    """One heading: how it is answered, and whether what stands there can be the person's own words."""

    name: str
    kind: str = TEXT
    options: tuple[str, ...] = ()
    is_needed: bool = False


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
    is_theirs: bool = False
    """Whether a heading can hold the person's own words, which are then marked as theirs."""

    def fields(self) -> tuple[Field, ...]:
        """All headings."""
        return tuple(field for section in self.sections for field in section.fields)


def texts(section: str, *names: str) -> Section:
    """A section of free texts."""
    return Section(section, tuple(Field(name) for name in names))


def one(name: str, *options: str, needed: bool = False) -> Field:
    """A heading with one of these options."""
    return Field(name, ONE, options, needed)
