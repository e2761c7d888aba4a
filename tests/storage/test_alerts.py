"""Rows of alerts and clocks: written with the case, claimed by one, never lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from policy import deadlines
from policy.escalation import Rung
from policy.promises import Promise
from storage import alerts, clocks
from storage.database import Database
from storage.tables import ALERTS, CASES, CLOCKS

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CASE = "c" * 32
EVERY_CHANNEL = ("staff_chat", "email", "manager")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'cairn.db'}").open()
    with opened.begin() as tx:
        row = {"id": CASE, "reference": "K7M2", "day": date(2026, 11, 23), "stage": "received", "priority": 3}
        tx.execute(CASES.insert().values(**row, case_key=b"sealed"))
    yield opened
    opened.close()


def _rung(level: int = 0, channel: str = "staff_chat", minutes: float = 0) -> Rung:
    return Rung(level, channel, NOW + timedelta(minutes=minutes))


def _states(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(ALERTS.c.state).order_by(ALERTS.c.id)).scalars())


def test_an_alert_is_due_from_its_time_on_and_not_before(database: Database) -> None:
    with database.begin() as tx:
        alerts.write(tx, CASE, [_rung(minutes=5)])
        assert alerts.due(tx, NOW + timedelta(minutes=4, seconds=59), EVERY_CHANNEL) == ()
        assert len(alerts.due(tx, NOW + timedelta(minutes=5), EVERY_CHANNEL)) == 1


def test_a_case_without_any_channel_has_no_alerts(database: Database) -> None:
    with database.begin() as tx:
        alerts.write(tx, CASE, [])
    assert _states(database) == []


def test_the_same_rung_is_never_written_twice(database: Database) -> None:
    with pytest.raises(IntegrityError), database.begin() as tx:
        alerts.write(tx, CASE, [_rung(), _rung()])
    assert _states(database) == []


def test_of_two_who_saw_an_alert_one_may_send_it(database: Database) -> None:
    with database.begin() as tx:
        alerts.write(tx, CASE, [_rung()])
    with database.begin() as tx:
        [alert] = alerts.due(tx, NOW, EVERY_CHANNEL)
        assert alerts.claim(tx, alert, NOW, 30)
    with database.begin() as tx:
        assert not alerts.claim(tx, alert, NOW, 30)


def test_a_claim_that_came_to_nothing_falls_due_again_when_its_lease_is_over(database: Database) -> None:
    with database.begin() as tx:
        alerts.write(tx, CASE, [_rung()])
        [alert] = alerts.due(tx, NOW, EVERY_CHANNEL)
        alerts.claim(tx, alert, NOW, 30)
        assert alerts.due(tx, NOW + timedelta(seconds=29), EVERY_CHANNEL) == ()
        assert len(alerts.due(tx, NOW + timedelta(seconds=30), EVERY_CHANNEL)) == 1


def test_patience_is_no_try_and_a_failure_is_one(database: Database) -> None:
    later = NOW + timedelta(seconds=9)
    with database.begin() as tx:
        alerts.write(tx, CASE, [_rung()])
        [alert] = alerts.due(tx, NOW, EVERY_CHANNEL)
        alerts.put_off(tx, alert.id, later.timestamp(), failed=False)
        assert alerts.due(tx, later, EVERY_CHANNEL)[0].tries == 0
        alerts.put_off(tx, alert.id, later.timestamp(), failed=True)
        assert alerts.due(tx, later, EVERY_CHANNEL)[0].tries == 1


def test_an_erased_case_is_told_to_nobody(database: Database) -> None:
    with database.begin() as tx:
        alerts.write(tx, CASE, [_rung()])
        tx.execute(CASES.update().values(case_key=None))
        assert alerts.due(tx, NOW, EVERY_CHANNEL) == ()


def test_an_alert_goes_out_even_if_its_clock_is_missing(database: Database) -> None:
    with database.begin() as tx:
        alerts.write(tx, CASE, [_rung()])
        assert len(alerts.due(tx, NOW, EVERY_CHANNEL)) == 1
        assert tx.execute(select(CLOCKS)).all() == []


def test_a_promise_kept_in_time_is_never_missed(database: Database) -> None:
    promise = Promise(opened_by=NOW + timedelta(hours=1), contact_by=NOW + timedelta(hours=2))
    with database.begin() as tx:
        clocks.write(tx, CASE, promise)
        assert clocks.meet(tx, CASE, deadlines.OPENED, NOW)
        out = clocks.run_out(tx, NOW + timedelta(hours=3))
        assert [clock.name for clock in out] == [deadlines.FIRST_ATTEMPT]
        assert clocks.miss(tx, out[0], NOW)
        assert not clocks.miss(tx, out[0], NOW)
        assert not clocks.meet(tx, CASE, deadlines.FIRST_ATTEMPT, NOW)
