"""A desk with its people, and browsers without scripts to visit it. Every name and password is invented.

Setting a desk up costs several slow password derivations, so it is done once; each test then works on a copy.
"""

import asyncio
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from bs4 import BeautifulSoup
from bs4.element import Tag
from sqlalchemy import Connection, Table, event, select

from desk.app import create_app
from desk.desk import Desk
from desk.entrance import first_link
from desk.service import open_desk
from policy.settings import Settings
from storage import staff
from tests import authenticator
from tests.desk.cases import Made, make_case

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday
PASSWORD = "three quiet herons"
ANN, BEA, CAL = "Ann Example", "Bea Example", "Cal Example"
"""Ann is the first member and a manager. Bea is a coordinator who was let in; Cal is one who was not, yet."""


@dataclass(frozen=True)
class Page:
    """What a browser shows, and the forms on it."""

    browser: "Browser"
    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.text, "html.parser")

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def title(self) -> str:
        assert self.soup.title is not None
        return self.soup.title.get_text(strip=True)

    @property
    def path(self) -> str:
        return self.response.url.path

    def heading(self) -> str:
        found = self.soup.find("h1")
        assert found is not None
        return found.get_text(strip=True)

    def buttons(self) -> list[str]:
        return [" ".join(button.get_text(" ").split()) for button in self.soup.find_all("button")]

    def link(self) -> str:
        """The path of the one-time link that is shown."""
        shown = self.soup.select_one(".code")
        assert shown is not None
        return httpx.URL(shown.get_text(strip=True)).path

    def has(self, button: str) -> bool:
        return any(label.startswith(button) for label in self.buttons())

    async def press(self, button: str, **fields: str | None) -> "Page":
        """Fills in and sends the form with this button, as a browser does; None takes a tick away."""
        pressed = next(
            found for found in self.soup.find_all("button") if " ".join(found.get_text().split()).startswith(button)
        )
        form = pressed.find_parent("form")
        assert isinstance(form, Tag)
        data = {key: value for key, value in (_filled_in(form) | fields).items() if value is not None}
        if pressed.get("name"):
            data[str(pressed["name"])] = str(pressed["value"])
        return await self.browser.post(str(form["action"]), data)


class Browser:
    """A browser with its cookies, which keeps no script and follows where it is led."""

    def __init__(self, office: "Office", cookie: str = "", name: str = "") -> None:
        self.office, self.name = office, name
        transport = httpx.ASGITransport(office.app, raise_app_exceptions=True)
        self.client = httpx.AsyncClient(
            transport=transport, base_url=office.desk.settings.desk_url, follow_redirects=True
        )
        if cookie:
            self.client.cookies.set("desk", cookie)

    async def open(self, path: str, **headers: str) -> Page:
        return Page(self, await self.client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()}))

    async def post(self, path: str, data: dict[str, str], **headers: str) -> Page:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return Page(self, await self.client.post(path, data=data, headers=named))

    async def sign_in(self, name: str, password: str = PASSWORD) -> Page:
        """By password, and by a code as if the last one had been a while ago."""
        self.name = name
        return await self.show_code(await (await self.open("/sign-in")).press("Sign in", name=name, password=password))

    async def show_code(self, page: Page) -> Page:
        """The page after the one that asks for a code; this very page, if it asks for none."""
        if page.heading() == "Set up your second step":
            return await page.press("Go on", code=shown_code(page, self.now()))
        if not page.heading().startswith("Second step"):
            return page
        return await page.press("Go on" if page.has("Go on") else "Sign in", code=self.code())

    def now(self) -> datetime:
        return self.office.now

    def code(self) -> str:
        """What one's own authenticator app shows."""
        self.office.forget_used_codes()
        return self.office.code(self.name)


class Office:
    """A desk whose clock a test moves by hand."""

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        self.now = NOW
        given = Settings(_env_file=None, data_dir=data_dir, **settings)  # type: ignore[call-arg]
        self.desk: Desk = open_desk(given, now=lambda: self.now)
        self.app = create_app(self.desk)
        self.browser = Browser(self)
        self.cookies: dict[str, str] = {}
        self.recovery_key = ""

    @property
    def data_dir(self) -> Path:
        return self.desk.settings.data_dir

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def link(self) -> str | None:
        token = first_link.ensure(self.desk.database, self.data_dir, self.now)
        return f"/set-up/{token}" if token else None

    def case(self, reference: str = "7F3K2M", **how: Any) -> Made:
        with self.desk.database.begin() as tx:
            return make_case(tx, self.now, reference, **how)

    def visit(self, name: str) -> Browser:
        """A browser in which this member is signed in."""
        return Browser(self, self.cookies[name], name)

    def code(self, name: str) -> str:
        """What this member's authenticator app shows now."""
        return authenticator.code_of(self.desk.database, self.desk.secrets.pepper, name, self.now)

    def forget_used_codes(self) -> None:
        authenticator.forget_used_codes(self.desk.database)

    def rows(self, table: Table) -> Sequence[Any]:
        with self.desk.database.read() as tx:
            return tx.execute(select(table)).all()

    def member(self, name: str) -> staff.Member:
        with self.desk.database.read() as tx:
            found = staff.by_name(tx, name)
        assert found is not None
        return found


def copy_office(tmp_path: Path, **settings: Any) -> Office:
    """An office in which Ann, Bea and Cal have set themselves up, and sit at their desks."""
    whole = _whole_office()
    shutil.copytree(whole.data_dir, tmp_path / "data")
    office = Office(tmp_path / "data", **settings)
    office.cookies, office.recovery_key = dict(whole.cookies), whole.recovery_key
    return office


def shown_code(page: Page, now: datetime) -> str:
    """What an authenticator app shows that was set up from this page."""
    key = page.soup.select_one(".code")
    assert key
    return authenticator.code_for(key.get_text(), now)


async def choose(page: Page, name: str, password: str = PASSWORD) -> Page:
    """The page after a name and a password were chosen behind a link, and a second step was set up."""
    page.browser.name = name
    return await page.browser.show_code(await page.press("Go on", name=name, password=password))


async def set_up(office: Office, link: str, name: str, password: str = PASSWORD) -> Page:
    """Goes through the pages behind a link, in a browser of one's own."""
    page = await choose(await Browser(office).open(link), name, password)
    if page.heading() == "Write down the recovery key":
        last = page.soup.select(".key li")[-1].get_text(strip=True)
        page = await page.press("Finish", typed=last)
    return page


@dataclass(frozen=True)
class _Whole:
    data_dir: Path
    cookies: dict[str, str]
    recovery_key: str
    folder: TemporaryDirectory[str]


@cache
def _whole_office() -> _Whole:
    """Made once, in a loop and thread of its own, for the test that asks first is in one already."""
    folder = TemporaryDirectory()
    office = Office(Path(folder.name) / "data")
    with ThreadPoolExecutor(1) as pool:
        cookies, recovery_key = pool.submit(asyncio.run, let_people_in(office)).result()
    office.desk.database.checkpoint()
    office.desk.database.close()
    return _Whole(office.data_dir, cookies, recovery_key, folder)


async def let_people_in(office: Office) -> tuple[dict[str, str], str]:
    """Ann, Bea and Cal set themselves up at a new desk; their cookies, and the recovery key."""
    link = office.link()
    assert link is not None
    page = await choose(await office.browser.open(link), ANN)
    groups = [group.get_text(strip=True) for group in page.soup.select(".key li")]
    ann = (await page.press("Finish", typed=groups[-1])).browser
    bea = (await _add(office, ann, BEA)).browser
    await (await ann.open("/people")).press(f"Let {BEA} in")
    await bea.sign_in(BEA)
    cal = (await _add(office, ann, CAL)).browser
    browsers = {ANN: ann, BEA: bea, CAL: cal}
    return {name: browser.client.cookies["desk"] for name, browser in browsers.items()}, "-".join(groups)


async def _add(office: Office, manager: Browser, name: str) -> Page:
    page = await (await manager.open("/people")).press("Make a link", name=name, coordinator="yes")
    return await set_up(office, page.link(), name)


def _filled_in(form: Tag) -> dict[str, str]:
    data = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if not field.get("name") or (field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            data[field["name"]] = chosen["value"] if chosen else ""
        else:
            data[field["name"]] = field.get("value", "") if field.name == "input" else field.get_text()
    return data


class Counted:
    """How many statements the database was asked in between."""

    def __init__(self, desk: Desk) -> None:
        self.engine = desk.database.engine
        self.count = 0

    def __enter__(self) -> "Counted":
        event.listen(self.engine, "before_cursor_execute", self._see)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._see)

    def _see(self, _connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        self.count += not statement.startswith("BEGIN")  # to begin is no question, and PostgreSQL is not told of it
