"""Restorative cafes in the chat: places, the waiting list, what is told, what is kept, and that no case is near."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cafes import cafe_news
from bot.channels import telegram_messages
from bot.flows import FLOWS
from bot.flows.lists import CAFES
from bot.housekeeping import tidy
from bot.steps import End
from policy.cafes import SLOTS
from storage import cafe_figures, cafe_links, cafes, tables
from storage.secrets import IntakeSecrets
from tests.cafes import details, feedback, make, opened
from tests.canary import search
from tests.channels.visits import Visitor, open_chat
from tests.somebody import TO_THE_END, Somebody, texts
from tests.stage import SECRETS, Stage

DOOR = ("/start", "Cafes for organisations")
DETAILS = ("Wren Canary", "canary@example.org", "Example Canary Aid", "Yes")
TO_SEND = (*DOOR, "See cafes and sign up", "1", *DETAILS, "review")
SIGNS_UP = (*TO_SEND, "Send")
WAITS = (*DOOR, "See cafes and sign up", "1", "Yes, put me on it", *DETAILS, "review", "Send")
REMINDED = (*DOOR, "See cafes and sign up", "1", *DETAILS, "No", "Yes", "review", "Send")
GIVES_UP = (*DOOR, "Give up my place", "1", "Yes, give it up")
LOOKS_BACK = (*DOOR, "Say how a cafe was", "1", "skip", "skip", "skip", "skip", "review", "Send")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def cafe(stage: Stage, **changes: Any) -> str:
    with stage.database.begin() as tx:
        return make(tx, stage.now, **changes)


def states(stage: Stage) -> list[str]:
    return [row.state for row in stage.rows(tables.CAFE_SIGN_UPS)]


def tell(stage: Stage) -> int:
    return cafe_news.tell(stage.database, SECRETS, stage.now)


def somebody(stage: Stage, address: str, *said: str) -> Somebody:
    return Somebody(stage, address).goes(*said)


# Places and the waiting list


def test_there_are_as_many_options_as_the_policy_says() -> None:
    assert len(CAFES) == SLOTS


def test_who_comes_when_it_is_full_is_asked_to_wait_and_never_gets_a_place_too_many(stage: Stage) -> None:
    cafe(stage, places=1)
    somebody(stage, "1", *SIGNS_UP)
    somebody(stage, "2", *WAITS)
    assert states(stage) == ["place", "waiting"]


def test_a_place_that_goes_while_somebody_reads_back_is_not_given_twice(stage: Stage) -> None:
    cafe(stage, places=1)
    late = somebody(stage, "1", *TO_SEND)
    somebody(stage, "2", *SIGNS_UP)
    late.says("Send")
    assert "This cafe is full" in late.last.text
    assert states(stage) == ["place"]


def test_when_somebody_gives_up_the_first_who_waits_has_the_place_in_the_same_commit_and_is_told(stage: Stage) -> None:
    cafe(stage, places=1)
    first = somebody(stage, "1", *SIGNS_UP)
    second, third = somebody(stage, "2", *WAITS), somebody(stage, "3", *WAITS)
    first.goes(*GIVES_UP)
    assert states(stage) == ["place", "waiting"]
    assert tell(stage) == 1
    (told,) = second.hears()
    assert "a place became free" in told.text.lower()
    assert told.document and b"BEGIN:VEVENT" in told.document.content
    assert third.hears() == []
    assert tell(stage) == 0


def test_nobody_jumps_the_queue_when_a_place_is_free_and_somebody_waits(stage: Stage) -> None:
    id_ = cafe(stage, places=1)
    somebody(stage, "1", *SIGNS_UP)
    somebody(stage, "2", *WAITS)
    with stage.database.begin() as tx:
        assert cafes.of_id(tx, id_).left == 0


def test_more_places_move_up_as_many_as_wait(stage: Stage) -> None:
    id_ = cafe(stage, places=0)
    for address in ("1", "2", "3"):
        somebody(stage, address, *WAITS)
    with stage.database.begin() as tx:
        cafes.change(tx, id_, details(stage.now, places=2))
    assert states(stage) == ["place", "place", "waiting"]


def test_a_place_is_given_up_with_its_code_from_another_chat_and_a_wrong_code_does_nothing(stage: Stage) -> None:
    cafe(stage)
    code = somebody(stage, "1", *SIGNS_UP).code
    other = somebody(stage, "2", *DOOR, "Give up my place", "apple pear plum fig")
    assert "did not open anything" in other.last.text
    assert states(stage) == ["place"]
    other.goes(*DOOR, "Give up my place", code, "Yes, give it up")
    assert states(stage) == []


def test_erasing_everything_erases_the_sign_ups_of_this_chat_and_of_no_other(stage: Stage) -> None:
    cafe(stage)
    somebody(stage, "2", *SIGNS_UP)
    somebody(stage, "1", *SIGNS_UP, "/start", "/erase", "Yes, erase all of it")
    assert states(stage) == ["place"]


# What is told without asking


def test_a_reminder_comes_once_on_the_day_before_with_a_calendar_file_and_only_to_who_agreed(stage: Stage) -> None:
    cafe(stage)
    agreed, other = somebody(stage, "1", *REMINDED), somebody(stage, "2", *SIGNS_UP)
    stage.pass_time(days=19)
    assert tell(stage) == 0
    stage.pass_time(days=1, hours=2)
    assert tell(stage) == 1
    (reminder,) = agreed.hears()
    assert reminder.document and reminder.document.name == "calendar.ics"
    assert other.hears() == []
    stage.pass_time(hours=1)
    assert tell(stage) == 0


def test_what_a_lock_screen_shows_says_nothing_of_what_it_is_about(stage: Stage) -> None:
    cafe(stage)
    agreed = somebody(stage, "1", *REMINDED)
    stage.pass_time(days=20, hours=2)
    tell(stage)
    (reminder,) = agreed.hears()
    assert reminder.text.startswith("A short note\n\nTomorrow")
    assert "restorative" not in reminder.text.lower() + str(reminder.document.content if reminder.document else "")


def test_a_change_of_place_is_told_to_everybody_and_the_calendar_takes_it_as_a_later_revision(stage: Stage) -> None:
    id_ = cafe(stage)
    here = somebody(stage, "1", *SIGNS_UP)
    with stage.database.begin() as tx:
        cafes.change(tx, id_, details(stage.now, place="Example Hall"))
    tell(stage)
    (told,) = here.hears()
    assert "Example Hall" in told.text
    assert told.document and b"SEQUENCE:1" in told.document.content


def test_a_change_that_concerns_nobody_is_told_to_nobody(stage: Stage) -> None:
    id_ = cafe(stage)
    somebody(stage, "1", *SIGNS_UP)
    with stage.database.begin() as tx:
        cafes.change(tx, id_, details(stage.now, places=9))
    assert tell(stage) == 0


def test_where_to_join_is_told_only_to_who_has_a_place(stage: Stage) -> None:
    link = "https://meet.example.org/1"
    cafe(stage, places=1, link=link)
    has, waits = somebody(stage, "1", *SIGNS_UP), somebody(stage, "2", *WAITS)
    assert link in texts(has.heard)
    assert link not in texts(waits.heard)


def test_where_to_join_stands_nowhere_on_the_disk_before_it_is_told_or_once_it_is_read(stage: Stage) -> None:
    link = "https://meet.example.org/quetzal-link-1"
    id_ = cafe(stage, link=link)
    agreed = somebody(stage, "1", *REMINDED)
    stage.pass_time(days=20, hours=2)
    tell(stage)
    assert search({"link": link, "part": "quetzal-link-1"}, on_disk(stage)) == []
    (reminder,) = agreed.hears()
    assert link in reminder.text and reminder.document
    assert link in reminder.document.content.replace(b"\r\n ", b"").decode()
    with stage.database.begin() as tx:
        details_now = cafes.of_id(tx, id_).details
        assert cafe_links.at_the_desk(details_now.link, id_, stage.team.private) == link
    assert search({"link": link, "part": "quetzal-link-1"}, on_disk(stage)) == []


def test_an_intake_with_another_key_tells_no_link_until_the_desk_has_sealed_it_anew(stage: Stage) -> None:
    link = "https://meet.example.org/1"
    id_ = cafe(stage, link=link)
    with stage.database.begin() as tx:
        cafe_links.forget_for_intake(tx)
    here = somebody(stage, "1", *SIGNS_UP)
    assert link not in texts(here.heard)
    with stage.database.begin() as tx:
        cafes.seal_link_anew(tx, id_, cafe_links.seal(tx, id_, link))
    assert tell(stage) == 1
    assert link in here.hears()[0].text


def on_disk(stage: Stage) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in stage.folder.iterdir()}


def test_when_it_is_called_off_everybody_is_told_and_nobody_is_reminded(stage: Stage) -> None:
    id_ = cafe(stage, places=1)
    has, waits = somebody(stage, "1", *REMINDED), somebody(stage, "2", *WAITS)
    with stage.database.begin() as tx:
        cafes.call_off(tx, id_, stage.now)
    assert tell(stage) == 2
    assert all("does not take place" in each.hears()[0].text for each in (has, waits))
    stage.pass_time(days=20, hours=2)
    assert tell(stage) == 0


def test_on_the_web_nothing_is_kept_to_reach_anybody_by_and_the_desk_sees_who_is_to_be_written_to(stage: Stage) -> None:
    id_ = cafe(stage)
    Somebody(stage, "1", channel="web").goes(*SIGNS_UP)
    with stage.database.begin() as tx:
        cafes.call_off(tx, id_, stage.now)
    assert tell(stage) == 0
    (row,) = stage.rows(tables.CAFE_SIGN_UPS)
    assert (row.reach, row.tell) == (None, "called_off")


def test_who_cannot_be_reached_since_the_secret_was_changed_is_the_desks_to_write_to(stage: Stage) -> None:
    id_ = cafe(stage)
    somebody(stage, "1", *SIGNS_UP)
    with stage.database.begin() as tx:
        cafes.call_off(tx, id_, stage.now)
    assert cafe_news.tell(stage.database, IntakeSecrets(seal=b"t" * 32, pepper=b"q" * 32), stage.now) == 0
    (row,) = stage.rows(tables.CAFE_SIGN_UPS)
    assert (row.reach, row.tell) == (None, "called_off")


# What is kept, and that nothing of it is near a case


def test_no_word_of_a_sign_up_or_of_feedback_stands_on_the_disk_in_clear(stage: Stage) -> None:
    cafe(stage)
    here = somebody(stage, "551001", *SIGNS_UP)
    stage.pass_time(days=22)
    here.goes(*DOOR, "Say how a cafe was", "1", *["skip"] * 9, "nothing at all", "Canary said", "Yes", "No", "Send")
    files = b"".join(file.read_bytes() for file in sorted(stage.folder.iterdir()))
    for word in ("Wren Canary", "canary@example.org", "Example Canary Aid", "Canary said", "551001", here.code):
        assert word.encode() not in files, word
    (row,), (note,) = stage.rows(tables.CAFE_SIGN_UPS), stage.rows(tables.CAFE_NOTES)
    assert opened(row, stage.team)["parts"][0]["answers"][1]["answer"] == "Wren Canary"
    assert feedback(note, stage.team)["in_your_words"] == "Canary said"


def test_the_wording_and_time_of_each_consent_is_kept_as_evidence(stage: Stage) -> None:
    cafe(stage)
    somebody(stage, "1", *REMINDED)
    (row,) = stage.rows(tables.CAFE_SIGN_UPS)
    consents = {each["step"]: each["answer"] for each in opened(row, stage.team)["consents"]}
    assert consents == {"conduct": "yes", "event_emails": "no", "remind_me": "yes"}


def test_a_sign_up_and_a_referral_of_one_chat_share_no_byte_and_no_column_leads_from_one_to_the_other(
    stage: Stage,
) -> None:
    cafe(stage)
    here = somebody(stage, "1", *TO_THE_END)
    here.goes(*SIGNS_UP)
    of_cafes = {tables.CAFES, tables.CAFE_SIGN_UPS, tables.CAFE_NOTES}
    for table in tables.METADATA.tables.values():
        leads = {key.column.table for key in table.foreign_keys}
        assert bool(leads & of_cafes) == (table in of_cafes and bool(leads)), table.name
        assert table not in of_cafes or leads <= of_cafes, table.name
    (row,), (case,) = stage.rows(tables.CAFE_SIGN_UPS), stage.rows(tables.CASES)
    assert not {each for each in row if isinstance(each, bytes)} & {each for each in case if isinstance(each, bytes)}
    assert not {row.id, row.cafe_id} & {case.id, case.reference}
    assert stage.rows(tables.CASE_ENTRIES) == []


def test_the_flow_reads_and_does_nothing_that_belongs_to_a_referral() -> None:
    effects = {effect for step in FLOWS["cafe"].steps if isinstance(step, End) for effect in step.effects}
    assert effects == {"sign_up_cafe", "give_up_cafe", "keep_cafe_feedback"}
    assert set(FLOWS["cafe"].facts) & {"sent_from_here", "where", "code", "confirming"} == set()


def test_feedback_says_nothing_of_who_or_when(stage: Stage) -> None:
    cafe(stage)
    here = somebody(stage, "1", *SIGNS_UP)
    stage.pass_time(days=22)
    here.goes(*LOOKS_BACK)
    assert {column.name for column in tables.CAFE_NOTES.columns} == {"id", "cafe_id", "kind", "words"}
    (note,), (row,) = stage.rows(tables.CAFE_NOTES), stage.rows(tables.CAFE_SIGN_UPS)
    assert note.id != row.id
    assert stage.rows(tables.CONVERSATIONS) == []


def test_nothing_said_outlives_the_time_set_but_who_asked_for_news_is_kept_two_years(stage: Stage) -> None:
    cafe(stage)
    somebody(stage, "1", *SIGNS_UP)
    news = (*DOOR, "See cafes and sign up", "1", *DETAILS, "No", "No", "Yes", "review", "Send")
    somebody(stage, "2", *news)
    stage.pass_time(days=22)
    somebody(stage, "1", *LOOKS_BACK)
    stage.pass_time(days=178)
    tidy(stage.database, stage.now, timedelta(days=180))
    assert len(states(stage)) == 2
    with stage.database.begin() as tx:  # as the desk does at a sign-in, once it is over
        cafe_figures.keep(tx, stage.rows(tables.CAFES)[0].id, b"sealed")
    stage.pass_time(days=2)
    tidy(stage.database, stage.now, timedelta(days=180))
    assert [row.keep_longer for row in stage.rows(tables.CAFE_SIGN_UPS)] == [True]
    assert stage.rows(tables.CAFE_NOTES) == []
    assert stage.rows(tables.CAFES)[0].signed_up == 2
    stage.pass_time(days=730)
    tidy(stage.database, stage.now, timedelta(days=180))
    assert states(stage) == []


def test_an_option_stands_for_nothing_else_before_every_draft_that_chose_it_is_gone(stage: Stage) -> None:
    first = cafe(stage)
    with stage.database.begin() as tx:
        cafes.call_off(tx, first, stage.now)
    stage.pass_time(hours=71)
    cafe(stage)
    stage.pass_time(hours=2)
    cafe(stage)
    assert sorted(row.slot or 0 for row in stage.rows(tables.CAFES)) == [0, 1, 2]


def test_no_more_are_made_than_a_chat_can_offer(stage: Stage) -> None:
    for _ in range(SLOTS):
        cafe(stage)
    with pytest.raises(cafes.NoSlot):
        cafe(stage)


def test_a_cafe_that_is_gone_when_somebody_sends_is_asked_for_again(stage: Stage) -> None:
    id_ = cafe(stage)
    cafe(stage, town="Penicuik")
    late = somebody(stage, "1", *TO_SEND)
    with stage.database.begin() as tx:
        cafes.call_off(tx, id_, stage.now)
    late.says("Send")
    assert late.last.asks == "which_cafe"
    assert states(stage) == []


# The file, on each channel


def test_telegram_gets_it_as_a_document_that_may_be_saved(stage: Stage) -> None:
    cafe(stage)
    document = somebody(stage, "1", *SIGNS_UP).last.document
    assert document
    payload = telegram_messages.attachment("1", document)
    assert payload["document"] is document
    assert "protect_content" not in payload


async def test_the_web_page_offers_it_to_be_saved_and_only_to_this_browser(stage: Stage) -> None:
    cafe(stage)
    visitor = Visitor(open_chat(stage))
    await visitor.open()
    await visitor.go(*SIGNS_UP[1:3], "1", *DETAILS, "Read back and send", "Send")
    assert "Save the file" in visitor.text
    saved = await visitor.client.get("/file")
    assert saved.headers["content-disposition"] == 'attachment; filename="calendar.ics"'
    assert saved.text.startswith("BEGIN:VCALENDAR")
    assert (await Visitor(open_chat(stage)).client.get("/file")).status_code == 404


# Counts in reports


def test_a_cafe_is_offered_in_the_language_that_is_spoken(tmp_path: Path) -> None:
    stage = Stage(tmp_path, languages=("en", "pl"))
    cafe(stage)
    here = somebody(stage, "1", "/start", "po polsku", "Polski", "Kawiarenki dla organizacji", "1")
    assert here.last.language == "pl"
    assert "listopada" in here.last.options[0].label
