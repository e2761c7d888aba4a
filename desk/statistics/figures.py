"""Numbers about the service as a whole, made ready to be told: tables of groups of which none is small. Pure.

Source: what commissioners and the Restorative Justice Council's registration ask of a service (how many, how soon,
where from, how it ended), and the service's own question of where people leave. Counted from marked fields only.
Here may live what a table is, and how each kind of table is made by the one rule of `policy.small_counts`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from policy.figure_trees import AREAS, ENDS, HELD, HOURS, NOT_SAID, PROMISE, WAYS, WITHDRAWN, by
from policy.small_counts import LEAST, ROOM, Group, Tree, halves, is_apart, names_in, split, told
from policy.working_time import WorkingTime

Cell = str | int | float | None
"""Words, a count, a share from 0 to 1; None where nothing is told."""
Row = tuple[tuple[str, ...], tuple[Cell, ...]]
"""The names of what stands together, and the numbers about it."""
COUNTED = ("what", "number", "share")
BEGUN, SENT = "begun", "sent"


@dataclass(frozen=True, slots=True)
class Figure:
    """One table: its name, its columns by name, its rows; whether there is a plot of its first number."""

    name: str
    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = COUNTED
    is_plotted: bool = True

    def as_text(self) -> str:
        """Its rows as they are kept."""
        return json.dumps([[list(names), list(cells)] for names, cells in self.rows])


def rows_from(text: str) -> tuple[Row, ...]:
    """Rows as they were kept."""
    return tuple((tuple(names), tuple(cells)) for names, cells in json.loads(text))


def divided(name: str, tree: Tree, counts: Mapping[str, int]) -> Figure:
    """A whole in the groups in which it may be told."""
    groups = split(tree, counts)
    whole = sum(group.number for group in groups)
    return Figure(name, tuple(_row(group, whole) for group in groups))


def answered(name: str, tree: Tree, counts: Mapping[str, int], whole: int) -> Figure:
    """How often each answer was given, among all who could have given one."""
    silent = whole - sum(counts.values())
    return divided(name, tree, {**counts, NOT_SAID: silent}) if silent >= 0 else Figure(name)


def areas(counts: Mapping[str, int], whole: int) -> Figure:
    """Where people live."""
    return answered("council_area", AREAS, counts, whole)


def by_month(came: Iterable[datetime], months: Sequence[str]) -> Figure:
    """How many came, and in which month."""
    counts = dict.fromkeys(months, 0)
    for at in came:
        counts[f"{at:%Y-%m}"] += 1
    return divided("by_month", halves(months), counts)


def by_hours(came: Iterable[datetime], working: WorkingTime) -> Figure:
    """How many of them while nobody was at work."""
    moments = list(came)
    inside = sum(working.is_open(at) for at in moments)
    return divided("by_hours", HOURS, {"in_hours": inside, "out_of_hours": len(moments) - inside})


def by_way(sent: Mapping[str, int], whole: int) -> Figure:
    """Who sent what came: the person, the person after a proposal, or staff for them."""
    rest = whole - sum(sent.values())
    return divided("by_way", WAYS, {**sent, "by_staff": rest}) if rest >= 0 else Figure("by_way")


def promises(states: Mapping[tuple[str, str], int], names: Sequence[str], whole: int) -> Figure:
    """For each promise and aim of how many cases it was met, missed, had ended before, or still runs."""
    rows: list[Row] = []
    for name in names:
        counts = {state: states.get((name, state), 0) for state in names_in(PROMISE)}
        counts["running"] += whole - sum(counts.values())  # a case without such a time
        each = divided(name, PROMISE, counts) if counts["running"] >= 0 else Figure(name)
        rows += [(tuple(by(name, state) for state in group), cells) for group, cells in each.rows]
    return Figure("promises", tuple(rows))


def waits(spans: Mapping[str, tuple[Sequence[tuple[datetime, datetime]], int]], working: WorkingTime) -> Figure:
    """How many working hours people waited, in the middle, and what was promised or aimed at: for each wait from when
    to when, and how many working days it should have taken at most.
    """
    rows: list[Row] = []
    for name, (each, target) in spans.items():
        hours = [working.minutes_between(begin, end) / 60 for begin, end in each]
        middle = f"{median(hours):.1f}" if len(hours) >= LEAST else None
        rows.append(((name,), (middle, target)))
    return Figure("waits", tuple(rows))


def ends(counts: Mapping[str, int]) -> Figure:
    """How cases ended: with what held, withdrawn at which stage, or for which other reason."""
    known = set(names_in(ENDS))
    placed: dict[str, int] = dict.fromkeys(names_in(ENDS), 0)
    for name, count in counts.items():
        kind = name.split(".")[0]
        place = name if name in known else by(kind, NOT_SAID) if kind in {*HELD, WITHDRAWN} else "unmarked"
        placed[place] += count
    found = divided("ends", ENDS, placed)
    return Figure(found.name, tuple(row for row in found.rows if row[1][0]))


def funnel(flow: str, steps: Sequence[str], left: Mapping[str, int], sent: int | None) -> Figure:
    """Where people left a flow, in its order; and how many began it and sent it, where that may be told."""
    groups = [group for group in split(halves(steps), {step: left.get(step, 0) for step in steps}) if group.number]
    gone = sum(group.number for group in groups)
    begun = None if sent is None or not groups else gone + sent
    rows: list[Row] = [((BEGUN,), (begun, 1.0))] if begun is not None else []
    rows += [_row(group, begun) for group in groups]
    rows += [((SENT,), (sent, sent / begun if begun else None))] if sent is not None else []
    return Figure(f"funnel_{flow}", tuple(rows))


def sent_of(flow: str, ways: Figure, sent: Mapping[str, int]) -> int | None:
    """How many sent this flow, if telling it gives nothing away beside how what came was sent."""
    groups = [Group(names, int(cells[0] or 0)) for names, cells in ways.rows]
    if flow in names_in(WAYS):
        return told(groups, {flow})
    if flow != "organisation_referral":
        return sent[flow] if sent[flow] >= ROOM else None
    confirmed = told(groups, {"confirm_referral"})
    is_safe = confirmed is not None and confirmed <= sent[flow] and is_apart(confirmed, sent[flow])
    return sent[flow] if is_safe and sent[flow] >= ROOM else None


def from_cafes(held: int, heard: Figure) -> Figure:
    """How many cafes there were, and how many of those who came since say they heard of the service at an event."""
    groups = [Group(names, int(cells[0] or 0)) for names, cells in heard.rows]
    return Figure("from_cafes", ((("cafes_held",), (held,)), (("heard_at_event",), (told(groups, {"event"}),))))


def _row(group: Group, whole: int | None) -> Row:
    return group.names, (group.number, group.number / whole if whole else None)
