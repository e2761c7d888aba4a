"""For which reasons a case can be closed from where it stands: by whoever has it, or only by two people together.

Pure: here may live these two lists, and whether what two have decided still counts.
"""

from dataclasses import dataclass, replace

from desk.cases import danger_sign
from desk.cases.open_case import OpenCase
from desk.process import process_facts
from policy.case_facts import SUPPORT_NOT_YET, CaseFacts
from policy.closings import CLOSINGS
from policy.gates import may_move
from policy.moves import Move, moves_from


@dataclass(frozen=True, slots=True)
class Ends:
    """Reasons by name. `by_two`: those for which nobody closes it alone."""

    by_one: tuple[str, ...] = ()
    by_two: tuple[str, ...] = ()


def close(facts: CaseFacts) -> Move | None:
    """The move that closes it from here; None where there is none."""
    here = moves_from(facts.stage) if facts.stage else ()
    return next((move for move in here if move.name == "close"), None)


def ends(facts: CaseFacts) -> Ends:
    """All of them, once the form of an end has said what becomes of support."""
    move = close(facts)
    if move is None:
        return Ends()
    said = replace(facts, support=SUPPORT_NOT_YET)
    by_one = tuple(name for name in CLOSINGS if not may_move(replace(said, closing=name), move))
    together = replace(said, is_decided_by_two=True)
    by_two = tuple(name for name in CLOSINGS if not may_move(replace(together, closing=name), move))
    return Ends(by_one, tuple(name for name in by_two if name not in by_one))


def still_counts(known: OpenCase, closing: str, asked_at: float) -> bool:
    """Whether two may end it as they have decided: the reason is still so and still needs two, and nothing was heard of
    the person since it was asked for (UTC seconds). Else it is asked for anew.

    Source: `policy.four_eyes.CLOSE_UNREACHED`."""
    needs_two = closing in ends(process_facts.facts(known)).by_two
    return needs_two and not danger_sign.is_heard_since(known, asked_at)
