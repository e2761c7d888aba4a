"""A person is asked anew how they may be reached, way by way; what they say counts from that moment on."""

import json
from datetime import timedelta

from storage import addresses, cases, sealing, team
from storage.addresses import Address
from storage.tables import AUDIT, CASE_ADDRESSES, CASE_ENTRIES, CLOCKS, DESK_MESSAGES, TALKS
from tests.desk.cases import Made
from tests.desk.office import ANN, BEA, Counted, Office, Page
from tests.stage import SECRETS

SAVE = "Save it"


async def asked_anew(office: Office) -> tuple[Made, Page]:
    """Bea has a case: by phone and email, Tuesdays and Thursdays from 9 to 13. Tuesday, 10:00; the form is open."""
    case = office.case()
    page = await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    return case, await page.browser.open(f"/cases/{case.id}/contact")


def sheet(page: Page) -> str:
    found = page.soup.select_one(".sheet")
    assert found
    return " ".join(found.get_text(" ").split())


def changes(office: Office) -> list[object]:
    return [row for row in office.rows(CASE_ENTRIES) if row.kind == "contact_changed"]


async def test_the_form_begins_with_what_counts_and_saved_as_it_is_changes_nothing_of_it(office: Office) -> None:
    case, page = await asked_anew(office)
    before = sheet(await page.browser.open(f"/cases/{case.id}"))
    page = await page.press(SAVE)
    assert page.path == f"/cases/{case.id}" and "This is how to be in touch from now on" in page.text
    after = sheet(page)
    for words in ("Sam Canary", "+44 7700 900123", "sam@example.org", "9am to 11am", "Heron", "wrong number"):
        assert words.lower() in after.lower(), words
    assert "Safe now, until 13:00" in before and "Safe now, until 13:00" in after


async def test_what_they_say_counts_at_once_and_is_what_a_try_is_held_to(office: Office) -> None:
    _case, page = await asked_anew(office)
    page = await page.press(
        SAVE,
        **{
            "q.contact_routes.phone": None,
            "q.contact_routes.text": "on",
            "q.phone_number": "07700 900456",
            "q.safe_times.early_morning": None,
            "q.seen_by_others": "yes",
        },
    )
    shown = sheet(page)
    assert "Text message, Email" in shown and "7700 900456" in shown and "900123" not in shown
    assert "Next safe time: Tuesday 24 Nov, 11:00 to 13:00" in shown
    assert f"asked by {BEA}" in shown
    refused = await page.press("Log it", route="phone", result="no_answer")
    assert refused.status == 422 and "They did not name this way" in refused.text


async def test_a_way_can_have_hours_of_its_own_and_the_page_says_when_each_is_safe(office: Office) -> None:
    _case, page = await asked_anew(office)
    page = await page.press(SAVE, **{"q.safe_days_phone.thursday": "on"})
    shown = sheet(page)
    assert "Safe now, until 13:00" in shown, "by email"
    assert "Phone call: Next safe time: Thursday 26 Nov, 09:00 to 13:00" in shown
    refused = await page.press("Log it", route="phone", result="no_answer")
    assert refused.status == 422 and "not one of the days" in refused.text
    logged = await page.press("Log it", route="email", result="message_sent")
    assert "Your try is logged" in logged.text


async def test_a_way_that_is_named_needs_where_it_leads_and_nothing_is_saved_without(office: Office) -> None:
    _case, page = await asked_anew(office)
    page = await page.press(SAVE, **{"q.contact_routes.letter": "on", "q.phone_number": "none", "asked_by": ""})
    assert page.status == 422 and changes(office) == []
    found = {str(link["href"]) for link in page.soup.select(".summary a")}
    assert found == {"#q.phone_number", "#q.postal_address", "#asked_by"}
    named = ("q.contact_routes.phone", "q.contact_routes.email", "q.contact_routes.letter")
    none = await page.press(SAVE, **dict.fromkeys(named))
    assert "Choose one way at least" in none.text


async def test_the_plan_before_stays_in_the_history_and_no_word_of_either_is_in_clear(office: Office) -> None:
    case, page = await asked_anew(office)
    page = await page.press(SAVE, **{"q.phone_number": "07700 900456", "q.code_word": "Canary-heron"})
    page = await page.browser.open(f"/cases/{case.id}/contact")
    changed = {"q.phone_number": "07700 900789", "asked_by": "Dee Example", "said_on": "2026-11-20"}
    page = await page.press(SAVE, **changed)
    timeline = page.soup.select_one(".timeline")
    assert timeline
    told = " ".join(timeline.get_text(" ").split())
    assert "7700 900123" in told and "7700 900456" in told and "20 November 2026, Dee Example" in told
    notes = b"".join(row.note for row in changes(office))  # type: ignore[attr-defined]
    assert b"Canary-heron" not in notes and b"900456" not in notes
    assert [row.action for row in office.rows(AUDIT)].count("contact_changed") == 2


async def test_it_is_asked_again_in_time_and_what_is_safe_for_a_while_counts_from_the_day_they_said_so(
    office: Office,
) -> None:
    _case, page = await asked_anew(office)
    page = await page.press(SAVE, said_on="2026-11-17", **{"q.safe_for": "one_week"})
    assert "Safe now" in sheet(page)
    (due,) = [row.due_at for row in office.rows(CLOCKS) if row.name == "renew_contact"]
    assert 82 < (due - office.now.timestamp()) / 86400 < 84
    office.now += timedelta(days=1)
    page = await (await page.browser.sign_in(BEA)).browser.open(page.path)
    assert "No safe time is in sight" in sheet(page)


async def test_what_the_person_changed_themselves_meanwhile_is_not_put_aside_unseen(office: Office) -> None:
    case, page = await asked_anew(office)
    theirs = [{"step": "contact_routes", "short": "x", "answer": "Email", "options": ["email"], "given": True}]
    with office.desk.database.begin() as tx:
        note = sealing.seal_to(team.public_key(tx), json.dumps({"answers": theirs}).encode(), f"entry:{case.id}")
        cases.change_contact(tx, case.id, cases.CONTACT_CHANGED, note, office.now.timestamp())
    refused = await page.press(SAVE, **{"q.code_word": "Canary-word"})
    assert refused.status == 422 and "perhaps by the person" in refused.text and len(changes(office)) == 1
    assert "Canary-word" in str(refused.soup)
    await refused.press(SAVE)
    assert len(changes(office)) == 2


async def test_the_chat_is_offered_where_there_is_one_and_what_waits_there_is_taken_back_once_it_is_no_way(
    office: Office,
) -> None:
    case, page = await asked_anew(office)
    assert not page.soup.select('[name="q.contact_routes.this_chat"]')
    with office.desk.database.begin() as tx:
        addresses.keep(tx, case.id, Address("telegram", b"p" * 16, "1001"), SECRETS.seal, chosen=False)
    page = await page.browser.open(page.path)
    await page.press(SAVE, **{"q.contact_routes.this_chat": "on"})
    assert [row.chosen for row in office.rows(CASE_ADDRESSES)] == [True]
    page = await page.browser.open(page.path)
    await page.press(SAVE, **{"q.contact_routes.this_chat": None})
    assert [row.chosen for row in office.rows(CASE_ADDRESSES)] == [False]


async def test_what_waits_in_the_chat_and_a_talk_only_asked_for_there_are_called_off_once_it_is_no_way(
    office: Office,
) -> None:
    case = office.case(said={"contact_routes": ("In this chat, Email", ["this_chat", "email"])})
    with office.desk.database.begin() as tx:
        addresses.publish(tx, SECRETS.letterbox.public, office.now)
        addresses.keep(tx, case.id, Address("telegram", b"p" * 16, "1001"), SECRETS.seal, chosen=True)
    page = await (await office.visit(BEA).open(f"/cases/{case.id}")).press("Take this case")
    await page.press("Ask them to talk here now", words="Is now a good time?")
    form = await page.browser.open(f"/cases/{case.id}/contact")
    await form.press(SAVE, **{"q.code_word": "Canary-word"})
    assert [row.state for row in office.rows(DESK_MESSAGES)] == ["waiting"], "the chat is a way at the same hours"
    form = await page.browser.open(f"/cases/{case.id}/contact")
    await form.press(SAVE, **{"q.contact_routes.this_chat": None})
    assert [row.state for row in office.rows(DESK_MESSAGES)] == ["gone"]
    assert [row.state for row in office.rows(TALKS)] == ["over"]


async def test_everything_can_be_filled_in_at_once(office: Office) -> None:
    _case, page = await asked_anew(office)
    everything = {str(box["name"]): "on" for box in page.soup.select("input[type=checkbox]")}
    everything = {name: on for name, on in everything.items() if not name.endswith((".any_day", ".any_time"))}
    lines = {"q.postal_address": "1 Made-up Street", "q.worker_contact": "Dee Example"}
    saved = await page.press(SAVE, **everything, **lines)
    assert "This is how to be in touch from now on" in saved.text


async def test_only_who_has_the_case_comes_to_the_form_which_asks_the_database_few_things(office: Office) -> None:
    _case, page = await asked_anew(office)
    assert (await office.visit(ANN).open(page.path)).status == 403
    with Counted(office.desk) as counted:
        await page.browser.open(page.path)
    assert counted.count <= 15
