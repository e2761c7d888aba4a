"""The audit at the command line: whether its chain is whole, and its head, to be kept elsewhere and held against it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cairn.first_run import open_database
from policy.settings import Settings
from storage import audit, audit_heads
from storage.secrets import load_desk

SAYS = {
    audit_heads.NOT_OURS: "The head of {at} (row {row}) was not signed with this key: another key, or it was changed.",
    audit_heads.CUT: "The end was cut off: row {row}, which was the last at {at}, is gone.",
    audit_heads.OTHER: "Row {row}, which was the last at {at}, is another one now: the end was written anew.",
}


class AuditingError(Exception):
    """What was given as a head or a key is none."""


def head(settings: Settings) -> tuple[str | None, str]:
    """The signed head as it stands, if there is any, and the key to check it with."""
    database = open_database(settings)
    try:
        key = load_desk(settings.data_dir, settings.given_desk_secret).audit
        with database.read() as tx:
            return audit_heads.make(tx, key, datetime.now(UTC)), audit_heads.public_key(key)
    finally:
        database.close()


def verify(settings: Settings, kept: Sequence[str], public: str) -> tuple[list[str], int]:
    """What is wrong, a sentence each, and against how many heads it was held. Raises AuditingError."""
    heads = [each for one in kept for each in _heads(one)]
    database = open_database(settings)
    try:
        key = load_desk(settings.data_dir, settings.given_desk_secret).audit
        with database.read() as tx:
            broken = audit.verify(tx, key)
            found = [(each, audit_heads.check(tx, each, public or audit_heads.public_key(key))) for each in heads]
    except ValueError:
        raise AuditingError("The key must be the 64 letters that `cairn audit head` prints.") from None
    finally:
        database.close()
    faults = [f"{len(broken)} rows are broken: {broken}"] if broken else []
    told = [(SAYS[how], each) for each, how in found if how != audit_heads.FITS]
    return faults + [say.format(row=each.row, at=f"{each.at:%Y-%m-%d %H:%M} UTC") for say, each in told], len(heads)


def _heads(given: str) -> list[audit_heads.Head]:
    """The heads in a line, or in the file of this name."""
    try:
        found = audit_heads.read(given) or audit_heads.read(Path(given).read_text("utf-8", errors="replace"))
    except OSError:
        found = []
    if not found:
        raise AuditingError("That is neither a head that `cairn audit head` prints nor a file that holds one.")
    return found
