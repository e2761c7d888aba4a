"""What has to be there before anybody can be served: tables, secrets, the team key, and a link for the first member."""

from datetime import UTC, datetime

from rich.console import Console
from sqlalchemy import Connection

from desk.entrance import first_link
from policy.access import Role
from policy.four_eyes import USE_RECOVERY
from policy.settings import Settings
from storage import approvals, audit, second_factors, staff, staff_sessions, team
from storage.database import Database
from storage.sealing import SealBroken
from storage.secrets import DeskSecrets, load_desk, load_intake, make_data_dir

TO_TRY = (
    "To try it: open the web chat and ask for a first talk, then open the desk, where the case waits.\n"
    "Invent what you type. Telegram and e-mail are off until they are set: see .env.example and docs/operating.md."
)


MANAGER_NEEDS_TWO = (
    "That somebody becomes a manager takes two people: add them with another role, then a manager asks for it at the "
    "desk (People, their name). In a service of one person: cairn alone manager NAME."
)
WAITS_FOR_ANOTHER = (
    "A second person has to approve this at the desk (What a second person has to approve), within 24 hours. Then type "
    "the same command again. Where nobody can answer, type it again once the 24 hours are over."
)


class FirstRunError(Exception):
    """Something an operator asked for cannot be done, and why."""


def prepare(settings: Settings) -> str | None:
    """Make what is missing. Gives the first member's one-time link while nobody has used it, else None."""
    database = open_database(settings)
    load_intake(settings.data_dir, settings.given_intake_secret)
    load_desk(settings.data_dir, settings.given_desk_secret)
    try:
        token = first_link.ensure(database, settings.data_dir, datetime.now(UTC))
    except team.TeamKeyLost as error:
        raise FirstRunError(
            "Cases were handed over before anybody used the first link, and the file first_link is gone from "
            "the data folder. Only that file opens them: put it back from a backup."
        ) from error
    finally:
        database.close()
    return set_up_link(settings, token) if token else None


def greet(settings: Settings, console: Console) -> None:
    """Say where everything is, what is off, and how the first member gets in."""
    link = prepare(settings)
    console.print(f"Web chat  {settings.web_url}")
    console.print(f"Desk      {settings.desk_url}")
    telegram = "on" if settings.bot_token else "off (CAIRN_BOT_TOKEN is not set)"
    staff_bot = "on" if settings.staff_bot_token else "off (CAIRN_STAFF_BOT_TOKEN is not set)"
    mail = "on" if settings.smtp_url else "off (CAIRN_SMTP_URL is not set)"
    off_host = settings.audit_email or settings.audit_url
    audit_kept = "elsewhere too" if off_host else "here alone (neither CAIRN_AUDIT_EMAIL nor CAIRN_AUDIT_URL is set)"
    console.print(f"Telegram  {telegram}\nStaff bot {staff_bot}\nE-mail    {mail}\nAudit     kept {audit_kept}")
    if link:
        console.print(f"\nThe first coordinator chooses a password here, once:\n{link}")
    if not (settings.bot_token or settings.staff_bot_token or settings.smtp_url):
        console.print(f"\n{TO_TRY}")
    console.print("\nCtrl-C stops everything.")


def open_database(settings: Settings) -> Database:
    """The database with its tables up to date; the data folder is made when it is missing.

    Raises SecretsError for a data folder that cannot be used, DatabaseError for a database that cannot.
    """
    make_data_dir(settings.data_dir)
    return Database(settings.database, settings.tombstones).open()


def set_up_link(settings: Settings, token: str) -> str:
    return f"{settings.desk_url}/set-up/{token}"


def add_member(settings: Settings, name: str, roles: list[str], recovery_key: str | None = None) -> str:
    """The one-time link of a new member. Raises FirstRunError when that cannot be.

    Where others could approve it, that somebody becomes a manager, or is let in with the recovery key, takes one of
    them (`policy.four_eyes`).
    """
    database = open_database(settings)
    now = datetime.now(UTC)
    try:
        secrets = load_desk(settings.data_dir, settings.given_desk_secret)
        if recovery_key:
            _ask_to_recover(database, secrets, recovery_key, name, now)
        with database.begin() as tx:
            if Role.MANAGER in roles and not recovery_key and _others(tx):
                raise FirstRunError(MANAGER_NEEDS_TWO)
            key = team.recover(tx, recovery_key) if recovery_key else None
            if recovery_key and _others(tx):
                _use_recovery(tx, secrets, now)
            token = staff.add(tx, name, roles, now, key)
            audit.write(tx, secrets.audit, now, None, "added_by_command")
        return set_up_link(settings, token)
    except (ValueError, SealBroken, team.NoRecoveryKey, staff.StaffError) as error:
        raise FirstRunError(f"{name} was not added: {error or type(error).__name__}") from error
    finally:
        database.close()


def _others(tx: Connection) -> bool:
    """Whether anybody could be the second person."""
    return any(each.approves for each in staff.everybody(tx))


def _ask_to_recover(database: Database, secrets: DeskSecrets, recovery_key: str, name: str, now: datetime) -> None:
    """Asks, the first time the command is typed. Raises FirstRunError while nobody has approved it."""
    with database.begin() as tx:
        team.recover(tx, recovery_key)
        asked = approvals.asked_for(tx, USE_RECOVERY, None, now)
        is_open = not _others(tx) or approvals.went_unanswered(tx, USE_RECOVERY, now)
        if is_open or (asked and asked.approved_at):
            return
        if asked is None:
            why = f"At the server: to let {name} in with the recovery key"
            approvals.ask(tx, USE_RECOVERY, None, None, now, secrets.audit, why=why)
    raise FirstRunError(WAITS_FOR_ANOTHER)


def _use_recovery(tx: Connection, secrets: DeskSecrets, now: datetime) -> None:
    asked = approvals.asked_for(tx, USE_RECOVERY, None, now)
    if asked is not None and asked.approved_at:
        approvals.use(tx, asked.id, None, None, now, secrets.audit)
    else:  # nobody has answered for a day
        audit.write(tx, secrets.audit, now, None, f"did_{USE_RECOVERY}")


def reset_second_step(settings: Settings, name: str) -> None:
    """Forgets what a member signs in with beside their password, and signs them out. Raises FirstRunError."""
    database = open_database(settings)
    secrets = load_desk(settings.data_dir, settings.given_desk_secret)
    try:
        with database.begin() as tx:
            member = staff.by_name(tx, name)
            if member is None:
                raise FirstRunError(f"Nobody on the staff is called {name}.")
            second_factors.forget(tx, member.id)
            staff_sessions.end_all(tx, member.id)
            audit.write(tx, secrets.audit, datetime.now(UTC), None, f"factor_reset:{member.id}")
    finally:
        database.close()
