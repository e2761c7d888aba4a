"""Members of staff, their keys and links, and patience with wrong passwords, in the tables alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from policy.access import Role
from storage import member_keys, recovery_keys, sealing, sign_in_attempts, staff, staff_links, staff_sessions, team
from storage.database import Database
from storage.tables import STAFF, STAFF_LINKS

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PEPPER = bytes(32)


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Connection]:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}").open()
    with database.begin() as connection:
        yield connection
    database.close()


def test_a_password_opens_ones_own_key_and_no_other_password_does() -> None:
    keys = member_keys.make("three quiet herons", PEPPER)
    private = member_keys.open_private(keys, "three quiet herons", PEPPER)
    assert private and sealing.key_pair_of(private).public == keys.public_key
    assert member_keys.open_private(keys, "three quiet heron", PEPPER) is None
    assert member_keys.open_private(keys, "three quiet herons", b"\1" * 32) is None
    assert member_keys.open_private(None, "three quiet herons", PEPPER) is None


def test_a_new_password_keeps_the_key_and_forgets_the_old_password() -> None:
    keys = member_keys.make("three quiet herons", PEPPER)
    private = member_keys.open_private(keys, "three quiet herons", PEPPER)
    again = member_keys.make("four calm grey seals", PEPPER, private)
    assert again.public_key == keys.public_key
    assert again.password_salt != keys.password_salt
    assert member_keys.open_private(again, "four calm grey seals", PEPPER) == private
    assert member_keys.open_private(again, "three quiet herons", PEPPER) is None


def test_what_proves_a_password_does_not_open_the_key() -> None:
    keys = member_keys.make("three quiet herons", PEPPER)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(bytes.fromhex(keys.password_hash), keys.private_key, "staff:private_key")


def test_the_team_key_passed_on_opens_for_that_member_alone() -> None:
    one, two, team_key = sealing.new_key_pair(), sealing.new_key_pair(), sealing.new_key()
    passed = member_keys.pass_on(team_key, one.public)
    assert member_keys.receive(one.private, passed) == team_key
    with pytest.raises(sealing.SealBroken):
        member_keys.receive(two.private, passed)


@given(st.text("abcdefghjkmnpqrstuvwxyzABCDEF23456789-. ", max_size=60))
def test_a_recovery_key_is_read_however_it_is_typed_and_nothing_else_passes_for_it(typed: str) -> None:
    key = "ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2-3456-789A"
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    expected = plain in {key.replace("-", ""), "789A"}
    assert recovery_keys.was_copied(key, typed) is expected
    assert recovery_keys.was_copied(key, key.lower().replace("-", "  "))


def test_recovery_keys_are_never_alike_and_open_what_they_wrapped() -> None:
    keys = {recovery_keys.new_recovery_key() for _ in range(200)}
    assert len(keys) == 200
    key = keys.pop()
    wrapped = recovery_keys.wrap(key, b"private")
    assert recovery_keys.unwrap(key.lower().replace("-", ""), wrapped) == b"private"
    with pytest.raises(sealing.SealBroken):
        recovery_keys.unwrap(keys.pop(), wrapped)


def test_a_new_member_gets_a_link_of_which_only_a_digest_is_kept(tx: Connection) -> None:
    token = staff.add(tx, "  Dee   Example ", [Role.COORDINATOR], NOW, team_key=b"t" * 32)
    row = tx.execute(select(STAFF_LINKS)).one()
    assert token.encode() not in b"".join(value for value in row if isinstance(value, bytes))
    assert b"t" * 32 not in row.team_key
    link = staff_links.find(tx, token, staff_links.SET_UP, NOW)
    assert link and link.team_key == b"t" * 32
    assert tx.execute(select(STAFF.c.name)).scalar() == "Dee Example"
    assert staff_links.find(tx, token, staff_links.TELEGRAM, NOW) is None
    assert staff_links.find(tx, token + "x", staff_links.SET_UP, NOW) is None


@pytest.mark.parametrize(("name", "role"), [("", "manager"), ("x" * 81, "manager"), ("Dee Example", "owner")])
def test_a_member_needs_a_name_and_a_role_there_is(tx: Connection, name: str, role: str) -> None:
    with pytest.raises(ValueError, match="a member needs"):
        staff.add(tx, name, [role], NOW)


def test_a_name_is_one_name_however_it_is_written(tx: Connection) -> None:
    staff.add(tx, "Zoë Example", [Role.COORDINATOR], NOW)
    assert staff.by_name(tx, "ZOE\u0308  example")
    with pytest.raises(staff.NameTaken):
        staff.add(tx, "zoë EXAMPLE", [Role.MANAGER], NOW)
    assert staff.by_name(tx, "") is None
    assert staff.tidy("Dee\u202e\u200b\x00 Example") == "Dee Example"


def test_the_first_member_has_no_name_until_they_choose_one_and_is_on_no_list(tx: Connection) -> None:
    team.ensure(tx, NOW)
    assert staff.everybody(tx) == []
    assert staff.by_name(tx, " ") is None


def test_making_sure_of_the_team_key_twice_keeps_it_when_the_token_is_known(tx: Connection) -> None:
    token = team.ensure(tx, NOW)
    before = team.public_key(tx)
    assert team.ensure(tx, NOW + timedelta(hours=100), token) == token
    assert team.public_key(tx) == before
    assert team.ensure(tx, NOW) != token
    assert team.public_key(tx) != before


def test_without_a_team_key_there_is_none_to_seal_to(tx: Connection) -> None:
    with pytest.raises(team.NoTeamKey):
        team.public_key(tx)
    with pytest.raises(team.NoRecoveryKey):
        team.recover(tx, "ABCD")


def test_a_place_is_found_by_its_cookie_alone_and_opens_with_it_alone(tx: Connection) -> None:
    staff_id = staff.add_row(tx, "Dee Example", [Role.COORDINATOR], NOW)
    cookie = staff_sessions.start(tx, staff_id, b"t" * 32, NOW)
    found = staff_sessions.find(tx, cookie, NOW)
    assert found and found.team_key == b"t" * 32
    assert "t" * 32 not in repr(found) and found.form_token not in repr(found)
    assert staff_sessions.find(tx, cookie[:-1], NOW) is None


def test_each_try_waits_longer_than_the_last_up_to_a_quarter_of_an_hour_and_the_first_five_not_at_all(
    tx: Connection,
) -> None:
    waits = []
    for _ in range(20):
        waits.append(sign_in_attempts.wait(tx, b"n" * 16, NOW))
        sign_in_attempts.note(tx, b"n" * 16, NOW)
    assert waits[:5] == [timedelta()] * 5
    assert waits[5:9] == [timedelta(seconds=30 * 2**step) for step in range(4)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=15)


def test_tries_are_counted_for_a_day(tx: Connection) -> None:
    for _ in range(6):
        sign_in_attempts.note(tx, b"n" * 16, NOW)
    assert sign_in_attempts.wait(tx, b"n" * 16, NOW) == timedelta(minutes=1)
    assert sign_in_attempts.wait(tx, b"n" * 16, NOW + timedelta(seconds=61)) == timedelta()
    assert sign_in_attempts.wait(tx, b"o" * 16, NOW) == timedelta()
    sign_in_attempts.note(tx, b"n" * 16, NOW + timedelta(days=1, seconds=1))
    assert sign_in_attempts.wait(tx, b"n" * 16, NOW + timedelta(days=1, seconds=1)) == timedelta()
