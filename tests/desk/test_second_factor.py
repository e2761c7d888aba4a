"""The second step of signing in, set up at the first; and shown once more before what reaches far."""

import pyotp
import pytest

from cairn import first_run
from storage import second_factors
from storage.tables import AUDIT, SIGN_IN_ATTEMPTS, STAFF, STAFF_FACTORS, STAFF_SESSIONS
from tests.desk.office import ANN, BEA, CAL, PASSWORD, Browser, Office, Page, set_up, shown_code


async def password_given(office: Office, name: str) -> Page:
    """The page after the right password, which asks for the second step."""
    page = await (await Browser(office).open("/sign-in")).press("Sign in", name=name, password=PASSWORD)
    page.browser.name = name
    return page


def another_minute(office: Office) -> None:
    office.wait(minutes=1)


async def test_a_password_alone_leads_to_no_page_of_the_desk(office: Office) -> None:
    case = office.case()
    page = await password_given(office, ANN)
    assert page.heading() == "Second step"
    assert not page.soup.find("nav")
    for path in ("/", f"/cases/{case.id}", "/people", "/me", "/me/second-factor", "/recovery-key"):
        assert (await page.browser.open(path)).heading() == "Second step"
    token = page.soup.select_one("input[name=form_token]")
    assert token
    before = office.rows(AUDIT)
    for path in (f"/cases/{case.id}/take", "/people", "/me/password", "/me/second-factor"):
        assert (await page.browser.post(path, {"form_token": str(token["value"])})).heading() == "Second step"
    assert office.rows(AUDIT) == before


async def test_a_code_counts_once_even_a_moment_later(office: Office) -> None:
    another_minute(office)
    code = office.code(ANN)
    assert (await (await password_given(office, ANN)).press("Sign in", code=code)).heading() == "Cases"
    page = await (await password_given(office, ANN)).press("Sign in", code=code)
    assert page.status == 422
    assert "was used already" in page.text
    office.wait(seconds=30)
    assert (await page.press("Sign in", code=office.code(ANN))).heading() == "Cases"


async def test_a_code_of_the_step_before_passes_and_an_older_one_does_not(office: Office) -> None:
    office.wait(minutes=5)
    code = office.code(ANN)
    office.wait(seconds=61)
    page = await (await password_given(office, ANN)).press("Sign in", code=code)
    assert page.status == 422
    code = office.code(ANN)
    office.wait(seconds=30)
    spaced = f"{code[:3]} {code[3:]}"
    assert (await page.press("Sign in", code=spaced)).heading() == "Cases"


async def test_a_colleagues_code_is_not_ones_own(office: Office) -> None:
    another_minute(office)
    page = await (await password_given(office, ANN)).press("Sign in", code=office.code(BEA))
    assert page.status == 422


async def test_guessing_codes_is_slowed_down_and_nobody_is_locked_out(office: Office) -> None:
    another_minute(office)
    page = await password_given(office, ANN)
    for _ in range(5):
        page = await page.press("Sign in", code="000000")
        assert page.status == 422
    page = await page.press("Sign in", code=office.code(ANN))
    assert page.status == 429
    assert "too many tries" in page.text
    office.wait(minutes=1)
    assert (await page.press("Sign in", code=office.code(ANN))).heading() == "Cases"
    assert (await (await password_given(office, BEA)).press("Sign in", code=office.code(BEA))).heading() == "Cases"


async def test_half_way_in_lasts_ten_minutes(office: Office) -> None:
    page = await password_given(office, ANN)
    office.wait(minutes=10, seconds=1)
    assert (await page.press("Sign in", code=office.code(ANN))).heading() == "Sign in"


async def test_all_the_way_in_there_is_another_cookie_and_the_first_is_worth_nothing(office: Office) -> None:
    page = await password_given(office, ANN)
    half = page.browser.client.cookies["desk"]
    await page.browser.show_code(page)
    assert page.browser.client.cookies["desk"] != half
    assert (await Browser(office, half).open("/")).heading() == "Sign in"


async def test_setting_up_shows_the_key_in_letters_and_as_a_picture_and_counts_once_a_code_was_typed(
    empty: Office,
) -> None:
    page = await (await empty.browser.open(empty.link() or "")).press("Go on", name=ANN, password=PASSWORD)
    assert page.heading() == "Set up your second step"
    key = page.soup.select_one(".code")
    image = page.soup.select_one("img.qr")
    assert key and image and image["alt"]
    picture = await page.browser.open(str(image["src"]))
    assert picture.response.headers["content-type"] == "image/svg+xml"
    assert "<svg" in picture.response.text
    again = await page.browser.open("/second-factor")
    assert key.get_text() in again.text, "the same one, for it may stand in the app already"
    page = await again.press("Go on", code="000000")
    assert page.status == 422
    assert (await page.browser.open("/")).heading() == "Set up your second step"
    page = await page.press("Go on", code=shown_code(page, empty.now))
    assert page.heading() == "Write down the recovery key"
    assert (await page.browser.open("/second-factor/picture.svg")).status == 404


async def test_neither_the_key_nor_a_code_stands_in_a_table_or_a_log(
    empty: Office, caplog: pytest.LogCaptureFixture
) -> None:
    page = await (await empty.browser.open(empty.link() or "")).press("Go on", name=ANN, password=PASSWORD)
    key = page.soup.select_one(".code")
    assert key
    secret = key.get_text().replace(" ", "")
    code = shown_code(page, empty.now)
    await page.press("Go on", code=code)
    empty.desk.database.checkpoint()
    stored = (empty.data_dir / "cairn.db").read_bytes()
    for kept in (secret.encode(), pyotp.TOTP(secret).byte_secret()):
        assert kept not in stored
    for table in (AUDIT, SIGN_IN_ATTEMPTS, STAFF, STAFF_FACTORS, STAFF_SESSIONS):
        assert code not in repr([tuple(row) for row in empty.rows(table)])
    assert code not in caplog.text and secret not in caplog.text


async def test_a_new_password_leaves_the_second_step_as_it_was(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    address = f"/people/{office.member(BEA).id}/new-link"
    link = (await page.browser.post(address, {"form_token": str(token["value"])})).link()
    page = await (await Browser(office).open(link)).press("Go on", name=BEA, password="another quiet heron")
    assert page.heading() == "Second step", "whoever finds the link has not got her phone"


async def test_a_lost_phone_is_cured_by_a_manager_and_written_down(office: Office) -> None:
    bea = office.visit(BEA)
    page = await office.visit(ANN).open("/people")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    address = f"/people/{office.member(BEA).id}/reset"
    page = await page.browser.post(address, {"form_token": str(token["value"])})
    assert "sets up another second step" in page.text
    assert office.rows(AUDIT)[-1].action == f"factor_reset:{office.member(BEA).id}"
    assert (await bea.open("/")).heading() == "Sign in"
    page = await password_given(office, BEA)
    assert page.heading() == "Set up your second step"
    assert (await page.browser.show_code(page)).heading() == "Cases"


async def test_the_only_manager_s_lost_phone_is_cured_on_the_machine(office: Office) -> None:
    first_run.reset_second_step(office.desk.settings, "ann example")
    page = await password_given(office, ANN)
    assert page.heading() == "Set up your second step"
    assert office.rows(AUDIT)[-2].action == f"factor_reset:{office.member(ANN).id}"
    with pytest.raises(first_run.FirstRunError, match="Nobody on the staff"):
        first_run.reset_second_step(office.desk.settings, "Nobody Example")


async def test_one_sets_up_another_and_removes_the_first_but_never_the_last(office: Office) -> None:
    ann = office.visit(ANN)
    page = await (await ann.open("/me")).browser.open("/me/second-factor")
    page = await page.press("Go on", code=shown_code(page, office.now))
    assert "You have another second step now" in page.text
    first, second = [row.id for row in office.rows(STAFF_FACTORS) if row.staff_id == office.member(ANN).id]
    page = await page.press("Remove")
    assert "is removed" in page.text
    assert not page.has("Remove")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    address = f"/me/second-factor/{second}/remove"
    assert (await ann.post(address, {"form_token": str(token["value"])})).status == 409
    assert [row.id for row in office.rows(STAFF_FACTORS) if row.staff_id == office.member(ANN).id] == [second]
    assert first != second


async def test_nobody_removes_a_colleagues(office: Office) -> None:
    ann = office.visit(ANN)
    page = await ann.open("/me/second-factor")
    page = await page.press("Go on", code=shown_code(page, office.now))
    token = page.soup.select_one("input[name=form_token]")
    beas = next(row.id for row in office.rows(STAFF_FACTORS) if row.staff_id == office.member(BEA).id)
    assert token
    await ann.post(f"/me/second-factor/{beas}/remove", {"form_token": str(token["value"])})
    assert any(row.id == beas for row in office.rows(STAFF_FACTORS))


# Once more, before what reaches far


async def test_what_reaches_far_asks_for_the_second_step_again_and_keeps_what_was_filled_in(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    office.wait(minutes=6)
    page = await page.press("Make a link", name="Dee Example", facilitator="yes")
    assert page.heading() == "Second step, once more"
    assert len(office.rows(STAFF)) == 3
    page = await page.press("Go on", code="000000")
    assert page.status == 422
    page = await page.press("Go on", code=office.code(ANN))
    assert "A link for Dee Example" in page.text
    assert "facilitator" in office.member("Dee Example").roles
    page = await page.press("Make a link", name="Eve Example")
    assert "A link for Eve Example" in page.text, "within five minutes it is not asked again"


async def test_letting_somebody_in_to_the_team_key_asks_again(office: Office) -> None:
    page = await office.visit(BEA).open("/people")
    office.wait(minutes=6)
    page = await page.press(f"Let {CAL} in")
    assert page.heading() == "Second step, once more" and office.member(CAL).team_key is None
    await page.press("Go on", code=office.code(BEA))
    assert office.member(CAL).team_key


async def test_what_was_filled_in_cannot_be_carried_to_another_place_or_address(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    office.wait(minutes=6)
    page = await page.press("Make a link", name="Dee Example")
    carried, token = (page.soup.select_one(f"input[name={name}]") for name in ("carried", "form_token"))
    assert carried and token
    data = {"carried": str(carried["value"]), "form_token": str(token["value"]), "code": office.code(ANN)}
    refused = await page.browser.post(f"/people/{office.member(BEA).id}/shut-out", data)
    assert refused.status == 403
    for broken in ("", "!", "AAAA"):
        assert (await page.browser.post("/people", data | {"carried": broken})).status == 403
    assert office.member(BEA).keys
    assert len(office.rows(STAFF)) == 3


async def test_everyday_work_does_not_ask_again(office: Office) -> None:
    case = office.case()
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    office.wait(minutes=14)
    assert (await page.press("Take this case")).heading() == case.reference


async def test_somebody_new_sets_up_their_own(office: Office) -> None:
    page = await (await office.visit(ANN).open("/people")).press("Make a link", name="Dee Example")
    assert (await set_up(office, page.link(), "Dee Example")).heading() == "Cases"
    kinds = [row.kind for row in office.rows(STAFF_FACTORS) if row.staff_id == office.member("Dee Example").id]
    assert kinds == [second_factors.APP]
