"""The words for what figures name: of one name, of names that stand together, of a stretch of months.

Here may live that alone. Names are those of questions, steps, stages and reasons, so most have their words elsewhere.
"""

from collections.abc import Sequence
from datetime import datetime

from content.words import Words
from policy.figure_trees import AREAS, ENDS, HELD, HOURS, PROMISE, WAYS, by
from policy.small_counts import names_in
from storage.told_figures import Stretch

FILE = "desk"
WHOLES = {"council_area": AREAS, "ends": ENDS, "by_hours": HOURS, "by_way": WAYS, "promises": PROMISE}
"""The figures whose parts stand in a tree of their own."""
FUNNEL = "funnel_"
IN_ORDER = ("by_month", "by_hours", FUNNEL)
"""Those whose names follow each other, so that the first and the last say it."""


def say_months(stretch: Stretch) -> str:
    """Such as: October to December 2026."""
    first, last = (datetime.strptime(f"{each} +0000", "%Y-%m %z") for each in (stretch.first, stretch.last))
    if first == last:
        return f"{first:%B %Y}"
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"


def say_group(words: Words, figure: str, names: Sequence[str]) -> str:
    """The words of what stands together in a row."""
    if len(names) == 1:
        return _say(words, figure, names[0])
    whole = names_in(WHOLES[figure]) if figure in WHOLES else ()
    if set(names) == set(whole):
        return words.text(FILE, "statistics.all")
    if figure.startswith(IN_ORDER):
        return f"{_say(words, figure, names[0])} – {_say(words, figure, names[-1])}"
    kinds = [name.partition(".")[0] for name in names]
    if len(set(kinds)) == 1 and "." in names[0]:
        return _of_one_kind(words, figure, names, kinds[0])
    return ", ".join(dict.fromkeys(_of_kind(words, figure, names, whole)))


def _of_kind(words: Words, figure: str, names: Sequence[str], whole: Sequence[str]) -> list[str]:
    """Each by itself, but all parts of something that are there by its own name."""
    found = []
    for name in names:
        kind, _, part = name.partition(".")
        is_all = part and {each for each in whole if each.startswith(f"{kind}.")} <= set(names)
        found.append(_name(words, figure, kind) if is_all else _say(words, figure, name))
    return found


def _of_one_kind(words: Words, figure: str, names: Sequence[str], kind: str) -> str:
    parts = [name.partition(".")[2] for name in names]
    whole = [name for name in names_in(WHOLES[figure]) if name.startswith(f"{kind}.")]
    said = _name(words, figure, kind)
    is_all = set(names) >= (set(whole) or {by(kind, part) for part in names_in(PROMISE)})
    return said if is_all else f"{said}: {', '.join(_name(words, figure, part) for part in parts)}"


def _say(words: Words, figure: str, name: str) -> str:
    kind, _, part = name.partition(".")
    return f"{_name(words, figure, kind)}: {_name(words, figure, part)}" if part else _name(words, figure, name)


def _name(words: Words, figure: str, name: str) -> str:
    if figure == "by_month":
        return f"{datetime.strptime(f'{name} +0000', '%Y-%m %z'):%B %Y}"
    if own := words.find(FILE, f"statistics.names.{name}"):
        return own
    if figure.startswith(FUNNEL):
        flow = figure.removeprefix(FUNNEL)
        return words.find(flow, f"{name}.short") or words.find("common", f"{name}.short") or name.replace("_", " ")
    if figure == "ends":
        where = ("closings" if name not in HELD else "options", "options")
        said = next((found for each in where if (found := words.find("process", f"{each}.{name}"))), None)
        return said or words.text(FILE, f"stages.{name}")
    return words.option("self_referral", figure, name)
