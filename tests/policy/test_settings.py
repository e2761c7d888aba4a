"""Settings as an operator meets them: in the environment, in `.env`, in the list of what is wrong."""

import os
import subprocess
import sys
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from policy.closed_days import read_closed_days
from policy.promises import Targets
from policy.settings import Settings, SettingsError, load
from policy.settings_table import as_example, rows
from policy.working_time import WorkingTime

ROOT = Path(__file__).parents[2]
PUBLIC_TOKEN = "123456:invented-public-token"
STAFF_TOKEN = "654321:invented-staff-token"
WORDS = {"data_dir", "language", "service_name"}  # settings that take any words
SMTP = "smtp://desk:invented-password@mail.example.org:587"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in, and none of this machine's own settings."""
    for name in os.environ:
        if name.upper().startswith("CAIRN_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(**given: object) -> None:
    """An `.env` in the folder we run in, with these settings."""
    lines = (f"CAIRN_{name.upper()}={value}\n" for name, value in given.items())
    Path(".env").write_text("".join(lines), "utf-8")


def complaints(**given: object) -> list[str]:
    """What `load` has to say about these settings, without its first line."""
    write(**given)
    with pytest.raises(SettingsError) as caught:
        load()
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_nothing_needs_to_be_set() -> None:
    settings = load()
    assert settings.data_dir == Path("data")
    assert settings.database == "sqlite:///data/cairn.db"
    assert (settings.bot_token, settings.staff_bot_token, settings.staff_chat_id, settings.smtp_url) == (None,) * 4
    assert (settings.web_port, settings.desk_port) == (8000, 8001)
    assert (settings.web_url, settings.desk_url) == ("http://127.0.0.1:8000", "http://127.0.0.1:8001")
    assert (settings.work_start, settings.work_end) == (time(9), time(17))
    assert settings.closed_days == frozenset()


def test_loading_makes_no_folder(elsewhere: Path) -> None:
    load()
    assert not list(elsewhere.iterdir())


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write(web_port=8100, desk_port=8101)
    monkeypatch.setenv("CAIRN_WEB_PORT", "8200")
    assert (load().web_port, load().desk_port) == (8200, 8101)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    write(bot_token="", web_port="", alert_emails="", web_url="")
    monkeypatch.setenv("CAIRN_SMTP_URL", "")
    assert load() == load(Path(os.devnull))


def test_everything_can_be_set() -> None:
    Path("closed.txt").write_text("2026-12-24 Christmas Eve\n", "utf-8")
    write(
        bot_token=PUBLIC_TOKEN,
        staff_bot_token=STAFF_TOKEN,
        staff_chat_id=-1001234567890,
        bot_api_url="http://127.0.0.1:8081/",
        smtp_url=SMTP,
        mail_from='"The desk <desk@example.org>"',
        alert_emails="one@example.org, two@example.org,",
        manager_emails="manager@example.org",
        work_start="8:30",
        work_end="16:30",
        closed_days_file="closed.txt",
        service_phone="07700 900123",
        service_email="hello@example.org",
    )
    settings = load()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == PUBLIC_TOKEN
    assert settings.staff_chat_id == -1001234567890
    assert settings.bot_api_url == "http://127.0.0.1:8081"
    assert settings.alert_emails == ("one@example.org", "two@example.org")
    hours = WorkingTime.from_settings(settings)
    assert hours == WorkingTime(time(8, 30), time(16, 30), frozenset({date(2026, 12, 24)}))
    assert Targets.from_settings(settings) == Targets(1, 2, 60, 1, 5, timedelta(days=90))


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("postgresql://desk:invented@db.example.org/cairn", "postgresql+psycopg://desk:invented@db.example.org/cairn"),
        ("postgresql+psycopg://db.example.org/cairn", "postgresql+psycopg://db.example.org/cairn"),
        ("sqlite:////srv/cairn/cairn.db", "sqlite:////srv/cairn/cairn.db"),
    ],
)
def test_a_database_address_names_the_driver_we_have(url: str, database: str) -> None:
    write(database_url=url)
    assert load().database == database


@pytest.mark.parametrize(
    ("host", "url"), [("::", "http://localhost:8000"), ("::1", "http://[::1]:8000"), ("box", "http://box:8000")]
)
def test_an_address_not_set_is_made_from_host_and_port(host: str, url: str) -> None:
    write(web_host=host)
    assert load().web_url == url


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"bot_token": "not-a-token"}, "CAIRN_BOT_TOKEN must be a bot token as BotFather writes it"),
        ({"web_port": "eighty"}, "CAIRN_WEB_PORT must be a whole number"),
        ({"web_port": 0}, "CAIRN_WEB_PORT must be at least 1"),
        ({"desk_port": 65536}, "CAIRN_DESK_PORT must be at most 65535"),
        ({"desk_port": 8000}, "CAIRN_DESK_PORT must be another port than CAIRN_WEB_PORT"),
        ({"desk_port": 8000, "desk_host": "::"}, "CAIRN_DESK_PORT must be another port than CAIRN_WEB_PORT"),
        ({"staff_bot_token": STAFF_TOKEN}, "CAIRN_STAFF_CHAT_ID is needed with CAIRN_STAFF_BOT_TOKEN"),
        ({"staff_chat_id": -100}, "CAIRN_STAFF_BOT_TOKEN is needed with CAIRN_STAFF_CHAT_ID"),
        ({"staff_chat_id": 0}, "CAIRN_STAFF_CHAT_ID must be the number of a chat"),
        ({"staff_chat_id": "@desk"}, "CAIRN_STAFF_CHAT_ID must be a whole number"),
        (
            {"bot_token": STAFF_TOKEN, "staff_bot_token": STAFF_TOKEN, "staff_chat_id": -100},
            "CAIRN_STAFF_BOT_TOKEN must be the token of another bot than CAIRN_BOT_TOKEN",
        ),
        ({"smtp_url": SMTP, "mail_from": "desk@example.org"}, "CAIRN_ALERT_EMAILS is needed with CAIRN_SMTP_URL"),
        ({"smtp_url": SMTP, "alert_emails": "a@example.org"}, "CAIRN_MAIL_FROM is needed with CAIRN_SMTP_URL"),
        ({"alert_emails": "a@example.org"}, "CAIRN_SMTP_URL is needed with CAIRN_MAIL_FROM"),
        ({"manager_emails": "a@example.org"}, "CAIRN_SMTP_URL is needed with CAIRN_MAIL_FROM"),
        ({"smtp_url": "http://mail.example.org"}, "CAIRN_SMTP_URL must look like smtp://"),
        ({"smtp_url": "smtp://mail.example.org:port"}, "CAIRN_SMTP_URL must look like smtp://"),
        ({"alert_emails": "a@example.org; b@example.org"}, "CAIRN_ALERT_EMAILS must be e-mail addresses with commas"),
        ({"service_email": "nobody"}, "CAIRN_SERVICE_EMAIL must be an e-mail address"),
        ({"service_phone": "call us"}, "CAIRN_SERVICE_PHONE must be a phone number"),
        ({"work_start": "nine"}, "CAIRN_WORK_START must be a time of day written as 09:00"),
        ({"work_end": "24:00"}, "CAIRN_WORK_END must be a time of day written as 09:00"),
        ({"work_start": "17:00"}, "CAIRN_WORK_END must be later in the day than CAIRN_WORK_START"),
        ({"opened_within_days": 3}, "CAIRN_FIRST_ATTEMPT_WITHIN_DAYS must not be less than CAIRN_OPENED_WITHIN_DAYS"),
        ({"opened_within_days": 1.5}, "CAIRN_OPENED_WITHIN_DAYS must be a whole number"),
        (
            {"urgent_first_attempt_within_days": 3},
            "CAIRN_URGENT_FIRST_ATTEMPT_WITHIN_DAYS must not be more than CAIRN_FIRST_ATTEMPT_WITHIN_DAYS",
        ),
        ({"urgent_opened_within_minutes": 481}, "CAIRN_URGENT_OPENED_WITHIN_MINUTES must fit into"),
        ({"sweep_seconds": 0}, "CAIRN_SWEEP_SECONDS must be more than 0"),
        ({"sweep_seconds": "nan"}, "CAIRN_SWEEP_SECONDS must be a number"),
        ({"database_url": "mysql://db.example.org/cairn"}, "CAIRN_DATABASE_URL must start with sqlite:///"),
        ({"database_url": "sqlite:///:memory:"}, "CAIRN_DATABASE_URL must start with sqlite:///"),
        ({"bot_api_url": "api.telegram.org"}, "CAIRN_BOT_API_URL must be a web address"),
        ({"desk_url": "https://"}, "CAIRN_DESK_URL must be a web address"),
        ({"data_dir": ".env"}, "CAIRN_DATA_DIR must be a folder"),
        ({"data_dir": ".env/below"}, "CAIRN_DATA_DIR must be a folder"),
        ({"closed_days_file": "nowhere.txt"}, "CAIRN_CLOSED_DAYS_FILE must be a file that is there"),
        ({"closed_days_file": ".env"}, "CAIRN_CLOSED_DAYS_FILE line 1 must start with a day"),
        ({"closed_days_file": "."}, "CAIRN_CLOSED_DAYS_FILE cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_one_plain_line(given: dict[str, object], complaint: str) -> None:
    said = complaints(**given)
    assert len(said) == 1, said
    assert said[0].startswith(complaint)


def test_everything_wrong_is_said_at_once() -> None:
    said = complaints(
        web_port="eighty",
        staff_bot_token=STAFF_TOKEN,
        smtp_url=SMTP,
        work_start="18:00",
        database_url="mysql://db.example.org/cairn",
        web_prot=80,
    )
    assert [line.split()[0] for line in said] == [
        "CAIRN_WEB_PROT",
        "CAIRN_DATABASE_URL",
        "CAIRN_WEB_PORT",
        "CAIRN_STAFF_CHAT_ID",
        "CAIRN_MAIL_FROM",
        "CAIRN_ALERT_EMAILS",
        "CAIRN_WORK_END",
    ]


def test_a_setting_that_cannot_be_read_is_not_called_missing_too() -> None:
    said = complaints(staff_bot_token="slip", staff_chat_id=-100, smtp_url="slip", alert_emails="desk@example.org")
    assert [line.split()[0] for line in said] == ["CAIRN_STAFF_BOT_TOKEN", "CAIRN_SMTP_URL"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("CAIRN_STAF_CHAT_ID", "CAIRN_STAF_CHAT_ID is no setting: did you mean CAIRN_STAFF_CHAT_ID?"),
        ("cairn_bot_tokn", "CAIRN_BOT_TOKN is no setting: did you mean CAIRN_BOT_TOKEN?"),
    ],
)
@pytest.mark.parametrize("in_file", [True, False])
def test_an_unknown_setting_is_named_as_a_likely_slip(
    name: str, complaint: str, in_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_file:
        Path(".env").write_text(f"{name}=1\n", "utf-8")
    else:
        monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value).splitlines()[1:] == [f"  {complaint}"]


def test_a_variable_of_something_else_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("OTHER_THING=1\n", "utf-8")
    monkeypatch.setenv("CAIRNGORM_HEIGHT", "1245")
    monkeypatch.setenv("CAIRN_QQQQ", "1")
    load()


def test_no_complaint_and_no_repr_ever_shows_a_value() -> None:
    secret = "canary7Q"
    telling: dict[str, object] = {name: secret for name in Settings.model_fields if name not in WORDS}
    telling |= {"smtp_url": f"ftp://{secret}:{secret}@h", "database_url": f"mysql://{secret}@h", "web_host": secret}
    said = "\n".join(complaints(**telling, surprise=secret))
    assert len(said.splitlines()) > 20
    assert secret not in said
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert secret not in str(caught.value)
    write(
        bot_token=f"1:{secret}a",
        staff_bot_token=f"2:{secret}b",
        staff_chat_id=-7070707,
        smtp_url=f"smtp://desk:{secret}@mail.example.org",
        mail_from="desk@example.org",
        alert_emails=f"{secret}@example.org",
        database_url=f"postgresql://desk:{secret}@db.example.org/cairn",
    )
    settings = load()
    assert secret not in repr(settings) + str(settings)
    assert "7070707" not in repr(settings)


def test_a_file_that_is_not_text_is_said_to_be_so() -> None:
    Path(".env").write_bytes(b"CAIRN_LANGUAGE=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env must be a plain text file"):
        load()


def test_closed_days_lie_in_the_data_folder_unless_said_otherwise() -> None:
    Path("data").mkdir()
    Path("data/closed_days.txt").write_text("2026-12-24\n", "utf-8")
    assert load().closed_days == {date(2026, 12, 24)}


def test_closed_days_are_one_a_line_with_notes() -> None:
    text = "# the team's days\n\n2026-12-24 Christmas Eve\n  2027-04-12: local holiday\n2027-05-24\n"
    assert read_closed_days(text) == {date(2026, 12, 24), date(2027, 4, 12), date(2027, 5, 24)}


def test_a_closed_day_that_is_none_is_named_by_its_line() -> None:
    with pytest.raises(ValueError, match=r"^line 2 must start with a day") as caught:
        read_closed_days("2026-12-24\n24 December\n")
    assert "December" not in str(caught.value)


def test_every_setting_says_what_it_does() -> None:
    assert [row.variable for row in rows()] == [f"CAIRN_{name.upper()}" for name in Settings.model_fields]
    assert all(row.description.endswith(".") and row.description[0].isupper() for row in rows())


def test_the_example_agrees_with_the_settings() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == as_example(), "python -m policy.settings_table > .env.example"


def test_every_line_of_the_example_taken_as_it_is_gives_the_defaults() -> None:
    lines = [line[1:] for line in as_example().splitlines() if line.startswith("#CAIRN_")]
    assert len(lines) == len(Settings.model_fields)
    Path(".env").write_text("\n".join(lines), "utf-8")
    assert load() == load(Path(os.devnull))


def test_importing_the_settings_loads_nothing_slow() -> None:
    seen = "import policy.settings, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"holidays", "sqlalchemy", "aiogram", "email_validator", "cryptography"} & {*loaded.stdout.split()}
