"""A backup is of one moment, whole or not there; it opens for nobody alone, and what was erased since stays erased."""

import base64
import gzip
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select

from bot.posting.desk_rounds import go_round
from policy.retention import BACKUP_KEYRING
from storage import (
    audit,
    backup_files,
    backups,
    cases,
    desk_messages,
    packed_files,
    recipients,
    restoring,
    sealing,
    snapshots,
    tables,
    talks,
    tombstones,
)
from storage.backup_files import File
from storage.database import Database, DatabaseError, newest_version, version
from storage.restoring import Restored
from storage.snapshots import BODY, KEYRING
from tests.canary import Canaries, search
from tests.desk_side import queue, write
from tests.somebody import TO_THE_END, TO_THE_NAME, TO_THE_READ_BACK, Somebody, texts
from tests.stage import SECRETS, Stage

AUDIT_KEY = b"a" * 32
KEPT = timedelta(days=30)


def open_stage(folder: Path, url: str = "") -> Iterator[Stage]:
    """What is wiped on it is written down in a folder beside its database."""
    made = Stage(folder / "service", url=url)
    made.database.tombstones = folder / "tombstones"
    with made.database.begin() as tx:
        audit.write(tx, AUDIT_KEY, made.now, None, "added_by_command")
    yield made
    made.database.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    yield from open_stage(tmp_path)


@pytest.fixture
def on_either(url: str, tmp_path: Path) -> Iterator[Stage]:
    """On SQLite, and on PostgreSQL."""
    yield from open_stage(tmp_path, url)


def back_up(stage: Stage, folder: Path, recipient: str | None = None) -> backups.Backup:
    return backups.make(stage.database, folder, stage.now, recipient, KEPT)


def lines(file: File, identity: str | None = None) -> list[bytes]:
    with backup_files.opened(file, identity) as found:
        return list(found)


def part(backup: backups.Backup, name: str) -> File:
    return next(each for each in backup.written if each.part == name)


def put_back(stage: Stage, folder: Path, url: str, identity: str | None = None) -> Restored:
    """The newest backup of the folder into another database, on which the stage goes on."""
    found = backup_files.newest(folder)
    assert found
    body, keyring = (each and lines(each, identity) for each in found)
    assert body
    stones = [*tombstones.read(folder / backups.TOMBSTONES), *tombstones.read(stage.database.tombstones or folder)]
    restored = restoring.restore(Database(url), body, keyring, stones, stage.now, AUDIT_KEY)
    kept, stage.url = stage.database.tombstones, url
    stage.restart()
    stage.database.tombstones = kept
    return restored


def everything(stage: Stage) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a backup has."""
    left_out = {*tables.PASSING, tables.RESTORES, tables.AUDIT}
    with stage.database.read() as tx:
        return {
            each.name: sorted((tuple(row) for row in tx.execute(select(each))), key=repr)
            for each in tables.METADATA.sorted_tables
            if each not in left_out
        }


def test_all_of_it_comes_back_and_the_chat_goes_on(on_either: Stage, tmp_path: Path) -> None:
    stage = on_either
    done, sam = Somebody(stage, "2").goes(*TO_THE_END), Somebody(stage).goes(*TO_THE_NAME)
    before = everything(stage)
    back_up(stage, tmp_path / "kept")
    restored = put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db")
    assert everything(stage) == before
    assert (restored.cases, restored.lost, restored.reapplied, restored.broken) == (1, 0, 0, 0)
    assert sam.says("Sam")[-1].asks == "contact_routes"
    assert len(stage.documents()) == 1
    assert "Where it stands" in texts(done.says("What I sent")) or done.last.options


def test_what_is_said_while_it_is_written_is_not_half_in_it(on_either: Stage, tmp_path: Path) -> None:
    """Body and keyring see the same moment, though somebody sends a referral between the two."""
    stage = on_either
    sam = Somebody(stage).goes(*TO_THE_READ_BACK)
    with stage.database.snapshot() as tx:
        keyring = list(snapshots.lines(tx, KEYRING, "id", stage.now))
        sam.says("Send")
        body = list(snapshots.lines(tx, BODY, "id", stage.now))
    restored = restoring.restore(Database(f"sqlite:///{tmp_path}/o.db"), body, keyring, [], stage.now, AUDIT_KEY)
    assert (restored.cases, restored.lost) == (0, 0)
    assert len(stage.documents()) == 1


@pytest.mark.postgres
def test_an_sqlite_database_is_carried_over_to_postgresql_and_goes_on_there(postgres: str, tmp_path: Path) -> None:
    stage = Stage(tmp_path / "service")
    sam = Somebody(stage).goes(*TO_THE_END)
    Somebody(stage, "2").goes(*TO_THE_NAME)
    before = everything(stage)
    back_up(stage, tmp_path / "kept")
    put_back(stage, tmp_path / "kept", postgres)
    assert everything(stage) == before
    sam.goes("/start", "What I sent", "Write to the coordinator", "Please text me", "Send")
    assert stage.entry(stage.rows(tables.CASE_ENTRIES)[-1]) == "Please text me"
    Somebody(stage, "3").goes(*TO_THE_END)
    assert len(stage.documents()) == 2
    stage.database.close()


def test_a_database_that_holds_something_is_not_written_over(stage: Stage, tmp_path: Path) -> None:
    back_up(stage, tmp_path / "kept")
    before = everything(stage)
    with pytest.raises(DatabaseError, match="something in this database already"):
        put_back(stage, tmp_path / "kept", stage.url)
    assert everything(stage) == before


def test_what_was_erased_or_taken_back_since_stays_so(on_either: Stage, tmp_path: Path) -> None:
    stage = on_either
    for name in ("erased", "withdrawn", "left", "stopped"):
        Somebody(stage, name).goes(*(TO_THE_END if name != "stopped" else TO_THE_NAME))
    stopped, erased, withdrawn = (Somebody(stage, name) for name in ("stopped", "erased", "withdrawn"))
    back_up(stage, tmp_path / "kept")
    stage.pass_time(minutes=5)
    stopped.goes("/stop", "delete now")
    erased.goes("/start", "What I sent", "Have it erased", "Yes, erase it")
    withdrawn.goes("/start", "What I sent", "Withdraw", "Yes, withdraw")
    stage.database.checkpoint()
    restored = put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db")
    assert restored.reapplied == 3
    assert sorted(row.stage for row in stage.rows(tables.CASES)) == ["erased", "received", "withdrawn"]
    assert stopped.key not in {row.person for row in stage.rows(tables.CONVERSATIONS)}
    assert len(stage.documents()) == 2


def test_ways_to_be_in_touch_that_were_changed_since_have_to_be_asked_anew(stage: Stage, tmp_path: Path) -> None:
    """A change that is in the backup is known; one that came after it is lost, and the old way may not be safe."""
    for name in ("before", "after", "never"):
        Somebody(stage, name).goes(*TO_THE_END)
    pauses = ("/start", "What I sent", "How to reach me", "No contact for now", "Until I say otherwise")
    Somebody(stage, "before").goes(*pauses)
    back_up(stage, tmp_path / "kept")
    stage.pass_time(minutes=5)
    Somebody(stage, "after").goes(*pauses)
    stage.database.checkpoint()
    assert put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db").reapplied == 1
    kinds = {row.case_id: row.kind for row in stage.rows(tables.CASE_ENTRIES)}
    people = {row.id: row.person for row in stage.rows(tables.CASES)}
    told = {people[case_id]: kind for case_id, kind in kinds.items()}
    assert told == {
        Somebody(stage, "before").key: cases.CONTACT_PAUSED,
        Somebody(stage, "after").key: cases.CONTACT_LOST,
    }
    late = [people[row.case_id] for row in stage.rows(tables.CLOCKS) if row.due_at <= stage.now.timestamp()]
    assert late == [Somebody(stage, "after").key]


TO_BE_REACHED_IN_THE_CHAT = (*TO_THE_NAME, "Sam", "in this chat", "Check and send now", "Send")
NO_CONTACT = ("/start", "What I sent", "How to reach me", "No contact for now", "Until I say otherwise")


def rings(stage: Stage, person: Somebody) -> str:
    """What the chat says by itself in the two days to come."""
    said = []
    for _ in range(48):
        stage.pass_time(hours=1)
        go_round(stage.intake, stage.now)
        said += person.hears()
    return texts(said)


@pytest.mark.parametrize("since", ["read", "paused"])
def test_what_the_desk_wrote_is_told_of_after_a_restore_neither_twice_nor_to_whoever_wants_no_contact_since(
    on_either: Stage, tmp_path: Path, since: str
) -> None:
    """Nor does what lay ready in case the service is late: whoever has the case sees that they have to write anew."""
    stage = on_either
    sam = Somebody(stage).goes(*TO_BE_REACHED_IN_THE_CHAT)
    later = stage.now + timedelta(hours=1)
    queue(stage, "Would Thursday suit you?", windows=[(later, later + timedelta(days=5))])
    back_up(stage, tmp_path / "kept")
    if since == "read":
        assert "message for you" in rings(stage, sam)
        assert "Would Thursday" in texts(sam.says("Yes"))
    else:
        sam.goes(*NO_CONTACT)
    stage.database.checkpoint()
    put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db")
    assert not rings(stage, sam)
    assert {row.state for row in stage.rows(tables.DESK_MESSAGES)} == {desk_messages.LOST}
    assert not [row for row in stage.rows(tables.DESK_MESSAGES) if row.words]
    kinds = [row.kind for row in stage.rows(tables.CASE_ENTRIES)]
    assert cases.MESSAGES_LOST in kinds and "written" in kinds


def test_a_talk_that_was_open_is_over_after_a_restore_and_what_is_typed_then_is_read_back(
    on_either: Stage, tmp_path: Path
) -> None:
    stage = on_either
    sam = Somebody(stage).goes(*TO_BE_REACHED_IN_THE_CHAT)
    write(stage, "Hello, I am Ann.", in_talk=True)
    sam.hears()
    sam.goes("Yes")
    back_up(stage, tmp_path / "kept")
    put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db")
    assert not rings(stage, sam)
    assert [row.state for row in stage.rows(tables.TALKS)] == [talks.OVER]
    assert "The talk with the team has ended." in texts(sam.says("I am here"))
    assert cases.MESSAGES_LOST in [row.kind for row in stage.rows(tables.CASE_ENTRIES)]


def test_a_draft_begun_after_another_was_wiped_comes_back(stage: Stage, tmp_path: Path) -> None:
    sam = Somebody(stage).goes(*TO_THE_NAME, "/stop", "delete now")
    stage.pass_time(minutes=1)
    sam.goes(*TO_THE_NAME)
    back_up(stage, tmp_path / "kept")
    put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db")
    assert sam.says("Sam")[-1].asks == "contact_routes"


def test_who_sent_it_after_the_backup_finds_the_draft_again(stage: Stage, tmp_path: Path) -> None:
    """The case is lost with the rest of the gap; what was said need not be said once more."""
    sam = Somebody(stage).goes(*TO_THE_READ_BACK)
    back_up(stage, tmp_path / "kept")
    sam.says("Send")
    put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db")
    sam.goes("Send")
    assert len(stage.documents()) == 1


def test_a_crash_between_the_commit_and_the_file_loses_no_tombstone(stage: Stage, tmp_path: Path) -> None:
    folder, stage.database.tombstones = stage.database.tombstones, None  # as if it ended before it could write
    sam = Somebody(stage).goes(*TO_THE_END)
    sam.goes("/start", "What I sent", "Have it erased", "Yes, erase it")
    assert folder
    assert list(tombstones.read(folder)) == []
    stage.database.tombstones = folder
    stage.database.checkpoint()
    (case,) = stage.rows(tables.CASES)
    assert [each.what for each in tombstones.read(folder) if each.kind == tombstones.CASE] == [case.id]
    assert stage.rows(tables.TOMBSTONES) == []


def test_a_transaction_that_fails_leaves_no_tombstone(stage: Stage) -> None:
    Somebody(stage).goes(*TO_THE_END)
    (case,) = stage.rows(tables.CASES)
    with pytest.raises(LookupError), stage.database.begin() as tx:
        cases.erase(tx, case.id, stage.now.timestamp())
        raise LookupError
    stage.database.checkpoint()
    assert stage.rows(tables.TOMBSTONES) == []
    assert stage.database.tombstones
    assert [each for each in tombstones.read(stage.database.tombstones) if each.kind == tombstones.CASE] == []


def test_tombstones_hold_nothing_readable_and_each_kind_has_a_file_of_its_own(stage: Stage) -> None:
    Somebody(stage, "5770900783").goes(*TO_THE_NAME, "Quetzal", "/stop", "delete now")
    stage.database.checkpoint()
    assert stage.database.tombstones
    (file,) = stage.database.tombstones.iterdir()
    assert file.name == f"{stage.now:%Y-%m-%d}-draft.txt"
    assert file.stat().st_mode & 0o077 == 0
    assert search({"name": "Quetzal", "chat": 5770900783}, {"file": file.read_bytes()}) == []


def test_no_word_can_be_read_from_a_part_and_from_the_body_not_with_every_key_there_is(
    stage: Stage, tmp_path: Path
) -> None:
    """The attacker who stole the body has the secrets of both sides and the team's key besides."""
    sam = Somebody(stage).goes(*TO_THE_END)
    said: Canaries = {"number": "07700 900123", "message": "Quetzal message", "code": sam.code}
    sam.goes("/start", "What I sent", "Write to the coordinator", "Quetzal message", "Send")
    Somebody(stage, "2").goes(*TO_THE_NAME, "Quetzal Example")
    backup = back_up(stage, tmp_path / "kept")
    places = {each.part: b"".join(lines(each)) for each in backup.written}
    assert search(said | {"name": "Quetzal Example", "team key": stage.team.private}, places) == []
    (case,) = stage.rows(tables.CASES)
    sealed = [value for each in lines(part(backup, BODY)) for value in _bytes(json.loads(each))]
    assert case.document in sealed
    for value in sealed:
        for purpose in ("case_key", "case", "copy", "entry", "case address"):
            _assert_shut(stage, value, f"{purpose}:{case.id}")


def _assert_shut(stage: Stage, value: bytes, context: str) -> None:
    for key in (stage.team.private, SECRETS.letterbox.private, SECRETS.seal, SECRETS.pepper):
        with pytest.raises(sealing.SealBroken):
            (sealing.unseal_with if sealing.is_sealed_to_public(value) else sealing.unseal)(key, value, context)


def _bytes(content: Any) -> list[bytes]:
    values = content if isinstance(content, list) else ()
    return [base64.b64decode(value["bytes"]) for value in values if isinstance(value, dict) and "bytes" in value]


def test_no_key_salt_or_digest_of_a_person_stands_in_the_body(stage: Stage, tmp_path: Path) -> None:
    Somebody(stage).goes(*TO_THE_END)
    Somebody(stage, "2").goes(*TO_THE_NAME)
    body = b"".join(lines(part(back_up(stage, tmp_path / "kept"), BODY)))
    with stage.database.read() as tx:
        held = {
            f"{table.name}.{column.name} {number}": bytes(value)
            for table in tables.METADATA.sorted_tables
            for column in table.columns
            if isinstance(column.type, LargeBinary) and tables.is_of_the_keyring(column)
            for number, value in enumerate(tx.execute(select(column)).scalars())
            if value
        }
    assert {"cases.case_key 0", "cases.copy_salt 0", "conversations.salt 0"} <= held.keys()
    assert search(dict(held), {"body": body}) == []


def test_a_column_of_bytes_nobody_thought_about_is_of_the_keyring() -> None:
    """A new key can't be forgotten: only what is named as noise stays in the body, and that lies beside its key."""
    new = tables.Column("new_key", LargeBinary)
    assert tables.is_of_the_keyring(new)
    for column in tables.NOISE_WITHOUT_THE_KEYRING - {tables.AUDIT.c.digest}:
        keys = [each for each in column.table.columns if tables.is_of_the_keyring(each)]
        owner = {fk.column.table for each in column.table.columns for fk in each.foreign_keys}
        keys += [each for table in owner for each in table.columns if tables.is_of_the_keyring(each)]
        assert {each.name for each in keys} & {"salt", "copy_salt", "case_key"}, column


def test_it_is_encrypted_to_a_key_that_is_not_there(stage: Stage, tmp_path: Path) -> None:
    identity, recipient = recipients.new_key()
    Somebody(stage).goes(*TO_THE_END)
    backup = back_up(stage, tmp_path / "kept", recipient)
    for each in backup.written:
        assert each.path.read_bytes().startswith(recipients.MAGIC)
        with pytest.raises(recipients.BadKey):
            lines(each, recipients.new_key()[0])
    assert put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db", identity).cases == 1


def test_files_are_their_owners_alone(stage: Stage, tmp_path: Path) -> None:
    backup = back_up(stage, tmp_path / "kept")
    assert [each.path.stat().st_mode & 0o777 for each in backup.written] == [0o600, 0o600]
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


def test_keyrings_go_after_a_week_and_bodies_after_a_month(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    deleted = []
    for _ in range(6):
        deleted += [(stage.now - each.at, each.part) for each in back_up(stage, folder).deleted]
        stage.pass_time(days=7, seconds=1)
    assert {age.days for age, part in deleted if part == KEYRING} == {BACKUP_KEYRING.days}
    assert {age.days for age, part in deleted if part == BODY} == {35}
    assert [each.part for each in backup_files.there(folder)].count(KEYRING) == 1


def test_a_body_without_its_keyring_gives_back_the_numbers_and_the_audit_alone(stage: Stage, tmp_path: Path) -> None:
    Somebody(stage).goes(*TO_THE_END)
    Somebody(stage, "2").goes(*TO_THE_NAME)
    backup = back_up(stage, tmp_path / "kept")
    part(backup, KEYRING).path.unlink()
    restored = put_back(stage, tmp_path / "kept", f"sqlite:///{tmp_path}/other.db")
    assert (restored.cases, restored.lost, restored.broken) == (0, 1, 0)
    assert [row.stage for row in stage.rows(tables.CASES)] == ["erased"]
    assert stage.rows(tables.CONVERSATIONS) == []
    assert stage.rows(tables.TOMBSTONES) == [], "another backup, with its keyring, must not be held to this"


@pytest.mark.parametrize("harm", ["cut", "mixed", "changed"])
def test_parts_that_are_not_whole_or_not_of_one_backup_change_nothing(stage: Stage, tmp_path: Path, harm: str) -> None:
    Somebody(stage).goes(*TO_THE_END)
    backup = back_up(stage, tmp_path / "kept")
    body, keyring = lines(part(backup, BODY)), lines(part(backup, KEYRING))
    if harm == "mixed":
        stage.pass_time(minutes=1)
        keyring = lines(part(back_up(stage, tmp_path / "kept"), KEYRING))
    elif harm == "cut":
        body = body[:-1]
    else:
        keyring = [each for each in keyring if b'"cases"' not in each or b"columns" in each]
    database = Database(f"sqlite:///{tmp_path}/other.db")
    with pytest.raises(snapshots.Broken):
        restoring.restore(database, body, keyring, [], stage.now, AUDIT_KEY)
    with database.read() as tx:
        assert tx.exec_driver_sql("SELECT name FROM sqlite_master").all() == []
    database.close()


def test_a_backup_of_an_older_cairn_is_brought_up_to_date(stage: Stage, tmp_path: Path) -> None:
    Somebody(stage).goes(*TO_THE_END)
    backup = back_up(stage, tmp_path / "kept")
    parts = []
    for name in (BODY, KEYRING):
        head, *rest = lines(part(backup, name))
        read = json.loads(head) | {"revision": "0027"}
        read["columns"].pop("restores", None)  # of that table nobody knew then
        parts.append([json.dumps(read).encode(), *(each for each in rest if b'"restores"' not in each)])
    database = Database(f"sqlite:///{tmp_path}/other.db")
    assert restoring.restore(database, *parts, [], stage.now, AUDIT_KEY).cases == 1
    with database.read() as tx:
        assert version(tx) == newest_version()
        assert len(tx.execute(select(tables.RESTORES)).all()) == 1
    database.close()


def test_it_can_be_read_with_stock_tools(stage: Stage, tmp_path: Path) -> None:
    Somebody(stage).goes(*TO_THE_END)
    file = part(back_up(stage, tmp_path / "kept"), BODY).path
    head, *_ = map(json.loads, gzip.decompress(file.read_bytes()).splitlines())
    assert head["part"] == BODY
    assert "stage" in head["columns"]["cases"]


def test_whoever_kills_it_at_any_step_finds_nothing_half_under_its_name(tmp_path: Path) -> None:
    """A real process ends by SIGKILL at each step in turn; what has its name by then is whole."""
    stage = Stage(tmp_path / "service")
    Somebody(stage).goes(*TO_THE_END)
    stage.database.close()
    seen: list[int] = []
    for step in range(1, 100):
        folder = tmp_path / f"kept{step}"
        pid = os.fork()
        if not pid:
            _back_up_and_die(stage, folder, step)
        _, status = os.waitpid(pid, 0)
        seen.append(len(backup_files.there(folder)))
        for file in backup_files.there(folder):
            _, rows = snapshots.read(lines(file))
            assert len(list(rows)) > 3
        if not os.WIFSIGNALED(status):
            break
    assert os.WEXITSTATUS(status) == 0
    assert {0, 1, 2} == {*seen}, "it was killed before, between and after the two have their names"
    half = next(each for each in sorted(tmp_path.glob("kept*")) if list(each.glob(".cairn*")))
    stage.pass_time(minutes=1)
    stage.restart()
    back_up(stage, half)
    assert list(half.glob(".cairn*")) == []
    stage.database.close()


def _back_up_and_die(stage: Stage, folder: Path, step: int) -> None:
    """In a process of its own, which ends for good at so manieth touch of a name, of a file's bytes or of the disk."""
    left = [step]

    def touched(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def first(touch: Callable[..., None], then: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: (touch(), then(*arguments))[1]

    os.fsync = first(touched, os.fsync)
    packed_files._Noted.write = first(touched, packed_files._Noted.write)  # type: ignore[method-assign]
    names = {"open", "os.rename", "os.remove", "os.mkdir"}
    sys.addaudithook(lambda event, arguments: touched() if event in names and str(folder) in str(arguments) else None)
    try:
        backups.make(Database(stage.url), folder, stage.now, None, KEPT)
    except BaseException:
        os._exit(1)
    os._exit(0)


def test_two_at_once_do_not_write_into_one_folder(stage: Stage, tmp_path: Path) -> None:
    with backup_files.alone(tmp_path / "kept"), pytest.raises(backup_files.Busy):
        back_up(stage, tmp_path / "kept")
