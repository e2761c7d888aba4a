"""Whatever is sent to the desk about a process, in whatever order, by whomever: no rule of it is broken in the rows."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from policy.stages import WITH_THE_PERSON, Stage
from storage.tables import CASE_ENTRIES, CASE_RECORDS, TASKS
from tests.desk.office import ANN, BEA, CAL
from tests.desk.process_office import LATER, Process, process_office

MOVES = ("assess", "prepare", "approach", "prepare_responsible", "begin", "begin_alone", "agree", "debrief", "talk")
STEPS = ("assessment", "approach", "process_meet", "process_letter_not_sent")
NEEDS_APPROACH = {Stage.APPROACH.value, Stage.RESPONSIBLE.value}


class AnyOrder(RuleBasedStateMachine):
    """The real desk, its real rows, and somebody who sends anything at any time."""

    @initialize(stage=st.sampled_from(["suitability", "preparation", "approach", "responsible", "process"]))
    def begin(self, stage: str) -> None:
        self.folder = TemporaryDirectory()
        self.office = process_office(Path(self.folder.name))
        self.process = Process(self.office)
        self.said = dict.fromkeys(STEPS, False)
        self.is_flagged = False
        self.run(self.process.come_to(stage))
        self.said |= {"assessment": True, "approach": stage in {"approach", "responsible", "process"}}
        self.said["process_meet"] = stage == "process"
        self.seen = len(self.office.rows(CASE_ENTRIES)), len(self.office.rows(CASE_RECORDS))

    def run(self, deed: Coroutine[Any, Any, None]) -> None:
        asyncio.run(deed)

    def post(self, path: str, who: str = BEA, **fields: str) -> None:
        async def send() -> None:
            data = {"form_token": await self.process.token(who), **fields}
            client = self.office.visit(who).client
            answer = await client.post(self.process.folder + path, data=data, follow_redirects=False)
            assert answer.status_code < 500

        self.run(send())

    @rule(step=st.sampled_from(STEPS), answer=st.sampled_from(["yes", "no"]))
    def the_person_says(self, step: str, answer: str) -> None:
        on = self.process.today
        self.post("/consent", section="consent", step=step, answer=answer, said_on=on, how_said="spoken")
        if self.process.stage() != "withdrawn":
            self.said[step] = answer == "yes"
        self.everything_is_tried()

    @rule(state=st.sampled_from(["stands", "lifted"]))
    def a_sign_of_danger(self, state: str) -> None:
        self.post("/flag", section="flag", state=state, why="Talked through")
        if self.process.stage() != "withdrawn":
            self.is_flagged = state == "stands"
        self.everything_is_tried()

    def everything_is_tried(self) -> None:
        """All that a yes or a sign of danger decides on."""
        for record in ("contact", "responsible", "meeting"):
            self.write(record)
        for move in ("approach", "prepare_responsible", "begin"):
            self.move(move)

    @rule(record=st.sampled_from(["support", "preparation", "contact", "responsible", "suitability", "meeting"]))
    def something_is_written(self, record: str) -> None:
        self.write(record)

    @rule(move=st.sampled_from(MOVES))
    def a_move_is_tried(self, move: str) -> None:
        self.move(move)

    def write(self, record: str) -> None:
        on = self.process.today
        fields = {
            "support": {"section": "support", "answer": "offered"},
            "preparation": {"section": "ready", "form": "meet", "ready": "yes"},
            "contact": {"section": "contact", "on": on, "answer": "accepted"},
            "responsible": {"section": "ready_too", "ready": "yes"},
            "suitability": {"section": "decision", "outcome": "suitable", "safe_forms.meet": "on", "review_on": LATER},
            "meeting": {"section": "meeting", "on": on, "form": "meet", "outcome": "done"},
        }[record]
        self.before_a_deed()
        self.post(f"/{record}", **fields)
        self.after_a_deed(record)

    def move(self, move: str) -> None:
        self.before_a_deed()
        self.post("/move", move=move)
        self.after_a_deed(move)

    @rule(who=st.sampled_from([BEA, CAL, ANN]), version=st.sampled_from(["1", "2", "3"]))
    def somebody_signs(self, who: str, version: str) -> None:
        self.post("/sign-off" if who == ANN else "/sign", who, version=version)

    @rule(deed=st.sampled_from(["pause", "withdraw"]))
    def it_rests(self, deed: str) -> None:
        stage = self.process.stage()
        self.post(*(["/move"] if deed == "pause" else ["/withdraw"]), **({"move": deed} if deed == "pause" else {}))
        if stage in WITH_THE_PERSON:
            assert self.process.stage() == {"pause": "paused", "withdraw": "withdrawn"}[deed]
            assert self.office.rows(TASKS), "somebody is to be told"
            self.said = dict.fromkeys(STEPS, False)

    def before_a_deed(self) -> None:
        self.stage = self.process.stage()
        self.contacts = self.kinds()

    def kinds(self) -> list[str]:
        return [row.kind for row in self.office.rows(CASE_RECORDS)]

    def after_a_deed(self, deed: str) -> None:
        """What was let through is what the person had said yes to, with nothing dangerous standing."""
        now, written = self.process.stage(), self.kinds()
        if now != self.stage and now in NEEDS_APPROACH | {Stage.PROCESS.value} and deed != "begin_alone":
            assert self.said["approach"], deed
        if now != self.stage and now == Stage.PROCESS.value:
            assert self.said["process_meet"] and not self.is_flagged
        if deed in {"contact", "responsible"} and written != self.contacts:
            assert self.said["approach"], deed
        if deed == "meeting" and written.count("process") > self.contacts.count("process"):
            assert self.said["approach"] and self.said["process_meet"] and not self.is_flagged

    @invariant()
    def a_case_that_has_ended_stays_ended(self) -> None:
        if hasattr(self, "process") and self.process.stage() == "withdrawn":
            self.post("/move", move="resume")
            assert self.process.stage() == "withdrawn"

    def teardown(self) -> None:
        self.office.desk.database.close()
        self.folder.cleanup()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=5,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a smaller example would take minutes to find
)
