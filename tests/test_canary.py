"""Nobody's words, name, number, code, chat id, password or token is to be found anywhere but where it belongs.

One long day at the service, over its real edges: people write on Telegram and on the web, coordinators work at the desk
and in their chat, mail goes out, and much goes wrong. Then everything that was written anywhere is searched.
"""

import asyncio
import base64
import contextlib
import io
import logging
import sqlite3
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import pytest_asyncio
import structlog
from sqlalchemy import event, text

from bot.channels.telegram import TelegramChannel
from bot.channels.web import create_app
from bot.engine import Engine
from bot.flows import FLOWS
from bot.housekeeping import tidy
from bot.intake import Intake
from bot.messages import Inbound, Reply
from bot.posting.letters import Outgoing
from cairn import logs
from desk.alerts.sweep import Sweep
from storage import team
from storage.database import Database
from storage.secrets import DESK_FILE, INTAKE_FILE, load_intake
from storage.tables import CASES
from tests import canary_desk
from tests.botapi import BotApi, Person
from tests.canary import Canaries, forms, search
from tests.channels.visits import Visitor
from tests.desk.office import Browser, Office
from tests.desk.telling import PostOffice, until
from tests.somebody import TO_THE_READ_BACK, code_in
from tests.stage import service

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")

BOT_TOKEN = "1001:quetzal-made-up-intake-token"
STAFF_TOKEN = "1002:quetzal-made-up-staff-token-"
POISON = "Quetzal Poison: a sentence no engine can bear"
SAID: dict[str, str] = {
    "name": "Quetzal Ængström",
    "worry": "Quetzal worries: that it takes long & is loud",
    "never at": "Quetzal: never on the first Monday",
    "code word": "Quetzalnest",
    "email": "quetzal.person@example.org",
    "message": "Quetzal would like: a text, no call",
    "web name": "Webquetzal Ængström",
    "poison": POISON,
    "password": "four quetzals and a half",
    "wrong password": "five quetzals and a half",
    "reason": "Quetzal reason: her sister asked for it",
    "note": "Quetzal note: spoke with a colleague of hers",
    "group talk": "Quetzal chatter among colleagues",
    "mail password": "quetzal-mail-password",
}
PHONE, PHONE_SHOWN = "07700 900781", "+44 7700 900781"
PHONE_AT_THE_DESK = "+44 7700 900782"
SAM, ALEX = 5_770_900_781, 5_770_900_782
FIRST_MESSAGE = 1_577_090_781
"""With which number the messages of the public bot begin: none that stands anywhere by chance."""
OURS = ("bot", "desk", "storage", "policy", "content", "cairn")


class BreakingEngine(Engine):
    """Breaks on one sentence, and says it."""

    def receive(self, at: Any, said: Any) -> Any:
        if said.typed == POISON:
            raise ValueError(said.typed)
        return super().receive(at, said)


@dataclass
class Day:
    """The whole service, and all that comes out of it."""

    folder: Path
    api: BotApi
    post: PostOffice
    office: Office
    intake: Intake
    log: io.StringIO
    canaries: Canaries = field(
        default_factory=lambda: {
            **SAID,
            **canary_desk.TYPED,
            "phone": PHONE,
            "phone as kept": PHONE_SHOWN,
            "phone at the desk": canary_desk.PHONE,
            "the same as kept": PHONE_AT_THE_DESK,
        }
    )
    seen: dict[str, bytes] = field(default_factory=dict)
    """What was shown or thrown, by where."""
    urls: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    """What browsers sent in forms, as a check that all that is searched for was typed."""

    def note(self, place: str, what: str) -> None:
        self.seen[place] = self.seen.get(place, b"") + what.encode("utf-8", "backslashreplace") + b"\n"

    def listen_to(self, client: Any) -> None:
        """Keep every address a browser asks for."""

        async def keep(request: Any) -> None:
            self.urls.append(str(request.url))
            self.urls.append(request.headers.get("referer", ""))
            self.posted.append(unquote_plus((await request.aread()).decode()))

        client.event_hooks["request"].append(keep)

    def places(self) -> dict[str, bytes]:
        """Everything there is to search, but each secret's own file."""
        files = {
            f"file {each.name}": each.read_bytes()
            for each in self.office.data_dir.rglob("*")
            if each.is_file() and each.name not in (INTAKE_FILE, DESK_FILE)
        }
        letters = b"\n".join(letter.as_bytes() for letter in self.post.letters)
        (chat,) = self.api.world.groups.values()
        alerts = "\n".join(f"{act.text} {act.markup}" for act in chat.acts)
        asked = "\n".join(self.urls)
        return {
            **files,
            **self.seen,
            "log": self.log.getvalue().encode(),
            "e-mail": letters,
            "alert": alerts.encode(),
            "address": asked.encode(),
        }


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that both sides log, as the commands have it set up, and our own loggers down to every detail."""
    written, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.filters[:], root.level, sys.excepthook, structlog.get_config()
    levels = {name: logging.getLogger(name).level for name in (*logs.TALKATIVE, *OURS)}
    with contextlib.redirect_stderr(written):
        logs.set_up()
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    root.handlers[:], root.filters[:], _level, sys.excepthook, _config = before
    root.setLevel(before[2])
    structlog.configure(**before[4])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest_asyncio.fixture
async def day(tmp_path: Path, log: io.StringIO) -> AsyncIterator[Day]:
    post = PostOffice()
    await post.start()
    async with BotApi(tokens=[BOT_TOKEN, STAFF_TOKEN]) as api:
        chat = api.group("Made-up team", bots=[api.bot(STAFF_TOKEN)])
        api.bot(BOT_TOKEN).last_private_id = FIRST_MESSAGE
        settings: dict[str, Any] = {
            "staff_bot_token": STAFF_TOKEN,
            "staff_chat_id": chat.id,
            "digest_at": "23:59",
            "bot_api_url": api.url,
            "smtp_url": f"smtp://127.0.0.1:{post.port}",
            "mail_from": "Desk <desk@example.org>",
            "alert_emails": "coordinators@example.org",
            "manager_emails": "managers@example.org",
            "sweep_seconds": 0.05,
        }
        office = Office(tmp_path / "data", **settings)
        database = Database(office.desk.settings.database).open()
        secrets = load_intake(office.data_dir)
        intake = Intake(database, secrets, BreakingEngine(FLOWS), service(messages_a_minute=1000))
        made = Day(tmp_path, api, post, office, intake, log)
        made.canaries |= {"intake bot token": BOT_TOKEN, "staff bot token": STAFF_TOKEN, "chat of the staff": -chat.id}
        made.canaries |= {
            "intake key": secrets.seal,
            "intake pepper": secrets.pepper,
            "Sam's chat": SAM,
            "Alex's": ALEX,
        }
        made.canaries |= {"desk pepper": office.desk.secrets.pepper, "audit key": office.desk.secrets.audit}
        made.listen_to(office.browser.client)
        sweep, channel = Sweep(office.desk), TelegramChannel(intake, BOT_TOKEN, api.url, now=lambda: office.now)
        await sweep.start()
        listening = asyncio.create_task(channel.run())
        try:
            yield made
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await sweep.stop()
            await post.stop()
            database.close()
            office.desk.database.close()


async def staff_come_in(day: Day) -> Browser:
    """The first member sets the desk up."""
    link = day.office.link()
    assert link is not None
    day.canaries["first link"] = link.rpartition("/")[2]
    page = await (await day.office.browser.open(link)).press("Go on", name="Ann Example", password=SAID["password"])
    key = page.soup.select_one(".code")
    assert key
    secret = key.get_text().replace(" ", "")
    day.canaries |= {"key of the app": secret, "bytes of the app's key": base64.b32decode(secret)}
    page = await page.browser.show_code(page)
    groups = [group.get_text(strip=True) for group in page.soup.select(".key li")]
    assert groups, "the recovery key is shown"
    await page.press("Finish", typed=groups[-1])
    day.urls.clear()  # the one address that carries a secret, once, is the link itself
    key = "-".join(groups)
    day.canaries["recovery key"] = key
    day.canaries["desk cookie"] = day.office.browser.client.cookies["desk"]
    with day.office.desk.database.read() as tx:
        day.canaries["team key"] = team.recover(tx, key)
    stranger = Browser(day.office)
    day.listen_to(stranger.client)
    assert (await stranger.sign_in("Ann Example", SAID["wrong password"])).status == 403
    return day.office.browser


async def says(person: Person, *steps: str) -> None:
    """Each of these: pressed where the newest message has a button so labelled, typed where not; then its answer."""
    for step in steps:
        chat = person.chat_in()
        before = len(chat.acts)
        found = chat.acts and chat.acts[-1].button(step)
        await (person.tap(step) if found else person.say(step))
        await chat.waits_until(lambda chat, n=before: len(chat.acts) > n and chat.acts[-1].buttons)  # type: ignore[misc]
        await chat.waits_until(lambda chat, s=step: chat.acts[-1].buttons and chat.acts[-1].text != s)  # type: ignore[misc]


async def a_whole_referral_on_telegram(day: Day) -> None:
    sam = day.api.person(SAM, "Sam Made-up")
    sam.bot = day.api.bot(BOT_TOKEN)
    await says(sam, "/start")
    await sam.chat_in().waits_until(lambda chat: len(chat.acts) >= 3)
    await says(sam, "Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes", SAID["name"])
    await says(sam, "Phone call", "Email", "Done", PHONE, SAID["email"], "Answer some more first")
    while not sam.chat_in().acts[-1].button("Send"):
        await says(sam, _next(sam.chat_in().acts[-1]))
    await says(sam, "Send")
    receipt = day.canaries["receipt code"] = code_in(sam.chat_in().acts[-1].text)
    await says(sam, "start")
    await says(sam, "What I sent", "Read what I sent", receipt)
    await says(sam, "start")
    await says(sam, "What I sent", "Write to the coordinator", SAID["message"], "Send")


async def the_desk_is_heard(day: Day, ann: Browser) -> None:
    """The person reads what the desk wrote to them; and whoever wrote it finds that she knows them."""
    sam = day.api.person(SAM)
    before = len(sam.chat_in().acts)
    words = await canary_desk.the_person_reads_it(day)
    await sam.chat_in().waits_until(lambda chat: len(chat.acts) > before)
    await sam.say("Yes")
    await sam.chat_in().waits_until(lambda chat: any(words in act.text for act in chat.acts))
    case_id = next(row.id for row in day.office.rows(CASES) if row.person and row.assignee == 1)
    await canary_desk.a_conflict(day, ann, case_id)


def messages_of(day: Day) -> list[int]:
    """The numbers of all that was said in chats with the public bot."""
    chats = [day.api.person(each).chat_in() for each in (SAM, ALEX)]
    found = [act.id for chat in chats for act in chat.acts]
    assert len(found) > 20 and min(found) > FIRST_MESSAGE
    return found


def _next(message: Any) -> str:
    """What moves on: the words for this question, Done where something is chosen, an option, else Skip."""
    steps = [(button.data or "::::").split(":")[2:4] for button in message.buttons]
    typed = {"never_times": SAID["never at"], "code_word": SAID["code word"], "worries": SAID["worry"]}
    if steps[0][0] in typed:
        return typed[steps[0][0]]
    if any(option.startswith("-") for _, option in steps):
        return "Done"
    options = [button.label for button, (_, option) in zip(message.buttons, steps, strict=True) if option[0] != "_"]
    return options[0] if options else "Skip"


async def a_pause_on_the_web(day: Day) -> None:
    app = create_app(day.intake, secure=False, now=lambda: day.office.now)
    visitor, other = Visitor(app), Visitor(app)
    for each in (visitor, other):
        day.listen_to(each.client)
    await visitor.open()
    await visitor.go("Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes", SAID["web name"], "Pause")
    day.canaries["web cookie"] = str(visitor.cookie)
    day.canaries["return code"] = code_in(visitor.page.get_text("\n"))
    await other.open()
    await other.say(str(day.canaries["return code"]))
    assert SAID["web name"] not in other.text
    assert "reach you" in other.text


async def a_day_at_the_desk(day: Day, ann: Browser) -> None:
    group = next(iter(day.api.world.groups.values()))
    await group.waits_until(lambda chat: len(chat.acts) > 0)
    colleague = day.api.person(name="Colleague Made-up")
    group.add_person(colleague)
    await colleague.say(SAID["group talk"], to=group)
    page = await ann.open("/")
    link = next(each["href"] for each in page.soup.select("a[href^='/cases/']"))
    page = await ann.open(str(link))
    assert SAID["name"] in page.text
    assert SAID["worry"] in page.text
    page = await page.press("Take")
    page = await page.press("Log", route="phone", result="no_answer", note=SAID["note"])
    assert SAID["note"] in page.text
    page = await page.press("Log", route="other", result="message_sent")
    page = await page.press("Log", override=SAID["reason"])
    assert SAID["reason"] in page.text
    await canary_desk.all_of_it(day, ann, str(link).rpartition("/")[2])
    day.seen["what the desk showed, as a check of the search itself"] = b""
    await until(lambda: len(day.post.letters) > 0)


async def much_goes_wrong(day: Day) -> None:
    alex = day.api.person(ALEX, "Alex Made-up")
    alex.bot = day.api.bot(BOT_TOKEN)
    await says(alex, "/start")
    await alex.chat_in().waits_until(lambda chat: len(chat.acts) >= 3)
    await says(alex, "Ask for a first talk", "Yes", "I was harmed", "18 or older", "Yes")
    await says(alex, POISON)
    for fault in (
        {"kind": "broken"},
        {"kind": "drop_before"},
        {"kind": "flood", "retry_after": 0},
        {"kind": "refused"},
    ):
        other = day.api.person()  # each of them another, for who is struck has to wait
        day.api.faults.add(on="sendMessage", bot=1001, description=SAID["name"], **fault)
        await other.say(SAID["name"], to=BOT_TOKEN)
        await day.api.calls.waits_until(lambda _calls: not day.api.faults.coming)
    day.api.faults.add("poison", on="message")
    await alex.say(SAID["message"])
    await _failing_database(day)
    day.post.refuses = f"550 no such mailbox for {SAID['email']}"
    day.api.faults.add("broken", on="sendMessage", bot=1002, times=2)
    _hand_over_directly(day)
    await until(lambda: "was not sent" in day.log.getvalue())


async def _failing_database(day: Day) -> None:
    """It is locked, while all sorts of things come in; what is thrown is kept as a traceback would show it."""
    day.intake.database.close()

    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 20")

    event.listen(day.intake.database.engine, "connect", hurry)
    app = create_app(day.intake, secure=False, now=lambda: day.office.now)
    visitor = Visitor(app)
    day.listen_to(visitor.client)
    await visitor.open()
    other = sqlite3.connect(day.office.data_dir / "cairn.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await visitor.say(SAID["worry"])
    inbound = Inbound("telegram", "direct", str(SAM), "text", SAID["worry"])
    _keep_what_is_thrown(day, lambda: day.intake.handle([inbound], day.office.now))
    other.execute("ROLLBACK")
    other.close()
    _keep_what_is_thrown(day, lambda: _break_a_statement(day))
    for shown in (inbound, Reply(SAID["worry"]), Outgoing(str(SAM), Reply(SAID["worry"])), day.office.desk.settings):
        day.note("repr", repr(shown))
    for shown in (day.intake.secrets, day.office.desk.secrets):
        day.note("repr", repr(shown))
    event.remove(day.intake.database.engine, "connect", hurry)
    day.intake.database.close()


def _break_a_statement(day: Day) -> None:
    with day.intake.database.begin() as tx:
        tx.execute(text("INSERT INTO no_such_table VALUES (:words)"), {"words": SAID["worry"]})


def _keep_what_is_thrown(day: Day, doing: Any) -> None:
    try:
        doing()
    except Exception as error:
        day.note("traceback", "".join(traceback.format_exception(error)))
        day.note("repr", repr(error))
    else:
        raise AssertionError("it did not fail")


def _hand_over_directly(day: Day) -> None:
    """One more case, for the alerts of a day on which nothing arrives."""
    for number, words in enumerate(TO_THE_READ_BACK):
        said = {"Phone call": "1", "Done": "help", "Sam": SAID["name"], "07700 900123": PHONE}.get(words, words)
        inbound = Inbound("terminal", f"direct {number}", "a-terminal", "text", said)
        day.intake.handle([inbound], day.office.now)
    day.intake.handle([Inbound("terminal", "direct send", "a-terminal", "text", "send")], day.office.now)


async def test_of_a_whole_day_nothing_is_found_anywhere(day: Day) -> None:
    ann = await staff_come_in(day)
    await a_whole_referral_on_telegram(day)
    await a_pause_on_the_web(day)
    await a_day_at_the_desk(day, ann)
    await much_goes_wrong(day)
    assert "update parked" in day.log.getvalue(), "what went wrong was told of"
    await the_desk_is_heard(day, ann)
    day.canaries |= {f"message {number}": number for number in messages_of(day)}
    not_typed = [
        name for name, words in canary_desk.TYPED_AT_THE_DESK.items() if not any(words in each for each in day.posted)
    ]
    assert not_typed == []
    places = day.places()
    assert {"file cairn.db", "file cairn.db-wal", "log", "e-mail", "alert", "address", "traceback", "repr"} <= set(
        places
    )
    empty = [place for place, held in places.items() if not held and "check" not in place]
    assert empty == []
    assert search(day.canaries, places) == []
    tidy(day.intake.database, day.office.now)
    assert search(day.canaries, day.places()) == []


PLANTED: Canaries = {
    "words": "Quetzal Ængström & more",
    "key": bytes(range(200, 232)),
    "chat": SAM,
    "message": FIRST_MESSAGE,
}


@pytest.mark.parametrize(
    ("name", "form"), [(name, form) for name, value in PLANTED.items() for form, _ in forms(value)]
)
def test_a_planted_leak_is_found_however_it_is_written(name: str, form: str) -> None:
    leaked = dict(forms(PLANTED[name]))[form]
    assert search(PLANTED, {"a file": b"some \0 noise" + leaked + b"and more"}) != []
    assert search(PLANTED, {"a file": b"some \0 noise" + leaked[:-2] + b"and more"}) == []


@pytest.mark.parametrize("shift", range(3))
def test_base64_is_found_wherever_the_words_begin_in_it(shift: int) -> None:
    around = base64.b64encode(b"\0\0\0\0\0\0"[: 3 + shift] + PLANTED["words"].encode() + b"and the rest")  # type: ignore[union-attr]
    assert [found for found in search(PLANTED, {"a file": around}) if "words" in found] != []


async def test_a_leak_planted_in_the_day_itself_is_found(day: Day) -> None:
    """The day's own search is looked at: something put into a log, a row or an address does not go unseen."""
    await a_pause_on_the_web(day)
    assert search(day.canaries, day.places()) == []
    logging.getLogger("bot.somewhere").debug("saw %s", SAID["name"])
    day.urls.append("http://127.0.0.1/?name=" + "Quetzal%20%C3%86ngstr%C3%B6m")
    with day.intake.database.begin() as tx:
        statement = text("INSERT INTO seen_updates (source, update_id, at, fault) VALUES ('x', 'y', 0, :words)")
        tx.execute(statement, {"words": SAID["note"]})
    found = search(day.canaries, day.places())
    assert {each.partition(" in ")[2].partition(" (")[0] for each in found} == {"log", "address", "file cairn.db-wal"}
