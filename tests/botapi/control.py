"""The door for other processes: JSON over HTTP under /_world/, to act as people and to look at what bots did."""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .bell import NothingCameError
from .encoding import encode
from .messages import Chat, Message
from .people import Person, Place

if TYPE_CHECKING:
    from .server import BotApi

Asked = dict[str, Any]
Verb = Callable[["BotApi", Asked], Awaitable[Any]]
VERBS: dict[str, Verb] = {}


def verb(function: Verb) -> Verb:
    VERBS[function.__name__] = function
    return function


async def handle(api: "BotApi", request: web.BaseRequest, name: str) -> web.Response:
    """POST a JSON object, or GET with a query: the verb's answer as JSON, or {"error": ...} with 4xx."""
    function = VERBS.get(name)
    if function is None:
        return _answer({"error": f"no such verb, there are: {', '.join(sorted(VERBS))}"}, 404)
    try:
        asked: Asked = dict(request.query)
        if request.can_read_body:
            asked |= json.loads(await request.read())
        return _answer(await function(api, asked), 200)
    except NothingCameError as error:
        return _answer({"error": str(error)}, 408)
    except (LookupError, ValueError, TypeError, PermissionError) as error:
        return _answer({"error": f"{type(error).__name__}: {error}"}, 400)


@verb
async def person(api: "BotApi", asked: Asked) -> Any:
    """{id?, name?} -> {id}"""
    return {"id": api.person(_number(asked, "id"), asked.get("name")).id}


@verb
async def group(api: "BotApi", asked: Asked) -> Any:
    """{title?, people: [id], bots: [token], forum?} -> {id}; the bots are administrators."""
    people = [api.person(int(number)) for number in asked.get("people", [])]
    bots = [api.bots.find(bot) for bot in asked.get("bots", [])]
    return {"id": api.group(asked.get("title", "Made-up group"), people, bots, bool(asked.get("forum"))).id}


@verb
async def say(api: "BotApi", asked: Asked) -> Any:
    """{person, text, bot? | chat?, topic?, reply_to?} -> the message"""
    who, to = _place(api, asked)
    return _shown(
        await who.say(asked["text"], to=to, topic=_number(asked, "topic"), reply_to=_number(asked, "reply_to"))
    )


@verb
async def send(api: "BotApi", asked: Asked) -> Any:
    """{person, kind, fields?, bot? | chat?} -> the message; kind as in Person.send"""
    who, to = _place(api, asked)
    return _shown(await who.send(asked["kind"], to=to, **asked.get("fields", {})))


@verb
async def tap(api: "BotApi", asked: Asked) -> Any:
    """{person, what, message_id?, bot? | chat?, answered?: seconds} -> {query_id, answer}"""
    who, to = _place(api, asked)
    number = _number(asked, "message_id")
    chat = who.chat_in(to)
    on = None if number is None else chat.by_id.get(number) or chat.gone[number]
    tapped = await who.tap(asked["what"], to=to, on=on)
    if "answered" in asked:
        await tapped.answered(float(asked["answered"]))
    return {"query_id": tapped.query_id, "answer": tapped.answer}


@verb
async def edit(api: "BotApi", asked: Asked) -> Any:
    """{person, message_id, text, bot? | chat?} -> the message"""
    who, to = _place(api, asked)
    return _shown(await who.edit(who.chat_in(to).by_id[int(asked["message_id"])], asked["text"], to=to))


@verb
async def delete(api: "BotApi", asked: Asked) -> Any:
    """{person, message_id | all: true, bot? | chat?}"""
    who, to = _place(api, asked)
    if asked.get("all"):
        await who.clear(to=to)
    else:
        await who.delete(int(asked["message_id"]), to=to)
    return {}


@verb
async def block(api: "BotApi", asked: Asked) -> Any:
    """{person, bot?}"""
    await api.person(int(asked["person"])).block(asked.get("bot"))
    return {}


@verb
async def unblock(api: "BotApi", asked: Asked) -> Any:
    """{person, bot?}"""
    await api.person(int(asked["person"])).unblock(asked.get("bot"))
    return {}


@verb
async def messages(api: "BotApi", asked: Asked) -> Any:
    """{person, bot? | chat?, after?, n?, timeout?} -> {messages: seen now, acts: [...], next, keyboard}.

    `acts` is what bots did after the first `after` things; with `n`, waits until there are that many.
    """
    who, to = _place(api, asked)
    chat = who.chat_in(to)
    after, n = _number(asked, "after") or 0, _number(asked, "n") or 0
    await chat.bell.until(
        lambda: len(chat.acts) - after >= n,
        float(asked.get("timeout", 10)),
        lambda: f"{len(chat.acts) - after} of {n} came",
    )
    return {
        "messages": [_shown(message) for message in chat.messages],
        "acts": [_shown(message) for message in chat.acts[after:]],
        "next": len(chat.acts),
        "keyboard": chat.keyboard,
    }


@verb
async def chats(api: "BotApi", asked: Asked) -> Any:
    """All chats: [{id, type, bot, messages: how many, acts}]"""
    private = [(chat, bot) for (bot, _), chat in api.world.private.items()]
    groups: list[tuple[Chat, int | None]] = [(chat, None) for chat in api.world.groups.values()]
    return [
        {"id": chat.id, "type": chat.header["type"], "bot": bot, "messages": len(chat.by_id), "acts": len(chat.acts)}
        for chat, bot in [*private, *groups]
    ]


@verb
async def calls(api: "BotApi", asked: Asked) -> Any:
    """{method?, after?, n?, timeout?} -> [{number, at, bot, method, parameters, outcome}]; `n`: waits for so many."""
    method = asked.get("method")
    if method and "n" in asked:
        await api.calls.waits_for(method, int(asked["n"]), float(asked.get("timeout", 10)))
    after = _number(asked, "after") or 0
    found = api.calls.of(method) if method else api.calls
    names = ("number", "at", "bot", "method", "parameters", "outcome", "description")
    return [{name: getattr(call, name) for name in names} for call in found if call.number > after]


@verb
async def faults(api: "BotApi", asked: Asked) -> Any:
    """{kind, times?, on?, ...} adds one (fields of Fault), {clear: true} removes all -> {coming: how many}"""
    if asked.pop("clear", False):
        api.faults.clear()
    elif asked:
        api.faults.add(**asked)
    return {"coming": len(api.faults.coming)}


@verb
async def clock(api: "BotApi", asked: Asked) -> Any:
    """{advance?: seconds} -> {now}"""
    return {"now": api.clock.advance(float(asked.get("advance", 0)))}


def _place(api: "BotApi", asked: Asked) -> tuple[Person, Place]:
    where = api.world.groups[int(asked["chat"])] if "chat" in asked else asked.get("bot")
    return api.person(int(asked["person"])), where


def _number(asked: Asked, name: str) -> int | None:
    return int(asked[name]) if asked.get(name) is not None else None


def _shown(message: Message) -> dict[str, Any]:
    return {**message.body, "from_bot": message.bot, "edited": message.edited, "buttons": message.labels}


def _answer(thing: object, status: int) -> web.Response:
    return web.Response(body=encode(thing), status=status, headers={"Content-Type": "application/json"})
