"""The whole way: a person answers in the web chat and sends; a coordinator opens it at the desk, and calls."""

from pathlib import Path

from sqlalchemy import update

from policy.deadlines import PROMISES
from storage.tables import ALERTS, CASES, CLOCKS, TEAM_KEYS
from tests.channels.visits import TO_THE_READ_BACK, Visitor, open_chat
from tests.desk.office import BEA, Office
from tests.stage import Stage


def chat_of(office: Office, folder: Path) -> tuple[Stage, Visitor]:
    """Somebody at the web chat of the same service."""
    public_key = office.rows(TEAM_KEYS)[0].public_key
    stage = Stage(folder, url=office.desk.settings.database, now=office.now)
    with office.desk.database.begin() as tx:
        tx.execute(update(TEAM_KEYS).values(public_key=public_key))
    return stage, Visitor(open_chat(stage))


async def test_what_a_person_sends_is_read_at_the_desk_and_answered(office: Office, tmp_path: Path) -> None:
    stage, person = chat_of(office, tmp_path / "chat")
    await person.open()
    await person.go(*TO_THE_READ_BACK, "Send")
    case = office.rows(CASES)[0]
    assert {row.state for row in office.rows(ALERTS)} == {"waiting"}

    page = await office.visit(BEA).open("/")
    assert case.reference in page.text
    assert "Open by tomorrow 17:00" in page.text
    page = await (await page.browser.open(f"/cases/{case.id}")).press("Take this case")
    sheet = page.soup.select_one(".sheet")
    assert sheet
    lines = {line.dt.get_text(strip=True): line.dd.get_text(" ", strip=True) for line in sheet.select("dl > div")}
    assert lines["How to be in touch"] == "Email"
    assert lines["Email address"] == "sam@example.org"
    assert lines["Words in a message"] == "Neutral words only: never name the service (not answered)"
    assert "Phone number" not in lines
    assert page.soup.find(string="Sam")
    assert len(page.soup.select("section.part dl dd, .as-asked dd")) >= 7
    assert "Agreed to" in page.text

    assert {row.state for row in office.rows(ALERTS)} == {"cancelled"}
    await page.press("Log it", route="email", result="message_sent", when="")
    assert {row.state for row in office.rows(CLOCKS) if row.name in PROMISES} == {"met"}
    stage.database.close()


async def test_every_flag_and_stage_and_kind_of_entry_has_its_words(office: Office) -> None:
    words = office.desk.words
    from desk.cases import case_notice
    from desk.colleagues import people
    from policy.contact_attempts import RESULTS, ROUTES
    from policy.stages import Stage as CaseStage
    from storage import cases

    named = [f"stages.{stage}" for stage in (*CaseStage, cases.WITHDRAWN, cases.ERASED)]
    named += [f"routes.{route}" for route in ROUTES] + [f"results.{result}" for result in RESULTS]
    named += [f"entries.{kind}" for kind in ("taken", "released", "taken_over", "read", "attempt", cases.MESSAGE)]
    named += [f"done.{done}" for done in (*case_notice.SAID, *people.DONE, "released", "put_away", "recovery")]
    named += [f"next.{stage}" for stage in CaseStage]
    named += [f"entries.{kind}" for kind in (cases.WITHDRAWN, cases.ERASED)]
    assert [name for name in named if not words.find("desk", name)] == []
