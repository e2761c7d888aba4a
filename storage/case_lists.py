"""Lists of cases as the desk shows them, and what belongs to one case beside its row. Reading only, in clear only.

Here may live questions to the tables of cases. A list never reads a case's document or key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Join, ScalarSelect, and_, case, func, or_, select

from policy.stages import Stage
from storage.cases import MESSAGE, WITHDRAWN
from storage.clocks import FIRST_ATTEMPT, MET, OPENED
from storage.tables import CASE_ENTRIES, CASES, CLOCKS, STAFF

MOST_SHOWN = 200
"""Lines of one list, at most: a page stays quick and readable; the count beside it is whole."""

_OPENED = CLOCKS.alias("opened_clock")
_ATTEMPT = CLOCKS.alias("attempt_clock")


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list. `due` names the promise to be kept next; it is None, and so is `due_at`, when all are kept."""

    id: str
    reference: str
    stage: str
    priority: int
    assignee: int | None
    assignee_name: str | None
    due: str | None
    due_at: float | None
    has_message: bool
    """Whether the person wrote after anybody here did something about the case."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether the person took it back: it stays on the list of who has it until they put it away."""
        return self.stage == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases wait for somebody, are one's own, are with colleagues; and how many of those late."""

    waiting: int
    mine: int
    colleagues: int
    late: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to a case. `at` is UTC seconds, `note` is sealed; without a name it is the person's."""

    id: int
    at: float
    staff_name: str | None
    kind: str
    route: str | None
    result: str | None
    stage: str | None
    note: bytes | None = field(repr=False)


def waiting(tx: Connection) -> Sequence[Line]:
    """Cases nobody has, the one due first at the top."""
    return _lines(tx, CASES.c.assignee.is_(None))


def of_member(tx: Connection, staff_id: int) -> Sequence[Line]:
    """The cases of one member of staff, the one due first at the top."""
    return _lines(tx, CASES.c.assignee == staff_id)


def of_colleagues(tx: Connection, staff_id: int) -> Sequence[Line]:
    """The cases others have, the one due first at the top."""
    return _lines(tx, CASES.c.assignee != staff_id)


def count(tx: Connection, staff_id: int, now: float) -> Counts:
    """How many cases there are in each list."""
    nobodys, own = CASES.c.assignee.is_(None), CASES.c.assignee == staff_id
    late = _due_at() < now
    row = tx.execute(
        select(
            func.count().filter(nobodys),
            func.count().filter(own),
            func.count().filter(CASES.c.assignee != staff_id),
            func.count().filter(late & (nobodys | own)),
        )
        .select_from(_with_clocks())
        .where(_SHOWN)
    ).one()
    return Counts(*row)


def clocks(tx: Connection, case_id: str) -> dict[str, tuple[float, str, float | None]]:
    """Of each promise: when it is due, its state, and when it was kept or seen to be missed."""
    rows = tx.execute(select(CLOCKS).where(CLOCKS.c.case_id == case_id))
    return {row.name: (row.due_at, row.state, row.at) for row in rows}


def entries(tx: Connection, case_id: str) -> Sequence[Entry]:
    """What happened to a case, the oldest first."""
    columns = CASE_ENTRIES.c
    rows = tx.execute(
        select(
            columns.id,
            columns.at,
            STAFF.c.name,
            columns.kind,
            columns.route,
            columns.result,
            columns.stage,
            columns.note,
        )
        .outerjoin(STAFF, STAFF.c.id == columns.staff_id)
        .where(columns.case_id == case_id)
        .order_by(columns.at, columns.id)
    )
    return [Entry(*row) for row in rows]


_OPEN = CASES.c.stage.in_([stage.value for stage in Stage])
_SHOWN = or_(_OPEN, and_(CASES.c.stage == WITHDRAWN, CASES.c.assignee.is_not(None)))


def _lines(tx: Connection, whose: ColumnElement[bool]) -> Sequence[Line]:
    running = CASES.c.stage != WITHDRAWN
    due = case((running & (_OPENED.c.state != MET), OPENED), (running & (_ATTEMPT.c.state != MET), FIRST_ATTEMPT))
    columns = (CASES.c.id, CASES.c.reference, CASES.c.stage, CASES.c.priority, CASES.c.assignee)
    name = STAFF.c.name.label("assignee_name")
    answered_at = func.coalesce(_latest(CASE_ENTRIES.c.staff_id.is_not(None)), 0.0)
    has_message = func.coalesce(_latest(CASE_ENTRIES.c.kind == MESSAGE) > answered_at, False)
    rows = tx.execute(
        select(*columns, name, due.label("due"), _due_at().label("due_at"), has_message.label("has_message"))
        .select_from(_with_clocks().outerjoin(STAFF, STAFF.c.id == CASES.c.assignee))
        .where(_SHOWN, whose)
        .order_by(running, _due_at().is_(None), _due_at(), CASES.c.priority, CASES.c.reference)
        .limit(MOST_SHOWN)
    )
    return [Line(**row) for row in rows.mappings()]


def _due_at() -> ColumnElement[float | None]:
    running = CASES.c.stage != WITHDRAWN
    opened, tried = running & (_OPENED.c.state != MET), running & (_ATTEMPT.c.state != MET)
    return case((opened, _OPENED.c.due_at), (tried, _ATTEMPT.c.due_at))


def _latest(which: ColumnElement[bool]) -> ScalarSelect[float | None]:
    return select(func.max(CASE_ENTRIES.c.at)).where(CASE_ENTRIES.c.case_id == CASES.c.id, which).scalar_subquery()


def _with_clocks() -> Join:
    return CASES.outerjoin(_OPENED, and_(_OPENED.c.case_id == CASES.c.id, _OPENED.c.name == OPENED)).outerjoin(
        _ATTEMPT, and_(_ATTEMPT.c.case_id == CASES.c.id, _ATTEMPT.c.name == FIRST_ATTEMPT)
    )
