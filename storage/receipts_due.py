"""Receipt codes the desk gave out, until the intake has derived from them what finds and opens the person's own copy.

Here may live what reads or writes the table `receipts_due`. The desk has no pepper to derive a receipt with, and is not
to have one; the intake derives it as it does every other, and forgets the code.
"""

import json
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from storage.receipts import OwnCopy
from storage.sealing import KeyPair, seal_to, unseal_with
from storage.tables import CASES, RECEIPTS_DUE

_C = RECEIPTS_DUE.c


@dataclass(frozen=True, slots=True)
class Due:
    """A receipt to be made, as it is stored."""

    case_id: str
    words: bytes = field(repr=False)

    def open(self, letterbox: KeyPair) -> tuple[str, bytes]:
        """The code, and the document its copy is of. Raises SealBroken."""
        read = json.loads(unseal_with(letterbox.private, self.words, _context(self.case_id)))
        return read["code"], read["document"].encode()


def add(tx: Connection, case_id: str, code: str, document: bytes, intake_key: bytes) -> None:
    """Lets the intake make the receipt of a case from its code."""
    plain = json.dumps({"code": code, "document": document.decode()}, ensure_ascii=False).encode()
    tx.execute(insert(RECEIPTS_DUE).values(case_id=case_id, words=seal_to(intake_key, plain, _context(case_id))))


def waiting(tx: Connection, limit: int = 20) -> list[Due]:
    """Receipts that are to be made."""
    return [Due(row.case_id, bytes(row.words)) for row in tx.execute(select(RECEIPTS_DUE).limit(limit))]


def settle(tx: Connection, case_id: str, own: OwnCopy | None) -> None:
    """The receipt is made, or cannot be; a case erased meanwhile gets none."""
    if forget(tx, case_id) and own is not None:
        made = {"receipt": own.receipt, "copy_salt": own.copy_salt, "copy": own.copy, "copy_public": own.copy_public}
        tx.execute(update(CASES).where(CASES.c.id == case_id, CASES.c.case_key.is_not(None)).values(**made))


def forget(tx: Connection, case_id: str) -> bool:
    """Destroys what was to be made into a receipt; whether there was any."""
    return tx.execute(delete(RECEIPTS_DUE).where(_C.case_id == case_id)).rowcount == 1


def _context(case_id: str) -> str:
    return f"receipt:{case_id}"
