"""A process at the desk: from the first talk to its end, by the rules, in the order people really do it."""

from datetime import timedelta
from pathlib import Path

import pytest

from content import words
from policy.case_facts import CONSENTS
from policy.closings import CLOSINGS, FOLLOW_UPS, tasks_after
from policy.closings import TASKS as TASK_NAMES
from policy.gates import GATES, WRONG_STAGE
from policy.moves import MOVES
from policy.record_forms import RECORDS
from policy.stages import IN_ORDER, WITH_THE_PERSON, Stage
from storage import cases, sealing, team
from storage.tables import AUDIT, CASE_ENTRIES, CASE_RECORDS, CLOCKS, TASKS
from tests.desk.office import ANN, BEA, CAL, Counted, Office
from tests.desk.process_office import Process, process_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return process_office(tmp_path)


async def test_a_direct_meeting_goes_from_the_first_talk_to_its_end(office: Office) -> None:
    process = Process(office)
    await process.come_to("follow_up")
    page = await process.open()
    assert [name for name in ("After one week", "After six weeks", "After six months") if name in page.text]
    assert "completed" not in str(page.soup.find(id="closing")), "follow-ups are open still"
    assert not page.has("Held"), "nobody has agreed to be asked, and a week is not over"
    await process.say("follow_up")
    process.is_due("follow_up_1w")
    for button in ("Held: After one week", "They said no: After six weeks", "They said no: After six months"):
        page = await process.go(button)
    page = await process.go("Close it", closing="agreement_completed", support="offered")
    assert process.stage() == "closed"
    assert "Support beside the process" in page.text, "support goes on after it is closed"
    await process.write("support", answer="accepted")
    states = {row.name: row.state for row in office.rows(CLOCKS)}
    assert (states["follow_up_1w"], states["follow_up_6w"]) == ("met", "refused")


async def test_before_the_first_try_the_page_says_that_it_comes_next_and_leads_to_where_it_is_logged(
    office: Office,
) -> None:
    process = Process(office)
    bea = office.visit(BEA)
    await (await bea.open(f"/cases/{process.id}")).press("Take this case")
    page = await process.open()
    needed = page.soup.find(class_="needs")
    assert "Nothing from here" not in page.text
    assert needed and needed.a and needed.a["href"] == f"/cases/{process.id}#log"
    assert (await bea.open(f"/cases/{process.id}")).soup.find(id="log")


async def test_a_letter_that_is_not_sent_is_a_whole_ending_and_the_other_never_hears_of_it(office: Office) -> None:
    process = Process(office)
    await process.come_to("preparation", "letter_not_sent")
    await process.ready("letter_not_sent")
    await process.support()
    page = await process.open()
    assert "A chosen form that reaches the person responsible" in page.text, "it is no reason to approach anybody"
    await process.say("process_letter_not_sent")
    await process.look_again()
    await process.go("On to a form that reaches nobody")
    await process.write("letter", number="1", state="written")
    await process.write("letter", number="1", state="not_sent", how="She keeps it")
    await process.support()
    await process.go("On to debrief")
    for button in ("They said no: After one week", "They said no: After six weeks", "They said no: After six months"):
        await process.go(button)
    await process.go("Close it", closing="completed", support="accepted")
    assert process.stage() == "closed"
    assert not {"approach", "responsible"} & {row.stage for row in office.rows(CASE_ENTRIES)}


async def test_a_letter_leaves_only_when_both_have_read_it_and_an_answer_comes_only_if_it_is_wanted(
    office: Office,
) -> None:
    process = Process(office)
    await process.come_to("process", "letter")
    await process.look_again()
    await process.write("letter", number="1", state="written")
    await process.write("letter", number="1", state="read")
    page = await process.write("letter", number="1", state="sent")
    assert page.status == 409 and "The letter read by both facilitators" in page.text
    await process.write("letter", "", CAL, number="1", state="read")
    assert (await process.write("letter", number="1", state="sent")).status == 200
    await process.write("letter", number="2", state="answered")
    for name in (BEA, CAL):
        await process.write("letter", "", name, number="2", state="read")
    page = await process.write("letter", number="2", state="passed_on")
    assert "The person's own dated yes to being given an answer" in page.text
    await process.say("answer")
    assert (await process.write("letter", number="2", state="passed_on")).status == 200


async def test_a_yes_taken_back_stops_everything_that_rests_on_it_at_once(office: Office) -> None:
    process = Process(office)
    await process.come_to("process")
    await process.look_again()
    await process.say("approach", "no")
    page = await process.write("meeting", on=process.today, form="meet", outcome="done")
    assert page.status == 409 and "The person's own dated yes to asking the person responsible" in page.text
    assert not [row for row in office.rows(CASE_RECORDS) if row.kind == "process"]


async def test_no_meeting_is_held_while_a_sign_of_danger_stands_and_messages_may_still_be_carried(
    office: Office,
) -> None:
    process = Process(office)
    await process.come_to("responsible")
    await process.look_again()
    await process.both_ready()
    await process.write("flag", state="stands", why="He was seen at her door")
    page = await process.go("On to the meeting") if (await process.open()).has("On to the meeting") else None
    assert page is None, "the button is not even there"
    assert "nothing direct is held" in (await process.open()).text


async def test_an_order_that_may_be_new_stops_any_approach_until_it_is_checked(office: Office) -> None:
    process = Process(office)
    await process.come_to("approach")
    await process.write("order", result="new", checked_with="She told us", on=process.today)
    page = await process.write("contact", on=process.today, form="meet", answer="accepted")
    assert page.status == 409 and "Any order or bail condition checked" in page.text


async def test_nobody_is_approached_until_staff_have_checked_orders_whatever_the_person_said_of_them(
    office: Office,
) -> None:
    process = Process(office, said={"orders": ("No, none", ["none"])})
    await process.come_to("preparation")
    await process.ready("meet")
    await process.look_again()
    await process.said("approach")
    await process.support()
    page = await process.open()
    assert not page.has("On to asking the person responsible") and "Any order or bail condition checked" in page.text
    assert "at the hand-over: No, none . That is a hint, not a check" in (await process.open("/order")).text
    await process.order()
    await process.go("On to asking the person responsible")
    assert process.stage() == "approach"


async def test_whoever_writes_and_whoever_signs_keep_each_their_own_name_and_time(office: Office) -> None:
    process = Process(office)
    await process.come_to("suitability")
    await process.weigh("meet")
    wrote = office.now
    for name, path in ((BEA, "sign"), (CAL, "sign"), (ANN, "sign-off")):
        office.wait(minutes=5)
        await process.send(f"{process.folder}/{path}", name, version="1")
    row = next(row for row in office.rows(CASE_RECORDS) if row.kind == "suitability")
    assert (row.staff_id, row.at) == (office.member(BEA).id, wrote.timestamp())
    timeline = (await office.visit(BEA).open(f"/cases/{process.id}")).soup.find(id="timeline").parent
    lines = [" ".join(each.get_text(" ").split()) for each in timeline.find_all("li")]
    signed = [line for line in lines if "signed" in line]
    assert len(signed) == 3
    assert ANN in signed[0] and "10:15" in signed[0] and "signed off by a supervisor" in signed[0]
    assert CAL in signed[1] and "10:10" in signed[1] and BEA in signed[2] and "10:05" in signed[2]
    own = next(line for line in lines if line.endswith("Suitability, safety and strengths"))
    assert BEA in own and "10:00" in own
    page = await process.open("/suitability")
    assert f"Supervisor: {ANN}, signed" in page.text
    assert [row.action for row in office.rows(AUDIT)].count("signed_suitability") == 3


async def test_who_was_named_to_facilitate_and_who_is_released_stands_in_the_timeline(office: Office) -> None:
    process = Process(office)
    await process.come_to("suitability")
    cal = office.member(CAL).id
    await process.send(f"{process.folder}/facilitators/{cal}/release")
    page = await office.visit(BEA).open(f"/cases/{process.id}")
    assert f"{BEA} Facilitates it no longer: {CAL}" in page.text and f"{BEA} Named to facilitate it: {CAL}" in page.text


async def test_training_that_runs_out_and_a_review_that_passes_stop_it_on_the_day_after(office: Office) -> None:
    process = Process(office)
    await process.come_to("approach")
    await process.look_again()
    process.train(CAL, office.now.date())
    assert (await process.write("contact", on=process.today, form="meet", answer="thinking")).status == 200
    process.train(CAL, office.now.date() - timedelta(days=1))
    page = await process.write("contact", on=process.today, form="meet", answer="accepted")
    assert page.status == 409 and "Training that is valid on the day" in page.text


async def test_a_pause_makes_every_yes_be_asked_anew(office: Office) -> None:
    process = Process(office)
    await process.come_to("approach")
    office.wait(minutes=1)
    await process.go("Pause it", support="declined")
    assert process.stage() == "paused"
    page = await process.open()
    assert not page.has("Go on") and "said since it rested" in page.text
    office.wait(minutes=1)
    await process.say("go_on")
    await process.go("Go on")
    assert process.stage() == "preparation"
    assert "The person's own dated yes to asking the person responsible" in (await process.open()).text


@pytest.mark.parametrize("stage", WITH_THE_PERSON)
async def test_a_person_who_wants_to_stop_is_stopped_for_at_every_stage_and_everybody_is_told(
    office: Office, stage: Stage
) -> None:
    process = Process(office)
    await process.stand_at(stage)
    page = await process.open()
    assert "No reason is asked" in page.text
    assert ("without a reason and without blame" in page.text) == (stage in IN_ORDER[IN_ORDER.index(Stage.APPROACH) :])
    page = await process.stop()
    assert process.stage() == "withdrawn"
    assert {row.kind for row in office.rows(TASKS) if row.state == "open"} == set(tasks_after(stage))
    assert not [row for row in office.rows(CLOCKS) if row.state == "running"]
    page = await process.open()
    assert not page.has("On to") and not page.has("Pause it")
    while (page := await process.open()).has("Done"):
        await page.press("Done")
    page = await (await office.visit(BEA).open(f"/cases/{process.id}")).press("Put it away")
    assert "is put away" in page.text


@pytest.mark.parametrize("stage", WITH_THE_PERSON)
async def test_a_case_is_paused_at_every_stage_with_what_comes_next_for_each_person(
    office: Office, stage: Stage
) -> None:
    process = Process(office)
    await process.stand_at(stage)
    page = await process.go("Pause it", note="She needs time", support="")
    assert page.status == 409 and "What becomes of support" in page.text
    await process.go("Pause it", note="She needs time", support="not_yet_offered")
    assert process.stage() == "paused"
    assert {row.kind for row in office.rows(TASKS) if row.state == "open"} == set(tasks_after(stage))
    assert "She needs time" in (await office.visit(BEA).open(f"/cases/{process.id}")).text


@pytest.mark.parametrize("typed", ["", "7F3K2N"])
async def test_a_case_is_not_stopped_for_another_whose_page_was_open(office: Office, typed: str) -> None:
    process = Process(office)
    await process.stand_at(Stage.APPROACH)
    page = await process.go("They have said so: stop it", reference=typed)
    assert page.status == 422 and "Type the reference of this case" in page.text and "cannot be undone" in page.text
    assert process.stage() == "approach" and not [row for row in office.rows(AUDIT) if row.action == "withdrawn"]


async def test_what_is_still_to_be_seen_to_keeps_a_withdrawn_case_from_being_put_away(office: Office) -> None:
    process = Process(office)
    await process.stand_at(Stage.APPROACH)
    await process.stop()
    page = await office.visit(BEA).open(f"/cases/{process.id}")
    assert not page.has("Put it away") and "see to" in page.text


async def test_a_signed_look_at_safety_stays_as_it_was_and_a_change_begins_a_new_version(office: Office) -> None:
    process = Process(office)
    await process.come_to("preparation")
    await process.write("suitability", "weighing", protective_factors="A new flat")
    page = await process.open("/suitability?version=1")
    assert "Their sister" in page.text and "A new flat" not in page.text
    page = await process.open("/suitability")
    assert "A new flat" in page.text and "Version 2" in page.text
    assert "signed by both facilitators" in (await process.open()).text


async def test_a_supervisor_is_neither_of_the_two_and_signs_after_both(office: Office) -> None:
    process = Process(office)
    await process.come_to("suitability")
    await process.weigh("meet")
    await (await process.open("/suitability")).press("Put my name")
    assert not (await process.open("/sign-off", ANN)).has("Sign it off")
    await (await process.open("/suitability", CAL)).press("Put my name")
    assert (await process.open("/sign-off", BEA)).status == 403
    assert (await process.open("/sign-off", ANN)).has("Sign it off")


async def test_a_first_talk_is_saved_part_by_part_with_the_persons_words_marked(office: Office) -> None:
    process = Process(office)
    await process.begin()
    await process.write("discussion", "motivations", **{"hopes": "To be heard", "hopes.theirs": "on"})
    page = await process.write("discussion", "concerns", worries="Her mother")
    assert "Concerns : saved" in page.text or "Concerns: saved" in page.text
    hopes = page.soup.find(id="hopes")
    assert hopes and hopes.get_text() == "To be heard"
    assert page.soup.select_one('input[name="hopes.theirs"][checked]')
    assert len([row for row in office.rows(CASE_RECORDS) if row.kind == "discussion"]) == 1


async def test_a_slip_in_a_form_is_said_beside_its_field_and_nothing_is_lost(office: Office) -> None:
    process = Process(office)
    await process.begin()
    page = await process.write("sharing", what="That she is well", with_whom="", on="2027-01-01")
    assert page.status == 422
    what = page.soup.find(id="what")
    assert what and what.get_text() == "That she is well"
    assert "This day has not come yet" in page.text


async def test_who_agreed_to_what_and_who_saw_it_stands_in_one_ledger(office: Office) -> None:
    process = Process(office)
    await process.begin()
    await process.say("assessment")
    shared = {"with_whom": "Victim Support", "what": "That she is well", "rests_on": "partners", "on": process.today}
    page = await process.write("sharing", **shared)
    assert page.status == 409 and "yes to sharing it" in page.text
    await process.say("partners")
    await process.write("sharing", **shared)
    page = await process.open("/ledger")
    for said in ("Looking at suitability: yes", "Victim Support", BEA, "May we keep your answers"):
        assert said in page.text.replace(" :", ":")
    assert "You can stop at any time. Do you want us to?" in page.text, "the words they heard"


async def test_what_a_person_takes_back_in_the_chat_stands_in_the_ledger(office: Office) -> None:
    process = Process(office)
    await process.stand_at(Stage.PREPARATION)
    with office.desk.database.begin() as tx:
        note = sealing.seal_to(team.public_key(tx), b"May we speak with your worker?", f"entry:{process.id}")
        cases.take_back_consent(tx, process.id, note, b"", office.now.timestamp())
    page = await process.open("/ledger")
    assert "Taken back in the chat" in page.text and "May we speak with your worker?" in page.text


async def test_a_facilitator_and_a_supervisor_find_their_way_from_the_page_of_the_case(office: Office) -> None:
    process = Process(office)
    await process.begin()
    page = await office.visit(CAL).open(f"/cases/{process.id}")
    assert page.soup.find("a", href=process.folder)
    page = await office.visit(ANN).open(f"/cases/{process.id}")
    assert page.soup.find("a", href=f"{process.folder}/sign-off")


async def test_a_facilitator_sees_the_cases_they_are_named_for_and_no_others(office: Office) -> None:
    named, other = Process(office), Process(office, reference="OTHER")
    await named.begin()
    assert (await named.open("", CAL)).status == 200
    assert (await other.open("", CAL)).status == 403
    assert "Sam Canary" not in (await other.open("", CAL)).response.text
    await (await named.open()).press("Take off: Cal")
    assert (await named.open("", CAL)).status == 403


async def test_what_is_written_down_stands_on_the_disk_sealed_and_is_gone_when_erased(office: Office) -> None:
    process = Process(office)
    await process.begin()
    await process.write("discussion", "concerns", worries="QUITEUNUSUALWORD")
    office.desk.database.checkpoint()
    for file in office.data_dir.iterdir():
        if file.is_file():
            content = file.read_bytes()
            assert b"QUITEUNUSUALWORD" not in content and b"person_harmed" not in content
    with office.desk.database.begin() as tx:
        cases.erase(tx, process.id, office.now.timestamp())
    assert office.rows(CASE_RECORDS) == []


async def test_opening_a_process_and_writing_in_it_is_written_down(office: Office) -> None:
    process = Process(office)
    await process.begin()
    await process.open()
    actions = [row.action for row in office.rows(AUDIT) if row.case_id == process.id]
    assert {"opened_process", "wrote_note", "named_facilitator", "stage"} <= set(actions)


@pytest.mark.parametrize("page", ["", "/discussion", "/suitability", "/consent", "/ledger"])
async def test_no_page_of_a_process_asks_the_database_more_than_fifteen_times(office: Office, page: str) -> None:
    process = Process(office)
    await process.stand_at(Stage.PREPARATION)
    with Counted(office.desk) as counted:
        assert (await process.open(page)).status == 200
    assert counted.count <= 15, counted.count


def test_every_name_in_the_tables_of_rules_and_records_has_its_words_and_no_word_is_left_over() -> None:
    needed = {f"gates.{name}" for name in (*GATES, WRONG_STAGE)} | {f"moves.{move.name}" for move in MOVES}
    needed |= {f"wordings.{step}" for step in CONSENTS} | {f"closings.{name}" for name in CLOSINGS}
    needed |= {f"tasks.{name}" for name in TASK_NAMES} | {f"follow_ups.{name}" for name in FOLLOW_UPS}
    for form in RECORDS.values():
        needed |= {f"records.{form.name}", f"hints.{form.name}"}
        needed |= {f"sections.{section.name}" for section in form.sections}
        needed |= {f"fields.{field.name}" for field in form.fields()}
        needed |= {f"options.{option}" for field in form.fields() for option in field.options}
    kinds = {name.partition(".")[0] for name in needed}
    assert {key for key in words.load("en").keys("process") if key.partition(".")[0] in kinds} == needed


async def test_after_the_person_has_withdrawn_support_can_still_be_offered_and_nothing_else_is_written_down(
    office: Office,
) -> None:
    process = Process(office)
    await process.come_to("suitability")
    with office.desk.database.begin() as tx:
        cases.withdraw(tx, process.id, office.now.timestamp())
    assert "Support beside the process goes on" in (await office.visit(BEA).open(f"/cases/{process.id}")).text
    page = await process.open()
    assert page.soup.select(f'a[href="{process.folder}/support"]')
    assert not page.soup.select(f'a[href="{process.folder}/consent"]')
    saved = await process.write("support", answer="accepted", how="Canary service")
    assert saved.status == 200 and "Canary service" in saved.text
    assert not (await process.open("/consent")).has("Save")


async def test_letters_are_numbered_by_their_order_and_no_number_is_made_up(office: Office) -> None:
    process = Process(office)
    await process.come_to("process", "letter")
    page = await process.open("/letter")
    assert [str(each["value"]) for each in page.soup.select("#number option")] == ["1"]
    await process.put("letter", number="1", state="written")
    page = await process.write("letter", number="7", state="written")
    assert page.status == 422 and "Which letter: This is needed" in page.text
    await process.put("letter", number="2", state="answered")
    shown = [each.get_text() for each in (await process.open("/letter")).soup.select("#number option")]
    assert shown == ["", "1: written", "2: an answer came in", "3: a new one"]


async def test_at_the_meeting_the_page_of_the_process_says_what_has_to_be_so_before_it_is_written_down(
    office: Office,
) -> None:
    process = Process(office)
    await process.come_to("process")
    page = await process.open()
    section = page.soup.select_one('section[aria-labelledby="write"]')
    assert section and "Suitability and safety looked at again at this stage" in section.get_text()
    await process.look_again()
    section = (await process.open()).soup.select_one('section[aria-labelledby="write"]')
    assert section and "looked at again" not in section.get_text()


async def test_of_a_withdrawn_case_no_page_leads_to_what_cannot_be_done(office: Office) -> None:
    process = Process(office)
    await process.come_to("suitability")
    with office.desk.database.begin() as tx:
        cases.withdraw(tx, process.id, office.now.timestamp())
    assert "another stage" not in (await process.open("/discussion")).text
    page = await process.open()
    assert not page.soup.select('a[href$="/declaration"], a[href$="/conflicts"]')
    assert "Steps, and what" not in (await office.visit(BEA).open(f"/cases/{process.id}")).text
