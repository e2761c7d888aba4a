"""`cairn backup` and `cairn restore`: what an operator is told of what was written, deleted, put back, is missing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from cairn import first_run, keys, ports
from desk.entrance.first_link import FILE as FIRST_LINK
from policy.settings import Settings
from storage import backup_files, backups, recipients, restoring, tombstones
from storage.backup_files import File
from storage.database import Database
from storage.restoring import Restored
from storage.secrets import load_desk, make_data_dir
from storage.snapshots import Broken

WHAT_IT_IS = {
    "body": "numbers, times, names of staff, the audit, sealed words",
    "keyring": "the keys without which those words are noise; never kept longer than 7 days",
}
IN_CLEAR = (
    "CAIRN_BACKUP_RECIPIENT is not set, so these files are not encrypted. No word of a person can be read in them, but "
    "how many cases there are, from when and at which stage, and the names and e-mail addresses of staff. Whoever has "
    "both can try passwords of staff once they have desk.secret too. See docs/security.md."
)
NOT_SET_UP = (
    "Nobody has used the first link yet: until then only the file first_link opens cases, and it is in no backup."
)
SECRETS_FIRST = (
    "Put intake.secret and desk.secret back into {folder} first: they are in no backup. If desk.secret is lost, add "
    "--new-secrets: then no password opens anything any more, only the recovery key, and the audit cannot be checked."
)


class BackingUpError(Exception):
    """A backup cannot be written or put back, and why."""


def backup(settings: Settings, folder: Path, console: Console) -> None:
    """Writes one into the folder, and says what and how large. Raises BackingUpError, DatabaseError, SecretsError."""
    database = first_run.open_database(settings)
    kept = timedelta(days=settings.backup_days)
    try:
        made = backups.make(database, folder, datetime.now(UTC), settings.backup_recipient, kept)
    except backup_files.Busy:
        raise BackingUpError(f"Another backup is being written to {folder}, or was this second. Try again.") from None
    except recipients.BadKey:
        raise BackingUpError(
            "CAIRN_BACKUP_RECIPIENT is no age key: a letter of it is wrong. No backup was made."
        ) from None
    except OSError as error:
        why = error.strerror or "it could not be written whole"
        raise BackingUpError(
            f"No backup was made in {folder} ({why}). Is there room, and may it be written to?"
        ) from None
    finally:
        database.close()
    for line in _told(settings, made, folder):
        console.print(line, markup=False)


def _told(settings: Settings, made: backups.Backup, folder: Path) -> Iterator[str]:
    yield f"Written to {folder}, and read back:"
    for file in made.written:
        yield f"  {file.path.name}  {file.path.stat().st_size:,} bytes: {WHAT_IT_IS[file.part]}"
    if (folder / backups.TOMBSTONES).exists():
        yield f"  {backups.TOMBSTONES}: ids of what was erased, so that no older backup brings it back"
    yield f"Deleted, for their time is over: {', '.join(each.path.name for each in made.deleted) or 'nothing'}."
    other_half = f"the other half of {settings.backup_recipient}, " if settings.backup_recipient else ""
    yield f"To restore: both files, {other_half}intake.secret and desk.secret, which are in no backup (cairn keys)."
    if settings.backup_recipient is None:
        yield IN_CLEAR
    if (settings.data_dir / FIRST_LINK).exists():
        yield NOT_SET_UP


def restore(settings: Settings, folder: Path, identity: str | None, console: Console, *, new_secrets: bool) -> None:
    """Puts the newest back into an empty database. Raises BackingUpError, DatabaseError, SecretsError, PortError."""
    ports.check(ports.of_web(settings), ports.of_desk(settings))  # a database that is put away may still be in use
    pair = backup_files.newest(folder)
    if pair is None:
        raise BackingUpError(f"There is no backup in {folder}: its files are called cairn-…-body and cairn-…-keyring.")
    make_data_dir(settings.data_dir)
    if not new_secrets and not keys.has_desk_secret(settings):
        raise BackingUpError(SECRETS_FIRST.format(folder=settings.data_dir))
    database = Database(settings.database, settings.tombstones)
    try:
        restored = _restored(settings, database, folder, pair, identity)
        tombstones.copy(folder / backups.TOMBSTONES, settings.tombstones)
        faults = keys.faults(settings, database)
    finally:
        database.close()
    for line in _told_back(pair, restored, faults):
        console.print(line, markup=False)


def identity(folder: Path, file: Path | None, ask: Callable[[], str]) -> str | None:
    """The private half of the key to the newest backup, if it needs one. Raises BackingUpError."""
    pair = backup_files.newest(folder)
    if pair is None or not any(each.is_encrypted for each in pair if each):
        return None
    try:
        written = file.read_text("utf-8", errors="replace") if file else ask()
    except OSError:
        raise BackingUpError(f"{file} cannot be read.") from None
    keys_in_it = (line.strip() for line in written.splitlines() if line.startswith(recipients.IDENTITY_STARTS))
    return next(keys_in_it, written.strip())


def _restored(
    settings: Settings, database: Database, folder: Path, pair: tuple[File, File | None], identity: str | None
) -> Restored:
    stones = [each for one in (folder / backups.TOMBSTONES, settings.tombstones) for each in tombstones.read(one)]
    audit_key = load_desk(settings.data_dir, settings.given_desk_secret).audit
    try:
        with ExitStack() as files:
            body, keyring = (
                files.enter_context(backup_files.opened(each, identity)) if each else None for each in pair
            )
            return restoring.restore(database, body or (), keyring, stones, datetime.now(UTC), audit_key)
    except recipients.BadKey:
        raise BackingUpError("The backup does not open with this key, and nothing was changed.") from None
    except (Broken, OSError):
        raise BackingUpError("The backup cannot be read, or is not whole, and nothing was changed.") from None


def _told_back(pair: tuple[File, File | None], restored: Restored, faults: Sequence[str]) -> Iterator[str]:
    body, keyring = pair
    yield f"Put back from {body.path.name}{f' and {keyring.path.name}' if keyring else ''}: {restored.rows:,} rows."
    if keyring is None:
        yield (
            f"There is no keyring to this body, so the words of {restored.lost} cases are gone for good; they stand "
            "as erased. What is back: numbers, the audit, who is on the staff. Start Cairn: it prints a first link, by "
            "which somebody chooses a password and gives the others new links."
        )
    else:
        yield f"Cases that a password of staff or the recovery key opens: {restored.cases}."
    yield f"Held to what was erased, taken back or changed since: {restored.reapplied}."
    yield (
        f"Missing is everything from {restored.made_at:%d %B %Y, %H:%M} UTC until now: referrals, messages, changes of "
        "how it is safe to be in touch, tries, records, passwords. Managers are told at the desk. Ask whoever wrote "
        "meanwhile again; heads of the audit kept since then do not fit any more, and show this gap."
    )
    whole = f"{restored.broken} rows of it do not follow" if restored.broken else "it is whole"
    yield f"The audit: {whole} (cairn audit verify)."
    yield from faults
