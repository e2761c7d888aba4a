"""Logging a try is held to what the person said: refused with the reason, or looked at by a second person."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from desk.cases.export_page import CLOSES
from policy.deadlines import PLAN
from storage import addresses, caseload, cases, clocks, records, sealing, tasks, team
from storage.addresses import Address
from storage.cases import RAISED
from storage.tables import APPROVALS, AUDIT, CASE_ADDRESSES, CASE_ENTRIES, CASE_RECORDS, CASES, STAFF, TASKS
from tests.desk.cases import MIDDAY, NEVER, Made, Said
from tests.desk.office import ANN, BEA, CAL, Counted, Office, Page
from tests.stage import SECRETS

WHY = "Their sister rang and asked us to."

THREE_WEEKS = timedelta(weeks=3)


async def taken(office: Office, said: Said | None = None) -> tuple[Made, Page]:
    """Bea has a case that came three weeks ago: by phone and email, Tuesdays and Thursdays from 9 to 13, no voicemail.
    It is Tuesday, 10:00."""
    case = office.case(said=said, came=THREE_WEEKS)
    return case, await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")


def tries(office: Office) -> list[Any]:
    return [row for row in office.rows(CASE_ENTRIES) if row.kind == "attempt"]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"route": "text"}, "route", "They did not name this way"),
        ({"when": "2026-11-23T10:00"}, "when", "not one of the days"),
        ({"when": "2026-11-24T08:30"}, "when", "not one of the times"),
        ({"result": "voicemail_left"}, "result", "did not say that a voicemail is safe"),
    ],
)
async def test_what_the_person_ruled_out_is_refused_beside_its_field_and_nothing_is_written(
    office: Office, fields: dict[str, str], field: str, words: str
) -> None:
    _case, page = await taken(office)
    before = (office.rows(CASE_ENTRIES), office.rows(TASKS))
    page = await page.press("Log it", **{"route": "phone", "result": "no_answer", "note": "Warbler"} | fields)
    assert page.status == 422
    link = page.soup.select_one(f'.summary a[href="#{field}"]')
    assert link and words in link.get_text()
    assert "Warbler" in page.text
    assert (office.rows(CASE_ENTRIES), office.rows(TASKS)) == before


async def test_made_all_the_same_it_takes_a_written_reason_which_is_sealed_and_looked_at(office: Office) -> None:
    case, page = await taken(office)
    page = await page.press("Log it", route="text", result="message_sent")
    short = await page.press("Log it", override="Because")
    assert short.status == 422 and "10 to 1000 letters" in short.text and not tries(office)
    page = await short.press("Log it", override=WHY)
    assert "Your try is logged" in page.text
    assert f"By a way they did not name. {WHY}" in page.text
    (entry,) = [row for row in office.rows(CASE_ENTRIES) if row.kind == "against_plan"]
    assert WHY.encode() in sealing.unseal(case.case_key, entry.note, f"entry:{case.id}")
    assert WHY.encode() not in entry.note
    assert "against_plan" in [row.action for row in office.rows(AUDIT)]
    (task,) = [row for row in office.rows(TASKS) if row.kind == "second_look"]
    assert (task.role, task.entry_id, task.state) == ("manager", entry.id, "open")


async def test_a_manager_who_did_not_make_it_looks_at_it_and_that_is_written_down(office: Office) -> None:
    case, page = await taken(office)
    page = await page.press("Log it", route="text", result="message_sent")
    await page.press("Log it", override=WHY)
    ann = office.visit(ANN)
    listed = await ann.open("/")
    assert "1 to look at" in listed.text and WHY not in listed.text
    link = (await ann.open("/second-looks")).soup.select_one("main li a")
    assert link and case.reference in link.get_text()
    page = await ann.open(str(link["href"]))
    assert "Text message: Message sent" in page.text and WHY in page.text and "Sam Canary" not in page.text
    page = await page.press("I have looked at it")
    assert "Nothing waits for a manager" in page.text
    assert [row.action for row in office.rows(AUDIT)][-2:] == ["opened_process", "second_look"]
    assert (await ann.open(str(link["href"]))).status == 409


async def test_nobody_looks_at_their_own_try(office: Office) -> None:
    case = office.case()
    ann = office.visit(ANN)
    page = await (await ann.open(f"/cases/{case.id}")).press("Take this case")
    page = await page.press("Log it", route="text", result="message_sent")
    page = await page.press("Log it", override=WHY)
    (task,) = [row for row in office.rows(TASKS) if row.role]
    shown = await ann.open(f"/cases/{case.id}/second-look/{task.id}")
    assert "somebody else looks at it" in shown.text and not shown.has("I have looked")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    refused = await ann.post(shown.path, {"form_token": str(token["value"])})
    assert refused.status == 409
    assert [row.state for row in office.rows(TASKS) if row.role] == ["open"]


async def test_words_about_when_never_to_call_have_to_be_read_first(office: Office) -> None:
    _case, page = await taken(office, NEVER)
    refused = await page.press("Log it", route="phone", result="no_answer")
    assert refused.status == 422 and "say that you have" in refused.text and not tries(office)
    await refused.press("Log it", read_words="yes")
    assert len(tries(office)) == 1


async def test_a_try_made_earlier_is_held_to_the_plan_that_counted_then(office: Office) -> None:
    case, page = await taken(office)
    office.wait(minutes=5)
    change = {
        "answers": [{"step": "contact_routes", "short": "x", "answer": "Email", "options": ["email"], "given": True}]
    }
    with office.desk.database.begin() as tx:
        note = sealing.seal_to(team.public_key(tx), json.dumps(change).encode(), f"entry:{case.id}")
        cases.change_contact(tx, case.id, cases.CONTACT_CHANGED, note, office.now.timestamp())
    office.wait(minutes=5)
    page = await page.browser.open(f"/cases/{case.id}")
    late = await page.press("Log it", route="phone", result="no_answer", when="")
    assert late.status == 422 and "did not name this way" in late.text
    await page.press("Log it", route="phone", result="no_answer", when="2026-11-24T10:02")
    assert len(tries(office)) == 1


async def test_the_next_safe_time_stands_on_the_sheet_and_beside_the_form(office: Office) -> None:
    _case, page = await taken(office, MIDDAY)
    assert page.text.count("Next safe time: Tuesday 24 Nov, 11:00 to 13:00") == 2
    office.now += timedelta(hours=4)
    page = await (await office.visit(BEA).sign_in(BEA)).browser.open(page.path)
    assert page.text.count("Next safe time: Thursday 26 Nov, 11:00 to 13:00") == 2
    office.now += timedelta(hours=45, minutes=30)
    page = await (await office.visit(BEA).sign_in(BEA)).browser.open(page.path)
    assert page.text.count("Safe now, until 13:00") == 2


async def test_the_page_of_a_case_with_a_try_against_its_plan_asks_no_more_than_fifteen_times(office: Office) -> None:
    _case, page = await taken(office)
    page = await page.press("Log it", route="text", result="message_sent")
    page = await page.press("Log it", override=WHY)
    with Counted(office.desk) as counted:
        await page.browser.open(page.path)
    assert counted.count <= 15


# The tries, to their end


async def tried_three_times(office: Office, page: Page) -> Page:
    """On three days over ten working days: the last of them has come, and Bea looks at the case."""
    for when in ("2026-11-05T10:00", "2026-11-10T10:00", "2026-11-17T10:00"):
        page = await page.press("Log it", route="phone", result="no_answer", when=when)
    return page


def open_tasks(office: Office) -> list[tuple[str, str | None]]:
    return [(row.kind, row.role) for row in office.rows(TASKS) if row.state == "open"]


async def test_after_a_try_the_next_is_a_task_at_a_safe_time_not_too_soon_until_somebody_is_reached(
    office: Office,
) -> None:
    _case, page = await taken(office)
    page = await page.press("Log it", route="phone", result="no_answer")
    assert "Tried on 1 of 3 days, not given up before Wednesday 9 Dec. Next try: Tuesday 1 Dec, 09:00 to 13:00" in (
        page.text
    )
    assert "Try again to be in touch, by Tue 1 Dec 09:00" in page.text
    assert open_tasks(office) == [("next_try", None)]
    page = await page.press("Log it", route="phone", result="reached")
    assert open_tasks(office) == []
    assert "Tried on" not in page.text


async def test_when_all_tries_are_made_the_case_can_be_closed_as_no_contact(office: Office) -> None:
    case = office.case(flags=(), said={"feels_safe": ("Yes", ["yes"])}, came=THREE_WEEKS)
    page = await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    page = await tried_three_times(office, page)
    assert open_tasks(office) == [("unreached", None)]
    assert "All tries are made : on 3 days" in page.text
    await page.press("Close it: ")
    assert [row.stage for row in office.rows(CASES)] == ["closed"]
    assert open_tasks(office) == []


async def test_unreached_with_a_sign_of_danger_a_manager_decides_and_the_coordinator_cannot_close_it(
    office: Office,
) -> None:
    case, page = await taken(office)
    page = await tried_three_times(office, page)
    assert open_tasks(office) == [("unreached_flagged", "manager")]
    assert "a manager decides what now" in page.text and not page.has("Close it")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    forced = {"form_token": str(token["value"]), "move": "close", "closing": "no_contact"}
    assert (await page.browser.post(f"/cases/{case.id}/process/move", forced)).status == 409
    (task,) = office.rows(TASKS)[-1:]
    refused = await page.browser.post(f"/cases/{case.id}/process/tasks/{task.id}", forced)
    assert refused.status == 409 and open_tasks(office) == [("unreached_flagged", "manager")]
    look = await (await office.visit(ANN).open(f"/cases/{case.id}/second-look/{task.id}")).press("It is decided")
    assert look.status == 422 and open_tasks(office) == [("unreached_flagged", "manager")]
    decided = await look.press("It is decided", decision="We ask her support worker on Monday")
    assert decided.path == "/second-looks" and open_tasks(office) == []
    page = await page.browser.open(f"/cases/{case.id}")
    assert "decided: We ask her support worker on Monday" in page.text
    assert not any(b"support worker on Monday" in (row.note or b"") for row in office.rows(CASE_ENTRIES))


async def test_unreached_with_a_sign_of_danger_it_ends_by_two_people_one_of_them_a_manager(office: Office) -> None:
    case, page = await taken(office)
    page = await tried_three_times(office, page)
    page = await page.browser.open(f"/cases/{case.id}/export")
    page = await page.press("Ask a colleague", what=f"{CLOSES}no_contact", why="We asked her support worker, too")
    refused = await _approve(office, CAL)
    assert refused.status == 403 and "has to be a manager" in refused.text
    assert (await _approve(office, ANN)).status == 200
    assert [row.stage for row in office.rows(CASES)] == ["contact_attempts"]
    page = await (await page.browser.open(page.path)).press("Close it now")
    assert [row.stage for row in office.rows(CASES)] == ["closed"] and open_tasks(office) == []


async def asked_to_close(office: Office, page: Page, closing: str) -> Page:
    page = await page.browser.open(f"/cases/{page.path.split('/')[2]}/export")
    return await page.press("Ask a colleague", what=f"{CLOSES}{closing}", why="Her worker sent it a second time")


async def test_what_came_twice_of_somebody_in_danger_whom_nobody_has_reached_is_closed_at_once_by_two(
    office: Office,
) -> None:
    case, page = await taken(office)
    process = await page.browser.open(f"/cases/{case.id}/process")
    assert "Close it together with a colleague" in process.text and not process.has("Close it")
    page = await page.browser.open(f"/cases/{case.id}/export")
    assert "The same referral came twice" in page.text and "Nobody was reached" not in page.text
    page = await asked_to_close(office, page, "duplicate")
    assert not page.has("Close it now")
    waiting = await office.visit(ANN).open("/approvals")
    assert "The same referral came twice" in waiting.text and "Her worker sent it" in waiting.text
    await waiting.press("Approve")
    page = await (await page.browser.open(page.path)).press("Close it now")
    assert [row.stage for row in office.rows(CASES)] == ["closed"]
    assert "The same referral came twice" in page.text
    stored = [row.why for row in office.rows(APPROVALS)] + [row.action.encode() for row in office.rows(AUDIT)]
    assert not any(b"duplicate" in each for each in stored), "which reason it was is sealed"


async def test_asked_back_nothing_is_closed(office: Office) -> None:
    case, page = await taken(office)
    page = await asked_to_close(office, page, "duplicate")
    asked = office.rows(APPROVALS)[0].id
    await (await page.browser.open("/approvals")).press("Take it back")
    token = page.soup.select_one("input[name=form_token]")
    assert token and "Nothing waits" in (await office.visit(ANN).open("/approvals")).text
    refused = await page.browser.post(f"/cases/{case.id}/export/{asked}", {"form_token": str(token["value"])})
    assert refused.status == 409 and [row.stage for row in office.rows(CASES)] == ["triage"]


async def test_for_another_reason_than_the_approved_one_it_is_approved_anew(office: Office) -> None:
    _case, page = await taken(office)
    page = await asked_to_close(office, page, "duplicate")
    await _approve(office, ANN)
    assert (await page.browser.open(page.path)).has("Close it now")
    page = await asked_to_close(office, page, "out_of_scope")
    assert not page.has("Close it now") and [row.approved_at for row in office.rows(APPROVALS)] == [None]
    refused = await page.press("Ask a colleague", what=f"{CLOSES}no_contact", why="Nobody has reached them")
    assert refused.status == 422 and len(office.rows(APPROVALS)) == 1, "not a reason before all tries are made"


@pytest.mark.parametrize("since", ["reached", "a new sign"])
async def test_what_two_decided_counts_no_more_once_the_person_is_reached_or_writes_of_danger(
    office: Office, since: str
) -> None:
    case, page = await taken(office)
    page = await asked_to_close(office, page, "duplicate")
    await _approve(office, ANN)
    ready = await page.browser.open(page.path)
    office.wait(minutes=2)
    if since == "reached":
        await (await page.browser.open(f"/cases/{case.id}")).press("Log it", route="phone", result="reached")
    else:
        with office.desk.database.begin() as tx:
            caseload.enter(tx, case.id, None, office.now, RAISED)
    refused = await ready.press("Close it now")
    assert refused.status == 409 and "ask anew" in refused.text
    page = await page.browser.open(page.path)
    assert not page.has("Close it now") and "ask anew" in page.text
    assert office.rows(CASES)[0].stage != "closed"


async def test_a_manager_alone_does_not_close_it_either(office: Office) -> None:
    case, page = await taken(office)
    await tried_three_times(office, page)
    ann = office.visit(ANN)
    page = await (await ann.open(f"/cases/{case.id}")).press("Take over from")
    assert "one of the two is a manager" in page.text and not page.has("Close it")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    forced = {"form_token": str(token["value"]), "move": "close", "closing": "no_contact"}
    assert (await ann.post(f"/cases/{case.id}/process/move", forced)).status == 409
    asked = await (await ann.open(f"/cases/{case.id}/export")).press(
        "Ask", what=f"{CLOSES}no_contact", why="All was tried"
    )
    assert not asked.has("Close it now")


async def _approve(office: Office, name: str) -> Page:
    """Cal is let in for it, as a coordinator."""
    if name == CAL and office.member(CAL).team_key is None:
        await (await office.visit(ANN).open("/people")).press(f"Let {CAL} in")
        await office.visit(CAL).sign_in(CAL)
    browser = office.visit(name)
    if name == CAL:
        await browser.sign_in(CAL)
    return await (await browser.open("/approvals")).press("Approve")


@pytest.mark.parametrize(
    ("flag", "is_theirs"), [("under_18", True), ("contact_may_be_barred", True), ("suicide", False)]
)
async def test_only_flags_that_are_signs_of_danger_send_an_unreached_case_to_a_manager(
    office: Office, flag: str, is_theirs: bool
) -> None:
    case = office.case(flags=((flag, "Canary flag"),), said={"feels_safe": ("Yes", ["yes"])}, came=THREE_WEEKS)
    page = await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    page = await tried_three_times(office, page)
    assert page.has("Close it: ") is is_theirs
    assert open_tasks(office) == [("unreached", None) if is_theirs else ("unreached_flagged", "manager")]


async def test_what_is_done_by_a_human_word_is_done_from_the_page_and_stands_in_the_timeline(office: Office) -> None:
    case, page = await taken(office)
    with office.desk.database.begin() as tx:
        tasks.put(tx, case.id, "tell_support", office.now, office.now)
    page = await page.browser.open(f"/cases/{case.id}")
    page = await page.press("Done")
    assert page.path == f"/cases/{case.id}" and open_tasks(office) == []
    timeline = page.soup.select_one(".timeline")
    assert timeline and "Tell the person's support worker" in timeline.get_text()


async def test_of_a_closed_case_nobody_is_written_to(office: Office) -> None:
    case = office.case(flags=(), said={"feels_safe": ("Yes", ["yes"])}, came=THREE_WEEKS)
    with office.desk.database.begin() as tx:
        addresses.keep(tx, case.id, Address("telegram", b"p" * 16, "1001"), SECRETS.seal, chosen=True)
    page = await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    await (await tried_three_times(office, page)).press("Close it: ")
    assert office.rows(CASE_ADDRESSES) == []


async def test_when_they_contact_us_nothing_they_ruled_out_stands_against_it_and_they_are_reached(
    office: Office,
) -> None:
    _case, page = await taken(office, NEVER)
    page = await page.press("Log it", route="text", result="they_contacted_us", when="2026-11-23T10:00")
    assert "Your try is logged" in page.text and "Text message: They contacted us" in page.text
    assert open_tasks(office) == [] and not [row for row in office.rows(TASKS) if row.role]


def renew_by(office: Office, case: Made, **ahead: float) -> None:
    with office.desk.database.begin() as tx:
        clocks.put(tx, case.id, PLAN, office.now + timedelta(**ahead))


async def test_past_the_day_of_its_renewal_the_plan_says_to_ask_first_and_a_try_needs_a_reason(office: Office) -> None:
    case, page = await taken(office)
    renew_by(office, case, minutes=5)
    office.wait(minutes=6)
    page = await page.browser.open(f"/cases/{case.id}")
    assert "Ask them first." in page.text and "Safe now" not in page.text
    refused = await page.press("Log it", route="phone", result="no_answer", when="")
    assert refused.status == 422 and "asked again by now how it is safe" in refused.text and not tries(office)
    page = await refused.press("Log it", override="To ask them whether the plan still holds")
    assert len(tries(office)) == 1 and ("second_look", "manager") in open_tasks(office)
    page = await page.press("They say it is still safe")
    assert "Ask them first." not in page.text
    await page.press("Log it", route="phone", result="reached", when="")
    assert len(tries(office)) == 2


async def test_who_named_no_times_is_not_called_at_three_on_a_sunday(office: Office) -> None:
    _case, page = await taken(office, {"safe_times": ("Any time", ["any_time"]), "safe_days": ("Any", ["any_day"])})
    page = await page.press("Log it", route="phone", result="no_answer", when="2026-11-22T03:00")
    assert page.status == 422 and "only done by day" in page.text and not tries(office)


async def test_about_a_closed_case_nobody_is_called_but_who_gets_in_touch_is_heard(office: Office) -> None:
    case, page = await taken(office)
    with office.desk.database.begin() as tx:
        tx.execute(update(CASES).values(stage="closed"))
    page = await page.browser.open(f"/cases/{case.id}")
    assert "Safe now" not in page.text and "nobody is to be in touch" in page.text
    for words in ("", WHY):
        refused = await page.press("Log it", route="phone", result="no_answer", override=words)
        assert refused.status == 422 and "The case was closed by then" in refused.text and not tries(office)
    await page.press("Log it", route="phone", result="they_contacted_us")
    assert len(tries(office)) == 1


async def test_who_facilitates_logs_their_calls_held_to_the_same_plan(office: Office) -> None:
    case, _page = await taken(office)
    await (await office.visit(ANN).open("/people")).press(f"Let {CAL} in")
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF).where(STAFF.c.name == CAL).values(roles="facilitator"))
        bea, cal = office.member(BEA).id, office.member(CAL).id
        records.name_facilitator(tx, case.id, bea, office.now, office.desk.secrets.audit, facilitator=cal)
    browser = office.visit(CAL)
    await browser.sign_in(CAL)
    page = await browser.open(f"/cases/{case.id}")
    refused = await page.press("Log it", route="text", result="message_sent")
    assert refused.status == 422 and "did not name this way" in refused.text and not tries(office)
    page = await page.press("Log it", route="phone", result="reached")
    assert [row.staff_id for row in tries(office)] == [cal] and "Your try is logged" in page.text


async def close(page: Page, case: Made, closing: str) -> Page:
    token = page.soup.select_one("input[name=form_token]")
    assert token
    forced = {"form_token": str(token["value"]), "move": "close", "closing": closing, "support": "not_yet_offered"}
    return await page.browser.post(f"/cases/{case.id}/process/move", forced)


async def test_nobody_is_given_up_as_not_reached_before_all_tries_are_made(office: Office) -> None:
    case = office.case(flags=(), said={"feels_safe": ("Yes", ["yes"])}, came=THREE_WEEKS)
    page = await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    refused = await close(page, case, "no_contact")
    assert refused.status == 409 and "All tries made, on as many days" in refused.text
    assert [row.stage for row in office.rows(CASES)] == ["triage"]


@pytest.mark.parametrize("closing", ["out_of_scope", "duplicate", "no_contact"])
async def test_unreached_with_a_sign_of_danger_it_is_closed_by_one_alone_for_no_reason(
    office: Office, closing: str
) -> None:
    case, page = await taken(office)
    refused = await close(page, case, closing)
    assert refused.status == 409 and "end it together" in refused.text
    assert [row.stage for row in office.rows(CASES)] == ["triage"]


async def flag(page: Page, case: Made, **fields: str) -> Page:
    token = page.soup.select_one("input[name=form_token]")
    assert token
    data = {"form_token": str(token["value"]), "section": "flag", "why": WHY, **fields}
    return await page.browser.post(f"/cases/{case.id}/process/flag", data)


async def test_a_sign_is_lifted_by_nobody_alone_and_only_once_the_person_was_reached_and_asked(office: Office) -> None:
    case, page = await taken(office)
    refused = await flag(page, case, state="lifted", asked_on="2026-11-24")
    assert refused.status == 409 and "the person was reached, since" in refused.text
    await page.press("Log it", route="phone", result="reached")
    refused = await flag(page, case, state="would_lift")
    assert refused.status == 409 and "asked whether they are safe" in refused.text
    refused = await flag(page, case, state="lifted", asked_on="2026-11-24")
    assert refused.status == 409 and "A colleague who has written down" in refused.text
    await flag(page, case, state="would_lift", asked_on="2026-11-24")
    assert (await flag(page, case, state="lifted", asked_on="2026-11-24")).status == 409
    assert len(office.rows(CASE_RECORDS)) == 1
    page = await (await office.visit(ANN).open(f"/cases/{case.id}")).press("Take over from")
    assert (await flag(page, case, state="lifted", asked_on="2026-11-24")).status == 200
    assert (await close(page, case, "out_of_scope")).status == 200
    assert [row.stage for row in office.rows(CASES)] == ["closed"]
