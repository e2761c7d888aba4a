"""The web chat in a real browser: by keyboard alone, without scripts, in the dark, on a small screen, in a hurry."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from bot.spoken import other_names
from content.words import load
from storage import tables
from tests.channels.visits import open_chat
from tests.looking_over import faults
from tests.stage import Stage

pytestmark = pytest.mark.browser

TO_THE_NAME = ("Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes")
TO_THE_READ_BACK = (*TO_THE_NAME, "=Sam", "Email", "Done", "=sam@example.org", "Check and send now")
SCREENS = {
    "first page": (),
    "a choice": TO_THE_NAME[:3],
    "a line to type in": TO_THE_NAME,
    "several choices": (*TO_THE_NAME, "=Sam", "Email"),
    "why": (*TO_THE_NAME, "Why do you ask?"),
    "help now": (*TO_THE_NAME, "Help now"),
    "a long list": (*TO_THE_READ_BACK[:-1], "Answer some more first", "No, leave these out", "No, leave these out",
                    "Yes, ask me", "Skip"),
    "the read-back": TO_THE_READ_BACK,
    "sent": (*TO_THE_READ_BACK, "Send"),
    "stopped": (*TO_THE_NAME, "Stop"),
}  # fmt: skip
DOORS = {
    "what it is": ("What it is",),
    "is it for me": ("Is it for me?",),
    "what i sent": ("What I sent",),
    "a worker refers": ("Refer somebody I support",),
    "somebody was referred": ("Someone referred me",),
    "cafes": ("Cafes for organisations",),
}
BESIDE_THE_CHAT = ("/privacy/en", "/privacy/pl", "/cleared", "/privacy/there-is-none")
LANGUAGES = ("en", "pl", "ar")
Visit = Callable[..., Page]


class Site:
    """The chat on a real port of this machine, with a harmless page beside it to leave for."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder, languages=LANGUAGES)
        self.server = uvicorn.Server(uvicorn.Config(self._app(), port=0, log_level="critical", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    @property
    def url(self) -> str:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.stage.database.close()

    def _app(self) -> Starlette:
        async def weather(_request: object) -> HTMLResponse:
            return HTMLResponse("<title>Weather</title><link rel=icon href=data:,><h1>Rain later</h1>")

        chat = open_chat(self.stage, exit_url="/weather")
        return Starlette(routes=[Route("/weather", weather), Mount("/", chat)])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens the chat in a browser that knows nothing yet, and goes so far; nothing may be reported amiss on the way."""
    contexts, reported = [], []

    def open_page(*steps: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: reported.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: reported.append(str(error)))
        page.goto(site.url)
        go(page, *steps)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [each for each in reported if "ERR_INTERNET_DISCONNECTED" not in each] == []


def go(page: Page, *steps: str) -> None:
    """Press the buttons of these labels; what begins with = is typed."""
    for step in steps:
        turn = page.locator("[name=turn]").first.get_attribute("value")
        if step.startswith("="):
            page.fill("#text", step[1:])
            page.locator("form.typed button").click()
        else:
            labelled(page, step).click()
        expect(page.locator("[name=turn]").first).not_to_have_value(str(turn))


def labelled(page: Page, label: str) -> Any:
    """The button of this label, its number apart."""
    return page.locator("main button", has_text=re.compile(rf"^\s*\d*\s*{re.escape(label)}\s*$"))


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the button or line of this label has the keyboard."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.labels?.[0]?.textContent || document.activeElement.innerText")
        if re.sub(r"^\d+\s+", "", str(focused).strip()) == label:
            return
    raise AssertionError(f"Tab never reaches {label!r}")


def test_a_whole_journey_can_be_made_with_the_keyboard_alone(visit: Visit, site: Site) -> None:
    cases = len(site.stage.rows(tables.CASES))
    page = visit()
    for step in (*TO_THE_READ_BACK, "Send"):
        turn = page.locator("[name=turn]").first.get_attribute("value")
        if step.startswith("="):
            tab_to(page, "Your answer")
            page.keyboard.type(step[1:])
            page.keyboard.press("Enter")
        else:
            tab_to(page, step)
            page.keyboard.press("Space")
        expect(page.locator("[name=turn]").first).not_to_have_value(str(turn))
    expect(page.locator("main")).to_contain_text("Sent. Thank you.")
    assert len(site.stage.rows(tables.CASES)) == cases + 1


def test_a_whole_journey_can_be_made_without_scripts(visit: Visit, site: Site) -> None:
    cases = len(site.stage.rows(tables.CASES))
    page = visit(*TO_THE_READ_BACK, "Send", java_script_enabled=False)
    expect(page.locator("main")).to_contain_text("Sent. Thank you.")
    assert len(site.stage.rows(tables.CASES)) == cases + 1


@pytest.mark.parametrize("scripts", [True, False])
def test_the_browsers_back_button_never_shows_an_older_question(visit: Visit, scripts: bool) -> None:
    page = visit(*TO_THE_NAME[:3], java_script_enabled=scripts)
    page.goto(f"{page.url}weather")
    page.go_back()
    expect(page.locator(".asked")).to_have_text("How old are you?")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(re.compile("first talk|keep your answers|fits you best"))


@pytest.mark.parametrize("way", ["button", "shift", "without scripts"])
def test_leaving_is_at_once_and_going_back_shows_nothing_that_was_said(visit: Visit, way: str) -> None:
    page = visit(*TO_THE_READ_BACK, java_script_enabled=way != "without scripts")
    if way == "shift":
        for _ in range(3):
            page.keyboard.press("Shift")
    else:
        page.locator("#leave").click()
    page.wait_for_url("**/weather")
    assert page.context.cookies() == []
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("sam@example.org")
    if way == "without scripts":
        expect(page.locator("main")).to_contain_text("What would you like to do?")
    else:
        expect(page.locator("main")).to_have_count(0)


def test_the_screen_is_clear_before_the_next_page_has_come(visit: Visit) -> None:
    page = visit(*TO_THE_READ_BACK)
    page.route("**/leave", lambda _route: None)  # an answer that never comes
    assert page.evaluate("(document.getElementById('leave').click(), document.body.childNodes.length)") == 0


def test_capital_letters_typed_in_an_answer_do_not_leave_the_page(visit: Visit) -> None:
    page = visit(*TO_THE_NAME)
    page.locator("#text").focus()
    for key in "SAM":
        page.keyboard.press(f"Shift+{key}")
    expect(page.locator("#text")).to_have_value("SAM")


def test_nothing_is_kept_in_the_browser_but_one_cookie_for_as_long_as_it_is_open(visit: Visit, site: Site) -> None:
    page = visit(*TO_THE_READ_BACK, "Send")
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,
        (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert kept == [0, 0, 0, 0, 0]
    (cookie,) = page.context.cookies()
    assert cookie["expires"] == -1
    assert page.evaluate("history.length") == 2  # the empty page it was opened on, and the chat
    assert page.evaluate("history.state") is None
    assert page.url == f"{site.url}/"
    assert page.title() == "Chat"


@pytest.fixture(scope="module")
def screens(browser: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """Each screen by its name, gone to once: for tests that only look."""
    context = browser.new_context()
    pages: dict[str, Page] = {}

    def look_at(screen: str) -> Page:
        if screen not in pages:
            context.clear_cookies()
            pages[screen] = context.new_page()
            pages[screen].goto(site.url)
            go(pages[screen], *(SCREENS | DOORS)[screen])
        return pages[screen]

    yield look_at
    context.close()


@pytest.mark.parametrize("screen", SCREENS | DOORS)
def test_no_screen_has_a_fault_that_shuts_somebody_out(screens: Callable[[str], Page], screen: str) -> None:
    assert faults(screens(screen)) == ""


@pytest.mark.parametrize("path", BESIDE_THE_CHAT)
def test_no_page_beside_the_chat_has_one_either(browser: Browser, site: Site, path: str) -> None:
    page = browser.new_page()
    page.goto(site.url + path)
    assert faults(page) == ""
    page.close()


def in_language(page: Page, language: str) -> None:
    """From the first page on in another language, as far as its first question."""
    words = load(language)
    go(page, other_names(LANGUAGES, "en"), words.name, words.option("menu", "menu", "self_referral"))


@pytest.mark.parametrize(("language", "direction"), [("pl", "ltr"), ("ar", "rtl")])
def test_another_language_needs_no_scripts_and_the_page_says_which_it_is_and_which_way_it_runs(
    visit: Visit, language: str, direction: str
) -> None:
    page = visit(java_script_enabled=False)
    in_language(page, language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    expect(page.locator(".asked")).to_have_css("direction", direction)


@pytest.mark.parametrize("language", ["pl", "ar"])
def test_no_fault_shuts_somebody_out_in_another_language(visit: Visit, language: str) -> None:
    page = visit()
    in_language(page, language)
    go(page, load(language).common("standing.help"))
    assert faults(page) == ""


@pytest.mark.parametrize("screen", SCREENS)
def test_a_small_screen_needs_no_scrolling_sideways_and_has_room_for_a_thumb(
    screens: Callable[[str], Page], screen: str
) -> None:
    page = screens(screen)
    page.set_viewport_size({"width": 320, "height": 568})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    things = "button:not([hidden] *), .leave, summary, #text"
    heights = page.evaluate(f"[...document.querySelectorAll('{things}')].map(e => e.getBoundingClientRect().height)")
    assert min(heights) >= 44
    for always in (page.locator("#leave"), labelled(page, "Stop"), labelled(page, "Help now")):
        expect(always).to_be_in_viewport()


@pytest.mark.parametrize("screen", SCREENS)
def test_letters_twice_as_large_still_fit(screens: Callable[[str], Page], screen: str) -> None:
    page = screens(screen)
    page.set_viewport_size({"width": 640, "height": 512})  # 1280 x 1024, zoomed to 200 %
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.evaluate("document.documentElement.style.fontSize = '225%'")  # and the letters alone doubled once more
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    expect(page.locator("#leave")).to_be_in_viewport()
    page.evaluate("document.documentElement.style.fontSize = ''")


def test_dark_is_dark_where_somebody_prefers_it(visit: Visit) -> None:
    shades = [
        visit(color_scheme=colours).evaluate("getComputedStyle(document.documentElement).backgroundColor")
        for colours in ("light", "dark")
    ]
    light, dark = (sum(map(int, re.findall(r"\d+", shade))) for shade in shades)
    assert light > 600
    assert dark < 150


def test_the_keyboard_moves_to_the_new_message_and_stays_on_a_choice_turned_on(visit: Visit) -> None:
    page = visit(*TO_THE_NAME, "=Sam")
    expect(page.locator("main h2").first).to_be_focused()
    go(page, "Letter")
    expect(labelled(page, "Letter")).to_be_focused()
    expect(labelled(page, "Letter")).to_have_attribute("aria-pressed", "true")


def test_choices_pressed_in_quick_succession_are_all_taken(visit: Visit) -> None:
    page = visit(*TO_THE_NAME, "=Sam")
    page.evaluate("for (const each of [...document.querySelectorAll('[aria-pressed]')].slice(1, 5)) each.click()")
    expect(page.locator("[aria-pressed=true]")).to_have_count(4)


def test_a_button_pressed_twice_in_a_hurry_acts_once(visit: Visit) -> None:
    page = visit(*TO_THE_NAME[:2])
    page.evaluate("(() => { const one = document.querySelector('.option'); one.click(); one.click(); })()")
    expect(page.locator(".asked")).to_have_text("How old are you?")
    expect(page.locator(".notes")).to_have_count(0)


def test_without_a_connection_nothing_typed_is_lost(visit: Visit) -> None:
    page = visit(*TO_THE_NAME)
    page.context.set_offline(True)
    page.fill("#text", "Sam")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("We can't be reached just now.")
    expect(page.locator("#text")).to_have_value("Sam")
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_contain_text("Which ways to reach you are safe?")
    expect(page.get_by_role("status")).to_be_empty()


def test_a_page_left_alone_hides_itself_and_shows_the_same_again(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.reload()
    go(page, *TO_THE_NAME)
    page.fill("#text", "Sam")
    page.clock.fast_forward("14:00")
    expect(page.locator("main")).to_be_visible()
    page.clock.fast_forward("01:30")
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator("body")).not_to_contain_text("What name", use_inner_text=True)
    expect(page.locator("#leave")).to_be_visible()
    page.get_by_role("button", name="Show it again").click()
    expect(page.locator("#text")).to_have_value("Sam")
    expect(page.locator("main")).to_be_visible()
