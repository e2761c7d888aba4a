"""Taking, giving back and moving cases, with several at once and with fates met half-way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from policy.access import Role
from policy.escalation import EMAIL, Rung
from policy.stages import Stage
from storage import alerts, attempts, audit, case_lists, caseload, cases, clocks, process, staff, team
from storage.caseload import NoSuchCase, NotAllowed, Taken
from storage.database import Database
from storage.tables import ALERTS, AUDIT, CASE_ENTRIES, CASES, CLOCKS, STAFF
from tests.desk.cases import Made, make_case

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KEY = bytes(32)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with a team key and ten members of staff."""
    opened = Database(f"sqlite:///{tmp_path / 'cairn.db'}").open()
    with opened.begin() as tx:
        team.ensure(tx, NOW)
        for number in range(2, 11):
            staff.add_row(tx, f"Member {number}", [Role.COORDINATOR], NOW)
        tx.execute(update(STAFF).where(STAFF.c.id == 1).values(name="Member 1"))
    yield opened
    opened.close()


@pytest.fixture
def case(database: Database) -> Made:
    with database.begin() as tx:
        made = make_case(tx, NOW)
        alerts.write(tx, made.id, [Rung(0, EMAIL, NOW), Rung(1, EMAIL, NOW + timedelta(hours=1))])
    return made


def states(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(ALERTS.c.state).order_by(ALERTS.c.id)).scalars())


def test_of_ten_who_take_at_once_one_has_it_and_all_are_told_who(database: Database, case: Made) -> None:
    def take(staff_id: int) -> Taken:
        with database.begin() as tx:
            return caseload.take(tx, case.id, staff_id, NOW, KEY)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(take, range(1, 11)))
    assert [answer.first for answer in answers].count(True) == 1
    assert len({answer.by for answer in answers}) == 1
    with database.read() as tx:
        assert tx.execute(select(CASE_ENTRIES.c.kind)).scalars().all() == ["taken"]
        assert tx.execute(select(AUDIT.c.action)).scalars().all() == ["taken"]
        assert audit.verify(tx, KEY) == []


def test_taking_it_twice_oneself_changes_nothing(database: Database, case: Made) -> None:
    with database.begin() as tx:
        assert caseload.take(tx, case.id, 1, NOW, KEY) == Taken("Member 1", True)
        assert caseload.take(tx, case.id, 1, NOW + timedelta(hours=1), KEY) == Taken("Member 1", False)
        assert tx.execute(select(CLOCKS.c.at).where(CLOCKS.c.name == "opened")).scalar() == NOW.timestamp()


def test_a_take_that_fails_half_way_leaves_no_trace(database: Database, case: Made) -> None:
    with pytest.raises(RuntimeError), database.begin() as tx:
        caseload.take(tx, case.id, 1, NOW, KEY)
        raise RuntimeError
    with database.read() as tx:
        assert caseload.find(tx, case.id).assignee is None
        assert tx.execute(select(CASE_ENTRIES.c.id)).all() == []
        assert tx.execute(select(AUDIT.c.id)).all() == []
    assert states(database) == ["waiting", "waiting"]


def test_alerts_rest_while_somebody_has_it_and_go_on_when_it_is_given_back(database: Database, case: Made) -> None:
    with database.begin() as tx:
        caseload.take(tx, case.id, 1, NOW, KEY)
    assert states(database) == ["cancelled", "cancelled"]
    with database.begin() as tx:
        caseload.release(tx, case.id, 1, NOW, KEY)
    assert states(database) == ["waiting", "waiting"]


def test_a_withdrawn_case_that_is_put_away_wakes_no_alert(database: Database, case: Made) -> None:
    with database.begin() as tx:
        caseload.take(tx, case.id, 1, NOW, KEY)
        cases.withdraw(tx, case.id, NOW.timestamp())
        caseload.release(tx, case.id, 1, NOW, KEY)
        assert caseload.find(tx, case.id).stage is None
    assert states(database) == ["cancelled", "cancelled"]


@pytest.mark.parametrize("end", [cases.withdraw, cases.erase])
def test_nothing_is_done_with_a_case_its_person_has_ended(database: Database, case: Made, end) -> None:  # type: ignore[no-untyped-def]
    with database.begin() as tx:
        end(tx, case.id, NOW.timestamp())
        assert caseload.take(tx, case.id, 1, NOW, KEY) == Taken("", False)
        tx.execute(update(CASES).values(assignee=2))
        with pytest.raises(NotAllowed):
            caseload.take_over(tx, case.id, 1, NOW, KEY)
        with pytest.raises(NotAllowed):
            process.set_stage(tx, case.id, 2, NOW, KEY, stage=Stage.TRIAGE)
        with pytest.raises(NotAllowed):
            attempts.log(tx, case.id, 2, NOW, KEY, at=NOW, route="phone", result="reached", note=None)


def test_a_case_given_back_after_triage_keeps_its_stage(database: Database, case: Made) -> None:
    with database.begin() as tx:
        caseload.take(tx, case.id, 1, NOW, KEY)
        attempts.log(tx, case.id, 1, NOW, KEY, at=NOW, route="phone", result="no_answer", note=None)
        caseload.release(tx, case.id, 1, NOW, KEY)
        assert caseload.find(tx, case.id).stage is Stage.CONTACT_ATTEMPTS
        assert [line.reference for line in case_lists.of_member(tx, 1, 0.0)["waiting"].lines] == [case.reference]
        assert caseload.take(tx, case.id, 2, NOW, KEY).first
        assert caseload.find(tx, case.id).stage is Stage.CONTACT_ATTEMPTS


def test_a_promise_missed_and_then_met_late_keeps_both_times(database: Database, case: Made) -> None:
    late = NOW + timedelta(days=3)
    with database.begin() as tx:
        for clock in clocks.run_out(tx, late):
            clocks.miss(tx, clock, late)
        caseload.take(tx, case.id, 1, late, KEY)
        due_at, state, at = case_lists.clocks(tx, case.id)["opened"]
    assert (state, at) == ("met", late.timestamp())
    assert due_at < late.timestamp()


@pytest.mark.parametrize(("route", "result"), [("pigeon", "reached"), ("phone", "well")])
def test_a_try_needs_a_route_and_a_result_there_is(database: Database, case: Made, route: str, result: str) -> None:
    with database.begin() as tx:
        caseload.take(tx, case.id, 1, NOW, KEY)
        with pytest.raises(ValueError, match="one of the routes"):
            attempts.log(tx, case.id, 1, NOW, KEY, at=NOW, route=route, result=result, note=None)


def test_a_case_that_is_none_is_said_to_be_none(database: Database) -> None:
    with database.begin() as tx:
        for deed in (caseload.take, caseload.take_over, caseload.release):
            with pytest.raises(NoSuchCase):
                deed(tx, "none", 1, NOW, KEY)


def test_counts_are_whole_although_a_list_is_cut(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_lists, "MOST_SHOWN", 3)
    with database.begin() as tx:
        for number in range(5):
            make_case(tx, NOW, f"CASE{number}", opened_in=timedelta(hours=number - 1))
        listed = case_lists.of_member(tx, 1, NOW.timestamp() + 1)
    waiting = listed.pop("waiting")
    assert (len(waiting.lines), waiting.number, waiting.late) == (3, 5, 2)
    assert set(listed.values()) == {case_lists.Listed()}


def test_the_printed_form_of_a_case_and_an_entry_holds_no_sealed_bytes(database: Database, case: Made) -> None:
    with database.begin() as tx:
        caseload.enter(tx, case.id, 1, NOW, "attempt", route="phone", result="reached", note=b"canary-note")
        found, entries = caseload.find(tx, case.id), case_lists.entries(tx, case.id)
    assert "canary" not in repr(entries)
    assert repr(found.document) not in repr(found) and repr(found.case_key) not in repr(found)
