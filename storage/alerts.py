"""The rows that make coordinators hear of a case: written with it, claimed, sent, put off, given up, cancelled.

Here may live what reads or writes the table `alerts`, each function on the transaction it is given. Which alerts there
are, and when, is `policy.escalation`'s; how one travels is the desk's. An alert is sent at least once: a claim moves
its due time on by a lease, so a sender that dies after the claim leaves a row that falls due again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, insert, or_, select, update

from policy.deadlines import KINDS, NEW_SIGN, OPENED, PROMISES
from policy.escalation import MANAGER, Rung
from storage.tables import ALERTS, CASES, CLOCKS, STAFF, TASKS

WAITING, SENT, CANCELLED, PARKED = "waiting", "sent", "cancelled", "parked"

MISSED_LEVELS = {kind: level for level, kind in enumerate(KINDS, 9)}
"""The level of the alert that a time of this kind has passed. Such an alert goes out although the case is taken."""
FIRST_MISSED_LEVEL = min(MISSED_LEVELS.values())
FIRST_NEWS_LEVEL = 100
"""From here on: the person wrote or withdrew. This goes out although the case is taken, too."""

SHOWS_WAITING, SHOWS_TAKEN, STALE, LOST = "waiting", "taken", "stale", "lost"
"""What the card of a case shows (`storage.cards`): the case as waiting, as taken, neither rightly; or it is gone."""

_KIND_OF_LEVEL = case(
    (ALERTS.c.about == NEW_SIGN, NEW_SIGN),
    else_=case({level: kind for kind, level in MISSED_LEVELS.items()}, value=ALERTS.c.level, else_=OPENED),
)
_TASK_OF_LEVEL = (
    select(func.min(TASKS.c.due_at))
    .where(TASKS.c.case_id == ALERTS.c.case_id, TASKS.c.kind == _KIND_OF_LEVEL, TASKS.c.done_at.is_(None))
    .correlate(ALERTS)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert that is due, with all it may say of its case. Times are UTC seconds."""

    id: int
    case_id: str
    reference: str
    priority: int
    level: int
    channel: str
    due_at: float
    tries: int
    answer_by: float
    about: str | None = None
    """Of news, which they are, where there is more to say than that there are some."""
    opened_by: int | None = None
    """Who opened the case with a written reason, where it tells of that."""
    opened_by_name: str | None = None
    is_taken: bool = False
    """Whether somebody has the case."""

    @property
    def kind(self) -> str:
        """Of one that tells of a time that has passed: which (`policy.deadlines`); else that of being opened."""
        return next((kind for kind, level in MISSED_LEVELS.items() if level == self.level), OPENED)

    @property
    def is_missed(self) -> bool:
        """Whether it tells of a promise to the person that was not kept."""
        return self.level in {MISSED_LEVELS[kind] for kind in PROMISES}

    @property
    def is_late(self) -> bool:
        """Whether it tells of anything else that was to be done by now."""
        return not self.is_missed and FIRST_MISSED_LEVEL <= self.level < FIRST_NEWS_LEVEL

    @property
    def is_news(self) -> bool:
        """Whether it tells that the person did something after the hand-over."""
        return self.level >= FIRST_NEWS_LEVEL


def write(tx: Connection, case_id: str, rungs: Sequence[Rung]) -> None:
    """The whole ladder of a new case. Belongs into the commit that writes the case."""
    if rungs:
        tx.execute(insert(ALERTS), [_row(case_id, rung.level, rung.channel, rung.due_at.timestamp()) for rung in rungs])


def write_missed(tx: Connection, case_id: str, kind: str, now: datetime) -> None:
    """An alert to the manager that a time of this kind has passed. One that was told of before, and was set anew since,
    is told of again."""
    level, at = MISSED_LEVELS[kind], now.timestamp()
    told = and_(ALERTS.c.case_id == case_id, ALERTS.c.level == level, ALERTS.c.state != WAITING)
    if tx.execute(update(ALERTS).where(told).values(state=WAITING, due_at=at, tries=0)).rowcount == 0:
        _write_once(tx, case_id, level, MANAGER, at)


def write_news(tx: Connection, case_id: str, channels: Sequence[str], now: datetime, about: str | None = None) -> None:
    """An alert over these channels that the person wrote or withdrew, or what else is so now: `about`, a name of the
    news in content/<language>/alerts.toml. Belongs into the commit that does it."""
    _write_new(tx, case_id, channels, now, about=about)


def write_climbing(tx: Connection, case_id: str, rungs: Sequence[Rung], about: str) -> None:
    """A ladder of news: they go out although the case is taken, each rung above all there is, until `end_climbing`.
    Belongs into the commit that writes what they are about."""
    end_climbing(tx, case_id, about)
    level = _above_all(tx, case_id)
    rows = [_row(case_id, level + rung.level, rung.channel, rung.due_at.timestamp(), about=about) for rung in rungs]
    tx.execute(insert(ALERTS), rows)


def end_climbing(tx: Connection, case_id: str, about: str) -> None:
    """Nobody need be told of it any more."""
    waiting = (ALERTS.c.case_id == case_id, ALERTS.c.state == WAITING, ALERTS.c.about == about)
    tx.execute(update(ALERTS).where(*waiting).values(state=CANCELLED))


def write_opened(tx: Connection, case_id: str, channels: Sequence[str], by: int, now: datetime) -> None:
    """An alert over these channels that somebody opened a colleague's case with a written reason. Belongs into the
    commit that opens it."""
    _write_new(tx, case_id, channels, now, opened_by=by)


def due(tx: Connection, now: datetime, channels: Sequence[str], limit: int = 50) -> tuple[Alert, ...]:
    """What is to be sent by now over these channels, the most pressing first.

    Nothing of an erased case; of a case somebody has, only that a promise was missed.
    """
    at = now.timestamp()
    rows = tx.execute(
        selection()
        .where(ALERTS.c.state == WAITING, ALERTS.c.due_at <= at, ALERTS.c.channel.in_(channels))
        .where(CASES.c.case_key.is_not(None), or_(CASES.c.assignee.is_(None), ALERTS.c.level >= FIRST_MISSED_LEVEL))
        .order_by(CASES.c.priority, ALERTS.c.level.desc(), ALERTS.c.id)
        .limit(limit)
    )
    return tuple(Alert(*row) for row in rows)


def claim(tx: Connection, alert: Alert, now: datetime, lease_seconds: float) -> bool:
    """Whether this sender, and no other, may send it now; false too when the case was taken in between.

    Earlier alerts of the case that still wait for the same channel are overtaken by it and cancelled: after an outage
    nobody is told the same thing three times.
    """
    untaken = select(CASES.c.id).where(CASES.c.id == ALERTS.c.case_id, CASES.c.assignee.is_(None)).exists()
    claimed = tx.execute(
        update(ALERTS)
        .where(ALERTS.c.id == alert.id, ALERTS.c.state == WAITING, ALERTS.c.due_at == alert.due_at)
        .where(or_(untaken, ALERTS.c.level >= FIRST_MISSED_LEVEL))
        .values(due_at=now.timestamp() + lease_seconds)
    )
    if claimed.rowcount == 0:
        return False
    overtaken = ALERTS.c.level < min(alert.level, FIRST_MISSED_LEVEL)
    if alert.about == NEW_SIGN:
        overtaken = or_(overtaken, and_(ALERTS.c.about == NEW_SIGN, ALERTS.c.level < alert.level))
    tx.execute(
        update(ALERTS)
        .where(ALERTS.c.case_id == alert.case_id, ALERTS.c.channel == alert.channel, ALERTS.c.state == WAITING)
        .where(overtaken)
        .values(state=CANCELLED)
    )
    return True


def mark_sent(
    tx: Connection, alert_id: int, now: datetime, message_id: int | None = None, card: str | None = None
) -> None:
    """It went out; `message_id` is what it became in the staff chat, `card` what that shows if it is a card.

    A row that has the case's card keeps it: told again, it only became a reminder beside that card.
    """
    sent = update(ALERTS).where(ALERTS.c.id == alert_id)
    at = now.timestamp()
    tx.execute(sent.values(state=SENT, sent_at=at, due_at=at))
    tx.execute(sent.where(or_(ALERTS.c.card.is_(None), ALERTS.c.card == LOST)).values(message_id=message_id, card=card))


def put_off(tx: Connection, alert_id: int, until: float, failed: bool) -> None:
    """It was not sent and waits until `until`; `failed` counts it as a try, being asked for patience does not."""
    values = {"due_at": until, "tries": ALERTS.c.tries + int(failed)}
    tx.execute(update(ALERTS).where(ALERTS.c.id == alert_id, ALERTS.c.state == WAITING).values(values))


def go_another_way(tx: Connection, alert: Alert, channel: str, now: datetime) -> bool:
    """Give up on the alert's own channel and tell the same over `channel` at once, unless that was done already.

    False when `channel` was itself given up on: then both are tried on, for somebody has to hear of it.
    """
    other = and_(ALERTS.c.case_id == alert.case_id, ALERTS.c.level == alert.level, ALERTS.c.channel == channel)
    state = tx.execute(select(ALERTS.c.state).where(other)).scalar_one_or_none()
    if state is None:
        _write_once(
            tx, alert.case_id, alert.level, channel, now.timestamp(), about=alert.about, opened_by=alert.opened_by
        )
    if state == PARKED:
        tx.execute(update(ALERTS).where(other).values(state=WAITING, due_at=now.timestamp()))
        return False
    tx.execute(update(ALERTS).where(ALERTS.c.id == alert.id, ALERTS.c.state == WAITING).values(state=PARKED))
    return True


def cancel(tx: Connection, case_id: str) -> None:
    """Nobody need be told any more: it was closed, withdrawn or erased. That it was opened is told all the same."""
    _cancel(tx, case_id)


def cancel_but_climbing(tx: Connection, case_id: str) -> None:
    """Somebody has the case: nobody need be told that it waits. What climbs goes on, for to have it is not to have
    seen to that."""
    _cancel(tx, case_id, or_(ALERTS.c.about.is_(None), ALERTS.c.about != NEW_SIGN))


def _cancel(tx: Connection, case_id: str, *which: ColumnElement[bool]) -> None:
    waiting = (ALERTS.c.case_id == case_id, ALERTS.c.state == WAITING, ALERTS.c.opened_by.is_(None))
    tx.execute(update(ALERTS).where(*waiting, *which).values(state=CANCELLED))
    _doubt_card(tx, case_id)


def resume(tx: Connection, case_id: str) -> None:
    """The case was handed back: everybody is told at once, as when it came, and what tells that it waits is told again.

    Of all else that was cancelled nothing is: what was missed is told of when it is, and what climbs goes on by itself
    until it is answered.
    """
    again = or_(and_(ALERTS.c.state == CANCELLED, ALERTS.c.level < FIRST_MISSED_LEVEL), ALERTS.c.level == 0)
    tx.execute(update(ALERTS).where(ALERTS.c.case_id == case_id, again).values(state=WAITING, tries=0))
    _doubt_card(tx, case_id)


def _doubt_card(tx: Connection, case_id: str) -> None:
    """Whoever the card names may have the case no longer. One that shows it waiting is looked after without this."""
    tx.execute(update(ALERTS).where(ALERTS.c.case_id == case_id, ALERTS.c.card == SHOWS_TAKEN).values(card=STALE))


def _row(case_id: str, level: int, channel: str, due_at: float, **news: object) -> dict[str, object]:
    """`news` are `about` and `opened_by`, where it tells of any."""
    row = {"case_id": case_id, "level": level, "channel": channel, "due_at": due_at, "state": WAITING, "tries": 0}
    return {**row, "about": None, "opened_by": None, **news}


def _write_new(tx: Connection, case_id: str, channels: Sequence[str], now: datetime, **news: object) -> None:
    """News at a level of its own, above all there is."""
    level, at = _above_all(tx, case_id), now.timestamp()
    if channels:
        tx.execute(insert(ALERTS), [_row(case_id, level, channel, at, **news) for channel in channels])


def _above_all(tx: Connection, case_id: str) -> int:
    """No two find the same level: whoever comes second waits here for the first."""
    tx.execute(select(CASES.c.id).where(CASES.c.id == case_id).with_for_update())
    highest = tx.execute(select(func.max(ALERTS.c.level)).where(ALERTS.c.case_id == case_id)).scalar() or 0
    return max(FIRST_NEWS_LEVEL, highest + 1)


def _write_once(tx: Connection, case_id: str, level: int, channel: str, due_at: float, **news: object) -> None:
    same = and_(ALERTS.c.case_id == case_id, ALERTS.c.level == level, ALERTS.c.channel == channel)
    if tx.execute(select(ALERTS.c.id).where(same)).first() is None:
        tx.execute(insert(ALERTS).values(_row(case_id, level, channel, due_at, **news)))


def selection() -> Select[int, str, str, int, int, str, float, int, float, str | None, int | None, str | None, bool]:
    """The columns of an `Alert`, in its order."""
    opener = STAFF.alias("opener")
    return (
        select(
            ALERTS.c.id,
            ALERTS.c.case_id,
            CASES.c.reference,
            CASES.c.priority,
            ALERTS.c.level,
            ALERTS.c.channel,
            ALERTS.c.due_at,
            ALERTS.c.tries,
            # an alert goes out, whatever else is missing
            func.coalesce(CLOCKS.c.due_at, _TASK_OF_LEVEL, ALERTS.c.due_at),
            ALERTS.c.about,
            ALERTS.c.opened_by,
            opener.c.name,
            CASES.c.assignee.is_not(None),
        )
        .join(CASES, CASES.c.id == ALERTS.c.case_id)
        .outerjoin(opener, opener.c.id == ALERTS.c.opened_by)
        .outerjoin(CLOCKS, and_(CLOCKS.c.case_id == ALERTS.c.case_id, CLOCKS.c.name == _KIND_OF_LEVEL))
    )
