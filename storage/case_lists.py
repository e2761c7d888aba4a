"""Lists of cases as the desk shows them, and what belongs to one case beside its row. Reading only, in clear only.

Here may live questions to the tables of cases. A list never reads a case's document or key.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    String,
    case,
    cast,
    false,
    func,
    select,
)

from policy.priority import Priority
from policy.stages import Stage
from policy.standing_in import EVERYBODY_HERE, Cover
from storage import case_dues, news, standing_in, tasks
from storage.attempts import ATTEMPT
from storage.case_dues import EVERYTHING, Only
from storage.cases import WITHDRAWN
from storage.records import ABOUT_A_FACILITATOR
from storage.tables import CASE_ENTRIES, CASE_FACILITATORS, CASES, CLOCKS, DESK_MESSAGES, STAFF

T = TypeVar("T")
WAITING: Final = "waiting"
MINE: Final = "mine"
FACILITATED: Final = "facilitated"
COLLEAGUES: Final = "colleagues"
STANDS_IN: Final = "stands_in"
GOES_UP: Final = "goes_up"
WHOSE: Final = (WAITING, GOES_UP, MINE, STANDS_IN, FACILITATED, COLLEAGUES)
"""The lists: cases nobody has; those whose coordinator is away with nobody who stands in, which managers see to; one's
own; those of who is away and for whom one stands in; those of colleagues that one facilitates; and the others."""

MOST_SHOWN = 200
"""Lines of one list on one page, at most: it stays quick and readable; the count beside it is whole."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list, times in UTC seconds.

    `due` names the promise to be kept next; it is None, and so is `due_at`, when all are kept. `done_at` is when staff
    last did something about the case, None if never; `tries` how often they tried to be in touch. `tasks` are those
    left for whoever has the case, the first of them due at `task_due_at`.
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
    """Whether the person wrote what nobody who was shown it has seen to (`storage.news`)."""
    at: float
    done_at: float | None
    tries: int
    tasks: int
    task_due_at: float | None

    def is_late(self, now: float) -> bool:
        """Whether what is to be done next should have been done before this moment."""
        return any(at is not None and at < now for at in (self.due_at, self.task_due_at))

    @property
    def is_withdrawn(self) -> bool:
        """Whether the person took it back: it stays on the list of who has it until they put it away."""
        return self.stage == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its first lines, how many cases belong on it, and how many of those are late."""

    lines: Sequence[Line] = ()
    number: int = 0
    late: int = 0


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
    message_state: str | None
    """Of what was written to the person: where it is (`storage.desk_messages`), when it is told of, when that was
    settled."""
    message_due_at: float | None
    message_settled_at: float | None


def of_member(
    tx: Connection,
    staff_id: int,
    now: float,
    only: Only = EVERYTHING,
    *,
    cover: Cover = EVERYBODY_HERE,
    lists: Collection[str] = WHOSE,
    page: int = 1,
) -> Mapping[str, Listed]:
    """All lists as one member of staff sees them, by the names of `WHOSE`; a case stands on one of them. `lists`: those
    this member sees, so that what goes up stands with colleagues to who is no manager.

    What was withdrawn comes first, so that nobody calls; then what is urgent and due, then where the person wrote, then
    by when it is due. Where nothing is due, what was left alone longest stands higher. `page` counts from 1.
    """
    whose = _whose(staff_id, cover, lists)
    lines = _lines().add_columns(
        whose.label("whose"),
        func.row_number().over(partition_by=whose, order_by=_need(only)).label("place"),
        func.count().over(partition_by=whose).label("number"),
        func.sum(case((case_dues.is_late(now), 1), else_=0)).over(partition_by=whose).label("late"),
    )
    found = lines.where(*case_dues.fits(only)).subquery()
    here = found.c.place.between((page - 1) * MOST_SHOWN + 1, page * MOST_SHOWN)
    rows = tx.execute(select(found).where(here).order_by(found.c.place)).mappings().all()
    return {name: _listed([row for row in rows if row["whose"] == name]) for name in WHOSE}


Clock = tuple[float, str, float | None]
"""Of a promise: when it is due, its state, and when it was kept or seen to be missed."""


def clocks(tx: Connection, case_id: str) -> dict[str, Clock]:
    """Every promise of a case, by name."""
    rows = tx.execute(select(CLOCKS).where(CLOCKS.c.case_id == case_id))
    return {row.name: (row.due_at, row.state, row.at) for row in rows}


def entries(tx: Connection, case_id: str) -> Sequence[Entry]:
    """What happened to a case, the oldest first."""
    columns, whom = CASE_ENTRIES.c, STAFF.alias()
    is_about = columns.kind.in_(ABOUT_A_FACILITATOR) & (cast(whom.c.id, String) == columns.result)
    rows = tx.execute(
        select(
            columns.id,
            columns.at,
            STAFF.c.name,
            columns.kind,
            columns.route,
            func.coalesce(whom.c.name, columns.result),
            columns.stage,
            columns.note,
            DESK_MESSAGES.c.state,
            DESK_MESSAGES.c.due_at,
            DESK_MESSAGES.c.settled_at,
        )
        .outerjoin(STAFF, STAFF.c.id == columns.staff_id)
        .outerjoin(whom, is_about)
        .outerjoin(DESK_MESSAGES, DESK_MESSAGES.c.entry_id == columns.id)
        .where(columns.case_id == case_id)
        .order_by(columns.at, columns.id)
    )
    return [Entry(*row) for row in rows]


def _listed(rows: Sequence[RowMapping]) -> Listed:
    lines = [Line(**{name: row[name] for name in Line.__slots__}) for row in rows]
    return Listed(lines, rows[0]["number"], rows[0]["late"]) if rows else Listed()


def _whose(staff_id: int, cover: Cover, lists: Collection[str]) -> ColumnElement[str]:
    """The list a case stands on."""
    facilitated = select(CASE_FACILITATORS.c.case_id).where(CASE_FACILITATORS.c.staff_id == staff_id)
    return case(
        (CASES.c.assignee.is_(None), WAITING),
        (CASES.c.assignee == staff_id, MINE),
        (standing_in.answered_by(cover, staff_id), STANDS_IN),
        (standing_in.goes_up(cover) if GOES_UP in lists else false(), GOES_UP),
        (CASES.c.id.in_(facilitated), FACILITATED),
        else_=COLLEAGUES,
    )


def _lines() -> Select[Any]:
    columns = (CASES.c.id, CASES.c.reference, CASES.c.stage, CASES.c.priority, CASES.c.assignee, CASES.c.at)
    return select(
        *columns,
        STAFF.c.name.label("assignee_name"),
        case_dues.promise().label("due"),
        case_dues.promised_at().label("due_at"),
        _has_message().label("has_message"),
        _done_at().label("done_at"),
        _of_entries(func.count(), CASE_ENTRIES.c.kind == ATTEMPT).label("tries"),
        tasks.count_of_case().label("tasks"),
        tasks.next_due_of_case().label("task_due_at"),
    ).select_from(case_dues.cases_with_clocks().outerjoin(STAFF, STAFF.c.id == CASES.c.assignee))


def _need(only: Only) -> Sequence[ColumnElement[Any]]:
    """What to sort by, the case in most need first; of closed ones, which need nothing, the last closed."""
    if only.stage == Stage.CLOSED:
        return func.coalesce(_done_at(), CASES.c.at).desc(), CASES.c.reference
    next_at = case_dues.next_at()
    is_urgent = (CASES.c.priority == Priority.URGENT) & case_dues.promised_at().is_not(None)
    rank = case((CASES.c.stage == WITHDRAWN, 0), (is_urgent, 1), (_has_message(), 2), else_=3)
    left_alone = case((next_at.is_(None), func.coalesce(_done_at(), CASES.c.at)))
    return rank, next_at.is_(None), next_at, left_alone, CASES.c.priority, CASES.c.at, CASES.c.reference


def _done_at() -> ScalarSelect[float | None]:
    return _of_entries(func.max(CASE_ENTRIES.c.at), CASE_ENTRIES.c.staff_id.is_not(None))


def _has_message() -> ColumnElement[bool]:
    return news.last_of_case() > news.seen_to_of_case()


def _of_entries(what: ColumnElement[T], which: ColumnElement[bool]) -> ScalarSelect[T]:
    return select(what).where(CASE_ENTRIES.c.case_id == CASES.c.id, which).scalar_subquery()
