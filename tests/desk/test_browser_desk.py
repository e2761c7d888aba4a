"""The desk in a real browser: by keyboard alone, in the dark, on a phone, on paper, and looked over by axe-core."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from content.words import load
from policy.four_eyes import NEW_RECOVERY
from storage import approvals, cafes, caseload
from tests.desk.cafe_people import answer, make, sign_up, thinks
from tests.desk.office import ANN, BEA, PASSWORD, Office, copy_office
from tests.desk.test_taken_for_a_worker import NEEDED, ONLY_CONTACT, PHONE_NUMBER
from tests.desk.test_taking_down import publish
from tests.looking_over import faults

NAME_ASKED = load("en").text("self_referral", "name_to_use.ask")
WORKERS_START = "/referrals?kind=organisation_referral"

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


class Site:
    """A desk on a real port of this machine."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.server = uvicorn.Server(uvicorn.Config(self.office.app, port=0, log_level="critical", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.office.desk.database.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("desk")
    site = Site(copy_office(folder, staff_bot_token="1001:made-up-staff-token", staff_chat_id=-5))
    for number in range(16):
        site.office.case(f"CASE{number:02}", priority=1 + number % 3, opened_in=timedelta(hours=number - 2))
    beas = site.office.case("BEAS1").id
    with site.office.desk.database.begin() as tx:
        ann, bea = site.office.member(ANN).id, site.office.member(BEA).id
        caseload.take(tx, beas, bea, site.office.now, b"k" * 32)
        asked = approvals.ask(tx, NEW_RECOVERY, None, ann, site.office.now, b"k" * 32, why="A copy was lost")
        approvals.approve(tx, asked, bea, site.office.now, b"k" * 32)
    publish(site.office)
    cafe = make(site.office)
    sign_up(
        site.office, cafe, "Wren Example", answer("access_needs", "No steps", "step_free"), reach=None, tell="changed"
    )
    sign_up(site.office, cafe, "Robin Example", state=cafes.WAITING)
    for _ in range(11):
        thinks(site.office, cafe, would_refer="yes", in_your_words="More time to talk.", may_quote="yes")
    site.start()
    yield site
    site.stop()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens a page, signed in as Ann unless told otherwise; nothing may be reported amiss on the way."""
    contexts, reported = [], []

    def open_page(path: str, *, signed_in: bool = True, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        if signed_in:
            context.add_cookies([{"name": "desk", "value": site.office.cookies[ANN], "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: reported.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: reported.append(str(error)))
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [line for line in reported if "422" not in line and "403" not in line] == []  # refusals on purpose


def with_a_waiting_case(page: Page) -> None:
    page.get_by_role("region", name="Waiting").get_by_role("link").first.click()


def with_a_case_of_ones_own(page: Page) -> None:
    with_a_waiting_case(page)
    page.get_by_role("button", name="Take this case").click()
    page.get_by_label("How").select_option("phone")
    page.get_by_label("What came of it").select_option("no_answer")
    page.get_by_role("button", name="Log it").click()


def with_a_slip(page: Page) -> None:
    with_a_case_of_ones_own(page)
    page.get_by_label("How").select_option("phone")
    page.get_by_label("What came of it").select_option("reached")
    page.get_by_label("When").fill("2030-01-01T10:00")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_role("alert")).to_be_visible()


def with_a_try_that_was_ruled_out(page: Page) -> None:
    with_a_waiting_case(page)
    page.get_by_role("button", name="Take this case").click()
    page.get_by_label("How").select_option("text")
    page.get_by_label("What came of it").select_option("message_sent")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_label("Why it was made all the same")).to_be_visible()


def with_everything_open(page: Page) -> None:
    page.locator("summary", has_text="With colleagues").click()


def with_a_filter(page: Page) -> None:
    page.locator("summary", has_text="Show only some").click()
    page.get_by_label("Whose").select_option("waiting")
    page.get_by_label("Past its time").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Shown: Waiting for somebody · Past its time.")).to_be_visible()


def with_a_code(page: Page) -> None:
    page.get_by_role("button", name="Link my Telegram").click()


def with_everybodys_changes_open(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()


def with_a_new_recovery_key(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Make a new recovery key").click()
    expect(page.get_by_role("heading", name="Write down the recovery key")).to_be_visible()


def with_a_reference_that_is_none(page: Page) -> None:
    page.get_by_label("Find by reference").fill("ZZZZZ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is no case with this reference")).to_be_visible()


def with_a_colleagues_case(page: Page) -> None:
    page.get_by_label("Find by reference").fill("BEAS1")
    page.keyboard.press("Enter")
    page.get_by_label("Why you need to read it").fill("short")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("alert")).to_be_visible()


def with_a_second_step_to_set_up(page: Page) -> None:
    page.get_by_role("link", name="Set up another one").click()
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()


def with_a_cafe(page: Page) -> None:
    page.get_by_role("region", name="To come").get_by_role("link").first.click()
    page.get_by_label("Theme").fill("Training")
    page.get_by_role("button", name="Keep it").click()
    for summary in page.locator("summary").all():
        summary.click()


def with_a_referral_begun(page: Page) -> None:
    page.get_by_label("How it came to you").select_option("phone")
    page.get_by_label("How they agreed").select_option("spoken")
    page.get_by_label("What they agreed to").fill("That we keep this and call them")
    page.get_by_role("button", name="Go on to the questions").click()


def with_a_referral_that_slipped(page: Page) -> None:
    with_a_referral_begun(page)
    page.get_by_label("I was harmed").check()
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.get_by_role("alert")).to_be_visible()


def with_a_referral_read_back(page: Page) -> None:
    with_a_referral_begun(page)
    for label in ("I was harmed", "18 or older", "Letter"):
        page.get_by_label(label, exact=True).check()
    for group in page.get_by_role("group").filter(has_text="May").all():
        group.get_by_label("Yes", exact=True).check()
    page.get_by_label(NAME_ASKED).fill("Wren Example")
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_label("Which address is safe").fill("1 Example Street")
    page.get_by_role("button", name="Keep and read it back").click()
    expect(page.get_by_role("heading", name="Read it back")).to_be_visible()


def with_a_workers_referral(page: Page, agrees: str = "Yes") -> None:
    page.get_by_label("How it came to you").select_option("phone")
    page.get_by_label(agrees, exact=True).check()
    page.get_by_role("button", name="Go on to the questions").click()


def with_a_workers_referral_refused(page: Page) -> None:
    with_a_workers_referral(page, "No")
    expect(page.get_by_role("heading", name="Nothing is kept")).to_be_visible()


def with_a_workers_referral_locked(page: Page) -> None:
    with_a_workers_referral(page)
    for name, said in {**NEEDED, **ONLY_CONTACT}.items():
        ticked = page.locator(f'input[name="{name}"][value="{said}"]')
        if ticked.count():
            ticked.check()
        else:
            page.locator(f'[name="{name}"]').fill(said)
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_label("Which phone number is safe").fill(PHONE_NUMBER["q.phone_number"])
    page.get_by_role("button", name="Keep and read it back").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()


# What pages are as they open, every one of them, is `test_browser_every_page.py`'s.
SCREENS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "cases": ("/", with_everything_open),
    "some of the cases": ("/", with_a_filter),
    "a waiting case": ("/", with_a_waiting_case),
    "a case of one's own": ("/", with_a_case_of_ones_own),
    "a slip": ("/", with_a_slip),
    "a try that was ruled out": ("/", with_a_try_that_was_ruled_out),
    "people": ("/people", with_everybodys_changes_open),
    "a new recovery key": ("/people", with_a_new_recovery_key),
    "a reference that is none": ("/", with_a_reference_that_is_none),
    "one's own page": ("/me", with_a_code),
    "a cafe": ("/cafes", with_a_cafe),
    "a colleague's case": ("/", with_a_colleagues_case),
    "another second step": ("/me", with_a_second_step_to_set_up),
    "a referral that slipped": ("/referrals", with_a_referral_that_slipped),
    "a referral read back": ("/referrals", with_a_referral_read_back),
    "a worker's referral that is refused": (WORKERS_START, with_a_workers_referral_refused),
    "a worker's referral that is locked": (WORKERS_START, with_a_workers_referral_locked),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_any_page_in_light_or_dark_and_none_is_wider_than_a_small_phone(
    visit: Visit, screen: str
) -> None:
    path, go_on = SCREENS[screen]
    page = visit(path, reduced_motion="reduce")
    go_on(page)
    assert faults(page) == ""
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def code_of(site: Site) -> str:
    site.office.forget_used_codes()
    return site.office.code(ANN)


def test_a_case_is_opened_taken_and_answered_by_keyboard_alone(visit: Visit, site: Site) -> None:
    page = visit("/sign-in", signed_in=False)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(ANN)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code from your authenticator app")).to_be_focused()
    page.keyboard.type(code_of(site))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "CASE", most=16)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Safe contact").first).to_be_visible()
    tab_to(page, "Take this case", most=20)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Log a try")).to_be_visible()


def tab_to(page: Page, words: str, most: int) -> None:
    """Goes on by the Tab key until what has the focus begins with these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(words):
            return
    raise AssertionError(f"{words} is not within {most} presses of Tab")


def test_after_a_slip_the_keyboard_stands_where_it_is_told(visit: Visit) -> None:
    page = visit("/")
    with_a_slip(page)
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, "This time has not come yet", most=1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("When")).to_be_focused()


def test_a_colleagues_password_is_never_one_slip_of_the_finger_away(visit: Visit) -> None:
    page = visit("/people")
    for button in (
        page.get_by_role("button", name="New link").all() + page.get_by_role("button", name="Take away").all()
    ):
        expect(button).to_be_hidden()
    page.get_by_text("Change").first.click()
    expect(page.get_by_role("button", name="New link").first).to_be_visible()


def test_a_case_on_paper_has_its_words_and_dates_and_no_buttons(visit: Visit) -> None:
    page = visit("/")
    with_a_case_of_ones_own(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Log it")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.get_by_text("07700 900123").first).to_be_visible()
    expect(page.get_by_text("Which number is safe?")).to_be_visible()
    content = page.evaluate("getComputedStyle(document.querySelector('.day'), '::after').content")
    assert "2026" in content


def test_after_signing_out_the_way_back_shows_nothing(visit: Visit, site: Site) -> None:
    page = visit("/sign-in", signed_in=False)
    page.get_by_label("Name").fill(ANN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code from your authenticator app").fill(code_of(site))
    page.get_by_role("button", name="Sign in").click()
    with_a_waiting_case(page)
    assert "Sam Canary" in page.content()
    page.get_by_role("button", name="Sign out").click()
    page.go_back()
    assert "Sam Canary" not in page.content()


@pytest.fixture
def named(site: Site) -> Iterator[str]:
    """The address of the desk under the name of this machine: browsers have no passkeys for a bare number."""
    url, state = site.url.replace("127.0.0.1", "localhost"), site.office.app.state
    before = state.desk
    state.desk = replace(before, settings=before.settings.model_copy(update={"desk_url": url}))
    yield url
    state.desk = before


def test_a_passkey_is_made_used_to_sign_in_and_asked_for_before_what_reaches_far(
    browser: Browser, site: Site, named: str
) -> None:
    page = browser.new_context().new_page()
    page.set_default_timeout(5000)
    with_an_authenticator(page)
    page.goto(f"{named}/sign-in")
    password_typed(page)
    page.get_by_label("Code from your authenticator app").fill(code_of(site))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{named}/me/second-factor")
    page.get_by_role("button", name="Make a passkey on this device").click()
    expect(page.get_by_text("You have another second step now")).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).click()
    password_typed(page)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()

    site.office.wait(minutes=6)
    page.goto(f"{named}/people")
    page.get_by_label("Name").fill("Dee Example")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("heading", name="Second step, once more")).to_be_visible()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("A link for Dee Example")).to_be_visible()
    page.context.close()


def with_an_authenticator(page: Page) -> None:
    """A made-up finger that is always the right one."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def password_typed(page: Page) -> None:
    page.get_by_label("Name").fill(ANN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
