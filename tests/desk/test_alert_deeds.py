"""What staff answer to an alert: not me, later, who has it, what is due today; and nothing by whoever is not linked."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from desk.alerts.alert_deeds import AlertDeeds
from desk.alerts.alert_words import AlertWords
from desk.alerts.pace import IN_A_MINUTE
from policy.access import Role
from storage import caseload, clocks, due, staff, tasks
from storage.staff import Member
from tests.desk.telling import SECRETS, WORKING_TIME, Service, open_service
from tests.desk.test_staff_bot import _linked, _posted

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path) as opened:
        yield opened


def _member(service: Service, name: str, role: Role = Role.COORDINATOR) -> Member:
    with service.desk.database.begin() as tx:
        found = staff.by_id(tx, staff.add_row(tx, name, [role], service.clock()))
    assert found is not None
    return found


def _do(service: Service, verb: str, member: Member, case_id: str, reference: str = "K7M2") -> str:
    words = AlertWords(service.desk.words, service.desk.settings.desk_url)
    deeds = AlertDeeds(SECRETS, words, WORKING_TIME, service.clock)
    with service.desk.database.begin() as tx:
        return deeds.do(tx, verb, member, case_id, reference)


def _today(service: Service, member: Member, *, everybodys: bool = False) -> str:
    words = AlertWords(service.desk.words, service.desk.settings.desk_url)
    with service.desk.database.begin() as tx:
        return AlertDeeds(SECRETS, words, WORKING_TIME, service.clock).today(tx, member, everybodys=everybodys)


async def test_not_me_tells_the_next_ones_now_and_leaves_the_case_waiting(service: Service) -> None:
    case_id, ann = service.hand_over("K7M2"), _member(service, "Ann Example")
    await service.sweep.sweep_once()
    assert len(service.post.letters) == 1
    assert _do(service, "not_me", ann, case_id).startswith("K7M2: the next ones are told at 10:00 on Monday")
    await service.sweep.sweep_once()
    assert len(service.post.letters) == 2
    assert service.assignee(case_id) is None
    assert service.clock_states(case_id)["opened"] == "running"


async def test_one_person_passes_a_case_on_once_and_a_second_person_may_too(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann, ben = _member(service, "Ann Example"), _member(service, "Ben Example")
    await service.sweep.sweep_once()
    _do(service, "not_me", ann, case_id)
    assert "already" in _do(service, "not_me", ann, case_id)
    await service.sweep.sweep_once()
    assert len(service.post.letters) == 2
    _do(service, "not_me", ben, case_id)
    await service.sweep.sweep_once()
    assert (len(service.cards), len(service.post.letters)) == (2, 3)


async def test_at_night_not_me_gets_nobody_out_of_bed(service: Service) -> None:
    case_id, ann = service.hand_over("K7M2"), _member(service, "Ann Example")
    await service.sweep.sweep_once()
    service.clock.advance(hours=3.5)  # told, and not yet the second time
    service.clock.advance(hours=9.5)  # 23:00
    await service.sweep.sweep_once()
    told = len(service.post.letters)
    assert "at 09:00 on Tuesday" in _do(service, "not_me", ann, case_id)
    await service.sweep.sweep_once()
    assert len(service.post.letters) == told
    service.clock.advance(hours=10)
    await service.sweep.sweep_once()
    assert len(service.post.letters) > told


async def test_when_everybody_was_told_that_is_said(service: Service) -> None:
    case_id, ann = service.hand_over("K7M2"), _member(service, "Ann Example")
    service.clock.advance(hours=30)
    await service.sweep.sweep_once()
    await service.sweep.sweep_once()
    assert "everybody has been told" in _do(service, "not_me", ann, case_id)


async def test_a_snoozed_case_is_told_in_the_chat_an_hour_later_and_elsewhere_as_before(service: Service) -> None:
    case_id, ann = service.hand_over("K7M2"), _member(service, "Ann Example")
    await service.sweep.sweep_once()
    assert "told again at 11:00 on Monday" in _do(service, "snooze", ann, case_id)
    service.clock.advance(minutes=59)
    await service.sweep.sweep_once()
    assert len(service.cards) == 1
    service.clock.advance(minutes=1)
    await service.sweep.sweep_once()
    assert len(service.cards) == 2 and "still waiting" in service.cards[1]
    service.clock.advance(hours=3)
    await service.sweep.sweep_once()
    assert len(service.post.letters) == 2


async def test_a_second_snooze_is_refused_kindly(service: Service) -> None:
    case_id, ann = service.hand_over("K7M2"), _member(service, "Ann Example")
    await service.sweep.sweep_once()
    _do(service, "snooze", ann, case_id)
    before = service.rows(case_id)
    assert "once, and have" in _do(service, "snooze", ann, case_id)
    assert service.rows(case_id) == before


async def test_nothing_is_snoozed_past_the_time_that_was_promised(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    ann, ben = _member(service, "Ann Example"), _member(service, "Ben Example")
    await service.sweep.sweep_once()
    service.clock.advance(days=1, hours=6.5)  # Tuesday 16:30, promised for 17:00
    await service.sweep.sweep_once()
    assert "at 17:00 on Tuesday" in _do(service, "snooze", ann, case_id)
    service.clock.advance(hours=1)
    assert "can't be snoozed" in _do(service, "snooze", ben, case_id)


async def test_who_has_it_is_told_and_a_case_somebody_has_can_be_neither_passed_on_nor_snoozed(
    service: Service,
) -> None:
    case_id = service.hand_over("K7M2")
    ann, ben = _member(service, "Ann Example"), _member(service, "Ben Example")
    assert _do(service, "who", ben, case_id) == "Nobody has K7M2 yet."
    assert _do(service, "take", ann, case_id) == "K7M2 is yours."
    for verb in ("who", "not_me", "snooze", "take"):
        assert _do(service, verb, ben, case_id) == "Ann Example has it."
        assert _do(service, verb, ann, case_id) == "K7M2 is yours."


@pytest.mark.parametrize("verb", ["take", "not_me", "snooze"])
async def test_who_may_not_take_a_case_answers_no_alert(service: Service, verb: str) -> None:
    case_id, fay = service.hand_over("K7M2"), _member(service, "Fay Example", Role.FACILITATOR)
    before = service.rows(case_id)
    assert "does not take cases" in _do(service, verb, fay, case_id)
    assert service.rows(case_id) == before


async def test_today_names_references_and_times_alone_late_ones_first(service: Service) -> None:
    ann = _member(service, "Ann Example")
    assert _today(service, ann) == "Nothing is due today."
    for reference in ("K7M2", "K7M3", "K7M4"):
        case_id = service.hand_over(reference)
        with service.desk.database.begin() as tx:
            if reference != "K7M4":
                caseload.take(tx, case_id, ann.id, service.clock(), SECRETS.audit)
            if reference == "K7M2":
                clocks.put(tx, case_id, "review", service.clock() + timedelta(hours=5))
            if reference == "K7M3":
                tasks.put(tx, case_id, "tell_support", service.clock() - timedelta(hours=1), service.clock())
    assert _today(service, ann).splitlines() == [
        "Due today:",
        "K7M3, late, was due 09:00 on Monday 23 November",
        "K7M2, 15:00 on Monday 23 November",
    ]


async def test_in_private_today_leaves_out_what_colleagues_have_and_in_the_chat_it_does_not(service: Service) -> None:
    ann, ben = _member(service, "Ann Example"), _member(service, "Ben Example")
    case_id = service.hand_over("K7M2")
    with service.desk.database.begin() as tx:
        caseload.take(tx, case_id, ann.id, service.clock(), SECRETS.audit)
        clocks.put(tx, case_id, "review", service.clock())
    assert _today(service, ben) == "Nothing is due today."
    assert "K7M2" in _today(service, ben, everybodys=True)
    assert "does not take" in _today(service, _member(service, "Aud Example", Role.AUDITOR))


async def test_every_line_of_today_is_a_case_once(service: Service) -> None:
    case_id = service.hand_over("K7M2")
    with service.desk.database.begin() as tx:
        clocks.put(tx, case_id, "review", service.clock())
        tasks.put(tx, case_id, "tell_support", service.clock(), service.clock())
        found = due.until(tx, (service.clock() + timedelta(days=9)).timestamp())
    assert [each.reference for each in found] == ["K7M2"]


async def test_the_buttons_and_their_words_do_it_for_a_linked_account_and_nothing_for_another(
    tmp_path: Path,
) -> None:
    async with open_service(tmp_path) as service:
        await service.sweep.start()
        ann, stranger = _linked(service, "Ann Example"), service.api.person(name="Nobody")
        service.chat.add_person(stranger)
        await _posted(service)
        card = service.chat.shown[0]
        answer = await (await ann.tap("Who has it", to=service.chat, on=card)).answered()
        assert answer["text"] == "Nobody has K7M2 yet."
        answer = await (await ann.tap("Snooze", to=service.chat, on=card)).answered()
        assert answer["text"].startswith("K7M2: this chat is told again at 11:00")
        for label in ("Not me", "Snooze", "Who has it"):
            answer = await (await stranger.tap(label, to=service.chat, on=card)).answered()
            assert "not linked" in answer["text"]
        await ann.say("not me", to=service.chat, reply_to=card.id)
        await service.chat.waits_until(lambda chat: "the next ones are told" in chat.last.text)
        await ann.say("Today", to=service.chat)
        await service.chat.waits_until(lambda chat: "Nothing is due today." in chat.last.text)
        await stranger.say("/today", to=service.chat)
        await service.chat.waits_until(lambda chat: "not linked" in chat.last.text)


async def test_no_more_is_said_in_a_minute_than_a_group_takes_and_alerts_go_before_edits(service: Service) -> None:
    ids = [service.hand_over(f"R{number:03}", has_email=False, has_manager=False) for number in range(30)]
    ann = _member(service, "Ann Example")
    await service.sweep_for(30, step=10)
    assert len(service.cards) == IN_A_MINUTE
    for case_id in ids[:5]:
        _do(service, "take", ann, case_id)
    await service.sweep_for(40, step=10)
    assert len(service.cards) == 30
    assert len(service.api.calls.of("editMessageText")) <= 2
    await service.sweep_for(60, step=10)
    assert len([text for text in service.cards if "taken by" in text]) == 5
    assert service.post.letters == []
