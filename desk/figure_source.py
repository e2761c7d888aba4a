"""What the figures of the service are made from: each table is asked once, however many figures use it.

Here may live that source and the words for what it names; which figures there are is `desk.statistics`'.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection

from desk.access import SignedIn
from policy.deadlines import PROMISES
from policy.working_time import WorkingTime
from storage import statistics, tallies
from storage.sealing import unseal_with


@dataclass(frozen=True)
class Source:
    """What a figure is made from: the tables of a time, the words, and the team's key if this visitor has it."""

    visit: SignedIn
    tx: Connection
    months: int

    @cached_property
    def begin(self) -> datetime:
        """The first moment that counts: the first of a month, as the tables know months."""
        now = self.visit.now
        month = now.year * 12 + now.month - self.months
        return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)

    @property
    def since(self) -> float:
        """The same in UTC seconds."""
        return self.begin.timestamp()

    @cached_property
    def working(self) -> WorkingTime:
        """When the service is at work."""
        return WorkingTime.from_settings(self.visit.desk.settings)

    @cached_property
    def promises(self) -> Sequence[statistics.Kept]:
        """What was promised to people whose case came in that time, and what became of it."""
        return statistics.promises(self.tx, self.since, PROMISES)

    @cached_property
    def endings(self) -> Sequence[tallies.Ending]:
        """Where conversations ended."""
        return tallies.endings_since(self.tx, tallies.month_of(self.begin))

    @cached_property
    def answers(self) -> Mapping[str, Counter[str]]:
        """How often each marked answer was given, by question. Opened with the team's key."""
        found: dict[str, Counter[str]] = {}
        for tally in tallies.since(self.tx, tallies.month_of(self.begin)):
            opened = json.loads(unseal_with(self.visit.session.team_key or b"", tally.sealed, tally.context))
            for question, answer in opened.items():
                found.setdefault(question, Counter())[answer] += 1
        return found

    def label(self, name: str) -> str:
        """The word for something these figures name."""
        words = self.visit.desk.words
        found = words.find("desk", f"statistics.names.{name}") or words.find("desk", f"stages.{name}")
        return found or words.find("common", f"options.{name}") or name

    def step(self, flow: str, name: str) -> str:
        """The short name of a step."""
        words = self.visit.desk.words
        found = words.find("desk", f"statistics.names.{name}") or words.find(flow, f"{name}.short")
        return found or words.find("common", f"{name}.short") or name.replace("_", " ")

    def option(self, question: str, name: str) -> str:
        """The words of an option of a question of the self-referral, where both questions that count are asked."""
        return self.visit.desk.words.option("self_referral", question, name)
