"""The statistics: what is counted, what is hidden, who may see them, and that each number is there three times."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from desk.figures import by_month, counted, funnel, promises, waits
from policy.working_time import WorkingTime
from storage import tallies, team
from tests.desk.office import BEA, CAL, Office

DAY = timedelta(days=1)
TUESDAY = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)


def told(name: str) -> str:
    return name


def tally(office: Office, area: str, times: int) -> None:
    with office.desk.database.begin() as tx:
        for _ in range(times):
            tallies.add(tx, team.public_key(tx), f'{{"council_area": "{area}"}}'.encode(), office.now)


def test_months_tell_how_many_came_and_how_many_out_of_hours(working: WorkingTime) -> None:
    evening = TUESDAY + timedelta(hours=9)
    came = [*[TUESDAY - 28 * DAY] * 40, *[TUESDAY] * 20, *[evening] * 12, *[TUESDAY + 28 * DAY] * 3]
    assert by_month(came, working).rows == (
        ("2026-10", 40, 0.0),
        ("2026-11", None, None),  # hidden with the small one, which could be worked out
        ("2026-12", None, None),
    )
    assert by_month(came[:-3], working).rows[1] == ("2026-11", 32, 0.375)


def test_waiting_is_told_in_working_hours_and_only_for_ten_or_more(working: WorkingTime) -> None:
    over_the_weekend = (datetime(2026, 11, 6, 16, 0, tzinfo=UTC), datetime(2026, 11, 9, 10, 0, tzinfo=UTC))
    figure = waits({"opened": [over_the_weekend] * 10, "reached": [over_the_weekend] * 9}, working, told)
    assert figure.rows == (("opened", 10, "2.0"), ("reached", None, None))


def test_promises_and_answers_are_hidden_where_they_are_few() -> None:
    assert promises({"opened": Counter(met=30, missed=2)}, told).rows == (("opened", None, None, 0),)
    assert counted("council_area", {"fife": 12, "moray": 3, "angus": 2}, told).rows[0] == ("fife", 12)


def test_neighbouring_steps_are_taken_together_until_none_is_small() -> None:
    steps = ("keep_answers", "age_band", "name_to_use", "phone_number", "read_back")
    left = {"keep_answers": 14, "age_band": 4, "name_to_use": 7, "read_back": 2}
    assert funnel(steps, left, 50, told).rows == (
        ("keep_answers", 14),
        ("age_band – read_back", 13),
        ("sent", 50),
    )
    assert funnel(steps, {"age_band": 4}, 50, told).rows == (("left", None), ("sent", None))


@pytest.fixture
def working() -> WorkingTime:
    return WorkingTime(datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 17).time())  # noqa: DTZ001 (times alone)


async def test_where_people_live_is_shown_to_those_with_the_teams_key(office: Office) -> None:
    tally(office, "fife", 11)
    tally(office, "moray", 2)
    tally(office, "angus", 3)
    page = await office.visit(BEA).open("/statistics")
    assert page.status == 200
    assert "Fife 11" in page.text
    assert "Moray hidden" in page.text
    assert "Where people live" not in (await office.visit(CAL).open("/statistics")).text


async def test_each_figure_comes_as_a_plot_and_as_a_file_too(office: Office) -> None:
    tally(office, "fife", 11)
    bea = office.visit(BEA)
    plot = (await bea.open("/statistics/council_area.svg")).response
    assert plot.headers["content-type"] == "image/svg+xml"
    assert ">11<" in plot.text.replace(" ", "").replace("\n", "")
    file = (await bea.open("/statistics/council_area.csv")).response
    assert file.text.splitlines() == ["Answer,Referrals", "Fife,11"]
    for other in ("kind_of_harm", "promises"):
        assert (await bea.open(f"/statistics/{other}.svg")).status == 404


async def test_what_lies_further_back_than_asked_for_is_not_counted(office: Office) -> None:
    tally(office, "fife", 11)
    office.wait(days=14)
    await office.browser.sign_in(BEA)
    assert "Fife 11" in (await office.browser.open("/statistics?months=3")).text
    assert "Fife 11" not in (await office.browser.open("/statistics?months=1")).text
