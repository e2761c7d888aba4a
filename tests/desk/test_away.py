"""Being away: who stands in works on the cases, nothing new comes to who is away, managers hear of the rest."""

from datetime import timedelta

from sqlalchemy import update

from desk.alerts.going_up import GoingUp
from storage import audit, tasks
from storage.tables import AUDIT, CASES, STAFF
from tests.desk.office import ANN, BEA, CAL, Office, Page
from tests.desk.test_handing_on import become, has_it, taken_by_bea


async def is_away(office: Office, name: str, stand_in: str | None, **days: str) -> Page:
    page = await office.visit(name).open("/me")
    chosen = str(office.member(stand_in).id) if stand_in else ""
    return await page.press("I am away", stand_in=chosen, **days)


async def let_cal_in(office: Office) -> None:
    """Cal, who has a password already, signs in anew to be given the team key."""
    await (await office.visit(ANN).open("/people")).press(f"Let {CAL} in")
    office.forget_used_codes()
    browser = (await office.browser.sign_in(CAL)).browser
    office.cookies = {**office.cookies, CAL: browser.client.cookies["desk"]}


async def test_who_stands_in_finds_the_cases_on_their_list_and_works_on_them(office: Office) -> None:
    case_id = await taken_by_bea(office)
    become(office, ANN, "coordinator")
    assert (await office.visit(ANN).open(f"/cases/{case_id}")).status == 403
    assert "until Fri 27 Nov 23:59" in (await is_away(office, BEA, ANN, ends="2026-11-27")).text
    page = await office.visit(ANN).open("/")
    assert f"For {BEA}, who is away" in page.text and "For who is away 1" in page.text
    assert "7F3K2M" in (await page.browser.open("/?whose=stands_in")).text
    page = await page.browser.open(f"/cases/{case_id}")
    assert "Sam Canary" in page.text and f"For {BEA}, who is away" in page.text
    logged = await page.press("Log it", route="phone", result="no_answer", override="They asked for today by phone.")
    assert "Your try is logged" in logged.text
    assert not page.has("Give it back") and "hand-on" not in page.response.text
    assert has_it(office) == office.member(BEA).id


async def test_once_the_last_day_is_over_or_they_are_back_it_is_theirs_alone_again(office: Office) -> None:
    case_id = await taken_by_bea(office)
    become(office, ANN, "coordinator")
    await is_away(office, BEA, ANN)
    assert (await office.visit(ANN).open(f"/cases/{case_id}")).status == 200
    page = await (await office.visit(BEA).open("/me")).press("I am back")
    assert "Away" in page.text and not page.has("I am back")
    assert (await office.visit(ANN).open(f"/cases/{case_id}")).status == 403
    actions = [row.action for row in office.rows(AUDIT)]
    bea = office.member(BEA).id
    assert actions.count(f"away:{bea}") == actions.count(f"back:{bea}") == 1
    with office.desk.database.read() as tx:
        assert audit.verify(tx, office.desk.secrets.audit) == []


async def test_an_absence_to_come_gives_nothing_away_before_its_first_day(office: Office) -> None:
    case_id = await taken_by_bea(office)
    become(office, ANN, "coordinator")
    page = await is_away(office, BEA, ANN, starts="2026-11-25")
    assert "Will be away from tomorrow 00:00" in page.text
    assert (await office.visit(ANN).open(f"/cases/{case_id}")).status == 403


async def test_what_cannot_be_is_said_beside_its_field(office: Office) -> None:
    page = await is_away(office, BEA, None, starts="2026-11-27", ends="2026-11-25")
    assert page.status == 422 and "not before the first" in page.text
    page = await (await office.visit(BEA).open("/me")).press("I am away", ends="friday")
    assert page.status == 422 and page.soup.select_one('.summary a[href="#ends"]')
    page = await (await office.visit(BEA).open("/me")).press("I am away", stand_in=str(office.member(BEA).id))
    assert page.status == 422 and "Choose somebody who is here" in page.text


async def test_nothing_new_is_offered_to_who_is_away_and_they_take_nothing(office: Office) -> None:
    await taken_by_bea(office)
    waiting = office.case("WAITS")
    await is_away(office, ANN, None)
    page = await office.visit(BEA).open(f"/cases/{office.rows(CASES)[0].id}/hand-on")
    assert ANN not in page.soup.select_one("main").get_text()  # type: ignore[union-attr]
    page = await office.visit(ANN).open("/")
    assert "You are down as away" in page.text
    refused = await (await page.browser.open(f"/cases/{waiting.id}")).press("Take this case")
    assert refused.status == 409 and "Say on your own page that you are back" in refused.text


async def test_a_manager_says_it_for_somebody_who_is_ill(office: Office) -> None:
    await taken_by_bea(office)
    page = await office.visit(ANN).open(f"/people/{office.member(BEA).id}")
    page = await page.press(f"{BEA} is away", stand_in=str(office.member(ANN).id))
    assert f"Away; {ANN} stands in" in page.text
    assert f"Away; {ANN} stands in" in (await page.browser.open("/people")).text
    page = await page.press(f"{BEA} is back")
    assert "stands in." not in page.text


async def test_where_nobody_stands_in_managers_see_it_and_have_a_task_that_goes_once_somebody_does(
    office: Office,
) -> None:
    case_id = await taken_by_bea(office)
    await is_away(office, BEA, None)
    going_up = GoingUp(office.desk)
    await going_up.run()
    page = await office.visit(ANN).open("/")
    assert "Whoever has it is away, and nobody stands in 1" in page.text
    assert "give it to somebody" in page.text
    page = await page.browser.open("/second-looks")
    link = page.soup.find("a", string=lambda text: bool(text and text.startswith("7F3K2M")))
    assert link
    page = await (await page.browser.open(str(link["href"]))).press("Give it to them", to=str(office.member(ANN).id))
    await going_up.run()
    with office.desk.database.read() as tx:
        assert tasks.of_case(tx, case_id) == []
        assert [each.state for each in tasks.all_of_case(tx, case_id)] == ["dropped"]


async def test_a_stand_in_who_goes_away_or_leaves_sends_it_up(office: Office) -> None:
    case_id = await taken_by_bea(office)
    await let_cal_in(office)
    await is_away(office, BEA, CAL)
    assert "Sam Canary" in (await office.visit(CAL).open(f"/cases/{case_id}")).text
    await is_away(office, CAL, ANN)
    assert (await office.visit(CAL).open(f"/cases/{case_id}")).status == 403
    assert "nobody stands in 1" in (await office.visit(ANN).open("/")).text
    await (await office.visit(CAL).open("/me")).press("I am back")
    assert "nobody stands in 1" not in (await office.visit(ANN).open("/")).text
    await (await office.visit(ANN).open("/people")).press(f"Take away access of {CAL}")
    assert "nobody stands in 1" in (await office.visit(ANN).open("/")).text


async def test_standing_in_makes_nobody_a_facilitator(office: Office) -> None:
    """What facilitators do needs their own training and their own word; a colleague's absence gives neither."""
    case_id = await taken_by_bea(office)
    become(office, ANN, "facilitator")
    become(office, BEA, "coordinator facilitator")
    with office.desk.database.begin() as tx:
        tx.execute(update(CASES).where(CASES.c.id == case_id).values(stage="preparation"))
    page = await office.visit(BEA).open(f"/cases/{case_id}/process")
    await page.press("Name them", staff_id=str(office.member(ANN).id))
    await let_cal_in(office)
    await is_away(office, ANN, CAL)
    assert (await office.visit(CAL).open(f"/cases/{case_id}/process")).status == 403
    page = await office.visit(BEA).open(f"/cases/{case_id}/process")
    assert "Nobody signs for them" in page.text


async def test_a_task_of_the_day_shows_to_who_stands_in(office: Office) -> None:
    case_id = await taken_by_bea(office)
    await let_cal_in(office)
    with office.desk.database.begin() as tx:
        tasks.add(tx, case_id, "review", office.now + timedelta(hours=1), office.now)
    assert "Look again at safety" not in (await office.visit(CAL).open("/")).text
    await is_away(office, BEA, CAL)
    assert "Look again at safety" in (await office.visit(CAL).open("/")).text


def test_an_auditor_is_named_by_nobody(office: Office) -> None:
    become(office, CAL, "auditor")
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF).where(STAFF.c.name == CAL).values(team_key=b"sealed"))
    assert CAL not in [row.name for row in office.rows(STAFF) if "coordinator" in row.roles]


async def test_while_every_manager_is_away_who_stands_in_sees_to_what_goes_up_to_them(office: Office) -> None:
    case_id = await taken_by_bea(office)
    become(office, ANN, "manager")
    become(office, CAL, "coordinator")
    await let_cal_in(office)
    with office.desk.database.begin() as tx:
        tasks.add(tx, case_id, "second_look", office.now + timedelta(days=1), office.now, role="manager")
    cal = office.visit(CAL)
    assert (await cal.open("/second-looks")).status == 403
    await is_away(office, ANN, CAL)
    page = await cal.open("/")
    assert "Every manager is away, and you stand in" in page.text and "1 to look at" in page.text
    assert (await cal.open("/second-looks")).status == 200
    assert (await cal.open(f"/cases/{case_id}")).status == 403, "standing in for a manager opens no case"
    page = await cal.open(f"/cases/{case_id}/hand-on")
    assert CAL in page.text
    assert "Every manager is away" not in (await office.visit(BEA).open("/")).text
    await (await office.visit(ANN).open("/me")).press("I am back")
    assert (await cal.open("/second-looks")).status == 403


async def test_where_every_manager_is_away_and_nobody_stands_in_all_coordinators_are_told(office: Office) -> None:
    become(office, ANN, "manager")
    assert "Every manager is away" not in (await office.visit(BEA).open("/")).text
    await is_away(office, ANN, None)
    assert "Every manager is away and nobody stands in for them" in (await office.visit(BEA).open("/")).text
    assert (await office.visit(BEA).open("/second-looks")).status == 403


async def test_nobody_supervises_their_own_case_because_they_stand_in_for_the_manager(office: Office) -> None:
    case_id = await taken_by_bea(office)
    with office.desk.database.begin() as tx:
        tasks.add(tx, case_id, "second_look", office.now + timedelta(days=1), office.now, role="manager")
        [task] = tasks.of_role(tx, "manager")
    become(office, ANN, "manager")
    await is_away(office, ANN, BEA)
    assert (await office.visit(BEA).open("/second-looks")).status == 200
    assert (await office.visit(BEA).open(f"/cases/{case_id}/second-look/{task.id}")).status == 403
