"""When a head of the audit goes off the machine: soon after something was written, now and then when nothing was."""

from datetime import UTC, datetime, timedelta

from policy.audit_heads import GATHERED, PROMISED, SIGN_OF_LIFE, goes_off

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
JUST_SENT = (NOW - timedelta(minutes=1)).timestamp()
A_MOMENT = timedelta(seconds=1)


def ago(time: timedelta) -> float:
    return (NOW - time).timestamp()


def test_the_first_goes_at_once_and_none_before_anything_was_written() -> None:
    assert goes_off(NOW, NOW.timestamp(), None)
    assert not goes_off(NOW, None, None)


def test_rows_gather_and_leave_five_minutes_for_a_way_that_has_to_be_tried_again() -> None:
    assert goes_off(NOW, ago(GATHERED), JUST_SENT)
    assert not goes_off(NOW, ago(GATHERED - A_MOMENT), JUST_SENT)
    assert timedelta(minutes=5) <= PROMISED - GATHERED


def test_where_nothing_is_written_one_goes_each_hour() -> None:
    assert goes_off(NOW, None, ago(SIGN_OF_LIFE))
    assert not goes_off(NOW, None, ago(SIGN_OF_LIFE - A_MOMENT))
