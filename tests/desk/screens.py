"""The screens of those who work on one case, in a real browser: they go on by doing what the page says is still needed.

Here may live what each need of `policy.gates` asks of whom, done on the page that the desk offers for it.
"""

from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from content import words
from policy.gates import GATES
from policy.moves import moves_from
from policy.record_forms import RECORDS
from policy.stages import Stage
from tests.desk.office import ANN, BEA, CAL, PASSWORD
from tests.desk.process_office import LATER, WEIGHED, Process
from tests.desk.test_browser_desk import Site

GATE_OF: Final = {words.load("en").text("process", f"gates.{name}"): name for name in GATES}


class Team:
    """Ann, Bea and Cal, each at a screen of their own, and the one case that they work on."""

    def __init__(self, browser: Browser, site: Site, process: Process, form: str = "meet") -> None:
        self.browser, self.site, self.process, self.form = browser, site, process, form
        self.screens: dict[str, Page] = {}

    def screen(self, who: str) -> Page:
        """Whatever this member sees now."""
        if who not in self.screens:
            context: BrowserContext = self.browser.new_context()
            context.add_cookies([{"name": "desk", "value": self.site.office.cookies[who], "url": self.site.url}])
            self.screens[who] = context.new_page()
            self.screens[who].set_default_timeout(5000)
        return self.screens[who]

    def leave(self) -> None:
        """Everybody closes what they see, and is still signed in."""
        for who, page in self.screens.items():
            kept = {each["name"]: each["value"] for each in page.context.cookies()}
            self.site.office.cookies[who] = kept["desk"]
        for page in self.screens.values():
            page.context.close()

    def opens(self, to: str = "/process", who: str = BEA) -> Page:
        """A page of the case, opened by its address."""
        page = self.screen(who)
        page.goto(f"{self.site.url}/cases/{self.process.id}{to}")
        return page

    def signs_in(self, who: str) -> Page:
        """Where they are asked to: by password, and by the code that their app shows."""
        page = self.screen(who)
        page.get_by_label("Name").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        self.site.office.forget_used_codes()
        page.get_by_label("Code from your authenticator app").fill(self.site.office.code(who))
        page.get_by_role("button", name="Sign in").click()
        return page

    def comes_in(self, *members: str, **time: float) -> None:
        """So much later, each of them signs in anew."""
        self.site.office.wait(**time)
        for who in members:
            self.opens("", who)
            self.signs_in(who)

    def part(self, record: str, section: str = "", who: str = BEA) -> Locator:
        """One section of a record, on its page."""
        name = section or RECORDS[record].sections[0].name
        page = self.screen(who)
        self.sees_to(lambda: self.opens(f"/process/{record}", who).locator("main .notice"))
        return page.locator("form", has=page.locator(f'input[name="section"][value="{name}"]'))

    def sees_to(self, place: Callable[[], Locator]) -> None:
        """Does what a place on a page says is still needed, and looks again, until it says nothing more."""
        before: list[str] = []
        while needed := [GATE_OF[text.strip()] for text in place().locator(".needs li").all_inner_texts()]:
            assert needed != before, f"what the desk offers for {needed} does not help"
            for gate in needed:
                DEEDS[gate](self)
            before = needed

    def fills(self, part: Locator, **fields: str) -> None:
        """Writes into a section, by the names of its headings; "on" is a tick."""
        for name, value in fields.items():
            field = part.locator(f'[name="{name}"]')
            if value == "on":
                field.check()
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def writes(self, record: str, section: str = "", who: str = BEA, /, **fields: str) -> Page:
        """A section of a record, written and saved."""
        part = self.part(record, section, who)
        self.fills(part, **fields)
        part.get_by_role("button", name="Save").click()
        return self.screen(who)

    def wrote(self, record: str, section: str = "", who: str = BEA, /, **fields: str) -> None:
        """The same, and the page says that it is saved."""
        expect(self.writes(record, section, who, **fields).locator(".notice.done")).to_contain_text("saved")

    def says_yes(self, step: str) -> None:
        """The person has, today."""
        self.wrote("consent", step=step, answer="yes", said_on=self.process.today, how_said="spoken")

    def goes_on(self, move: str) -> None:
        """Does what the page still asks for, until it lets the case go on by this move; nothing else."""
        after = next(each.after for each in moves_from(Stage(self.process.stage())) if each.name == move)
        name = words.load("en").text("process", f"moves.{move}")
        self.sees_to(lambda: self.opens().locator(".way", has_text=name))
        self.screen(BEA).get_by_role("button", name=name).click()
        expect(self.screen(BEA).get_by_role("heading", name="What can come next")).to_be_visible()
        assert self.process.stage() == after


def _name_both(team: Team) -> None:
    for who in (BEA, CAL):
        page = team.opens()
        page.get_by_label("Name one").select_option(str(team.site.office.member(who).id))
        page.get_by_role("button", name="Name them").click()


def _declare(team: Team) -> None:
    for who in (BEA, CAL):
        team.wrote("declaration", "", who, conflict="no")


def _weigh(team: Team) -> None:
    """Together, and signed by all three: each on a screen of their own."""
    for section, names in WEIGHED.items():
        team.wrote("suitability", section, **dict.fromkeys(names, "Weighed together"))
    found = {"outcome": "suitable", f"safe_forms.{team.form}": "on", "review_on": LATER}
    team.wrote("suitability", "decision", **found)
    for who in (BEA, CAL):
        team.opens("/process/suitability", who).get_by_role("button", name="Put my name").click()
    team.opens("/process/sign-off", ANN).get_by_role("button", name="Sign it off").click()
    expect(team.screen(ANN).get_by_text("signed", exact=False).first).to_be_visible()


def _order(team: Team) -> None:
    team.wrote("order", result="allows", checked_with="The fiscal's office", on=team.process.today)


def tries(page: Page, result: str, note: str) -> None:
    """Logs a phone call, made now."""
    page.get_by_label("How", exact=True).select_option("phone")
    page.get_by_label("What came of it").select_option(result)
    page.get_by_label("Note").fill(note)
    if page.locator("#read_words").count():  # where there is something never to do
        page.locator("#read_words").check()
    page.get_by_role("button", name="Log it").click()


def calls(team: Team) -> None:
    """They are called, at a time that is safe for them, and spoken with."""
    page = team.opens("")
    tries(page, "reached", "Ready to go on")
    expect(page.get_by_role("status")).to_contain_text("logged")


def _accepted(team: Team) -> None:
    team.wrote("contact", on=team.process.today, form=team.form, answer="accepted")


DEEDS: Final[Mapping[str, Callable[[Team], None]]] = {
    "talked_down": lambda team: team.wrote("discussion", "motivations", hopes="To be heard"),
    "yes_to_assessment": lambda team: team.says_yes("assessment"),
    "started_by_person_harmed": lambda team: team.wrote(
        "start", who_started="person_harmed", gender_based="yes", how="As the referral says"
    ),
    "support_offered": lambda team: team.wrote("support", answer="offered"),
    "two_facilitators": _name_both,
    "no_conflict": _declare,
    "preferences_offered": lambda team: team.wrote("preferences", offered="yes", wishes="A woman"),
    "suitability_signed": _weigh,
    "review_in_date": lambda _team: None,  # found together with what is signed
    "some_form_is_safe": lambda _team: None,
    "looked_at_here": lambda team: team.wrote("look_again", changed="no"),
    "spoken_here": calls,
    "person_ready": lambda team: team.wrote("preparation", "ready", form=team.form, ready="yes"),
    "form_is_safe": lambda _team: None,  # chosen with that somebody is ready
    "form_reaches_them": lambda _team: None,
    "form_reaches_nobody": lambda _team: None,
    "order_checked": _order,
    "yes_to_approach": lambda team: team.says_yes("approach"),
    "responsible_accepts": _accepted,
    "responsible_ready": lambda team: team.wrote("responsible", "ready_too", form=team.form, ready="yes"),
    "yes_to_form": lambda team: team.says_yes(f"process_{team.form}"),
}
"""What a coordinator does about each need. One that is not here would stand in the way of the whole journey."""
