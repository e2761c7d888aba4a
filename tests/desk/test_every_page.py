"""What holds for every page of the desk however much it shows: it opens, and asks the database few things."""

from sqlalchemy import update

from storage.tables import STAFF_SESSIONS
from tests.desk.every_page import fill, places
from tests.desk.office import ANN, PASSWORD, Browser, Counted, Office

MOST = 15
"""Questions to the database for one page. Source: the service's budget for its pages."""


async def test_every_page_opens_and_asks_the_database_no_more_than_fifteen_things(office: Office) -> None:
    gaps = fill(office)
    ann, half_way = office.visit(ANN), Browser(office)
    await (await half_way.open("/sign-in")).press("Sign in", name=ANN, password=PASSWORD)
    asked = {}
    for place in places(office, gaps):
        leave_alone(office)
        visitor = Browser(office) if place.for_strangers else half_way if place.for_half_way else ann
        with Counted(office.desk) as counted:
            answer = await visitor.client.get(place.path, follow_redirects=False)
        assert answer.status_code == 200, place
        asked[place.path] = counted.count
    assert len(asked) > 20
    assert {path: count for path, count in asked.items() if count > MOST} == {}


def leave_alone(office: Office) -> None:
    """As if nobody had clicked for two minutes, so that each page also writes down that somebody is still there."""
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF_SESSIONS).values(seen_at=office.now.timestamp() - 120))
