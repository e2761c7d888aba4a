"""What somebody does about an alert in Telegram: Take, Not me, Snooze, Who has it, Today.

Here may live these deeds, each whole in the caller's transaction, and what is answered. An answer names a reference, a
time and who has a case, never more. Only to take a case counts as having seen to it: reading an alert does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desk.alerts.alert_words import ZONE, AlertWords
from policy.access import NOBODYS, Deed, may
from policy.working_time import WorkingTime
from storage import alert_answers, audit, barring, caseload, due, standing_in
from storage.alert_answers import NOT_ME, SNOOZE
from storage.caseload import Case, NoSuchCase, TakerAway
from storage.secrets import DeskSecrets
from storage.staff import Member

TAKE, WHO = "take", "who"
VERBS = (TAKE, NOT_ME, SNOOZE, WHO)
"""What can be done about a case, in the order of the buttons."""
TODAY = "today"
SNOOZED_MINUTES = 60
"""Working minutes. Source: the service's choice: long enough for a call, short against what was promised."""
LONGEST = 30
"""Lines of one answer: it is read on a phone."""


@dataclass(frozen=True, slots=True)
class AlertDeeds:
    """The deeds, with all they need but the transaction."""

    secrets: DeskSecrets
    words: AlertWords
    working_time: WorkingTime
    now: Callable[[], datetime]

    def do(self, tx: Connection, verb: str, member: Member, case_id: str | None, reference: str) -> str:
        """Does it, and says what became of it."""
        try:
            if case_id is None:
                raise NoSuchCase
            case = caseload.find(tx, case_id)
            if case.case_key is None:
                raise NoSuchCase
            deeds = {TAKE: self._take, NOT_ME: self._pass_on, SNOOZE: self._snooze, WHO: self._tell}
            return deeds[verb](tx, member, case)
        except NoSuchCase:
            return self._say("gone", reference=reference)

    def today(self, tx: Connection, member: Member, *, everybodys: bool) -> str:
        """What is due today, and what is late: one's own and what nobody has, or everybody's."""
        if not may(member.roles, Deed.SEE_CASES):
            return self._say("not_your_role")
        now = self.now()
        midnight = datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), datetime.min.time(), ZONE)
        cover = standing_in.load(tx, now, self.secrets.pepper)
        found = due.until(tx, midnight.timestamp(), None if everybodys else member.id, LONGEST, cover)
        if not found:
            return self._say("nothing_today")
        lines = [
            self._say("late_line" if each.at < now.timestamp() else "due_line", reference=each.reference, when=when)
            for each in found
            for when in [self.words.when(each.at)]
        ]
        return "\n".join([self._say("due_today"), *lines])

    def _take(self, tx: Connection, member: Member, case: Case) -> str:
        if case.assignee is None and not may(member.roles, Deed.TAKE, NOBODYS):
            return self._say("not_your_role")
        if member.id in barring.of_case(tx, case.id, self.secrets.pepper):
            return self._say("not_for_you", reference=case.reference)
        try:
            taken = caseload.take(tx, case.id, member.id, self.now(), self.secrets.audit)
        except TakerAway:
            return self._say("you_are_away", reference=case.reference)
        if taken.first or case.assignee == member.id:
            return self._say("you_have_it", reference=case.reference)
        return self._say("already_taken", name=taken.by)

    def _pass_on(self, tx: Connection, member: Member, case: Case) -> str:
        """Whoever is next on the ladder is told now, in working hours: nobody is got out of bed by it."""
        refused = self._is_settled(member, case)
        if refused:
            return refused
        if not alert_answers.note(tx, case.id, member.id, NOT_ME, self.now()):
            return self._say("passed_before", reference=case.reference)
        audit.write(tx, self.secrets.audit, self.now(), member.id, "not_me", case.id)
        at = self.working_time.next_open(self.now())
        if not alert_answers.pass_on(tx, case.id, at):
            return self._say("nobody_left", reference=case.reference)
        return self._say("passed_on", reference=case.reference, when=self.words.when(at.timestamp()))

    def _snooze(self, tx: Connection, member: Member, case: Case) -> str:
        refused = self._is_settled(member, case)
        if refused:
            return refused
        now = self.now()
        if not alert_answers.note(tx, case.id, member.id, SNOOZE, now):
            return self._say("snoozed_before", reference=case.reference)
        until = alert_answers.tell_again(tx, case.id, self.working_time.add_minutes(now, SNOOZED_MINUTES), now)
        if until is None:
            return self._say("too_late_to_snooze", reference=case.reference)
        audit.write(tx, self.secrets.audit, now, member.id, "snoozed", case.id)
        return self._say("snoozed", reference=case.reference, when=self.words.when(until.timestamp()))

    def _tell(self, _tx: Connection, member: Member, case: Case) -> str:
        return self._who(member, case)

    def _who(self, member: Member, case: Case) -> str:
        if case.assignee == member.id:
            return self._say("you_have_it", reference=case.reference)
        if case.assignee_name:
            return self._say("already_taken", name=case.assignee_name)
        return self._say("nobody_has_it" if case.stage else "gone", reference=case.reference)

    def _is_settled(self, member: Member, case: Case) -> str | None:
        """Why nothing is to be answered about an alert of this case any more, if so."""
        if not may(member.roles, Deed.TAKE, NOBODYS):
            return self._say("not_your_role")
        if case.assignee is None and case.stage is not None:
            return None
        return self._who(member, case)

    def _say(self, key: str, **values: object) -> str:
        return self.words.text(f"card.{key}", **values)
