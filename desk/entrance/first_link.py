"""The token of the first member's link, kept in a file until they have chosen a password.

While it lasts, that link holds the only copy of the team's private key, and cases may come in already: it must outlive
a restart. Here may live the file, and nothing else of the set-up.
"""

import os
from datetime import datetime
from pathlib import Path

from storage import team
from storage.database import Database
from storage.secrets import make_data_dir

FILE = "first_link"


def ensure(database: Database, data_dir: Path, now: datetime) -> str | None:
    """The token for /set-up/<token> while nobody has used it, else None. Makes the team key.

    Raises `storage.team.TeamKeyLost`, and `storage.secrets.SecretsError` when the data directory cannot be made.
    """
    make_data_dir(data_dir)
    file = data_dir / FILE
    with database.begin() as tx:  # reads the file inside: of two processes that start at once, one makes it
        kept = file.read_text("ascii").strip() if file.exists() else None
        token = team.ensure(tx, now, kept)
        if token and token != kept:
            _write(file, token)  # before the commit: a link whose token is nowhere would be a lost team key
    if token is None:
        forget(data_dir)
    return token


def forget_once_set_up(database: Database, data_dir: Path) -> None:
    """Forgets the token if it is not needed any more: some member's own keys hold the team key."""
    with database.read() as tx:
        is_set_up = team.is_set_up(tx)
    if is_set_up:
        forget(data_dir)


def forget(data_dir: Path) -> None:
    """A password holds the team key: the file goes."""
    (data_dir / FILE).unlink(missing_ok=True)


def _write(file: Path, token: str) -> None:
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(token + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)
