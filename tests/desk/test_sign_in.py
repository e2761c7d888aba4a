"""Coming in and going out: passwords, patience, cookies, idle places."""

import hashlib
import time

import pytest

from desk.entrance import passwords
from storage import sealing, staff_sessions
from storage.tables import SIGN_IN_ATTEMPTS, STAFF, STAFF_SESSIONS
from tests.desk.office import ANN, BEA, PASSWORD, Browser, Office, copy_office


async def test_name_and_password_lead_to_the_cases_however_the_name_is_written(office: Office) -> None:
    page = await office.browser.sign_in("  ann   EXAMPLE ")
    assert page.heading() == "Cases"
    assert ANN in page.text


async def test_a_wrong_password_and_an_unknown_name_get_the_same_words(office: Office) -> None:
    known = await Browser(office).sign_in(ANN, "not the password")
    unknown = await Browser(office).sign_in("Ann Exampel", "not the password")
    assert known.status == unknown.status == 403
    assert known.response.text.replace(ANN, "") == unknown.response.text.replace("Ann Exampel", "")
    assert "not the password" not in known.response.text


async def test_an_unknown_name_takes_as_long_as_a_known_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    derivations = []
    slow = sealing.key_from_password
    monkeypatch.setattr(sealing, "key_from_password", lambda *given: derivations.append(1) or slow(*given))
    for name in (ANN, "Nobody Example"):
        derivations.clear()
        await Browser(office).sign_in(name, "not the password")
        assert len(derivations) == 1


async def test_guessing_is_slowed_down_for_known_and_unknown_names_alike(office: Office) -> None:
    for name in (ANN, "Nobody Example"):
        for _ in range(5):
            assert (await Browser(office).sign_in(name, "not the password")).status == 403
        page = await Browser(office).sign_in(name, PASSWORD)
        assert page.status == 429
        assert "too many tries" in page.text
    assert (await Browser(office).sign_in(BEA)).heading() == "Cases", "nobody else has to wait"


async def test_nobody_is_locked_out_for_good(office: Office) -> None:
    for _ in range(5):
        await Browser(office).sign_in(ANN, "not the password")
    for _ in range(12):
        office.wait(minutes=15)
        assert (await Browser(office).sign_in(ANN, "not the password")).status == 403
    office.wait(minutes=15, seconds=1)
    assert (await Browser(office).sign_in(ANN)).heading() == "Cases"
    assert (await Browser(office).sign_in(ANN, "not the password")).status == 403, "a right password wipes the count"
    assert {row.name for row in office.rows(SIGN_IN_ATTEMPTS)} - {place_of(office)} == {name_of(office, ANN)}


def name_of(office: Office, name: str) -> bytes:
    return sealing.lookup(office.desk.secrets.pepper, f"sign_in:{name.casefold()}")


def place_of(office: Office) -> bytes:
    return sealing.lookup(office.desk.secrets.pepper, "network:127.0.0.1")


async def test_a_network_that_tries_many_names_has_to_wait_and_a_right_password_does_not_wipe_that(
    office: Office,
) -> None:
    for number in range(19):
        assert (await Browser(office).sign_in(f"Nobody {number}", "not the password")).status == 403
    assert (await Browser(office).sign_in(ANN)).heading() == "Cases"
    assert (await Browser(office).sign_in("Nobody 19", "not the password")).status == 403
    page = await Browser(office).sign_in(BEA)
    assert page.status == 429
    office.wait(minutes=15, seconds=1)
    assert (await Browser(office).sign_in(BEA)).heading() == "Cases"


async def test_a_place_left_alone_for_a_quarter_of_an_hour_is_signed_out(office: Office) -> None:
    ann = office.visit(ANN)
    for _ in range(3):
        office.wait(minutes=14)
        assert (await ann.open("/")).heading() == "Cases"
    office.wait(minutes=15, seconds=1)
    assert (await ann.open("/")).heading() == "Sign in"


async def test_after_eight_hours_one_signs_in_again(office: Office) -> None:
    ann = office.visit(ANN)
    for _ in range(48):
        office.wait(minutes=10)
        assert (await ann.open("/me")).status == 200
    office.wait(seconds=1)
    assert (await ann.open("/")).heading() == "Sign in"


async def test_places_whose_time_is_over_are_wiped_with_their_keys(office: Office) -> None:
    office.wait(hours=9)
    await office.browser.sign_in(ANN)
    assert len(office.rows(STAFF_SESSIONS)) == 1


async def test_signing_out_ends_the_place_and_clears_the_browser(office: Office) -> None:
    ann = office.visit(ANN)
    page = await (await ann.open("/")).press("Sign out")
    assert page.heading() == "Sign in"
    left = page.response.history[0]
    assert left.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    again = office.visit(ANN)
    assert (await again.open("/")).heading() == "Sign in", "the cookie is worth nothing any more"


async def test_the_page_that_was_wanted_comes_after_signing_in(office: Office) -> None:
    case = office.case()
    page = await office.browser.open(f"/cases/{case.id}")
    assert page.heading() == "Sign in"
    page.browser.name = ANN
    page = await page.press("Sign in", name=ANN, password=PASSWORD)
    page = await page.browser.show_code(page)
    assert page.path == f"/cases/{case.id}"


@pytest.mark.parametrize("wanted", ["//example.org", "https://example.org", "/\\example.org", "/cases/../people", "x"])
async def test_signing_in_never_leads_to_another_site(office: Office, wanted: str) -> None:
    office.browser.name = ANN
    page = await office.browser.post("/sign-in", {"name": ANN, "password": PASSWORD, "next": wanted})
    page = await office.browser.show_code(page)
    assert page.path == "/"
    assert page.response.url.host == "127.0.0.1"


async def test_a_link_from_another_site_passes_through_a_page_of_ours(office: Office) -> None:
    case = office.case()
    page = await office.browser.open(f"/cases/{case.id}", sec_fetch_site="cross-site")
    assert page.soup.select_one(f'meta[http-equiv=refresh][content="0;url=/cases/{case.id}"]')


async def test_a_stolen_table_of_places_opens_nothing(office: Office) -> None:
    office.case()
    rows = office.rows(STAFF_SESSIONS)
    assert rows
    for row in rows:
        for stolen in (row.token.hex(), row.form_token, row.token.decode("latin-1").encode().hex()):
            assert (await Browser(office, stolen).open("/")).heading() == "Sign in"
        assert office.cookies[ANN].encode() not in bytes(row.token)
    ann = next(row for row in rows if row.token == hashlib.sha256(office.cookies[ANN].encode()).digest())
    key = sealing.derive(ann.token, b"", "staff session")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(key, ann.team_key, "staff_session:team_key")
    with office.desk.database.read() as tx:
        found = staff_sessions.find(tx, office.cookies[ANN], office.now)
    assert found and found.team_key and found.team_key not in b"".join(bytes(row.team_key or b"") for row in rows)


async def test_a_stolen_table_of_staff_holds_no_password_and_no_key_in_clear(office: Office) -> None:
    with office.desk.database.read() as tx:
        found = staff_sessions.find(tx, office.cookies[ANN], office.now)
    assert found and found.team_key
    for row in office.rows(STAFF):
        whole = repr(tuple(row)).encode() + b"".join(value for value in row if isinstance(value, bytes))
        assert PASSWORD.encode() not in whole
        assert found.team_key not in whole


async def test_over_https_the_cookie_is_bound_to_the_host(tmp_path) -> None:  # type: ignore[no-untyped-def]
    office = copy_office(tmp_path, desk_url="https://desk.example.org")
    page = await office.browser.sign_in(ANN)
    cookie = page.response.history[0].headers["set-cookie"]
    assert cookie.startswith("__Host-desk=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"))
    assert "Domain" not in cookie
    assert page.heading() == "Cases"
    assert page.response.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_over_http_the_cookie_is_kept_from_scripts_and_other_sites(office: Office) -> None:
    page = await office.browser.sign_in(ANN)
    cookie = page.response.history[0].headers["set-cookie"]
    assert cookie.startswith("desk=")
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Secure" not in cookie
    assert "strict-transport-security" not in page.response.headers


async def test_two_passwords_at_most_are_derived_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = 0, 0

    def slow(*_given: object) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.02)
        at_once -= 1

    monkeypatch.setattr(passwords.member_keys, "open_private", slow)
    import asyncio

    await asyncio.gather(*(Browser(office).sign_in(f"Nobody {number}", "not it") for number in range(8)))
    assert most == 2
