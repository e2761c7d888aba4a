"""What two people do together: asked for by one, approved by another, used once, and over after a day.

Here may live what reads or writes the table `approvals`, each function on the transaction it is given and with its row
in the audit. That the two are not the same is held by the table itself. The reason is sealed to the team.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select, update

from policy.four_eyes import CLOSE_UNREACHED, UNANSWERED_FOR, WAITS
from storage import audit, notices, team
from storage.sealing import seal_to, unseal_with
from storage.tables import APPROVALS, AUDIT, CASES, STAFF

_C = APPROVALS.c


class NotThere(Exception):
    """It was used, turned down, approved already or its time is over; or it is for somebody else to do."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One that was asked for. Times are UTC seconds; `approved_at` is None while it waits."""

    id: str
    what: str
    case_id: str | None
    reference: str | None
    about: int | None
    about_name: str | None
    """The colleague it is about, where it is about one."""
    asked_by: int | None
    """None where it was asked for at the command line of the server."""
    asked_by_name: str | None
    asked_at: float
    expires_at: float
    approved_at: float | None
    why: bytes = field(repr=False)

    def reason(self, team_private: bytes) -> str:
        """Why it was asked for. Raises SealBroken."""
        return self._asked(team_private)[1]

    def closing(self, team_private: bytes) -> str:
        """The reason for which a case is to end; empty of what ends none. Raises SealBroken."""
        return self._asked(team_private)[0]

    def _asked(self, team_private: bytes) -> tuple[str, str]:
        said = unseal_with(team_private, self.why, _context(self.id)).decode()
        closing, _, why = said.partition("\n") if self.what == CLOSE_UNREACHED else ("", "", said)
        return closing, why


def ask(
    tx: Connection,
    what: str,
    case_id: str | None,
    staff_id: int | None,
    now: datetime,
    audit_key: bytes,
    *,
    why: str,
    closing: str = "",
    about: int | None = None,
) -> str:
    """Asks for it, in place of what this member asked for alike before; its id. `closing` is the reason for which a
    case is to end, where it is. Raises storage.team.NoTeamKey."""
    again = _is_about(case_id, about) & (_C.what == what) & _C.asked_by.is_not_distinct_from(staff_id)
    tx.execute(delete(APPROVALS).where(again, _C.used_at.is_(None)))
    id_ = uuid4().hex
    row = {"id": id_, "what": what, "case_id": case_id, "about": about}
    said = f"{closing}\n{why}" if what == CLOSE_UNREACHED else why
    sealed = seal_to(team.public_key(tx), said.encode(), _context(id_))
    tx.execute(
        insert(APPROVALS).values(
            **row, asked_by=staff_id, asked_at=now.timestamp(), expires_at=(now + WAITS).timestamp(), why=sealed
        )
    )
    audit.write(tx, audit_key, now, staff_id, _about(f"asked_{what}", about), case_id)
    notices.write(tx, notices.TO_APPROVE, now, about=staff_id, approval=id_)
    return id_


def waiting(tx: Connection, now: datetime) -> Sequence[Approval]:
    """All that wait for somebody's approval, asked for first at the top."""
    found = tx.execute(_standing(now).where(_C.approved_by.is_(None)).order_by(_C.asked_at))
    return [Approval(*row) for row in found]


def of_case(tx: Connection, case_id: str, staff_id: int, now: datetime) -> Sequence[Approval]:
    """What this member asked for about a case and has not used."""
    mine = (_C.case_id == case_id) & (_C.asked_by == staff_id)
    return [Approval(*row) for row in tx.execute(_standing(now).where(mine).order_by(_C.asked_at))]


def asked_for(
    tx: Connection, what: str, staff_id: int | None, now: datetime, about: int | None = None
) -> Approval | None:
    """What this member asked for and has not used, of what is about no case."""
    mine = (_C.what == what) & _C.asked_by.is_not_distinct_from(staff_id) & _is_about(None, about)
    found = tx.execute(_standing(now).where(mine)).first()
    return Approval(*found) if found else None


def went_unanswered(tx: Connection, what: str, now: datetime) -> bool:
    """Whether it was asked for at least `WAITS` ago, and not long ago, and nobody has said yes or no to it since."""
    asked = select(AUDIT.c.id, AUDIT.c.at).where(AUDIT.c.action == f"asked_{what}").order_by(AUDIT.c.id.desc())
    last = tx.execute(asked.limit(1)).first()
    if last is None or not WAITS <= timedelta(seconds=now.timestamp() - last.at) <= UNANSWERED_FOR:
        return False
    answers = (f"approved_{what}", f"did_{what}", "turned_down")
    later = select(AUDIT.c.id).where(AUDIT.c.id > last.id, AUDIT.c.action.in_(answers), AUDIT.c.case_id.is_(None))
    return tx.execute(later.limit(1)).first() is None


def approve(tx: Connection, id_: str, staff_id: int, now: datetime, audit_key: bytes) -> Approval:
    """A second person says yes. Raises NotThere, also to whoever asked for it."""
    waits = (_C.id == id_) & _C.approved_by.is_(None) & _C.asked_by.is_distinct_from(staff_id) & _stands(now)
    changed = tx.execute(update(APPROVALS).where(waits).values(approved_by=staff_id, approved_at=now.timestamp()))
    if changed.rowcount == 0:
        raise NotThere
    found = Approval(*tx.execute(_standing(now).where(_C.id == id_)).one())
    audit.write(tx, audit_key, now, staff_id, _about(f"approved_{found.what}", found.about), found.case_id)
    return found


def turn_down(tx: Connection, id_: str, staff_id: int, now: datetime, audit_key: bytes) -> None:
    """A second person says no, or whoever asked takes it back: nothing is left of it but in the audit.

    Raises NotThere.
    """
    found = tx.execute(_standing(now).where(_C.id == id_)).first()
    gone = tx.execute(delete(APPROVALS).where(_C.id == id_, _C.approved_by.is_(None), _stands(now)))
    if found is None or gone.rowcount == 0:
        raise NotThere
    given = Approval(*found)
    audit.write(tx, audit_key, now, staff_id, _about("turned_down", given.about), given.case_id)


def use(
    tx: Connection,
    id_: str,
    case_id: str | None,
    staff_id: int | None,
    now: datetime,
    audit_key: bytes,
    about: int | None = None,
) -> str:
    """What was approved is done, once, by whoever asked for it; gives what it was. Raises NotThere."""
    mine = (_C.id == id_) & _is_about(case_id, about) & _C.asked_by.is_not_distinct_from(staff_id)
    ready = mine & _C.approved_by.is_not(None) & _stands(now)
    used = tx.execute(update(APPROVALS).where(ready).values(used_at=now.timestamp()).returning(_C.what))
    what: str | None = used.scalar()
    if what is None:
        raise NotThere
    audit.write(tx, audit_key, now, staff_id, _about(f"did_{what}", about), case_id)
    return what


def forget_past(tx: Connection, now: datetime) -> int:
    """Destroys what was used or whose time is over; how many."""
    over = or_(_C.used_at.is_not(None), _C.expires_at <= now.timestamp())
    return tx.execute(delete(APPROVALS).where(over)).rowcount


def forget_case(tx: Connection, case_id: str) -> None:
    """Nothing about this case is asked for any more."""
    tx.execute(delete(APPROVALS).where(_C.case_id == case_id))


def _stands(now: datetime) -> ColumnElement[bool]:
    return _C.used_at.is_(None) & (_C.expires_at > now.timestamp())


def _is_about(case_id: str | None, about: int | None) -> ColumnElement[bool]:
    return _C.case_id.is_not_distinct_from(case_id) & _C.about.is_not_distinct_from(about)


def _about(action: str, about: int | None) -> str:
    return action if about is None else f"{action}:{about}"


def _standing(now: datetime) -> Select[Any]:
    whom = STAFF.alias("whom")
    asked = (_C.asked_by, STAFF.c.name, _C.asked_at, _C.expires_at, _C.approved_at, _C.why)
    wanted = select(_C.id, _C.what, _C.case_id, CASES.c.reference, _C.about, whom.c.name, *asked)
    joined = APPROVALS.outerjoin(CASES, CASES.c.id == _C.case_id).outerjoin(STAFF, STAFF.c.id == _C.asked_by)
    joined = joined.outerjoin(whom, whom.c.id == _C.about)
    return wanted.select_from(joined).where(_stands(now))


def _context(id_: str) -> str:
    return f"approval:{id_}"
