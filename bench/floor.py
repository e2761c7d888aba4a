"""The floor: fetch, one durable commit for the batch, one message for each update, and no bot at all.

`python -m bench.floor URL TOKEN FILE`
"""

import asyncio
import json
import sqlite3
import sys
from typing import Any

import aiohttp

from bench.question import ROWS, TEXT, data

KEYBOARD = [[{"text": label, "callback_data": data(0, label)} for label in row] for row in ROWS]
JSON = {"Content-Type": "application/json"}


async def main(url: str, token: str, file: str) -> None:
    """Serve until ended."""
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY, text TEXT)")
    connector = aiohttp.TCPConnector(limit=200)
    under_way: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(f"{url}/bot{token}/", connector=connector) as session:

        async def call(method: str, parameters: dict[str, Any]) -> bytes:
            async with session.post(method, data=json.dumps(parameters).encode(), headers=JSON) as answer:
                return await answer.read()

        async def send(chat: int) -> None:
            await call("sendMessage", {"chat_id": chat, "text": TEXT, "reply_markup": {"inline_keyboard": KEYBOARD}})

        def commit(updates: list[dict[str, Any]]) -> None:
            database.execute("BEGIN IMMEDIATE")
            rows = [(each["update_id"], each["message"]["text"]) for each in updates]
            database.executemany("INSERT INTO seen VALUES (?, ?)", rows)
            database.execute("COMMIT")

        offset = 0
        while True:
            updates = json.loads(await call("getUpdates", {"offset": offset, "timeout": 25}))["result"]
            if updates:
                await asyncio.to_thread(commit, updates)
                offset = updates[-1]["update_id"] + 1
            for each in updates:
                task = asyncio.create_task(send(each["message"]["chat"]["id"]))
                under_way.add(task)
                task.add_done_callback(under_way.discard)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
