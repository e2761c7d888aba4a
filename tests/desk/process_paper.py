"""A case on paper: its rows in memory, and the desk's own pure functions to say what may be done with it.

It does what the desk's handlers do with a database: asks the rules, and writes a row. Beside the rows it keeps a diary
of what was done, in the order it was done, which is what the rules in `process_rules` are asked about.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from desk.cases.case_document import Answer, Document, Part
from desk.cases.open_case import OpenCase
from desk.process import process_ends, process_facts, signing, written
from desk.process.process_course import Course, course
from desk.process.written import Written, content_of, latest
from policy.case_facts import CaseFacts
from policy.closings import FOLLOW_UPS, may_be_held
from policy.gates import GATES, WRONG_STAGE, may_move
from policy.moves import BY_NAME, moves_from
from policy.record_forms import RECORDS
from policy.record_shape import fault_in
from policy.stages import IN_ORDER, Stage, since
from storage.attempts import ATTEMPT
from storage.case_lists import Entry
from storage.cases import CONSENT_WITHDRAWN, RAISED
from storage.process import CLOSED, ENTRIES, PAUSED, STAGE
from storage.records import Named, Record
from tests.desk.process_office import WEIGHED

PERSON, BEA, CAL, ANN, DOT = 0, 1, 2, 3, 4
"""Bea has the case and facilitates it, Cal does too, Ann signs off; Dot is somebody else."""
CAME = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
REVIEW_WITHIN = 42
SAFE = ("suitability_signed", "review_in_date", "form_is_safe")
STARTED = {"who_started": "person_harmed", "gender_based": "yes", "how": "Asked"}
SPAN = 30
"""Days until the review of those who do everything right."""


@dataclass(frozen=True)
class Line:
    """One thing that was done, or is to be: by whom, on which day, at which stage, and what was said."""

    what: str
    values: Mapping[str, str]
    by: int
    day: date
    stage: Stage
    after: Stage | None = None


@dataclass
class Paper:
    """One case. `given` is what was handed over, by step; `people` are those named, and what is so of each today."""

    given: Mapping[str, str] = field(default_factory=dict)
    is_flagged: bool = False
    stage: Stage = Stage.TRIAGE
    now: datetime = CAME
    is_paused: bool = False
    is_plan_over: bool = False
    is_tried_out: bool = False
    entries: list[Entry] = field(default_factory=list)
    records: list[Written] = field(default_factory=list)
    diary: list[Line] = field(default_factory=list)
    named: dict[int, float] = field(default_factory=dict)
    trained: dict[int, date] = field(default_factory=dict)
    in_role: set[int] = field(default_factory=lambda: {BEA, CAL, DOT})
    follow_ups: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    decided: dict[str, float] = field(default_factory=dict)
    still: OpenCase | None = None
    still_facts: CaseFacts | None = None
    kept: tuple[int, Course] = (0, Course(CAME.date(), round_on=CAME.date(), rested_on=CAME.date()))

    @property
    def today(self) -> date:
        return self.now.date()

    def copy(self) -> "Paper":
        """One that goes its own way from here."""
        rows = {"entries": [*self.entries], "records": [*self.records], "diary": [*self.diary]}
        people = {"named": {**self.named}, "trained": {**self.trained}, "in_role": {*self.in_role}}
        return replace(self, **rows, **people, follow_ups={**self.follow_ups}, decided={**self.decided})

    def document(self) -> Document:
        answers = [Answer(step, step, step, said, (said,)) for step, said in self.given.items()]
        flags = ("they may be hurt",) if self.is_flagged else ()
        return Document(
            "self_referral",
            "en",
            "en",
            "web",
            CAME,
            (Part("", tuple(answers)),),
            (),
            flags,
            flag_names=frozenset({"not_safe"} if flags else ()),
        )

    def known(self) -> OpenCase:
        if self.still is not None:
            return self.still
        people = [
            Named(who, str(who), at, self.trained.get(who), who in self.in_role) for who, at in self.named.items()
        ]
        soon = {name for name, (due, _) in self.follow_ups.items() if may_be_held(name, due, self.now)}
        return OpenCase(
            stage=self.stage,
            today=self.today,
            document=self.document(),
            records=self.records,
            facilitators=people,
            course=self.course(),
            is_person_paused=self.is_paused,
            has_open_follow_ups=any(is_open for _, is_open in self.follow_ups.values()),
            due_follow_ups=frozenset(soon),
            review_within_days=REVIEW_WITHIN,
            is_plan_current=not self.is_plan_over,
            is_tried_out=self.is_tried_out,
        )

    def course(self) -> Course:
        """Its course, found anew when something was added to its timeline."""
        if self.kept[0] != len(self.entries):
            self.kept = len(self.entries), course(CAME.date(), self.entries)
        return self.kept[1]

    def facts(self) -> CaseFacts:
        """What the rules know of it, where the deed is about nothing in particular."""
        if self.still is None:
            return process_facts.facts(self.known())
        if self.still_facts is None:
            self.still_facts = process_facts.facts(self.still)
        return self.still_facts

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """While nothing is done but trying, it is looked at once."""
        self.still, self.still_facts = self.known(), None
        yield
        self.still = None

    # What can be done, and why not: an empty answer is a yes.

    def move(self, name: str, /, *, try_only: bool = False, **values: str) -> tuple[str, ...]:
        """A move; `after` says where to, `closing` and `support` what its form says; `by_two`: as two have decided."""
        ways = [
            each for each in moves_from(self.stage) if each.name == name and values.get("after", "") in {"", each.after}
        ]
        if not ways:
            return (WRONG_STAGE,)
        facts = replace(self.facts(), closing=values.get("closing", ""))
        if "support" in values:
            facts = replace(facts, support=values["support"])
        if "by_two" in values:
            asked_at = self.decided.get(values["closing"], 0.0)
            if not process_ends.still_counts(self.known(), values["closing"], asked_at):
                return ("ends_by_two",)
            facts = replace(facts, is_decided_by_two=True)
        reasons = may_move(facts, ways[0])
        if reasons or try_only:
            return reasons
        before, after = self.stage, ways[0].after
        assert after is not None
        if "support" in values:
            self._keep("support", {"answer": values["support"]}, BEA)
            self._note("support", {"answer": values["support"]}, BEA, before)
        kind = ENTRIES.get(name, STAGE)
        self.stage = after
        self._enter(kind, before if kind in {PAUSED, CLOSED} else after)
        if name == "debrief":
            self.follow_ups = {each: (self.now + span, True) for each, span in FOLLOW_UPS.items()}
        self._note(f"move {name}", values, BEA, before, after)
        return ()

    def write(self, record: str, by: int = BEA, /, *, try_only: bool = False, **values: str) -> tuple[str, ...]:
        """A section of a record: the one with these headings."""
        shape, known = RECORDS[record], self.known()
        section = next(each for each in shape.sections if set(values) <= {one.name for one in each.fields})
        values = {one.name: values.get(one.name, "") for one in section.fields}
        days = known.course.round_on if shape.is_of_round else known.course.came_on, known.today
        faults = [fault for one in section.fields if (fault := fault_in(one, values[one.name], *days))]
        deed, facts = process_facts.for_record(known, shape, values, by, is_manager=by == ANN)
        reasons = (*faults, *may_move(facts, deed))
        if not reasons and not try_only:
            self._keep(record, values, by)
            self._note(record, values, by, self.stage)
        return reasons

    def sign(self, who: int, *, try_only: bool = False) -> tuple[str, ...]:
        """Somebody puts their name to the newest look at suitability; who does not facilitate, as its supervisor."""
        known, newest = self.known(), latest(self.records, "suitability")
        if newest is None:
            return ("nothing",)
        shuts = may_move(process_facts.facts(known), BY_NAME["weigh"])
        signed: dict[str, object] = {"supervisor": who, "supervised_at": self.now.timestamp()}
        if who in self.named:
            signed = {"signed": {str(each): self.now.timestamp() for each in (*newest.signed, who)}}
            may = not shuts and signing.may_sign(known, newest, who)
        else:
            may = signing.may_sign_off(known, newest, who, BEA)
        if not may:
            return ("may_not",)
        if not try_only:
            self._replace(newest, content_of(newest) | signed)
            self._note("sign", {}, who, self.stage)
        return ()

    def see_to(self, follow_up: str, state: str, *, try_only: bool = False) -> tuple[str, ...]:
        """A follow-up is held, or refused."""
        if not self.follow_ups.get(follow_up, (self.now, False))[1]:
            return ("nothing",)
        reasons = may_move(process_facts.facts(self.known(), follow_up=follow_up), BY_NAME["follow_up"])
        if state == "met" and reasons:
            return reasons
        if not try_only:
            self.follow_ups[follow_up] = self.follow_ups[follow_up][0], False
            self._note("follow_up", {"name": follow_up, "state": state}, BEA, self.stage)
        return ()

    # What happens, whether it may or not.

    def tries(self, result: str) -> None:
        self._enter(ATTEMPT, None, result)
        self._note("attempt", {"result": result}, BEA, self.stage)
        self.move("first_try")

    def person(self, says: str) -> None:
        """In their chat: pauses, resumes, takes_back, writes_of_danger."""
        self.wait(seconds=1)
        self.is_paused = {"pauses": True, "resumes": False}.get(says, self.is_paused)
        if says == "writes_of_danger":
            self._enter(RAISED, None)
        if says == "takes_back":
            self._enter(CONSENT_WITHDRAWN, None)
        self._note(f"person {says}", {}, PERSON, self.stage)

    def two_decide(self, closing: str) -> None:
        """One asks that it ends for this reason, and another approves it."""
        self.wait(seconds=1)
        self.decided[closing] = self.now.timestamp()
        self._note("two decide", {"closing": closing}, BEA, self.stage)

    def name(self, who: int) -> None:
        self.named.setdefault(who, self.now.timestamp())
        self._note("named", {"who": str(who)}, BEA, self.stage)

    def release(self, who: int) -> None:
        self.named.pop(who, None)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    # Doing everything right.

    def says_yes(self, step: str) -> None:
        self.write("consent", step=step, answer="yes", said_on=str(self.today), how_said="spoken")

    def put_right(self, form: str, without: str = "") -> None:
        """All that can be put right at this stage is, but for one thing, if one is named."""
        on = str(self.today)
        people: dict[str, Callable[[], Any]] = {
            "chat": lambda: self.is_paused and self.person("resumes"),
            "named": lambda: [self.name(who) for who in (BEA, CAL)],
            "in_role": lambda: self.in_role.update({BEA, CAL}),
            "trained": lambda: self.trained.update(dict.fromkeys((BEA, CAL), self.today + timedelta(days=400))),
            "others": lambda: self.release(DOT),
            "declaration": lambda: [self.write("declaration", who, conflict="no") for who in (BEA, CAL)],
            "start": lambda: [self.write("start", who, **STARTED) for who in (BEA, CAL)],
        }
        steps = ("go_on", "assessment", "approach", "answer", "follow_up", "partners", f"process_{form}")
        said = {f"yes to {step}": partial(self.says_yes, step) for step in steps}
        checked: dict[str, Callable[[], Any]] = {
            "preferences": lambda: self.write("preferences", offered="yes"),
            "plan": lambda: setattr(self, "is_plan_over", False),
            "flag": self.lift,
            "order": lambda: self.write("order", result="allows", checked_with="The fiscal", on=on),
            "other_side": lambda: self.write("other_side", state="goes_on", on=on, how="Said so"),
            "discussion": lambda: self.write("discussion", hopes="To be heard"),
            "suitability": lambda: self.is_safe(form) or self.weigh(form),
            "spoken": lambda: self.stage is Stage.PREPARATION and self.tries("reached"),
            "look_again": lambda: self.write("look_again", changed="no"),
            "preparation": lambda: self.write("preparation", form=form, ready="yes"),
            "contact": lambda: self.write("contact", on=on, form=form, answer="accepted"),
            "responsible": lambda: self.write("responsible", form=form, ready="yes"),
            "support": lambda: self.write("support", answer="offered"),
        }
        for name, put in (people | said | checked).items():
            if name != without:
                put()

    def lift(self) -> None:
        """If a sign of danger stands, the person is reached and asked, one would lift it, and the other does."""
        if not self.facts().has_safety_flag:
            return
        if not self.facts().is_reached_since_sign:
            self.wait(minutes=1)
            self.tries("reached")
        for who, state in ((BEA, "would_lift"), (CAL, "lifted")):
            self.write("flag", who, state=state, asked_on=str(self.today), why="Asked whether they are safe")

    def plan(self, on: date, state: str = "planned") -> None:
        """The day of a meeting is set, or given up."""
        self.write("planned", state=state, on=str(on))

    def is_safe(self, form: str) -> bool:
        """Whether what was weighed holds, so that it need not be weighed anew."""
        facts = replace(self.facts(), form=form)
        return all(GATES[name].holds(facts, BY_NAME["hold"]) for name in SAFE)

    def weigh(self, form: str) -> None:
        for names in WEIGHED.values():
            self.write("suitability", **dict.fromkeys(names, "Weighed"))
        review = str(self.today + timedelta(days=SPAN))
        self.write("suitability", outcome="suitable", safe_forms=form, review_on=review)
        for who in (BEA, CAL, ANN):
            self.sign(who)

    def hold(self, form: str) -> None:
        on = str(self.today)
        if form not in {"letter", "letter_not_sent"}:
            self.write("meeting", on=on, form=form, outcome="done")
            return
        self.write("letter", number="1", state="written")
        for who in (BEA, CAL):
            self.write("letter", who, number="1", state="read")
        self.write("letter", number="1", state="sent" if form == "letter" else "not_sent")

    def come_to(self, stage: Stage, form: str = "meet") -> "Paper":
        """As far as this stage, nothing left out."""
        if stage is self.stage:
            return self
        alone = form in {"letter_not_sent", "stand_in"}
        if self.stage is Stage.TRIAGE:
            self.tries("no_answer")
            self.tries("reached")
        while self.stage is not stage and IN_ORDER.index(self.stage) < IN_ORDER.index(stage):
            self.wait(hours=1)
            self.put_right(form)
            if self.stage is Stage.PROCESS:
                self.hold(form)
            if self.stage is Stage.AGREEMENT:
                self.write("agreement", commitments="To keep away")
                self.write("agreement", state="done", told_on=str(self.today))
            onward = [each for each in moves_from(self.stage) if each.after in since(self.stage)[1:]]
            onward = [each for each in onward if each.name != ("approach" if alone else "begin_alone")]
            skips = {"debrief"} if self.stage is Stage.PROCESS and stage is not Stage.FOLLOW_UP else {""}
            tried = next(self.move(each.name) for each in onward if each.name not in skips)
            assert not tried, (self.stage, tried)
        return self

    def _keep(self, form: str, values: Mapping[str, str], by: int) -> None:
        shape, at = RECORDS[form], self.course()
        before = latest(self.records, form) if shape.is_versioned else None
        content, version = written.saved(shape, values, set(), before=before, stage=self.stage, course=at, by=by)
        if version and before:
            self._replace(before, content, by)
        else:
            self.records.append(self._row(len(self.records) + 1, by, shape.kind, content))

    def _row(self, version: int, by: int, kind: str, content: Mapping[str, object]) -> Written:
        return written.read(Record(version, kind, version, by, str(by), self.now.timestamp(), b""), content)

    def _replace(self, old: Written, content: Mapping[str, object], by: int | None = None) -> None:
        """`by` writes on in it; without them it is signed, and whose it is and when stays."""
        at = self.records.index(old)
        new = self._row(old.version, old.staff_id if by is None else by, old.kind, content)
        self.records[at] = replace(new, at=old.at) if by is None else new

    def _enter(self, kind: str, stage: Stage | None, result: str | None = None) -> None:
        entry = Entry(len(self.entries), self.now.timestamp(), "Bea", kind, None, result, stage, None, None, None, None)
        self.entries.append(entry)

    def _note(self, what: str, values: Mapping[str, str], by: int, stage: Stage, after: Stage | None = None) -> None:
        self.diary.append(Line(what, values, by, self.today, stage, after))
