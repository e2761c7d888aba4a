"""Every kind of time that is kept for a case is looked after, told of when it passes, and shown until it is settled."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from content.words import load
from policy import deadlines, stages
from policy.case_facts import NOTHING_KNOWN
from policy.deadlines import CLOCKS, KINDS, NOBODY_STANDS_IN, OPENED, PLAN, PROMISES, REACHED, REVIEW, TASKS
from storage import alerts, attempts, caseload, cases, clocks, process, tasks
from storage import tables as t
from tests.desk.office import BEA, Office
from tests.desk.telling import MANAGERS, SECRETS, Service, open_service

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path) as opened:
        yield opened


def _set(service: Service, case_id: str, kind: str, due: datetime) -> None:
    with service.desk.database.begin() as tx:
        if kind in CLOCKS:
            clocks.put(tx, case_id, kind, due)
        else:
            tasks.put(tx, case_id, kind, due, service.clock())


def _taken(service: Service) -> str:
    """A case that somebody has and has tried, so that nothing is due of which the test does not know."""
    case_id, ann = service.hand_over("K7M2"), service.coordinator("Ann Example")
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
        clocks.settle(tx, case_id, deadlines.FIRST_ATTEMPT, clocks.MET, service.clock())
    return case_id


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != NOBODY_STANDS_IN])  # it goes by itself
async def test_whatever_was_to_be_done_is_told_to_the_manager_once_when_its_time_has_passed(
    service: Service, kind: str
) -> None:
    case_id = _taken(service)
    _set(service, case_id, kind, service.clock() + timedelta(hours=1))
    await service.sweep.sweep_once()
    assert service.post.letters == []
    service.clock.advance(hours=2)
    for _ in range(4):
        await service.sweep.sweep_once()
    assert service.post.recipients == [[MANAGERS]]
    text = service.post.letters[0].get_content()
    assert "K7M2" in text and "11:00 on Monday 23 November" in text
    assert kind not in text


@pytest.mark.parametrize("kind", [REVIEW, PLAN, "tell_support"])
async def test_what_was_late_and_is_set_anew_is_told_of_again_when_that_passes_too(service: Service, kind: str) -> None:
    case_id = _taken(service)
    for count in (1, 2):
        _set(service, case_id, kind, service.clock() + timedelta(hours=1))
        service.clock.advance(hours=2)
        await service.sweep.sweep_once()
        await service.sweep.sweep_once()
        assert len(service.post.letters) == count


@pytest.mark.parametrize("kind", [REVIEW, "tell_support"])
async def test_what_was_done_in_time_is_told_to_nobody(service: Service, kind: str) -> None:
    case_id = _taken(service)
    _set(service, case_id, kind, service.clock() + timedelta(hours=1))
    with service.desk.database.begin() as tx:
        if kind in TASKS:
            assert tasks.finish(tx, case_id, kind, None, service.clock())
        else:
            assert clocks.settle(tx, case_id, kind, clocks.MET, service.clock())
    service.clock.advance(hours=2)
    await service.sweep.sweep_once()
    assert service.post.letters == []


async def test_a_time_of_no_known_kind_cannot_be_written_down(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    with service.desk.database.begin() as tx:
        with pytest.raises(ValueError, match="missed in silence"):
            clocks.put(tx, case_id, "someday", service.clock())
        with pytest.raises(ValueError, match="missed in silence"):
            tasks.add(tx, case_id, "someday", service.clock(), service.clock())


def test_every_kind_has_a_level_of_its_own_below_news() -> None:
    levels = [alerts.MISSED_LEVELS[kind] for kind in KINDS]
    assert len({*levels}) == len(KINDS) and max(levels) < alerts.FIRST_NEWS_LEVEL


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in PROMISES])
async def test_on_its_day_it_stands_in_words_on_the_list_of_who_has_the_case(office: Office, kind: str) -> None:
    case, bea = office.case(), office.member(BEA)
    with office.desk.database.begin() as tx:
        caseload.take(tx, case.id, bea.id, office.now, office.desk.secrets.audit)
        if kind in TASKS:
            tasks.put(tx, case.id, kind, office.now, office.now)
        else:
            clocks.put(tx, case.id, kind, office.now)
    page = await office.visit(BEA).open("/")
    shown = page.soup.select_one(".dues")
    assert shown is not None and "7F3K2M" in shown.get_text()
    assert load("en").text("desk", "tasks.other") not in shown.get_text()


def _clocks(office: Office, case_id: str) -> dict[str, str]:
    return {row.name: row.state for row in office.rows(t.CLOCKS) if row.case_id == case_id}


def test_somebody_reached_is_reached_until_that_try_is_struck_through(office: Office) -> None:
    case, bea = office.case(), office.member(BEA)
    who = (case.id, bea.id, office.now, office.desk.secrets.audit)
    with office.desk.database.begin() as tx:
        caseload.take(tx, *who)
        clocks.put(tx, case.id, REACHED, office.now + timedelta(days=5))
        attempts.log(tx, *who, at=office.now, route="phone", result="no_answer", note=None)
    assert _clocks(office, case.id)[REACHED] == clocks.RUNNING
    with office.desk.database.begin() as tx:
        attempts.log(tx, *who, at=office.now, route="phone", result="reached", note=None)
        entry = tx.execute(select(t.CASE_ENTRIES.c.id).where(t.CASE_ENTRIES.c.result == "reached")).scalar_one()
    assert _clocks(office, case.id)[REACHED] == clocks.MET
    with office.desk.database.begin() as tx:
        attempts.mark_mistaken(tx, *who, entry_id=entry)
    assert _clocks(office, case.id) == {OPENED: "met", "first_attempt": "met", REACHED: "running"}


def test_who_is_talked_with_was_reached(office: Office) -> None:
    case, bea = office.case(), office.member(BEA)
    who = (case.id, bea.id, office.now, office.desk.secrets.audit)
    with office.desk.database.begin() as tx:
        caseload.take(tx, *who)
        clocks.put(tx, case.id, REACHED, office.now + timedelta(days=5))
        attempts.log(tx, *who, at=office.now, route="phone", result="other", note=None)
        spoken = replace(NOTHING_KNOWN, is_reached=True)
        process.set_stage(tx, *who, stage=stages.Stage.INITIAL_DISCUSSION, facts=spoken)
    assert _clocks(office, case.id)[REACHED] == clocks.MET


async def test_when_the_person_says_that_contact_is_still_safe_it_is_asked_again_in_time(office: Office) -> None:
    case, bea = office.case(), office.member(BEA)
    with office.desk.database.begin() as tx:
        caseload.take(tx, case.id, bea.id, office.now, office.desk.secrets.audit)
        clocks.put(tx, case.id, PLAN, office.now - timedelta(days=1))
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    assert "Ask now whether contact is still safe" in page.text
    page = await page.press("They say it is still safe")
    assert "still safe. It will be asked again" in page.text
    assert "Asked: the ways to be in touch are still safe" in page.text
    due = next(row.due_at for row in office.rows(t.CLOCKS) if row.name == PLAN)
    assert datetime.fromtimestamp(due, UTC).date() == (office.now + timedelta(days=90)).date()


async def test_what_is_safe_for_a_while_counts_from_the_day_the_person_last_said_so(office: Office) -> None:
    case, bea = office.case(said={"safe_for": ("One week", ["one_week"])}), office.visit(BEA)
    page = await (await bea.open(f"/cases/{case.id}")).press("Take this case")
    with office.desk.database.begin() as tx:
        clocks.put(tx, case.id, PLAN, office.now)
    office.now += timedelta(days=9)
    page = await (await bea.sign_in(BEA)).browser.open(f"/cases/{case.id}")
    assert "Ask them first" in page.text
    for wrong in ("2026-12-04", "2026-11-01", "lately"):
        assert (await page.press("They say it is still safe", said_on=wrong)).status == 422
    page = await page.press("They say it is still safe", said_on="2026-12-02")
    assert "No safe time is in sight" not in page.text
    assert "2 December 2026" in page.text
    assert b"2026-12-02" not in next(row.note for row in office.rows(t.CASE_ENTRIES) if row.kind == "plan_renewed")


def test_what_is_withdrawn_has_no_clock_left_to_pass(office: Office) -> None:
    case = office.case()
    with office.desk.database.begin() as tx:
        clocks.put(tx, case.id, PLAN, office.now)
        cases.withdraw(tx, case.id, office.now.timestamp())
        assert clocks.run_out(tx, office.now + timedelta(days=400)) == ()
