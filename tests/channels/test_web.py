"""The web chat as somebody without scripts meets it: what is asked, taken, read back and sent."""

from pathlib import Path

import pytest

from content.words import load
from storage import outbox, tables
from tests.channels.visits import TO_THE_NAME, TO_THE_READ_BACK, Visitor, open_chat, visitor_at
from tests.stage import Stage

NAME_ASKED = load("en").text("self_referral", "name_to_use.ask")

ALL_IN = 60 * 1024


async def test_the_first_page_says_that_nobody_is_on_the_other_side(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path)
    assert "automated chat, not a person" in visitor.text
    assert visitor.button("Ask for a first talk")


async def test_a_whole_journey_becomes_one_case_that_holds_what_was_said(tmp_path: Path) -> None:
    stage, visitor = await visitor_at(tmp_path, *TO_THE_READ_BACK)
    assert stage.documents() == []
    await visitor.press("Send")
    assert "Sent. Thank you." in visitor.text
    (document,) = stage.documents()
    answers = {answer["step"]: answer["answer"] for part in document["parts"] for answer in part["answers"]}
    assert answers["name_to_use"] == "Sam"
    assert answers["email_address"] == "sam@example.org"


async def test_a_form_sent_twice_acts_once(tmp_path: Path) -> None:
    stage, visitor = await visitor_at(tmp_path, *TO_THE_READ_BACK)
    form = {"turn": visitor.turn, "press": str(visitor.button("Send")["value"])}
    first = await visitor.send(**form)
    again = await visitor.send(**form)
    assert first == again
    assert len(stage.rows(tables.CASES)) == 1


async def test_going_back_in_the_browser_shows_the_question_that_waits_now(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, "Ask for a first talk", "Yes")
    assert "Which of these fits you best?" in visitor.text
    assert await visitor.open() == visitor.text
    assert "Which of these fits you best?" in visitor.text


async def test_a_button_of_an_older_page_changes_nothing_and_says_so(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, "Ask for a first talk", "Yes", "I was harmed")
    older = str(visitor.button("Under 16")["value"])
    await visitor.press("18 or older")
    text = await visitor.send(turn=visitor.turn, press=older)
    assert "That question has passed, so nothing was changed." in text
    assert "May a coordinator contact you" in text


async def test_a_form_made_for_another_browser_changes_nothing(tmp_path: Path) -> None:
    stage, visitor = await visitor_at(tmp_path)
    other = Visitor(open_chat(stage))
    await other.open()
    stolen = {"turn": other.turn, "press": str(visitor.button("Ask for a first talk")["value"])}
    assert "What would you like to do?" in await visitor.send(**stolen)


async def test_two_browsers_do_not_see_one_another(tmp_path: Path) -> None:
    stage, visitor = await visitor_at(tmp_path, *TO_THE_READ_BACK)
    other = Visitor(open_chat(stage))
    assert "sam@example.org" in visitor.text
    assert "sam@example.org" not in await other.open()
    assert visitor.cookie != other.cookie


@pytest.mark.parametrize("far", range(len(TO_THE_READ_BACK) + 1))
async def test_stop_help_and_leave_are_on_every_page_and_stop_is_obeyed(tmp_path: Path, far: int) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_READ_BACK[:far])
    assert visitor.button("Help now")
    assert visitor.page.select_one("header a[href='/leave']")
    assert (await visitor.press("Stop")).partition("Stopped. ")[1]


async def test_stop_can_be_typed_on_a_page_of_buttons(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, "Ask for a first talk", "Yes")
    assert "Stopped. None of these answers were sent" in await visitor.say("stop")


async def test_after_the_end_a_word_begins_anew_as_well_as_the_button(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME, "Stop", "Delete now")
    assert "Deleted." in visitor.text
    assert visitor.button("Start")
    assert visitor.page.select_one("#text")
    assert "What would you like to do?" in await visitor.say("start")


async def test_numbers_and_labels_may_be_typed_instead_of_pressing(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, "Ask for a first talk", "Yes")
    await visitor.say("1")
    assert "How old are you?" in visitor.text
    assert "May a coordinator contact you" in await visitor.say("18 or older")


async def test_why_is_told_beside_the_question_not_instead_of_it(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME, "Why do you ask?")
    note = visitor.page.select_one(".notes")
    asked = visitor.page.select_one(".asked")
    assert note is not None
    assert "what to call you" in note.get_text()
    assert asked is not None
    assert asked.get_text() == NAME_ASKED


async def test_chosen_options_are_shown_as_pressed_until_done(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME, "Sam", "Email", "Letter", "Email")
    pressed = [each.get_text(" ", strip=True) for each in visitor.page.select("[aria-pressed=true]")]
    assert pressed == ["5 Letter"]
    assert "Which address is safe" in await visitor.press("Done")


@pytest.mark.parametrize(("route", "mode"), [("Phone call", "tel"), ("Email", "email"), ("Letter", None)])
async def test_a_line_to_type_in_fits_what_is_asked(tmp_path: Path, route: str, mode: str | None) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME, "Sam", route, "Done")
    line = visitor.page.select_one("#text")
    assert line is not None
    assert line["autocomplete"] == "off"
    assert line["spellcheck"] == "false"
    assert line.get("inputmode") == mode
    assert line.name == ("input" if mode else "textarea")


async def test_the_read_back_lists_each_line_once_with_a_button_to_change_it(tmp_path: Path) -> None:
    steps = (*TO_THE_NAME, "Sam", "Letter", "Done", "1 Example Street\r\nExampletown", "Check and send now")
    _, visitor = await visitor_at(tmp_path, *steps)
    assert visitor.text.count("Exampletown") == 1
    rows = {row.dt.get_text(): row for row in visitor.page.select(".rows > div") if row.dt}
    assert rows["Name to use"].dd is not None
    assert rows["Name to use"].dd.get_text() == "Sam"
    change = rows["Name to use"].select_one("button")
    assert change is not None
    text = await visitor.send(turn=visitor.turn, press=str(change["value"]))
    assert NAME_ASKED in text
    assert "Alex" in await visitor.say("Alex")


async def test_what_is_typed_is_shown_as_typed_never_as_markup(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME, "<b onclick=x>Sam</b>", *TO_THE_READ_BACK[-4:])
    assert "<b onclick=x>Sam</b>" in visitor.text
    assert visitor.page.find("b") is None


async def test_far_too_many_words_are_answered_kindly_and_not_kept(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    assert "there is room for 60" in await visitor.say("a" * 5000)
    assert NAME_ASKED in visitor.text


async def test_a_page_that_lay_too_long_shows_the_same_question_again(tmp_path: Path) -> None:
    stage, visitor = await visitor_at(tmp_path, *TO_THE_NAME)
    with stage.database.begin() as tx:
        outbox.clear_before(tx, "web", stage.now.timestamp() + 1)
    stage.pass_time(minutes=31)
    assert NAME_ASKED in await visitor.open()


async def test_a_look_at_the_headers_alone_begins_no_conversation(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    visitor = Visitor(open_chat(stage))
    answer = await visitor.client.head("/")
    assert answer.status_code == 200
    assert stage.rows(tables.CONVERSATIONS) == []


async def test_every_page_with_all_that_belongs_to_it_is_small(tmp_path: Path) -> None:
    _, visitor = await visitor_at(tmp_path)
    beside = 0
    for path in ("/page.css", "/page.js", "/icon.svg"):
        beside += len((await visitor.client.get(path)).content)
    sizes = [len(visitor.answer.content)]
    for step in (*TO_THE_NAME, "Sam", "Email", "Done", "sam@example.org", "Answer some more first"):
        await visitor.go(step)
        sizes.append(len(visitor.answer.content))
    await visitor.go("No, leave these out", "No, leave these out", "Yes, ask me", "Skip")
    assert "Which council area" in visitor.text
    sizes.append(len(visitor.answer.content))
    await visitor.go("Read back and send")
    sizes.append(len(visitor.answer.content))
    assert max(sizes) + beside <= ALL_IN


async def test_the_privacy_notice_is_a_page_of_its_own_and_changes_nothing(tmp_path):
    stage, visitor = await visitor_at(tmp_path, "Ask for a first talk")
    before = stage.rows(tables.CONVERSATIONS)
    page = await visitor.client.get("/privacy/en")
    assert page.status_code == 200
    assert 'lang="en" dir="ltr"' in page.text
    assert "We say within 30 days that we have it" in page.text
    assert stage.rows(tables.CONVERSATIONS) == before


@pytest.mark.parametrize(("language", "status"), [("pl", 200), ("ar", 404), ("xx", 404), ("..%2f..%2fetc", 404)])
async def test_a_privacy_notice_is_only_shown_in_a_language_it_is_written_in(tmp_path, language, status):
    _, visitor = await visitor_at(tmp_path)
    assert (await visitor.client.get(f"/privacy/{language}")).status_code == status


async def test_a_page_runs_as_its_language_does(tmp_path):
    _, visitor = await visitor_at(tmp_path, languages=("ar", "en"))
    html, link = visitor.page.select_one("html"), visitor.page.select_one("footer a")
    assert (html["lang"], html["dir"]) == ("ar", "rtl")
    assert (link["href"], link.get_text()) == ("/privacy/en", "الخصوصية (بالإنجليزية)")
    await visitor.go("ما هذا؟", "نعم، المتابعة بالإنجليزية")
    html = visitor.page.select_one("html")
    assert (html["lang"], html["dir"]) == ("en", "ltr")


async def test_the_language_a_browser_asks_for_is_only_a_suggestion(tmp_path):
    stage = Stage(tmp_path, languages=("en", "pl"))
    visitor = Visitor(open_chat(stage))
    visitor.client.headers["accept-language"] = "pl-PL,pl;q=0.9,en;q=0.5"
    await visitor.open()
    assert "W jakim języku chcesz tu rozmawiać?" in visitor.text
    await visitor.go("English")
    assert "What would you like to do?" in visitor.text
