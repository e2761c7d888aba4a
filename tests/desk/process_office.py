"""An office that can hold a process: Bea has cases and facilitates, Cal facilitates, Ann is the manager who signs off.

Each thing is done as a browser does it, from the page that offers it. Every name and word is invented.
"""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import update

from content import words
from policy.record_forms import RECORDS
from policy.stages import Stage
from storage import clocks, training
from storage.tables import CASES, STAFF
from tests.desk.office import ANN, BEA, CAL, Browser, Office, Page, copy_office

TODAY = "2026-11-24"
LATER = "2026-12-24"
WEIGHED = {
    "choice": ("free_choice",),
    "safety": ("safety_and_control",),
    "between_them": ("responsibility",),
    "weighing": ("risk_factors", "protective_factors", "risk_of_not_taking_part", "mitigation"),
}
"""Headings that are needed, by the section they stand in."""
ROLES = {ANN: "coordinator manager", BEA: "coordinator facilitator", CAL: "facilitator"}


class Process:
    """One case and its process, done by Bea unless said otherwise."""

    def __init__(self, office: Office, case_id: str = "", **how: Any) -> None:
        self.office = office
        self.id = case_id or office.case(**how).id
        self.folder = f"/cases/{self.id}/process"
        self.tokens: dict[str, str] = {}

    async def open(self, to: str = "", who: str = BEA) -> Page:
        return await self.office.visit(who).open(self.folder + to)

    async def write(self, record: str, section: str = "", who: str = BEA, /, **fields: str) -> Page:
        """Fills in one section of a record and saves it."""
        section = section or RECORDS[record].sections[0].name
        page = await self.open(f"/{record}", who)
        title = words.load("en").text("process", f"sections.{section}")
        return await page.press(f"Save {title}", **fields)

    async def go(self, button: str, who: str = BEA, **fields: str) -> Page:
        return await (await self.open("", who)).press(button, **fields)

    async def say(self, step: str, answer: str = "yes") -> Page:
        """The person says yes or no to a step, today."""
        return await self.write("consent", step=step, answer=answer, said_on=self.today, how_said="spoken")

    def train(self, name: str, until: date) -> None:
        """A manager has written down until when this member's training is valid."""
        with self.office.desk.database.begin() as tx:
            training.keep(tx, self.office.member(name).id, "level_1", until)

    async def send(self, path: str, who: str = BEA, /, **fields: str) -> None:
        """What a browser sends for a form, without looking at the page before or after: quick."""
        browser = self.office.visit(who)
        data = {"form_token": await self.token(who), **fields}
        response = await browser.client.post(path, data=data, follow_redirects=False)
        assert response.status_code in {200, 303}, response.text

    async def put(self, record: str, section: str = "", who: str = BEA, /, **fields: str) -> None:
        """Saves one section of a record."""
        section = section or RECORDS[record].sections[0].name
        await self.send(f"{self.folder}/{record}", who, section=section, **fields)

    async def said(self, step: str) -> None:
        """The person has said yes to a step, today."""
        await self.put("consent", step=step, answer="yes", said_on=self.today, how_said="spoken")

    async def token(self, who: str) -> str:
        """The token of this member's forms."""
        if who not in self.tokens:
            found = (await self.office.visit(who).open("/me")).soup.find("input", attrs={"name": "form_token"})
            assert found
            self.tokens[who] = str(found["value"])
        return self.tokens[who]

    @property
    def today(self) -> str:
        return self.office.now.date().isoformat()

    @property
    def reference(self) -> str:
        return next(str(row.reference) for row in self.office.rows(CASES) if row.id == self.id)

    async def stop(self) -> Page:
        """The person has said that they want to stop."""
        return await self.go("They have said so: stop it", reference=self.reference)

    def is_due(self, follow_up: str) -> None:
        """The time of a follow-up has come."""
        with self.office.desk.database.begin() as tx:
            clocks.put(tx, self.id, follow_up, self.office.now)

    def stage(self) -> str:
        return next(str(row.stage) for row in self.office.rows(CASES) if row.id == self.id)

    async def begin(self) -> None:
        """Taken, reached, talked with; nothing dangerous stands, and both facilitators have given their word."""
        bea = self.office.visit(BEA)
        await (await bea.open(f"/cases/{self.id}")).press("Take this case")
        await self.send(f"/cases/{self.id}/attempts", route="phone", result="reached")
        await self.send(f"/cases/{self.id}/stage", stage="initial_discussion")
        for name in (BEA, CAL):
            await self.send(f"{self.folder}/facilitators", staff_id=str(self.office.member(name).id))
            await self.put("declaration", "", name, conflict="no")
            self.train(name, date(2027, 6, 30))
        await self.put("preferences", offered="yes", wishes="A woman")
        for name, state in ((BEA, "would_lift"), (CAL, "lifted")):
            await self.put("flag", "", name, state=state, asked_on=self.today, why="Asked: they are safe now")
        await self.put("start", who_started="person_harmed", gender_based="yes", how="As the referral says")

    async def weigh(self, *forms: str) -> None:
        """Suitability is written down whole: suitable in these forms."""
        ticks = {f"safe_forms.{form}": "on" for form in forms}
        for section, names in WEIGHED.items():
            await self.put("suitability", section, **dict.fromkeys(names, "Their sister"))
        await self.put("suitability", "decision", outcome="suitable", review_on=LATER, **ticks)

    async def assess(self, *forms: str) -> None:
        """Weighed, found suitable in these forms, and signed by all three."""
        await self.weigh(*forms)
        for name in (BEA, CAL):
            await self.send(f"{self.folder}/sign", name, version="1")
        await self.send(f"{self.folder}/sign-off", ANN, version="1")

    async def support(self) -> None:
        await self.put("support", answer="offered")

    async def order(self, result: str = "allows") -> None:
        await self.put("order", result=result, checked_with="The fiscal's office", on=self.today)

    async def look_again(self) -> None:
        """Safety is looked at again, and nothing has changed."""
        await self.put("look_again", changed="no")

    async def stand_at(self, stage: Stage) -> None:
        """Taken by Bea, and put at a stage as if all had been done."""
        await (await self.office.visit(BEA).open(f"/cases/{self.id}")).press("Take this case")
        with self.office.desk.database.begin() as tx:
            tx.execute(update(CASES).where(CASES.c.id == self.id).values(stage=stage.value))

    async def rests_at(self, stage: Stage) -> None:
        """Has come to any stage; paused and closed as a coordinator does it, from the approach and from triage."""
        if stage is Stage.PAUSED:
            await self.stand_at(Stage.APPROACH)
            await self.send(f"{self.folder}/move", move="pause", support="offered")
        elif stage is Stage.CLOSED:
            await self.stand_at(Stage.INITIAL_DISCUSSION)
            await self.send(f"{self.folder}/move", move="close", closing="duplicate", support="offered")
        elif stage is not Stage.RECEIVED:
            await self.stand_at(stage)
        assert self.stage() == stage

    async def come_to(self, stage: str, form: str = "meet") -> None:
        """As far as this stage, nothing left out."""
        await self.begin()
        await self.put("discussion", "motivations", hopes="To be heard")
        await self.said("assessment")
        onward = [
            ("suitability", "assess", [self.support]),
            ("preparation", "prepare", [lambda: self.assess(form), self.support]),
            ("approach", "approach", [lambda: self.ready(form), self.may_ask]),
            ("responsible", "prepare_responsible", [self.look_again, lambda: self.accepted(form), self.support]),
            ("process", "begin", [self.look_again, lambda: self.both_ready(form), self.support]),
            ("agreement", "agree", [self.look_again, lambda: self.hold(form), self.support]),
            ("follow_up", "debrief", [self.agree, self.support]),
        ]
        for name, move, deeds in onward:
            if self.stage() == stage:
                return
            for deed in deeds:
                await deed()
            await self.send(f"{self.folder}/move", move=move, after=name)
            assert self.stage() == name, (await self.open()).text

    async def ready(self, form: str) -> None:
        await self.send(f"/cases/{self.id}/attempts", route="phone", result="they_contacted_us")
        await self.put("preparation", "ready", form=form, ready="yes")

    async def may_ask(self) -> None:
        """All that has to be so in this preparation before anybody is asked."""
        await self.order()
        await self.look_again()
        await self.said("approach")
        await self.support()

    async def accepted(self, form: str = "meet") -> None:
        await self.put("contact", on=self.today, form=form, answer="accepted")

    async def both_ready(self, form: str = "meet") -> None:
        """The person responsible is, and the person has said yes to the form."""
        await self.put("responsible", "ready_too", form=form, ready="yes")
        await self.said(f"process_{form}")

    async def hold(self, form: str = "meet") -> None:
        """A meeting; a letter is written, read by both, and leaves."""
        if form != "letter":
            await self.put("meeting", on=self.today, form=form, outcome="done")
            return
        for state, who in (("written", BEA), ("read", BEA), ("read", CAL), ("sent", BEA)):
            await self.put("letter", "", who, number="1", state=state)

    async def agree(self) -> None:
        await self.put("agreement", "agreed", commitments="To keep away", who_checks="Bea")
        await self.put("agreement", "came_of_it", state="done", told_on=self.today)


def process_office(folder: Path, **settings: Any) -> Office:
    """A copy of the office, ready for a process."""
    whole, cookies = _made()
    shutil.copytree(whole, folder / "data")
    office = Office(folder / "data", **settings)
    office.cookies = dict(cookies)  # a test may sign in anew
    return office


@cache
def _made() -> tuple[Path, dict[str, str]]:
    folder = Path(_KEPT.name)
    office = copy_office(folder)
    with ThreadPoolExecutor(1) as pool:
        cookies = pool.submit(asyncio.run, _let_cal_in(office)).result()
    office.desk.database.checkpoint()
    office.desk.database.close()
    return office.data_dir, cookies


async def _let_cal_in(office: Office) -> dict[str, str]:
    with office.desk.database.begin() as tx:
        for name, roles in ROLES.items():
            tx.execute(update(STAFF).where(STAFF.c.name == name).values(roles=roles))
    await (await office.visit(ANN).open("/people")).press(f"Let {CAL} in")
    cal = Browser(office)
    await cal.sign_in(CAL)
    return office.cookies | {CAL: cal.client.cookies["desk"]}


_KEPT = TemporaryDirectory()
