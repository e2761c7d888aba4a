"""What holds for every page of the desk: headers, forms from elsewhere, strangers, health, and how much is asked."""

import re

import httpx
import pytest
from sqlalchemy import delete, text
from starlette.routing import Route

from desk import pages
from storage import audit, team
from storage.tables import AUDIT, CASES, TEAM_KEYS
from tests.desk.office import ANN, BEA, Browser, Office

OPEN = (
    "/live",
    "/ready",
    "/simple.css",
    "/desk.css",
    "/desk.svg",
    "/passkey.js",
    "/saving.js",
    "/sign-in",
    "/set-up/{token}",
)
WITH_A_SCRIPT = ("/me/second-factor",)


def address(route: Route, case_id: str = "0" * 32) -> str:
    """The address of a route with its gaps filled."""
    path = route.path.replace("{case_id}", case_id).replace("{token}", "none").replace("{deed:path}", "stage")
    return re.sub(r"\{\w+:int\}", "1", path)


def routes(office: Office, method: str) -> list[Route]:
    found = [route for route in office.app.routes if isinstance(route, Route)]
    return [route for route in found if method in (route.methods or ())]


async def test_every_answer_says_what_a_browser_may_do_with_it_and_keep_nothing(office: Office) -> None:
    case = office.case()
    ann = office.visit(ANN)
    paths = [address(route, case.id) for route in routes(office, "GET")] + ["/nowhere", "/cases/none"]
    for path in paths:
        for browser in (ann, Browser(office)):
            response = await browser.client.get(path, follow_redirects=False)
            scripted = path in WITH_A_SCRIPT and browser is ann
            given = pages.HEADERS | ({"Content-Security-Policy": pages.WITH_SCRIPT} if scripted else {})
            for name, value in given.items():
                assert response.headers[name] == value, path
    assert pages.HEADERS["Cache-Control"] == "no-store"
    assert pages.WITH_SCRIPT.endswith("; script-src 'self'; require-trusted-types-for 'script'")
    assert pages.HEADERS["Content-Security-Policy"].startswith("default-src 'none';")
    assert "script" not in pages.HEADERS["Content-Security-Policy"]


async def test_strangers_get_to_no_page_and_do_nothing(office: Office) -> None:
    case = office.case()
    stranger, before = Browser(office), office.rows(AUDIT)
    for route in office.app.routes:
        if not isinstance(route, Route) or route.path in OPEN:
            continue
        for method in (route.methods or set()) - {"HEAD"}:
            answer = await stranger.client.request(method, address(route, case.id), follow_redirects=False)
            assert answer.status_code == 303, route.path
            assert answer.headers["location"].startswith("/sign-in")
    assert office.rows(AUDIT) == before
    assert office.rows(CASES)[0].assignee is None


async def test_a_form_without_its_token_does_nothing(office: Office) -> None:
    case = office.case()
    ann = office.visit(ANN)
    before = office.rows(AUDIT)
    other = await office.visit(BEA).open("/")
    token = other.soup.select_one("input[name=form_token]")
    assert token
    for route in routes(office, "POST"):
        if route.path in OPEN:
            continue
        for data in ({}, {"form_token": "none"}, {"form_token": str(token["value"])}):
            page = await ann.post(address(route, case.id), data)
            assert page.status == 403, route.path
            assert "Nothing was changed" in page.text
    assert office.rows(AUDIT) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://example.org"},
        {"origin": "http://127.0.0.1:9999"},
    ],
)
async def test_a_form_sent_from_another_site_is_refused_even_with_its_token(
    office: Office, headers: dict[str, str]
) -> None:
    ann = office.visit(ANN)
    token = (await ann.open("/")).soup.select_one("input[name=form_token]")
    assert token
    data = {"form_token": str(token["value"])}
    page = await ann.post("/sign-out", data, **headers)
    assert page.status == 403
    assert "another site" in page.text
    assert (await ann.post("/sign-in", {}, **headers)).status == 403
    assert (await ann.open("/")).heading() == "Cases"


@pytest.mark.parametrize("headers", [{"sec_fetch_site": "same-origin"}, {"origin": "null"}, {}])
async def test_a_form_of_our_own_is_carried_out(office: Office, headers: dict[str, str]) -> None:
    ann = office.visit(ANN)
    token = (await ann.open("/")).soup.select_one("input[name=form_token]")
    assert token
    page = await ann.post("/sign-out", {"form_token": str(token["value"])}, **headers)
    assert page.heading() == "Sign in"


async def test_a_form_larger_than_any_of_ours_is_refused(office: Office) -> None:
    page = await office.visit(ANN).post("/people", {"name": "x" * 70_000})
    assert page.status == 413


async def test_no_page_runs_or_holds_a_script_or_a_style_of_its_own(office: Office) -> None:
    case = office.case()
    ann = office.visit(ANN)
    for path in ("/", f"/cases/{case.id}", "/people", "/me", "/sign-in"):
        page = await ann.open(path)
        assert not page.soup.find_all(["script", "style", "iframe", "object"])
        assert not page.soup.find_all(style=True)
        assert not re.search(r"\son\w+=", page.response.text)
        links = {tag.get("href") or tag.get("src") for tag in page.soup.find_all(["link", "img"])}
        assert links == {"/simple.css", "/desk.css", "/desk.svg"}


async def test_every_field_has_a_label_and_every_page_one_heading_and_a_title(office: Office) -> None:
    case = office.case()
    ann = office.visit(ANN)
    page = await (await ann.open(f"/cases/{case.id}")).press("Take this case")
    for shown in (page, *[await ann.open(path) for path in ("/", "/people", "/me")], await Browser(office).open("/")):
        fields = shown.soup.select("input:not([type=hidden]), select, textarea")
        labels = {label["for"] for label in shown.soup.find_all("label")}
        assert {field["id"] for field in fields} == labels
        assert len(shown.soup.find_all("h1")) == 1
        assert shown.title.endswith("· Desk")
        assert shown.soup.html and shown.soup.html["lang"] == "en"
        assert shown.soup.select_one('a.skip[href="#main"]')
        ids = [tag["id"] for tag in shown.soup.find_all(id=True)]
        assert len(ids) == len(set(ids))


async def test_an_address_that_is_none_says_so(office: Office) -> None:
    page = await office.visit(ANN).open("/nowhere")
    assert page.status == 404
    assert "no page at this address" in page.text
    assert (await office.visit(ANN).open("/cases/none")).status == 404


async def test_a_fault_says_nothing_of_itself_on_the_page_or_in_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise RuntimeError("canary-7731")

    monkeypatch.setattr("desk.cases.case_list.case_lists.of_member", fail)
    page = await office.visit(ANN).open("/")
    assert page.status == 500
    assert "Something went wrong on our side" in page.text
    assert "canary" not in page.response.text
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


async def test_alive_and_ready_are_told_apart(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = office.rows(AUDIT)
    assert (await office.browser.open("/live")).response.text == "ok\n"
    assert (await office.browser.open("/ready")).status == 200
    assert office.rows(AUDIT) == rows, "the trial left nothing behind"

    with office.desk.database.begin() as tx:
        tx.execute(delete(TEAM_KEYS))
    page = await office.browser.open("/ready")
    assert page.status == 503
    assert team.NoTeamKey.__name__ in page.response.text
    assert (await office.browser.open("/live")).status == 200


async def test_tables_of_another_version_are_not_ready(office: Office) -> None:
    with office.desk.database.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    page = await office.browser.open("/ready")
    assert page.status == 503
    assert "OldTables" in page.response.text


async def test_a_member_who_is_refused_keeps_the_ways_to_other_pages(office: Office) -> None:
    ann = office.visit(ANN)
    for page in (
        await ann.open("/cases/none"),
        await ann.post("/find", {}),
        await office.visit(BEA).open("/recovery-key"),
    ):
        assert page.status in {403, 404}
        assert page.has("Sign out")
        assert page.soup.select_one('nav a[href="/people"]')


async def test_a_number_too_large_for_any_table_is_simply_not_there(office: Office) -> None:
    ann = office.visit(ANN)
    token = (await ann.open("/people")).soup.select_one("input[name=form_token]")
    assert token
    page = await ann.post(f"/people/{10**30}/let-in", {"form_token": str(token["value"])})
    assert page.status == 404


async def test_a_database_that_cannot_be_written_to_is_not_ready(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise OSError("canary-disk")

    monkeypatch.setattr(audit, "write", fail)
    page = await office.browser.open("/ready")
    assert page.status == 503
    assert "canary" not in page.response.text


async def test_nothing_of_a_visit_stands_in_its_printed_form(office: Office) -> None:
    from desk.visit import Visit

    visit = Visit(office.desk, office.now, {"token": "canary-1"}, {}, {"password": "canary-2"}, "canary-3")
    assert "canary" not in repr(visit)
    assert httpx.URL(office.desk.settings.desk_url).host == "127.0.0.1"
