"""What is written down in a process about somebody else than the person: which headings, as names.

Here may live that table. It says what a file for the person leaves out, and nothing else.
Source: Data Protection Act 2018, schedule 2, paragraph 16 (protection of the rights of others): what would tell of
another person is given only where they agree or where it is reasonable, so the service looks at each where it is asked.
"""

from collections.abc import Collection, Mapping
from typing import Final

from policy.record_forms import RECORDS

WHOLE: Final = frozenset({"contact", "responsible", "other_side", "order", "declaration"})
"""Records that are about the person responsible, or about staff, from beginning to end."""

_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "discussion": frozenset({"relationship", "where_now", "justice_and_orders", "children_and_others"}),
    "suitability": frozenset(
        {
            "motivation_both",
            "safety_and_control",
            "retaliation",
            "health_and_substances",
            "power",
            "responsibility",
            "legal",
            "children_and_family",
            "partners_say",
            "risk_factors",
            "mitigation",
        }
    ),
    "planned": frozenset({"how"}),
    "meeting": frozenset({"how"}),
    "letter": frozenset({"how"}),
    "start": frozenset({"how"}),
    "flag": frozenset({"why"}),
}

ABOUT_OTHERS: Final[Mapping[str, frozenset[str]]] = {
    **_PARTS,
    **{name: frozenset(field.name for field in RECORDS[name].fields()) for name in WHOLE},
}
"""Of each record, the headings under which somebody else is written about."""


def left_out(form: str, given: Collection[str], theirs: Collection[str]) -> tuple[str, ...]:
    """Which of the headings that are filled in (`given`) a file for the person leaves out.

    What stands as the person's own words (`theirs`) is not: nobody is told anything by hearing what they said.
    """
    others = ABOUT_OTHERS.get(form, frozenset())
    return tuple(name for name in given if name in others and name not in theirs)
