"""The signed head of the audit goes off the machine by itself, so that whatever is cut off at its end shows there."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import delete

from cairn import auditing
from desk.alerts import head_round
from desk.alerts.alert_words import AlertWords
from desk.alerts.lane import LEASE_SECONDS
from desk.alerts.sweep import Sweep
from desk.desk import Desk
from storage import audit, audit_heads
from storage.audit_heads import Head
from storage.database import Database
from storage.secrets import load_desk
from storage.tables import AUDIT, HEADS_SENT
from tests.desk.telling import LATE, SECRETS, Service, open_service, until

KEEPER = "audit@elsewhere.example.org"
PUBLIC = audit_heads.public_key(SECRETS.audit)


@dataclass
class Receiver:
    """A web address that keeps what is posted to it, of which it takes what `answers` says, then everything."""

    lines: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    called: Event = field(default_factory=Event)
    may_answer: Event = field(default_factory=Event)
    url: str = ""

    @property
    def heads(self) -> list[Head]:
        return audit_heads.read("".join(self.lines))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()
    kept.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.called.set()
            kept.may_answer.wait(30)
            said = self.rfile.read(int(self.headers["content-length"])).decode()
            kept.paths.append(self.path)
            status, headers = kept.answers.pop(0) if kept.answers else (200, {})
            if status == 200:
                kept.lines.append(said)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        kept.url = f"http://127.0.0.1:{server.server_port}/ping/made-up-secret"
        yield kept
        kept.may_answer.set()
        server.shutdown()


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[Service]:
    async with open_service(folder, with_chat=False, digest_at=LATE, **settings) as service:
        yield service


def do(service: Service, times: int = 1) -> None:
    """Something is done at the desk, and written down."""
    with service.desk.database.begin() as tx:
        for _ in range(times):
            audit.write(tx, SECRETS.audit, service.clock(), 1, "opened")


def kept_in(service: Service) -> list[Head]:
    """The heads that the mailbox has."""
    assert all(to == [KEEPER] for to in service.post.recipients)
    return [head for letter in service.post.letters for head in audit_heads.read(letter.get_content())]


async def test_a_row_is_covered_elsewhere_within_fifteen_minutes_by_one_head_for_all_of_them(tmp_path: Path) -> None:
    async with opened(tmp_path, audit_email=KEEPER) as service:
        do(service)
        await service.sweep.sweep_once()
        assert [head.row for head in kept_in(service)] == [1], "the first goes at once"
        for _ in range(4):
            service.clock.advance(minutes=2)
            do(service)
            await service.sweep.sweep_once()
        assert len(kept_in(service)) == 1
        service.clock.advance(minutes=4)
        await service.sweep_for(120, step=60)
        assert [head.row for head in kept_in(service)] == [1, 5]


async def test_while_nothing_is_done_it_goes_once_an_hour_as_a_sign_of_life(tmp_path: Path) -> None:
    async with opened(tmp_path, audit_email=KEEPER) as service:
        do(service)
        await service.sweep_for(5 * 3600, step=300)
        assert [head.row for head in kept_in(service)] == [1] * 6
        assert len({letter["Message-ID"] for letter in service.post.letters}) == 6, "none is taken for a copy"


async def test_nothing_goes_before_anything_was_ever_written(tmp_path: Path) -> None:
    async with opened(tmp_path, audit_email=KEEPER) as service:
        await service.sweep_for(7200, step=600)
        assert service.post.letters == []


async def test_by_heads_kept_in_a_mail_folder_a_cut_end_shows(tmp_path: Path) -> None:
    async with opened(tmp_path, audit_email=KEEPER) as service:
        settings = service.desk.settings
        settings.data_dir.chmod(0o700)
        desk = replace(service.desk, secrets=load_desk(settings.data_dir))
        with desk.database.begin() as tx:
            for _ in range(3):
                audit.write(tx, desk.secrets.audit, service.clock(), 1, "opened")
        sweep = Sweep(desk)
        await sweep.sweep_once()
        await sweep.stop()
        folder = tmp_path / "kept.mbox"
        folder.write_bytes(b"From made-up\n" + service.post.letters[0].as_bytes())
        assert auditing.verify(settings, [str(folder)], "") == ([], 1)
        with service.desk.database.begin() as tx:
            tx.execute(delete(AUDIT).where(AUDIT.c.id == 3))
        [fault], _ = auditing.verify(settings, [str(folder)], "")
        assert "cut off" in fault


async def test_the_line_is_posted_to_the_address_that_is_set(tmp_path: Path, receiver: Receiver) -> None:
    async with opened(tmp_path, audit_url=receiver.url) as service:
        do(service)
        await service.sweep.sweep_once()
        [head] = receiver.heads
        with service.desk.database.read() as tx:
            assert audit_heads.check(tx, head, PUBLIC) == audit_heads.FITS
        assert service.post.letters == []


async def test_what_is_refused_is_tried_again_with_patience_until_it_is_taken(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers += [(500, {}), (404, {}), (302, {"location": "/elsewhere"}), (429, {"retry-after": "200"})]
    async with opened(tmp_path, audit_url=receiver.url) as service:
        do(service)
        await service.sweep_for(100, step=2)
        assert receiver.lines == [] and len(receiver.paths) == 4
        assert "/elsewhere" not in receiver.paths
        await service.sweep_for(200, step=10)
        assert [head.row for head in receiver.heads] == [1]
    assert "made-up-secret" not in caplog.text and "was not sent" in caplog.text


async def test_a_way_that_hangs_holds_up_neither_the_other_nor_an_alert(tmp_path: Path, receiver: Receiver) -> None:
    receiver.may_answer.clear()
    async with opened(tmp_path, audit_url=receiver.url, audit_email=KEEPER) as service:
        do(service)
        service.hand_over("7F3K2M")
        sweeping = asyncio.create_task(service.sweep.sweep_once())
        await until(lambda: len(service.post.letters) == 2)
        assert sorted(letter["Subject"] for letter in service.post.letters) == ["Desk: 7F3K2M", "Desk: keep this"]
        assert receiver.lines == [] and not sweeping.done()
        receiver.may_answer.set()
        await sweeping
        assert len(receiver.lines) == 1


async def test_of_two_desks_one_sends_it(tmp_path: Path, receiver: Receiver) -> None:
    async with opened(tmp_path, audit_url=receiver.url) as service:
        do(service)
        other = head_round.rounds(service.desk, AlertWords(service.desk.words, ""), None)[0]
        await asyncio.gather(service.sweep.sweep_once(), other.run())
        assert len(receiver.lines) == 1


async def test_a_desk_killed_between_its_commit_and_the_yes_sends_it_when_it_is_back(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with opened(tmp_path, audit_url=receiver.url) as service:
        do(service)
        receiver.may_answer.clear()
        doomed = get_context("fork").Process(target=_a_round_of_its_own, args=(service.desk,))
        doomed.start()
        await asyncio.to_thread(receiver.called.wait, 30)
        assert doomed.pid
        os.kill(doomed.pid, signal.SIGKILL)
        await asyncio.to_thread(doomed.join, 30)
        with service.desk.database.read() as tx:
            assert tx.execute(HEADS_SENT.select()).one().row is None, "it was claimed, and nobody says that it went"
        receiver.may_answer.set()
        await service.sweep.sweep_once()
        service.clock.advance(seconds=LEASE_SECONDS + 1)
        await service.sweep.sweep_once()
        with service.desk.database.read() as tx:
            assert tx.execute(HEADS_SENT.select()).one().row == 1
        assert [head.row for head in receiver.heads[-1:]] == [1]


def _a_round_of_its_own(desk: Desk) -> None:
    """In another process: a round that somebody kills while the other side has not said yes."""
    own = Desk(Database(desk.settings.database), desk.settings, desk.secrets, desk.words, desk.now)
    asyncio.run(head_round.rounds(own, AlertWords(desk.words, ""), None)[0].run())


async def test_where_neither_way_is_set_the_log_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(tmp_path):
        assert "Neither CAIRN_AUDIT_EMAIL nor CAIRN_AUDIT_URL is set" in caplog.text
