"""What falls due over all cases, late tasks, answers to alerts and digests are the same rows on both databases."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from policy.access import Role
from policy.escalation import ladder
from policy.promises import Promise
from storage import alert_answers, alerts, clocks, digests, due, staff, tasks
from storage.database import Database
from storage.tables import CASES
from tests.desk.telling import WORKING_TIME

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url).open()
    yield opened
    opened.close()


def test_all_of_it_works_on_both(database: Database) -> None:
    case_id, promise = secrets.token_hex(16), Promise(NOW + timedelta(hours=7), NOW + timedelta(days=2))
    row = {"id": case_id, "reference": "K7M2", "day": NOW.date(), "stage": "received", "priority": 3}
    with database.begin() as tx:
        tx.execute(CASES.insert().values(**row, case_key=b"sealed", document=b"sealed"))
        alerts.write(tx, case_id, ladder(NOW, promise, WORKING_TIME, True, True, True))
        clocks.write(tx, case_id, promise)
        ann = staff.add_row(tx, "Ann Example", [Role.COORDINATOR], NOW)
        assert alert_answers.note(tx, case_id, ann, alert_answers.NOT_ME, NOW)
        assert not alert_answers.note(tx, case_id, ann, alert_answers.NOT_ME, NOW)
        assert alert_answers.pass_on(tx, case_id, NOW)
        assert alert_answers.tell_again(tx, case_id, NOW + timedelta(hours=1), NOW) == NOW + timedelta(hours=1)
        tasks.put(tx, case_id, "tell_support", NOW - timedelta(hours=1), NOW)
        [late] = tasks.run_out(tx, NOW)
        assert tasks.be_late(tx, late, NOW) and not tasks.be_late(tx, late, NOW)
        alerts.write_missed(tx, case_id, late.kind, NOW)
        [told] = alerts.due(tx, NOW, ["manager"])
        assert told.is_late and told.answer_by == (NOW - timedelta(hours=1)).timestamp()
        assert due.count(tx, NOW.timestamp(), (NOW + timedelta(hours=14)).timestamp()) == due.Numbers(1, 1, 1, 1)
        assert [each.reference for each in due.until(tx, NOW.timestamp() + 1, ann)] == ["K7M2"]
        digests.lay_out(tx, NOW.date(), ["email"], NOW)
        [one] = digests.due(tx, NOW)
        assert digests.claim(tx, one, NOW, 30) and not digests.claim(tx, one, NOW, 30)
