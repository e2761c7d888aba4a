"""Counts that may leave the house: of groups so large that nobody can be found in them, nor beside them. Pure.

Source: the service's own rule that no count under ten leaves it (small areas and rare answers can identify a person);
the practice of statistical disclosure control, in which a hidden number beside a total is no hidden number, and whoever
knows the rule by which numbers are hidden learns from that as well.

So nothing is hidden, but less is divided. How a whole can be divided is fixed beforehand, as a tree of names. A part of
it is divided only where each of its parts is nobody, or at least `ROOM`; else it is told as one. What is told is then
no number under ten, and no sum or difference of such numbers is one. And whoever has all of it, and knows this rule,
still cannot say of anybody's place in an undivided group of n whether one or n - 1 are with them: at least ten numbers
further apart. Two divisions of the same whole leave open as much about who is in a group of both. It stays so over time
since what is told of a time is told once and for all (`storage.told_figures`), and times never overlap (`stretches`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

LEAST = 10
ROOM = LEAST + 2
"""The smallest group: with one person at least on either side, what is not told can still be ten apart."""
ENOUGH = 2 * LEAST
"""The smallest whole of which anything is told."""

Tree: TypeAlias = "str | tuple[Tree, ...]"
"""A name, or the parts of a whole."""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands together, by name, and how many there are in all."""

    names: tuple[str, ...]
    number: int


def names_in(tree: Tree) -> tuple[str, ...]:
    """All names of a tree, in its order."""
    return (tree,) if isinstance(tree, str) else tuple(name for part in tree for name in names_in(part))


def halves(names: Sequence[str]) -> Tree:
    """Names in an order that means something, so that what cannot be told apart stands with its neighbours."""
    if len(names) == 1:
        return names[0]
    middle = len(names) // 2
    return halves(names[:middle]), halves(names[middle:])


def split(tree: Tree, counts: Mapping[str, int], room: int = ROOM, enough: int = ENOUGH) -> tuple[Group, ...]:
    """The groups a whole is told in, in the order of the tree; none where there are too few to tell anything.

    Raises ValueError for a count that has no place in the tree: left out, it could be worked out from the rest.
    """
    whole = names_in(tree)
    if not set(counts) <= set(whole):
        raise ValueError("a count without a place")
    return _divided(tree, counts, room) if sum(counts.values()) >= enough else ()


def told(groups: Sequence[Group], names: Collection[str]) -> int | None:
    """How many are in these together, where the groups say so; None where they do not."""
    within = [group for group in groups if set(group.names) <= set(names)]
    known = {name for group in within for name in group.names}
    return sum(group.number for group in within) if known == set(names) else None


def is_apart(part: int, whole: int) -> bool:
    """Whether a part may be told beside a whole that is told."""
    return all(each == 0 or each >= ROOM for each in (part, whole - part))


def stretches(counts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Times in their order, each with how many came in it, as stretches with enough in each: the first and last time.

    They follow each other without a gap. What is left over at the end waits for more to come.
    """
    found: list[tuple[int, int]] = []
    first, held = None, 0
    for at, count in counts:
        first, held = at if first is None else first, held + count
        if held >= ENOUGH:
            found.append((first, at))
            first, held = None, 0
    return found


def _divided(tree: Tree, counts: Mapping[str, int], room: int) -> tuple[Group, ...]:
    names = names_in(tree)
    if isinstance(tree, str):
        return (Group(names, counts.get(tree, 0)),)
    numbers = [sum(counts.get(name, 0) for name in names_in(part)) for part in tree]
    if any(0 < number < room for number in numbers):
        return (Group(names, sum(numbers)),)
    return tuple(group for part in tree for group in _divided(part, counts, room))
