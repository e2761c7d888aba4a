"""`cairn keys`: which keys there are, who holds them, whether they fit. Nothing of a key itself is ever shown."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from sqlalchemy import Connection

from cairn import first_run
from desk.entrance.first_link import FILE as FIRST_LINK
from policy.settings import Settings
from storage import addresses, audit, recipients, staff, team
from storage.database import Database
from storage.secrets import DESK_FILE, DESK_SETTING, INTAKE_FILE, INTAKE_SETTING, load_desk, load_intake

APART = (
    "Keep apart from backups, each twice and in safe places: intake.secret and desk.secret (on paper or a stick; they "
    "never change), the printed recovery key, the other half of the backup key. With them the settings (.env, "
    "service.toml, closed_days.txt): no secrets but the tokens of the bots and the mail server's password."
)
NOT_THERE = "{file} is not in {folder}, and {setting} is not set: the next start would make another one."
NOT_ITS_INTAKE = (
    "intake.secret is another than the one this database was filled with: drafts, addresses and what is on its way do "
    "not open, and receipt codes find nothing. Put the right one back."
)
NOT_ITS_DESK = (
    "desk.secret is another than the one this database was filled with: no password fits, and the audit cannot be "
    "checked. Put the right one back."
)
NO_RECOVERY = "NOT written down: if every password is lost, nobody can open the cases (People, at the desk)."


def show(settings: Settings, console: Console) -> None:
    """Says which keys there are, how old they are, who holds them, and what to keep apart."""
    database = first_run.open_database(settings)
    with database.read() as tx:
        for line in _listed(tx, settings):
            console.print(line, markup=False)
    database.close()


def check(settings: Settings, console: Console) -> bool:
    """Says whether the secrets of this data folder fit its database."""
    database = first_run.open_database(settings)
    found = faults(settings, database)
    database.close()
    for fault in found or ["The secrets fit the database."]:
        console.print(fault, markup=False)
    return not found


def new_backup_key(console: Console) -> None:
    """Shows a new key for backups once; it is kept nowhere."""
    identity, recipient = recipients.new_key()
    console.print(f"Write down, and keep away from the machine Cairn runs on:\n{identity}\n")
    console.print(f"Set there:\nCAIRN_BACKUP_RECIPIENT={recipient}")


def has_desk_secret(settings: Settings) -> bool:
    """Whether the secret of the staff side is there, so that loading it makes none."""
    return settings.given_desk_secret is not None or (settings.data_dir / DESK_FILE).exists()


def faults(settings: Settings, database: Database) -> list[str]:
    """Which secrets are not there, or are others than those with which this database was filled, a sentence each."""
    missing = dict(_missing(settings))
    fits = {INTAKE_FILE: (_fits_intake, NOT_ITS_INTAKE), DESK_FILE: (_fits_desk, NOT_ITS_DESK)}
    with database.read() as tx:
        others = [fault for file, (fit, fault) in fits.items() if file not in missing and not fit(tx, settings)]
    return [*missing.values(), *others]


def _fits_intake(tx: Connection, settings: Settings) -> bool:
    secrets = load_intake(settings.data_dir, settings.given_intake_secret)
    try:
        return addresses.intake_key(tx) == secrets.letterbox.public
    except addresses.NoIntakeKey:  # no intake has run on it yet, so nothing is sealed with any
        return True


def _fits_desk(tx: Connection, settings: Settings) -> bool:
    return audit.begins_with(tx, load_desk(settings.data_dir, settings.given_desk_secret).audit)


def _missing(settings: Settings) -> Iterator[tuple[str, str]]:
    for file, setting, given in _secrets(settings):
        if given is None and not (settings.data_dir / file).exists():
            yield file, NOT_THERE.format(file=file, folder=settings.data_dir, setting=setting)


def _secrets(settings: Settings) -> Iterator[tuple[str, str, str | None]]:
    yield INTAKE_FILE, INTAKE_SETTING, settings.given_intake_secret
    yield DESK_FILE, DESK_SETTING, settings.given_desk_secret


def _listed(tx: Connection, settings: Settings) -> Iterator[str]:
    made_at = team.made_at(tx)
    holders = ", ".join(each.name for each in staff.everybody(tx) if each.team_key) or "nobody yet"
    yield f"Team key, which opens every case: {_day(made_at) if made_at else 'none yet'}. Held by: {holders}."
    if (settings.data_dir / FIRST_LINK).exists():
        yield f"Until somebody has used the first link, the file {FIRST_LINK} opens it as well."
    yield f"Recovery key: {'written down.' if team.has_recovery(tx) else NO_RECOVERY}"
    for file, setting, given in _secrets(settings):
        path = settings.data_dir / file
        yield f"{file}: {_of_file(path) if given is None else f'in the setting {setting}'}."
    other_half = "Its other half must not be on this machine."
    backup = f"{settings.backup_recipient}. {other_half}" if settings.backup_recipient else "none is set."
    yield f"Backup key: {backup}"
    yield APART


def _of_file(path: Path) -> str:
    return f"{path}, {_day(path.stat().st_mtime)}" if path.exists() else "not there"


def _day(at: float) -> str:
    made = datetime.fromtimestamp(at, UTC)
    return f"of {made:%d %B %Y}, {(datetime.now(UTC) - made).days} days old"
