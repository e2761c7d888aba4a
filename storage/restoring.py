"""A backup back into an empty database, of either kind: all of it in one transaction, or nothing.

Here may live that, and what must hold afterwards: what was erased since stays erased, whoever answers for the service
is told what is missing, and it is written to the audit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter

from sqlalchemy import Connection, Integer, MetaData, Table, delete, func, insert, select

from policy.access import Role
from policy.deadlines import PLAN
from storage import (
    addresses,
    audit,
    cafe_sign_ups,
    cases,
    clocks,
    conversations,
    desk_messages,
    notices,
    proposals,
    snapshots,
    staff,
    talks,
    tombstones,
)
from storage.database import Database
from storage.snapshots import Broken, Row
from storage.tables import CASE_ENTRIES, CASES, CONVERSATIONS, RESTORES, TOMBSTONES
from storage.tombstones import Tombstone

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it."""

    made_at: datetime
    rows: int
    cases: int
    """How many can be opened again, by whoever holds the team's key."""
    lost: int
    """How many cannot, for their keyring is gone."""
    reapplied: int
    """How many things were in the backup that were erased, taken back or changed since."""
    broken: int
    """How many rows of the audit do not follow from the row before."""


def restore(
    database: Database,
    body: Iterable[bytes],
    keyring: Iterable[bytes] | None,
    stones: Iterable[Tombstone],
    now: datetime,
    audit_key: bytes,
) -> Restored:
    """Puts the parts of one backup into an empty database.

    Raises `storage.database.DatabaseError`, and Broken when the parts are not whole or not of one backup.
    """
    head, rows = snapshots.read(body)
    if keyring is not None:
        head_of_keys, keys = snapshots.read(keyring)
        if head_of_keys.id != head.id or (head.part, head_of_keys.part) != (snapshots.BODY, snapshots.KEYRING):
            raise Broken
        rows = snapshots.together(rows, keys, head_of_keys.columns)
    count = 0

    def fill(tx: Connection) -> None:
        nonlocal count
        count = _fill(tx, rows)

    with database.anew(head.revision, fill) as tx:
        lost = _let_go_of_what_opens_no_more(tx, now)
        reapplied = sum(_hold_to(tx, each, now) for each in stones)
        _let_go_of_what_was_on_its_way(tx, now)
        tx.execute(delete(TOMBSTONES))  # of what was just done: they stand in files already
        _tell(tx, head.at, now)
        audit.write(tx, audit_key, now, None, "restored")
        whole = tx.execute(select(func.count()).where(CASES.c.case_key.is_not(None))).scalar_one()
        return Restored(head.at, count, whole, lost, reapplied, len(audit.verify(tx, audit_key)))


def _fill(tx: Connection, rows: Iterator[Row]) -> int:
    """Writes the rows into the tables as they are; how many. One that is nothing without its keyring is left out."""
    there, count = MetaData(), 0
    there.reflect(tx)
    for name, of_it in groupby(rows, itemgetter(0)):
        if name not in there.tables:
            raise Broken
        table = there.tables[name]
        needed = [each.name for each in table.columns if not each.nullable]
        while batch := [values for _, values in islice(of_it, ROWS_AT_ONCE)]:
            kept = [values for values in batch if all(values.get(each) is not None for each in needed)]
            if kept:
                tx.execute(insert(table), kept)
            count += len(kept)
        _count_on(tx, table)
    return count


def _count_on(tx: Connection, table: Table) -> None:
    """PostgreSQL gives the next row a number of its own counting, which has to know of those that came with one."""
    key = table.primary_key.columns.values()
    if tx.dialect.name == "postgresql" and len(key) == 1 and isinstance(key[0].type, Integer):
        sequence = func.pg_get_serial_sequence(table.name, key[0].name)
        tx.execute(select(func.setval(sequence, func.max(key[0]))).select_from(table))


def _let_go_of_what_opens_no_more(tx: Connection, now: datetime) -> int:
    """Cases that came without their keys are erased, in all but their numbers: nobody will ever read them."""
    keyless = select(CASES.c.id).where(CASES.c.case_key.is_(None), CASES.c.stage != cases.ERASED)
    ids = tx.execute(keyless).scalars().all()
    for id_ in ids:
        cases.erase(tx, id_, now.timestamp())
    return len(ids)


def _let_go_of_what_was_on_its_way(tx: Connection, now: datetime) -> None:
    """What the desk had written and nobody had read, and talks: the person may have read it since, or asked for no
    contact. Whoever has the case keeps its words in the history, which says so. Where nothing was to come but a last
    word, the place for it is forgotten."""
    for case_id in sorted(desk_messages.lose(tx, now) | talks.let_go(tx, now)):
        if cases.is_open(tx, case_id) and not cases.is_closed(tx, case_id):
            row = {"case_id": case_id, "at": now.timestamp(), "kind": cases.MESSAGES_LOST}
            tx.execute(insert(CASE_ENTRIES).values(**row))
        else:
            addresses.forget(tx, case_id)


def _hold_to(tx: Connection, stone: Tombstone, now: datetime) -> bool:
    """Does once more what the tombstone stands for; whether there was anything to do."""
    at = now.timestamp()
    match stone.kind:
        case tombstones.DRAFT:
            return _wipe_draft(tx, bytes.fromhex(stone.what), stone.at or 0)
        case tombstones.PROPOSAL:
            return proposals.refuse(tx, stone.what, at)
        case tombstones.SIGN_UP:
            return cafe_sign_ups.give_up(tx, stone.what, at)
        case tombstones.CONTACT:
            return _ask_anew(tx, stone, now)
    stage = tx.execute(select(CASES.c.stage).where(CASES.c.id == stone.what)).scalar()
    if stage in {None, cases.ERASED} or (stage, stone.kind) == (cases.WITHDRAWN, tombstones.WITHDRAWN):
        return False
    (cases.erase if stone.kind == tombstones.CASE else cases.withdraw)(tx, stone.what, at)
    return True


def _wipe_draft(tx: Connection, person: bytes, wiped_at: float) -> bool:
    """What was begun after it was wiped is another one, and stays."""
    draft = (CONVERSATIONS.c.person == person) & (CONVERSATIONS.c.touched_at <= wiped_at)
    if tx.execute(select(CONVERSATIONS.c.touched_at).where(draft)).first() is None:
        return False
    return conversations.forget(tx, [person])


def _ask_anew(tx: Connection, stone: Tombstone, now: datetime) -> bool:
    """Where how to be in touch was changed since, and what it was changed to is lost, it has to be asked before the
    next step: the history says so, and the plan is out of date."""
    its = CASE_ENTRIES.c.case_id == stone.what
    same = (CASE_ENTRIES.c.kind != cases.CONTACT_LOST) & (CASE_ENTRIES.c.at == stone.at)
    said_already = (CASE_ENTRIES.c.kind == cases.CONTACT_LOST) & (CASE_ENTRIES.c.at == now.timestamp())
    is_known = tx.execute(select(CASE_ENTRIES.c.id).where(its, same | said_already)).first() is not None
    if is_known or not cases.is_open(tx, stone.what):
        return False
    row = {"case_id": stone.what, "at": now.timestamp(), "kind": cases.CONTACT_LOST}
    tx.execute(insert(CASE_ENTRIES).values(**row))
    clocks.put(tx, stone.what, PLAN, now)
    return True


def _tell(tx: Connection, made_at: datetime, now: datetime) -> None:
    """Every manager sees at the desk what is missing, until they say so."""
    tx.execute(insert(RESTORES).values(made_at=made_at.timestamp(), at=now.timestamp()))
    for member in staff.everybody(tx):
        if Role.MANAGER in member.roles:
            notices.write(tx, notices.RESTORED, now, about=member.id, state=notices.SENT)
