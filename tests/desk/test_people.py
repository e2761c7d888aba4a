"""Who works at the desk: letting in, adding, forgotten passwords, one's own page."""

from datetime import date
from pathlib import Path

import pytest

from desk import access
from storage import sealing, staff, staff_links, training
from storage.tables import AUDIT, CASES, STAFF, STAFF_LINKS, STAFF_SESSIONS
from tests.desk.office import ANN, BEA, CAL, PASSWORD, Browser, Office, Page, copy_office, set_up


def row_of(page: Page, name: str) -> str:
    row = next(row for row in page.soup.select("tbody tr") if row.get_text().strip().startswith(name))
    return " ".join(row.get_text(" ").split())


async def test_letting_somebody_in_opens_the_cases_to_them_once_they_sign_in_again(office: Office) -> None:
    case = office.case()
    cal = office.visit(CAL)
    page = await office.visit(BEA).open("/people")
    assert "Waits to be let in" in row_of(page, CAL)
    page = await page.press(f"Let {CAL} in")
    assert f"{CAL} can read cases from now on" in page.text
    assert "Can read cases" in row_of(page, CAL)
    assert office.rows(AUDIT)[-1].action == f"let_in:{office.member(CAL).id}"

    page = await cal.open(f"/cases/{case.id}")
    assert "Sign out and in again" in page.text
    await page.press("Sign out")
    await cal.sign_in(CAL)
    assert "Sam Canary" in (await cal.open(f"/cases/{case.id}")).text


async def test_who_was_not_let_in_lets_nobody_in(office: Office) -> None:
    cal = office.visit(CAL)
    page = await cal.open("/people")
    assert not page.has("Let ")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    refused = await cal.post(f"/people/{office.member(CAL).id}/let-in", {"form_token": str(token["value"])})
    assert refused.status == 403
    assert office.member(CAL).team_key is None


async def test_a_manager_adds_somebody_and_the_link_is_shown_once(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    page = await page.press("Make a link", name="Dee Example", coordinator="yes")
    link = page.link()
    assert link not in (await office.visit(ANN).open("/people")).response.text
    done = await set_up(office, link, "Dee Example")
    assert done.heading() == "Cases"
    assert "a colleague must let you in" in done.text
    assert (await Browser(office).open(link)).status == 410


async def test_two_people_cannot_have_one_name(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    page = await page.press("Make a link", name="BEA example", coordinator="yes")
    assert page.status == 422
    assert "Somebody has this name already" in page.text
    assert len(office.rows(STAFF)) == 3


async def test_a_coordinator_neither_adds_people_nor_gives_new_links(office: Office) -> None:
    bea = office.visit(BEA)
    page = await bea.open("/people")
    assert not page.has("Make a link") and not page.has("New link")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    data = {"form_token": str(token["value"]), "name": "Eve Example", "manager": "yes"}
    assert (await bea.post("/people", data)).status == 403
    for deed in ("new-link", "shut-out"):
        assert (await bea.post(f"/people/{office.member(CAL).id}/{deed}", data)).status == 403
    assert office.member(CAL).keys
    assert len(office.rows(STAFF)) == 3


async def test_a_forgotten_password_is_cured_by_a_new_link_and_being_let_in_again(office: Office) -> None:
    case = office.case()
    bea = office.visit(BEA)
    page = await office.visit(ANN).open("/people")
    form = next(
        tag for tag in page.soup.find_all("form") if tag["action"].endswith(f"{office.member(BEA).id}/new-link")
    )
    token = form.select_one("input[name=form_token]")
    assert token
    page = await page.browser.post(str(form["action"]), {"form_token": str(token["value"])})
    assert (await bea.open("/")).heading() == "Sign in", "the old places are shut at once"
    assert (await Browser(office).sign_in(BEA)).heading() == "Sign in", "so is the old password"

    done = await set_up(office, page.link(), BEA, "another quiet heron")
    assert "a colleague must let you in" in (await done.browser.open(f"/cases/{case.id}")).text
    await (await office.visit(ANN).open("/people")).press(f"Let {BEA} in")
    again = (await Browser(office).sign_in(BEA, "another quiet heron")).browser
    assert "Sam Canary" in (await again.open(f"/cases/{case.id}")).text


async def shut_out(page: Page, office: Office, name: str) -> Page:
    token = page.soup.select_one("input[name=form_token]")
    assert token
    return await page.browser.post(f"/people/{office.member(name).id}/shut-out", {"form_token": str(token["value"])})


async def test_who_has_left_opens_nothing_any_more_and_their_name_stays_beside_what_they_did(office: Office) -> None:
    case = office.case()
    bea = office.visit(BEA)
    await (await bea.open(f"/cases/{case.id}")).press("Take this case")
    with office.desk.database.begin() as tx:
        code = staff_links.make(tx, office.member(BEA).id, staff_links.TELEGRAM, office.now)
        staff.link_telegram(tx, code, b"1" * 16, office.now)
        kept = staff_links.make(tx, office.member(BEA).id, staff_links.TELEGRAM, office.now)
    page = await office.visit(ANN).open("/people")
    assert "They have 1 case" in page.text
    page = await page.press("Take away access of Bea", to=str(office.member(ANN).id))
    assert office.rows(CASES)[0].assignee == office.member(ANN).id, "no case is ever nobody's"
    assert f"{BEA} has no access any more" in page.text
    assert "Has no access" in row_of(page, BEA)
    assert office.rows(AUDIT)[-1].action == f"shut_out:{office.member(BEA).id}"
    assert (await bea.open("/")).heading() == "Sign in"
    assert (await Browser(office).sign_in(BEA)).heading() == "Sign in"
    with office.desk.database.begin() as tx:
        assert staff.by_telegram(tx, b"1" * 16) is None
        assert staff.link_telegram(tx, kept, b"2" * 16, office.now) is None
    assert f"{BEA} Taken" in (await page.browser.open(f"/cases/{case.id}")).text


async def test_who_had_left_comes_back_by_a_new_link(office: Office) -> None:
    page = await shut_out(await office.visit(ANN).open("/people"), office, BEA)
    token = page.soup.select_one("input[name=form_token]")
    assert token
    data = {"form_token": str(token["value"])}
    page = await page.browser.post(f"/people/{office.member(BEA).id}/new-link", data)
    assert (await set_up(office, page.link(), BEA)).heading() == "Cases"


async def test_the_page_tells_until_when_a_link_works_and_that_it_has_run_out(office: Office) -> None:
    ann = office.visit(ANN)
    page = await (await ann.open("/people")).press("Make a link", name="Dee Example", coordinator="yes")
    assert "Has a link until Thu 26 Nov 10:00" in row_of(page, "Dee Example")
    office.wait(hours=49)
    again = (await Browser(office).sign_in(ANN)).browser
    assert "Link has run out" in row_of(await again.open("/people"), "Dee Example")


async def test_a_manager_cannot_shut_themselves_out(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    for deed in ("new-link", "shut-out"):
        address = f"/people/{office.member(ANN).id}/{deed}"
        assert (await page.browser.post(address, {"form_token": str(token["value"])})).status == 404
    assert office.member(ANN).team_key


# One's own page


async def test_a_code_links_a_telegram_account_once_and_for_a_quarter_of_an_hour(tmp_path: Path) -> None:
    office = copy_office(tmp_path, staff_bot_token="1001:made-up-staff-token", staff_chat_id=-5)
    page = await (await office.visit(BEA).open("/me")).press("Link my Telegram")
    shown = page.soup.select_one(".code")
    assert shown
    command, code = shown.get_text(strip=True).split()
    assert command == "/link"
    lookup = sealing.lookup(office.desk.secrets.pepper, "staff:5550001")
    with office.desk.database.begin() as tx:
        assert code.encode() not in b"".join(bytes(row.token) for row in office.rows(STAFF_LINKS))
        member = staff.link_telegram(tx, code.lower().replace("-", " "), lookup, office.now)
        assert member and member.name == BEA
        assert staff.link_telegram(tx, code, lookup, office.now) is None
        found = staff.by_telegram(tx, lookup)
    assert found and found.name == BEA
    page = await office.visit(BEA).open("/me")
    assert "Your Telegram account is linked" in page.text
    page = await page.press("Unlink")
    with office.desk.database.read() as tx:
        assert staff.by_telegram(tx, lookup) is None


@pytest.mark.parametrize(("button", "fields"), [("Link my Telegram", {}), ("Keep it", {"email": "bea@example.org"})])
async def test_where_ones_alerts_go_is_changed_only_with_a_fresh_second_step(
    tmp_path: Path, button: str, fields: dict[str, str]
) -> None:
    office = copy_office(tmp_path, staff_bot_token="1001:made-up-staff-token", staff_chat_id=-5)
    office.wait(minutes=6)
    page = await (await office.visit(BEA).open("/me")).press(button, **fields)
    assert page.heading().startswith("Second step")
    assert not office.rows(STAFF_LINKS) and office.member(BEA).email is None
    await page.press("Go on", code=page.browser.code())
    assert bool(office.rows(STAFF_LINKS)) or office.member(BEA).email == "bea@example.org"


async def test_without_a_staff_bot_no_code_is_offered_for_it(office: Office) -> None:
    page = await office.visit(BEA).open("/me")
    assert "The staff bot is off here" in page.text
    assert not page.has("Link my Telegram")


async def test_a_code_is_over_after_a_quarter_of_an_hour_and_when_a_newer_one_is_made(office: Office) -> None:
    with office.desk.database.begin() as tx:
        member = office.member(BEA)
        first = staff_links.make(tx, member.id, staff_links.TELEGRAM, office.now)
        second = staff_links.make(tx, member.id, staff_links.TELEGRAM, office.now)
        assert staff.link_telegram(tx, first, b"1" * 16, office.now) is None
        office.wait(minutes=15)
        assert staff.link_telegram(tx, second, b"1" * 16, office.now) is None


async def test_an_account_belongs_to_one_member_at_a_time(office: Office) -> None:
    with office.desk.database.begin() as tx:
        for name in (BEA, CAL):
            code = staff_links.make(tx, office.member(name).id, staff_links.TELEGRAM, office.now)
            assert staff.link_telegram(tx, code, b"1" * 16, office.now)
        found = staff.by_telegram(tx, b"1" * 16)
    assert found and found.name == CAL


async def test_one_sees_where_one_is_signed_in_and_ends_the_others(office: Office) -> None:
    office.wait(minutes=1)
    page = await Browser(office).sign_in(ANN)
    me = await page.browser.open("/me")
    assert "Here , since today 10:01" in me.text
    assert "Since today 10:00" in me.text
    me = await me.press("Sign out everywhere else")
    assert me.heading() == ANN
    assert (await office.visit(ANN).open("/")).heading() == "Sign in"
    assert (await office.visit(BEA).open("/")).heading() == "Cases"


async def test_a_changed_password_keeps_the_cases_open_and_ends_every_other_place(office: Office) -> None:
    case = office.case()
    here, there = office.visit(ANN), (await Browser(office).sign_in(ANN)).browser
    page = await (await here.open("/me")).press("Change it", old=PASSWORD, new="four calm grey seals")
    assert "Your password is changed" in page.text
    assert (await there.open("/")).heading() == "Sign in"
    assert (await Browser(office).sign_in(ANN)).status == 403
    again = (await Browser(office).sign_in(ANN, "four calm grey seals")).browser
    assert "Sam Canary" in (await again.open(f"/cases/{case.id}")).text


async def test_a_password_is_not_changed_without_the_present_one(office: Office) -> None:
    before = office.rows(STAFF)
    page = await (await office.visit(ANN).open("/me")).press(
        "Change it", old="not the password", new="four calm grey seals"
    )
    assert page.status == 422
    assert "This is not your present password" in page.text
    page = await page.press("Change it", old=PASSWORD, new="short")
    assert "at least 15 characters" in page.text
    assert office.rows(STAFF) == before
    assert len(office.rows(STAFF_SESSIONS)) >= 1


async def test_a_present_password_cannot_be_guessed_without_end_here_either(office: Office) -> None:
    page = await office.visit(ANN).open("/me")
    for _ in range(5):
        page = await page.press("Change it", old="not the password", new="four calm grey seals")
    page = await page.press("Change it", old=PASSWORD, new="four calm grey seals")
    assert "too many tries" in page.text and "Minutes to wait: 1." in page.text


async def test_two_managers_who_give_each_other_new_links_at_once_do_not_both_lose_the_cases(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await office.visit(ANN).open("/people")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    find_member = access._find_member

    def lose_the_race(visit: access.Visit) -> access.SignedIn | None:
        found = find_member(visit)
        with office.desk.database.begin() as tx:
            staff.start_anew(tx, office.member(ANN).id, office.now)
        return found

    monkeypatch.setattr(access, "_find_member", lose_the_race)
    data = {"form_token": str(token["value"])}
    refused = await page.browser.post(f"/people/{office.member(BEA).id}/new-link", data)
    assert refused.status == 409
    assert office.member(BEA).team_key


# Roles, training, languages


async def test_training_and_languages_are_kept_with_the_last_day_each_is_valid(office: Office) -> None:
    bea = office.member(BEA).id
    page = await office.visit(ANN).open(f"/people/{bea}")
    wrong = await page.press("Keep", level_2="soon")
    assert wrong.status == 422 and "Write the day as" in wrong.text
    await page.press("Keep", level_1="2026-01-31", level_2="2027-03-31", languages=" Polish ,, Scottish  Gaelic")
    with office.desk.database.read() as tx:
        assert training.until(tx, bea) == date(2027, 3, 31)
        assert training.until(tx, office.member(CAL).id) is None
    own = await office.visit(BEA).open(f"/people/{bea}")
    assert "Level 2, valid until 31 Mar 2027" in own.text and "Polish, Scottish Gaelic" in own.text
    assert not own.has("Keep") and not own.has("Change roles")
    await (await office.visit(ANN).open(f"/people/{bea}")).press("Keep", level_2="")
    with office.desk.database.read() as tx:
        assert training.until(tx, bea) == date(2026, 1, 31)


async def test_other_roles_count_from_the_next_sign_in_and_end_every_place(office: Office) -> None:
    bea = office.visit(BEA)
    page = await office.visit(ANN).open(f"/people/{office.member(BEA).id}")
    page = await page.press("Change roles", coordinator=None, auditor="yes")
    assert office.member(BEA).roles == {"auditor"}
    assert office.member(BEA).team_key is None, "who reads no cases has no key to them"
    assert (await bea.open("/")).heading() == "Sign in"
    assert office.rows(AUDIT)[-1].action == f"roles:{office.member(BEA).id}"
    both = await page.press("Change roles", coordinator="yes")
    assert both.status == 422


async def test_who_has_cases_keeps_a_role_that_can_have_them(office: Office) -> None:
    case = office.case()
    await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    page = await office.visit(ANN).open(f"/people/{office.member(BEA).id}")
    page = await page.press("Change roles", coordinator=None, facilitator="yes")
    assert page.status == 409
    assert office.member(BEA).roles == {"coordinator"}


async def test_nobody_changes_their_own_roles(office: Office) -> None:
    page = await office.visit(ANN).open(f"/people/{office.member(ANN).id}")
    assert not page.has("Change roles")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    data = {"form_token": str(token["value"]), "facilitator": "yes"}
    assert (await page.browser.post(f"/people/{office.member(ANN).id}/roles", data)).status == 404
    assert office.member(ANN).roles == staff.FIRST_ROLES


# A manager takes two people


async def asked_to_be_manager(office: Office) -> Page:
    page = await office.visit(ANN).open(f"/people/{office.member(BEA).id}")
    return await page.press("Ask a colleague", why="Ann is away for the summer")


async def test_a_colleague_becomes_a_manager_once_a_second_person_has_approved_it(office: Office) -> None:
    await asked_to_be_manager(office)
    with office.desk.database.begin() as tx:
        staff.add(tx, "Dee Example", ["coordinator"], office.now)
    page = await (await office.visit(BEA).open("/approvals")).press("Approve")
    page = await office.visit(ANN).open(f"/people/{office.member(BEA).id}")
    page = await page.press(f"Make {BEA} a manager")
    assert office.member(BEA).roles == {"coordinator", "manager"}
    assert (await office.visit(BEA).open("/")).heading() == "Sign in", "what they may do counts from the next sign-in"
    bea = office.member(BEA).id
    actions = [row.action for row in office.rows(AUDIT)]
    assert [f"{verb}_manager:{bea}" in actions for verb in ("asked", "approved", "did")] == [True] * 3


async def test_who_asked_cannot_approve_it_and_nothing_happens_before(office: Office) -> None:
    page = await asked_to_be_manager(office)
    assert not page.has("Make Bea")
    page = await page.browser.open("/approvals")
    assert "Make somebody a manager: Bea Example" in page.text and not page.has("Approve")
    await page.press("Take it back")
    assert office.member(BEA).roles == {"coordinator"}


async def test_no_other_form_makes_a_manager(office: Office) -> None:
    page = await office.visit(ANN).open(f"/people/{office.member(BEA).id}")
    assert (await page.press("Change roles", manager="yes")).status == 409
    page = await office.visit(ANN).open("/people")
    refused = await page.press("Make a link", name="Dee Example", manager="yes")
    assert refused.status == 422 and "takes two people" in refused.text
    assert office.member(BEA).roles == {"coordinator"}


async def test_what_nobody_approved_within_a_day_is_asked_anew(office: Office) -> None:
    await asked_to_be_manager(office)
    office.wait(hours=25)
    ann = (await Browser(office).sign_in(ANN)).browser
    assert (await ann.open(f"/people/{office.member(BEA).id}")).has("Ask a colleague")
