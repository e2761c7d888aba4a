"""A new sign of danger, and what else a person adds: seen to by a deed of who was shown it, and by no other."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from policy.deadlines import NEW_SIGN
from policy.escalation import Rung
from storage import alerts, cases, danger_signs, hand_ons, sealing, team
from storage.tables import CASE_NEWS, CASES, CLOCKS
from tests.desk.cases import Made
from tests.desk.office import ANN, BEA, Office, Page
from tests.desk.test_held_to_the_plan import close, flag, taken


def wrote_of_danger(office: Office, case: Made) -> None:
    with office.desk.database.begin() as tx:
        note = sealing.seal_to(team.public_key(tx), b"May mean danger\nHe found me", f"entry:{case.id}")
        rungs = [Rung(level, "manager", office.now + timedelta(hours=level)) for level in range(3)]
        due = office.now + timedelta(hours=1)
        danger_signs.add(tx, case.id, office.now, note=note, due=due, rungs=rungs)


def told_of(office: Office) -> list[int]:
    """The levels of what is to be told by now of a sign, above the first; each is sent."""
    with office.desk.database.begin() as tx:
        due = [each for each in alerts.due(tx, office.now, ["manager"]) if each.about == NEW_SIGN]
        for each in due:
            assert alerts.claim(tx, each, office.now, 60)
            alerts.mark_sent(tx, each.id, office.now)
    return [each.level - alerts.FIRST_NEWS_LEVEL for each in due]


async def test_a_new_sign_stands_after_a_lift_and_is_told_up_the_ladder_until_somebody_acts(office: Office) -> None:
    case, page = await taken(office)
    ann = office.visit(ANN)
    await page.press("Log it", route="phone", result="reached")
    page = await (await ann.open(f"/cases/{case.id}")).press("Take over from")
    await flag(page, case, state="lifted", asked_on="2026-11-24")
    assert "A sign of danger stands" not in (await ann.open(f"/cases/{case.id}/process")).text
    office.wait(minutes=1)
    wrote_of_danger(office, case)
    assert told_of(office) == [0]
    page = await ann.open(f"/cases/{case.id}")
    assert "Written since" in page.text and "He found me" in page.text
    assert "See to a new sign of danger by" in page.text
    assert "A sign of danger stands" in (await ann.open(f"/cases/{case.id}/process")).text
    assert (await close(page, case, "out_of_scope")).status == 409
    office.wait(minutes=60)
    assert told_of(office) == [1]  # looking at it was not enough
    await ann.sign_in(ANN)
    await (await ann.open(f"/cases/{case.id}")).press("Log it", route="phone", result="no_answer")
    office.wait(hours=2)
    assert told_of(office) == []
    assert [row.state for row in office.rows(CLOCKS) if row.name == NEW_SIGN] == ["met"]


def sign(office: Office) -> str:
    (state,) = [row.state for row in office.rows(CLOCKS) if row.name == NEW_SIGN]
    return str(state)


async def pressed(page: Page, case: Made, path: str, **fields: str) -> Page:
    """A form on the server, sent as it stood on this page."""
    token = page.soup.select_one("input[name=form_token]")
    assert token
    return await page.browser.post(f"/cases/{case.id}/{path}", {"form_token": str(token["value"]), **fields})


async def read_it(page: Page, case: Made) -> Page:
    return await pressed(page, case, "read")


async def tried_now(page: Page, _case: Made) -> Page:
    return await page.press("Log it", route="phone", result="no_answer", when="")


async def raised_it(page: Page, case: Made) -> Page:
    return await flag(page, case, state="stands")


@pytest.mark.parametrize("deed", [read_it, tried_now, raised_it])
async def test_a_sign_is_answered_by_a_deed_of_who_was_shown_it_and_not_from_a_page_opened_before(
    office: Office, deed: Callable[[Page, Made], Awaitable[Page]]
) -> None:
    case, page = await taken(office)
    office.wait(minutes=10)
    wrote_of_danger(office, case)
    assert (await deed(page, case)).status == 200
    assert sign(office) == "running" and told_of(office) == [0]
    await deed(await office.visit(BEA).open(f"/cases/{case.id}"), case)
    office.wait(hours=2)
    assert sign(office) == "met" and told_of(office) == []


async def test_a_try_made_before_a_sign_does_not_answer_it_whenever_it_is_logged(office: Office) -> None:
    case, _page = await taken(office)
    office.wait(minutes=10)
    wrote_of_danger(office, case)
    office.wait(minutes=5)
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    page = await page.press("Log it", route="phone", result="reached", when="2026-11-24T10:09")
    assert page.status == 200 and sign(office) == "running"
    await page.press("Log it", route="phone", result="no_answer", when="2026-11-24T10:11")
    assert sign(office) == "met"


async def test_a_second_sign_is_not_answered_by_who_was_shown_the_first_alone(office: Office) -> None:
    case, _page = await taken(office)
    wrote_of_danger(office, case)
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    wrote_of_danger(office, case)
    await read_it(page, case)
    assert sign(office) == "running" and "News from the person" in (await office.visit(BEA).open("/")).text


async def test_to_write_down_something_else_is_no_answer_to_a_sign(office: Office) -> None:
    case, _page = await taken(office)
    wrote_of_danger(office, case)
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    assert (await pressed(page, case, "process/support", section="support", answer="offered")).status == 200
    assert (await pressed(page, case, "process/move", move="pause", support="offered")).status == 200
    assert [row.stage for row in office.rows(CASES)] == ["paused"]
    assert sign(office) == "running" and told_of(office) == [0], "a pause is none either"
    office.wait(hours=1)
    assert told_of(office) == [1]
    await office.visit(BEA).sign_in(BEA)


async def test_who_leaves_a_case_with_a_colleague_or_gets_it_has_answered_no_sign(office: Office) -> None:
    case, _page = await taken(office)
    ann, bea = office.member(ANN).id, office.member(BEA).id
    key, pepper = office.desk.secrets.audit, office.desk.secrets.pepper
    wrote_of_danger(office, case)
    for accepts in (False, True):
        with office.desk.database.begin() as tx:
            hand_ons.offer(tx, case.id, bea, office.now, key, to=ann, pepper=pepper)
            hand_ons.answer(tx, case.id, ann, office.now, key, accepts=accepts)
        assert sign(office) == "running"
    assert [row.assignee for row in office.rows(CASES)] == [ann]
    assert told_of(office) == [0]
    office.wait(hours=1)
    assert told_of(office) == [1], "the ladder goes on although Ann has the case"


async def test_an_answered_sign_stays_quiet_when_the_case_is_given_back(office: Office) -> None:
    case, _page = await taken(office)
    wrote_of_danger(office, case)
    assert told_of(office) == [0]
    page = await read_it(await office.visit(BEA).open(f"/cases/{case.id}"), case)
    await page.press("Give it back")
    assert [row.assignee for row in office.rows(CASES)] == [None]
    office.wait(hours=3)
    assert told_of(office) == []


async def test_a_sign_that_nobody_has_answered_is_told_on_when_the_case_is_given_back_and_taken_again(
    office: Office,
) -> None:
    case, page = await taken(office)
    wrote_of_danger(office, case)
    assert told_of(office) == [0]
    page = await page.press("Give it back")
    office.wait(hours=1)
    assert told_of(office) == [1]
    ann = await office.visit(ANN).sign_in(ANN)
    await pressed(await ann.browser.open(f"/cases/{case.id}"), case, "take")
    office.wait(hours=1)
    assert told_of(office) == [2] and sign(office) == "running"


async def test_what_the_person_changes_is_news_too_until_it_is_read(office: Office) -> None:
    case, page = await taken(office)
    with office.desk.database.begin() as tx:
        cases.change_contact(tx, case.id, cases.CONTACT_RESUMED, None, office.now.timestamp())
    await read_it(page, case)
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    assert page.has("I have read it") and "what they changed since" in page.text
    page = await page.press("I have read it")
    assert not page.has("I have read it") and "what they changed since" not in page.text
    assert "News from the person" not in (await page.browser.open("/")).text
    (row,) = office.rows(CASE_NEWS)
    assert row.seen_to == row.shown_to
