"""Absences, who stands in, and what ties somebody to a case are the same on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from policy.access import Role, Whose
from storage import absences, case_lists, case_ties, conflicts, staff, standing_in
from storage.database import Database
from storage.tables import CASES, STAFF

NOW, KEY, PEPPER = datetime(2026, 11, 24, 10, 0, tzinfo=UTC), b"k" * 32, b"p" * 32
CASE = "a" * 32


def test_who_stands_in_is_tied_to_the_case_until_they_must_have_nothing_to_do_with_it(url: str) -> None:
    database = Database(url).open()
    with database.begin() as tx:
        ann, bea = (staff.add_row(tx, name, [Role.COORDINATOR], NOW) for name in ("Ann Example", "Bea Example"))
        tx.execute(update(STAFF).values(team_key=b"sealed"))
        row = {"id": CASE, "reference": "K7M2", "day": date(2026, 11, 24), "stage": "triage", "priority": 3}
        tx.execute(CASES.insert().values(**row, assignee=ann, case_key=b"sealed", document=b"sealed"))
        absences.say(tx, ann, ann, NOW, KEY, stand_in=bea, starts=NOW, ends=NOW + timedelta(days=1))
        ties, cover = case_ties.of_case(tx, CASE, NOW, PEPPER), standing_in.load(tx, NOW, PEPPER)
        assert ties.to(bea) == {Whose.COLLEAGUES, Whose.STANDS_IN}
        lists = case_lists.of_member(tx, bea, NOW.timestamp(), cover=cover)
        assert [line.reference for line in lists["stands_in"].lines] == ["K7M2"]
        assert standing_in.to_be_told(tx, cover) == ([], [])

        conflicts.mark(tx, CASE, ann, NOW, KEY, whom=bea, pepper=PEPPER, note=b"sealed")
        assert case_ties.of_case(tx, CASE, NOW, PEPPER).to(bea) == {Whose.BARRED}
        cover = standing_in.load(tx, NOW, PEPPER)
        lists = case_lists.of_member(tx, bea, NOW.timestamp(), cover=cover)
        assert [line.reference for line in lists["goes_up"].lines] == ["K7M2"]
        assert standing_in.to_be_told(tx, cover) == ([CASE], [])

        later = NOW + timedelta(days=2)
        assert standing_in.load(tx, later, PEPPER).away == {}
        assert absences.forget_past(tx, later) == 1
    database.close()


@pytest.mark.parametrize("ends", [NOW, NOW - timedelta(hours=1)])
def test_an_absence_that_is_over_before_it_begins_is_none(url: str, ends: datetime) -> None:
    database = Database(url).open()
    with database.begin() as tx:
        ann = staff.add_row(tx, "Ann Example", [Role.COORDINATOR], NOW)
        with pytest.raises(absences.NotTogether):
            absences.say(tx, ann, ann, NOW, KEY, stand_in=None, starts=NOW, ends=ends)
    database.close()
