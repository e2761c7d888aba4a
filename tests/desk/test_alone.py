"""A service of one person, at its server's command line; and the recovery key, which takes two where there are two."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cairn import first_run
from policy.four_eyes import USE_RECOVERY
from storage import approvals, audit, caseload, staff, team
from storage.tables import AUDIT, CASES, STAFF
from tests.desk.cases import Made
from tests.desk.conftest import Typed
from tests.desk.office import ANN, BEA, PASSWORD, Office


@pytest.fixture
def case(office: Office) -> Made:
    """Ann's, who is the only one left."""
    made = office.case()
    with office.desk.database.begin() as tx:
        caseload.take(tx, made.id, office.member(ANN).id, office.now, office.desk.secrets.audit)
        tx.execute(update(STAFF).where(STAFF.c.name == BEA).values(team_key=None))
    return made


def actions(office: Office) -> list[str]:
    with office.desk.database.read() as tx:
        assert audit.verify(tx, office.desk.secrets.audit) == []
    return [row.action for row in office.rows(AUDIT)]


def test_who_is_alone_keeps_a_case_as_a_file_and_that_is_written_down(
    office: Office, case: Made, typed: Typed, tmp_path: Path
) -> None:
    file = tmp_path / "case.json"
    said = typed("alone", "export", case.reference, str(file), answers=(case.reference, ANN, PASSWORD))
    assert "is in" in said and "Sam Canary" not in said
    assert "Sam Canary" in file.read_text() and file.stat().st_mode & 0o077 == 0
    assert actions(office)[-1] == "alone_exported"


def test_and_erases_one(office: Office, case: Made, typed: Typed) -> None:
    assert "is erased" in typed("alone", "erase", case.reference, answers=(case.reference, ANN, PASSWORD))
    assert office.rows(CASES)[0].case_key is None
    assert "alone_erased" in actions(office)


def test_and_adds_a_second_manager(office: Office, case: Made, typed: Typed) -> None:
    assert "/set-up/" in typed("alone", "manager", "Dee Example", answers=("Dee Example", ANN, PASSWORD))
    assert office.member("Dee Example").roles == staff.FIRST_ROLES
    assert actions(office)[-1] == "alone_made_manager"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("yes", ANN, PASSWORD), "nothing was done"),
        (("7F3K2M", ANN, "not the password"), "do not belong to a manager"),
        (("7F3K2M", BEA, PASSWORD), "do not belong to a manager"),
    ],
)
def test_without_the_word_or_the_password_nothing_happens(
    office: Office, case: Made, typed: Typed, answers: tuple[str, ...], said: str
) -> None:
    assert said in typed("alone", "erase", case.reference, answers=answers)
    assert office.rows(CASES)[0].case_key is not None


def test_where_somebody_else_could_approve_it_nothing_is_done_alone(office: Office, typed: Typed) -> None:
    case = office.case()
    said = typed("alone", "erase", case.reference, answers=(case.reference, ANN, PASSWORD))
    assert "Somebody else can approve it" in said
    assert office.rows(CASES)[0].case_key is not None
    assert "takes two people" in typed("staff", "add", "Dee Example", "--role", "manager")


# The recovery key


def recover(office: Office, typed: Typed) -> str:
    answers = (office.recovery_key, "Dee Example")
    return typed("staff", "add", "Dee Example", "--role", "coordinator", "--recovery", answers=answers)


async def test_the_recovery_key_is_used_once_a_second_person_has_approved_it(
    office: Office, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(office, monkeypatch)
    assert "A second person has to approve this" in recover(office, typed)
    assert "A second person has to approve this" in recover(office, typed)
    page = await office.visit(BEA).open("/approvals")
    assert "Use the recovery key" in page.text and "to let Dee Example in" in page.text
    await page.press("Approve")
    assert "/set-up/" in recover(office, typed)
    assert actions(office)[-2:] == [f"did_{USE_RECOVERY}", "added_by_command"]


async def test_where_one_says_no_it_is_not_used_and_where_nobody_answers_for_a_day_it_is(
    office: Office, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(office, monkeypatch)
    recover(office, typed)
    await (await office.visit(BEA).open("/approvals")).press("Turn it down")
    office.wait(hours=25)
    at(office, monkeypatch)
    assert "A second person has to approve this" in recover(office, typed)
    office.wait(hours=25)
    at(office, monkeypatch)
    assert "/set-up/" in recover(office, typed)
    assert f"did_{USE_RECOVERY}" in actions(office)


def test_a_wrong_recovery_key_asks_nobody(office: Office, typed: Typed) -> None:
    answers = ("ABCD-EFGH", "Dee Example")
    assert "was not added" in typed(
        "staff", "add", "Dee Example", "--role", "coordinator", "--recovery", answers=answers
    )
    with office.desk.database.read() as tx:
        assert approvals.waiting(tx, office.now + timedelta(minutes=1)) == []


def test_where_nobody_is_let_in_any_more_the_recovery_key_alone_is_enough(office: Office, typed: Typed) -> None:
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF).values(team_key=None))
        assert team.has_recovery(tx)
    assert "/set-up/" in recover(office, typed)


def at(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's clock shows what the desk's does."""
    now = office.now

    class Clock:
        @staticmethod
        def now(_zone: object) -> object:
            return now

    monkeypatch.setattr(first_run, "datetime", Clock)
