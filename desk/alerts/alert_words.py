"""What an alert says: reference, how pressing, by when, where, and the alert's number. Never anything of the content.

Here may live how words from content/<language>/alerts.toml are filled in. Times are told as on a clock in Scotland.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from content.words import Words
from policy.access import MANY_OPENINGS
from policy.deadlines import NOBODY_STANDS_IN
from policy.escalation import MANAGER
from policy.priority import Priority
from policy.sign_in import FREE_TRIES
from storage.addressees import NEXT, STANDS_IN, Addressee
from storage.alerts import Alert
from storage.cards import Card
from storage.due import Numbers
from storage.notice_addressees import Told

FILE = "alerts"
ZONE = ZoneInfo("Europe/London")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Mail:
    """Subject and text of one e-mail."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class AlertWords:
    """The words of one language, and the address under which staff reach the desk."""

    words: Words
    desk_url: str

    def text(self, key: str, **values: object) -> str:
        """A text of the alerts' file with its placeholders filled in."""
        return self.words.text(FILE, key).format(**values)

    def case_link(self, case_id: str) -> str:
        """Where the desk shows the case, to those who may see it."""
        return f"{self.desk_url}/cases/{case_id}"

    def chat(self, alert: Alert, has_card: bool, whom: Addressee | None = None) -> str:
        """What the staff chat is told: the card of the case, or a short reminder beside it; `whom` it is for."""
        return self._say("again" if has_card else "waiting", alert, whom)

    def card(self, card: Card) -> str:
        """What the case's card shows from now on."""
        if card.taken_by is not None:
            return self.text("card.taken", name=card.taken_by, **self._values(card.alert))
        return self.text("card.waiting", **self._values(card.alert))

    def mail(self, alert: Alert, whom: Addressee | None = None) -> Mail:
        """The e-mail: neutral in its subject too, which shows on a locked screen."""
        text = self._say("waiting" if alert.level == 0 else "again", alert, whom)
        return Mail(self.text("email.subject", **self._values(alert)), self.text("email.body", text=text) + "\n")

    def digest(self, numbers: Numbers, head: str | None = None) -> Mail:
        """What everybody is told each working day, for the chat and by e-mail: its text stands in the body. With a
        head of the audit (`storage.audit_heads`), to be kept."""
        values = {name: getattr(numbers, name) for name in Numbers.__slots__}
        text = self.text("digest.text", desk_url=self.desk_url, **values)
        kept = self.text("digest.head", head=head) if head else ""
        return Mail(self.text("digest.subject"), f"{text}\n{kept}" if kept else text)

    def head(self, head: str) -> Mail:
        """A head of the audit, for whoever keeps them."""
        return Mail(self.text("head.subject"), self.text("head.text", head=head))

    def notice(self, kind: str, told: Told) -> Mail:
        """What is told that is about no case, for the chat and by e-mail: its text stands in the body."""
        values = {"desk_url": self.desk_url, "many": MANY_OPENINGS, "tries": FREE_TRIES}
        if told.until is not None:
            values |= {"what": self.text(f"waits.{told.what}"), "until": self.when(told.until)}
        return Mail(self.text("notice.subject"), self.text(f"notice.{kind}", **values))

    def when(self, at: float) -> str:
        """A moment (UTC seconds) as on a clock in Scotland."""
        local = datetime.fromtimestamp(at, UTC).astimezone(ZONE)
        return self.words.common("time.by_time").format(
            clock_time=f"{local:%H:%M}",
            weekday=self.words.common(f"time.weekdays.{WEEKDAYS[local.weekday()]}"),
            day=local.day,
            month=self.words.common(f"time.months.m{local.month}"),
        )

    def _say(self, kind: str, alert: Alert, whom: Addressee | None) -> str:
        if alert.opened_by is not None:
            return self.text("card.opened", **self._values(alert), name=alert.opened_by_name or "")
        if alert.kind == NOBODY_STANDS_IN:
            return self.text(f"card.{NOBODY_STANDS_IN}", **self._values(alert))
        if whom is not None and whom.why == NEXT:
            return self.text("card.next", **self._values(alert), name=whom.name)
        waiting = "manager" if alert.channel == MANAGER else kind
        news = f"news_{alert.about}" if alert.about else "news"
        key = news if alert.is_news else "missed" if alert.is_missed else "late" if alert.is_late else waiting
        text = self.text(f"card.{key}", **self._values(alert))
        is_for_another = whom is not None and whom.why == STANDS_IN
        return self.text("card.stands_in", name=whom.name, text=text) if whom and is_for_another else text

    def _values(self, alert: Alert) -> dict[str, object]:
        return {
            "reference": alert.reference,
            "sign": self.text(f"signs.{Priority(alert.priority).name.lower()}"),
            "answer_by": self.when(alert.answer_by),
            "desk_url": self.case_link(alert.case_id),
            "number": alert.id,
        }
