"""The stand-in for Telegram with a crowd of people in it, as a process of its own: `python -m bench.crowd`.

Prints its address; then reads a round a line (JSON) and answers with what came of it. The people are where Telegram is,
so that the process under test shares its thread with nobody.

    {"bot": token, "first": 1, "people": 100, "says": ["yes", ...], "replies": [1, ...]}
    {"group": token} makes a group chat with this bot in it
"""

import asyncio
import json
import sys
from time import perf_counter, process_time
from typing import Any

from tests.botapi import BotApi, Person

PATIENCE = 60.0
PEOPLE_BEFORE = 5_100_000_000


async def main() -> None:
    """Serve until the input ends."""
    async with BotApi() as api:
        print(api.url, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            done = {"id": group(api, asked["group"])} if "group" in asked else await walk(api, asked)
            print(json.dumps(done), flush=True)


def group(api: BotApi, token: str) -> int:
    """The id of a new group chat in which this bot is."""
    return api.group("Bench", [api.person()], [api.bot(token)]).id


async def walk(api: BotApi, asked: dict[str, Any]) -> dict[str, Any]:
    """One round: everybody says everything, each next thing once all replies to the one before have come."""
    bot = api.bot(asked["bot"])
    people = [api.person(PEOPLE_BEFORE + asked["first"] + each, bot=bot) for each in range(asked["people"])]
    says = asked["says"]
    replies = asked.get("replies") or [1] * len(says)
    calls, sent = api.calls.count, sum(len(each.chat_in().acts) for each in people)
    took: list[float] = []
    began, worked = perf_counter(), process_time()
    await asyncio.gather(*(talk(each, says, replies, took) for each in people))
    return {
        "seconds": perf_counter() - began,
        "worked": process_time() - worked,
        "took": took,
        "messages": sum(len(each.chat_in().acts) for each in people) - sent,
        "calls": api.calls.count - calls,
    }


async def talk(person: Person, says: list[str], replies: list[int], took: list[float]) -> None:
    """One person says all this; the seconds to the last reply of each go into `took`."""
    person.chat_in().skip_to_now()
    for words, expected in zip(says, replies, strict=True):
        said = perf_counter()
        await person.say(words)
        await person.waits_for(expected, PATIENCE)
        took.append(perf_counter() - said)


if __name__ == "__main__":
    asyncio.run(main())
