"""Lists of cases as the desk shows them, and what belongs to one case beside its row. Reading only, in clear only.

Here may live questions to the tables of cases. A list never reads a case's document or key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Join, ScalarSelect, and_, case, func, or_, select

from policy.priority import Priority
from policy.stages import OPEN
from storage.attempts import ATTEMPT
from storage.cases import FROM_THE_PERSON, WITHDRAWN
from storage.clocks import FIRST_ATTEMPT, MET, OPENED
from storage.tables import CASE_ENTRIES, CASES, CLOCKS, STAFF

T = TypeVar("T")
MOST_SHOWN = 200
"""Lines of one list, at most: a page stays quick and readable; the count beside it is whole."""

_OPENED = CLOCKS.alias("opened_clock")
_ATTEMPT = CLOCKS.alias("attempt_clock")


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list, times in UTC seconds.

    `due` names the promise to be kept next; it is None, and so is `due_at`, when all are kept. `done_at` is when staff
    last did something about the case, None if never; `tries` how often they tried to be in touch.
    """

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
    at: float
    done_at: float | None
    tries: int

    @property
    def is_withdrawn(self) -> bool:
        """Whether the person took it back: it stays on the list of who has it until they put it away."""
        return self.stage == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases wait for somebody, are one's own, are with colleagues; how many of the first two, and of the last,
    are late."""

    waiting: int
    mine: int
    colleagues: int
    late: int
    late_with_colleagues: int


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
    """Cases nobody has, in the order of `_lines`."""
    return _lines(tx, CASES.c.assignee.is_(None))


def of_member(tx: Connection, staff_id: int) -> Sequence[Line]:
    """The cases of one member of staff, in the order of `_lines`."""
    return _lines(tx, CASES.c.assignee == staff_id)


def of_colleagues(tx: Connection, staff_id: int) -> Sequence[Line]:
    """The cases others have, in the order of `_lines`."""
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
            func.count().filter(late & (CASES.c.assignee != staff_id)),
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


_OPEN = CASES.c.stage.in_([stage.value for stage in OPEN])
_SHOWN = or_(_OPEN, and_(CASES.c.stage == WITHDRAWN, CASES.c.assignee.is_not(None)))


def _lines(tx: Connection, whose: ColumnElement[bool]) -> Sequence[Line]:
    """What was withdrawn comes first, so that nobody calls; then what is urgent and due, then where the person wrote,
    then by when it is due. Where nothing is due, what was left alone longest stands higher."""
    running = CASES.c.stage != WITHDRAWN
    due = case((running & (_OPENED.c.state != MET), OPENED), (running & (_ATTEMPT.c.state != MET), FIRST_ATTEMPT))
    columns = (CASES.c.id, CASES.c.reference, CASES.c.stage, CASES.c.priority, CASES.c.assignee)
    name = STAFF.c.name.label("assignee_name")
    done_at = _of_entries(func.max(CASE_ENTRIES.c.at), CASE_ENTRIES.c.staff_id.is_not(None))
    written_at = _of_entries(func.max(CASE_ENTRIES.c.at), CASE_ENTRIES.c.kind.in_(FROM_THE_PERSON))
    has_message = func.coalesce(written_at > func.coalesce(done_at, 0.0), False)
    tries = _of_entries(func.count(), CASE_ENTRIES.c.kind == ATTEMPT)
    is_urgent = (CASES.c.priority == Priority.URGENT) & _due_at().is_not(None)
    rank = case((~running, 0), (is_urgent, 1), (has_message, 2), else_=3)
    left_alone = case((_due_at().is_(None), func.coalesce(done_at, CASES.c.at)))
    rows = tx.execute(
        select(
            *columns,
            name,
            CASES.c.at,
            due.label("due"),
            _due_at().label("due_at"),
            has_message.label("has_message"),
            done_at.label("done_at"),
            tries.label("tries"),
        )
        .select_from(_with_clocks().outerjoin(STAFF, STAFF.c.id == CASES.c.assignee))
        .where(_SHOWN, whose)
        .order_by(rank, _due_at().is_(None), _due_at(), left_alone, CASES.c.priority, CASES.c.at, CASES.c.reference)
        .limit(MOST_SHOWN)
    )
    return [Line(**row) for row in rows.mappings()]


def _due_at() -> ColumnElement[float | None]:
    running = CASES.c.stage != WITHDRAWN
    opened, tried = running & (_OPENED.c.state != MET), running & (_ATTEMPT.c.state != MET)
    return case((opened, _OPENED.c.due_at), (tried, _ATTEMPT.c.due_at))


def _of_entries(what: ColumnElement[T], which: ColumnElement[bool]) -> ScalarSelect[T]:
    return select(what).where(CASE_ENTRIES.c.case_id == CASES.c.id, which).scalar_subquery()


def _with_clocks() -> Join:
    return CASES.outerjoin(_OPENED, and_(_OPENED.c.case_id == CASES.c.id, _OPENED.c.name == OPENED)).outerjoin(
        _ATTEMPT, and_(_ATTEMPT.c.case_id == CASES.c.id, _ATTEMPT.c.name == FIRST_ATTEMPT)
    )
