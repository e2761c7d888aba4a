"""A backup of the whole database while others go on: two files of one moment, and a copy of the tombstones beside them.

snapshot (one moment) -> lines -> packed, encrypted to whoever keeps the other half -> two files, whole or not at all
erased later -> a row in that commit -> the folder of tombstones -> copied beside the files by the next backup
keyring: gone after 7 days, and with it what was erased; body: in it nothing that was said can be read alone
restore: empty database -> tables as they were -> rows -> up to date -> tombstones -> said what is missing
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from policy.retention import BACKUP_KEYRING
from storage import backup_files, snapshots, tombstones
from storage.backup_files import File
from storage.database import Database
from storage.snapshots import BODY, KEYRING

TOMBSTONES = "tombstones"
"""The folder of tombstones in a folder of backups."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written and what was deleted."""

    written: Sequence[File]
    deleted: Sequence[File]


def make(database: Database, folder: Path, now: datetime, recipient: str | None, body_kept: timedelta) -> Backup:
    """Writes a backup into the folder, deletes what is past its time there.

    Raises `backup_files.Busy`, OSError and `recipients.BadKey`; then nothing new has its name.
    """
    with backup_files.alone(folder):
        id_ = secrets.token_hex(8)
        with database.snapshot() as tx:
            # The keyring first: a body that has its name has its keyring too.
            parts = {part: snapshots.lines(tx, part, id_, now) for part in (KEYRING, BODY)}
            written = backup_files.write(folder, now, parts, recipient)
        for file in written if recipient is None else ():
            _read_back(file)
        database.checkpoint()  # what was wiped meanwhile could not leave the log of SQLite
        database.write_tombstones()
        if database.tombstones:
            tombstones.copy(database.tombstones, folder / TOMBSTONES)
            tombstones.forget_past(folder / TOMBSTONES, now.date())
        return Backup(written, backup_files.delete_past(folder, now, {BODY: body_kept, KEYRING: BACKUP_KEYRING}))


def _read_back(file: File) -> None:
    """Raises OSError unless every line of it can be read again."""
    try:
        with backup_files.opened(file, None) as lines:
            _, rows = snapshots.read(lines)
            for _ in rows:
                pass
    except snapshots.Broken:
        raise OSError("what was read back is not whole") from None
