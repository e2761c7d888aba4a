"""Counts that may be shown without pointing at anybody: what is below ten is hidden, and so is what would give it away.

Source: the service's own rule that no count under ten leaves it (small areas and rare answers can identify a person);
the practice of statistical disclosure control, in which one hidden number beside a total is no hidden number.
"""

from collections.abc import Mapping, Sequence

LEAST = 10


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Each count, None where it is hidden. Nobody at all is no small group, and is shown as 0.

    Where only one would be hidden, the smallest of the others is hidden too: else it is the total less the rest.
    """
    hidden = {name for name, count in counts.items() if 0 < count < LEAST}
    others = sorted((count, name) for name, count in counts.items() if count >= LEAST)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return {name: None if name in hidden else count for name, count in counts.items()}


def together(counts: Sequence[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Counts along a way, as groups of at least ten in its order: first and last name, and how many.

    What is left over at the end joins the group before it; fewer than ten in all are no group, and give nothing.
    """
    groups: list[tuple[str, str, int]] = []
    first, held = "", 0
    for name, count in counts:
        if not count:
            continue
        first, held = first or name, held + count
        last = name
        if held >= LEAST:
            groups.append((first, last, held))
            first, held = "", 0
    if held and groups:
        begun, _last, before = groups.pop()
        groups.append((begun, last, before + held))
    return groups


def share(part: int, whole: int) -> float | None:
    """The part of a whole, from 0 to 1; None where either side of it is too small to be told."""
    if whole < LEAST or any(0 < side < LEAST for side in (part, whole - part)):
        return None
    return part / whole
