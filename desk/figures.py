"""Numbers about the service as a whole, made ready to be shown: tables in which no count under ten can be found. Pure.

Source: what commissioners and the Restorative Justice Council's registration ask of a service (how many, how soon,
where from, how it ended), and the service's own question of where people leave. Counted from marked fields only.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from policy.small_counts import LEAST, share, shown, together
from policy.working_time import WorkingTime

Cell = str | int | float | None
"""Words, a count, a share from 0 to 1; None for what is hidden."""
Label = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Figure:
    """One table: its name, its columns by name, its rows; whether there is a plot of its first number."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_plotted: bool = False


def by_month(came: Iterable[datetime], working: WorkingTime) -> Figure:
    """Referrals a month, and the share of them that came while nobody was at work."""
    moments = list(came)
    months = Counter(f"{at:%Y-%m}" for at in moments)
    out = Counter(f"{at:%Y-%m}" for at in moments if not working.is_open(at))
    seen = shown(months)
    rows = tuple(
        (month, seen[month], None if seen[month] is None else share(out[month], months[month]))
        for month in sorted(months)
    )
    return Figure("by_month", ("month", "referrals", "out_of_hours"), rows, is_plotted=True)


def promises(states: Mapping[str, Counter[str]], label: Label) -> Figure:
    """For each promise how often it was met, missed, and is still running."""
    rows = [(label(name), *_cells(counts, ("met", "missed", "running"))) for name, counts in states.items()]
    return Figure("promises", ("promise", "met", "missed", "running"), tuple(rows))


def waits(spans: Mapping[str, Sequence[tuple[datetime, datetime]]], working: WorkingTime, label: Label) -> Figure:
    """How many working hours people waited, in the middle: for each span, from when to when."""
    rows = []
    for name, each in spans.items():
        hours = [working.minutes_between(begin, end) / 60 for begin, end in each]
        told = len(hours) >= LEAST
        rows.append((label(name), len(hours) if told else None, f"{median(hours):.1f}" if told else None))
    return Figure("waits", ("span", "cases", "hours"), tuple(rows))


def counted(name: str, counts: Mapping[str, int], label: Label) -> Figure:
    """How often each answer was given, most often first."""
    seen = shown(counts)
    order = sorted(counts, key=lambda each: (seen[each] is None, -counts[each] if seen[each] is not None else 0, each))
    return Figure(name, ("answer", "referrals"), tuple((label(each), seen[each]) for each in order), is_plotted=True)


def funnel(steps: Sequence[str], left: Mapping[str, int], sent: int, label: Label) -> Figure:
    """Where people left a flow, in its order, steps taken together until no group is small; and how many sent it."""
    whole = shown({"left": sum(left.values()), "sent": sent})
    groups = together([(step, left.get(step, 0)) for step in steps]) if whole["left"] else []
    rows: list[tuple[Cell, ...]] = [
        (label(first) if first == last else f"{label(first)} – {label(last)}", number) for first, last, number in groups
    ]
    if not groups:
        rows.append((label("left"), whole["left"]))
    return Figure("funnel", ("step", "people"), (*rows, (label("sent"), whole["sent"])), is_plotted=True)


def _cells(counts: Mapping[str, int], names: Sequence[str]) -> list[int | None]:
    seen = shown({name: counts.get(name, 0) for name in names})
    return [seen[name] for name in names]
