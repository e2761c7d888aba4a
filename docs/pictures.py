"""Pictures of the running program for README.md: `make pictures`. Every name, number and word in them is made up.

Here may live what is played and what is photographed. It starts the program in a folder that goes afterwards.
"""

import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from docs import pictures_past
from tests import authenticator
from tests.conftest import ARGUMENTS, CHROMIUM
from tests.processes import Running, running

FOLDER = Path(__file__).parent / "pictures"
PHONE = {"width": 390, "height": 720}
DESK = {"width": 1000, "height": 640}
COORDINATOR, PASSWORD = "Ann Example", "three quiet herons"

CAFE = {"town": "Dalkeith", "places": "20", "place": "Example Library, 1 Example Street"}
OTHERS = {"/cafes": "desk_cafes", "/people": "desk_people", "/statistics": "desk_statistics"}
WEIGHED = {
    "weighing": {
        "risk_factors": "They know each other's street.",
        "protective_factors": "A sister and a support worker stand by.",
        "risk_of_not_taking_part": "Goes on without an answer.",
        "mitigation": "Letters alone, carried by facilitators.",
    },
    "decision": {"outcome": "suitable", "review_on": f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}"},
}

START = ("Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes", "=Sam")
AT_16 = ("Ask for a first talk", "Yes", "I was harmed", "16 or 17", "Yes", "=Kim")
BY_EMAIL = ("Email", "Done", "=alex@example.org")
BY_PHONE = ("Phone call", "Done", "=07700 900123")
SEND_NOW = ("Check and send now",)
NOT_SAFE = (
    "Answer some more first", "Yes, ask me", "No", "Someone who is not safe", "Say: wrong number", "Yes, hide it",
    "Only: please get in touch", "Yes", "Thursday", "Done", "11am to 1pm", "Done", "=Never on a Tuesday", "For a month",
    "=heron", "=I have no time today", "Yes, ask me", "No", "Yes", "Read back and send",
)  # fmt: skip


def main() -> None:
    """Play the conversations, open the desk, and take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as program, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for steps in ((*START, *BY_EMAIL, *SEND_NOW, "Send"), (*AT_16, *BY_PHONE, *SEND_NOW, "Send")):
            talk(open_page(browser, program.web, PHONE), steps)
        page = open_page(browser, program.web, PHONE)
        talk(page, (*START, "Phone call", "Email"))
        take_picture(page, "chat")
        talk(page, ("Done", *BY_PHONE[2:], *BY_EMAIL[2:], *NOT_SAFE))
        take_picture(page, "read_back")
        talk(page, ("Send",))
        photograph_the_desk(browser, program)
        browser.close()


def open_page(browser: Browser, address: str, size: dict[str, int]) -> Page:
    page = browser.new_context(viewport=size, locale="en-GB", reduced_motion="reduce").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.goto(address)
    return page


def talk(page: Page, steps: tuple[str, ...]) -> None:
    """Press the buttons of these labels; what begins with = is typed."""
    for step in steps:
        turn = str(page.locator("[name=turn]").first.get_attribute("value"))
        if step.startswith("="):
            page.fill("#text", step[1:])
            page.locator("form.typed button").click()
        else:
            page.locator("main button", has_text=re.compile(rf"^\s*\d*\s*{re.escape(step)}\s*$")).click()
        expect(page.locator("[name=turn]").first).not_to_have_value(turn)


def photograph_the_desk(browser: Browser, program: Running) -> None:
    """Come in by the one-time link, as the first coordinator does."""
    page = open_page(browser, program.first_link, DESK)
    page.get_by_label("Your name").fill(COORDINATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    code = authenticator.code_for(page.locator("#key").inner_text(), datetime.now(UTC))
    page.get_by_label("Code from the app").fill(code)
    page.get_by_role("button", name="Go on").click()
    page.locator("#typed").fill(page.locator(".key li").last.inner_text())
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()
    take_picture(page, "desk_list")
    page.get_by_role("region", name="Waiting").get_by_role("link").first.click()
    page.get_by_role("button", name="Take this case").click()
    expect(page.get_by_role("heading", name="Log a try")).to_be_visible()
    page.set_viewport_size({"width": 1000, "height": 900})
    take_picture(page, "desk_case")
    case = page.url.split("?")[0]
    pictures_past.write(program.folder, case.rsplit("/", 1)[1])
    with_the_first_talk(page, case)
    plan_a_cafe(page, case.split("/cases/")[0])
    for path, name in OTHERS.items():
        page.goto(case.split("/cases/")[0] + path, wait_until="networkidle")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        take_picture(page, name)


def plan_a_cafe(page: Page, address: str) -> None:
    """One in three weeks, so that the list of them shows something."""
    page.goto(f"{address}/cafes")
    day = f"{datetime.now(UTC) + timedelta(days=21):%Y-%m-%d}"
    for field, value in {"starts": f"{day}T13:00", "ends": f"{day}T15:00", **CAFE}.items():
        page.locator(f"#{field}").fill(value)
    page.get_by_role("button", name="Offer it in the chat").click()


def with_the_first_talk(page: Page, case: str) -> None:
    """The record of the first talk; then the process in its midst, with what was found about suitability."""
    page.goto(f"{case}/process/discussion")
    take_picture(page, "desk_first_talk")
    for _ in pictures_past.FACILITATORS:
        page.goto(f"{case}/process")
        page.locator("#staff_id").select_option(index=1)
        page.get_by_role("button", name="Name them").click()
    for section, said in WEIGHED.items():
        page.goto(f"{case}/process/suitability")
        form = page.locator(f"form:has([name=section][value={section}])")
        for field, text in said.items():
            here = form.locator(f"#{field}")
            here.select_option(text) if field == "outcome" else here.fill(text)
        for safe in form.locator("[name='safe_forms.letter'], [name='safe_forms.through_facilitator']").all():
            safe.check()
        form.get_by_role("button", name="Save").click()
    page.set_viewport_size({"width": 1000, "height": 820})
    page.goto(f"{case}/process")
    take_picture(page, "desk_process")
    page.goto(f"{case}/process/suitability#section-weighing")
    take_picture(page, "desk_suitability")


def take_picture(page: Page, name: str) -> None:
    """What the screen shows, in light colours, as small as it goes."""
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    main()
