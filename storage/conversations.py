"""Open conversations: each a sealed draft under a keyed digest of where it is held. No word of it stands in clear."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import CONVERSATIONS, RETURN_CODES


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it is stored."""

    salt: bytes = field(repr=False)
    draft: bytes = field(repr=False)


_C = CONVERSATIONS.c
_LOAD = (
    select(_C.person, _C.salt, _C.draft)
    .where(_C.person.in_(bindparam("people", expanding=True)))
    .order_by(_C.person)  # always in the same order, or two batches could wait for each other
    .with_for_update()
)
_LOCK = text(
    "SELECT count(pg_advisory_xact_lock(each)) FROM (SELECT unnest(CAST(:people AS bigint[])) AS each) AS everybody"
)
_FORGET = delete(CONVERSATIONS).where(_C.person.in_(bindparam("people", expanding=True)))
_INSERTS: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(CONVERSATIONS),
    "postgresql": postgresql.insert(CONVERSATIONS),
}
_SAVES = {
    name: insert.on_conflict_do_update(
        index_elements=["person"],
        set_={key: insert.excluded[key] for key in ("salt", "draft", "touched_at")},
    )
    for name, insert in _INSERTS.items()
}


def lock(tx: Connection, people: Collection[bytes]) -> None:
    """Have these people to oneself until the commit, those too of whom nothing is kept yet and no row could be locked.

    On SQLite whoever writes has the whole database to themselves anyway.
    """
    if people and tx.dialect.name == "postgresql":
        tx.execute(_LOCK, {"people": sorted(int.from_bytes(each[:8], signed=True) for each in people)})


def load(tx: Connection, people: Collection[bytes]) -> dict[bytes, StoredDraft]:
    """The drafts of these people, locked until the commit where the database locks rows."""
    return {row.person: StoredDraft(row.salt, row.draft) for row in tx.execute(_LOAD, {"people": list(people)})}


def save(tx: Connection, drafts: Mapping[bytes, StoredDraft], at: float) -> None:
    """Keep these drafts, new or changed."""
    if drafts:
        rows = [{"person": p, "salt": d.salt, "draft": d.draft, "touched_at": at} for p, d in drafts.items()]
        tx.execute(_SAVES[tx.dialect.name], rows)


def forget(tx: Connection, people: Collection[bytes]) -> bool:
    """Wipe the drafts of these people and the codes that led to them. Whether there was a draft."""
    if not people:
        return False
    tx.execute(delete(RETURN_CODES).where(RETURN_CODES.c.person.in_(list(people))))
    return tx.execute(_FORGET, {"people": list(people)}).rowcount > 0


def idle(tx: Connection, before: float) -> dict[bytes, StoredDraft]:
    """The drafts not touched since `before`."""
    rows = tx.execute(select(_C.person, _C.salt, _C.draft).where(_C.touched_at < before))
    return {row.person: StoredDraft(row.salt, row.draft) for row in rows}


def forget_idle(tx: Connection, before: float) -> int:
    """Wipe every draft not touched since `before`."""
    tx.execute(delete(RETURN_CODES).where(RETURN_CODES.c.at < before))
    return tx.execute(delete(CONVERSATIONS).where(_C.touched_at < before)).rowcount


def remember_code(tx: Connection, code: bytes, person: bytes, at: float) -> None:
    """Let this return code lead to the conversation of this person, in place of any earlier one."""
    tx.execute(delete(RETURN_CODES).where(RETURN_CODES.c.person == person))
    tx.execute(RETURN_CODES.insert(), {"code": code, "person": person, "at": at})


def redeem_code(tx: Connection, code: bytes, since: float = 0) -> bytes | None:
    """Whose conversation this code leads to, if it was remembered since then. A code works once."""
    this = delete(RETURN_CODES).where(RETURN_CODES.c.code == code, RETURN_CODES.c.at >= since)
    return tx.execute(this.returning(RETURN_CODES.c.person)).scalar()
