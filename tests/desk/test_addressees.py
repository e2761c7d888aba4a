"""Whom an alert is for: a second person by name, whoever stands in, and all whom a case that was opened concerns."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update

from policy.access import Role
from storage import absences, alert_answers, alerts, case_openings, caseload, conflicts, staff
from storage.tables import STAFF
from tests.desk.telling import COORDINATORS, MANAGERS, SECRETS, Service, open_service

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")
EVERYWHERE = ("staff_chat", "email", "manager")


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path) as opened:
        yield opened


def somebody(service: Service, name: str, email: str | None = None, *roles: Role) -> int:
    """Somebody who was let in, and their own address."""
    with service.desk.database.begin() as tx:
        staff_id = staff.add_row(tx, name, roles or [Role.COORDINATOR], service.clock())
        tx.execute(update(STAFF).where(STAFF.c.id == staff_id).values(team_key=b"sealed", email=email))
    return staff_id


def take(service: Service, case_id: str, staff_id: int) -> None:
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, staff_id, service.clock(), SECRETS.audit)


def away(service: Service, staff_id: int, stand_in: int | None) -> None:
    now = service.clock()
    with service.desk.database.begin() as tx:
        absences.say(tx, staff_id, staff_id, now, SECRETS.audit, stand_in=stand_in, starts=now, ends=None)


def bar(service: Service, case_id: str, staff_id: int) -> None:
    with service.desk.database.begin() as tx:
        who = (case_id, staff_id, service.clock(), SECRETS.audit)
        conflicts.mark(tx, *who, whom=staff_id, pepper=SECRETS.pepper, note=b"sealed")


async def come_to_the_second_person(service: Service) -> None:
    """Monday 10:00, promised for Tuesday 17:00: half of the working time is over on Tuesday at 9:30."""
    await service.sweep.sweep_once()
    service.clock.advance(hours=4)
    await service.sweep.sweep_once()
    service.clock.advance(hours=20)
    await service.sweep.sweep_once()


async def test_half_way_one_person_is_told_by_name_that_it_is_their_turn_in_the_chat_and_at_their_own_address(
    service: Service,
) -> None:
    ann, _ = somebody(service, "Ann Example", "ann@example.org"), somebody(service, "Bea Example", "bea@example.org")
    take(service, service.hand_over("MINE"), ann)
    service.hand_over("K7M2")
    await come_to_the_second_person(service)
    assert "it is the turn of Bea Example" in service.cards[-1] and "Ann" not in service.cards[-1]
    assert "it is the turn of Bea Example" in service.post.letters[-1].get_content()
    assert service.post.recipients[-1] == [COORDINATORS, "bea@example.org"]
    assert all("turn" not in text for text in service.cards[:-1])


async def test_it_is_nobodys_turn_who_is_away_passed_it_on_has_nothing_to_do_with_it_or_has_no_cases(
    service: Service,
) -> None:
    gone, passed, near = (somebody(service, f"{name} Example") for name in ("Ann", "Bea", "Cal"))
    somebody(service, "Dee Example", None, Role.FACILITATOR)
    somebody(service, "Eve Example")
    case_id = service.hand_over("K7M2")
    away(service, gone, None)
    bar(service, case_id, near)
    with service.desk.database.begin() as tx:
        alert_answers.note(tx, case_id, passed, alert_answers.NOT_ME, service.clock())
    await come_to_the_second_person(service)
    assert "it is the turn of Eve Example" in service.cards[-1]


async def test_with_nobody_to_name_everybody_is_told_again_and_then_a_manager(service: Service) -> None:
    service.hand_over("K7M2")
    await come_to_the_second_person(service)
    assert "still waiting. Please open it" in service.cards[-1]


async def test_only_taking_it_ends_the_ladder_being_named_does_not(service: Service) -> None:
    somebody(service, "Ann Example", "ann@example.org")
    case_id = service.hand_over("K7M2")
    await come_to_the_second_person(service)
    service.clock.advance(hours=4)
    await service.sweep.sweep_once()
    assert service.post.recipients[-1] == [MANAGERS]
    assert service.states(case_id)[3, "manager"] == "sent"


async def test_what_comes_to_a_case_of_who_is_away_goes_to_who_stands_in(service: Service) -> None:
    ann, bea = somebody(service, "Ann Example", "ann@example.org"), somebody(service, "Bea Example", "bea@example.org")
    case_id = service.hand_over("K7M2")
    take(service, case_id, ann)
    away(service, ann, bea)
    with service.desk.database.begin() as tx:
        alerts.write_news(tx, case_id, EVERYWHERE[:2], service.clock())
    await service.sweep.sweep_once()
    assert service.cards[-1].startswith("For Bea Example, who stands in. ")
    assert service.post.recipients[-1] == [COORDINATORS, "bea@example.org"]


async def test_where_nobody_stands_in_a_manager_is_told_at_once_and_once(service: Service) -> None:
    ann = somebody(service, "Ann Example")
    case_id = service.hand_over("K7M2")
    take(service, case_id, ann)
    away(service, ann, None)
    await service.sweep_for(4)
    told = [letter.get_content() for letter in service.post.letters if "nobody stands in" in letter.get_content()]
    assert len(told) == 1 and "K7M2" in told[0]
    assert service.post.recipients[-1] == [MANAGERS]
    with service.desk.database.begin() as tx:
        absences.come_back(tx, ann, ann, service.clock(), SECRETS.audit)
    await service.sweep_for(4)
    away(service, ann, None)
    await service.sweep_for(4)
    assert sum("nobody stands in" in letter.get_content() for letter in service.post.letters) == 2


async def test_at_night_nobody_is_got_out_of_bed_for_it(service: Service) -> None:
    ann = somebody(service, "Ann Example")
    case_id = service.hand_over("K7M2")
    take(service, case_id, ann)
    service.clock.advance(hours=12)
    away(service, ann, None)
    await service.sweep_for(4)
    assert not any("nobody stands in" in letter.get_content() for letter in service.post.letters)
    service.clock.advance(hours=11)
    await service.sweep_for(4)
    assert any("nobody stands in" in letter.get_content() for letter in service.post.letters)


# Opened with a reason


def open_it(service: Service, case_id: str, by: int) -> None:
    channels = EVERYWHERE
    with service.desk.database.begin() as tx:
        who = (case_id, by, service.clock(), SECRETS.audit)
        case_openings.open_case(tx, *who, reason=b"sealed", channels=channels)


async def test_that_a_case_was_opened_is_told_at_once_to_its_own_people_and_the_managers_without_a_word_of_it(
    service: Service,
) -> None:
    ann = somebody(service, "Ann Example", "ann@example.org")
    max_ = somebody(service, "Max Example", None, Role.MANAGER)
    case_id = service.hand_over("K7M2")
    take(service, case_id, ann)
    open_it(service, case_id, max_)
    await service.sweep.sweep_once()
    (card,) = [text for text in service.cards if "written reason" in text]
    assert card.startswith("K7M2: Max Example has opened it with a written reason. Alert ")
    assert card.endswith(f"/cases/{case_id}")
    letters = zip(service.post.letters, service.post.recipients, strict=True)
    opened = sorted(to for letter, to in letters if "written reason" in letter.get_content())
    assert opened == [["ann@example.org"], [MANAGERS]]


async def test_it_is_told_although_the_case_is_taken_over_a_moment_later(service: Service) -> None:
    ann, max_ = somebody(service, "Ann Example"), somebody(service, "Max Example", None, Role.MANAGER)
    case_id = service.hand_over("K7M2")
    take(service, case_id, ann)
    open_it(service, case_id, max_)
    with service.desk.database.begin() as tx:
        caseload.take_over(tx, case_id, max_, service.clock(), SECRETS.audit)
    await service.sweep.sweep_once()
    assert any("Max Example has opened it" in text for text in service.cards)


async def test_a_case_is_not_opened_without_its_notice(service: Service) -> None:
    """Both stand in one commit: where it is undone, nobody may read and nobody is told."""
    ann, max_ = somebody(service, "Ann Example"), somebody(service, "Max Example", None, Role.MANAGER)
    case_id = service.hand_over("K7M2")
    take(service, case_id, ann)
    with pytest.raises(ZeroDivisionError), service.desk.database.begin() as tx:
        who = (case_id, max_, service.clock(), SECRETS.audit)
        case_openings.open_case(tx, *who, reason=b"sealed", channels=EVERYWHERE)
        _ = 1 / 0
    await service.sweep.sweep_once()
    assert not any("written reason" in text for text in service.cards)
    with service.desk.database.read() as tx:
        assert list(tx.execute(case_openings.running(case_id, service.clock() + timedelta(minutes=1)))) == []


async def test_where_e_mail_does_not_work_the_managers_hear_of_it_in_the_chat(service: Service) -> None:
    service.post.refuses = "550 no"
    ann, max_ = somebody(service, "Ann Example"), somebody(service, "Max Example", None, Role.MANAGER)
    case_id = service.hand_over("K7M2")
    take(service, case_id, ann)
    open_it(service, case_id, max_)
    for _ in range(3):
        await service.sweep.sweep_once()
        service.clock.advance(seconds=40)
    assert any("Max Example has opened it" in text for text in service.cards)
    assert not any("something new" in text for text in service.cards)


async def test_while_every_manager_is_away_what_goes_to_the_managers_reaches_who_stands_in(service: Service) -> None:
    ann = somebody(service, "Ann Example", "ann@example.org", Role.MANAGER)
    bea = somebody(service, "Bea Example", "bea@example.org")
    service.hand_over("7F3K2M", has_email=False)
    away(service, ann, bea)
    service.clock.advance(hours=31)
    await service.sweep.sweep_once()
    told = [
        (to, letter.get_content())
        for to, letter in zip(service.post.recipients, service.post.letters, strict=True)
        if MANAGERS in to
    ]
    assert told and all("bea@example.org" in to for to, _ in told)
    assert any("For Bea Example, who stands in" in text for _, text in told)
