"""Where the person of a case can be written to later: kept sealed, by the intake, only while they have agreed to it.

Here may live what reads or writes the tables `case_addresses` and `intake_keys`. The address opens on the intake side
alone; the desk sees no more than that there is one. It goes at withdrawal, when the case is closed, and at erasure; of
whom staff have erased and who is told so at that very hour, once they are.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage import sealing
from storage.tables import CASE_ADDRESSES, INTAKE_KEYS

PURPOSE = "case address"
THE_ROW = 1
_C = CASE_ADDRESSES.c


class NoIntakeKey(Exception):
    """The intake has never run: nothing can be sealed to it yet."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be written to."""

    channel: str
    person: bytes = field(repr=False)
    address: str = field(repr=False)


def keep(tx: Connection, case_id: str, to: Address, secret: bytes, *, chosen: bool) -> None:
    """Keeps it, in place of any earlier one. `chosen`: the person named this chat as a way to be in touch; otherwise
    they wrote from it, and it serves to answer them. What they chose is not lost by writing."""
    before = tx.execute(select(_C.chosen).where(_C.case_id == case_id)).scalar()
    forget(tx, case_id)
    salt = sealing.new_salt()
    key = sealing.derive(secret, salt, PURPOSE)
    sealed = sealing.seal(key, to.address.encode(), f"{PURPOSE}:{case_id}")
    row = {"case_id": case_id, "channel": to.channel, "person": to.person, "salt": salt, "address": sealed}
    tx.execute(insert(CASE_ADDRESSES).values(**row, chosen=chosen or bool(before)))


def find(tx: Connection, case_id: str, secret: bytes) -> Address | None:
    """Where this person can be written to; None when they cannot. Raises SealBroken when the secret is another."""
    row = tx.execute(select(CASE_ADDRESSES).where(_C.case_id == case_id)).first()
    if row is None:
        return None
    key = sealing.derive(secret, row.salt, PURPOSE)
    return Address(row.channel, row.person, sealing.unseal(key, row.address, f"{PURPOSE}:{case_id}").decode())


def is_chosen(tx: Connection, case_id: str) -> bool | None:
    """Whether there is an address the person chose (True), one that only serves to answer them, or none (None)."""
    return tx.execute(select(_C.chosen).where(_C.case_id == case_id)).scalar()


def choose(tx: Connection, case_id: str, *, chosen: bool) -> None:
    """The person says whether this chat is a way to be in touch; without an address it changes nothing."""
    tx.execute(update(CASE_ADDRESSES).where(_C.case_id == case_id).values(chosen=chosen))


def forget(tx: Connection, case_id: str) -> None:
    """Nobody can write to this person any more."""
    tx.execute(delete(CASE_ADDRESSES).where(_C.case_id == case_id))


def publish(tx: Connection, public: bytes, now: datetime) -> bool:
    """Lets the desk know the key with which it seals what only this intake may open; whether it is another than
    before."""
    known = tx.execute(select(INTAKE_KEYS.c.public_key)).scalar()
    row = {"public_key": public, "at": now.timestamp()}
    if tx.execute(update(INTAKE_KEYS).where(INTAKE_KEYS.c.id == THE_ROW).values(**row)).rowcount == 0:
        tx.execute(insert(INTAKE_KEYS).values(id=THE_ROW, **row))
    return known is not None and bytes(known) != public


def intake_key(tx: Connection) -> bytes:
    """The key to seal to. Raises NoIntakeKey."""
    key: bytes | None = tx.execute(select(INTAKE_KEYS.c.public_key)).scalar()
    if key is None:
        raise NoIntakeKey
    return bytes(key)
