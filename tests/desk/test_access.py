"""Every address of the desk × every role × whose the case is, against the table of `policy.access`."""

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import update
from starlette.routing import Route

from desk.access import Door
from policy.access import NO, TABLE, YES, Cases, Deed, Line, Role, Whose, fit_together, may, whose
from storage import case_ties
from storage.tables import CASES, STAFF
from tests.desk.office import ANN, BEA, CAL, Browser, Office
from tests.desk.test_web import OPEN, address

LEADS_ON = {"/cases/{case_id}/{deed:path}"}
"""Addresses that name a case and only lead to its page."""

TIES: list[Cases] = [
    frozenset({Whose.NOBODYS}),
    frozenset({Whose.OWN}),
    frozenset({Whose.COLLEAGUES}),
    frozenset({Whose.NOBODYS, Whose.FACILITATED}),
    frozenset({Whose.OWN, Whose.FACILITATED}),
    frozenset({Whose.COLLEAGUES, Whose.FACILITATED}),
    frozenset({Whose.COLLEAGUES, Whose.OPENED}),
    frozenset({Whose.COLLEAGUES, Whose.OFFERED}),
    frozenset({Whose.COLLEAGUES, Whose.STANDS_IN}),
    frozenset({Whose.COLLEAGUES, Whose.STANDS_IN, Whose.FACILITATED}),
    frozenset({Whose.BARRED}),
]
"""Every way a case can be tied to a member."""

SEVERAL = [roles for number in (2, 3) for roles in itertools.combinations(Role, number) if fit_together(roles)]


def doors(office: Office) -> Iterator[tuple[Route, Door]]:
    for route in office.app.routes:
        if isinstance(route, Route) and isinstance(route.endpoint, Door) and route.endpoint.deed:
            yield route, route.endpoint


def test_every_address_names_a_line_of_the_table_or_is_known_to_be_for_anybody(office: Office) -> None:
    inside = {route.path for route, _ in doors(office)}
    everywhere = {route.path for route in office.app.routes if isinstance(route, Route)}
    assert everywhere - inside == set(OPEN)
    for route, door in doors(office):
        assert door.deed in TABLE, f"{route.path} does what no line of the table allows"


def test_every_deed_has_its_line_and_is_done_at_some_address(office: Office) -> None:
    assert set(TABLE) == set(Deed)
    done = {door.deed for _, door in doors(office)}
    assert set(TABLE) - done <= {Deed.FACILITATE, Deed.ASSIGN}, "the latter is asked about while handing on"


def test_whatever_names_a_case_asks_whose_it_is(office: Office) -> None:
    for route, door in doors(office):
        assert door.deed is not None
        line = TABLE[door.deed]
        assert line.is_about_a_case == ("case_id" in route.path and route.path not in LEADS_ON), route.path


def test_no_line_mixes_deeds_with_a_case_and_deeds_without_one() -> None:
    for deed, line in TABLE.items():
        given = frozenset[Whose]().union(*(line.of(role) for role in Role))
        assert given in (NO, YES) or Whose.ANY not in given, deed


FAR_REACHING = (
    "export",
    "roles",
    "manager",
    "people",
    "let-in",
    "new-link",
    "shut-out",
    "reset",
    "approvals",
    "{approval_id}",
)
FAR_REACHING += ("recovery-key", "ask", "new", "second-factor", "open-with-reason", "telegram", "unlink", "email")
"""Ends of addresses: files of a case and erasing it, roles and people, keys, what a second person approves, and where
somebody is told of their cases."""
STEP_ITSELF = "/second-factor"


def test_what_reaches_far_asks_for_a_fresh_second_step(office: Office) -> None:
    far = [(route.path, door) for route, door in doors(office) if route.methods == {"POST"}]
    far = [(path, door) for path, door in far if path.rpartition("/")[2] in FAR_REACHING and path != STEP_ITSELF]
    assert {"/cases/{case_id}/export", "/people/{staff_id:int}/let-in", "/me/telegram", "/me/email"} <= {
        path for path, _ in far
    }
    for path, door in far:
        assert door.deed and TABLE[door.deed].is_fresh, path


async def test_every_address_lets_in_whom_the_table_lets_in_and_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forms go without their token: whoever may do the deed gets as far as that, and nothing is changed by the walk."""
    case, bea = office.case(), office.visit(BEA)
    tried = 0
    for roles in [(role,) for role in Role]:
        take_roles(office, BEA, roles)
        for ties in TIES:
            tie(office, monkeypatch, ties)
            for route, door in doors(office):
                if "case_id" not in route.path and ties != TIES[0]:
                    continue
                assert door.deed
                allowed = may(roles, door.deed, ties)
                for method in (route.methods or set()) - {"HEAD"}:
                    assert await is_let_in(bea, method, address(route, case.id)) is allowed, (route.path, roles, ties)
                    tried += 1
    assert tried > 300


def take_roles(office: Office, name: str, roles: tuple[Role, ...]) -> None:
    with office.desk.database.begin() as tx:
        tx.execute(update(STAFF).where(STAFF.c.name == name).values(roles=" ".join(roles)))


def tie(office: Office, monkeypatch: pytest.MonkeyPatch, ties: Cases) -> None:
    bea, ann = office.member(BEA).id, office.member(ANN).id
    has_it = bea if Whose.OWN in ties else ann if Whose.COLLEAGUES in ties else None
    with office.desk.database.begin() as tx:
        tx.execute(update(CASES).values(assignee=has_it))
    found = case_ties.Ties(
        has_it,
        frozenset({bea} if Whose.FACILITATED in ties else ()),
        frozenset({bea} if Whose.OPENED in ties else ()),
        frozenset({bea} if Whose.OFFERED in ties else ()),
        bea if Whose.STANDS_IN in ties else None,
        (bea,) if Whose.BARRED in ties else (),
    )
    assert found.to(bea) == ties
    monkeypatch.setattr(case_ties, "of_case", lambda *_given: found)


async def is_let_in(browser: Browser, method: str, path: str) -> bool:
    answer = await browser.client.request(method, path, follow_redirects=False)
    assert answer.status_code < 500, path
    refusals = ("Your role at the desk does not include this", "is not yours to do that with")
    shut = (
        "Only the person who has a case reads it",
        "you have nothing to do with this case",
        "Your role does not read cases that are nobody",
    )
    refused = answer.status_code == 403 and any(words in answer.text for words in refusals + shut)
    assert refused or answer.status_code != 403 or "open too long" in answer.text or path == "/recovery-key"
    return not refused


# What the table says, in sentences


@pytest.mark.parametrize("roles", SEVERAL)
def test_who_has_several_roles_may_do_what_any_of_them_may(roles: tuple[Role, ...]) -> None:
    for deed, ties in itertools.product(Deed, TIES):
        assert may(roles, deed, ties) is any(may((role,), deed, ties) for role in roles)


@pytest.mark.parametrize("deed", Deed)
def test_nobody_without_a_role_does_anything(deed: Deed) -> None:
    assert not any(may((), deed, ties) for ties in TIES)


def test_a_deed_that_stands_in_no_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(TABLE, Deed.READ)  # type: ignore[arg-type]
    assert not may(tuple(Role), Deed.READ, frozenset(Whose))


def test_an_auditor_does_nothing_with_any_case() -> None:
    assert not any(may((Role.AUDITOR,), deed, frozenset(Whose) - YES) for deed, line in TABLE.items() if about(line))


def test_a_facilitator_reads_the_cases_they_facilitate_and_no_others() -> None:
    reads = [ties for ties in TIES if may((Role.FACILITATOR,), Deed.READ, ties)]
    assert reads == [ties for ties in TIES if Whose.FACILITATED in ties]


def test_a_manager_reads_a_case_only_as_their_own_or_with_a_written_reason() -> None:
    reads = [ties for ties in TIES if may((Role.MANAGER,), Deed.READ, ties)]
    assert reads == [ties for ties in TIES if ties & {Whose.OWN, Whose.OPENED, Whose.STANDS_IN}]


def test_a_coordinator_reads_what_waits_what_is_theirs_and_what_they_stand_in_for() -> None:
    reads = [ties for ties in TIES if may((Role.COORDINATOR,), Deed.READ, ties)]
    assert reads == [ties for ties in TIES if ties & {Whose.OWN, Whose.NOBODYS, Whose.STANDS_IN}]


def test_who_stands_in_gives_no_case_away() -> None:
    stood_in_for = frozenset({Whose.COLLEAGUES, Whose.STANDS_IN})
    for deed in (Deed.HAVE, Deed.HAND_ON, Deed.ASSIGN):
        assert not may((Role.COORDINATOR,), deed, stood_in_for)


def test_with_a_case_they_must_have_nothing_to_do_with_a_manager_can_but_give_it_to_somebody() -> None:
    barred = frozenset({Whose.BARRED})
    done = {deed for deed in Deed if TABLE[deed].is_about_a_case and may(tuple(Role), deed, barred)}
    assert done == {Deed.HAND_ON, Deed.ASSIGN}


def test_an_auditor_is_nothing_else() -> None:
    assert not fit_together([])
    assert fit_together([Role.AUDITOR])
    assert not any(fit_together([Role.AUDITOR, role]) for role in Role if role is not Role.AUDITOR)
    assert fit_together([Role.COORDINATOR, Role.FACILITATOR, Role.MANAGER])


def test_whose_a_case_is_follows_from_who_has_it() -> None:
    assert whose(1, None, (), ()) == {Whose.NOBODYS}
    assert whose(1, 1, (1, 2), ()) == {Whose.OWN, Whose.FACILITATED}
    assert whose(1, 2, (2, 3), (1,)) == {Whose.COLLEAGUES, Whose.OPENED}


def about(line: Line) -> bool:
    return line.is_about_a_case


# At the desk


async def test_a_manager_who_is_no_coordinator_takes_a_waiting_case_before_reading_it(office: Office) -> None:
    case = office.case()
    take_roles(office, BEA, (Role.MANAGER,))
    page = await office.visit(BEA).open(f"/cases/{case.id}")
    assert page.status == 403
    assert "Sam Canary" not in page.text
    assert "Sam Canary" in (await page.press("Take this case")).text


async def test_who_reads_no_cases_cannot_be_let_in_to_them(office: Office) -> None:
    take_roles(office, CAL, (Role.AUDITOR,))
    page = await office.visit(ANN).open("/people")
    assert "Reads no cases" in page.text
    assert not page.has(f"Let {CAL} in")
    token = page.soup.select_one("input[name=form_token]")
    assert token
    data = {"form_token": str(token["value"])}
    refused = await page.browser.post(f"/people/{office.member(CAL).id}/let-in", data)
    assert refused.status == 404
    assert office.member(CAL).team_key is None


async def test_somebody_new_has_the_roles_that_were_ticked_and_at_least_one(office: Office) -> None:
    page = await office.visit(ANN).open("/people")
    refused = await page.press("Make a link", name="Dee Example", coordinator=None)
    assert refused.status == 422 and "Choose at least one role" in refused.text
    refused = await page.press("Make a link", name="Dee Example", auditor="yes")
    assert refused.status == 422
    await page.press("Make a link", name="Dee Example", facilitator="yes")
    assert office.member("Dee Example").roles == {Role.COORDINATOR, Role.FACILITATOR}
