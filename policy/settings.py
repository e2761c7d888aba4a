"""Every setting of Cairn, read once at start-up from the environment and `.env`. Nothing else reads either.

Each field is the variable CAIRN_<NAME>; an empty one counts as not set. Kinds of value live in `policy.setting_kinds`,
what several settings must agree on in `policy.setting_rules`, the table for operators in `policy.settings_table`.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from datetime import date, time
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from policy import decisions
from policy.chat_messages import Stays
from policy.closed_days import read_closed_days
from policy.decent_hours import DECENT
from policy.decisions import Decisions
from policy.retention import BACKUP_BODY, CAFE, PROPOSAL
from policy.setting_faults import in_plain_words
from policy.setting_kinds import (
    SQLITE,
    AgeRecipient,
    BackupDays,
    BotToken,
    ChatId,
    DatabaseAddress,
    DataDir,
    Days,
    Email,
    Emails,
    ExistingFile,
    MailServer,
    ManyDays,
    Messages,
    Minutes,
    Names,
    Phone,
    Port,
    Seconds,
    SecretAddress,
    Sender,
    TimeOfDay,
    Tries,
    WebAddress,
    WorkingDays,
    WorkingMinutes,
    YesOrNo,
)
from policy.setting_rules import EVERYWHERE, disagreements

PREFIX = "CAIRN_"
DOTENV = Path(".env")


class SettingsError(Exception):
    """The settings cannot be used as they are. Its text names all that is wrong, a line each, and never a value."""


def _own_url(host: str, port: int) -> str:
    host = "localhost" if host in EVERYWHERE else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Settings(BaseSettings):
    """What an operator may set. Take it from `load`, which also checks that the settings agree with each other."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=DOTENV,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    data_dir: DataDir = Field(
        default=Path("data"), description="Folder for the database and the secrets. Made on the first run."
    )
    database_url: DatabaseAddress | None = Field(
        default=None,
        repr=False,
        description="Where the database is: postgresql://name:password@host/cairn, or sqlite:/// and a file. "
        "Not set: the file cairn.db in the data folder.",
    )
    bot_token: BotToken | None = Field(default=None, description="Token of the public Telegram bot; not set: off.")
    staff_bot_token: BotToken | None = Field(default=None, description="Token of the staff's own bot; not set: off.")
    staff_chat_id: ChatId | None = Field(
        default=None,
        repr=False,
        description="Number of the Telegram chat alerts go to; that of a group starts with a minus.",
    )
    bot_api_url: WebAddress = Field(
        default="https://api.telegram.org", description="Server of the Telegram Bot API; both bots use it."
    )
    web_host: str = Field(default="127.0.0.1", description="Address of this machine the web chat listens on.")
    web_port: Port = Field(default=8000, description="Port of the web chat.")
    desk_host: str = Field(default="127.0.0.1", description="Address of this machine the desk listens on.")
    desk_port: Port = Field(default=8001, description="Port of the desk.")
    web_url: WebAddress = Field(
        default_factory=lambda data: _own_url(data["web_host"], data["web_port"]),
        description="Address of the web chat as people reach it. Not set: http:// with its host and port.",
    )
    desk_url: WebAddress = Field(
        default_factory=lambda data: _own_url(data["desk_host"], data["desk_port"]),
        description="Address of the desk as staff reach it. Not set: http:// with its host and port.",
    )
    smtp_url: MailServer | None = Field(
        default=None,
        description="Mail server alerts go through: smtp://name:password@host:587 or smtps://name:password@host:465. "
        "Not set: e-mail is off.",
    )
    mail_from: Sender | None = Field(default=None, description="Sender of those e-mails.")
    alert_emails: Emails = Field(
        default=(), repr=False, description="Who gets alerts by e-mail: addresses with commas between."
    )
    manager_emails: Emails = Field(
        default=(),
        repr=False,
        description="Who is told at three quarters of the time promised if nobody has opened a case.",
    )
    audit_email: Email | None = Field(
        default=None,
        repr=False,
        description="Mailbox of its own, away from this machine, that gets the signed head of the audit within 15 "
        "minutes of whatever is written there, and each hour otherwise.",
    )
    audit_url: SecretAddress | None = Field(
        default=None,
        description="Web address away from this machine that the same line is posted to, as often. Whoever knows it "
        "may post there, so it is kept like a password.",
    )
    language: str = Field(default="en", description="Language the chat starts in: a folder of content/.")
    languages: Names = Field(
        default=(),
        description="Languages people may choose, folders of content/ with commas between. Not set: all there are to "
        "try, but with CAIRN_LIVE only the one the chat starts in.",
    )
    live: YesOrNo = Field(
        default=False,
        description="Whether real people come: yes or no. With yes, nothing starts until `cairn check --live` finds "
        "everything in order.",
    )
    work_start: TimeOfDay = Field(
        default=time(9), description="When the working day starts, Monday to Friday, Scottish time."
    )
    work_end: TimeOfDay = Field(default=time(17), description="When the working day ends.")
    closed_days_file: ExistingFile | None = Field(
        default=None,
        description="List of days the service is closed beside weekends and Scottish bank holidays, one a line: "
        "2026-12-24 and a note. Not set: closed_days.txt in the data folder, if it is there.",
    )
    service_file: ExistingFile | None = Field(
        default=None,
        description="What only the service can decide, see service.toml.example. Not set: service.toml in the data "
        "folder, if it is there.",
    )
    opened_within_days: WorkingDays = Field(default=1, description="Working days until somebody has opened a case.")
    first_attempt_within_days: WorkingDays = Field(
        default=2, description="Working days until somebody has first tried to be in touch."
    )
    urgent_opened_within_minutes: WorkingMinutes = Field(
        default=60, description="Working minutes until somebody has opened an urgent case."
    )
    urgent_first_attempt_within_days: WorkingDays = Field(
        default=1, description="Working days until somebody has first tried to be in touch about an urgent case."
    )
    reached_within_days: WorkingDays = Field(
        default=5, description="Working days within which the service aims to have spoken with somebody."
    )
    proposal_days: Days = Field(
        default=PROPOSAL.days,
        description="Days until a referral by somebody else is destroyed if the person it is about has not said yes.",
    )
    attempts: Tries = Field(
        default=3, description="Different days on which somebody is tried before it may be given up to reach them."
    )
    attempts_span_days: WorkingDays = Field(
        default=10, description="Working days over which those tries are spread, at least."
    )
    contact_plan_days: Days = Field(
        default=90, description="Days until a coordinator is to ask whether the ways to be in touch are still safe."
    )
    review_within_days: Days = Field(
        default=42,
        description="Days until suitability, safety and strengths are looked at again, at the latest.",
    )
    decent_from: TimeOfDay = Field(
        default=DECENT[0],
        description="From when on people may be called or written to, on any day, who named no times themselves.",
    )
    decent_until: TimeOfDay = Field(default=DECENT[1], description="Until when.")
    talk_idle_minutes: Minutes = Field(
        default=30, description="Minutes without a word after which a talk in the chat ends by itself."
    )
    cafe_days: ManyDays = Field(
        default=CAFE.days,
        description="Days after a restorative cafe until what people said to sign up for it and what they thought of "
        "it is destroyed, once it is counted: at most 30 days more where nobody has signed in at the desk since. Who "
        "asked to hear of later ones is kept for two years.",
    )
    messages_stay: Stays = Field(
        default="soon",
        description="How long messages of both sides stay in a chat on Telegram if the person does not choose: at_once "
        "(until the next is said), soon (15 minutes), at_end (until the conversation ends, 47 hours at most) or keep.",
    )
    messages_a_minute: Messages = Field(
        default=240,
        description="Messages one person may send in a minute, in the web chat or on Telegram, before they are asked "
        "to wait: far more than anybody types, far less than a flood. Stop, Help now, clearing and erasing always "
        "work.",
    )
    backup_recipient: AgeRecipient | None = Field(
        default=None,
        description="Public half (age1...) of the key that backups are encrypted to; its other half is kept away from "
        "this machine. Not set: backups are not encrypted beyond what is sealed anyway.",
    )
    backup_days: BackupDays = Field(
        default=BACKUP_BODY.days,
        description="Days until the body of a backup is deleted. The keyring always goes after 7.",
    )
    tombstones_dir: Path | None = Field(
        default=None,
        description="Folder in which it is written down what was erased, by ids alone, so that no restored backup "
        "brings it back; best on another disk than the database. Not set: tombstones in the data folder.",
    )
    intake_secret: SecretStr | None = Field(
        default=None,
        description="Secret of the public side, 32 bytes or more as hex or base64. Not set: the file intake.secret in "
        "the data folder, made on the first run.",
    )
    desk_secret: SecretStr | None = Field(
        default=None, description="Secret of the staff side, likewise. Not set: the file desk.secret."
    )
    digest_at: TimeOfDay = Field(
        default=time(9),
        description="When staff are told each working day how much there is to do, by e-mail and in their chat.",
    )
    sweep_seconds: Seconds = Field(default=0.25, description="Seconds between two looks for alerts that are due.")
    service_name: str = Field(
        default="the restorative justice service", description="Name of the service, as people know it."
    )
    service_phone: Phone | None = Field(default=None, description="Phone number of the service, shown to people.")
    service_email: Email | None = Field(default=None, description="E-mail address of the service, shown to people.")

    @property
    def given_intake_secret(self) -> str | None:
        """The intake secret as it was set; None: it lies in its file."""
        return self.intake_secret.get_secret_value() if self.intake_secret else None

    @property
    def given_desk_secret(self) -> str | None:
        """The desk secret as it was set; None: it lies in its file."""
        return self.desk_secret.get_secret_value() if self.desk_secret else None

    @property
    def tombstones(self) -> Path:
        """The folder of tombstones."""
        return self.tombstones_dir or self.data_dir / "tombstones"

    @property
    def database(self) -> str:
        """The database address as SQLAlchemy takes it. It may hold a password: never log it."""
        return self.database_url or f"{SQLITE}{self.data_dir / 'cairn.db'}"

    @cached_property
    def decisions(self) -> Decisions:
        """What the service decided, from its file; nothing without one. Raises `ValueError` if it cannot be read."""
        file = self.service_file or self.data_dir / decisions.FILE
        try:
            return decisions.read(file.read_text("utf-8-sig"))
        except FileNotFoundError:
            return Decisions()
        except (OSError, UnicodeError):
            raise ValueError("cannot be read: it must be plain text") from None

    def languages_offered(self, there_are: Iterable[str]) -> tuple[str, ...]:
        """Those people may choose from, the one the chat starts in first."""
        others = self.languages or (() if self.live else there_are)
        return tuple(dict.fromkeys((self.language, *others)))

    @cached_property
    def closed_days(self) -> frozenset[date]:
        """The days of the closed-days file; none without one. Raises `ValueError` if it cannot be read."""
        file = self.closed_days_file or self.data_dir / "closed_days.txt"
        try:
            text = file.read_text("utf-8-sig")
        except FileNotFoundError:
            text = ""
        except (OSError, UnicodeError):
            raise ValueError("cannot be read: it must be plain text") from None
        return read_closed_days(text)


def load(env_file: Path = DOTENV, languages: Collection[str] = ()) -> Settings:
    """The settings in force; their language must be one of `languages`, if any are named.

    Raises `SettingsError`, which lists everything wrong with them at once.
    """
    try:
        settings, problems = _read(env_file)
    except (OSError, UnicodeError):
        raise SettingsError(f"The settings cannot be used:\n  {env_file.name} must be a plain text file") from None
    if languages and settings.language not in languages:
        problems.append(_line("language", f"must be a language of content/: {', '.join(languages)}"))
    if languages and {*settings.languages} - {*languages}:
        problems.append(_line("languages", f"must be languages of content/: {', '.join(languages)}"))
    if problems:
        raise SettingsError("\n  ".join(["The settings cannot be used:", *problems]))
    return settings


def _read(env_file: Path) -> tuple[Settings, list[str]]:
    """The settings as far as they can be read, and a line for each thing wrong."""
    problems = list(_unknown(env_file))
    given: dict[str, Any] = {"_env_file": env_file}
    unreadable: set[str] = set()
    try:
        settings = Settings(**given)
    except ValidationError as error:
        faults = [(str(fault["loc"][0]), in_plain_words(fault)) for fault in error.errors(include_input=False)]
        problems += [_line(name, words) for name, words in faults if words]
        unreadable = {name for name, _ in faults}
        defaults = Settings.model_construct()
        settings = Settings(**given, **{name: getattr(defaults, name) for name in unreadable})
    problems += [_line(name, words) for name, words in disagreements(settings, unreadable)]
    return settings, problems


def _unknown(env_file: Path) -> Iterator[str]:
    """A line for each variable that looks like a setting and is none: a slip that would be ignored in silence."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    written = {*os.environ, *DotEnvSettingsSource(Settings, env_file=env_file).env_vars}
    for name in sorted({name.upper() for name in written if name.upper().startswith(PREFIX)} - {*known}):
        # A name like none of ours may be anybody's; one nearly like ours is a slip.
        if near := get_close_matches(name, known, n=1, cutoff=0.75):
            yield f"{name} is no setting: did you mean {near[0]}?"


def _line(name: str, words: str) -> str:
    return f"{PREFIX}{name.upper()} {words}"
