"""The rows of a process, on both databases: nothing moves against the rules, and all of a move happens or nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from policy.access import Role
from policy.case_facts import NOTHING_KNOWN
from policy.moves import move_between
from policy.stages import Stage
from storage import case_lists, case_ties, caseload, cases, process, records, staff, tasks, team
from storage.database import Database
from storage.process import Refused
from storage.tables import CASES, CLOCKS
from tests.desk.cases import Made, make_case

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KEY = bytes(32)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url).open()
    yield opened
    opened.close()


@pytest.fixture
def case(database: Database) -> Made:
    """A case at its preparation, which member 1 has."""
    with database.begin() as tx:
        team.ensure(tx, NOW)
        staff.add_row(tx, "Bea Example", [Role.FACILITATOR], NOW)
        made = make_case(tx, NOW)
        tx.execute(update(CASES).values(stage="preparation", assignee=1))
    return made


def test_a_move_the_rules_forbid_is_refused_by_name_and_leaves_no_trace(database: Database, case: Made) -> None:
    approach = move_between(Stage.PREPARATION, Stage.APPROACH)
    assert approach
    with pytest.raises(Refused) as refused, database.begin() as tx:
        process.make(tx, case.id, 1, NOW, KEY, move=approach, facts=NOTHING_KNOWN)
    assert "yes_to_approach" in refused.value.reasons
    with database.read() as tx:
        assert caseload.find(tx, case.id).stage is Stage.PREPARATION
        assert caseload.stages_of(tx, case.id) == []


def test_a_pause_remembers_where_it_was_sets_what_is_to_be_seen_to_and_rests_what_was_due(
    database: Database, case: Made
) -> None:
    with database.begin() as tx:
        said = replace(NOTHING_KNOWN, support="offered")
        process.set_stage(tx, case.id, 1, NOW, KEY, stage=Stage.PAUSED, facts=said)
        rested = [entry.stage for entry in case_lists.entries(tx, case.id) if entry.kind == process.PAUSED]
        assert rested == [Stage.PREPARATION]
        assert {task.kind for task in tasks.of_case(tx, case.id)} >= {"hold_letters", "tell_support"}
        assert set(tx.execute(select(CLOCKS.c.state)).scalars()) == {"resting"}
        wants = replace(NOTHING_KNOWN, yes_to=frozenset({"go_on"}), is_person_paused=False)
        going_on = replace(wants, paused_at=Stage.PREPARATION)
        process.set_stage(tx, case.id, 1, NOW + timedelta(days=9), KEY, stage=Stage.PREPARATION, facts=going_on)
        assert set(tx.execute(select(CLOCKS.c.state)).scalars()) == {"running"}
        assert tx.execute(select(CLOCKS.c.due_at)).scalars().first() > (NOW + timedelta(days=9)).timestamp()


def test_who_facilitates_is_tied_to_the_case_and_may_move_it(database: Database, case: Made) -> None:
    with database.begin() as tx:
        bea = staff.by_name(tx, "Bea Example")
        assert bea
        with pytest.raises(caseload.NotAllowed):
            process.set_stage(tx, case.id, bea.id, NOW, KEY, stage=Stage.SUITABILITY)
        records.name_facilitator(tx, case.id, 1, NOW, KEY, facilitator=bea.id)
        assert case_ties.of_case(tx, case.id, NOW, b"p" * 32).facilitators == {bea.id}
        process.set_stage(tx, case.id, bea.id, NOW, KEY, stage=Stage.SUITABILITY)


def test_two_who_write_the_same_version_at_once_do_not_overwrite_each_other(database: Database, case: Made) -> None:
    with database.begin() as tx:
        records.add(tx, case.id, 1, NOW, KEY, kind="note", note=b"one", version=1)
    with pytest.raises(IntegrityError), database.begin() as tx:
        records.add(tx, case.id, 1, NOW, KEY, kind="note", note=b"two", version=1)


def test_withdrawing_says_how_far_it_had_come_and_whom_to_tell_and_erasing_takes_the_records(
    database: Database, case: Made
) -> None:
    with database.begin() as tx:
        records.add(tx, case.id, 1, NOW, KEY, kind="note", note=b"sealed", version=1)
        tx.execute(update(CASES).values(stage="approach"))
        cases.withdraw(tx, case.id, NOW.timestamp())
        assert "approach" in caseload.stages_of(tx, case.id)
        assert "tell_responsible" in {task.kind for task in tasks.of_case(tx, case.id)}
        with pytest.raises(caseload.NotAllowed):
            caseload.release(tx, case.id, 1, NOW, KEY)
        cases.erase(tx, case.id, NOW.timestamp())
        assert records.of_case(tx, case.id) == []
