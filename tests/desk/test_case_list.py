"""The first page of the desk: what its address narrows it to, and what is to be done today beside the cases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update

from desk.cases import case_list
from policy.access import Role
from policy.deadlines import KINDS, PROMISES
from storage import clocks, tasks
from storage.tables import CASE_FACILITATORS, CASES
from tests.desk.office import ANN, BEA, Office, Page
from tests.desk.test_access import take_roles
from tests.desk.test_cases import references


def shown(page: Page) -> dict[str, list[str]]:
    """The references on the page by the heading of their list."""
    headings = ("Waiting", "Yours", "You facilitate", "With colleagues")
    there = [each for each in headings if any(tag.get_text().startswith(each) for tag in page.soup.find_all("h2"))]
    return {heading: references(page, heading) for heading in there}


def give(office: Office, case_id: str, name: str | None, stage: str = "triage") -> None:
    with office.desk.database.begin() as tx:
        member = office.member(name).id if name else None
        tx.execute(update(CASES).where(CASES.c.id == case_id).values(assignee=member, stage=stage))


def put_task(office: Office, case_id: str, kind: str, due: datetime, role: str | None = None) -> None:
    with office.desk.database.begin() as tx:
        tasks.add(tx, case_id, kind, due, office.now, role=role)


@pytest.fixture
def busy(office: Office) -> Office:
    """Two cases wait, Ann has two, and Bea has two, of which Ann facilitates one."""
    office.case("WAIT1", opened_in=timedelta(hours=-1))
    office.case("WAIT2")
    made = {
        name: office.case(name, opened_in=timedelta(days=9), contact_in=timedelta(days=9))
        for name in ("MINE1", "MINE2", "BEAS1", "BEAS2")
    }
    give(office, made["MINE1"].id, ANN)
    give(office, made["MINE2"].id, ANN, "suitability")
    give(office, made["BEAS1"].id, BEA)
    give(office, made["BEAS2"].id, BEA, "suitability")
    put_task(office, made["MINE2"].id, "tell_support", office.now - timedelta(hours=2))
    with office.desk.database.begin() as tx:
        tx.execute(insert(CASE_FACILITATORS).values(case_id=made["BEAS2"].id, staff_id=office.member(ANN).id, at=0.0))
    return office


async def test_every_case_stands_on_one_list(busy: Office) -> None:
    assert shown(await busy.visit(ANN).open("/")) == {
        "Waiting": ["WAIT1", "WAIT2"],
        "Yours": ["MINE2", "MINE1"],
        "You facilitate": ["BEAS2"],
        "With colleagues": ["BEAS1"],
    }


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?whose=waiting", {"Waiting": ["WAIT1", "WAIT2"]}),
        ("/?whose=mine", {"Yours": ["MINE2", "MINE1"]}),
        ("/?whose=colleagues", {"With colleagues": ["BEAS1"]}),
        ("/?whose=facilitated&stage=suitability", {"You facilitate": ["BEAS2"]}),
        ("/?whose=mine&stage=triage", {"Yours": ["MINE1"]}),
        ("/?whose=mine&late=1", {"Yours": ["MINE2"]}),
        ("/?late=1", {"Waiting": ["WAIT1"], "Yours": ["MINE2"], "With colleagues": []}),
        ("/?whose=mine&tasks=1", {"Yours": ["MINE2"]}),
        ("/?whose=waiting&tasks=1", {"Waiting": []}),
    ],
)
async def test_the_address_says_what_is_shown_and_the_page_says_it_too(
    busy: Office, address: str, expected: dict[str, list[str]]
) -> None:
    page = await busy.visit(ANN).open(address)
    assert shown(page) == expected
    assert "Shown:" in page.text
    clear = page.soup.find("a", string="Show all cases")
    assert clear and clear["href"] == "/"
    again = page.soup.find("a", string="look again")
    assert again and again["href"] == address


@pytest.mark.parametrize("address", ["/?whose=everybody&stage=none&late=yes", "/?whose="])
async def test_a_value_no_filter_knows_narrows_nothing(busy: Office, address: str) -> None:
    ann = busy.visit(ANN)
    page = await ann.open(address)
    assert shown(page) == shown(await ann.open("/"))
    assert "Shown:" not in page.text


async def test_the_form_of_the_filter_stands_as_the_address_has_it(busy: Office) -> None:
    page = await busy.visit(ANN).open("/?whose=mine&stage=triage&tasks=1")
    form = page.soup.select_one("details[open] form[method=get]")
    assert form
    assert [tag["value"] for tag in form.select("option[selected]")] == ["mine", "triage"]
    assert [tag["name"] for tag in form.select("input[checked]")] == ["tasks"]
    assert not form.select("input[type=hidden]"), "no token stands in an address"


async def test_who_only_facilitates_sees_those_cases_and_none_that_waits(busy: Office) -> None:
    take_roles(busy, ANN, (Role.FACILITATOR,))
    page = await busy.visit(ANN).open("/")
    assert list(shown(page)) == ["Yours", "You facilitate"]
    assert "WAIT1" not in page.text and "BEAS1" not in page.text
    assert list(shown(await busy.visit(ANN).open("/?whose=waiting"))) == []


async def test_who_only_facilitates_reads_first_of_what_they_facilitate_though_that_is_nothing(office: Office) -> None:
    take_roles(office, ANN, (Role.FACILITATOR,))
    page = await office.visit(ANN).open("/")
    assert list(shown(page)) == ["You facilitate"]
    lead = page.soup.select_one("main .lead")
    assert lead
    assert lead.get_text(" ", strip=True).startswith("0 you facilitate · as of")
    assert "Alerts are off" not in page.text and "yours" not in lead.get_text()


async def test_tasks_and_follow_ups_of_today_stand_beside_ones_cases(office: Office) -> None:
    case, other = office.case("MINE1"), office.case("BEAS1")
    give(office, case.id, ANN, "follow_up")
    give(office, other.id, BEA, "follow_up")
    put_task(office, case.id, "tell_support", office.now - timedelta(days=1))
    put_task(office, case.id, "hold_letters", office.now + timedelta(days=1))
    put_task(office, other.id, "tell_support", office.now)
    put_task(office, other.id, "second_look", office.now + timedelta(hours=1), role="manager")
    with office.desk.database.begin() as tx:
        clocks.put(tx, case.id, "follow_up_1w", office.now + timedelta(hours=3))
        clocks.put(tx, other.id, "follow_up_1w", office.now)
    page = await office.visit(ANN).open("/")
    lines = [" ".join(line.get_text(" ").split()) for line in page.soup.select(".dues tbody tr")]
    assert lines == [
        "MINE1 Tell the person's support worker that support goes on, if the person wants it was due yesterday 10:00",
        "BEAS1 Look at what was done against the plan for safe contact by today 11:00",
        "MINE1 After one week by today 13:00",
    ]


def test_whatever_can_be_due_has_words_on_the_list(office: Office) -> None:
    for kind in set(KINDS) - set(PROMISES):
        assert case_list.say_kind(office.desk.words, kind)


async def test_what_was_seen_to_does_not_ask_for_attention(office: Office) -> None:
    case = office.case("MINE1", priority=3)
    give(office, case.id, ANN)
    with office.desk.database.begin() as tx:
        for name in PROMISES:
            clocks.meet(tx, case.id, name, office.now)
    put_task(office, case.id, "tell_support", office.now - timedelta(hours=1))
    ann = office.visit(ANN)
    page = await ann.open("/")
    assert page.soup.select(".late") and "1 task, was due today 09:00" in page.text
    with office.desk.database.begin() as tx:
        tasks.finish(tx, case.id, "tell_support", office.member(ANN).id, office.now)
    page = await ann.open("/")
    assert not page.soup.select(".late, .late-text, .dues")


async def test_a_long_list_goes_on_page_by_page_at_addresses_of_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.case_lists.MOST_SHOWN", 2)
    for number in range(5):
        office.case(f"CASE{number}")
    ann, found = office.visit(ANN), []
    page = await ann.open("/")
    assert "1 to 2 of 5." in page.text
    while True:
        found += shown(page)["Waiting"]
        onward = next((link for link in page.soup.select("a[href*=page]") if "The next" in link.get_text()), None)
        if onward is None:
            break
        page = await ann.open(str(onward["href"]))
    assert found == [f"CASE{number}" for number in range(5)]
    assert "5 to 5 of 5." in page.text and "Shown: Waiting for somebody · Page 3" in page.text
    for no_page in ("0", "-1", "²", "two", "99999999"):
        assert "1 to 2 of 5." in (await ann.open(f"/?whose=waiting&page={no_page}")).text


async def test_closed_cases_stand_on_a_list_when_they_are_asked_for(office: Office) -> None:
    closed, other = office.case("SHUT1"), office.case("OPEN1")
    give(office, other.id, ANN)
    give(office, closed.id, ANN, "closed")
    ann = office.visit(ANN)
    assert shown(await ann.open("/"))["Yours"] == ["OPEN1"]
    page = await ann.open("/?whose=mine&stage=closed")
    assert shown(page) == {"Yours": ["SHUT1"]} and "Shown: Yours · Closed." in page.text
    assert not page.soup.select(".late")
