"""Talks between the desk and a person in their chat: asked for, open, ended by either side or by silence.

Here may live what reads or writes the table `talks`. While one is open the chat itself is silent (`bot.from_desk`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.tables import TALKS

ASKED, OPEN, ENDING, OVER = "asked", "open", "ending", "over"
DESK, PERSON, IDLE = "desk", "person", "idle"
UNDER_WAY = (ASKED, OPEN)
_C = TALKS.c


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk. Times are UTC seconds; `ended_by` is desk, person or idle."""

    id: int
    case_id: str
    staff_id: int
    state: str
    at: float
    touched_at: float
    ended_by: str | None


def begin(tx: Connection, case_id: str, staff_id: int, now: datetime) -> int:
    """Asks for a talk, in place of any earlier one; its id."""
    end(tx, case_id, DESK, now)
    row = {"case_id": case_id, "staff_id": staff_id, "state": ASKED, "at": now.timestamp()}
    made = tx.execute(insert(TALKS).values(**row, touched_at=now.timestamp())).inserted_primary_key
    assert made is not None  # noqa: S101 (a row that was written has an id)
    return int(made[0])


def of_case(tx: Connection, case_id: str) -> Talk | None:
    """The talk that is asked for, open or being ended."""
    row = tx.execute(
        select(TALKS).where(_C.case_id == case_id, _C.state != OVER).order_by(_C.id.desc()).limit(1)
    ).first()
    return Talk(*row) if row else None


def all_of_case(tx: Connection, case_id: str) -> Sequence[Talk]:
    """Every talk there was, the oldest first."""
    return [Talk(*row) for row in tx.execute(select(TALKS).where(_C.case_id == case_id).order_by(_C.id))]


def open_(tx: Connection, case_id: str, now: datetime) -> bool:
    """The person said yes; false when there is no talk they could say yes to."""
    asked = (_C.case_id == case_id) & (_C.state.in_(UNDER_WAY))
    return tx.execute(update(TALKS).where(asked).values(state=OPEN, touched_at=now.timestamp())).rowcount > 0


def touch(tx: Connection, case_id: str, now: datetime) -> None:
    """Somebody said something."""
    under_way = (_C.case_id == case_id) & (_C.state.in_(UNDER_WAY))
    tx.execute(update(TALKS).where(under_way).values(touched_at=now.timestamp()))


def end(tx: Connection, case_id: str, by: str, now: datetime) -> None:
    """It is ended. Where it was open and the person does not know yet, the intake still has to give the chat back."""
    at = now.timestamp()
    its = _C.case_id == case_id
    ended = update(TALKS).where(its)
    after_open = OVER if by == PERSON else ENDING
    tx.execute(ended.where(_C.state == OPEN).values(state=after_open, ended_by=by, touched_at=at))
    tx.execute(ended.where(_C.state == ASKED).values(state=OVER, ended_by=by, touched_at=at))


def call_off(tx: Connection, case_id: str, now: datetime) -> None:
    """A talk that the person was only asked for is not held, since they do not want to be asked."""
    asked = (_C.case_id == case_id) & (_C.state == ASKED)
    tx.execute(update(TALKS).where(asked).values(state=OVER, ended_by=PERSON, touched_at=now.timestamp()))


def over(tx: Connection, talk_id: int) -> None:
    """The chat was given back."""
    tx.execute(update(TALKS).where(_C.id == talk_id).values(state=OVER))


def let_go(tx: Connection, now: datetime) -> set[str]:
    """None is under way or being ended any more, of any case, and nobody is told. Gives the cases."""
    found = set(tx.execute(select(_C.case_id).where(_C.state != OVER)).scalars())
    ended_by = func.coalesce(_C.ended_by, DESK)
    tx.execute(update(TALKS).where(_C.state != OVER).values(state=OVER, ended_by=ended_by, touched_at=now.timestamp()))
    return found


def idle(tx: Connection, before: float) -> Sequence[Talk]:
    """Talks in which nobody has said anything since `before`."""
    rows = tx.execute(select(TALKS).where(_C.state.in_(UNDER_WAY), _C.touched_at < before))
    return [Talk(*row) for row in rows]


def ending(tx: Connection) -> Sequence[Talk]:
    """Talks that are ended, and whose chats are to be given back."""
    return [Talk(*row) for row in tx.execute(select(TALKS).where(_C.state == ENDING))]
