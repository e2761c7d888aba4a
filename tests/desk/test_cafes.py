"""Restorative cafes at the desk: planned, changed, called off; who comes; what was said; the report and its files."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from desk.cafes.cafe_telling import figures_from
from policy.retention import CAFE
from storage import addresses, cafe_links, cafe_sign_ups, cafes
from storage.tables import AUDIT, CAFE_NOTES, CAFE_SIGN_UPS, CAFES, STAFF_SESSIONS, TOLD_CAFES
from tests.desk.cafe_people import answer, make, sign_up, thinks
from tests.desk.office import ANN, BEA, CAL, Browser, Counted, Office, Page
from tests.stage import SECRETS

PLANNED = {
    "starts": "2026-12-15T13:00",
    "ends": "2026-12-15T15:00",
    "town": "Dalkeith",
    "places": "2",
    "place": "Example Library, 1 Example Street",
    "access_notes": "No steps.",
}


async def plan(office: Office, name: str = BEA, **fields: str) -> Page:
    return await (await office.visit(name).open("/cafes")).press("Offer it in the chat", **{**PLANNED, **fields})


async def test_a_cafe_is_planned_and_offered_at_once(office: Office) -> None:
    page = await plan(office)
    assert "It is made" in page.text
    (row,) = office.rows(CAFES)
    assert datetime.fromtimestamp(row.starts_at, UTC) == datetime(2026, 12, 15, 13, tzinfo=UTC)
    assert (row.slot, row.state, row.places) == (1, "open", 2)
    assert office.rows(AUDIT)[-2].action == "cafe_made"
    assert "0 of 2 taken" in (await page.browser.open("/cafes")).text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("starts", "2026-11-01T13:00", "a day and time to come"),
        ("starts", "soon", "a day and time to come"),
        ("ends", "2026-12-15T12:00", "after it starts"),
        ("places", "many", "from 1 to 200"),
        ("town", "  ", "fill this in"),
        ("link", "http://example.org", "starts with https://"),
        ("place", "x" * 201, "too long"),
    ],
)
async def test_what_is_not_right_is_said_beside_its_field_and_what_was_typed_stays(
    office: Office, field: str, typed: str, said: str
) -> None:
    page = await plan(office, **{field: typed})
    assert page.status == 422
    wrong = page.soup.select_one(f"#{field}-wrong")
    assert wrong and said in wrong.get_text()
    kept = page.soup.select_one("#access_notes")
    assert kept and kept["value"] == "No steps."
    assert office.rows(CAFES) == []


async def test_no_more_can_be_planned_than_the_chat_can_offer(office: Office) -> None:
    for _ in range(6):
        make(office)
    assert "six cafes at a time" in (await plan(office)).text


async def test_opening_the_sign_ups_is_written_down_and_needs_the_team_key(office: Office) -> None:
    id_ = make(office)
    sign_up(office, id_)
    page = await office.visit(BEA).open(f"/cafes/{id_}")
    assert "Wren Canary" in page.text and "canary@example.org" in page.text
    last = office.rows(AUDIT)[-1]
    assert (last.action, last.case_id, last.staff_id) == ("cafe_opened", id_, office.member(BEA).id)
    shut = await office.visit(CAL).open(f"/cafes/{id_}")
    assert "Wren Canary" not in shut.text
    assert "must let you in" in shut.text
    assert (await office.visit(CAL).open(f"/cafes/{id_}/report")).status == 403


async def test_more_places_let_those_who_wait_move_up(office: Office) -> None:
    id_ = make(office, places=1)
    sign_up(office, id_)
    sign_up(office, id_, "Robin Canary", state=cafes.WAITING)
    page = await office.visit(ANN).open(f"/cafes/{id_}")
    assert "Waiting list 1" in page.text
    page = await page.press("Change it", places="2")
    assert "It is changed" in page.text
    assert [row.tell for row in office.rows(CAFE_SIGN_UPS)] == [None, "moved_up"]
    assert "Waiting list" not in page.text


async def test_a_change_of_time_is_to_be_told_to_everybody(office: Office) -> None:
    id_ = make(office)
    sign_up(office, id_)
    await (await office.visit(ANN).open(f"/cafes/{id_}")).press("Change it", ends="2026-12-15T16:00")
    assert [row.tell for row in office.rows(CAFE_SIGN_UPS)] == ["changed"]


async def test_who_the_chat_cannot_tell_is_listed_until_somebody_has_written_to_them(office: Office) -> None:
    id_ = make(office)
    sign_up(office, id_, reach=None)
    sign_up(office, id_, "Robin Canary")
    page = await (await office.visit(ANN).open(f"/cafes/{id_}")).press("Call it off now")
    assert "It is called off" in page.text
    assert "Write to them 1" in page.text
    page = await page.press("I have written to them")
    assert "Write to them" not in page.text
    assert [row.tell for row in office.rows(CAFE_SIGN_UPS)] == [None, "called_off"]


async def test_somebody_who_does_not_come_after_all_is_erased_and_the_next_moves_up(office: Office) -> None:
    id_ = make(office, places=1)
    sign_up(office, id_)
    sign_up(office, id_, "Robin Canary", state=cafes.WAITING)
    await (await office.visit(ANN).open(f"/cafes/{id_}")).press("They do not come: erase them")
    (left,) = office.rows(CAFE_SIGN_UPS)
    assert (left.state, left.tell) == ("place", "moved_up")


async def test_who_came_is_ticked_and_can_be_undone(office: Office) -> None:
    id_ = make(office)
    sign_up(office, id_)
    assert not (await office.visit(ANN).open(f"/cafes/{id_}")).has("Came")
    office.wait(days=22)
    again = (await Browser(office).sign_in(ANN)).browser
    page = await (await again.open(f"/cafes/{id_}")).press("Came")
    assert "1 came" in page.text
    page = await page.press("Undo")
    assert "0 came" in page.text


async def test_what_people_need_is_counted_for_those_who_get_it_ready(office: Office) -> None:
    id_ = make(office)
    needs = answer("access_needs", "No steps, Live captions", "step_free", "captions")
    sign_up(office, id_, "Wren Canary", needs, answer("diet", "no nuts"))
    sign_up(office, id_, "Robin Canary", answer("access_needs", "No steps", "step_free"))
    text = (await office.visit(ANN).open(f"/cafes/{id_}")).text
    assert "No steps: 2, Live captions: 1" in text
    assert "no nuts" in text


async def test_a_note_from_a_table_is_sealed_shown_and_taken_out_again(office: Office) -> None:
    id_ = make(office)
    page = await office.visit(ANN).open(f"/cafes/{id_}")
    page = await page.press("Keep it", theme="Training", idea="A canary day", action="Ask around", owner="Midlothian")
    assert "A canary day" in page.text
    (row,) = office.rows(CAFE_NOTES)
    assert b"canary" not in row.words
    page = await page.press("Take it out")
    assert office.rows(CAFE_NOTES) == []


async def test_a_note_without_a_theme_is_not_kept(office: Office) -> None:
    page = await office.visit(ANN).open(f"/cafes/{make(office)}")
    page = await page.press("Keep it", idea="An idea")
    assert page.status == 422
    assert office.rows(CAFE_NOTES) == []


# The report


def held(office: Office, signed_up: int, *areas: str, **changes: Any) -> str:
    """A cafe to which so many signed up; the first of them said where they work."""
    id_ = make(office, places=40, **changes)
    for number in range(signed_up):
        said = answer("sector", areas[number], areas[number]) if number < len(areas) else answer("role", "None")
        sign_up(office, id_, f"Wren Canary {number}", said)
    return id_


def with_answers(office: Office) -> str:
    id_ = held(office, 28, *["police"] * 12, "council")
    for _ in range(13):
        thinks(office, id_, barriers=["capacity"], would_refer="yes")
    thinks(office, id_, barriers=["funding"], in_your_words="=1+1 canary", may_quote="yes")
    thinks(office, id_, in_your_words="secret canary", may_quote="no", unsettling="unsettling canary")
    office.wait(days=40)
    return id_


async def report(office: Office, path: str) -> Page:
    await office.browser.sign_in(ANN)
    return await office.browser.open(path)


async def test_the_report_names_nobody_and_quotes_only_who_agreed(office: Office) -> None:
    id_ = with_answers(office)
    for path in (f"/cafes/{id_}/report", "/cafes/report"):
        text = (await report(office, path)).text
        assert "Wren" not in text and "canary@" not in text
        assert "=1+1 canary" in text and "secret" not in text and "unsettling" not in text


async def test_the_report_tells_of_no_group_under_ten(office: Office) -> None:
    id_ = with_answers(office)
    text = (await report(office, f"/cafes/{id_}/report")).text
    assert "28 signed up. 0 came." in text
    assert "No time or staff 13" in text and "No money" not in text, "one of 28"
    assert "Police 12" not in text and "Council" in text, "one who works at a council stands with the police"


async def test_of_a_cafe_to_which_three_came_the_report_tells_no_number_but_its_own_page_does(office: Office) -> None:
    id_ = held(office, 3, "police", "police", "council")
    for sign in office.rows(CAFE_SIGN_UPS):
        with office.desk.database.begin() as tx:
            cafe_sign_ups.note_came(tx, id_, sign.id, True)
    own = (await office.visit(ANN).open(f"/cafes/{id_}")).text
    assert own.count("Wren Canary") >= 3
    office.wait(days=40)
    text = (await report(office, f"/cafes/{id_}/report")).text
    assert "signed up." not in text and "Police" not in text
    assert "Numbers are told once at least 20 have signed up" in text


async def test_cafes_to_which_few_came_are_told_together_and_never_in_two_reports(office: Office) -> None:
    ids = [held(office, 8, starts_at=office.now.timestamp() + day * 86400) for day in (1, 2, 3, 4)]
    office.wait(days=40)
    ann = await report(office, "/cafes/report")
    assert ann.text.count("signed up.") == 1 and "24 signed up." in ann.text
    for id_ in ids[:3]:
        assert "24 signed up." in (await ann.browser.open(f"/cafes/{id_}/report")).text
    assert "signed up." not in (await ann.browser.open(f"/cafes/{ids[3]}/report")).text


async def test_nothing_is_told_while_somebody_can_still_say_how_it_was(office: Office) -> None:
    id_ = held(office, 28)
    office.wait(days=30)
    assert "28 signed up." not in (await report(office, f"/cafes/{id_}/report")).text


def sweep(office: Office) -> int:
    with office.desk.database.begin() as tx:
        return cafe_sign_ups.forget(tx, office.now, CAFE)


def in_numbers(page: Page) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page.soup.select(".figure-groups tr")]


async def figures_in_csv(office: Office, path: str) -> list[list[str]]:
    rows = csv.reader(io.StringIO((await report(office, f"{path}.csv")).response.content.decode("utf-8-sig")))
    return [row for row in rows if row[3].isdecimal()]


async def test_what_was_told_of_a_cafe_is_told_when_the_words_of_its_people_are_destroyed(office: Office) -> None:
    """On the page and in the files; and nobody is said to have answered nothing whose answer was destroyed."""
    id_ = with_answers(office)
    before = in_numbers(await report(office, f"/cafes/{id_}/report"))
    file = await figures_in_csv(office, f"/cafes/{id_}/report")
    assert {"No time or staff 13"} < set(before) and any("Council" in each for each in before)
    assert not [each for each in before if "Not said 28" in each and "Council" in each]
    office.wait(days=200)
    assert sweep(office) == 28 + 15
    for path in (f"/cafes/{id_}/report", "/cafes/report"):
        assert in_numbers(await report(office, path)) == before
        assert await figures_in_csv(office, path) == file
    assert (await report(office, "/cafes/report.pdf")).response.content.startswith(b"%PDF-")


async def test_a_cafe_is_counted_when_somebody_signs_in_though_nobody_looks_at_a_report(office: Office) -> None:
    id_ = with_answers(office)
    office.wait(days=165)
    assert sweep(office) == 0, "it waits to be counted"
    await office.browser.sign_in(ANN)
    assert sweep(office) > 0 and not office.rows(CAFE_SIGN_UPS)
    assert "No time or staff 13" in (await report(office, f"/cafes/{id_}/report")).text


async def test_a_cafe_with_few_is_told_with_one_long_after_its_own_words_are_destroyed(office: Office) -> None:
    first = held(office, 12, *["police"] * 12)
    office.wait(days=40)
    await office.browser.sign_in(ANN)
    (row,) = office.rows(CAFES)
    assert b"police" not in row.counts and not office.rows(TOLD_CAFES), "twelve are too few to tell, so sealed"
    office.wait(days=200)
    assert sweep(office) == 12
    held(office, 12, *["council"] * 12)
    office.wait(days=40)
    text = (await report(office, f"/cafes/{first}/report")).text
    assert "24 signed up." in text and "Police" in text and "Council" in text
    assert [row.counts for row in office.rows(CAFES)] == [None, None]


async def test_of_a_cafe_that_nobody_counted_in_time_no_answer_is_told(office: Office) -> None:
    id_ = with_answers(office)
    office.wait(days=400)
    assert sweep(office) > 0
    page = await report(office, f"/cafes/{id_}/report")
    assert "28 signed up." in page.text and not in_numbers(page) and "Not said" not in page.text


async def test_what_is_kept_of_cafes_in_clear_has_no_number_under_ten(office: Office) -> None:
    with_answers(office)
    held(office, 21, *["council"] * 14)
    office.wait(days=60)
    await office.browser.sign_in(ANN)
    told = [figures_from(row.told) for row in office.rows(TOLD_CAFES)]
    assert [each.signed_up for each in told] == [28, 21]
    numbers = [number for each in told for _, groups in each.answers for _, number in groups]
    assert numbers and min(numbers) >= 10
    assert {each.came for each in told} == {0}


async def test_the_spreadsheet_runs_nothing_that_somebody_wrote(office: Office) -> None:
    id_ = with_answers(office)
    response = (await report(office, f"/cafes/{id_}/report.csv")).response
    assert response.headers["content-type"].startswith("text/csv")
    cells = [cell for row in csv.reader(io.StringIO(response.content.decode("utf-8-sig"))) for cell in row]
    assert "'=1+1 canary" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


async def test_the_pdf_is_one_and_markup_that_somebody_wrote_breaks_nothing(office: Office) -> None:
    id_ = make(office)
    thinks(office, id_, in_your_words="<b>canary</i> & <para>", may_quote="yes")
    response = (await office.visit(ANN).open(f"/cafes/{id_}/report.pdf")).response
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-") and response.content.rstrip().endswith(b"%%EOF")
    assert 'filename="cafes.pdf"' in response.headers["content-disposition"]


async def test_the_report_on_one_says_nothing_of_another_not_even_when_it_was_called_off(office: Office) -> None:
    with_answers(office)
    other = make(office)
    with office.desk.database.begin() as tx:
        cafes.call_off(tx, other, office.now)
    text = (await office.visit(ANN).open(f"/cafes/{other}/report")).text
    assert "Midlothian" not in text and "canary" not in text


async def test_a_cafe_that_is_none_is_said_to_be_none(office: Office) -> None:
    ann = office.visit(ANN)
    assert (await ann.open("/cafes/none")).status == 404
    assert "no such cafe" in (await ann.open("/cafes/none/report")).text


async def test_no_page_about_cafes_asks_the_database_more_than_fifteen_things(office: Office) -> None:
    id_ = with_answers(office)
    for number in range(5):
        sign_up(office, make(office), f"Robin Canary {number}")
    office.wait(minutes=2)
    ann = office.visit(ANN)
    for path in ("/cafes", f"/cafes/{id_}", f"/cafes/{id_}/report", "/cafes/report", "/cafes/report.pdf"):
        with Counted(office.desk) as asked:
            assert (await ann.open(path)).status == 200
        assert asked.count <= 15, (path, asked.count)


async def test_every_field_about_cafes_has_a_label_and_no_id_stands_twice(office: Office) -> None:
    id_ = with_answers(office)
    ann = office.visit(ANN)
    for page in [await ann.open(path) for path in ("/cafes", f"/cafes/{id_}", f"/cafes/{id_}/report")]:
        fields = page.soup.select("input:not([type=hidden]), select, textarea")
        assert {field["id"] for field in fields} == {label["for"] for label in page.soup.find_all("label")}
        assert len(page.soup.find_all("h1")) == 1
        ids = [tag["id"] for tag in page.soup.find_all(id=True)]
        assert len(ids) == len(set(ids))


# Where to join one online


JOIN = "https://meet.example.org/made-up-1"


def publish(office: Office) -> None:
    """The intake has started once."""
    with office.desk.database.begin() as tx:
        addresses.publish(tx, SECRETS.letterbox.public, office.now)


def link_of(page: Page) -> str:
    field = page.soup.select_one("#link")
    assert field
    return str(field["value"])


def told(office: Office) -> str:
    """What the chat would tell somebody who has a place."""
    with office.desk.database.read() as tx:
        [cafe] = cafes.everything(tx)
    return cafe_links.in_the_chat(cafe.details.link, cafe.id, SECRETS.letterbox)


async def test_who_reads_cases_sees_the_link_and_what_is_changed_beside_it_leaves_it_as_it_was(office: Office) -> None:
    publish(office)
    page = await plan(office, link=JOIN)
    assert link_of(page) == JOIN and told(office) == JOIN
    sealed = office.rows(CAFES)[0].link_team
    sign_up(office, office.rows(CAFES)[0].id)
    page = await page.press("Change it", places="9")
    assert link_of(page) == JOIN and office.rows(CAFES)[0].link_team == sealed
    assert office.rows(CAFE_SIGN_UPS)[0].tell is None, "more places concern nobody"
    page = await page.press("Change it", link=JOIN + "2")
    assert told(office) == JOIN + "2" and office.rows(CAFE_SIGN_UPS)[0].tell == cafes.CHANGED
    await page.press("Change it", link="")
    assert told(office) == "" and office.rows(CAFES)[0].link_team is None


async def test_who_was_not_let_in_sees_no_link_and_changes_none(office: Office) -> None:
    publish(office)
    await plan(office, link=JOIN)
    with office.desk.database.begin() as tx:
        tx.execute(STAFF_SESSIONS.update().values(team_key=None))
    page = await office.visit(BEA).open(f"/cafes/{office.rows(CAFES)[0].id}")
    assert JOIN not in page.text and page.soup.select_one("#link") is None
    await page.press("Change it", places="9")
    assert office.rows(CAFES)[0].places == 9 and told(office) == JOIN


async def test_what_the_chat_cannot_tell_yet_it_is_given_once_somebody_opens_the_page_and_then_tells(
    office: Office,
) -> None:
    page = await plan(office, link=JOIN)
    sign_up(office, office.rows(CAFES)[0].id)
    assert told(office) == ""
    publish(office)
    page = await page.browser.open(f"/cafes/{office.rows(CAFES)[0].id}")
    assert link_of(page) == JOIN and told(office) == JOIN
    assert office.rows(CAFE_SIGN_UPS)[0].tell == cafes.CHANGED
