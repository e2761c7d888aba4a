"""What the figures of the service are made from: each table is asked once, however many figures use it.

Here may live that source; which figures there are is `desk.statistics.statistics`'.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection

from bot.referrals.tallying import SENT
from desk.statistics.tallying import ENDED
from desk.visit import SignedIn
from policy.deadlines import FIRST_ATTEMPT, OPENED, REACHED
from policy.figure_trees import ERASED, UNMARKED, WITHDRAWN, by, month_after, months, quarters
from policy.promises import Targets, known_from
from policy.settings import Settings
from policy.small_counts import stretches
from policy.working_time import WorkingTime
from storage import statistics, tallies, told_figures
from storage.sealing import unseal_with
from storage.statistics import Span
from storage.told_figures import Stretch


@dataclass(frozen=True, slots=True)
class Times:
    """The stretches of time that figures are told of, the earliest first; and when cases came that no figure told of
    yet, in UTC seconds.
    """

    told: Mapping[Stretch, Mapping[str, str]]
    """With what was told of each, by name."""
    to_tell: Sequence[Stretch]
    came: Sequence[float] = field(repr=False)
    waiting: Sequence[tuple[Stretch, datetime]] = ()
    """Quarters that are over, in which promises may still run; and from when on they are told, if enough came."""

    @property
    def stretches(self) -> list[Stretch]:
        """All of them."""
        return [*self.told, *self.to_tell]


KEPT = (OPENED, FIRST_ATTEMPT, REACHED)
"""What is promised, and what is aimed at."""
YEARS_BACK = 2
"""How far back promises can still run: no setting makes one longer."""


def times(tx: Connection, now: datetime, settings: Settings) -> Times:
    """What was told, and since then whole quarters of which all is known, as many together as it takes until enough
    came.

    From now on these belong together: what is told of them later is told of the same months.
    """
    told = told_figures.everything(tx)
    after = month_after(list(told)[-1].last) if told else None
    waiting = [each for each in _waiting(now, settings) if after is None or each[0].first >= after]
    until = waiting[0][0].first if waiting else tallies.month_of(now)
    came = statistics.arrivals(tx, Span(_begin(after) if after else 0.0, _begin(until)))
    if not came:
        return Times(told, (), came, waiting)
    over = quarters(after or tallies.month_of(moment(min(came))), until)
    by_month = Counter(tallies.month_of(moment(at)) for at in came)
    counts = [(number, sum(by_month[month] for month in months(*each))) for number, each in enumerate(over)]
    new = [Stretch(over[begin][0], over[end][1]) for begin, end in stretches(counts)]
    is_first = told_figures.set_apart(tx, new, now)
    return Times(told, new, came, waiting) if is_first else times(tx, now, settings)


def _waiting(now: datetime, settings: Settings) -> list[tuple[Stretch, datetime]]:
    """Quarters that are over, but not the promises of whoever came at their last moment, the earliest first.

    By the calendar alone: a day that hung on who came last would tell of them.
    """
    targets, working = Targets.from_settings(settings), WorkingTime.from_settings(settings)
    found = []
    for first, last in reversed(quarters(f"{now.year - YEARS_BACK:04d}-01", tallies.month_of(now))):
        known = known_from(moment(_begin(month_after(last))), targets, working)
        if known <= now:
            break
        found.append((Stretch(first, last), known))
    return found[::-1]


def span(stretch: Stretch) -> Span:
    """Its moments, in UTC, as the tables know months."""
    return Span(_begin(stretch.first), _begin(month_after(stretch.last)))


def moment(at: float) -> datetime:
    """UTC seconds as a moment."""
    return datetime.fromtimestamp(at, UTC)


@dataclass(frozen=True)
class Source:
    """What a figure is made from: the tables of a time, and the team's key if this visitor has it."""

    visit: SignedIn
    tx: Connection
    stretch: Stretch
    times: Times

    @cached_property
    def span(self) -> Span:
        """The time it is about."""
        return span(self.stretch)

    @cached_property
    def working(self) -> WorkingTime:
        """When the service is at work."""
        return WorkingTime.from_settings(self.visit.desk.settings)

    @cached_property
    def came(self) -> Sequence[datetime]:
        """When each case came."""
        is_new = self.stretch in self.times.to_tell
        came = self.times.came if is_new else statistics.arrivals(self.tx, self.span)
        return [moment(at) for at in came if self.span.since <= at < self.span.until]

    @cached_property
    def endings(self) -> Sequence[tallies.Ending]:
        """Where conversations ended."""
        return tallies.endings_between(self.tx, self.stretch.first, self.stretch.last)

    @cached_property
    def sent(self) -> Counter[str]:
        """How often each flow was sent."""
        found: Counter[str] = Counter()
        for ending in self.endings:
            found[ending.flow] += ending.number if ending.how == SENT else 0
        return found

    def left(self, flow: str) -> Counter[str]:
        """How often each step of a flow was the last, without its being sent."""
        found: Counter[str] = Counter()
        for ending in self.endings:
            if ending.flow == flow and ending.how != SENT:
                found[ending.step] += ending.number
        return found

    @cached_property
    def answers(self) -> Mapping[str, Counter[str]]:
        """How often each marked answer was given, by question. Opened with the team's key."""
        found: dict[str, Counter[str]] = {}
        for tally in tallies.between(self.tx, self.stretch.first, self.stretch.last):
            opened = json.loads(unseal_with(self.visit.session.team_key or b"", tally.sealed, tally.context))
            for question, answer in opened.items():
                found.setdefault(question, Counter())[answer] += 1
        return found

    @cached_property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """What became of promises and aims, what ended cases at which stage, and how many cafes were held."""
        return statistics.counts(self.tx, self.span, KEPT)

    def ends(self) -> Counter[str]:
        """How cases ended, by the names of `policy.figure_trees.ENDS`."""
        marked = self.answers.get(ENDED, Counter())
        found = Counter(marked)
        for (kind, stage), number in self.counts.items():
            if kind in statistics.ENDS:
                found[by(WITHDRAWN, stage) if kind == WITHDRAWN else ERASED if kind == ERASED else UNMARKED] += number
        found[UNMARKED] = max(found[UNMARKED] - marked.total(), 0)
        return found


def _begin(month: str) -> float:
    return datetime.strptime(f"{month} +0000", "%Y-%m %z").timestamp()
