"""Whatever people do in whatever order, and whenever the power is cut, the guarantees hold.

People press buttons of old and new messages, type all sorts of things, stop, pause, send, withdraw and erase; updates
come twice and out of order; several come at once. What happened is compared with what happens on another disk where
each came once, one after the other, and no power was ever cut.

`make proofs` looks for longer, at other days each time.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.engine import Engine
from bot.flows import FLOWS
from bot.housekeeping import tidy
from bot.intake import Intake
from bot.messages import Inbound, Reply
from bot.posting import letters
from bot.transcripts import buttons
from content.phrases import normalise
from content.words import load
from storage import outbox
from storage.sealing import Keys
from tests.power_cut import Fuse, FusedDatabase, Killed, copy_files
from tests.stage import NOW, SECRETS, Stage, service
from tests.world import opened_drafts, world

pytestmark = pytest.mark.slow

PEOPLE = ("sam", "alex", "kim")
COMMANDS = sorted(load("en").commands)
TO_SEND = ("ask for a first talk", "yes", "i was harmed", "3", "yes", "Sam", "1", "07700 900123", "check and send now")
AFRESH = ("stop", "delete now", "/start")
COMING_BACK = (
    ("withdraw", "yes, withdraw"),
    ("have it erased", "yes, erase it"),
    ("write to the coordinator", "A text, please"),
    ("read what i sent", "acorn acorn acorn acorn"),
)
LATER = ("start", "what i sent", "withdraw", "erase", "yes, erase it", "yes, withdraw", "read what i sent", "send")
TYPED = st.one_of(
    st.sampled_from(COMMANDS),
    st.sampled_from([*TO_SEND, *LATER, *map(str, range(1, 9)), "1, 2", "sam@example.org", "acorn acorn acorn acorn"]),
    st.text(max_size=30),
)
TAKES_BACK = ("erase", "clear")
"""Commands after which what was still to be said goes unsaid."""
EXAMPLES = int(os.environ.get("CAIRN_EXAMPLES", "0"))


def asks_to_erase(inbound: Inbound) -> bool:
    words = inbound.text.rpartition(":")[2]
    return any(each in words for each in TAKES_BACK) or load("en").commands.get(normalise(words)) in TAKES_BACK


class Machine:
    """An intake on a disk, with a fuse."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = FusedDatabase(folder, Fuse(None, folder))
        self.intake = Intake(self.database, SECRETS, Engine(FLOWS), service())

    def boot(self, disk: Path) -> None:
        self.database.close()
        copy_files(disk / "cairn.db", self.folder)

    def handle(self, batch: list[Inbound], minute: int, at: int | None = None, left: Path | None = None) -> None:
        self.database.fuse = Fuse(at, left or self.folder)
        try:
            self.intake.handle(batch, NOW + timedelta(minutes=minute))
        finally:
            self.database.fuse = Fuse(None, self.folder)


class Disks:
    """Made once: empty tables with a team key, and the machines, whose statements stay compiled."""

    made: "Disks | None" = None

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="cairn-guarantees-"))
        stage = Stage(self.folder / "empty")
        stage.database.close()
        self.team = stage.team
        self.real, self.shadow = Machine(self.folder / "real"), Machine(self.folder / "shadow")

    @classmethod
    def get(cls) -> "Disks":
        cls.made = cls.made or cls()
        return cls.made


@pytest.fixture(scope="module", autouse=True)
def disks() -> Iterator[None]:
    yield
    if Disks.made is not None:
        Disks.made.real.database.close()
        Disks.made.shadow.database.close()
        shutil.rmtree(Disks.made.folder, ignore_errors=True)
        Disks.made = None


class Days(RuleBasedStateMachine):
    """What may happen at the service, and what must hold afterwards."""

    @initialize()
    def open(self) -> None:
        self.disks = Disks.get()
        self.real, self.shadow = self.disks.real, self.disks.shadow
        self.real.boot(self.disks.folder / "empty")
        self.minute = self.number = 0
        self.history: list[Inbound] = []
        self.heard: dict[str, list[Reply]] = {who: [] for who in PEOPLE}
        self.known = self.look()
        self.may_go_first: set[str] = set()

    def look(self) -> dict[str, Any]:
        return world(self.real.folder, self.disks.team)

    def new(self, who: str, words: str, kind: Any = "text") -> Inbound:
        self.number += 1
        return Inbound("telegram", str(self.number), who, kind, words, str(self.number) if kind == "press" else None)

    def come(self, batch: list[Inbound], at: int | None = None) -> None:
        """This comes, in one fetch; with `at`, the power is cut at that step, and it comes once more."""
        before, seed = self.known, self.number
        self.number += 1  # another seed each time, or two people would be given the same code
        shadow = self.sequentially(batch, seed)
        self.real.intake.random = Random(seed)
        try:
            self.real.handle(batch, self.minute, at, self.disks.folder / "left")
        except Killed:
            self.real.boot(self.disks.folder / "left")
            self.real.intake.random = Random(seed)
            self.real.handle(batch, self.minute)
        self.known = self.look()
        different = [(name, self.known[name], held) for name, held in shadow.items() if self.known[name] != held]
        assert different == [], "not what comes of each of these once, one after the other"
        self.history += batch
        self.check_what_changed(before, batch)
        self.listen()

    def sequentially(self, batch: list[Inbound], seed: int) -> dict[str, Any]:
        """What comes of it on another disk, each update by itself, each but once."""
        self.shadow.boot(self.real.folder)
        self.shadow.intake.random = Random(seed)
        seen = {update for update, _ in self.known["seen"]}
        for inbound in batch:
            if inbound.update not in seen:
                self.shadow.handle([inbound], self.minute)
            seen.add(inbound.update)
        return world(self.shadow.folder, self.disks.team)

    def check_what_changed(self, before: dict[str, Any], batch: list[Inbound]) -> None:
        spoke = {inbound.address for inbound in batch if inbound.update not in {update for update, _ in before["seen"]}}
        was, now = opened_drafts(before), opened_drafts(self.known)
        for who in PEOPLE:
            if who not in spoke:
                assert now.get(who) == was.get(who), "somebody's answers changed who said nothing"
        silent = [letter for letter in before["letters"] if letter[0] not in spoke]
        assert [letter for letter in self.known["letters"] if letter[0] not in spoke] == silent
        for who in spoke:
            assert self.told(self.known, who) or self.answered_by_clearing(who), "somebody got no answer"
            earlier, later = self.told(before, who), self.told(self.known, who)
            may_be_erased = was.get(who, {}).get("aside") == "erasing" or any(map(asks_to_erase, batch))
            assert later[: len(earlier)] == earlier or may_be_erased, "something was not said, or said too early"

    def told(self, seen: dict[str, Any], who: str) -> list[str]:
        return [text for address, text in seen["letters"] if address == who]

    def answered_by_clearing(self, who: str) -> bool:
        """Whether what is to be said to this person is said once the messages in their chat are gone."""
        return any(address == who and then for address, _ids, then in self.known["deletions"])

    def listen(self) -> None:
        """Keep the buttons of what was said to each."""
        with self.real.database.read() as tx:
            for who in PEOPLE:
                waiting = outbox.of(tx, self.real.intake.person("telegram", who), "telegram")
                self.heard[who] += [letters.unlock(each, Keys(SECRETS.seal)).reply for each in waiting][-3:]
                del self.heard[who][:-12]

    @rule(who=st.sampled_from(PEOPLE), words=TYPED)
    def says(self, who: str, words: str) -> None:
        self.come([self.new(who, words)])

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def presses(self, who: str, data: st.DataObject) -> None:
        """A button of any message that is still there to be seen."""
        found = [button.data for reply in self.heard[who] for button in buttons(reply)]
        assume(found)
        self.come([self.new(who, data.draw(st.sampled_from(found)), "press")])

    @rule(who=st.sampled_from(PEOPLE))
    def takes_the_newest_way_on(self, who: str) -> None:
        """So that deep places are reached."""
        options = [button.data for reply in self.heard[who][-1:] for button in reply.options]
        assume(options)
        self.come([self.new(who, options[0], "press")])

    @rule(who=st.sampled_from(PEOPLE), steps=st.integers(1, len(TO_SEND)))
    def goes_far(self, who: str, steps: int) -> None:
        self.come([self.new(who, words) for words in (*AFRESH, *TO_SEND[:steps])])

    @rule(who=st.sampled_from(PEOPLE), at=st.one_of(st.none(), st.integers(1, 60)))
    def sends_a_referral(self, who: str, at: int | None) -> None:
        """Perhaps with the power cut on the way."""
        self.come([self.new(who, words) for words in (*AFRESH, *TO_SEND, "send")], at)

    @rule(who=st.sampled_from(PEOPLE), does=st.sampled_from(COMING_BACK), at=st.one_of(st.none(), st.integers(1, 60)))
    def comes_back_to_what_was_sent(self, who: str, does: tuple[str, ...], at: int | None) -> None:
        self.come([self.new(who, words) for words in (*AFRESH, "what i sent", *does)], at)

    @rule(said=st.lists(st.tuples(st.sampled_from(PEOPLE), TYPED), min_size=2, max_size=6))
    def much_comes_at_once(self, said: list[tuple[str, str]]) -> None:
        self.come([self.new(who, words) for who, words in said])

    @rule(
        said=st.lists(st.tuples(st.sampled_from(PEOPLE), TYPED), min_size=1, max_size=4),
        at=st.integers(1, 40),
    )
    def the_power_is_cut(self, said: list[tuple[str, str]], at: int) -> None:
        self.come([self.new(who, words) for who, words in said], at)

    @precondition(lambda self: self.history)
    @rule(data=st.data(), said=st.lists(st.tuples(st.sampled_from(PEOPLE), TYPED), max_size=3))
    def old_updates_come_again_among_new_ones(self, data: st.DataObject, said: list[tuple[str, str]]) -> None:
        again = data.draw(st.lists(st.sampled_from(self.history), min_size=1, max_size=4))
        self.come(data.draw(st.permutations([*again, *again[:1], *(self.new(who, words) for who, words in said)])))

    @rule(who=st.sampled_from(PEOPLE), kind=st.sampled_from(["media", "edited", "unreadable", "open"]))
    def sends_something_else(self, who: str, kind: str) -> None:
        was = opened_drafts(self.known).get(who)
        self.come([self.new(who, "", kind)])
        now = opened_drafts(self.known).get(who)
        assert was is None or now is None or now["answers"] == was["answers"], "what is no answer changed one"

    @rule(who=st.sampled_from(PEOPLE), words=st.sampled_from(["stop", "STOP!", "/stop"]))
    def stops(self, who: str, words: str) -> None:
        self.come([self.new(who, words)])
        self.is_stopped(who)

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def presses_stop_on_any_message(self, who: str, data: st.DataObject) -> None:
        found = [b.data for reply in self.heard[who] for b in buttons(reply) if b.data.endswith(":_stop")]
        assume(found)
        self.come([self.new(who, data.draw(st.sampled_from(found)), "press")])
        self.is_stopped(who)

    def is_stopped(self, who: str) -> None:
        draft = opened_drafts(self.known).get(who)
        assert draft is None or draft["aside"] == "stopped"

    @rule(minutes=st.sampled_from([1, 60, 24 * 60, 73 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.minute += minutes
        before = opened_drafts(self.known)
        tidy(self.real.database, NOW + timedelta(minutes=self.minute))
        self.known = self.look()
        after = opened_drafts(self.known)
        assert after == before or minutes > 60, "nobody is forgotten early"
        assert not after or minutes <= 24 * 60

    @rule()
    def what_waits_is_delivered(self) -> None:
        with self.real.database.begin() as tx:
            waiting = outbox.waiting(tx, "telegram", 1000, (NOW + timedelta(minutes=self.minute)).timestamp())
            assert [each.id for each in waiting] == sorted(each.id for each in waiting)
            outbox.sent(tx, [each.id for each in waiting])
        assert len(waiting) == len(self.known["letters"])
        self.known = self.look()

    @invariant()
    def a_case_never_exists_without_its_alert_and_its_clock(self) -> None:
        if not hasattr(self, "known"):
            return
        cases = {reference for reference, *_ in self.known["cases"]}
        assert {row[0] for row in self.known["alerts"]} == cases
        assert {(row[0], row[1]) for row in self.known["clocks"]} == {
            (reference, name) for reference in cases for name in ("opened", "first_attempt", "reached", "renew_contact")
        }

    @invariant()
    def nothing_was_parked_and_every_update_was_seen_once(self) -> None:
        if not hasattr(self, "known"):
            return
        assert [fault for _, fault in self.known["seen"] if fault] == []
        numbers = [update for update, _ in self.known["seen"]]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def stop_would_work_for_everybody_now(self) -> None:
        """In every state that was reached, at once; tried on another disk."""
        if not hasattr(self, "known"):
            return
        self.shadow.boot(self.real.folder)
        self.shadow.intake.random = Random(0)
        self.shadow.handle([Inbound("telegram", f"stop {who}", who, "text", "stop") for who in PEOPLE], self.minute)
        for draft in opened_drafts(world(self.shadow.folder, self.disks.team)).values():
            assert draft["aside"] == "stopped"


Days.TestCase.settings = settings(
    max_examples=EXAMPLES or 15,
    stateful_step_count=25,
    derandomize=not EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestDays = Days.TestCase
