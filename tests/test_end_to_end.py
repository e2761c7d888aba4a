"""The whole way, for real: Telegram, both bots, the desk, e-mail and the database, each in the process it runs in.

Somebody asks for a first talk on Telegram; the service is told without a word of it, answers, and hears of a
withdrawal.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from content.words import load
from storage.database import Database
from storage.tables import CONVERSATIONS, SEEN_UPDATES
from tests import authenticator
from tests.botapi import BotApi, Call, Chat, Group, Message, Person
from tests.desk.office import Browser, Page, choose
from tests.desk.telling import COORDINATORS, PostOffice, until
from tests.processes import Running, cairn, running

NAME_ASKED = load("en").text("self_referral", "name_to_use.ask")

pytestmark = pytest.mark.slow

PUBLIC, STAFF = "1001:made-up-public-token", "2002:made-up-staff-token"
ANN, BEA, PASSWORD = "Ann Example", "Bea Example", "three quiet herons"
NAME, NUMBER = "Sam Canary", "07700 900123"
# What the person is asked, and what they do: press a button, or type (=).
REFERRAL = (
    ("What would you like to do?", "Ask for a first talk"),
    ("May we keep your answers", "Yes"),
    ("Which of these fits you best?", "I was harmed"),
    ("How old are you?", "18 or older"),
    ("May a coordinator contact you", "Yes"),
    (NAME_ASKED, f"={NAME}"),
    ("Which ways to reach you are safe?", "=1"),
    ("Which phone number is safe", f"={NUMBER}"),
    ("What would you like to do next?", "Check and send now"),
    ("Nothing is sent yet.", "Send"),
)
WITHDRAWAL = (
    ("What would you like to do?", "What I sent"),
    ("What would you like to do?", "Withdraw"),
    ("Should we take your form back?", "Yes, withdraw"),
)


class Visitor(Browser):
    """A browser at the real desk."""

    def __init__(self, program: Running) -> None:
        self.program = program
        self.client = httpx.AsyncClient(base_url=program.desk, follow_redirects=True, timeout=20)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def code(self) -> str:
        return authenticator.code_at(self.program.folder, self.name)


@dataclass
class World:
    """The service in its processes, and everything around it in this one."""

    program: Running
    api: BotApi
    chat: Group
    post: PostOffice

    async def colleague(self, browser: Browser, name: str) -> Person:
        """Somebody of the staff chat, whose account is linked by a code from the desk."""
        page = await (await browser.open("/me")).press("Link my Telegram")
        shown = page.soup.select_one(".code")
        assert shown is not None
        person = self.api.person(name=name, bot=STAFF)
        self.chat.add_person(person)
        await person.say(shown.get_text(strip=True))
        await person.chat_in().waits_until(lambda chat: f"Linked to {name}." in texts(chat))
        return person


@asynccontextmanager
async def service(folder: Path) -> AsyncIterator[World]:
    post = PostOffice()
    await post.start()
    async with BotApi(tokens=[PUBLIC, STAFF]) as api:
        chat = api.group("Made-up team", bots=[api.bots.by_token[STAFF]])
        settings = {
            "bot_api_url": api.url,
            "bot_token": PUBLIC,
            "staff_bot_token": STAFF,
            "staff_chat_id": chat.id,
            "smtp_url": f"smtp://127.0.0.1:{post.port}",
            "mail_from": "Desk <desk@example.org>",
            "alert_emails": COORDINATORS,
            "digest_at": "23:59",
        }
        program = running(folder, **settings)
        try:
            yield World(await asyncio.to_thread(program.__enter__), api, chat, post)
        finally:
            await asyncio.to_thread(program.__exit__, None, None, None)
            await post.stop()
    assert api.calls.unknown == []


async def talk(person: Person, steps: tuple[tuple[str, str], ...]) -> None:
    """Wait for each question, then answer it."""
    for asked, answer in steps:
        await comes(person, lambda chat, asked=asked, answer=answer: is_asked(chat, asked, answer))
        if answer.startswith("="):
            await person.say(answer[1:])
        else:
            await person.tap(button(person.last, answer), on=person.last)


def is_asked(chat: Chat, asked: str, answer: str) -> bool:
    """Whether the newest message asks this, and can be answered so."""
    last = chat.shown[-1] if chat.shown else None
    return last is not None and asked in last.text and (answer[0] == "=" or bool(button(last, answer)))


def button(message: Message, label: str) -> str:
    """The button of this label as it stands there, its number before it; empty if there is none."""
    return next((shown for shown in message.labels if shown.rpartition(" · ")[2] == label), "")


async def comes(person: Person, holds: Callable[[Chat], bool]) -> None:
    await person.chat_in(PUBLIC).waits_until(holds, 30)


def texts(chat: Chat) -> str:
    return "\n".join(message.text for message in chat.shown)


async def set_up(browser: Browser, link: str, name: str) -> Page:
    """Choose a name and a password behind a one-time link; the first member copies down the recovery key, too."""
    page = await choose(await browser.open(httpx.URL(link).path), name, PASSWORD)
    if page.heading() == "Write down the recovery key":
        page = await page.press("Finish", typed=page.soup.select(".key li")[-1].get_text(strip=True))
    assert page.heading() == "Cases"
    return page


def database(world: World) -> Database:
    return Database(f"sqlite:///{world.program.folder / 'data' / 'cairn.db'}")


def seconds_to_the_wire(world: World, card: Call) -> float:
    """From the moment the press of Send was taken up, before its commit, to the call that posts the card."""
    opened = database(world)
    with opened.read() as tx:
        taken_up: float = (
            tx.execute(select(SEEN_UPDATES.c.at).order_by(SEEN_UPDATES.c.at.desc())).scalars().first() or 0
        )
    opened.close()
    return card.at - taken_up


async def test_a_referral_on_telegram_reaches_the_service_and_its_withdrawal_too(tmp_path: Path) -> None:
    async with service(tmp_path) as world:
        ann_desk, bea_desk = Visitor(world.program), Visitor(world.program)
        await set_up(ann_desk, world.program.first_link, ANN)
        await let_bea_in(world, ann_desk, bea_desk)
        ann, bea = await world.colleague(ann_desk, ANN), await world.colleague(bea_desk, BEA)

        sam = world.api.person(name="Made-up phone", bot=PUBLIC)
        await sam.start()
        await talk(sam, REFERRAL)
        await comes(sam, lambda chat: "Sent. Thank you." in chat.last.text)
        reference = re.search(r"reference: (\w+)", sam.last.text)[1]  # type: ignore[index]

        await the_service_is_told_without_a_word_of_it(world, reference)
        await one_takes_it_and_another_is_told_who(world, reference, ann, bea)
        case = await the_case_is_answered_at_the_desk(ann_desk, bea_desk, reference)

        await sam.say("start")
        await talk(sam, WITHDRAWAL)
        await comes(sam, lambda chat: "Withdrawn. We tell our team now" in chat.last.text)
        await world.chat.waits_until(lambda chat: f"{reference}: there is something new to read." in texts(chat))
        page = await ann_desk.open(case)
        assert "Withdrawn by the person" in page.text
        assert "Please do not get in touch." in page.text

        nothing_is_left_to_say(world)
        code, seconds = await asyncio.to_thread(world.program.stop)
        assert code == 0
        assert seconds < 10
        audit = await asyncio.to_thread(cairn, tmp_path, "audit", "verify")
        assert audit.stdout.strip() == "The audit is whole."
        assert "Traceback" not in world.program.logged
        print(f"stopped in {seconds:.2f} s")


async def let_bea_in(world: World, ann_desk: Browser, bea_desk: Browser) -> None:
    """A second coordinator, added by command and let in by the first."""
    added = await asyncio.to_thread(
        cairn, world.program.folder, "staff", "add", BEA, "--role", "coordinator", **world.program.settings
    )
    link = added.stdout.splitlines()[-1]
    assert link.startswith(f"{world.program.desk}/set-up/")
    page = await set_up(bea_desk, link, BEA)
    assert "a colleague must let you in" in page.text
    await (await ann_desk.open("/people")).press(f"Let {BEA} in")
    await (await bea_desk.open("/")).press("Sign out")
    await bea_desk.sign_in(BEA, PASSWORD)


async def the_service_is_told_without_a_word_of_it(world: World, reference: str) -> None:
    await world.chat.waits_until(lambda chat: f"{reference} is waiting." in texts(chat))
    card = next(call for call in world.api.calls.of("sendMessage", 2002) if reference in call.parameters.text("text"))
    print(f"from Send to the alert on the wire, the commit between: {seconds_to_the_wire(world, card) * 1000:.0f} ms")
    await until(lambda: bool(world.post.letters))
    letter = world.post.letters[0]
    assert world.post.recipients[0] == [COORDINATORS]
    assert letter["Subject"] == f"Desk: {reference}"
    for told in (texts(world.chat), letter.as_string()):
        for said in (NAME, "Sam", NUMBER, "900123", "harmed", "Phone"):
            assert said not in told


async def one_takes_it_and_another_is_told_who(world: World, reference: str, ann: Person, bea: Person) -> None:
    card = next(message for message in world.chat.shown if reference in message.text)
    taken = await (await ann.tap("Take", to=world.chat, on=card)).answered()
    assert taken["text"] == f"{reference} is yours."
    late = await (await bea.tap("Take", to=world.chat, on=card)).answered()
    assert late["text"] == f"{ANN} has it."
    await world.chat.waits_until(lambda chat: f"{reference}: taken by {ANN}" in texts(chat))


async def the_case_is_answered_at_the_desk(ann_desk: Browser, bea_desk: Browser, reference: str) -> str:
    """Its path, once it was read, a try was logged, and its stage was set."""
    listed = (await ann_desk.open("/")).soup.find("a", string=reference)
    assert listed is not None
    case = str(listed["href"])
    page = await ann_desk.open(case)
    for said in (NAME, "+44 7700 900123", NAME_ASKED, "I was harmed"):
        assert said in page.text
    colleague = await bea_desk.open(case)
    assert f"{ANN} has this one." in colleague.text
    assert NAME not in colleague.text
    page = await page.press("Log it", route="phone", result="they_contacted_us", note="We talk on Tuesday.")
    assert f"{ANN} Phone call: They contacted us We talk on Tuesday." in page.text
    page = await page.press("On to initial discussion")
    assert "Stage: Initial discussion" in page.text
    return case


def nothing_is_left_to_say(world: World) -> None:
    """The draft went with the hand-over, and the conversation about the withdrawal with its end."""
    opened = database(world)
    with opened.read() as tx:
        assert tx.execute(select(CONVERSATIONS)).all() == []
    opened.close()
