"""The whole way in a real browser: from the web chat to the desk, over the program as `cairn run` starts it.

Once with the mouse, when every page that is met is looked over by axe-core, and once by keyboard alone.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from content.words import load
from tests import authenticator
from tests.looking_over import ALL
from tests.processes import Running, running

NAME_ASKED = load("en").text("self_referral", "name_to_use.ask")

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANN, PASSWORD = "Ann Example", "three quiet herons"
REFERRAL = (
    "Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes", "=Sam Canary", "Email", "Done",
    "=sam@example.org", "Check and send now", "Send",
)  # fmt: skip
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("program")) as program:
        yield program


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser that knows nothing yet; nothing may be reported amiss on the way."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    reported: list[str] = []
    page.on("console", lambda message: reported.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: reported.append(str(error)))
    yield page
    context.close()
    assert [line for line in reported if "410" not in line] == []  # a spent link is gone, and a browser reports that


class Mouse:
    """Somebody who clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def look_over(self) -> None:
        """axe-core finds nothing serious on the page as it stands."""
        found = Axe().run(self.page, options=ALL)
        serious = [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS]
        assert serious == [], found.generate_report()

    def press(self, found: Locator) -> None:
        found.click()

    def write(self, found: Locator, words: str) -> None:
        found.fill(words)

    def choose(self, found: Locator, value: str) -> None:
        found.select_option(value)


class Keyboard(Mouse):
    """Somebody who has no mouse: Tab until it is there, then a key."""

    def look_over(self) -> None:
        """Whoever clicks comes by the very same pages, and looks each over."""

    def press(self, found: Locator) -> None:
        self._reach(found)
        self.page.keyboard.press("Enter")

    def write(self, found: Locator, words: str) -> None:
        self._reach(found)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, found: Locator, value: str) -> None:
        self._reach(found)
        label = found.locator(f"option[value={value}]").inner_text()
        self.page.keyboard.type(label)
        expect(found).to_have_value(value)

    def _reach(self, found: Locator) -> None:
        for _ in range(120):
            if found.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {found}")


def refer_oneself(page: Page, program: Running, hands: Mouse) -> str:
    """Through the web chat to the end; the reference of the case."""
    page.goto(program.web)
    for step in REFERRAL:
        hands.look_over()
        turn = str(page.locator("[name=turn]").first.get_attribute("value"))
        if step.startswith("="):
            hands.write(page.locator("#text"), step[1:])
            page.keyboard.press("Enter")
        else:
            hands.press(page.locator("main button", has_text=re.compile(rf"^\s*\d*\s*{re.escape(step)}\s*$")))
        expect(page.locator("[name=turn]").first).not_to_have_value(turn)
    expect(page.locator("main")).to_contain_text("Sent. Thank you.")
    hands.look_over()
    reference = re.search(r"reference: (\w+)", page.locator("main").inner_text())
    assert reference
    return reference[1]


def come_in(page: Page, program: Running, hands: Mouse) -> None:
    """To the desk: by the one-time link if nobody has used it yet, else by name and password."""
    page.goto(program.first_link)
    hands.look_over()
    if page.get_by_role("heading", name="Welcome to the desk").is_visible():
        hands.write(page.get_by_label("Your name"), ANN)
        hands.write(page.get_by_label("Password"), PASSWORD)
        hands.press(page.get_by_role("button", name="Go on"))
        expect(page.get_by_role("heading", name="Set up your second step")).to_be_visible()
        hands.look_over()
        shown = authenticator.code_for(page.locator("#key").inner_text(), datetime.now(UTC))
        hands.write(page.get_by_label("Code from the app"), shown)
        hands.press(page.get_by_role("button", name="Go on"))
        expect(page.get_by_role("heading", name="Write down the recovery key")).to_be_visible()
        hands.look_over()
        hands.write(page.locator("#typed"), page.locator(".key li").last.inner_text())
        hands.press(page.get_by_role("button", name="Finish"))
        expect(page.get_by_role("heading", name="Cases")).to_be_visible()
        hands.press(page.get_by_role("button", name="Sign out"))
    else:
        expect(page.locator("main")).to_contain_text("This link does not work any more.")
    page.goto(f"{program.desk}/sign-in")
    hands.look_over()
    hands.write(page.get_by_label("Name"), ANN)
    hands.write(page.get_by_label("Password"), PASSWORD)
    hands.press(page.get_by_role("button", name="Sign in"))
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    hands.look_over()
    hands.write(page.get_by_label("Code from your authenticator app"), authenticator.code_at(program.folder, ANN))
    hands.press(page.get_by_role("button", name="Sign in"))
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()


@pytest.mark.parametrize("hands", [Mouse, Keyboard], ids=["mouse", "keyboard"])
def test_from_the_web_chat_to_a_logged_try_at_the_desk(page: Page, program: Running, hands: type[Mouse]) -> None:
    by = hands(page)
    reference = refer_oneself(page, program, by)
    come_in(page, program, by)
    by.look_over()
    by.press(page.get_by_role("link", name=reference))
    for said in ("Sam Canary", "sam@example.org", NAME_ASKED):
        expect(page.locator("main")).to_contain_text(said)
    by.look_over()
    by.press(page.get_by_role("button", name="Take this case"))
    expect(page.get_by_role("heading", name="Log a try")).to_be_visible()
    by.look_over()
    by.choose(page.get_by_label("How"), "email")
    by.choose(page.get_by_label("What came of it"), "message_sent")
    by.press(page.get_by_role("button", name="Log it"))
    expect(page.locator(".timeline")).to_contain_text("Email: Message sent")
    by.look_over()
    by.press(page.get_by_role("link", name="All cases"))
    expect(page.get_by_role("region", name="Yours")).to_contain_text(reference)
    by.look_over()
