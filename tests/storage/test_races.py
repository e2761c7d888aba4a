"""On PostgreSQL, two do something at once: the second begins while the first has not committed. What holds then."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from policy.access import Role
from policy.case_facts import NOTHING_KNOWN
from policy.deadlines import NEW_SIGN, PLAN
from policy.escalation import EMAIL, Rung
from policy.four_eyes import ERASE
from policy.stages import Stage
from storage import alerts as alert_rows
from storage import (
    approvals,
    attempts,
    audit,
    audit_heads,
    case_openings,
    caseload,
    cases,
    clocks,
    danger_signs,
    hand_ons,
    heads_sent,
    leaving,
    news,
    notices,
    process,
    staff,
    tables,
    tasks,
    team,
    told_figures,
)
from storage.caseload import NotAllowed
from storage.database import Database
from storage.told_figures import Stretch
from tests.desk.cases import Made, make_case

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KEY, PEPPER = bytes(32), b"p" * 32
ANN, BEA, CAL = 1, 2, 3
"""Ann and Cal are managers too."""
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
Deed = Callable[[Connection], Any]


@pytest.fixture
def database(postgres: str) -> Iterator[Database]:
    opened = Database(postgres).open()
    with opened.begin() as tx:
        team.ensure(tx, NOW)
        staff.add_row(tx, "Bea Example", [Role.COORDINATOR], NOW)
        staff.add_row(tx, "Cal Example", [Role.COORDINATOR, Role.MANAGER], NOW)
        tx.execute(update(tables.STAFF).values(team_key=b"sealed"))
    yield opened
    opened.close()


def a_case(database: Database, *, had_by: int | None = ANN, stage: Stage = Stage.TRIAGE) -> Made:
    with database.begin() as tx:
        made = make_case(tx, NOW, reference=token_hex(4))
        alert_rows.write(tx, made.id, [Rung(0, EMAIL, NOW)])
        tx.execute(update(tables.CASES).where(tables.CASES.c.id == made.id).values(stage=stage.value, assignee=had_by))
    return made


def at_once(database: Database, first: Deed, second: Deed) -> tuple[Any, Any]:
    """Both, over connections of their own: what each gave, or the error it was refused with.

    The second begins when the first has done all but commit; it is awaited where it has to wait.
    """
    with ThreadPoolExecutor(1) as threads:
        with database.begin() as tx:
            given = _outcome(first, tx)
            other = threads.submit(_alone, database, second)
            until_it_waits(database, other)
        return given, other.result(20)


def _alone(database: Database, deed: Deed) -> Any:
    try:
        with database.begin() as tx:
            return deed(tx)
    except (NotAllowed, approvals.NotThere) as refused:
        return type(refused)


def _outcome(deed: Deed, tx: Connection) -> Any:
    try:
        return deed(tx)
    except (NotAllowed, approvals.NotThere) as refused:
        return type(refused)


def until_it_waits(database: Database, other: Future[Any]) -> None:
    """Returns once the other waits for a lock, or is over without any."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(20_000):
            if other.done() or connection.execute(WAITING).scalar_one():
                return
    raise AssertionError("it neither waits nor ends")


def rows(database: Database, table: Any) -> list[Any]:
    with database.read() as tx:
        return list(tx.execute(select(table).order_by(*table.primary_key.columns)))


def kinds(database: Database) -> list[str]:
    return [entry.kind for entry in rows(database, tables.CASE_ENTRIES)]


def actions(database: Database) -> list[str]:
    with database.read() as tx:
        assert audit.verify(tx, KEY) == []
    return [row.action for row in rows(database, tables.AUDIT)]


# What two people approve


@pytest.fixture
def asked(database: Database) -> str:
    """Bea asks that a case be erased."""
    case = a_case(database, had_by=BEA)
    with database.begin() as tx:
        return approvals.ask(tx, ERASE, case.id, BEA, NOW, KEY, why="They asked us on the phone")


def test_of_two_managers_who_approve_at_once_one_has_and_the_other_is_told_it_is_answered(
    database: Database, asked: str
) -> None:
    by_ann, by_cal = at_once(
        database,
        lambda tx: approvals.approve(tx, asked, ANN, NOW, KEY).what,
        lambda tx: approvals.approve(tx, asked, CAL, NOW, KEY).what,
    )
    assert (by_ann, by_cal) == (ERASE, approvals.NotThere)
    assert rows(database, tables.APPROVALS)[0].approved_by == ANN
    assert actions(database).count(f"approved_{ERASE}") == 1


def test_what_one_has_approved_no_other_turns_down_at_the_same_moment(database: Database, asked: str) -> None:
    _, no = at_once(
        database,
        lambda tx: approvals.approve(tx, asked, ANN, NOW, KEY),
        lambda tx: approvals.turn_down(tx, asked, CAL, NOW, KEY),
    )
    assert no is approvals.NotThere and rows(database, tables.APPROVALS)[0].approved_by == ANN


def test_what_one_has_turned_down_no_other_approves_at_the_same_moment(database: Database, asked: str) -> None:
    _, yes = at_once(
        database,
        lambda tx: approvals.turn_down(tx, asked, ANN, NOW, KEY),
        lambda tx: approvals.approve(tx, asked, CAL, NOW, KEY),
    )
    assert yes is approvals.NotThere and rows(database, tables.APPROVALS) == []


def test_what_was_approved_is_used_once_by_two_clicks(database: Database, asked: str) -> None:
    with database.begin() as tx:
        case_id = approvals.approve(tx, asked, ANN, NOW, KEY).case_id
    used = at_once(database, *[lambda tx: approvals.use(tx, asked, case_id, BEA, NOW, KEY)] * 2)
    assert used == (ERASE, approvals.NotThere)


# Who has a case


def test_of_two_who_take_a_case_at_once_one_has_it_and_both_are_told_who(database: Database) -> None:
    case = a_case(database, had_by=None, stage=Stage.RECEIVED)
    by_ann, by_bea = at_once(
        database,
        lambda tx: caseload.take(tx, case.id, ANN, NOW, KEY),
        lambda tx: caseload.take(tx, case.id, BEA, NOW, KEY),
    )
    assert (by_ann.first, by_bea.first) == (True, False) and by_ann.by == by_bea.by
    assert kinds(database) == ["taken"]


def test_a_case_that_is_taken_while_its_person_withdraws_is_nobodys(database: Database) -> None:
    case = a_case(database, had_by=None, stage=Stage.RECEIVED)
    _, taken = at_once(
        database,
        lambda tx: cases.withdraw(tx, case.id, NOW.timestamp()),
        lambda tx: caseload.take(tx, case.id, BEA, NOW, KEY),
    )
    assert not taken.first and rows(database, tables.CASES)[0].assignee is None


def offered(database: Database, case: Made, to: int = BEA) -> None:
    with database.begin() as tx:
        hand_ons.offer(tx, case.id, ANN, NOW, KEY, to=to, pepper=PEPPER)


def closes(case: Made, by: int) -> Deed:
    said = replace(NOTHING_KNOWN, closing="duplicate", support="offered", has_safety_flag=False)
    return lambda tx: process.set_stage(tx, case.id, by, NOW, KEY, stage=Stage.CLOSED, facts=said)


def accepts(case: Made) -> Deed:
    return lambda tx: hand_ons.answer(tx, case.id, BEA, NOW, KEY, accepts=True)


def test_whoever_hands_a_case_on_does_not_close_it_in_the_same_moment(database: Database) -> None:
    case = a_case(database, stage=Stage.CONTACT_ATTEMPTS)
    offered(database, case)
    _, closed = at_once(database, accepts(case), closes(case, ANN))
    (row,) = rows(database, tables.CASES)
    assert closed is NotAllowed and (row.assignee, row.stage) == (BEA, Stage.CONTACT_ATTEMPTS)


def test_a_case_that_is_accepted_while_it_is_closed_is_closed_and_theirs(database: Database) -> None:
    case = a_case(database, stage=Stage.CONTACT_ATTEMPTS)
    offered(database, case)
    assert at_once(database, closes(case, ANN), accepts(case)) == (None, None)
    (row,) = rows(database, tables.CASES)
    assert (row.assignee, row.stage) == (BEA, Stage.CLOSED)
    assert kinds(database) == ["offered", process.CLOSED, "handed_on"]


def test_a_case_that_a_colleague_accepts_is_not_given_back_by_who_had_it(database: Database) -> None:
    case = a_case(database)
    offered(database, case)
    _, back = at_once(database, accepts(case), lambda tx: caseload.release(tx, case.id, ANN, NOW, KEY))
    assert back is NotAllowed and rows(database, tables.CASES)[0].assignee == BEA


def test_a_case_that_a_manager_gives_to_somebody_is_not_accepted_by_another(database: Database) -> None:
    case = a_case(database)
    offered(database, case)
    _, accepted = at_once(
        database,
        lambda tx: hand_ons.assign(tx, case.id, CAL, NOW, KEY, to=CAL, pepper=PEPPER),
        accepts(case),
    )
    assert accepted is NotAllowed and rows(database, tables.CASES)[0].assignee == CAL


def test_a_case_that_is_offered_by_two_clicks_is_offered_to_whom_the_second_names(database: Database) -> None:
    case = a_case(database)
    offer: Callable[[int], Deed] = lambda to: (  # noqa: E731
        lambda tx: hand_ons.offer(tx, case.id, ANN, NOW, KEY, to=to, pepper=PEPPER)
    )
    at_once(database, offer(BEA), offer(CAL))
    assert [row.to_id for row in rows(database, tables.HAND_ONS)] == [CAL]


def test_somebody_leaves_while_a_colleague_is_in_the_middle_of_a_deed_on_a_case_of_theirs(database: Database) -> None:
    """One locks cases and then the audit; so does the other, or each would wait for the other for ever."""
    _, second = sorted((a_case(database, had_by=BEA) for _ in range(2)), key=lambda made: made.id)
    with database.begin() as tx:
        tx.execute(tables.CASE_FACILITATORS.insert().values(case_id=second.id, staff_id=CAL, at=0.0))
    try_ = {"at": NOW, "route": "phone", "result": "no_answer", "note": None}
    with ThreadPoolExecutor(1) as threads:
        with database.begin() as tx:
            caseload.worked_by(tx, second.id, CAL)
            leaves = threads.submit(
                _alone, database, lambda tx: leaving.leave(tx, BEA, ANN, NOW, KEY, to=ANN, pepper=PEPPER)
            )
            until_it_waits(database, leaves)
            attempts.log(tx, second.id, CAL, NOW, KEY, **try_)
        leaves.result(20)
    assert {row.assignee for row in rows(database, tables.CASES)} == {ANN}
    assert kinds(database).count(attempts.ATTEMPT) == 1


# What the person does meanwhile


def logs(case: Made) -> Deed:
    return lambda tx: attempts.log(tx, case.id, ANN, NOW, KEY, at=NOW, route="phone", result="no_answer", note=None)


def withdraws(case: Made) -> Deed:
    return lambda tx: cases.withdraw(tx, case.id, NOW.timestamp())


def test_a_try_is_not_logged_on_what_the_person_takes_back_in_the_same_moment(database: Database) -> None:
    case = a_case(database)
    _, logged = at_once(database, withdraws(case), logs(case))
    assert logged is NotAllowed and kinds(database) == [cases.WITHDRAWN]


def test_a_withdrawal_waits_for_a_try_and_says_how_far_it_had_come_by_then(database: Database) -> None:
    case = a_case(database)
    at_once(database, logs(case), withdraws(case))
    (row,), *_, end = rows(database, tables.CASES), *rows(database, tables.CASE_ENTRIES)
    assert (row.stage, end.kind, end.stage) == (cases.WITHDRAWN, cases.WITHDRAWN, Stage.CONTACT_ATTEMPTS)
    assert {clock.state for clock in rows(database, tables.CLOCKS)} == {clocks.MET}


def test_whom_to_tell_of_a_withdrawal_counts_a_move_that_is_made_in_the_same_moment(database: Database) -> None:
    case = a_case(database, stage=Stage.CONTACT_ATTEMPTS)
    talked = replace(NOTHING_KNOWN, is_tried=True, is_reached=True)
    moved, _ = at_once(
        database,
        lambda tx: process.set_stage(tx, case.id, ANN, NOW, KEY, stage=Stage.INITIAL_DISCUSSION, facts=talked),
        withdraws(case),
    )
    end = rows(database, tables.CASE_ENTRIES)[-1]
    assert moved is None and end.stage == Stage.INITIAL_DISCUSSION
    assert {task.kind for task in rows(database, tables.TASKS) if task.state == tasks.OPEN} >= {"tell_support"}


def test_no_word_that_comes_while_a_case_is_erased_outlives_it(database: Database) -> None:
    case = a_case(database)

    def writes(tx: Connection) -> bool:
        is_there = cases.lock(tx, case.id)
        if is_there:
            cases.write(tx, case.id, b"sealed words", NOW.timestamp())
        return is_there

    erases: Deed = lambda tx: cases.erase(tx, case.id, NOW.timestamp())  # noqa: E731
    assert at_once(database, writes, erases)[0]
    assert {entry.note for entry in rows(database, tables.CASE_ENTRIES)} == {None}


def test_nothing_is_written_beside_a_case_that_is_being_erased(database: Database) -> None:
    case = a_case(database)
    _, is_there = at_once(
        database, lambda tx: cases.erase(tx, case.id, NOW.timestamp()), lambda tx: cases.lock(tx, case.id)
    )
    assert not is_there


def sign(database: Database) -> str:
    return next(str(each.state) for each in rows(database, tables.CLOCKS) if each.name == NEW_SIGN)


def finds(case: Made, words: bytes) -> Deed:
    rungs = [Rung(0, EMAIL, NOW), Rung(1, EMAIL, NOW + timedelta(hours=1))]
    return lambda tx: danger_signs.add(tx, case.id, NOW, note=words, due=NOW + timedelta(hours=1), rungs=rungs)


def test_a_danger_sign_that_two_find_at_once_has_one_clock_one_ladder_and_both_their_words(database: Database) -> None:
    case = a_case(database)
    at_once(database, finds(case, b"one"), finds(case, b"two"))
    assert [entry.note for entry in rows(database, tables.CASE_ENTRIES)] == [b"one", b"two"]
    assert len([clock for clock in rows(database, tables.CLOCKS) if clock.name == NEW_SIGN]) == 1
    told = [row for row in rows(database, tables.ALERTS) if row.about == NEW_SIGN]
    assert [row.state for row in told] == [alert_rows.CANCELLED] * 2 + [alert_rows.WAITING] * 2


def test_a_danger_sign_that_is_found_while_somebody_acts_stands_until_they_act_on_it(database: Database) -> None:
    case = a_case(database)
    with database.begin() as tx:
        finds(case, b"before")(tx)
        news.note_shown(tx, case.id, ANN, 1)
    at_once(database, logs(case), finds(case, b"later"))
    assert sign(database) == clocks.RUNNING


def test_a_danger_sign_that_is_found_before_somebody_acts_who_was_not_shown_it_stands(database: Database) -> None:
    case = a_case(database)
    with database.begin() as tx:
        finds(case, b"before")(tx)
        news.note_shown(tx, case.id, ANN, 1)
    at_once(database, finds(case, b"later"), logs(case))
    assert sign(database) == clocks.RUNNING


def test_a_page_that_is_shown_while_a_danger_sign_is_found_does_not_count_as_showing_it(database: Database) -> None:
    """The page was read before the sign was there to be read, and is written down after it."""
    case = a_case(database)
    with database.begin() as tx:
        finds(case, b"before")(tx)
    at_once(database, finds(case, b"later"), lambda tx: news.note_shown(tx, case.id, ANN, 1))
    with database.begin() as tx:
        logs(case)(tx)
    assert sign(database) == clocks.RUNNING
    at_once(database, *[lambda tx: news.note_shown(tx, case.id, ANN, 2)] * 2)
    with database.begin() as tx:
        logs(case)(tx)
    assert sign(database) == clocks.MET


def test_what_the_person_writes_and_that_a_manager_opened_the_case_are_both_told(database: Database) -> None:
    case = a_case(database)
    at_once(
        database,
        lambda tx: alert_rows.write_news(tx, case.id, [EMAIL], NOW),
        lambda tx: case_openings.open_case(tx, case.id, CAL, NOW, KEY, reason=b"sealed", channels=[EMAIL]),
    )
    told = [row for row in rows(database, tables.ALERTS) if row.level >= alert_rows.FIRST_NEWS_LEVEL]
    assert [row.opened_by for row in told] == [None, CAL] and len({row.level for row in told}) == 2


def test_a_plan_that_the_desk_renews_while_the_person_changes_it_has_one_time_to_ask_again(database: Database) -> None:
    case = a_case(database)

    def changes(tx: Connection) -> None:
        assert cases.lock(tx, case.id)
        cases.change_contact(tx, case.id, cases.CONTACT_CHANGED, b"sealed", NOW.timestamp())
        clocks.put(tx, case.id, PLAN, NOW + timedelta(days=90))

    at_once(
        database,
        lambda tx: caseload.renew_plan(
            tx, case.id, ANN, NOW, KEY, due=NOW + timedelta(days=9), note=b"sealed", is_changed=False
        ),
        changes,
    )
    assert len([clock for clock in rows(database, tables.CLOCKS) if clock.name == PLAN]) == 1
    assert kinds(database) == [cases.PLAN_RENEWED, cases.CONTACT_CHANGED]


# What two desks send, and what is told once and for all


def test_the_same_notice_is_sent_by_one_of_two_desks(database: Database) -> None:
    with database.begin() as tx:
        notices.write(tx, notices.TRIED, NOW, about=BEA)
        (due,) = notices.due(tx, NOW)
    assert at_once(database, *[lambda tx: notices.claim(tx, due, NOW, 30)] * 2) == (True, False)


def test_that_somebody_opened_many_cases_is_written_once_by_two_pages_at_once(database: Database) -> None:
    many = [a_case(database).id for _ in range(22)]
    with database.begin() as tx:
        for case_id in many[:20]:
            caseload.note_opened(tx, case_id, BEA, NOW, KEY)
    opens: Callable[[str], Deed] = lambda id_: lambda tx: caseload.note_opened(tx, id_, BEA, NOW, KEY)  # noqa: E731
    at_once(database, opens(many[20]), opens(many[21]))
    assert [row.kind for row in rows(database, tables.NOTICES)] == [notices.OPENED_MANY]
    assert len(actions(database)) == 22


def test_a_head_of_the_audit_is_sent_by_one_of_two_desks_the_first_time_and_every_other(database: Database) -> None:
    with database.begin() as tx:
        audit.write(tx, KEY, NOW, ANN, "opened")
    for at in (NOW, NOW + timedelta(hours=1)):
        with database.read() as tx:
            sent = heads_sent.last(tx, "email")
        claims: Deed = lambda tx, at=at, sent=sent: heads_sent.claim(tx, sent, at, 30)  # type: ignore[misc] # noqa: E731
        assert at_once(database, claims, claims) == (True, False)
        with database.begin() as tx:
            (head,) = audit_heads.read(audit_heads.make(tx, KEY, at) or "")
            heads_sent.mark_sent(tx, "email", head.row, at)


def test_figures_of_the_same_months_that_two_tell_at_once_are_those_of_the_first(database: Database) -> None:
    months = [Stretch("2026-07", "2026-09")]

    def tells(number: str) -> Deed:
        def tell(tx: Connection) -> bool:
            is_first = told_figures.set_apart(tx, months, NOW)
            told_figures.keep(tx, months, {"by_month": number}, NOW)
            return is_first

        return tell

    assert at_once(database, tells("[1]"), tells("[2]")) == (True, False)
    with database.read() as tx:
        assert told_figures.everything(tx)[months[0]]["by_month"] == "[1]"
