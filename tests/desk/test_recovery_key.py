"""The recovery key: left for later, asked for calmly, made anew until it is typed back, replaced with a password."""

import pytest
from sqlalchemy import update

from cairn import checking, in_force
from policy.settings import Settings
from storage import staff_sessions, team
from storage.sealing import SealBroken
from storage.tables import AUDIT, TEAM_KEYS
from tests.desk.office import ANN, BEA, CAL, PASSWORD, Browser, Office, Page

ASKED = "The recovery key is not written down yet: if every password is lost, nobody can open the cases."


@pytest.fixture
def unwritten(office: Office) -> Office:
    """An office whose recovery key nobody has written down."""
    with office.desk.database.begin() as tx:
        tx.execute(update(TEAM_KEYS).values(recovery=None))
    return office


def groups(page: Page) -> list[str]:
    return [group.get_text(strip=True) for group in page.soup.select(".key li")]


def actions(office: Office) -> list[str]:
    """What was written down about recovery keys since Ann set the office up."""
    return [row.action for row in office.rows(AUDIT) if row.action.startswith("recovery")][1:]


def team_key_from(office: Office, recovery_key: str) -> bytes:
    with office.desk.database.read() as tx:
        return team.recover(tx, recovery_key)


def team_key_of(office: Office, name: str) -> bytes:
    with office.desk.database.read() as tx:
        session = staff_sessions.find(tx, office.cookies[name], office.now)
    assert session and session.team_key
    return session.team_key


async def test_a_key_that_is_typed_back_opens_what_the_team_key_opens(unwritten: Office) -> None:
    page = await unwritten.visit(ANN).open("/recovery-key")
    assert page.heading() == "Write down the recovery key"
    key = groups(page)
    assert len(key) == 8
    page = await page.press("Finish", typed=key[-1].lower())
    assert page.heading() == "Cases"
    assert "The recovery key counts from now on" in page.text
    assert team_key_from(unwritten, "-".join(key)) == team_key_of(unwritten, ANN)
    assert actions(unwritten) == ["recovery_kept"]


async def test_a_key_counts_only_once_it_was_typed_back(unwritten: Office) -> None:
    page = await unwritten.visit(ANN).open("/recovery-key")
    key = groups(page)
    page = await page.press("Finish", typed="WRNG")
    assert page.status == 422
    assert page.soup.select_one('.summary a[href="#typed"]')
    assert groups(page) == key, "it is the same key still, for it may be on paper already"
    with unwritten.desk.database.read() as tx:
        assert not team.has_recovery(tx)
        with pytest.raises(team.NoRecoveryKey):
            team.recover(tx, "-".join(key))
    await page.press("Finish", typed=key[-1])
    assert team_key_from(unwritten, "-".join(key))


async def test_until_then_every_time_the_page_is_opened_it_shows_another_key(unwritten: Office) -> None:
    ann = unwritten.visit(ANN)
    first, second = await ann.open("/recovery-key"), await ann.open("/recovery-key")
    assert groups(first) != groups(second)
    page = await second.press("Finish", typed=groups(first)[-1])
    assert page.status == 422
    assert not actions(unwritten)


async def test_every_page_asks_calmly_until_it_is_done(unwritten: Office) -> None:
    case = unwritten.case()
    ann = unwritten.visit(ANN)
    for path in ("/", f"/cases/{case.id}", "/people", "/me"):
        page = await ann.open(path)
        assert ASKED in page.text
        assert page.soup.select_one('.banner a[href="/recovery-key"]')
    page = await ann.open("/recovery-key")
    assert ASKED not in page.text
    await page.press("Finish", typed=groups(page)[-1])
    for path in ("/", f"/cases/{case.id}", "/people", "/me"):
        assert ASKED not in (await ann.open(path)).text


async def test_it_can_be_left_for_later(unwritten: Office) -> None:
    page = await unwritten.visit(ANN).open("/recovery-key")
    later = page.soup.find("a", string="Leave it for later and go to the cases")
    assert later
    assert (await page.browser.open(str(later["href"]))).heading() == "Cases"


async def test_who_could_not_do_it_is_not_asked_to_and_cannot(unwritten: Office) -> None:
    for name in (BEA, CAL):
        browser = unwritten.visit(name)
        assert ASKED not in (await browser.open("/")).text
        assert (await browser.open("/recovery-key")).status == 403
        token = (await browser.open("/")).soup.select_one("input[name=form_token]")
        assert token
        for path in ("/recovery-key", "/recovery-key/new"):
            data = {"form_token": str(token["value"]), "password": PASSWORD, "typed": "ABCD", "shown": ""}
            assert (await browser.post(path, data)).status == 403
    assert not actions(unwritten)


async def test_a_key_shown_to_one_cannot_be_handed_in_by_another(unwritten: Office) -> None:
    page = await unwritten.visit(ANN).open("/recovery-key")
    shown = page.soup.select_one("input[name=shown]")
    assert shown
    again = (await Browser(unwritten).sign_in(ANN)).browser
    other = await again.open("/recovery-key")
    refused = await other.press("Finish", typed=groups(page)[-1], shown=str(shown["value"]))
    assert refused.status == 403
    for none in ("", "!", "AAAA"):
        assert (await other.press("Finish", typed=groups(page)[-1], shown=none)).status == 403
    assert not actions(unwritten)


async def test_the_key_stands_in_no_table_and_only_once_on_the_page(unwritten: Office) -> None:
    page = await unwritten.visit(ANN).open("/recovery-key")
    key = groups(page)
    assert "-".join(key) not in page.response.text
    await page.press("Finish", typed=key[-1])
    unwritten.desk.database.checkpoint()
    stored = (unwritten.data_dir / "cairn.db").read_bytes()
    assert "-".join(key).encode() not in stored
    assert team_key_of(unwritten, ANN) not in stored


async def test_a_key_left_open_on_a_screen_goes_away_by_itself(unwritten: Office) -> None:
    page = await unwritten.visit(ANN).open("/recovery-key")
    assert page.response.headers["refresh"] == "960;url=/"


# Replacing it


async def test_a_manager_replaces_the_key_with_their_password_and_the_old_one_opens_nothing(office: Office) -> None:
    page = await office.visit(ANN).open("/recovery-key")
    assert page.path == "/people", "once there is one, another is made on the page People only"
    page = await approved(office)
    page = await page.press("Make a new recovery key", password=PASSWORD)
    key = groups(page)
    assert team_key_from(office, office.recovery_key), "the old one counts until the new one is typed back"
    page = await page.press("Finish", typed=key[-1])
    assert page.heading() == "Cases"
    assert team_key_from(office, "-".join(key)) == team_key_of(office, ANN)
    with pytest.raises(SealBroken):
        team_key_from(office, office.recovery_key)
    assert actions(office) == ["recovery_replaced"]


async def approved(office: Office) -> Page:
    """The page People, once Bea has approved what Ann asked for."""
    page = await office.visit(ANN).open("/people")
    page = await page.press("Ask a colleague", why="A copy was lost in the move")
    assert "Waits for a colleague until" in page.text and not page.has("Make a new recovery key")
    await (await office.visit(BEA).open("/approvals")).press("Approve")
    return await page.browser.open("/people")


async def test_nobody_replaces_the_key_alone(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    assert not page.has("Make a new recovery key")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    data = {"form_token": str(token["value"]), "password": PASSWORD}
    assert (await page.browser.post("/recovery-key/new", data)).status == 409
    await page.press("Ask a colleague", why="A copy was lost in the move")
    assert (await page.browser.post("/recovery-key/new", data)).status == 409
    assert (await (await page.browser.open("/approvals")).press("Take it back")).status == 200


async def test_what_was_approved_once_replaces_the_key_once(office: Office) -> None:
    page = await (await approved(office)).press("Make a new recovery key", password=PASSWORD)
    again = await (await page.browser.open("/people")).press("Make a new recovery key", password=PASSWORD)
    await page.press("Finish", typed=groups(page)[-1])
    assert (await again.press("Finish", typed=groups(again)[-1])).status == 409
    assert not (await page.browser.open("/people")).has("Make a new recovery key")


async def test_nobody_replaces_the_key_without_the_password(office: Office) -> None:
    page = await approved(office)
    for _ in range(5):
        page = await page.press("Make a new recovery key", password="not the password")
        assert page.status == 422
        assert page.soup.select_one('.summary a[href="#password"]')
        assert not groups(page)
    page = await page.press("Make a new recovery key", password=PASSWORD)
    assert "too many tries" in page.text and "Minutes to wait: 1." in page.text
    assert team_key_from(office, office.recovery_key)


async def test_of_two_keys_shown_at_once_the_one_typed_back_first_counts(unwritten: Office) -> None:
    ann = unwritten.visit(ANN)
    first, second = await ann.open("/recovery-key"), await ann.open("/recovery-key")
    await first.press("Finish", typed=groups(first)[-1])
    page = await second.press("Finish", typed=groups(second)[-1])
    assert page.status == 409
    assert "please destroy its copies" in page.text
    assert team_key_from(unwritten, "-".join(groups(first)))
    assert actions(unwritten) == ["recovery_kept"]


async def test_before_it_is_written_down_the_page_people_leads_there_and_asks_no_password(unwritten: Office) -> None:
    page = await unwritten.visit(ANN).open("/people")
    assert not page.has("Make a new recovery key")
    assert page.soup.select_one('section a[href="/recovery-key"]')


# What an operator is told


def live_problems(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(in_force, "settings", lambda: office.desk.settings)
    return [problem for problem in checking.problems(live=True) if "recovery" in problem.lower()]


def test_the_check_for_real_people_names_a_recovery_key_that_is_not_written_down(
    unwritten: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(live_problems(unwritten, monkeypatch)) == 1
    assert checking.problems(live=False) == []


def test_the_check_is_content_once_it_is_written_down(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert live_problems(office, monkeypatch) == []


def test_the_check_makes_no_database_where_there_is_none(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("none")
    settings = Settings(_env_file=None, data_dir=folder)  # type: ignore[call-arg]
    monkeypatch.setattr(in_force, "settings", lambda: settings)
    assert not [problem for problem in checking.problems(live=True) if "recovery" in problem or "database" in problem]
    assert list(folder.iterdir()) == []
