"""The made-up world of the demo: a Telegram of its own, both sides of Cairn as they are, and the phones of two people.

Everything lies in a folder that goes with it. No setting of this machine reaches it, so no real token can.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pyotp

from demo.clock import Clock
from demo.phones import Phone
from desk.entrance import first_link
from policy.working_time import WorkingTime
from tests.botapi import BotApi
from tests.processes import environment, free_port

PUBLIC, STAFF = "1001:demo-public", "1002:demo-staff"
COORDINATOR, PASSWORD = "Bea Example", "three quiet herons"
HERE = ZoneInfo("Europe/London")
OPEN = WorkingTime(time(9), time(17), zone=HERE)
TRIES, LOOK_AGAIN = 1800, 0.1
STEPS: Mapping[str, Callable[[datetime], datetime]] = {
    "hour": lambda now: now + timedelta(hours=1),
    "morning": lambda now: OPEN.next_open(OPEN.add_days(now, 0) if OPEN.is_open(now) else now) + timedelta(minutes=5),
    "week": lambda now: now + timedelta(days=7),
}
"""How far time can be moved at once, by name."""


class World:
    """Start it, look at it, let time pass in it, close it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock(folder / "clock")
        self.telegram = BotApi()
        self.web, self.desk = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self.phones: dict[str, Phone] = {}
        self.first_link = ""
        self.authenticator = ""
        """The key in the app on the coordinator's phone."""
        self._sides: list[subprocess.Popen[bytes]] = []

    async def open(self) -> None:
        """Everything is there and answers when this returns. Raises TimeoutError when a side does not start."""
        await self.telegram.start()
        public, staff = self.telegram.bot(PUBLIC), self.telegram.bot(STAFF)
        sam, bea = self.telegram.person(name="Sam"), self.telegram.person(name="Bea")
        team = self.telegram.group("Team", [bea], [staff])
        self.phones = {"person": Phone(sam, sam.chat_in(public)), "staff": Phone(bea, team)}
        settings: dict[str, Any] = {
            "bot_token": PUBLIC,
            "staff_bot_token": STAFF,
            "staff_chat_id": team.id,
            "bot_api_url": self.telegram.url,
            "web_port": self.web.rpartition(":")[2],
            "desk_port": self.desk.rpartition(":")[2],
        }
        around = environment(self.folder, **settings) | {"PYTHONPATH": str(Path(__file__).parents[1])}
        self._sides = [self._start(side, around) for side in ("intake", "desk")]
        async with httpx.AsyncClient() as client:
            for address in (self.web, self.desk):
                await _answers(client, address)
        token = (self.folder / "data" / first_link.FILE).read_text("ascii").strip()
        self.first_link = f"{self.desk}/set-up/{token}"

    async def close(self) -> None:
        """End both sides and the Telegram around them."""
        for side in self._sides:
            side.terminate()
        for side in self._sides:
            await asyncio.to_thread(side.wait)
        await self.telegram.stop()

    def forward(self, step: str) -> datetime:
        """Let time pass, by the name of a step in STEPS; the new time. Raises KeyError for any other."""
        now = self.clock.now()
        by = STEPS[step](now) - now
        self.telegram.clock.advance(by.total_seconds())
        return self.clock.advance(by)

    def code(self, off: timedelta = timedelta()) -> str:
        """What the coordinator's authenticator app shows now, or showed or will show so long from now."""
        return pyotp.TOTP(self.authenticator).at(self.clock.now() + off)

    def _start(self, side: str, around: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{side}.log").open("wb") as log:
            command = [sys.executable, "-m", "demo.side", side, str(self.folder / "clock")]
            return subprocess.Popen(command, cwd=self.folder, env=around, stdout=log, stderr=log)  # noqa: S603 (ourselves)


async def _answers(client: httpx.AsyncClient, address: str) -> None:
    """Returns once it is ready. Raises TimeoutError when it never is."""
    for _ in range(TRIES):
        if await _is_ready(client, address):
            return
        await asyncio.sleep(LOOK_AGAIN)
    raise TimeoutError(address)


async def _is_ready(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(f"{address}/ready")).is_success
    except httpx.TransportError:
        return False
