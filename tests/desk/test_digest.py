"""Every working day the chat and the mailbox hear how much there is to do, once, also when that is nothing."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete

from desk.alerts.sweep import Sweep
from storage import audit, audit_heads, caseload, clocks, digests, tasks
from storage.tables import AUDIT
from tests.desk.telling import COORDINATORS, MANAGERS, SECRETS, Service, open_service

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")
EMPTY = "Waiting for somebody: 0. Late: 0. Due today: 0. Tasks to see to: 0."


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path, digest_at=time(10, 30)) as opened:  # the clock starts at 10:00 on a Monday
        yield opened


async def test_it_comes_at_its_hour_even_when_there_is_nothing_to_do_and_once(service: Service) -> None:
    await service.sweep.sweep_once()
    assert service.cards == [] and service.post.letters == []
    service.clock.advance(minutes=30)
    await service.sweep_for(600, step=60)
    [text], letters = service.cards, service.post.letters
    assert EMPTY in text and all(EMPTY in letter.get_content() for letter in letters)
    assert {letter["Subject"] for letter in letters} == {"Desk: today"}
    assert sorted(service.post.recipients) == [[COORDINATORS], [MANAGERS]]


async def test_managers_get_the_head_of_the_audit_with_theirs_and_by_it_a_cut_end_shows(service: Service) -> None:
    with service.desk.database.begin() as tx:
        for _ in range(3):
            audit.write(tx, SECRETS.audit, service.clock(), 1, "opened")
    service.clock.advance(hours=1)
    await service.sweep.sweep_once()
    held = {
        to[0]: audit_heads.read(letter.get_content())
        for letter, to in zip(service.post.letters, service.post.recipients, strict=True)
    }
    [head] = held[MANAGERS]
    assert held[COORDINATORS] == [] and "cairn-audit" not in service.cards[0]
    public = audit_heads.public_key(SECRETS.audit)
    with service.desk.database.begin() as tx:
        assert audit_heads.check(tx, head, public) == audit_heads.FITS
        tx.execute(delete(AUDIT).where(AUDIT.c.id == head.row))
        assert audit_heads.check(tx, head, public) == audit_heads.CUT


async def test_where_managers_have_no_mailbox_of_their_own_the_shared_one_keeps_the_head(tmp_path: Path) -> None:
    async with open_service(tmp_path, digest_at=time(10, 30), manager_emails="") as service:
        with service.desk.database.begin() as tx:
            audit.write(tx, SECRETS.audit, service.clock(), 1, "opened")
        service.clock.advance(hours=1)
        await service.sweep.sweep_once()
        [letter] = service.post.letters
        assert len(audit_heads.read(letter.get_content())) == 1


async def test_it_comes_each_working_day_and_on_no_other(service: Service) -> None:
    days = []
    for _ in range(14):  # from Monday 23 November; Monday 30 is St Andrew's Day
        before = len(service.cards)
        service.clock.advance(hours=1)
        await service.sweep.sweep_once()
        days += [service.clock().day] if len(service.cards) > before else []
        service.clock.advance(hours=23)
    assert days == [23, 24, 25, 26, 27, 1, 2, 3, 4]


async def test_a_restart_neither_doubles_nor_loses_it(service: Service) -> None:
    service.clock.advance(hours=1)
    await service.sweep.sweep_once()
    again = Sweep(service.desk)
    await again.sweep_once()
    await again.stop()
    assert (len(service.cards), len(service.post.letters)) == (1, 2)


async def test_a_desk_that_was_down_at_the_hour_tells_it_when_it_is_back(service: Service) -> None:
    service.clock.advance(hours=9)
    await service.sweep.sweep_once()
    assert len(service.cards) == 1


async def test_of_two_desks_one_sends_it(service: Service) -> None:
    service.clock.advance(hours=1)
    with service.desk.database.begin() as tx:
        digests.lay_out(tx, service.clock().date(), ["email"], service.clock())
        [one] = digests.due(tx, service.clock())
        assert digests.claim(tx, one, service.clock(), 30)
        assert not digests.claim(tx, one, service.clock(), 30)


async def test_a_dead_chat_holds_up_no_letter_and_hears_of_it_when_it_lives(service: Service) -> None:
    service.api.faults.add("broken", on="sendMessage", times=3)
    service.clock.advance(hours=1)
    await service.sweep_for(60, step=2)
    assert (len(service.cards), len(service.post.letters)) == (1, 2)


async def test_it_counts_what_waits_what_is_late_what_is_due_and_the_tasks(service: Service) -> None:
    ids = [service.hand_over(f"R{number}", has_email=False, has_manager=False) for number in range(4)]
    ann = service.coordinator("Ann Example")
    with service.desk.database.begin() as tx:
        caseload.take(tx, ids[0], ann, service.clock(), SECRETS.audit)
        clocks.put(tx, ids[0], "review", service.clock() - timedelta(days=1))
        tasks.put(tx, ids[1], "tell_support", service.clock() + timedelta(hours=3), service.clock())
        tasks.put(tx, ids[2], "tell_support", service.clock() + timedelta(days=3), service.clock())
    service.clock.advance(minutes=45)
    await service.sweep.sweep_once()
    told = next(text for text in service.cards if text.startswith("Today at the desk"))
    assert "Waiting for somebody: 3. Late: 1. Due today: 1. Tasks to see to: 2." in told
