"""What only the service itself can decide before real people come: which decisions there are, and reading them.

They stand in `service.toml` in the data folder, one table a decision, because they are sentences and lists that are
written once, by people who answer for them, and not by whoever installs a server. Pure: text in, values out.
`service.toml.example` is written from the table here: `python -m policy.decisions > service.toml.example`.
"""

import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from textwrap import wrap
from typing import Any, Literal

FILE = "service.toml"
EVERYWHERE = "all"
Kind = Literal["text", "names", "day", "choice"]
AS_WRITTEN: Mapping[Kind, str] = {
    "text": 'text in quotes, as in "Made-up Service"',
    "names": 'a list of texts, as in ["one", "two"]',
    "day": "a day, as in 2026-11-22",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide: its table and key, what to write there, and what becomes of it."""

    table: str
    key: str
    kind: Kind
    what: str
    may_be_empty: bool = field(default=False, kw_only=True)
    options: tuple[str, ...] = ()
    """Of a choice: what this program can do. Another wish needs another flow first (docs/how-to/add-a-question.md)."""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.key}"


# In the order of the service's own list of decisions; each number is one line of it.
DECISIONS = (
    # 1
    Decision("privacy", "controller", "text", "Who answers for what people tell here: the organisation's name. Shown."),
    Decision("privacy", "contact", "text", "How to reach the data protection officer, or who does that. Shown."),
    Decision("privacy", "regulator", "text", "Who to complain to after the service, with a phone number. Shown."),
    Decision("privacy", "text_version", "text", "Version or day of the privacy notice in content/. Shown."),
    Decision("privacy", "lawful_basis", "text", "The lawful basis, as the notice words it, agreed with that officer."),
    Decision("privacy", "retention_confirmed_on", "day", "When the times in policy/retention.py were agreed to."),
    # 2
    Decision("age", "minimum", "choice", "From which age people may ask for a talk.", ("16",)),
    Decision("age", "at_16_and_17", "choice", "What becomes of those of 16 and 17.", ("coordinator",)),
    # 3
    Decision("areas", "served", "names", 'Council areas, as named in bot/flows/lists.py, or ["all"]. Others are told.'),
    # 4
    Decision("answering", "confirmed_on", "day", "When hours, closed days and targets were agreed to."),
    Decision("answering", "out_of_hours", "text", "Who is there outside working hours, or that nobody is."),
    # 5
    Decision("attempts", "confirmed_on", "day", "When the number of tries, and what is said after, was agreed to."),
    # 6
    Decision("safeguarding", "lead", "text", "Who decides when somebody may be at risk: name and phone."),
    Decision("safeguarding", "on_call", "text", "Who is on call, when, and how the desk reaches them."),
    Decision("safeguarding", "others_told", "text", "When police or social work are told, and by whom."),
    # 7
    Decision("help_lines", "owner", "text", "Who calls every line of help_lines.toml twice a year."),
    # 8
    Decision("harm", "accepted", "names", 'Kinds of harm accepted, by their names in bot/flows/lists.py, or ["all"].'),
    Decision("harm", "current_abuse", "text", "What is done when abuse still goes on."),
    Decision("harm", "live_proceedings", "text", "What is done while police or a court are at work."),
    # 9
    Decision("equality", "asked_in_chat", "choice", "Whether equality questions are asked in the chat.", ("no",)),
    # 10
    Decision("workers", "gender_offered", "choice", "Whether people may wish for a woman or a man.", ("yes",)),
    # 11 is CAIRN_LANGUAGES.
    # 12
    Decision("wraparound", "partners", "names", "Who is in the support team too. Shown. Or []", may_be_empty=True),
    # 13
    Decision("calling", "team_name", "text", "What the team calls itself to people. Names of coordinators never show."),
    Decision("calling", "line", "text", "The first words of every call, which give nothing away. Shown."),
    # 14
    Decision("events", "consents_confirmed_on", "day", "When the consents at the sign-up for cafes were agreed to."),
    # 15
    Decision("sign_off", "service_lead", "text", "Who leads the service and has read every sentence."),
    Decision("sign_off", "data_protection", "text", "Who has read them for data protection."),
    Decision("sign_off", "survivor_advisers", "text", "Which survivors have read them."),
    Decision("sign_off", "signed_on", "day", "When the last of them signed."),
)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided so far, by the name of each decision."""

    made: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A sentence or a name; empty where nothing was decided."""
        return str(self.made.get(name, ""))

    def names(self, name: str) -> tuple[str, ...]:
        """A list; empty where nothing was decided."""
        return tuple(self.made.get(name, ()))

    @property
    def areas(self) -> tuple[str, ...]:
        """The council areas served; none where all are, or nothing was decided."""
        served = self.names("areas.served")
        return () if EVERYWHERE in served else served

    def missing(self) -> list[str]:
        """For each decision that was not made: where it belongs, and what to write."""
        return [f"{FILE}, [{each.table}] {each.key}: {_ask(each)}" for each in DECISIONS if each.name not in self.made]


def read(text: str) -> Decisions:
    """The decisions in this text. Raises ValueError, naming all that is wrong in it, and never what was written."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"cannot be read as TOML: {error}") from None
    known = {each.name: each for each in DECISIONS}
    given = dict(_flat(tables))
    wrong = [f"'{name}' is no decision" for name in sorted(set(given) - set(known))]
    unfit = [name for name, value in given.items() if not _fits(known.get(name), value)]
    wrong += [f"'{name}' must be {_form(known[name])}" for name in unfit]
    if wrong:
        raise ValueError("; ".join(wrong))
    return Decisions({name: value for name, value in given.items() if value or known[name].may_be_empty})


def as_example() -> str:
    """The whole of `service.toml.example`."""
    lines = ["# What only the service can decide. Copy to service.toml in the data folder and fill it in.",
             "# `cairn check --live` names what is missing. Lines with # are not decided yet."]  # fmt: skip
    table = ""
    for each in DECISIONS:
        if each.table != table:
            table = each.table
            lines += ["", f"[{table}]"]
        lines += [f"# {line}" for line in wrap(_ask(each), 100)]
        lines.append(f"#{each.key} = {_sample(each)}")
    return "\n".join(lines) + "\n"


def _ask(decision: Decision) -> str:
    return decision.what + (f" Write: {' or '.join(decision.options)}." if decision.options else "")


def _form(decision: Decision) -> str:
    if decision.kind == "choice":
        return f"{' or '.join(decision.options)}, in quotes: nothing else is built"
    return AS_WRITTEN[decision.kind]


def _sample(decision: Decision) -> str:
    if decision.kind == "choice":
        return f'"{decision.options[0]}"'
    return {"text": '""', "names": "[]", "day": "2026-11-22"}[decision.kind]


def _fits(decision: Decision | None, value: object) -> bool:
    if decision is None:
        return True
    if decision.kind == "names":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if decision.kind == "day":
        return type(value) is date
    return isinstance(value, str) and (not value or not decision.options or value in decision.options)


def _flat(tables: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for table, keys in tables.items():
        if isinstance(keys, Mapping):
            yield from ((f"{table}.{key}", value) for key, value in keys.items())
        else:
            yield table, keys


if __name__ == "__main__":
    sys.stdout.write(as_example())
