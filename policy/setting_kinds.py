"""The kinds of value a setting can have: how each is written in the environment, and what is wrong with one that is
not.

A complaint says what to write. It never repeats what was written, which may be a secret.
"""

import os
import re
from datetime import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{1,24}")
SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"
POSTGRESQL_BY_PSYCOPG = "postgresql+psycopg://"


def _read_token(value: SecretStr) -> SecretStr:
    if not TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("must be a bot token as BotFather writes it: digits, a colon, letters")
    return value


def _read_chat(value: int) -> int:
    if value == 0:
        raise ValueError("must be the number of a chat; that of a group starts with a minus")
    return value


def _read_time(value: object) -> object:
    if isinstance(value, str):
        match = TIME_OF_DAY.fullmatch(value.strip())
        if not match:
            raise ValueError("must be a time of day written as 09:00")
        return time(int(match[1]), int(match[2]))
    return value


def _read_web_address(value: str) -> str:
    parts = _split_url(value)
    if parts is None or parts[0] not in ("http", "https") or not parts[1]:
        raise ValueError("must be a web address that starts with http:// or https://")
    return value.rstrip("/")


def _read_secret_address(value: SecretStr) -> SecretStr:
    _read_web_address(value.get_secret_value())
    return value


def _read_mail_server(value: SecretStr) -> SecretStr:
    parts = _split_url(value.get_secret_value())
    if parts is None or parts[0] not in ("smtp", "smtps") or not parts[1]:
        raise ValueError("must look like smtp://name:password@host:587 or smtps://name:password@host:465")
    return value


def _split_url(value: str) -> tuple[str, str] | None:
    """Scheme and host; None where the address or its port is broken."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts.scheme, parts.hostname or ""


def _read_database(value: str) -> str:
    if value.startswith(POSTGRESQL):
        return POSTGRESQL_BY_PSYCOPG + value.removeprefix(POSTGRESQL)
    if value.startswith(POSTGRESQL_BY_PSYCOPG) or (value.startswith(SQLITE) and ":memory:" not in value):
        return value
    raise ValueError("must start with sqlite:/// and name a file, or start with postgresql://")


def _read_email(value: str, with_name: bool = False) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 (not needed, not loaded)

    try:
        validate_email(value, check_deliverability=False, allow_display_name=with_name)
    except EmailNotValidError:
        raise ValueError("must be an e-mail address such as desk@example.org") from None
    return value


def _read_sender(value: str) -> str:
    return _read_email(value, with_name=True)


def _read_list(value: object) -> object:
    if isinstance(value, str):
        return tuple(entry.strip() for entry in value.split(",") if entry.strip())
    return value


def _read_emails(value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(_read_email(address) for address in value)
    except ValueError:
        raise ValueError("must be e-mail addresses with commas between them") from None


def _read_yes_or_no(value: object) -> object:
    if isinstance(value, str):
        if value.casefold() not in {"yes", "no"}:
            raise ValueError("must be yes or no")
        return value.casefold() == "yes"
    return value


def _read_phone(value: str) -> str:
    if not PHONE.fullmatch(value):
        raise ValueError("must be a phone number: digits and spaces, perhaps with a + first")
    return value


def _read_recipient(value: str) -> str:
    if not RECIPIENT.fullmatch(value):
        raise ValueError("must be the public half of an age key: age1 and 58 small letters and digits")
    return value


def _read_data_dir(value: Path) -> Path:
    """A folder that is there, or could be made. It is made, private, when the first secret is written."""
    place = value.expanduser()
    nearest = next(parent for parent in (place, *place.absolute().parents) if os.path.lexists(parent))
    if not (os.path.isdir(nearest) and os.access(nearest, os.W_OK | os.X_OK)):  # noqa: PTH112 (no error where closed)
        raise ValueError("must be a folder that is there or can be made, and that may be written to")
    return place


def _read_file(value: Path) -> Path:
    place = value.expanduser()
    if not os.access(place, os.R_OK):
        raise ValueError("must be a file that is there and may be read")
    return place


BotToken = Annotated[SecretStr, AfterValidator(_read_token)]
ChatId = Annotated[int, AfterValidator(_read_chat)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time)]
WebAddress = Annotated[str, AfterValidator(_read_web_address)]
SecretAddress = Annotated[SecretStr, AfterValidator(_read_secret_address)]
MailServer = Annotated[SecretStr, AfterValidator(_read_mail_server)]
DatabaseAddress = Annotated[str, AfterValidator(_read_database)]
Email = Annotated[str, AfterValidator(_read_email)]
Sender = Annotated[str, AfterValidator(_read_sender)]
Emails = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_read_list), AfterValidator(_read_emails)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_read_list)]
AgeRecipient = Annotated[str, AfterValidator(_read_recipient)]
YesOrNo = Annotated[bool, BeforeValidator(_read_yes_or_no)]
Phone = Annotated[str, AfterValidator(_read_phone)]
DataDir = Annotated[Path, AfterValidator(_read_data_dir)]
ExistingFile = Annotated[Path, AfterValidator(_read_file)]
Port = Annotated[int, Field(ge=1, le=65535)]
WorkingDays = Annotated[int, Field(ge=1, le=60)]
Days = Annotated[int, Field(ge=1, le=90)]
BackupDays = Annotated[int, Field(ge=7, le=90)]
Minutes = Annotated[int, Field(ge=5, le=240)]
Messages = Annotated[int, Field(ge=10, le=1000)]
Tries = Annotated[int, Field(ge=1, le=10)]
ManyDays = Annotated[int, Field(ge=1, le=366)]
WorkingMinutes = Annotated[int, Field(ge=1, le=10_000)]
Seconds = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
