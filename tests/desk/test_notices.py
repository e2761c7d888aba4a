"""What is about no case and still told outside the desk: wrong passwords, many openings, a yes that is waited for."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update

from policy.access import MANY_OPENINGS
from policy.four_eyes import CLOSE_UNREACHED, ERASE
from storage import approvals, caseload, notices, staff, team
from storage.tables import NOTICES, STAFF
from tests.desk.office import ANN, BEA, Browser, Office
from tests.desk.telling import COORDINATORS, MANAGERS, SECRETS, Service, open_service

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")
OWN = {"Ann Example": "ann@example.org", "Bea Example": "bea@example.org", "Cal Example": "cal@example.org"}
NOTICE = "wrong passwords or codes in a row were typed for your name, last today 10:00"


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def quiet(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path, with_mail=False) as opened:
        yield opened


def people(service: Service) -> list[int]:
    """Ann is the manager, Bea a coordinator, Cal a facilitator; all were let in and gave an address."""
    with service.desk.database.begin() as tx:
        team.ensure(tx, service.clock())
        ids = [
            staff.add_row(tx, name, staff.read_roles([role]), service.clock())
            for name, role in zip(OWN, ("manager", "coordinator", "facilitator"), strict=True)
        ]
        for staff_id, email in zip(ids, OWN.values(), strict=True):
            tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(email=email, team_key=b"sealed"))
    return ids


def write(service: Service, kind: str, about: int | None = None) -> None:
    with service.desk.database.begin() as tx:
        notices.write(tx, kind, service.clock(), about=about)


async def test_five_wrong_passwords_in_a_row_are_told_at_the_next_sign_in_until_seen(office: Office) -> None:
    for _ in range(5):
        await Browser(office).sign_in(ANN, "not the password")
    assert NOTICE not in (await office.visit(BEA).open("/")).text
    office.wait(minutes=15, seconds=1)
    page = await Browser(office).sign_in(ANN)
    assert page.heading() == "Cases" and NOTICE in page.text
    page = await page.press("I have seen this")
    assert page.heading() == ANN and NOTICE not in page.text


async def test_four_wrong_ones_or_wrong_ones_with_a_right_one_between_are_told_to_nobody(office: Office) -> None:
    for _ in range(4):
        await Browser(office).sign_in(ANN, "not the password")
    await Browser(office).sign_in(ANN)
    for _ in range(4):
        await Browser(office).sign_in(ANN, "not the password")
    assert office.rows(NOTICES) == []


async def test_five_wrong_codes_after_the_right_password_are_told_as_well(office: Office) -> None:
    half = await (await Browser(office).open("/sign-in")).press("Sign in", name=BEA, password="three quiet herons")
    for _ in range(5):
        half = await half.press("Sign in", code="000000")
    assert [row.about for row in office.rows(NOTICES)] == [office.member(BEA).id]


async def test_a_name_nobody_has_leaves_the_same_row_and_tells_nobody(office: Office) -> None:
    for _ in range(5):
        await Browser(office).sign_in("Nobody Example", "not the password")
    assert [(row.kind, row.about) for row in office.rows(NOTICES)] == [(notices.TRIED, None)]


async def test_the_letter_goes_to_that_member_alone_and_says_nothing_of_who_tried(service: Service) -> None:
    _, bea, _ = people(service)
    write(service, notices.TRIED, bea)
    write(service, notices.TRIED)
    await service.sweep_for(2)
    [letter] = service.post.letters
    assert service.post.recipients == [["bea@example.org"]] and service.cards == []
    assert "5 times in a row" in letter.get_content() and letter["Subject"] == "Desk: please look"
    assert "Bea" not in letter.get_content()


async def test_more_than_twenty_cases_within_an_hour_are_told_to_managers_at_once_and_once(service: Service) -> None:
    _, bea, _ = people(service)
    cases = [service.hand_over(f"R{number}") for number in range(MANY_OPENINGS + 5)]
    for number, case_id in enumerate(cases):
        with service.desk.database.begin() as tx:
            caseload.note_opened(tx, case_id, bea, service.clock(), SECRETS.audit)
            caseload.note_opened(tx, case_id, bea, service.clock(), SECRETS.audit)
        written = number >= MANY_OPENINGS
        with service.desk.database.read() as tx:
            assert notices.was_written(tx, notices.OPENED_MANY, bea, service.clock() - timedelta(hours=1)) is written
    await service.sweep_for(2)
    told = [
        (letter, to)
        for letter, to in zip(service.post.letters, service.post.recipients, strict=True)
        if "more than 20" in letter.get_content()
    ]
    [(letter, to)] = told
    assert to == [MANAGERS, "ann@example.org"] and "Bea" not in letter.get_content()


async def test_a_manager_who_opens_many_does_not_hear_of_it_herself(service: Service) -> None:
    ann, _, _ = people(service)
    write(service, notices.OPENED_MANY, ann)
    await service.sweep_for(1)
    assert service.post.recipients == [[MANAGERS]]


async def test_what_waits_for_a_second_person_is_told_to_all_who_could_be_it(service: Service) -> None:
    _, bea, _ = people(service)
    case_id = service.hand_over("7F3K2M", has_email=False, has_manager=False)
    with service.desk.database.begin() as tx:
        approvals.ask(tx, ERASE, case_id, bea, service.clock(), SECRETS.audit, why="They asked us on the phone")
    await service.sweep_for(1)
    [letter] = service.post.letters
    assert service.post.recipients == [[COORDINATORS, "ann@example.org"]]
    text = letter.get_content()
    assert "erasing" in text and "/approvals" in text and "tomorrow" not in text
    assert "7F3K2M" not in text and "phone" not in text


async def test_what_needs_a_manager_is_told_to_managers_and_nothing_that_is_answered_by_then(service: Service) -> None:
    ann, bea, _ = people(service)
    with service.desk.database.begin() as tx:
        dee = staff.add_row(tx, "Dee Example", staff.read_roles(["coordinator"]), service.clock())
        tx.execute(update(STAFF).where(STAFF.c.id == dee).values(email="dee@example.org", team_key=b"sealed"))
    case_id = service.hand_over("7F3K2M", has_email=False, has_manager=False)
    asked = (case_id, bea, service.clock(), SECRETS.audit)
    with service.desk.database.begin() as tx:
        approvals.ask(tx, CLOSE_UNREACHED, *asked, why="Nobody has reached them")
        gone = approvals.ask(tx, ERASE, *asked, why="They asked us on the phone")
        approvals.turn_down(tx, gone, ann, service.clock(), SECRETS.audit)
    await service.sweep_for(1)
    assert service.post.recipients == [[COORDINATORS, "ann@example.org"]]


async def test_where_e_mail_is_off_the_staff_chat_hears_it_but_nothing_of_one_member_alone(quiet: Service) -> None:
    _, bea, _ = people(quiet)
    write(quiet, notices.OPENED_MANY, bea)
    write(quiet, notices.TRIED, bea)
    await quiet.sweep_for(1)
    [text] = quiet.cards
    assert "more than 20" in text


async def test_a_dead_mail_server_is_tried_again_and_then_the_chat_hears_it(service: Service) -> None:
    _, bea, _ = people(service)
    service.post.refuses = "451 later"
    write(service, notices.OPENED_MANY, bea)
    await service.sweep_for(120, step=4)
    [text] = service.cards
    assert "more than 20" in text and service.post.letters == []
    assert [row.state for row in rows(service)] == [notices.SENT]


async def test_a_desk_that_dies_after_the_claim_leaves_it_to_be_sent_again(service: Service) -> None:
    _, bea, _ = people(service)
    write(service, notices.OPENED_MANY, bea)
    with service.desk.database.begin() as tx:
        [due] = notices.due(tx, service.clock())
        assert notices.claim(tx, due, service.clock(), 30)
        assert not notices.claim(tx, due, service.clock(), 30)
    await service.sweep.sweep_once()
    assert service.post.letters == []
    service.clock.advance(seconds=31)
    await service.sweep.sweep_once()
    assert len(service.post.letters) == 1


def rows(service: Service) -> list[object]:
    with service.desk.database.read() as tx:
        return list(tx.execute(NOTICES.select()))
