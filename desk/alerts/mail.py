"""Alerts by e-mail.

Here may live how one is made and handed to the mail server; what it says is `desk.alerts.alert_words`'.
Every alert has one Message-ID of its own, however often it is sent, so that a second copy is known for what it is.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from desk.alerts.alert_words import AlertWords, Mail
from desk.alerts.delivery import Refused, Sent, Unreachable
from policy.escalation import MANAGER
from policy.settings import Settings
from storage.addressees import ITS_OWN, Addressee
from storage.alerts import Alert

LOG = logging.getLogger(__name__)
SERVER_SECONDS = 10.0
SUBMISSION_PORT, IMPLICIT_TLS_PORT = 587, 465
PERMANENT = 500  # RFC 5321, 4.2.1: from here on a second try will not help


class Post:
    """The mail server, the sender and the recipients that the settings name."""

    def __init__(self, settings: Settings, words: AlertWords) -> None:
        if settings.smtp_url is None or settings.mail_from is None:
            raise ValueError("e-mail is off")
        self._server = urlsplit(settings.smtp_url.get_secret_value())
        self._sender = settings.mail_from
        self.everybody = settings.alert_emails
        self.managers = settings.manager_emails or settings.alert_emails
        self._words = words

    async def send(self, alert: Alert, whom: Addressee | None, now: datetime) -> Sent:
        """One e-mail to all whom this alert is for, whoever it is for in person among them. Raises Unreachable or
        Refused."""
        await self._send(self._words.mail(alert, whom), self._to(alert, whom), f"alert-{alert.id}-{alert.case_id}", now)
        return Sent()

    async def tell(self, mail: Mail, name: str, now: datetime, to: Sequence[str]) -> None:
        """One e-mail about no case; `name` is its own, however often it is sent. Raises Unreachable or Refused."""
        await self._send(mail, to, name, now)

    def _to(self, alert: Alert, whom: Addressee | None) -> list[str]:
        shared = list(self.managers if alert.channel == MANAGER else self.everybody)
        if whom is None:
            return shared
        if whom.why == ITS_OWN:  # each of them is reached, so that a case was opened is for no more than these
            return shared if alert.channel == MANAGER else list(whom.emails)
        return shared + [each for each in whom.emails if each not in shared]

    async def _send(self, mail: Mail, to: Sequence[str], name: str, now: datetime) -> None:
        try:
            refused = await self._hand_over(self._message(mail, to, name, now), to)
        except SMTPRecipientsRefused as error:
            codes = [recipient.code for recipient in error.recipients]
            raise (Refused if min(codes) >= PERMANENT else Unreachable)(error) from None
        except SMTPResponseException as error:
            raise (Refused if error.code >= PERMANENT else Unreachable)(error) from None
        except (SMTPException, OSError) as error:
            raise Unreachable(error) from None
        if refused:
            LOG.warning("The mail server refused %d of %d recipients.", len(refused), len(to))

    async def _hand_over(self, message: EmailMessage, to: Sequence[str]) -> Sequence[str]:
        secure = self._server.scheme == "smtps"
        refused, _ = await aiosmtplib.send(
            message,
            sender=parseaddr(self._sender)[1],
            recipients=list(to),
            hostname=self._server.hostname,
            port=self._server.port or (IMPLICIT_TLS_PORT if secure else SUBMISSION_PORT),
            username=unquote(self._server.username) if self._server.username else None,
            password=unquote(self._server.password) if self._server.password else None,
            use_tls=secure,
            start_tls=None,  # used whenever the server offers it
            timeout=SERVER_SECONDS,
        )
        return list(refused)

    def _message(self, mail: Mail, to: Sequence[str], name: str, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = ", ".join(to)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{name}@{self._sender.rpartition('@')[2].strip('>')}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(mail.body)
        return message
