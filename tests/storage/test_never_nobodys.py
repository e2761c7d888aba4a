"""Whoever is away, comes back, leaves, hands on or knows somebody: no case is ever nobody's."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from policy.access import Deed, Role, may
from policy.standing_in import Cover
from storage import absences, alerts, case_ties, caseload, conflicts, hand_ons, leaving, staff, standing_in
from storage.caseload import NotAllowed
from storage.database import Database
from storage.tables import CASES, STAFF

KEY, PEPPER = b"k" * 32, b"p" * 32
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MANAGER, STAFF_IDS, CASE_IDS = 1, (1, 2, 3), ("a" * 32, "b" * 32)
WORKS_HERE = (Role.MANAGER, Role.COORDINATOR)

members, others = st.sampled_from(STAFF_IDS), st.sampled_from(STAFF_IDS[1:])
cases, hours = st.sampled_from(CASE_IDS), st.sampled_from([0, 0, 1, 3])
away = st.tuples(st.just("away"), members, st.none() | members, hours, st.none() | st.integers(1, 4))
deeds = st.one_of(
    away,
    away,
    away,
    st.tuples(st.just("back"), members),
    st.tuples(st.just("take"), cases, members),
    st.tuples(st.just("release"), cases, members),
    st.tuples(st.just("take_over"), cases),
    st.tuples(st.just("assign"), cases, members),
    st.tuples(st.just("leave"), others, st.none() | members),
    st.tuples(st.just("return"), others),
    st.tuples(st.just("knows"), cases, members),
    st.tuples(st.just("knows_no_more"), cases, others),
    st.tuples(st.just("wait"), hours),
)


class Undone(Exception):
    """Takes everything back, so that one database serves every example."""


class Team:
    """Three people, two cases that two of them have, and a clock."""

    def __init__(self, tx: Connection) -> None:
        self.tx, self.now = tx, NOW
        for number in STAFF_IDS:
            staff.add_row(tx, f"Member {number}", WORKS_HERE if number == MANAGER else [Role.COORDINATOR], NOW)
        tx.execute(update(STAFF).values(team_key=b"sealed"))
        for number, case_id in enumerate(CASE_IDS):
            row = {"id": case_id, "reference": f"CASE{number}", "day": date(2026, 11, 24), "stage": "received"}
            tx.execute(CASES.insert().values(**row, priority=3, case_key=b"sealed", document=b"sealed"))
            caseload.take(tx, case_id, number + 2, NOW, KEY)

    def do(self, deed: str, *about: object) -> None:
        """One deed, as the desk would have it done; what cannot be done now changes nothing."""
        with suppress(NotAllowed, absences.NotTogether), self.tx.begin_nested():
            getattr(self, deed)(*about)

    def away(self, who: int, stand_in: int | None, starts: int, lasts: int | None) -> None:
        begin = self.now + timedelta(hours=starts)
        end = None if lasts is None else begin + timedelta(hours=lasts)
        absences.say(self.tx, who, who, self.now, KEY, stand_in=stand_in, starts=begin, ends=end)

    def back(self, who: int) -> None:
        absences.come_back(self.tx, who, who, self.now, KEY)

    def take(self, case_id: str, who: int) -> None:
        self.assert_may(who, Deed.TAKE, case_id)
        caseload.take(self.tx, case_id, who, self.now, KEY)

    def release(self, case_id: str, who: int) -> None:
        self.assert_may(who, Deed.HAVE, case_id)
        caseload.release(self.tx, case_id, who, self.now, KEY)

    def take_over(self, case_id: str) -> None:
        self.assert_may(MANAGER, Deed.TAKE_OVER, case_id)
        caseload.take_over(self.tx, case_id, MANAGER, self.now, KEY)

    def assign(self, case_id: str, to: int) -> None:
        hand_ons.assign(self.tx, case_id, MANAGER, self.now, KEY, to=to, pepper=PEPPER)

    def leave(self, who: int, to: int | None) -> None:
        if to is None or to in {each.id for each in hand_ons.takers(self.tx, self.now, who)}:
            leaving.leave(self.tx, who, MANAGER, self.now, KEY, to=to, pepper=PEPPER)

    def knows(self, case_id: str, whom: int) -> None:
        conflicts.mark(self.tx, case_id, MANAGER, self.now, KEY, whom=whom, pepper=PEPPER, note=b"sealed")

    def knows_no_more(self, case_id: str, whom: int) -> None:
        conflicts.lift(self.tx, case_id, MANAGER, self.now, KEY, whom=whom, pepper=PEPPER, note=b"sealed")

    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def assert_may(self, who: int, deed: Deed, case_id: str) -> None:
        """What the door of the desk asks."""
        if not may(self.roles(who), deed, self.ties(case_id).to(who)) or not self.has_access(who):
            raise NotAllowed

    def roles(self, who: int) -> frozenset[Role]:
        member = staff.by_id(self.tx, who)
        assert member
        return member.roles

    def has_access(self, who: int) -> bool:
        member = staff.by_id(self.tx, who)
        return member is not None and member.team_key is not None

    def ties(self, case_id: str) -> case_ties.Ties:
        return case_ties.of_case(self.tx, case_id, self.now, PEPPER)

    def cover(self) -> Cover:
        return standing_in.load(self.tx, self.now, PEPPER)


def return_(team: Team, who: int) -> None:
    """Somebody who had left is let in again."""
    team.tx.execute(update(STAFF).where(STAFF.c.id == who).values(team_key=b"sealed"))


setattr(Team, "return", return_)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("nobodys")
    made = Database(f"sqlite:///{folder / 'cairn.db'}").open()
    yield made
    made.close()


STANDS_IN_AND_GOES = [("away", 2, 3, 0, None), ("away", 3, 1, 0, None)]
STANDS_IN_AND_LEAVES = [("away", 2, 3, 0, None), ("leave", 3, 1)]
STANDS_IN_AND_KNOWS = [("away", 2, 3, 0, None), ("knows", CASE_IDS[0], 3)]
LEAVES_TO_WHO_KNOWS = [("knows", CASE_IDS[0], 3), ("leave", 2, 3)]
KNOWS_AND_TAKES = [("knows", CASE_IDS[0], 2), ("take", CASE_IDS[0], 2), ("assign", CASE_IDS[0], 2)]


@settings(max_examples=30)
@example(STANDS_IN_AND_GOES)
@example(STANDS_IN_AND_LEAVES)
@example(STANDS_IN_AND_KNOWS)
@example(LEAVES_TO_WHO_KNOWS)
@example(KNOWS_AND_TAKES)
@given(st.lists(deeds, max_size=8))
def test_whatever_happens_each_case_waits_for_everybody_or_somebody_who_is_here_answers_for_it_or_managers_are_told(
    database: Database, done: list[tuple[object, ...]]
) -> None:
    with suppress(Undone), database.begin() as tx:
        team = Team(tx)
        for deed, *about in done:
            team.do(str(deed), *about)
            for case_id in CASE_IDS:
                look(team, case_id)
        raise Undone


def look(team: Team, case_id: str) -> None:
    case, ties, cover = caseload.find(team.tx, case_id), team.ties(case_id), team.cover()
    here = [who for who in STAFF_IDS if team.has_access(who) and who not in cover.away]
    works = [who for who in STAFF_IDS if may(team.roles(who), Deed.WORK, ties.to(who))]
    assert not any(who in ties.barred for who in works)
    assert case.assignee not in ties.barred
    if case.assignee is None:  # a list shows it, and everybody may take it
        assert team.tx.execute(select(CASES.c.id).where(CASES.c.id == case_id, CASES.c.stage == "received")).first()
        return
    answers = cover.answers(case_id, case.assignee)
    goes_up = team.tx.execute(select(CASES.c.id).where(standing_in.goes_up(cover), CASES.c.id == case_id)).first()
    told, _ = standing_in.to_be_told(team.tx, cover)
    assert bool(goes_up) == (answers is None) == (case_id in told), "lists, tasks and the rule agree"
    if answers is None:
        assert may(team.roles(MANAGER), Deed.ASSIGN, ties.to(MANAGER)) and team.has_access(MANAGER)
    else:
        assert answers in works and answers in here
        assert {answers, case.assignee} >= set(works), "nobody else works on it"


def test_who_leaves_leaves_nothing_behind_not_even_what_its_person_took_back(database: Database) -> None:
    with suppress(Undone), database.begin() as tx:
        team = Team(tx)
        tx.execute(update(CASES).values(assignee=2))
        tx.execute(update(CASES).where(CASES.c.id == CASE_IDS[1]).values(stage="withdrawn"))
        leaving.leave(tx, 2, MANAGER, NOW, KEY, to=None, pepper=PEPPER)
        assert caseload.find(tx, CASE_IDS[0]).assignee is None
        assert caseload.find(tx, CASE_IDS[1]).assignee == MANAGER
        assert not team.has_access(2)
        raise Undone


def test_a_case_that_waits_again_since_its_coordinator_left_is_told_to_everybody(database: Database) -> None:
    with suppress(Undone), database.begin() as tx:
        Team(tx)
        tx.execute(update(CASES).values(assignee=2))
        tx.execute(alerts.ALERTS.insert().values(alerts._row(CASE_IDS[0], 0, "staff_chat", NOW.timestamp())))
        alerts.cancel(tx, CASE_IDS[0])
        leaving.leave(tx, 2, MANAGER, NOW, KEY, to=None, pepper=PEPPER)
        assert [alert.reference for alert in alerts.due(tx, NOW, ["staff_chat"])] == ["CASE0"]
        raise Undone
