"""Coordinators are told of a case until somebody has it: in the chat, by e-mail, then a manager, whatever breaks."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from desk.alerts.sweep import Sweep
from storage import alerts, caseload
from tests.desk.telling import BUTTONS, COORDINATORS, MANAGERS, SECRETS, TOKEN, Service, open_service

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path) as opened:
        yield opened


class KilledError(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


async def test_a_new_case_is_told_in_the_chat_and_by_e_mail_at_once(service: Service) -> None:
    service.hand_over("K7M2", priority=1)
    await service.sweep.sweep_once()
    assert len(service.cards) == len(service.post.letters) == 1
    assert "K7M2" in service.cards[0] and service.cards[0].startswith("!")
    assert "17:00 on Tuesday 24 November" in service.cards[0]
    assert service.post.recipients == [[COORDINATORS]]


async def test_an_alert_links_to_the_case_and_bears_its_number(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    await service.sweep.sweep_once()
    for row, text in zip(
        service.rows(case_id), (service.post.letters[0].get_content(), service.cards[0]), strict=False
    ):
        assert f"http://127.0.0.1:8001/cases/{case_id}" in text
        assert f"Alert {row.id}." in text


async def test_nothing_is_sent_twice_when_all_goes_well(service: Service) -> None:
    service.hand_over("K7M2")
    for _ in range(3):
        await service.sweep.sweep_once()
    await service.sweep_for(120, step=20)
    assert len(service.cards) == len(service.post.letters) == 1


async def test_the_most_pressing_case_is_told_first(service: Service) -> None:
    for reference, priority in (("ROUT", 3), ("URGE", 1), ("PRIO", 2)):
        service.hand_over(reference, priority)
    await service.sweep.sweep_once()
    assert [reference for text in service.cards for reference in ("ROUT", "URGE", "PRIO") if reference in text] == [
        "URGE",
        "PRIO",
        "ROUT",
    ]


async def test_a_case_nobody_takes_goes_another_way_then_everywhere_then_to_a_manager(service: Service) -> None:
    service.hand_over("K7M2")  # Monday 10:00, promised for Tuesday 17:00: 15 working hours
    await service.sweep.sweep_once()
    service.clock.advance(hours=4)
    await service.sweep.sweep_once()
    assert (len(service.cards), len(service.post.letters)) == (1, 2)
    service.clock.advance(hours=20)
    await service.sweep.sweep_once()
    assert (len(service.cards), len(service.post.letters)) == (2, 3)
    service.clock.advance(hours=6)
    await service.sweep.sweep_once()
    assert (len(service.cards), len(service.post.letters)) == (2, 4)
    assert service.post.recipients[-1] == [MANAGERS]
    assert "nobody has taken it" in service.post.letters[-1].get_content()


async def test_a_reminder_answers_to_the_card(service: Service) -> None:
    service.hand_over("K7M2", has_email=False)
    await service.sweep.sweep_once()
    service.clock.advance(hours=4)
    await service.sweep.sweep_once()
    card, reminder = service.chat.shown
    assert reminder.body["reply_to_message"]["message_id"] == card.id
    assert "still waiting" in reminder.text
    assert card.labels == BUTTONS and reminder.labels == []


async def test_after_an_outage_nobody_is_told_the_same_thing_three_times(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    service.clock.advance(hours=30)
    await service.sweep.sweep_once()
    await service.sweep.sweep_once()
    assert len(service.cards) == 1
    assert [to for [to] in service.post.recipients] in ([COORDINATORS, MANAGERS], [MANAGERS, COORDINATORS])
    assert service.states(case_id)[0, "staff_chat"] == "cancelled"


async def test_the_alert_of_a_taken_case_is_never_sent(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann = service.coordinator("Ann Example")
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep_for(24 * 3600, step=3600)
    assert service.cards == [] and service.post.letters == []


async def test_a_case_taken_while_its_alert_was_picked_up_is_not_told(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann = service.coordinator("Ann Example")
    with service.desk.database.begin() as tx:
        [alert] = alerts.due(tx, service.clock(), ("staff_chat",))
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
        assert not alerts.claim(tx, alert, service.clock(), 30)


async def test_a_case_given_back_is_told_of_again_and_its_card_can_be_taken(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann = service.coordinator("Ann Example")
    await service.sweep.sweep_once()
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep.sweep_once()
    assert "taken by Ann Example" in service.cards[0]
    with service.desk.database.begin() as tx:
        caseload.release(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep.sweep_once()
    card, reminder = service.chat.shown
    assert "K7M2 is waiting" in card.text and card.labels == BUTTONS
    assert "still waiting" in reminder.text
    assert len(service.post.letters) == 2
    service.clock.advance(hours=24)
    await service.sweep.sweep_once()
    assert len(service.cards) == 3


async def test_a_card_taken_at_the_desk_is_edited_in_place(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann = service.coordinator("Ann Example")
    await service.sweep.sweep_once()
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep.sweep_once()
    await service.sweep.sweep_once()
    assert [message.labels for message in service.chat.shown] == [[]]
    assert "K7M2: taken by Ann Example" in service.cards[0]
    assert len(service.api.calls.of("editMessageText")) == 1


async def test_a_card_that_was_deleted_is_not_edited_for_ever(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann = service.coordinator("Ann Example")
    await service.sweep.sweep_once()
    service.chat.remove(service.chat.shown[0].id)
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep_for(600, step=60)
    assert len(service.api.calls.of("editMessageText")) == 1


async def test_a_sender_killed_between_send_and_mark_sends_at_most_one_more_copy(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.hand_over("K7M2", has_email=False)

    def die(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as killed:
        killed.setattr(alerts, "mark_sent", die)
        with pytest.raises(KilledError):
            await service.sweep.sweep_once()
    assert len(service.cards) == 1
    await service.sweep_for(120, step=5)
    assert len(service.cards) == 2
    assert service.cards[0] == service.cards[1]


async def test_forty_alerts_all_arrive_through_a_storm_of_429(service: Service) -> None:
    service.api.faults.add("flood", on="sendMessage", times=25, retry_after=3)
    references = {f"R{number:03}" for number in range(40)}
    for reference in sorted(references):
        service.hand_over(reference, has_email=False, has_manager=False)
    await service.sweep_for(180)
    assert len(service.cards) == 40
    assert {text.split()[0] for text in service.cards} == references
    assert service.post.letters == []


async def test_nothing_is_sent_before_the_time_telegram_asked_for(service: Service) -> None:
    service.api.faults.add("flood", on="sendMessage", times=1, retry_after=30)
    service.hand_over("K7M2")
    service.hand_over("K7M3")
    await service.sweep_for(28)
    assert len(service.api.calls.of("sendMessage")) == 1
    await service.sweep_for(4)
    assert len(service.cards) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "broken"},
        {"kind": "drop_before"},
        {"kind": "forbidden", "description": "Forbidden: bot was kicked from the supergroup chat"},
        {"kind": "refused", "code": 400, "description": "Bad Request: chat not found"},
    ],
)
async def test_a_dead_chat_sends_the_alert_by_e_mail(service: Service, fault: dict[str, str]) -> None:
    service.api.faults.add(**fault, on="sendMessage", times=1000)
    case_id = service.hand_over("K7M2", has_email=False, has_manager=False)
    await service.sweep_for(60)
    assert [letter["Subject"] for letter in service.post.letters] == ["Desk: K7M2"]
    assert service.states(case_id)[0, "staff_chat"] == "parked"


async def test_a_dead_mail_server_sends_the_alert_to_the_chat(service: Service) -> None:
    await service.post.stop()
    case_id = service.hand_over("K7M2")
    service.clock.advance(hours=30)  # e-mail and manager
    await service.sweep_for(60)
    assert service.states(case_id)[3, "manager"] == "parked"
    assert service.states(case_id)[3, "staff_chat"] == "sent"


async def test_while_both_ways_are_dead_both_are_tried_on_until_one_lives(service: Service) -> None:
    await service.post.stop()
    storm = service.api.faults.add("broken", on="sendMessage", times=100000)
    service.hand_over("K7M2")
    await service.sweep_for(3600, step=5)
    tried = storm.struck
    assert service.cards == []
    assert tried < 40  # not a storm of our own
    service.api.faults.clear()
    await service.sweep_for(600, step=5)
    assert len(service.cards) >= 1


async def test_with_the_chat_alone_a_dead_chat_is_tried_until_it_lives(tmp_path: Path) -> None:
    async with open_service(tmp_path, with_mail=False) as service:
        service.api.faults.add("broken", on="sendMessage", times=8)
        service.hand_over("K7M2", has_email=False, has_manager=False)
        await service.sweep_for(1200, step=5)
        assert len(service.cards) == 1


async def test_without_e_mail_the_managers_alert_comes_in_the_chat(tmp_path: Path) -> None:
    async with open_service(tmp_path, with_mail=False) as service:
        service.hand_over("K7M2")
        service.clock.advance(hours=30)
        await service.sweep.sweep_once()
        assert any("nobody has taken it" in text for text in service.cards)


async def test_without_a_chat_all_goes_by_e_mail(tmp_path: Path) -> None:
    async with open_service(tmp_path, with_chat=False) as service:
        service.hand_over("K7M2")
        await service.sweep.sweep_once()
        assert service.api.calls.count == 0
        assert len(service.post.letters) >= 1


async def test_a_group_that_became_a_supergroup_is_followed(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    moved = service.chat.upgrade()
    service.hand_over("K7M2")
    service.hand_over("K7M3")
    await service.sweep.sweep_once()
    assert len(moved.shown) == 2
    assert "CAIRN_STAFF_CHAT_ID" in caplog.text
    assert str(moved.id) not in caplog.text


async def test_a_silent_mail_server_does_not_hold_up_the_chat(service: Service) -> None:
    service.post.may_speak.clear()
    await service.sweep.start()
    service.hand_over("K7M2")
    await service.post.called.wait()
    service.hand_over("K7M3")
    await service.chat.waits_for(2, timeout=2)
    service.post.may_speak.set()


async def test_a_hung_send_is_given_up_and_comes_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.alerts.lane.SEND_SECONDS", 0.2)
    service.api.faults.add("hang", on="sendMessage", times=1)
    service.hand_over("K7M2", has_email=False)
    await service.sweep_for(10)
    assert len(service.cards) == 1


async def test_a_missed_promise_is_marked_once_and_told_to_the_manager_once(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    await service.sweep_for(34 * 3600, step=1800)
    assert service.clock_states(case_id)["opened"] == "missed"
    missed = [text for text in (letter.get_content() for letter in service.post.letters) if "has passed" in text]
    assert len(missed) == 1 and "17:00 on Tuesday 24 November" in missed[0]


async def test_a_missed_first_attempt_is_told_although_somebody_has_the_case(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann = service.coordinator("Ann Example")
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep_for(4 * 24 * 3600, step=7200)
    [letter] = service.post.letters
    assert "17:00 on Wednesday 25 November" in letter.get_content()
    assert service.clock_states(case_id) == {"opened": "met", "first_attempt": "missed"}


async def test_two_sweeps_at_once_send_one_alert(service: Service) -> None:
    second = Sweep(service.desk)
    for number in range(10):
        service.hand_over(f"R{number:03}", has_email=False, has_manager=False)
    await asyncio.gather(service.sweep.sweep_once(), second.sweep_once())
    await second.stop()
    assert len(service.cards) == 10


async def test_an_alert_is_on_the_wire_within_a_second_of_its_commit(service: Service) -> None:
    await service.sweep.start()
    delays = []
    for number in range(12):
        service.hand_over(f"R{number:03}", has_email=False, has_manager=False)
        committed = time.monotonic()
        await service.chat.waits_for(1)
        delays.append(time.monotonic() - committed)
    assert max(delays) < 1


@pytest.mark.parametrize("fault", ["broken", "drop_after", "forbidden", "hang"])
async def test_no_log_line_holds_a_token_a_chat_id_or_an_address(
    service: Service, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("desk.alerts.lane.SEND_SECONDS", 0.2)
    caplog.set_level(logging.DEBUG)
    service.api.faults.add(fault, on="sendMessage", times=5)
    service.post.refuses = f"550 no such mailbox {COORDINATORS}"
    case_id = service.hand_over("K7M2")
    await service.sweep_for(20)
    assert "was not sent" in caplog.text
    for secret in (TOKEN, TOKEN.partition(":")[2], str(service.chat.id), COORDINATORS, case_id, "made-up"):
        assert secret not in caplog.text


async def test_a_case_given_back_after_its_last_alert_is_still_told_of(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann = service.coordinator("Ann Example")
    for hours in (4, 20, 6):
        await service.sweep.sweep_once()
        service.clock.advance(hours=hours)
    await service.sweep.sweep_once()
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep.sweep_once()
    shown, letters = len(service.cards), len(service.post.letters)
    with service.desk.database.begin() as tx:
        caseload.release(tx, case_id, ann, service.clock(), SECRETS.audit)
    await service.sweep.sweep_once()
    assert (len(service.cards), len(service.post.letters)) == (shown + 1, letters + 1)


async def test_a_database_that_fails_is_told_once_and_outlived(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    due, failures = alerts.due, iter(range(6))

    def fail_at_first(*arguments: object) -> object:
        if next(failures, None) is not None:
            raise RuntimeError(TOKEN)
        return due(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(alerts, "due", fail_at_first)
    service.hand_over("K7M2")
    await service.sweep.start()
    await service.chat.waits_for(1)
    assert 1 <= caplog.text.count("RuntimeError") <= 2
    assert TOKEN not in caplog.text
