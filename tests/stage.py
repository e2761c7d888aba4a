"""A stage for tests: a real database, a team key whose private half is known here, fixed time and seeded randomness."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from bot.engine import Engine
from bot.flows import FLOWS
from bot.intake import Intake
from bot.messages import Inbound, Reply
from bot.moment import Service
from bot.posting import letters, traces
from bot.posting.letters import Deletion
from bot.spoken import spoken
from policy.promises import Targets
from policy.working_time import WorkingTime
from storage import addresses, outbox, sealing, tables
from storage import traces as stored_traces
from storage.database import Database
from storage.sealing import Keys
from storage.secrets import IntakeSecrets

# A Wednesday morning in Scotland, with no holiday near.
NOW = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
SECRETS = IntakeSecrets(seal=b"s" * 32, pepper=b"p" * 32)


def service(**changes: Any) -> Service:
    """The service with its default targets, a staff chat and e-mail."""
    from datetime import time

    working_time = WorkingTime(time(9), time(17), frozenset())
    values = {"service_name": "the service", "service_phone_line": "", "web_url": "https://chat.example.org"}
    settings = {"has_staff_chat": True, "has_email": True, "has_manager": True, "values": values} | changes
    return Service(Targets(1, 2, 60, 1, 5, timedelta(days=90)), working_time, **settings)


@dataclass
class Stage:
    """Everything a conversation needs, on a database of its own."""

    folder: Path
    url: str = ""
    seed: int = 7
    now: datetime = NOW
    address: str = "1001"
    languages: tuple[str, ...] = ("en",)
    """Those offered, the one the chat starts in first."""
    messages: int = 0
    """How many of ours stand in chats so far."""
    team: sealing.KeyPair = field(default_factory=sealing.new_key_pair)
    database: Database = field(init=False)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.url = self.url or f"sqlite:///{self.folder}/cairn.db"
        self.random = Random(self.seed)
        self.restart()
        with self.database.begin() as tx:
            tx.execute(tables.TEAM_KEYS.delete())
            tx.execute(tables.TEAM_KEYS.insert(), {"id": 1, "public_key": self.team.public, "at": 0.0})
            addresses.publish(tx, SECRETS.letterbox.public, NOW)

    def restart(self) -> None:
        """Let go of everything in memory and open the database again."""
        if hasattr(self, "database"):
            self.database.close()
        self.database = Database(self.url).open()
        engine = Engine(FLOWS, spoken(FLOWS, self.languages))
        self.intake = Intake(self.database, SECRETS, engine, service(), self.languages[0], self.random)

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table, oldest first."""
        with self.database.read() as tx:
            return list(tx.execute(select(table)))

    def documents(self) -> list[dict[str, Any]]:
        """Every case's document, opened with the team key."""
        return [self.document(row) for row in self.rows(tables.CASES) if row.case_key]

    def document(self, case: Any) -> dict[str, Any]:
        key = sealing.unseal_with(self.team.private, case.case_key, f"case_key:{case.id}")
        return json.loads(sealing.unseal(key, case.document, f"case:{case.id}"))

    def contact(self, proposal: Any) -> list[list[str]]:
        """What the desk may see of a proposal, once, opened with the team key."""
        sealed = sealing.unseal_with(self.team.private, proposal.contact, f"proposal:{proposal.id}")
        return json.loads(sealed)

    def taken(self, person: bytes, channel: str) -> tuple[list[Reply], list[Deletion]]:
        """What waits to be said to this person, in order, and what to be deleted; it is gone then, as if delivered."""
        said: list[Reply] = []
        deletions: list[Deletion] = []
        with self.database.begin() as tx:
            rows = [*outbox.of(tx, person, channel), *outbox.of(tx, person, letters.DELETIONS)]
            outbox.sent(tx, [row.id for row in rows])
        for row in sorted(rows, key=lambda row: row.id):
            if row.channel == letters.DELETIONS:
                deletions.append(letters.unlock_deletion(row, Keys(SECRETS.seal)))
                said += [deletions[-1].then] if deletions[-1].then else []
            else:
                said.append(letters.unlock(row, Keys(SECRETS.seal)).reply)
        return said, deletions

    def stands(self, person: bytes, received: Inbound, number: int) -> None:
        """So many messages of ours stand in this chat now, as once they have been delivered to Telegram."""
        if received.channel == "telegram" and number:
            self.messages += number
            ids = range(100_000 + self.messages - number, 100_000 + self.messages)
            trace = traces.lock(SECRETS.seal, "telegram", person, received.address, ids, self.now.timestamp())
            with self.database.begin() as tx:
                stored_traces.add(tx, [traces.lasting(trace, "soon")])

    def sweep(self) -> bool:
        """Let go what is due in chats. Whether there was anything."""
        return traces.sweep(self.database, "telegram", SECRETS.seal, Reply("not deleted"), self.now)

    def entry(self, entry: Any) -> str:
        """What the person wrote beside their case, opened with the team key."""
        return sealing.unseal_with(self.team.private, entry.note, f"entry:{entry.case_id}").decode()
