"""What was promised to a person, as rows that can be met or missed. What is promised is `policy.promises`'.

Here may live what reads or writes the table `clocks`, each function on the transaction it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, case, delete, insert, select, update

from policy.deadlines import CONCERN_THE_PERSON, FIRST_ATTEMPT, NEW_SIGN, OPENED, known
from policy.promises import Promise
from storage.tables import CASES, CLOCKS

RUNNING, MET, MISSED = "running", "met", "missed"
REFUSED, RESTING = "refused", "resting"
"""What the person said no to; and what waits while a case is paused."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that ran out. `has_case`: the case was not erased since."""

    case_id: str
    name: str
    has_case: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """When a clock is due, in UTC seconds, and its state."""

    due_at: float
    state: str


def write(tx: Connection, case_id: str, promise: Promise, aims: Mapping[str, datetime] | None = None) -> None:
    """The clocks of a new case: of what was promised, and of what the service aims at beside it
    (`policy.promises.aims`). Belongs into the commit that writes the case."""
    due = {OPENED: promise.opened_by, FIRST_ATTEMPT: promise.contact_by} | dict(aims or {})
    rows = [
        {"case_id": case_id, "name": known(name), "due_at": at.timestamp(), "state": RUNNING}
        for name, at in due.items()
    ]
    tx.execute(insert(CLOCKS), rows)


def due_at(tx: Connection, case_id: str, name: str) -> datetime | None:
    """When this promise falls due, in UTC; None where there is no such clock."""
    at = tx.execute(select(CLOCKS.c.due_at).where(CLOCKS.c.case_id == case_id, CLOCKS.c.name == name)).scalar()
    return None if at is None else datetime.fromtimestamp(at, UTC)


def find(tx: Connection, case_id: str, name: str) -> Standing | None:
    """How it stands with this clock; None where there is none."""
    row = tx.execute(select(CLOCKS.c.due_at, CLOCKS.c.state).where(CLOCKS.c.case_id == case_id, CLOCKS.c.name == name))
    found = row.first()
    return Standing(*found) if found else None


def meet(tx: Connection, case_id: str, name: str, now: datetime) -> bool:
    """The promise was kept now; false when it was met or missed before, which stays as it is."""
    return _settle(tx, case_id, name, MET, now)


def put(tx: Connection, case_id: str, name: str, due: datetime) -> None:
    """Starts a clock, or starts it anew."""
    tx.execute(delete(CLOCKS).where(CLOCKS.c.case_id == case_id, CLOCKS.c.name == name))
    tx.execute(insert(CLOCKS).values(case_id=case_id, name=known(name), due_at=due.timestamp(), state=RUNNING))


def hasten(tx: Connection, case_id: str, name: str, due: datetime) -> None:
    """What runs is due at this moment at the latest."""
    later = (CLOCKS.c.case_id == case_id, CLOCKS.c.name == name, CLOCKS.c.state == RUNNING)
    tx.execute(update(CLOCKS).where(*later, CLOCKS.c.due_at > due.timestamp()).values(due_at=due.timestamp()))


def settle(tx: Connection, case_id: str, name: str, state: str, now: datetime) -> bool:
    """What was still to be done, late or not, is done or refused; false when nothing of this name was."""
    still = (CLOCKS.c.case_id == case_id, CLOCKS.c.name == name, CLOCKS.c.state.in_((RUNNING, MISSED)))
    return tx.execute(update(CLOCKS).where(*still).values(state=state, at=now.timestamp())).rowcount == 1


def rest(tx: Connection, case_id: str, now: datetime, *, finally_: bool) -> None:
    """Nothing is due any more: until `run_again`, or for good. A new sign of danger waits for no pause."""
    running = [CLOCKS.c.case_id == case_id, CLOCKS.c.state.in_((RUNNING, RESTING))]
    if not finally_:
        running.append(CLOCKS.c.name != NEW_SIGN)
    state = MET if finally_ else RESTING
    tx.execute(update(CLOCKS).where(*running).values(state=state, at=now.timestamp() if finally_ else None))


def next_open(tx: Connection, case_id: str) -> tuple[datetime, bool] | None:
    """What concerns the person next: when it is due, in UTC, and whether that was missed; None where nothing runs.

    The rest, such as that a case is opened in time, is between the desk and itself.
    """
    running = (
        CLOCKS.c.case_id == case_id,
        CLOCKS.c.name.in_(CONCERN_THE_PERSON),
        CLOCKS.c.state.in_((RUNNING, MISSED)),
    )
    row = tx.execute(select(CLOCKS.c.due_at, CLOCKS.c.state).where(*running).order_by(CLOCKS.c.due_at).limit(1)).first()
    return (datetime.fromtimestamp(row.due_at, UTC), row.state == MISSED) if row else None


def run_again(tx: Connection, case_id: str, not_before: datetime) -> None:
    """What rested is due again, none of it before this moment."""
    resting = (CLOCKS.c.case_id == case_id, CLOCKS.c.state == RESTING)
    soonest = case((CLOCKS.c.due_at < not_before.timestamp(), not_before.timestamp()), else_=CLOCKS.c.due_at)
    tx.execute(update(CLOCKS).where(*resting).values(state=RUNNING, due_at=soonest))


def run_out(tx: Connection, now: datetime, limit: int = 100) -> tuple[Clock, ...]:
    """Clocks whose time has passed and that nobody has marked yet."""
    rows = tx.execute(
        select(CLOCKS.c.case_id, CLOCKS.c.name, CASES.c.case_key.is_not(None))
        .join(CASES, CASES.c.id == CLOCKS.c.case_id)
        .where(CLOCKS.c.state == RUNNING, CLOCKS.c.due_at < now.timestamp())
        .order_by(CLOCKS.c.due_at)
        .limit(limit)
    )
    return tuple(Clock(case_id, name, bool(has_case)) for case_id, name, has_case in rows)


def miss(tx: Connection, clock: Clock, now: datetime) -> bool:
    """The promise was not kept; false when it was settled in between."""
    return _settle(tx, clock.case_id, clock.name, MISSED, now)


def _settle(tx: Connection, case_id: str, name: str, state: str, now: datetime) -> bool:
    running = (CLOCKS.c.case_id == case_id, CLOCKS.c.name == name, CLOCKS.c.state == RUNNING)
    return tx.execute(update(CLOCKS).where(*running).values(state=state, at=now.timestamp())).rowcount == 1
