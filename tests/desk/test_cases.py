"""Cases at the desk: the lists, who may read, what is shown, what is done, and that it is all written down."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from desk.cases.case_document import Answer, Document, Part
from desk.contact import safe_contact
from storage import attempts, audit, caseload, cases, clocks, sealing, team
from storage.case_lists import Line
from storage.caseload import NotAllowed
from storage.tables import ALERTS, AUDIT, CASE_ENTRIES, CASES, CLOCKS
from tests.desk.cases import QUESTIONS
from tests.desk.office import ANN, BEA, CAL, NOW, Browser, Office, Page, copy_office

WORDS_OF_THE_PERSON = ("Sam Canary", "07700 900123", "sam@example.org", "Heron", "That it takes long")


def references(page: Page, heading: str) -> list[str]:
    """The references in the list under a heading, from the top."""
    found = next(tag for tag in page.soup.find_all("h2") if tag.get_text().startswith(heading))
    box = found.find_parent(["section", "details"])
    assert box is not None
    return [link.get_text(strip=True) for link in box.select("tbody th a")]


def actions(office: Office, case_id: str) -> list[str]:
    return [row.action for row in office.rows(AUDIT) if row.case_id == case_id]


def clock(office: Office, name: str) -> tuple[str, float | None]:
    row = next(row for row in office.rows(CLOCKS) if row.name == name)
    return row.state, row.at


async def taken(browser: Browser, case_id: str) -> Page:
    return await (await browser.open(f"/cases/{case_id}")).press("Take this case")


# The lists


async def test_the_case_due_first_stands_at_the_top_of_each_list(office: Office) -> None:
    for reference, hours in (("LATE", -2), ("LAST", 30), ("SOON", 1)):
        office.case(reference, priority=2, opened_in=timedelta(hours=hours))
    mine = [office.case(reference, contact_in=timedelta(hours=h)) for reference, h in (("MINE2", 9), ("MINE1", 3))]
    ann = office.visit(ANN)
    for case in mine:
        await taken(ann, case.id)
    page = await ann.open("/")
    assert references(page, "Waiting") == ["LATE", "SOON", "LAST"]
    assert references(page, "Yours") == ["MINE1", "MINE2"]
    assert references(page, "With colleagues") == []
    theirs = await office.visit(BEA).open("/")
    assert references(theirs, "With colleagues") == ["MINE1", "MINE2"]
    assert references(theirs, "Yours") == []


async def test_an_urgent_case_stands_above_one_that_is_late_until_somebody_has_tried(office: Office) -> None:
    office.case("LATE", priority=3, opened_in=timedelta(hours=-2))
    urgent = office.case("URGENT", priority=1, opened_in=timedelta(hours=1))
    ann = office.visit(ANN)
    assert references(await ann.open("/"), "Waiting") == ["URGENT", "LATE"]
    page = await ann.open(f"/cases/{urgent.id}")
    listed = await ann.open("/")
    assert references(listed, "Waiting") == ["URGENT", "LATE"], "to read it is not enough"
    assert "First try by Thu 26 Nov 10:00 · read, not taken" in listed.text
    page = await (await page.press("Take this case")).press("Log it", route="phone", result="no_answer")
    await page.press("Give it back")
    assert references(await ann.open("/"), "Waiting") == ["LATE", "URGENT"]


async def test_ones_own_list_has_first_whom_not_to_contact_then_who_wrote_then_what_was_left_longest(
    office: Office,
) -> None:
    bea = office.visit(BEA)
    made = {
        name: office.case(name, priority=3, came=timedelta(weeks=3))
        for name in ("GONE", "WROTE", "OLDEST", "NEWLY", "DUE")
    }
    for name, case in made.items():
        page = await taken(bea, case.id)
        if name != "DUE":
            ago = {"OLDEST": "2026-11-10T10:00", "NEWLY": "2026-11-19T10:00"}.get(name, "2026-11-17T10:00")
            await page.press("Log it", route="phone", result="reached", when=ago)
    with office.desk.database.begin() as tx:
        tx.execute(update(CASE_ENTRIES).where(CASE_ENTRIES.c.kind != "attempt").values(at=0.0))
        at = office.now.timestamp()
        cases.withdraw(tx, made["GONE"].id, at)
        cases.write(tx, made["WROTE"].id, b"sealed", at)
    page = await bea.open("/")
    assert references(page, "Yours") == ["GONE", "WROTE", "DUE", "OLDEST", "NEWLY"]
    assert "Do not contact. Withdrawn by the person" in page.text
    assert "News from the person · Try again" in page.text
    assert "Try again Contact attempts Last done Tue 10 Nov · 1 try" in page.text


async def test_a_case_given_back_late_says_that_it_needs_somebody_and_not_that_nothing_is_due(office: Office) -> None:
    case = office.case()
    page = await (await taken(office.visit(BEA), case.id)).press("Log it", route="phone", result="no_answer")
    await page.press("Give it back")
    assert "Somebody to take it" in (await office.visit(ANN).open("/")).text


async def test_what_is_late_with_colleagues_is_counted_too(office: Office) -> None:
    case = office.case(contact_in=timedelta(hours=1))
    await taken(office.visit(BEA), case.id)
    office.wait(hours=2)
    page = await (await Browser(office).sign_in(ANN)).browser.open("/")
    summary = page.soup.find_all("summary")[-1]
    assert " ".join(summary.get_text(" ").split()) == "With colleagues 1 1 past its time"


@pytest.mark.parametrize("typed", ["7F3K2M", " 7f3k2m ", "7f3-k2m"])
async def test_a_reference_told_on_the_phone_leads_to_its_case(office: Office, typed: str) -> None:
    case = office.case()
    page = await (await office.visit(ANN).open("/")).press("Find", reference=typed)
    assert page.path == f"/cases/{case.id}"


async def test_a_reference_that_is_none_is_said_to_be_none_beside_the_field(office: Office) -> None:
    page = await (await office.visit(ANN).open("/")).press("Find", reference="ZZZZZ")
    assert page.status == 422
    field = page.soup.find(id="reference")
    assert field and field["aria-invalid"] == "true" and field["value"] == "ZZZZZ"
    assert "There is no case with this reference" in page.text


async def test_the_list_says_when_nobody_is_told_of_new_cases(office: Office, tmp_path: Path) -> None:
    assert "Alerts are off" in (await office.visit(ANN).open("/")).text
    mail = {"smtp_url": "smtp://127.0.0.1:2525", "mail_from": "desk@example.org", "alert_emails": "team@example.org"}
    told = copy_office(tmp_path / "told", **mail)
    assert "Alerts are off" not in (await told.visit(ANN).open("/")).text


async def test_a_list_tells_what_is_due_and_what_is_late_in_words(office: Office) -> None:
    office.case("LATE", opened_in=timedelta(hours=-2))
    office.case("SOON", opened_in=timedelta(days=1), priority=2)
    page = await office.visit(ANN).open("/")
    assert "Was to be opened by today 08:00" in page.text
    assert "Open by tomorrow 10:00" in page.text
    assert "2 waiting · 0 yours · 1 past its time · as of 10:00, look again" in page.text
    assert "Urgent" in page.text and "Priority" in page.text


async def test_summer_time_is_shown_as_the_clock_on_the_wall_has_it(office: Office) -> None:
    office.case("SUMMER", opened_in=timedelta(days=200))
    assert "Sat 12 Jun 2027 11:00" in (await office.visit(ANN).open("/")).text


async def test_no_word_of_a_case_stands_on_a_list(office: Office) -> None:
    case = office.case()
    for name in (ANN, BEA, CAL):
        page = await office.visit(name).open("/")
        assert case.reference in page.text
        assert not [word for word in (*WORDS_OF_THE_PERSON, "do not feel safe") if word in page.response.text]


async def test_a_case_that_was_withdrawn_says_so_on_the_list(office: Office) -> None:
    case = office.case()
    bea = office.visit(BEA)
    await taken(bea, case.id)
    with office.desk.database.begin() as tx:
        cases.withdraw(tx, case.id, office.now.timestamp())
    page = await bea.open("/")
    assert "Withdrawn by the person" in page.text
    page = await bea.open(f"/cases/{case.id}")
    warning = page.soup.find("h2")
    assert warning and warning.get_text() == "Do not contact"
    assert "Please do not get in touch" in page.text
    assert not page.has("On to") and "Log a try made before that" in page.text
    folded = page.soup.select_one("details:not([open]):has(.reading)")
    assert folded and folded.find(string="Sam Canary"), "what was handed over stands folded away"
    page = await page.press("Put it away")
    assert page.heading() == "Cases"
    assert f"{case.reference} is put away" in page.text
    assert not page.has("Undo")
    assert case.reference not in (await bea.open("/")).text
    page = await bea.open(f"/cases/{case.id}")
    assert "no reason left to read it" in page.text
    assert "Sam Canary" not in page.text


async def test_a_case_withdrawn_before_anybody_had_it_can_be_neither_read_nor_taken(office: Office) -> None:
    case = office.case()
    ann = await office.visit(ANN).open(f"/cases/{case.id}")
    with office.desk.database.begin() as tx:
        cases.withdraw(tx, case.id, office.now.timestamp())
    page = await ann.press("Take this case")
    assert "The person has taken this back" in page.text
    assert office.rows(CASES)[0].assignee is None
    assert references(await ann.browser.open("/"), "Waiting") == []


async def test_a_message_shows_on_the_list_until_somebody_who_was_shown_it_has_done_something(office: Office) -> None:
    case = office.case()
    bea = office.visit(BEA)
    page = await taken(bea, case.id)
    office.wait(minutes=1)
    with office.desk.database.begin() as tx:
        cases.write(tx, case.id, sealing.seal_to(team.public_key(tx), b"Hello", "x"), office.now.timestamp())
    assert "News from the person" in (await bea.open("/")).text
    office.wait(minutes=1)
    await page.press("Log it", route="phone", result="no_answer", when="")
    assert "News from the person" in (await bea.open("/")).text, "their page was opened before it came"
    page = await bea.open(f"/cases/{case.id}")
    assert page.soup.select_one("#messages .sign"), "shown is not seen to"
    office.wait(minutes=1)
    page = await page.press("Log it", route="phone", result="reached", when="")
    assert not page.soup.select_one("#messages .sign")
    assert "News from the person" not in (await bea.open("/")).text


async def test_a_message_that_asks_for_nothing_is_marked_as_read(office: Office) -> None:
    case = office.case()
    bea = office.visit(BEA)
    await taken(bea, case.id)
    office.wait(minutes=1)
    with office.desk.database.begin() as tx:
        note = sealing.seal_to(team.public_key(tx), b"Thank you, that is all", f"entry:{case.id}")
        cases.write(tx, case.id, note, office.now.timestamp())
    office.wait(minutes=1)
    page = await (await bea.open(f"/cases/{case.id}")).press("I have read it")
    assert "Their message is marked as read" in page.text
    assert "Thank you, that is all" in page.text
    assert not page.has("I have read it")
    assert "News from the person" not in (await bea.open("/")).text
    assert "read" in actions(office, case.id)


async def test_an_erased_case_is_on_no_list_and_says_so_where_it_was(office: Office) -> None:
    case = office.case()
    with office.desk.database.begin() as tx:
        tx.execute(update(CASES).values(stage="erased", case_key=None, document=None))
    ann = office.visit(ANN)
    assert case.reference not in (await ann.open("/")).text
    page = await ann.open(f"/cases/{case.id}")
    assert page.status == 200
    main = page.soup.find("main")
    assert main
    assert " ".join(main.get_text(" ").split()) == (
        "All cases 7F3K2M Erased Do not contact The person has erased everything about them. "
        "Nothing of it is left to read. Please do not get in touch."
    )
    assert actions(office, case.id) == []


# Reading


async def test_safe_contact_stands_first_with_a_way_to_danger_then_promise_answers_and_consents(
    office: Office,
) -> None:
    page = await office.visit(ANN).open(f"/cases/{office.case().id}")
    headings = [tag.get_text(strip=True) for tag in page.soup.find_all("h2")]
    assert headings[:3] == ["Safe contact", "Look at this first", "Promised to the person"]
    assert "Read before you are in touch: 1 sign of danger" in page.text.split("Safe contact")[0]
    assert headings[3:] == ["What we need", "Your safety", "Hopes", "Agreed to", "What happened"]
    for word in WORDS_OF_THE_PERSON:
        assert word in page.text
    assert "Says they do not feel safe now" in page.text
    assert "May we keep your answers, and pass them on once you press Send? Yes today 10:00" in page.text
    assert "Which number is safe? 07700 900123" in page.text
    assert "Not answered: Contact I do not want" in page.text
    assert page.title == "Case 7F3K2M · Desk"


async def test_what_a_person_wrote_is_shown_and_never_read_as_markup(office: Office) -> None:
    page = await office.visit(ANN).open(f"/cases/{office.case().id}")
    assert "<b>That it takes long & is loud</b>" in page.text
    assert page.soup.find("b") is None


async def test_consents_say_yes_and_parts_left_out_are_named(office: Office) -> None:
    page = await office.visit(ANN).open(f"/cases/{office.case().id}")
    assert "press Send? Yes today 10:00" in page.text
    assert "Left out by the person: Police and courts" in page.text


async def test_the_call_sheet_begins_with_whom_to_ask_for_and_nothing_on_it_is_read_twice(office: Office) -> None:
    page = await office.visit(ANN).open(f"/cases/{office.case().id}")
    first = page.soup.select_one(".sheet dt")
    assert first and first.get_text() == "Ask for"
    as_asked = page.soup.select_one(".as-asked")
    assert as_asked and as_asked.find(string="What name would you like us to use?")
    parts = " ".join(part.get_text(" ") for part in page.soup.select("section.part"))
    assert "07700 900123" not in parts and "Heron" not in parts
    assert parts.count("May we keep your answers") == 1
    assert "How old are you?" in parts


async def test_every_answer_stands_on_the_page_beside_its_question_and_every_skipped_one_is_named(
    office: Office,
) -> None:
    page = await office.visit(ANN).open(f"/cases/{office.case().id}")
    pairs = {
        (row.dt.get_text(strip=True), row.dd.get_text(strip=True))
        for row in page.soup.select("dl > div")
        if row.dt and row.dd
    }
    sheet = page.soup.select_one(".sheet")
    assert sheet
    for _name, _title, answers in QUESTIONS:
        for step, asked, short, answer, _options in answers:
            if answer is not None:
                assert (asked, answer) in pairs
            else:
                assert (
                    f"Not answered: {short}" in page.text
                    or office.desk.words.text("desk", f"sheet.{step}") in sheet.text
                )


async def test_the_sheet_says_when_today_is_none_of_the_days_that_were_named(office: Office) -> None:
    case = office.case()
    said = "is not one of the days they named"
    assert said not in (await office.visit(ANN).open(f"/cases/{case.id}")).text  # a Tuesday
    office.wait(days=1)
    ann = (await Browser(office).sign_in(ANN)).browser
    assert f"Today, Wednesday, {said}" in (await ann.open(f"/cases/{case.id}")).text


@pytest.mark.parametrize(
    ("named", "unnamed"),
    [((), False), (("any_day",), False), (("monday", "friday"), False), (("tuesday",), True)],
)
def test_a_day_is_unnamed_only_if_others_were_named(named: tuple[str, ...], unnamed: bool) -> None:
    given = document(safe_days=named) if named else document()
    assert safe_contact.is_unnamed_day(given, 0) is unnamed


async def test_the_ways_the_person_named_stand_first_among_those_a_try_may_take(office: Office) -> None:
    page = await taken(office.visit(BEA), office.case().id)
    groups = page.soup.select("#route optgroup")
    assert [group["label"] for group in groups] == ["Ways they named", "Not named by them"]
    assert [option["value"] for option in groups[0].find_all("option")] == ["phone", "email"]
    assert len(page.soup.select("#route option")) == 9


async def test_the_promise_tells_that_the_named_times_come_first_until_a_try_was_made(office: Office) -> None:
    said = "They were told: only at times they named."
    page = await taken(office.visit(BEA), office.case().id)
    assert said in page.text
    assert said not in (await page.press("Log it", route="phone", result="no_answer")).text


async def test_what_was_left_open_is_read_with_care(office: Office) -> None:
    page = await office.visit(ANN).open(f"/cases/{office.case().id}")
    sheet = page.soup.select_one(".sheet")
    assert sheet
    text = " ".join(sheet.get_text(" ").split())
    assert "Voicemail No voicemail (not answered)" in text
    assert "Withhold the number" in text
    assert "Code word Heron" in text
    assert "Seen by others Others may see or hear it (not answered)" in text


def document(**answers: tuple[str, ...] | str) -> Document:
    given = tuple(
        Answer(
            step,
            step,
            step,
            " ".join(said) if isinstance(said, tuple) else said,
            said if isinstance(said, tuple) else (),
        )
        for step, said in answers.items()
    )
    return Document("self_referral", "en", "en", "web", NOW, (Part("", given),), (), ())


@pytest.mark.parametrize(
    ("routes", "there", "not_there"),
    [
        (("email",), {"email_address", "message_wording"}, {"phone_number", "voicemail", "withheld_number"}),
        (("letter",), {"postal_address"}, {"email_address", "message_wording", "voicemail"}),
        (("text",), {"phone_number", "message_wording"}, {"voicemail", "who_may_answer"}),
        (("phone",), {"voicemail", "if_someone_answers", "withheld_number"}, {"message_wording"}),
    ],
)
def test_the_call_sheet_has_what_matters_for_the_ways_that_were_named(
    routes: tuple[str, ...], there: set[str], not_there: set[str]
) -> None:
    steps = {line.step for line in safe_contact.sheet(document(contact_routes=routes))}
    assert there | {"contact_routes", "safe_days", "never_times", "code_word", "unsafe_phrase"} <= steps
    assert not not_there & steps


def test_an_answer_is_never_left_off_the_call_sheet_and_a_bare_document_gets_every_warning() -> None:
    lines = safe_contact.sheet(document(contact_routes=("letter",), voicemail="No"))
    assert any(line.step == "voicemail" and line.answer for line in lines)
    assert {line.step for line in safe_contact.sheet(document())} >= {"voicemail", "withheld_number", "message_wording"}


async def test_every_line_of_the_call_sheet_has_its_words(office: Office) -> None:
    for step, _routes in safe_contact.SHEET:
        if step in safe_contact.OWN_HOURS:
            continue  # it is said with the way it belongs to, as its note has it
        assert office.desk.words.find("desk", f"sheet.{step}")
        assert office.desk.words.find("desk", f"careful.{step}") or _routes == safe_contact.IF_GIVEN


async def test_opening_a_case_is_written_down_and_keeps_the_promise_that_somebody_reads_it(office: Office) -> None:
    case = office.case()
    await office.visit(BEA).open(f"/cases/{case.id}")
    assert actions(office, case.id) == ["opened"]
    assert clock(office, "opened") == ("met", NOW.timestamp())
    assert clock(office, "first_attempt") == ("running", None)


async def test_a_promise_that_was_missed_is_met_late_and_the_page_admits_it(office: Office) -> None:
    case = office.case(opened_in=timedelta(hours=-1))
    with office.desk.database.begin() as tx:
        for out in clocks.run_out(tx, office.now):
            clocks.miss(tx, out, office.now)
    page = await office.visit(ANN).open(f"/cases/{case.id}")
    assert "by today 09:00 . Done today 10:00 , late" in page.text


async def test_a_case_left_open_on_a_screen_goes_away_by_itself(office: Office) -> None:
    case = office.case()
    ann = office.visit(ANN)
    page = await ann.open(f"/cases/{case.id}")
    assert page.response.headers["refresh"] == "960;url=/"
    assert "closes itself after 15 minutes" in page.text
    assert "refresh" not in (await ann.open("/")).response.headers
    office.wait(seconds=960)
    assert (await ann.open("/")).heading() == "Sign in"


async def test_what_cannot_be_written_down_is_not_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = office.case()

    def fail(*_given: object) -> None:
        raise OSError

    monkeypatch.setattr(audit, "write", fail)
    page = await office.visit(ANN).open(f"/cases/{case.id}")
    assert page.status == 500
    assert not [word for word in WORDS_OF_THE_PERSON if word in page.response.text]
    assert clock(office, "opened") == ("running", None)


async def test_only_who_has_a_case_reads_it(office: Office) -> None:
    case = office.case()
    await taken(office.visit(BEA), case.id)
    before = actions(office, case.id)
    page = await office.visit(ANN).open(f"/cases/{case.id}")
    assert f"{BEA} has this one." in page.text
    assert not [word for word in (*WORDS_OF_THE_PERSON, "do not feel safe") if word in page.response.text]
    assert actions(office, case.id) == before
    assert page.has("Take over") and not page.has("Take this case")


async def test_a_case_sealed_with_another_team_key_is_explained_and_does_not_count_as_read(office: Office) -> None:
    case = office.case(public_key=sealing.new_key_pair().public)
    page = await office.visit(ANN).open(f"/cases/{case.id}")
    assert page.status == 200
    assert "sealed with another team key" in page.text
    assert "Nothing is lost" in page.text
    assert clock(office, "opened") == ("running", None)


async def test_a_case_whose_document_was_moved_from_another_does_not_open(office: Office) -> None:
    one, two = office.case("ONE"), office.case("TWO")
    with office.desk.database.begin() as tx:
        other = caseload.find(tx, two.id)
        tx.execute(update(CASES).where(CASES.c.id == one.id).values(document=other.document, case_key=other.case_key))
    page = await office.visit(ANN).open(f"/cases/{one.id}")
    assert "cannot be read here" in page.text
    assert "Sam Canary" not in page.text


async def test_who_was_not_let_in_yet_is_told_how_and_reads_nothing(office: Office) -> None:
    case = office.case()
    cal = office.visit(CAL)
    assert "a colleague must let you in" in (await cal.open("/")).text
    page = await cal.open(f"/cases/{case.id}")
    assert "a colleague must let you in" in page.text
    assert "Sam Canary" not in page.text
    assert clock(office, "opened") == ("running", None)


# Taking, giving back, taking over


async def test_taking_a_case_makes_it_ones_own_and_quiets_its_alerts(office: Office) -> None:
    case = office.case()
    row = {"case_id": case.id, "level": 1, "channel": "email", "due_at": 0.0, "state": "waiting", "tries": 0}
    with office.desk.database.begin() as tx:
        tx.execute(insert(ALERTS).values(**row))
    page = await taken(office.visit(BEA), case.id)
    assert "Yours" in page.text and "Triage" in page.text
    assert page.has("Log it") and page.has("Give it back")
    assert actions(office, case.id) == ["opened", "taken", "opened"]
    assert [row.kind for row in office.rows(CASE_ENTRIES)] == ["taken"]
    assert [row.state for row in office.rows(ALERTS)] == ["cancelled"]


async def test_of_two_who_press_take_the_second_is_told_who_has_it(office: Office) -> None:
    case = office.case()
    ann, bea = await office.visit(ANN).open(f"/cases/{case.id}"), await office.visit(BEA).open(f"/cases/{case.id}")
    await bea.press("Take this case")
    page = await ann.press("Take this case")
    assert f"{BEA} has this one." in page.text
    assert office.rows(CASES)[0].assignee == office.member(BEA).id


async def test_giving_a_case_back_takes_one_press_and_lets_another_read_it(office: Office) -> None:
    case = office.case()
    page = await (await taken(office.visit(BEA), case.id)).press("Give it back")
    assert page.heading() == "Cases"
    assert f"{case.reference} is given back" in page.text
    assert office.rows(CASES)[0].assignee is None
    assert office.rows(CASES)[0].stage == "received"
    assert "Sam Canary" in (await office.visit(ANN).open(f"/cases/{case.id}")).text


async def test_every_deed_is_said_and_undone_with_one_press(office: Office) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    assert "You have this case now" in page.text
    page = await page.press("Undo")
    assert f"{case.reference} is given back" in page.text
    assert office.rows(CASES)[0].assignee is None
    page = await page.press("Undo")
    assert "You have this case now" in page.text

    page = await page.press("Log it", route="phone", result="no_answer")
    office.wait(minutes=2)
    page = await page.press("Log it", route="email", result="message_sent", when="")
    assert "Your try is logged" in page.text
    page = await page.press("Undo")
    assert "That try is struck through" in page.text
    assert [row.route for row in office.rows(CASE_ENTRIES) if row.kind == "mistaken"] == ["email"]

    page = await page.press("Log it", route="phone", result="reached")
    page = await page.press("On to initial discussion")
    assert "The stage is changed" in page.text
    page = await page.press("Undo")
    assert office.rows(CASES)[0].stage == "contact_attempts"


@pytest.mark.parametrize(
    "query",
    ["done=x", "done=attempt", *(f"done=stage&before={before}" for before in ("received", "initial_discussion", "x"))],
)
async def test_an_address_alone_undoes_nothing_that_was_not_done(office: Office, query: str) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    page = await page.browser.open(f"/cases/{case.id}?{query}")
    assert page.status == 200
    assert not page.has("Undo")
    assert not (await page.browser.open(f"/?done=released&case={case.id}")).has("Undo")
    assert (await page.browser.open("/?done=released&case=none")).status == 200


async def test_a_manager_takes_a_case_over_and_that_is_written_down(office: Office) -> None:
    case = office.case()
    await taken(office.visit(BEA), case.id)
    page = await (await office.visit(ANN).open(f"/cases/{case.id}")).press("Take over")
    assert "Sam Canary" in page.text
    assert "taken_over" in actions(office, case.id)
    assert f"{ANN} has this one." in (await office.visit(BEA).open(f"/cases/{case.id}")).text


async def test_nobody_but_a_manager_takes_over(office: Office) -> None:
    case = office.case()
    await taken(office.visit(ANN), case.id)
    bea = office.visit(BEA)
    page = await bea.open(f"/cases/{case.id}")
    assert not page.has("Take over")
    refused = await bea.post(f"/cases/{case.id}/take-over", form_token(await bea.open("/")))
    assert refused.status == 403
    assert office.rows(CASES)[0].assignee == office.member(ANN).id


def form_token(page: Page) -> dict[str, str]:
    field = page.soup.select_one("input[name=form_token]")
    assert field
    return {"form_token": str(field["value"])}


@pytest.mark.parametrize("deed", ["release", "stage", "attempts", "attempts/1/mistaken"])
async def test_a_colleagues_case_cannot_be_worked_on(office: Office, deed: str) -> None:
    case = office.case()
    await (await taken(office.visit(BEA), case.id)).press("Log it", route="phone", result="no_answer")
    before = (office.rows(CASES), office.rows(CASE_ENTRIES), office.rows(AUDIT))
    ann = office.visit(ANN)
    data = form_token(await ann.open("/")) | {"stage": "initial_discussion", "route": "phone", "result": "no_answer"}
    page = await ann.post(f"/cases/{case.id}/{deed}", data)
    assert page.status == 403
    assert "Nothing was changed" in page.text
    assert (office.rows(CASES), office.rows(CASE_ENTRIES), office.rows(AUDIT)) == before


# Tries and stages


async def test_the_first_try_keeps_its_promise_and_ends_triage(office: Office) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    office.wait(minutes=5)
    page = await page.press("Log it", route="phone", result="no_answer", note="Rang twice.\nWarbler.", when="")
    assert "Phone call: No answer" in page.text
    assert "Rang twice. Warbler." in page.text
    assert office.rows(CASES)[0].stage == "contact_attempts"
    assert clock(office, "first_attempt") == ("met", office.now.timestamp())


async def test_a_note_is_sealed_with_the_case(office: Office) -> None:
    case = office.case()
    await (await taken(office.visit(BEA), case.id)).press(
        "Log it", route="email", result="message_sent", note="Warbler"
    )
    entry = next(row for row in office.rows(CASE_ENTRIES) if row.kind == "attempt")
    assert b"Warbler" not in entry.note
    assert sealing.unseal(case.case_key, entry.note, f"entry:{case.id}") == b"Warbler"
    office.desk.database.checkpoint()
    assert b"Warbler" not in (office.data_dir / "cairn.db").read_bytes()


async def test_a_message_from_the_person_is_read_in_the_timeline(office: Office) -> None:
    case = office.case()
    with office.desk.database.begin() as tx:
        note = sealing.seal_to(team.public_key(tx), b"Please ring on Friday", f"entry:{case.id}")
        caseload.enter(tx, case.id, None, office.now, "message", note=note)
        caseload.enter(tx, case.id, None, office.now, "message", note=b"\x11broken")
    page = await office.visit(ANN).open(f"/cases/{case.id}")
    written = page.soup.select_one(".messages")
    assert written
    assert "They wrote again, 2 times New" in " ".join(written.get_text(" ").split())
    assert written.find("blockquote", string="Please ring on Friday")
    assert "A message that your key does not open" in page.text
    headings = [tag.get_text(strip=True) for tag in page.soup.find_all("h2")]
    above = page.text.split("Safe contact")[0]
    assert "what they wrote since" in above, "it may change how to be in touch, so it is read before"
    assert headings[0] == "Safe contact"
    assert not page.has("I have read it"), "nobody has the case yet"


async def test_a_try_made_earlier_is_logged_with_its_time_on_the_wall_clock(office: Office) -> None:
    case = office.case(came=timedelta(hours=1))
    page = await taken(office.visit(BEA), case.id)
    page = await page.press("Log it", route="phone", result="no_answer", when="2026-11-24T09:15")
    assert "today 09:15" in page.text
    assert clock(office, "first_attempt") == ("met", NOW.timestamp() - 45 * 60)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"result": "reached"}, "route", "Choose how you tried"),
        ({"route": "phone"}, "result", "Choose what came of it"),
        ({"route": "pigeon", "result": "reached"}, "route", "Choose how you tried"),
        ({"route": "phone", "result": "reached", "when": "yesterday"}, "when", "Write the day and time"),
        ({"route": "phone", "result": "reached", "when": "2026-11-24T12:00"}, "when", "has not come yet"),
        ({"route": "phone", "result": "reached", "when": "2020-01-07T10:00"}, "when", "before the referral came"),
        ({"route": "phone", "result": "reached", "note": "x" * 4001}, "note", "too long"),
    ],
)
async def test_a_slip_in_the_form_is_said_beside_its_field_and_nothing_typed_is_lost(
    office: Office, fields: dict[str, str], field: str, words: str
) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    page = await page.press("Log it", **{"note": "Warbler"} | fields)
    assert page.status == 422
    assert page.title.startswith("Error:")
    link = page.soup.select_one(f'.summary a[href="#{field}"]')
    assert link and words in link.get_text()
    wrong = page.soup.find(id=field)
    assert wrong and wrong["aria-invalid"] == "true"
    assert wrong["aria-describedby"] == f"{field}-wrong"
    assert "Warbler" in page.text or "x" * 4001 in page.response.text
    assert not [row for row in office.rows(CASE_ENTRIES) if row.kind == "attempt"]
    assert clock(office, "first_attempt") == ("running", None)


async def test_no_try_from_before_the_hand_over_is_kept_whichever_way_it_comes(office: Office) -> None:
    case = office.case()
    await taken(office.visit(BEA), case.id)
    who = (case.id, office.member(BEA).id, office.now, office.desk.secrets.audit)
    what: dict[str, Any] = {"route": "phone", "result": "reached", "note": None}
    with office.desk.database.begin() as tx, pytest.raises(NotAllowed):
        attempts.log(tx, *who, at=office.now - timedelta(minutes=1), **what)
    assert clock(office, "first_attempt") == ("running", None) and office.rows(CASES)[0].stage == "triage"
    with office.desk.database.begin() as tx:
        attempts.log(tx, *who, at=office.now, **what)
    assert clock(office, "first_attempt") == ("met", office.now.timestamp())


async def test_a_try_logged_by_mistake_is_struck_through_and_the_promise_stands_again(office: Office) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    page = await page.press("Log it", route="phone", result="no_answer")
    page = await page.press("Logged by mistake")
    assert page.soup.select_one(".timeline .struck s")
    assert clock(office, "first_attempt") == ("running", None)
    assert "mistaken" in actions(office, case.id)
    assert not page.has("Logged by mistake")


async def test_of_two_tries_the_one_that_stands_keeps_the_promise(office: Office) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    page = await page.press("Log it", route="phone", result="no_answer")
    office.wait(minutes=10)
    page = await page.press("Log it", route="email", result="message_sent", when="")
    await page.browser.post(f"/cases/{case.id}/attempts/2/mistaken", form_token(page))
    assert clock(office, "first_attempt") == ("met", office.now.timestamp())


async def test_stages_go_on_and_back_as_the_rules_allow_and_no_other_way(office: Office) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    assert not page.has("On to"), "no try is logged"
    page = await page.press("Log it", route="phone", result="no_answer")
    assert "Stage: Contact attempts" in page.text and not page.has("On to"), "nobody was reached"
    page = await page.press("Log it", route="phone", result="reached")
    page = await page.press("On to initial discussion")
    assert "Stage: Initial discussion" in page.text
    page = await page.press("Back to contact attempts")
    page = await page.press("Back to triage")
    assert office.rows(CASES)[0].stage == "triage"
    for stage in ("initial_discussion", "received", "nowhere"):
        refused = await page.browser.post(f"/cases/{case.id}/stage", form_token(page) | {"stage": stage})
        assert refused.status == 409
    assert office.rows(CASES)[0].stage == "triage"


async def test_every_deed_is_written_down_and_the_chain_is_whole(office: Office) -> None:
    case = office.case()
    page = await taken(office.visit(BEA), case.id)
    page = await page.press("Log it", route="phone", result="reached")
    page = await page.press("On to initial discussion")
    await page.press("Give it back")
    did = [action for action in actions(office, case.id) if action != "opened"]
    assert did == ["taken", "attempt", "stage", "stage", "released"]
    with office.desk.database.read() as tx:
        assert audit.verify(tx, office.desk.secrets.audit) == []


async def test_loading_the_address_of_a_form_leads_back_to_the_case(office: Office) -> None:
    case = office.case()
    page = await office.visit(ANN).open(f"/cases/{case.id}/take")
    assert page.path == f"/cases/{case.id}"
    assert page.has("Take this case")


def test_a_line_of_a_list_has_no_place_for_words_of_a_person() -> None:
    assert set(Line.__slots__) == {
        "id",
        "reference",
        "stage",
        "priority",
        "assignee",
        "assignee_name",
        "due",
        "due_at",
        "has_message",
        "at",
        "done_at",
        "tries",
        "tasks",
        "task_due_at",
    }
