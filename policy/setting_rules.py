"""What several settings must agree on. Each rule names the setting its complaint is about, and those it reads."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy.settings import Settings

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 (hosts that mean every address of the machine, to be told from the others)


@dataclass(frozen=True, slots=True)
class Rule:
    """A way in which settings can contradict each other, and what to say to the operator then."""

    about: str
    reads: tuple[str, ...]
    is_broken: Callable[["Settings"], bool]
    complaint: str


def disagreements(settings: "Settings", unreadable: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """A setting's name and what is wrong with it, for every rule broken; rules on an unreadable one are left out."""
    for rule in RULES:
        if not {rule.about, *rule.reads} & {*unreadable} and rule.is_broken(settings):
            yield rule.about, rule.complaint
    if "data_dir" in unreadable:
        return
    for name, held in (("closed_days_file", "closed_days"), ("service_file", "decisions")):
        try:
            _ = getattr(settings, held) if name not in unreadable else None
        except ValueError as error:
            yield name, str(error)


def minutes_a_day(start: time, end: time) -> int:
    """Minutes from one time of day to another."""
    return (end.hour - start.hour) * 60 + (end.minute - start.minute)


def _share_an_address(settings: "Settings") -> bool:
    hosts = {settings.web_host, settings.desk_host}
    return settings.web_port == settings.desk_port and (len(hosts) == 1 or bool(hosts & EVERYWHERE))


def _urgent_is_opened_too_late(settings: "Settings") -> bool:
    day = minutes_a_day(settings.work_start, settings.work_end)
    return day > 0 and settings.urgent_opened_within_minutes > day * settings.urgent_first_attempt_within_days


RULES = (
    Rule(
        "staff_chat_id",
        ("staff_bot_token",),
        lambda settings: settings.staff_bot_token is not None and settings.staff_chat_id is None,
        "is needed with CAIRN_STAFF_BOT_TOKEN: alerts go to that chat",
    ),
    Rule(
        "staff_bot_token",
        ("staff_chat_id",),
        lambda settings: settings.staff_chat_id is not None and settings.staff_bot_token is None,
        "is needed with CAIRN_STAFF_CHAT_ID: alerts are sent by that bot",
    ),
    Rule(
        "staff_bot_token",
        ("bot_token",),
        lambda settings: settings.bot_token is not None and settings.bot_token == settings.staff_bot_token,
        "must be the token of another bot than CAIRN_BOT_TOKEN: staff and public never share one",
    ),
    Rule(
        "mail_from",
        ("smtp_url",),
        lambda settings: settings.smtp_url is not None and settings.mail_from is None,
        "is needed with CAIRN_SMTP_URL: every e-mail has a sender",
    ),
    Rule(
        "alert_emails",
        ("smtp_url",),
        lambda settings: settings.smtp_url is not None and not settings.alert_emails,
        "is needed with CAIRN_SMTP_URL: alerts go to those addresses",
    ),
    Rule(
        "smtp_url",
        ("mail_from", "alert_emails", "manager_emails", "audit_email"),
        lambda settings: (
            settings.smtp_url is None
            and bool(settings.mail_from or settings.alert_emails or settings.manager_emails or settings.audit_email)
        ),
        "is needed with CAIRN_MAIL_FROM, CAIRN_ALERT_EMAILS, CAIRN_MANAGER_EMAILS or CAIRN_AUDIT_EMAIL: "
        "without it no e-mail leaves",
    ),
    Rule(
        "work_end",
        ("work_start",),
        lambda settings: settings.work_end <= settings.work_start,
        "must be later in the day than CAIRN_WORK_START",
    ),
    Rule(
        "decent_until",
        ("decent_from",),
        lambda settings: settings.decent_until <= settings.decent_from,
        "must be later in the day than CAIRN_DECENT_FROM",
    ),
    Rule(
        "desk_port",
        ("web_port", "web_host", "desk_host"),
        _share_an_address,
        "must be another port than CAIRN_WEB_PORT: desk and web chat never share one",
    ),
    Rule(
        "first_attempt_within_days",
        ("opened_within_days",),
        lambda settings: settings.first_attempt_within_days < settings.opened_within_days,
        "must not be less than CAIRN_OPENED_WITHIN_DAYS: a case is opened before anybody is called",
    ),
    Rule(
        "urgent_first_attempt_within_days",
        ("first_attempt_within_days",),
        lambda settings: settings.urgent_first_attempt_within_days > settings.first_attempt_within_days,
        "must not be more than CAIRN_FIRST_ATTEMPT_WITHIN_DAYS: an urgent case never waits longer",
    ),
    Rule(
        "urgent_opened_within_minutes",
        ("urgent_first_attempt_within_days", "work_start", "work_end"),
        _urgent_is_opened_too_late,
        "must fit into CAIRN_URGENT_FIRST_ATTEMPT_WITHIN_DAYS: a case is opened before anybody is called",
    ),
)
