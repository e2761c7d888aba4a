"""Everything that is typed at the desk in the canaries' day, each field of it another sentence. For tests.

Here may live what members do on its pages beside reading and logging a try: writing to people, cafes, records, reasons,
decisions, referrals by phone. Whoever adds a field that somebody types in adds its sentence here. Not searched for is
what stands in clear and is said so in docs/security.md: names, languages and addresses of staff, and what the service
publishes of a cafe.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from bot.cafes import cafe_news
from bot.messages import Inbound
from bot.posting import desk_receipts
from bot.posting.desk_rounds import go_round
from policy.access import Role
from policy.deadlines import UNREACHED_FLAGGED
from policy.record_forms import RECORDS
from storage import addresses, staff, tasks
from storage.tables import CASE_FACILITATORS, CASES, DESK_MESSAGES, STAFF
from tests.desk.office import Browser

if TYPE_CHECKING:
    from tests.test_canary import Day

TYPED_AT_THE_DESK: Final[dict[str, str]] = {
    "words to a person": "Quetzal asks: would eleven on a Thursday suit?",
    "reason of an erasure": "Quetzal erasure: she asked for it on the phone",
    "reason of an opening": "Quetzal opening: her colleague fell ill today",
    "decision of a manager": "Quetzal decision: we ask her support worker",
    "reason of a conflict": "Quetzal conflict: they live next door to her",
    "what an order is": "Quetzal order: seen by a fiscal's office",
    "what is wished of facilitators": "Quetzal wish: a woman with an accent",
    "why a flag stands": "Quetzal flag: he was seen at a door of hers",
    "who was told": "Quetzal sharing: told to a made-up clinic",
    "link of a cafe": "https://meet.example.org/quetzal-cafe-link",
    "later link of a cafe": "https://meet.example.org/quetzal-later-link",
    "theme of a table": "Quetzal theme: a train that never comes",
    "idea of a table": "Quetzal idea: a bench at each corner",
    "action of a table": "Quetzal action: ask around for benches",
    "owner of a table": "Quetzal owner, a made-up council",
    "what they agreed to": "Quetzal agreed: that we keep this and call",
    "name by phone": "Quetzal Phoneperson",
    "code word by phone": "Quetzalheron",
    "name of one not sent": "Quetzal Unsentperson",
    "when never to call": "Quetzal never: not while her lodger is in",
    "who asked about it": "Quetzal Asker, a made-up worker",
}
TYPED_BY_A_GUEST: Final[dict[str, str]] = {
    "name of a guest": "Quetzal Guestly",
    "address of a guest": "quetzal.guest@example.org",
    "organisation of a guest": "Quetzal Aid of Nowhere",
}
TYPED: Final = {**TYPED_AT_THE_DESK, **TYPED_BY_A_GUEST}
BY_PHONE: Final = {
    "q.keep_answers": "yes",
    "q.who_i_am": "harmed",
    "q.age_band": "18_plus",
    "q.be_contacted": "yes",
    "q.contact_routes.phone": "on",
}
PHONE: Final = "07700 900782"


async def all_of_it(day: "Day", ann: Browser, case_id: str) -> None:
    """One after another."""
    with day.office.desk.database.begin() as tx:
        addresses.publish(tx, day.intake.secrets.letterbox.public, day.office.now)
    await somebody_is_invited(day, ann)
    await a_cafe(day, ann)
    await referrals_by_phone(day, ann)
    await records_of_a_process(day, ann, case_id)
    await reasons_and_decisions(day, ann, case_id)
    page = await ann.open(f"/cases/{case_id}")
    page = await page.press("Send it", words=TYPED["words to a person"], read_words="yes")
    assert TYPED["words to a person"] in page.text and "on its way" in page.text


async def a_conflict(day: "Day", ann: Browser, case_id: str) -> None:
    """Ann comes back, and says that she knows somebody in the case: from then on it is shut to her."""
    await ann.sign_in("Ann Example", day.canaries["password"])
    day.canaries["later cookie of the desk"] = ann.client.cookies["desk"]
    page = await ann.open(f"/cases/{case_id}/conflicts")
    page = await page.press("Mark them", whom="1", reason=TYPED["reason of a conflict"])
    assert (await ann.open(f"/cases/{case_id}")).status == 403


async def somebody_is_invited(day: "Day", ann: Browser) -> None:
    """The link for a colleague is shown once, and nobody has opened it yet."""
    page = await (await ann.open("/people")).press("Make a link", name="Bea Example", coordinator="yes")
    day.canaries["link of an invitation"] = page.link().rpartition("/")[2]


async def a_cafe(day: "Day", ann: Browser) -> None:
    """Made, noted at a table, signed up for in the chat, and moved to another link, which is told."""
    starts = {"starts": "2026-12-15T13:00", "ends": "2026-12-15T15:00", "town": "Online", "place": "Online"}
    page = await (await ann.open("/cafes")).press(
        "Offer it in the chat", **starts, places="9", access_notes="Captions.", link=TYPED["link of a cafe"]
    )
    said = {name: TYPED[f"{name} of a table"] for name in ("theme", "idea", "action", "owner")}
    page = await page.press("Keep it", **said)
    assert said["idea"] in page.text
    guest = [TYPED[f"{name} of a guest"] for name in ("name", "address", "organisation")]
    door = ("/start", "Cafes for organisations", "See cafes and sign up", "1", *guest, "Yes", "review", "Send")
    for number, words in enumerate(door):
        inbound = Inbound("terminal", f"guest {number}", "a-guest", "text", words)
        day.intake.handle([inbound], day.office.now)
    page = await page.browser.open(page.path)
    assert TYPED["name of a guest"] in page.text
    page = await page.press("Change it", link=TYPED["later link of a cafe"])
    assert cafe_news.tell(day.intake.database, day.intake.secrets, day.office.now) == 1


async def referrals_by_phone(day: "Day", ann: Browser) -> None:
    """One is sent, and its person is asked anew how to be in touch; one is left lying."""
    agreed = {"way": "phone", "how": "spoken", "agreed": TYPED["what they agreed to"]}
    for name, is_sent in (("name by phone", True), ("name of one not sent", False)):
        page = await (await ann.open("/referrals")).press("Go on to the questions", **agreed)
        page = await page.press("Keep and go on", **BY_PHONE, **{"q.name_to_use": TYPED[name]})
        page = await page.press("Keep and go on", **{"q.phone_number": PHONE})
        page = await page.press("Keep and read it back", **{"q.code_word": TYPED["code word by phone"]})
        assert TYPED[name] in page.text
        if is_sent:
            page = await page.press("Send")
            day.canaries["code given out at the desk"] = page.soup.select("dd .code")[-1].get_text()
            page = await page.press("Take this case")
            page = await page.browser.open(f"{page.path}/contact")
            asked = {"q.never_times": TYPED["when never to call"], "asked_by": TYPED["who asked about it"]}
            page = await page.press("Save it", **asked)
            assert TYPED["when never to call"] in page.text
    assert desk_receipts.make(day.intake.database, day.intake.secrets) == 1


async def records_of_a_process(day: "Day", ann: Browser, case_id: str) -> None:
    """What stands in the ledger of a case that has come further."""
    with day.office.desk.database.begin() as tx:
        tx.execute(update(CASES).where(CASES.c.id == case_id).values(stage="preparation"))
        tx.execute(insert(CASE_FACILITATORS).values(case_id=case_id, staff_id=1, at=0.0))
        roles = " ".join((Role.COORDINATOR, Role.FACILITATOR, Role.MANAGER))
        tx.execute(update(STAFF).where(STAFF.c.id == 1).values(roles=roles))
    token = (await ann.open("/me")).soup.select_one("input[name=form_token]")
    assert token
    today = day.office.now.date().isoformat()
    for record, fields in {
        "order": {"result": "allows", "checked_with": TYPED["what an order is"], "on": today},
        "preferences": {"offered": "yes", "wishes": TYPED["what is wished of facilitators"]},
        "flag": {"state": "stands", "asked_on": today, "why": TYPED["why a flag stands"]},
        "sharing": {"with_whom": "A clinic", "what": TYPED["who was told"], "rests_on": "duty", "on": today},
    }.items():
        sent = {"form_token": str(token["value"]), "section": RECORDS[record].sections[0].name, **fields}
        assert (await ann.post(f"/cases/{case_id}/process/{record}", sent)).status == 200, record


async def reasons_and_decisions(day: "Day", ann: Browser, case_id: str) -> None:
    """Why a case is to be erased; what a manager decides of one that is not reached; why a colleague's is opened."""
    page = await ann.open(f"/cases/{case_id}/export")
    await page.press("Ask a colleague", what="erase", why=TYPED["reason of an erasure"])
    other = day.office.case("BEASCASE")
    with day.office.desk.database.begin() as tx:
        later = day.office.now + timedelta(hours=1)
        tasks.add(tx, case_id, UNREACHED_FLAGGED, later, day.office.now, role="manager")
        (task,) = [each for each in tasks.of_role(tx, Role.MANAGER) if each.kind == UNREACHED_FLAGGED]
        colleague = staff.by_name(tx, "Bea Example")
        assert colleague
        tx.execute(update(CASES).where(CASES.c.id == other.id).values(assignee=colleague.id))
    page = await ann.open(f"/cases/{case_id}/second-look/{task.id}")
    page = await page.press("It is decided", decision=TYPED["decision of a manager"])
    assert page.path == "/second-looks"
    page = await (await ann.open(f"/cases/{other.id}")).press("Open it", reason=TYPED["reason of an opening"])
    assert page.status == 200


async def the_person_reads_it(day: "Day") -> str:
    """The time has come at which the desk's words may be told of; what the chat then asks first."""
    with day.intake.database.read() as tx:
        due = tx.execute(select(DESK_MESSAGES.c.due_at)).scalar_one()
    day.office.now = max(day.office.now, datetime.fromtimestamp(due, UTC))
    assert go_round(day.intake, day.office.now)
    return TYPED["words to a person"]
