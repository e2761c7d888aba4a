"""Whether the conditions of a step hold, by what was answered. Pure; only functions over conditions and answers."""

from collections.abc import Mapping

from bot.laws import Test
from bot.steps import Answer


def any_holds(conditions: tuple[Test, ...], kept: Mapping[str, Answer]) -> bool:
    """Whether one of these holds. About a question skipped or not met a condition is false."""
    for condition in conditions:
        for name, options in condition:
            answer = kept.get(name)  # what follows is `is_among`, written out: it is asked hundreds of times a turn
            if answer is None or (answer not in options if isinstance(answer, str) else options.isdisjoint(answer)):
                break
        else:
            return True
    return False


def may_hold(conditions: tuple[Test, ...], kept: Mapping[str, Answer]) -> bool:
    """Whether one of these may hold yet: no answer already given stands against it."""
    for condition in conditions:
        for name, options in condition:
            if name in kept and not is_among(kept[name], options):
                break
        else:
            return True
    return False


def is_among(answer: Answer, options: frozenset[str]) -> bool:
    """Whether one of these options was given, alone or among others; false of a question skipped or not met."""
    if answer is None:
        return False
    return answer in options if isinstance(answer, str) else not options.isdisjoint(answer)
