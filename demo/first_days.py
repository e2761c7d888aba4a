"""What has happened before the demo is opened, done as people would: at the desk, and in the chat. All made up."""

from datetime import timedelta

import httpx
from bs4 import BeautifulSoup

from demo.world import COORDINATOR, PASSWORD, PUBLIC, STAFF, World
from tests.botapi import Chat

START = ("/start", "Ask for a first talk", "Yes", "I was harmed")
REFERRALS = {
    "Alex": (*START, "18 or older", "Yes", "Alex", "Email", "alex@example.org", "Check and send now", "Send"),
    "Kim": (*START, "16 or 17", "Yes", "Kim", "Phone call", "07700 900456", "Check and send now", "Send"),
}
LAST_STEP = timedelta(seconds=-30)
"""Setting up uses up a code: the one before, so that whoever looks at the page now can use theirs."""


async def tell(world: World) -> None:
    """Bea has set herself up at the desk, and two people have asked for a first talk."""
    await _set_up(world)
    for name, says in REFERRALS.items():
        person = world.telegram.person(name=name, bot=PUBLIC)
        for words in says:
            await person.say(words)
    await world.phones["staff"].chat.waits_until(_every_card_is_there, 60)


def _every_card_is_there(chat: Chat) -> bool:
    """Whether each referral has its card; the daily digest comes to the same chat, and has no buttons."""
    return sum(bool(message.buttons) for message in chat.messages) >= len(REFERRALS)


async def _set_up(world: World) -> None:
    async with httpx.AsyncClient(base_url=world.desk, follow_redirects=True, timeout=30) as client:
        page = await _press(client, await client.get(world.first_link), name=COORDINATOR, password=PASSWORD)
        world.authenticator = _shown(page, "#key")[-1].replace(" ", "")
        page = await _press(client, page, code=world.code(LAST_STEP))
        await _press(client, page, typed=_shown(page, ".key li")[-1])
        linking = await client.post("/me/telegram", data={"form_token": _field(await client.get("/me"), "form_token")})
    await world.phones["staff"].person.say(_shown(linking, ".code")[0], to=STAFF)


async def _press(client: httpx.AsyncClient, page: httpx.Response, **fields: str) -> httpx.Response:
    """Fill in the form that has these fields, and send it."""
    wanted = "".join(f":has([name={name}])" for name in fields)
    [form] = BeautifulSoup(page.text, "html.parser").select(f"form{wanted}")
    hidden = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[type=hidden]")}
    return await client.post(str(form["action"]), data=hidden | fields)


def _shown(page: httpx.Response, selector: str) -> list[str]:
    return [each.get_text(strip=True) for each in BeautifulSoup(page.text, "html.parser").select(selector)]


def _field(page: httpx.Response, name: str) -> str:
    found = BeautifulSoup(page.text, "html.parser").select_one(f"[name={name}]")
    if found is None:
        raise LookupError(name)
    return str(found["value"])
