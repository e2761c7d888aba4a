"""Proposals entered at the desk, until the intake has locked what was said under the confirm code that staff gave out.

Here may live what reads or writes the column `due` of the table `proposals`. The desk has no pepper to make that key
with, and is not to have one: it seals code and answers to the intake, which locks them as it does every proposal's, and
forgets the code.
"""

import json
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from storage.proposals import Locked
from storage.sealing import KeyPair, seal_to, unseal_with
from storage.tables import PROPOSALS

_C = PROPOSALS.c


@dataclass(frozen=True, slots=True)
class Due:
    """A proposal to be locked, as it is stored."""

    id: str
    words: bytes = field(repr=False)

    def open(self, letterbox: KeyPair) -> tuple[str, bytes]:
        """The confirm code, and what was said. Raises SealBroken."""
        read = json.loads(unseal_with(letterbox.private, self.words, _context(self.id)))
        return read["code"], read["answers"].encode()


def sealed(id_: str, code: str, answers: bytes, intake_key: bytes) -> bytes:
    """What lets the intake lock the proposal with this id."""
    plain = json.dumps({"code": code, "answers": answers.decode()}, ensure_ascii=False).encode()
    return seal_to(intake_key, plain, _context(id_))


def waiting(tx: Connection, limit: int = 20) -> list[Due]:
    """Proposals that are to be locked."""
    found = tx.execute(select(_C.id, _C.due).where(_C.due.is_not(None)).limit(limit))
    return [Due(row.id, bytes(row.due)) for row in found]


def settle(tx: Connection, id_: str, locked: Locked | None) -> None:
    """It is locked, or cannot be, and then no code opens it; one that ended meanwhile stays as it is."""
    made = {"code": locked.code, "salt": locked.salt, "answers": locked.answers} if locked else {}
    tx.execute(update(PROPOSALS).where(_C.id == id_, _C.due.is_not(None)).values(due=None, **made))


def _context(id_: str) -> str:
    return f"proposal due:{id_}"
