"""The one-time link: the first member, the link they came by, and everybody after."""

from pathlib import Path

import pytest
from sqlalchemy import delete, update

from desk.desk import Desk
from desk.entrance import first_link, new_password, passwords
from policy.access import Role
from storage import member_keys, staff, staff_links, team
from storage.member_keys import MemberKeys
from storage.sealing import SealBroken
from storage.tables import AUDIT, CASES, STAFF, STAFF_LINKS, TEAM_KEYS
from storage.team import TeamKeyLost
from tests.desk.office import ANN, BEA, NOW, PASSWORD, Browser, Office, choose, set_up


async def test_the_first_member_chooses_a_password_and_is_in(empty: Office) -> None:
    page = await choose(await empty.browser.open(empty.link() or ""), ANN)
    assert page.path == "/recovery-key"
    assert (await page.browser.open("/")).heading() == "Cases"
    assert ANN in (await page.browser.open("/")).text
    assert empty.member(ANN).roles == staff.FIRST_ROLES
    assert [row.action for row in empty.rows(AUDIT)] == ["set_up", "factor_added", "signed_in"]
    with empty.desk.database.read() as tx:
        assert team.is_set_up(tx)
        assert not team.has_recovery(tx)


async def test_the_first_member_reads_cases_and_signs_in_again_before_any_recovery_key_is_written_down(
    empty: Office,
) -> None:
    link = empty.link() or ""
    case = empty.case()
    page = await choose(await empty.browser.open(link), ANN)
    assert "Sam Canary" in (await page.browser.open(f"/cases/{case.id}")).text
    again = await Browser(empty).sign_in(ANN)
    assert "Sam Canary" in (await again.browser.open(f"/cases/{case.id}")).text


async def test_the_file_of_the_first_link_goes_as_soon_as_a_password_holds_the_team_key(empty: Office) -> None:
    page = await empty.browser.open(empty.link() or "")
    page = await page.press("Go on", name=ANN, password="too short")
    assert (empty.data_dir / first_link.FILE).exists()
    await page.press("Go on", name=ANN, password=PASSWORD)
    assert not (empty.data_dir / first_link.FILE).exists()
    assert empty.link() is None
    assert not empty.rows(STAFF_LINKS)


async def test_a_file_left_over_from_a_power_cut_in_between_goes_at_the_next_start(empty: Office) -> None:
    link = empty.link() or ""
    kept = (empty.data_dir / first_link.FILE).read_text()
    await set_up(empty, link, ANN)
    (empty.data_dir / first_link.FILE).write_text(kept)
    assert Office(empty.data_dir).link() is None
    assert not (empty.data_dir / first_link.FILE).exists()


async def test_of_two_who_use_the_link_at_once_one_is_in(empty: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    link = empty.link() or ""
    make_keys = passwords.make_keys

    def lose_the_race(desk: Desk, password: str) -> MemberKeys:
        with empty.desk.database.begin() as tx:
            found = staff_links.find(tx, link.rsplit("/", 1)[1], staff_links.SET_UP, empty.now)
            assert found
            staff_links.spend(tx, found)
        return make_keys(desk, password)

    page = await empty.browser.open(link)
    monkeypatch.setattr(passwords, "make_keys", lose_the_race)
    page = await page.press("Go on", name=ANN, password=PASSWORD)
    assert page.status == 410
    assert not empty.browser.client.cookies
    assert not [row for row in empty.rows(STAFF) if row.team_key]


async def test_a_colleague_added_before_anybody_used_the_first_link_does_not_get_it(tmp_path: Path) -> None:
    early = Office(tmp_path / "data")
    with early.desk.database.begin() as tx:
        tx.execute(delete(STAFF_LINKS))
        tx.execute(delete(STAFF))
        token = staff.add(tx, BEA, [Role.COORDINATOR], early.now)
    first_link.forget(early.data_dir)
    page = await set_up(early, early.link() or "", ANN)
    assert page.heading() == "Cases"
    assert early.member(ANN).roles == staff.FIRST_ROLES
    assert "a colleague must let you in" in (await set_up(early, f"/set-up/{token}", BEA)).text


async def test_a_set_up_is_finished_as_long_as_a_recovery_key_can_bring_the_team_key_back(office: Office) -> None:
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF).values(team_key=None))
        assert team.is_set_up(tx)
        tx.execute(update(TEAM_KEYS).values(recovery=None))
        assert not team.is_set_up(tx)


async def test_the_link_works_once(empty: Office) -> None:
    link = empty.link() or ""
    await set_up(empty, link, ANN)
    again = await Browser(empty).open(link)
    assert again.status == 410
    assert "does not work any more" in again.text
    posted = await Browser(empty).post(link, {"name": "Eve Example", "password": PASSWORD})
    assert posted.status == 410
    assert empty.link() is None
    assert not (empty.data_dir / first_link.FILE).exists()


async def test_a_link_is_over_after_two_days(office: Office) -> None:
    ann = office.visit(ANN)
    link = (await (await ann.open("/people")).press("Make a link", name="Dee Example", coordinator="yes")).link()
    office.wait(hours=47)
    assert (await Browser(office).open(link)).status == 200
    office.wait(hours=2)
    assert (await Browser(office).open(link)).status == 410


def test_the_first_link_outlives_a_restart_while_the_set_up_is_not_finished(empty: Office) -> None:
    link = empty.link()
    empty.case()
    empty.wait(hours=60)
    again = Office(empty.data_dir)
    again.now = empty.now
    assert again.link() == link
    with again.desk.database.read() as tx:
        found = staff_links.find(tx, (link or "").rsplit("/", 1)[1], staff_links.SET_UP, again.now)
    assert found and found.team_key


def test_without_the_file_a_new_team_key_is_made_as_long_as_there_is_no_case(empty: Office) -> None:
    link = empty.link()
    before = empty.rows(TEAM_KEYS)[0].public_key
    first_link.forget(empty.data_dir)
    assert empty.link() != link
    assert empty.rows(TEAM_KEYS)[0].public_key != before
    assert len(empty.rows(STAFF_LINKS)) == 1


def test_without_the_file_and_with_cases_the_desk_does_not_start_over_them(empty: Office) -> None:
    empty.case()
    first_link.forget(empty.data_dir)
    with pytest.raises(TeamKeyLost):
        empty.link()


def test_the_token_stands_in_a_file_only_its_owner_reads_and_in_no_table(empty: Office) -> None:
    token = (empty.link() or "").rsplit("/", 1)[1]
    file = empty.data_dir / first_link.FILE
    assert file.read_text().strip() == token
    assert file.stat().st_mode & 0o777 == 0o600
    empty.desk.database.checkpoint()
    assert token.encode() not in (empty.data_dir / "cairn.db").read_bytes()


async def test_with_the_recovery_key_a_new_member_needs_nobody_to_let_them_in(office: Office) -> None:
    office.case()
    with office.desk.database.begin() as tx:
        team_key = team.recover(tx, office.recovery_key.lower().replace("-", " "))
        token = staff.add(tx, "Dee Example", ["coordinator"], NOW, team_key)
    page = await set_up(office, f"/set-up/{token}", "Dee Example")
    page = await page.browser.open("/cases/" + office.rows(CASES)[0].id)
    assert "Sam Canary" in page.text


def test_a_wrong_recovery_key_opens_nothing(office: Office) -> None:
    wrong = office.recovery_key[:-1] + ("2" if office.recovery_key[-1] != "2" else "3")
    with office.desk.database.read() as tx, pytest.raises(SealBroken):
        team.recover(tx, wrong)


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("fourteen chars", "at least 15 characters"),
        ("password1234567890", "anyone would try first"),
        ("Restorative Justice 2026", "anyone would try first"),
        ("correct horse battery staple", "anyone would try first"),
        ("zzzzzzzzzzzzzzz", "again and again"),
        ("trustno1trustno1", "again and again"),
        ("abcdefghijklmnopqr", "in their order"),
        ("dee example longname", "must not be made of your name"),
        ("Dee Example Longname1", "must not be made of your name"),
        ("x1" * 150, "at most 256 characters"),
    ],
)
async def test_a_password_that_will_not_do_is_refused_with_the_reason(
    empty: Office, password: str, complaint: str
) -> None:
    page = await (await empty.browser.open(empty.link() or "")).press(
        "Go on", name="Dee  Example Longname", password=password
    )
    assert page.status == 422
    assert complaint in page.text
    assert page.title.startswith("Error:")
    assert page.soup.select_one('.summary a[href="#password"]')
    assert password not in page.response.text


async def test_a_name_is_asked_for_and_must_tell_people_apart(office: Office) -> None:
    ann = office.visit(ANN)
    link = (await (await ann.open("/people")).press("Make a link", name="Dee Example", coordinator="yes")).link()
    page = await (await Browser(office).open(link)).press("Go on", name="  ", password=PASSWORD)
    assert "Write the name your colleagues know you by" in page.text
    page = await page.press("Go on", name="ann  EXAMPLE", password=PASSWORD)
    assert "Somebody has this name already" in page.text


@pytest.mark.parametrize("password", [PASSWORD, "four calm grey seals", "my dog likes sausages"])
def test_a_few_words_that_have_nothing_to_do_with_each_other_will_do(password: str) -> None:
    assert new_password.complaint(password, ANN) is None


async def test_a_password_chosen_under_older_rules_still_signs_in(office: Office) -> None:
    member = office.member(ANN)
    with office.desk.database.begin() as tx:
        keys = member_keys.make("twelve chars", office.desk.secrets.pepper)
        staff.keep_keys(tx, member.id, keys, None)
    assert new_password.complaint("twelve chars", ANN) == "password_short"
    assert (await Browser(office).sign_in(ANN, "twelve chars")).heading() == "Cases"
