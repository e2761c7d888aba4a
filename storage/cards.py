"""The card of a case in the staff chat: the message its first alert became, and whether it still shows the truth.

Here may live what reads or writes `message_id` and `card` of the table `alerts`. A card shows its case as waiting or as
taken; the desk's sweep edits the one that no longer fits, whoever took the case and wherever.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select, update

from storage.alerts import LOST, SHOWS_WAITING, STALE, Alert, selection
from storage.tables import ALERTS, CASES, STAFF


@dataclass(frozen=True, slots=True)
class Card:
    """A card that no longer fits its case. `taken_by` is a name; None: nobody has it."""

    alert: Alert
    message_id: int
    taken_by: str | None


def of_case(tx: Connection, case_id: str) -> int | None:
    """The message that is the case's card; None before there is one, or when it is gone."""
    its_card = (ALERTS.c.case_id == case_id, ALERTS.c.card.is_not(None), ALERTS.c.card != LOST)
    found: int | None = tx.execute(select(func.max(ALERTS.c.message_id)).where(*its_card)).scalar_one()
    return found


def case_of(tx: Connection, message_id: int) -> str | None:
    """The case that a message of the bot in the staff chat was about."""
    return tx.execute(select(ALERTS.c.case_id).where(ALERTS.c.message_id == message_id)).scalars().first()


def case_called(tx: Connection, reference: str) -> str | None:
    """The case with this reference, as it stands on a card's button."""
    return tx.execute(select(CASES.c.id).where(CASES.c.reference == reference)).scalar_one_or_none()


def unfitting(tx: Connection, limit: int = 20) -> tuple[Card, ...]:
    """Cards that show a case as waiting although somebody has it, or that were marked stale."""
    rows = tx.execute(
        selection()
        .add_columns(ALERTS.c.message_id, STAFF.c.name)
        .outerjoin(STAFF, STAFF.c.id == CASES.c.assignee)
        .where(or_(and_(ALERTS.c.card == SHOWS_WAITING, CASES.c.assignee.is_not(None)), ALERTS.c.card == STALE))
        .order_by(ALERTS.c.id)
        .limit(limit)
    )
    return tuple(Card(Alert(*row[:-2]), row[-2], row[-1]) for row in rows)


def mark(tx: Connection, card: Card, shows: str) -> None:
    """What the card shows now, or that it is lost."""
    tx.execute(update(ALERTS).where(ALERTS.c.id == card.alert.id).values(card=shows))
