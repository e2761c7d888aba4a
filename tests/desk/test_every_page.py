"""What holds for every page of the desk however much it shows: it opens, and asks the database few things."""

from pathlib import Path

from sqlalchemy import update

from storage.tables import STAFF_SESSIONS
from tests.desk.case_states import STANDS_AT
from tests.desk.every_page import ROLES, fill, places
from tests.desk.office import ANN, PASSWORD, Browser, Counted, Office
from tests.desk.process_office import process_office

MOST = 15
"""Questions to the database for one page. Source: the service's budget for its pages."""


async def test_every_page_opens_and_asks_the_database_no_more_than_fifteen_things(tmp_path: Path) -> None:
    office = process_office(tmp_path)
    gaps = fill(office)
    half_way = Browser(office)
    await (await half_way.open("/sign-in")).press("Sign in", name=ANN, password=PASSWORD)
    asked = {}
    for place in places(office, gaps):
        leave_alone(office)
        place.is_come_to(office)
        visitor = (
            half_way if place.for_half_way else Browser(office) if place.for_strangers else office.visit(place.who)
        )
        with Counted(office.desk) as counted:
            answer = await visitor.client.get(place.path, follow_redirects=False)
        assert answer.status_code == place.status, place
        asked[place] = counted.count
    assert {place.of for place in asked} >= {*STANDS_AT, *ROLES}
    assert {place: count for place, count in asked.items() if count > MOST} == {}


def leave_alone(office: Office) -> None:
    """As if nobody had clicked for two minutes, so that each page also writes down that somebody is still there."""
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF_SESSIONS).values(seen_at=office.now.timestamp() - 120))
