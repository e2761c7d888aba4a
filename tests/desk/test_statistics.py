"""The statistics: what is counted, what is told and when, who may see it, and that each number is there three times."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, update

from desk.statistics.figures import Figure, by_hours, by_month, ends, funnel, promises, rows_from, waits
from desk.statistics.tallying import marked
from policy.case_facts import FORMS, CaseFacts
from policy.working_time import WorkingTime
from storage import tallies, team
from storage.tables import AUDIT, CASE_ENTRIES, CASES, CLOCKS, ENDINGS, TOLD_FIGURES
from tests.desk.office import ANN, BEA, CAL, Counted, Office

DAY = timedelta(days=1)
SUMMER = datetime(2026, 8, 4, 10, 0, tzinfo=UTC)  # a Tuesday of the last quarter that is over
TUESDAY = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)


def numbers(figure: Figure) -> dict[str, object]:
    return {" ".join(names): cells[0] for names, cells in figure.rows}


def tally(office: Office, at: datetime, times: int, **marked: str) -> None:
    content = str(marked).replace("'", '"').encode()
    with office.desk.database.begin() as tx:
        for _ in range(times):
            tallies.add(tx, team.public_key(tx), content, at)


def came(office: Office, times: Sequence[datetime], **became: str) -> list[str]:
    """Cases that came at these times, with their clocks; each clock in the state named, an hour after it came."""
    first = office.case()
    with office.desk.database.begin() as tx:
        row = next(dict(each) for each in tx.execute(CASES.select()).mappings() if each["id"] == first.id)
        tx.execute(CLOCKS.delete().where(CLOCKS.c.case_id == first.id))
        tx.execute(CASES.delete().where(CASES.c.id == first.id))
        ids = [f"{number:08x}{at.timestamp():024.0f}" for number, at in enumerate(times)]
        named = [{"id": id_, "reference": id_[:8], "at": at.timestamp()} for id_, at in zip(ids, times, strict=True)]
        tx.execute(insert(CASES), [row | each for each in named])
        clocks = [
            {"case_id": each["id"], "name": name, "due_at": each["at"] + 7200, "state": state, "at": each["at"] + 3600}
            for each in named
            for name, state in became.items()
        ]
        if clocks:
            tx.execute(insert(CLOCKS), clocks)
    return ids


@pytest.fixture
def working() -> WorkingTime:
    return WorkingTime(datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 17).time())  # noqa: DTZ001 (times alone)


def test_months_and_hours_are_told_where_no_side_is_small(working: WorkingTime) -> None:
    evening = TUESDAY + timedelta(hours=9)
    moments = [*[TUESDAY - 28 * DAY] * 40, *[TUESDAY] * 20, *[evening] * 12, *[TUESDAY + 28 * DAY] * 3]
    assert numbers(by_month(moments, ("2026-10", "2026-11", "2026-12"))) == {"2026-10": 40, "2026-11 2026-12": 35}
    assert numbers(by_hours(moments, working)) == {"in_hours": 63, "out_of_hours": 12}
    assert numbers(by_hours(moments[3:] + moments[:2], working))["out_of_hours"] == 12


def test_waiting_is_told_in_working_hours_beside_the_promise_and_only_for_ten_or_more(working: WorkingTime) -> None:
    over_the_weekend = (datetime(2026, 11, 6, 16, 0, tzinfo=UTC), datetime(2026, 11, 9, 10, 0, tzinfo=UTC))
    figure = waits({"opened": ([over_the_weekend] * 10, 1), "reached": ([over_the_weekend] * 9, 5)}, working)
    assert figure.rows == ((("opened",), ("2.0", 1)), (("reached",), (None, 5)))


def test_a_promise_is_told_with_those_it_was_kept_to_and_no_small_rest() -> None:
    kept = {("opened", "met"): 30, ("opened", "missed"): 2, ("reached", "met"): 20, ("reached", "missed"): 12}
    assert numbers(promises(kept, ("opened", "reached"), 32)) == {
        "opened.met opened.missed opened.ended opened.running": 32,
        "reached.met": 20,
        "reached.missed": 12,
        "reached.ended": 0,
        "reached.running": 0,
    }


def test_an_end_is_told_with_the_form_held_and_the_stage_withdrawn_at_where_that_is_safe() -> None:
    held = {f"completed.{FORMS[0]}": 13, f"completed.{FORMS[-1]}": 14}
    told = numbers(ends({**held, "withdrawn.received": 15, "no_contact": 13, "duplicate": 4, "out_of_scope": 6}))
    assert {name: count for name, count in told.items() if count == 15} == {"withdrawn.received": 15}
    assert told[f"completed.{FORMS[0]}"] == 13
    assert sum(int(str(each)) for each in told.values()) == 65
    assert not {"duplicate", "out_of_scope"} & set(told)


def test_neighbouring_steps_are_told_together_and_what_was_sent_only_where_it_is_told_elsewhere() -> None:
    steps = ("keep_answers", "age_band", "name_to_use", "read_back")
    left = {"keep_answers": 14, "age_band": 4, "name_to_use": 7, "read_back": 12}
    assert numbers(funnel("self_referral", steps, left, 50)) == {
        "begun": 87,
        "keep_answers age_band": 18,
        "name_to_use read_back": 19,
        "sent": 50,
    }
    assert "sent" not in numbers(funnel("self_referral", steps, left, None))
    assert numbers(funnel("self_referral", steps, {"age_band": 4}, 50)) == {"sent": 50}


async def test_nothing_is_told_of_a_quarter_that_is_not_over_or_to_which_few_came(office: Office) -> None:
    came(office, [office.now - timedelta(hours=each) for each in range(30)])
    assert "The first numbers are told once a quarter is over" in (await office.visit(BEA).open("/statistics")).text


async def test_quarters_with_few_are_told_together(office: Office) -> None:
    came(office, [SUMMER - 80 * DAY] * 15 + [SUMMER] * 16)
    page = await office.visit(BEA).open("/statistics")
    assert "April to September 2026" in page.text
    assert "May 2026 15" in page.text or "31" in page.text


async def test_where_people_live_is_told_to_those_with_the_teams_key(office: Office) -> None:
    came(office, [SUMMER] * 45)
    tally(office, SUMMER, 31, council_area="city_of_edinburgh")
    tally(office, SUMMER, 9, council_area="fife")
    tally(office, SUMMER, 5, council_area="angus")
    page = await office.visit(BEA).open("/statistics")
    assert page.status == 200
    assert "City of Edinburgh 31" in page.text
    assert "Fife, Dundee" in page.text and "14 31%" in page.text
    assert "Where people live" not in (await office.visit(CAL).open("/statistics")).text


async def test_each_figure_comes_as_a_plot_and_as_a_file_too(office: Office) -> None:
    came(office, [SUMMER] * 45)
    bea = office.visit(BEA)
    plot = (await bea.open("/statistics/by_month.svg?from=2026-07")).response
    assert plot.headers["content-type"] == "image/svg+xml"
    assert ">45<" in plot.text.replace(" ", "").replace("\n", "")
    file = (await bea.open("/statistics/by_month.csv?from=2026-07")).response
    assert file.text.splitlines()[:3] == ["What,How many,Share", "July 2026,0,0.0", "August 2026,45,1.0"]
    for other in ("kind_of_harm", "promises"):
        assert (await bea.open(f"/statistics/{other}.svg")).status == 404


async def test_what_ended_is_not_counted_as_kept_in_time(office: Office) -> None:
    ids = came(office, [SUMMER] * 40, reached="met")
    with office.desk.database.begin() as tx:
        at = SUMMER.timestamp() + 3600
        tx.execute(
            insert(CASE_ENTRIES), [{"case_id": id_, "at": at, "kind": "closed", "stage": "triage"} for id_ in ids[:15]]
        )
    text = (await office.visit(BEA).open("/statistics")).text
    assert "Reached: in time 25" in text and "Reached: case ended before 15" in text


async def test_waits_are_counted_from_who_opened_a_case_and_who_tried_and_reached(office: Office) -> None:
    ids = came(office, [SUMMER] * 20)
    tried = {"kind": "attempt", "route": "phone", "result": "no_answer"}
    with office.desk.database.begin() as tx:
        at = SUMMER.timestamp()
        entries = [tried | {"case_id": id_, "at": at + 7200} for id_ in ids]
        entries += [tried | {"case_id": id_, "at": at + 3 * 3600, "result": "reached"} for id_ in ids]
        tx.execute(insert(CASE_ENTRIES), entries)
        tx.execute(
            insert(AUDIT),
            [{"at": at + 3600, "action": "opened", "case_id": id_, "digest": b"d" * 32} for id_ in ids],
        )
    text = (await office.visit(BEA).open("/statistics")).text
    assert "Opened 1.0 1" in text and "First try 2.0 2" in text and "Reached 3.0 5" in text


async def test_what_was_told_stays_as_it_was_told(office: Office) -> None:
    ids = came(office, [SUMMER] * 40, opened="running")
    bea = office.visit(BEA)
    before = (await bea.open("/statistics")).text
    with office.desk.database.begin() as tx:
        tx.execute(update(CLOCKS).where(CLOCKS.c.case_id.in_(ids[:15])).values(state="met"))
        tx.execute(update(CASES).where(CASES.c.id == ids[0]).values(at=0.0))
    assert (await bea.open("/statistics")).text == before


async def test_a_quarter_is_told_once_its_last_promise_is_up_and_until_then_the_page_says_from_when(
    office: Office,
) -> None:
    """What was promised to whoever came on its last evening is not told as a promise that was not kept."""
    office.now = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    ids = came(office, [datetime(2026, 9, 30, 22, 0, tzinfo=UTC)] * 40, opened="running", reached="running")
    bea = await office.visit(BEA).sign_in(BEA)
    page = await bea.browser.open("/statistics")
    assert "July to September 2026: told from 14 October 2026 on" in page.text
    assert not page.soup.select("main table") and not office.rows(TOLD_FIGURES)
    with office.desk.database.begin() as tx:
        tx.execute(update(CLOCKS).where(CLOCKS.c.case_id.in_(ids)).values(state="met"))
    office.now = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)
    page = await (await office.visit(BEA).sign_in(BEA)).browser.open("/statistics")
    assert "Reached: in time 40" in page.text and "Opened: in time 40" in page.text
    assert "told from" not in page.text


async def test_from_when_a_quarter_is_told_does_not_say_whether_or_when_anybody_came(office: Office) -> None:
    office.now = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    page = await (await office.visit(BEA).sign_in(BEA)).browser.open("/statistics")
    assert "July to September 2026: told from 14 October 2026 on" in page.text


async def test_what_nobody_looked_at_in_time_is_told_later_all_the_same(office: Office) -> None:
    came(office, [SUMMER] * 40 + [SUMMER - 90 * DAY] * 25)
    bea = office.visit(BEA)
    for _ in range(2):
        page = await bea.open("/statistics")
        assert [link.get_text() for link in page.soup.select("main nav a")] == [
            "July to September 2026",
            "April to June 2026",
        ]
    assert "May 2026 25" in (await bea.open("/statistics?from=2026-04")).text


async def test_from_a_talk_begun_to_a_referral_sent(office: Office) -> None:
    came(office, [SUMMER] * 40)
    row = {"month": "2026-08", "flow": "self_referral"}
    with office.desk.database.begin() as tx:
        tx.execute(insert(ENDINGS), [row | {"step": "sent", "how": "sent", "number": 28}])
        tx.execute(insert(ENDINGS), [row | {"step": "keep_answers", "how": "idle", "number": 30}])
    text = (await office.visit(BEA).open("/statistics")).text
    assert "Begun 58 100%" in text and "Sent 28 48%" in text
    assert "The person 28 70%" in text


async def test_whoever_reads_every_page_of_every_time_and_every_file_finds_no_number_under_ten(office: Office) -> None:
    """Over two years with few people, looked at twice: numbers are large, and never told anew."""
    chance = random.Random(7)
    begun = office.now
    times = [begun + timedelta(hours=chance.random() * 24 * 600) for _ in range(110)]
    ids = came(office, times, opened="met", reached="missed")
    with office.desk.database.begin() as tx:
        for id_, at in zip(ids, times, strict=True):
            if chance.random() < 0.3:
                gone = {"kind": "withdrawn", "stage": chance.choice(("triage", "suitability"))}
                tx.execute(insert(CASE_ENTRIES).values(case_id=id_, at=at.timestamp() + 9e4, **gone))
    for at in times:
        tally(office, at, 1, council_area=chance.choice(("fife", "angus", "moray", "highland", "west_lothian")))
    seen: dict[tuple[str, str], str] = {}
    for _ in range(2):
        office.wait(days=370)
        await office.browser.sign_in(ANN)
        await office.browser.open("/statistics")
        for first in {row.first_month for row in office.rows(TOLD_FIGURES)}:
            page = await office.browser.open(f"/statistics?from={first}")
            tables = " ".join(table.get_text(" ") for table in page.soup.select("table"))
            assert seen.setdefault((first, "page"), tables) == tables
            files = [str(link["href"]) for link in page.soup.select("a[href*='.csv']")]
            for path in chance.sample(files, 2):
                text = (await office.browser.open(path)).response.text
                assert seen.setdefault((first, path), text) == text
    told = [(row.name, rows_from(row.rows)) for row in office.rows(TOLD_FIGURES) if row.name]
    assert len(told) > 20
    counts = [cells[0] for name, rows in told for _names, cells in rows if name not in {"waits", "from_cafes"}]
    assert not [each for each in counts if isinstance(each, int) and 0 < each < 10]
    spans = sorted({(row.first_month, row.last_month) for row in office.rows(TOLD_FIGURES)})
    assert all(before[1] < after[0] for before, after in pairwise(spans))


async def test_the_page_asks_the_database_no_more_than_fifteen_things_even_when_it_is_told_first(
    office: Office,
) -> None:
    came(office, [SUMMER] * 45)
    for _ in range(2):
        with Counted(office.desk) as asked:
            await office.visit(BEA).open("/statistics")
        assert asked.count <= 15, asked.count


def test_a_closing_is_counted_with_the_form_held_and_with_nothing_else() -> None:
    facts = CaseFacts(form="meet", is_held=True)
    assert marked("completed", facts) == b'{"ended": "completed.meet"}'
    assert marked("completed", CaseFacts(form="meet")) == b'{"ended": "completed"}'
    assert marked("no_contact", facts) == b'{"ended": "no_contact"}'
