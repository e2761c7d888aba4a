"""Which updates were acted on. Written in the commit that acts, so each changes our state exactly once."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, delete, select

from storage.tables import SEEN_UPDATES

_SEEN = select(SEEN_UPDATES.c.update_id).where(
    SEEN_UPDATES.c.source == bindparam("source"), SEEN_UPDATES.c.update_id.in_(bindparam("ids", expanding=True))
)
_ADD = SEEN_UPDATES.insert()


def known(tx: Connection, source: str, ids: Collection[str]) -> set[str]:
    """Those of these updates that were acted on before."""
    return set(tx.execute(_SEEN, {"source": source, "ids": list(ids)}).scalars())


def add(tx: Connection, source: str, faults: Mapping[str, str | None], at: float) -> None:
    """Remember these updates; for each the class of error that parked it, or None."""
    rows = [{"source": source, "update_id": id_, "at": at, "fault": fault} for id_, fault in faults.items()]
    if rows:
        tx.execute(_ADD, rows)


def forget_before(tx: Connection, at: float) -> int:
    """Drop rows older than `at`. Telegram repeats an update for 24 hours at most."""
    return tx.execute(delete(SEEN_UPDATES).where(SEEN_UPDATES.c.at < at)).rowcount
