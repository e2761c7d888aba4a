"""Staff take cases in Telegram: by button or by word, from a linked account only, each update acted on once."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from desk.alerts.sweep import Sweep
from storage import caseload, staff_links
from storage.tables import ALERTS, CASE_ENTRIES, CASES, SEEN_UPDATES, SIGN_IN_ATTEMPTS, STAFF
from tests.botapi import Person
from tests.desk.telling import BUTTONS, SECRETS, TOKEN, Service, open_service, until

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_service(tmp_path) as opened:
        await opened.sweep.start()
        yield opened


@pytest.fixture
def ann(service: Service) -> Person:
    return _linked(service, "Ann Example")


@pytest.fixture
def ben(service: Service) -> Person:
    return _linked(service, "Ben Example")


def _linked(service: Service, name: str) -> Person:
    person = service.api.person(name=name)
    service.chat.add_person(person)
    service.coordinator(name, person)
    return person


def _name_of_taker(service: Service, case_id: str) -> str | None:
    with service.desk.database.read() as tx:
        return caseload.find(tx, case_id).assignee_name


async def _posted(service: Service, reference: str = "K7M2") -> str:
    case_id = service.hand_over(reference, has_email=False, has_manager=False)
    await until(lambda: "sent" in service.states(case_id).values())
    return case_id


async def test_pressing_take_gives_the_case_and_the_card_says_so(service: Service, ann: Person) -> None:
    case_id = await _posted(service)
    answer = await (await ann.tap("Take", to=service.chat)).answered()
    assert answer["text"] == "K7M2 is yours."
    assert _name_of_taker(service, case_id) == "Ann Example"
    await service.chat.waits_until(lambda chat: "taken by Ann Example" in chat.shown[0].text)
    assert service.chat.shown[0].labels == []


async def test_a_second_take_is_told_who_has_it(service: Service, ann: Person, ben: Person) -> None:
    case_id = await _posted(service)
    card = service.chat.shown[0]
    await (await ann.tap("Take", to=service.chat, on=card)).answered()
    answer = await (await ben.tap("Take", to=service.chat, on=card)).answered()
    assert answer["text"] == "Ann Example has it."
    assert _name_of_taker(service, case_id) == "Ann Example"


async def test_of_two_presses_at_once_one_wins(service: Service, ann: Person, ben: Person) -> None:
    case_id = await _posted(service)
    card = service.chat.shown[0]
    taps = [await person.tap("Take", to=service.chat, on=card) for person in (ann, ben, ann)]
    answers = [(await tap.answered())["text"] for tap in taps]
    assert answers == ["K7M2 is yours.", "Ann Example has it.", "K7M2 is yours."]
    with service.desk.database.read() as tx:
        assert len(tx.execute(select(CASE_ENTRIES).where(CASE_ENTRIES.c.case_id == case_id)).all()) == 1


async def test_an_account_that_is_not_linked_can_do_nothing(service: Service) -> None:
    case_id = await _posted(service)
    stranger = service.api.person(name="Nobody")
    service.chat.add_person(stranger)
    answer = await (await stranger.tap("Take", to=service.chat)).answered()
    assert "not linked" in answer["text"]
    await stranger.say("take", to=service.chat, reply_to=service.chat.shown[0].id)
    await service.chat.waits_until(lambda chat: "not linked" in chat.last.text)
    assert _name_of_taker(service, case_id) is None


@pytest.mark.parametrize("typed", ["take", "TAKE!", " Take ", "/take", "/take@made_up_1001_bot"])
async def test_take_can_be_typed_as_a_reply_to_the_card(service: Service, ann: Person, typed: str) -> None:
    case_id = await _posted(service)
    await ann.say(typed, to=service.chat, reply_to=service.chat.shown[0].id)
    await service.chat.waits_until(lambda chat: chat.last.text == "K7M2 is yours.")
    assert _name_of_taker(service, case_id) == "Ann Example"


async def test_take_can_be_typed_as_a_reply_to_a_reminder(service: Service, ann: Person) -> None:
    case_id = await _posted(service)
    service.clock.advance(hours=4)
    await until(lambda: service.states(case_id)[1, "staff_chat"] == "sent")
    await ann.say("take", to=service.chat, reply_to=service.chat.last.id)
    await service.chat.waits_until(lambda chat: chat.last.text == "K7M2 is yours.")
    assert _name_of_taker(service, case_id) == "Ann Example"


async def test_take_can_be_typed_on_a_card_whose_sending_was_never_noted(service: Service, ann: Person) -> None:
    case_id = await _posted(service)
    with service.desk.database.begin() as tx:
        tx.execute(ALERTS.update().values(message_id=None, card=None))
    await ann.say("take", to=service.chat, reply_to=service.chat.shown[0].id)
    await service.chat.waits_until(lambda chat: chat.last.text == "K7M2 is yours.")
    assert _name_of_taker(service, case_id) == "Ann Example"


async def test_take_typed_without_a_card_is_told_how(service: Service, ann: Person) -> None:
    case_id = await _posted(service)
    await ann.say("take", to=service.chat)
    await service.chat.waits_until(lambda chat: "reply to the message" in chat.last.text)
    assert _name_of_taker(service, case_id) is None


async def test_the_card_of_an_erased_case_gives_nothing(service: Service, ann: Person) -> None:
    case_id = await _posted(service)
    with service.desk.database.begin() as tx:
        tx.execute(CASES.update().where(CASES.c.id == case_id).values(case_key=None, document=None))
    answer = await (await ann.tap("Take", to=service.chat)).answered()
    assert "no longer waiting" in answer["text"]


async def test_other_talk_is_ignored_and_not_stored(
    service: Service, ann: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    case_id = await _posted(service)
    before = len(service.chat.acts)
    await ann.say("I will take this one to lunch", to=service.chat)
    await ann.send("photo", to=service.chat)
    await (await ann.tap("Take", to=service.chat)).answered()
    await service.chat.waits_until(lambda chat: len(chat.acts) > before)
    assert [message.edited for message in service.chat.acts[before:]] == [True]
    folder = service.desk.settings.data_dir
    stored = b"".join(file.read_bytes() for file in folder.iterdir())
    for trace in (b"lunch", str(ann.id).encode(), str(service.chat.id).encode()):
        assert trace not in stored
    for trace in ("lunch", str(ann.id), str(service.chat.id), TOKEN, "Ann Example", case_id):
        assert trace not in caplog.text


async def test_an_account_is_linked_by_the_code_from_the_desk_once(service: Service) -> None:
    staff_id = service.coordinator("Cat Example")
    with service.desk.database.begin() as tx:
        code = staff_links.make(tx, staff_id, staff_links.TELEGRAM, service.clock())
    cat, thief = (service.api.person(name=name, bot=TOKEN) for name in ("Cat", "Thief"))
    await cat.start()
    assert "/link" in (await cat.waits_for(1))[0].text
    await cat.say(f"/link {code.lower().replace('-', ' ')}")
    assert (await cat.waits_for(1))[0].text == "Linked to Cat Example."
    await thief.say(f"/link {code}")
    assert "not valid" in (await thief.waits_for(1))[0].text
    case_id = await _posted(service)
    service.chat.add_person(cat)
    await (await cat.tap("Take", to=service.chat)).answered()
    assert _name_of_taker(service, case_id) == "Cat Example"


async def test_guessing_codes_is_slowed_down_for_one_account_and_for_nobody_else(service: Service) -> None:
    staff_id = service.coordinator("Cat Example")
    with service.desk.database.begin() as tx:
        code = staff_links.make(tx, staff_id, staff_links.TELEGRAM, service.clock())
    cat, thief = (service.api.person(name=name, bot=TOKEN) for name in ("Cat", "Thief"))
    for person in (thief, cat):
        await person.start()
        await person.waits_for(1)
    for number in range(5):
        await thief.say(f"/link 2222-3333-4444-555{number + 2}")
        assert "not valid" in (await thief.waits_for(1))[0].text
    await thief.say(f"/link {code}")
    assert "too many tries" in (await thief.waits_for(1))[0].text
    with service.desk.database.read() as tx:
        assert tx.execute(select(STAFF.c.telegram)).scalars().all() == [None]
    service.clock.advance(seconds=29)
    await thief.say(f"/link {code}")
    assert "too many tries" in (await thief.waits_for(1))[0].text
    await cat.say(f"/link {code}")
    assert (await cat.waits_for(1))[0].text == "Linked to Cat Example."
    service.clock.advance(seconds=2)
    await thief.say(f"/link {code}")
    assert "not valid" in (await thief.waits_for(1))[0].text, "nobody is shut out for good"


async def test_a_right_code_forgets_the_wrong_ones(service: Service) -> None:
    staff_id = service.coordinator("Cat Example")
    with service.desk.database.begin() as tx:
        code = staff_links.make(tx, staff_id, staff_links.TELEGRAM, service.clock())
    cat = service.api.person(name="Cat", bot=TOKEN)
    await cat.start()
    await cat.waits_for(1)
    for typed in ("", "no", code):
        await cat.say(f"/link {typed}")
        await cat.waits_for(1)
    with service.desk.database.read() as tx:
        assert tx.execute(select(SIGN_IN_ATTEMPTS)).all() == []


async def test_a_code_is_not_read_in_the_group(service: Service) -> None:
    staff_id = service.coordinator("Cat Example")
    with service.desk.database.begin() as tx:
        code = staff_links.make(tx, staff_id, staff_links.TELEGRAM, service.clock())
    cat = service.api.person(name="Cat")
    service.chat.add_person(cat)
    await cat.say(f"/link {code}", to=service.chat)
    await cat.say("take", to=service.chat)
    await service.chat.waits_for(1)
    with service.desk.database.read() as tx:
        assert tx.execute(select(STAFF.c.telegram)).scalars().all() == [None]


async def test_a_press_that_comes_twice_counts_once(service: Service, ann: Person, ben: Person) -> None:
    case_id = await _posted(service)
    service.api.faults.add("redelivered", on="callback_query")
    await (await ann.tap("Take", to=service.chat)).answered()
    with service.desk.database.begin() as tx:
        owner = service.assignee(case_id)
        assert owner is not None
        caseload.release(tx, case_id, owner, service.clock(), SECRETS.audit)
    await ben.say("take", to=service.chat)  # a later update: by its answer the repeated one was met
    await service.chat.waits_until(lambda chat: "reply to the message" in chat.last.text)
    assert _name_of_taker(service, case_id) is None


async def test_an_update_nobody_can_read_holds_up_no_other(service: Service, ann: Person) -> None:
    case_id = await _posted(service)
    service.api.faults.add("poison", on="message")
    await ann.say("take", to=service.chat)
    await (await ann.tap("Take", to=service.chat)).answered()
    assert _name_of_taker(service, case_id) == "Ann Example"
    with service.desk.database.read() as tx:
        faults = tx.execute(select(SEEN_UPDATES.c.fault).order_by(SEEN_UPDATES.c.update_id)).scalars().all()
    assert faults[-2:] == ["UnreadableUpdate", None]


@pytest.mark.parametrize("fault", [{"kind": "broken"}, {"kind": "drop_before"}, {"kind": "refused", "code": 500}])
async def test_the_bot_outlives_a_telegram_that_fails(service: Service, ann: Person, fault: dict[str, str]) -> None:
    case_id = await _posted(service)
    service.api.faults.add(**fault, on="getUpdates", times=2)
    await (await ann.tap("Take", to=service.chat)).answered()
    assert _name_of_taker(service, case_id) == "Ann Example"


async def test_what_a_failed_commit_left_undone_is_done_at_the_next_fetch(
    service: Service, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await _posted(service)
    take, fails = caseload.take, iter([True, True])

    def fail_twice(*arguments: object) -> object:
        if next(fails, False):
            raise RuntimeError
        return take(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(caseload, "take", fail_twice)
    await (await ann.tap("Take", to=service.chat)).answered()
    assert _name_of_taker(service, case_id) == "Ann Example"


async def test_a_press_made_while_the_desk_was_down_is_done_when_it_is_back(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        ann = _linked(service, "Ann Example")
        case_id = service.hand_over("K7M2", has_email=False)
        await service.sweep.sweep_once()
        tap = await ann.tap("Take", to=service.chat)
        await service.sweep.start()
        await tap.answered()
        assert _name_of_taker(service, case_id) == "Ann Example"


async def test_a_wrong_token_is_told_and_the_desk_goes_on_by_e_mail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_service(tmp_path, staff_bot_token="1002:made-up-wrong-token") as service:
        await service.sweep.start()
        service.hand_over("K7M2", has_email=False)
        await until(lambda: bool(service.post.letters))
        assert "CAIRN_STAFF_BOT_TOKEN" in caplog.text
        assert "made-up" not in caplog.text
        assert caplog.text.count("refuses the staff bot's token") == 1


async def test_another_poller_is_told_of_and_outlived(
    service: Service, ann: Person, caplog: pytest.LogCaptureFixture
) -> None:
    case_id = await _posted(service)
    other = Sweep(service.desk)
    await other.start()
    await service.api.calls.waits_for("getUpdates", 2)
    await other.stop()
    await (await ann.tap("Take", to=service.chat)).answered()
    assert _name_of_taker(service, case_id) == "Ann Example"
    assert "Conflict" in caplog.text


async def test_the_bot_asks_for_exactly_what_it_reads(service: Service) -> None:
    await _posted(service)
    asked = service.api.calls.of("getUpdates")[0].parameters
    assert "message" in str(asked) and "chat_member" in str(asked) and "edited" not in str(asked)
    assert service.api.calls.unknown == []


async def test_a_bot_thrown_out_of_the_chat_says_so(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    bot = service.api.bot(TOKEN)
    service.chat.set_bot(bot, "kicked")
    await until(lambda: "removed from the staff chat" in caplog.text)
    service.hand_over("K7M2", has_email=False)
    await until(lambda: bool(service.post.letters))


async def test_the_card_links_to_the_desk_only_where_telegram_allows_it(tmp_path: Path) -> None:
    async with open_service(tmp_path, desk_url="https://desk.example.org") as service:
        case_id = service.hand_over("K7M2")
        await service.sweep.sweep_once()
        assert service.chat.shown[0].labels == ["Take", "Open the desk", *BUTTONS[1:]]
        assert f"https://desk.example.org/cases/{case_id}" in service.cards[0]


async def test_no_link_telegram_refuses_costs_an_alert(tmp_path: Path) -> None:
    async with open_service(tmp_path, desk_url="https://desk") as service:
        service.api.faults.add("refused", on="sendMessage", code=400, description="Bad Request: Wrong HTTP URL")
        service.hand_over("K7M2")
        await service.sweep.sweep_once()
        assert service.chat.shown[0].labels == BUTTONS


async def test_previews_are_off_and_nothing_is_protected(service: Service) -> None:
    await _posted(service)
    sent = str(service.api.calls.of("sendMessage")[0].parameters)
    assert "link_preview_options" in sent and "protect_content" not in sent
