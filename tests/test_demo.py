"""The demo: everything can be tried without an account, time moves when told to, and nothing is left of it."""

import socket
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from demo.__main__ import playing
from demo.clock import Clock
from demo.world import HERE, STEPS


def three_ports() -> int:
    """The first of three ports in a row that nobody listens on."""
    while True:
        with socket.socket() as tried:
            tried.bind(("127.0.0.1", 0))
            first = int(tried.getsockname()[1])
        try:
            for port in (first + 1, first + 2):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first


@pytest.mark.slow
async def test_a_manager_talks_as_sam_sees_the_staff_told_and_lets_time_pass() -> None:
    port = three_ports()
    page, web, desk = (f"http://127.0.0.1:{port + each}" for each in range(3))
    async with playing(port) as world, httpx.AsyncClient(timeout=30) as client:
        staff, sam = world.phones["staff"].chat, world.phones["person"].chat
        state = (await client.get(f"{page}/now")).json()
        cards = [each for each in state["phones"]["staff"] if each["rows"]]
        assert len(cards) == 2, "two people have asked already"

        sam.skip_to_now()
        await client.post(f"{page}/say", json={"phone": "person", "text": "/start"})
        [*_, menu] = await sam.waits_for(3, 60)
        button = next(each for each in menu.buttons if each.label.endswith("Ask for a first talk"))
        await client.post(f"{page}/tap", json={"phone": "person", "message": menu.id, "data": button.data})
        await sam.waits_for(1, 60)

        came, before = len(staff.acts), world.clock.now()
        assert (await client.post(f"{page}/forward", json={"step": "week"})).is_success
        await staff.waits_until(lambda chat: len(chat.acts) > came, 60)
        assert world.clock.now() - before >= timedelta(days=7)

        for frame in (web, desk):
            answer = await client.get(f"{frame}/")
            assert f"frame-ancestors {page}" in answer.headers["content-security-policy"]
            assert "x-frame-options" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"
        assert (await client.get(page)).text.count("<iframe") == 2
        assert (await client.post(f"{page}/say", data={"phone": "person", "text": "x"})).status_code == 404
    assert not world.folder.exists()


def test_whoever_shares_the_clock_sees_time_pass_and_it_never_runs_back(tmp_path: Path) -> None:
    mine, theirs = Clock(tmp_path / "clock"), Clock(tmp_path / "clock")
    before = theirs.now()
    mine.advance(timedelta(hours=1))
    mine.advance(timedelta(minutes=5))
    assert timedelta(minutes=65) <= theirs.now() - before < timedelta(minutes=66)
    with pytest.raises(ValueError, match="backwards"):
        mine.advance(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (
            datetime(2026, 11, 27, 16, 0, tzinfo=HERE),
            datetime(2026, 12, 1, 9, 5, tzinfo=HERE),
        ),  # over St Andrew's Day
        (datetime(2026, 11, 25, 20, 0, tzinfo=HERE), datetime(2026, 11, 26, 9, 5, tzinfo=HERE)),
        (datetime(2026, 11, 25, 7, 0, tzinfo=HERE), datetime(2026, 11, 25, 9, 5, tzinfo=HERE)),
    ],
)
def test_the_next_working_morning_is_one(now: datetime, morning: datetime) -> None:
    assert STEPS["morning"](now) == morning
