"""An operator backs up, puts back, looks at keys and erases by a code, as they type it; and what the desk shows."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from desk.app import create_app
from desk.service import open_desk
from storage import addresses, caseload, cases, codes, receipts, recipients, team
from storage.secrets import DESK_FILE, INTAKE_FILE, load_intake
from storage.snapshots import KEYRING
from storage.tables import AUDIT, CASES, SIGN_IN_ATTEMPTS
from tests.canary import search
from tests.desk.cases import Made
from tests.desk.conftest import Typed
from tests.desk.office import ANN, BEA, Browser, Office
from tests.processes import environment, free_port

CODE = "kite lamp river stone"
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


@pytest.fixture(autouse=True)
def intake(office: Office) -> None:
    """The side of the chat has run here, too."""
    with office.desk.database.begin() as tx:
        addresses.publish(tx, load_intake(office.data_dir).letterbox.public, office.now)


@pytest.fixture
def case(office: Office) -> Made:
    """Ann's, whose person has a receipt code."""
    made = office.case()
    pepper = load_intake(office.data_dir).pepper
    receipt = receipts.receipt(code_of(), pepper)
    assert receipt
    with office.desk.database.begin() as tx:
        caseload.take(tx, made.id, office.member(ANN).id, office.now, office.desk.secrets.audit)
        tx.execute(update(CASES).where(CASES.c.id == made.id).values(receipt=receipt.digest))
    return made


def code_of() -> str:
    return " ".join(codes.words()[:4])


def elsewhere(office: Office, folder: Path) -> dict[str, Any]:
    """The settings of a new machine, to which only the secrets were brought."""
    folder.mkdir(mode=0o700)
    for name in (INTAKE_FILE, DESK_FILE):
        shutil.copy(office.data_dir / name, folder)
    return {"data_dir": folder, "web_port": free_port(), "desk_port": free_port()}


def move(office: Office, settings: dict[str, Any]) -> Office:
    """The office on the new machine. Nobody is signed in there."""
    office.desk.database.close()
    office.desk = open_desk(office.desk.settings.model_copy(update=settings), now=lambda: office.now)
    office.app = create_app(office.desk)
    return office


async def test_what_was_backed_up_is_put_back_elsewhere_and_work_goes_on_there(
    office: Office, case: Made, typed: Typed, tmp_path: Path
) -> None:
    said = typed("backup", str(tmp_path / "kept"))
    assert "read back" in said
    assert "CAIRN_BACKUP_RECIPIENT is not set" in said
    assert case.reference not in said
    there = elsewhere(office, tmp_path / "new")
    said = typed("restore", str(tmp_path / "kept"), **there)
    assert "recovery key opens: 1" in said
    assert "The audit: it is whole" in said
    assert typed("audit", "verify", **there) == "The audit is whole.\n"
    move(office, there)
    page = await (await Browser(office).sign_in(ANN)).browser.open(f"/cases/{case.id}")
    assert "Sam Canary" in page.text
    assert office.rows(AUDIT)[-1].action == "opened"


async def test_managers_are_told_at_the_desk_what_is_missing_until_they_have_seen_it(
    office: Office, typed: Typed, tmp_path: Path
) -> None:
    typed("backup", str(tmp_path / "kept"))
    there = elsewhere(office, tmp_path / "new")
    typed("restore", str(tmp_path / "kept"), **there)
    move(office, there)
    page = await Browser(office).sign_in(ANN)
    assert "put back from a backup of" in page.text
    page = await (await page.browser.open("/")).press("I have seen this")
    assert "put back from a backup of" not in page.text
    assert "put back from a backup of" not in (await Browser(office).sign_in(BEA)).text


async def test_the_key_of_a_backup_is_kept_elsewhere_and_asked_for(
    office: Office, case: Made, typed: Typed, tmp_path: Path
) -> None:
    made = typed("keys", "new-backup-key")
    identity = next(line for line in made.splitlines() if line.startswith("AGE-SECRET-KEY-1"))
    recipient = made.strip().rpartition("=")[2]
    said = typed("backup", str(tmp_path / "kept"), backup_recipient=recipient)
    assert "not encrypted" not in said
    wrong = recipient[:-1] + ("q" if recipient[-1] != "q" else "p")
    assert "a letter of it is wrong" in typed("backup", str(tmp_path / "not kept"), backup_recipient=wrong)
    assert [each.name for each in (tmp_path / "not kept").iterdir()] == [".lock"]
    there = elsewhere(office, tmp_path / "new")
    refused = "The backup does not open with this key, and nothing was changed.\n"
    assert typed("restore", str(tmp_path / "kept"), answers=(recipients.new_key()[0],), **there).endswith(refused)
    file = tmp_path / "key.txt"
    file.write_text(f"# made by age-keygen\n{identity}\n")
    assert "opens: 1" in typed("restore", str(tmp_path / "kept"), "--identity", str(file), **there)


def test_nothing_is_written_over_and_no_new_secret_is_made_in_silence(
    office: Office, typed: Typed, tmp_path: Path
) -> None:
    kept, ports = str(tmp_path / "kept"), {"web_port": free_port(), "desk_port": free_port()}
    assert "There is no backup in" in typed("restore", kept, **ports)
    typed("backup", kept)
    assert "something in this database already" in typed("restore", kept, **ports)
    assert "Put intake.secret and desk.secret back" in typed("restore", kept, data_dir=tmp_path / "bare", **ports)
    assert list((tmp_path / "bare").iterdir()) == []
    with socket.create_server(("127.0.0.1", ports["web_port"])):
        assert "is Cairn running" in typed("restore", kept, data_dir=tmp_path / "bare", **ports)


def test_without_a_keyring_it_says_that_the_words_are_gone(
    office: Office, case: Made, typed: Typed, tmp_path: Path
) -> None:
    typed("backup", str(tmp_path / "kept"))
    for each in (tmp_path / "kept").glob(f"*-{KEYRING}.*"):
        each.unlink()
    there = elsewhere(office, tmp_path / "new")
    said = typed("restore", str(tmp_path / "kept"), **there)
    assert "the words of 1 cases are gone for good" in said
    assert "The audit: it is whole" in said
    move(office, there)
    assert office.link(), "somebody can begin anew"
    assert [row.stage for row in office.rows(CASES)] == [cases.ERASED]


def test_keys_are_listed_with_their_holders_and_never_shown(office: Office, typed: Typed) -> None:
    said = typed("keys")
    assert f"Held by: {ANN}, {BEA}." in said
    assert "Recovery key: written down." in said
    with office.desk.database.read() as tx:
        key = team.recover(tx, office.recovery_key)
    secrets = {name: (office.data_dir / name).read_text().strip() for name in (INTAKE_FILE, DESK_FILE)}
    assert search({**secrets, "team": key, "recovery": office.recovery_key}, {"said": said.encode()}) == []


def test_secrets_of_another_database_are_found(office: Office, case: Made, typed: Typed) -> None:
    assert typed("keys", "check") == "The secrets fit the database.\n"
    (office.data_dir / DESK_FILE).write_text("ab" * 32)
    (office.data_dir / INTAKE_FILE).write_text("ab" * 32)
    assert [line.partition(" is another")[0] for line in typed("keys", "check").splitlines()] == [
        INTAKE_FILE,
        DESK_FILE,
    ]
    (office.data_dir / INTAKE_FILE).unlink()
    assert "the next start would make another one" in typed("keys", "check")


def test_a_referral_is_erased_by_its_code_once_its_reference_is_typed_back(
    office: Office, case: Made, typed: Typed
) -> None:
    said = typed("erase", answers=(code_of(), "something else"))
    assert f"{case.reference} stands at: triage." in said
    assert "nothing was done" in said
    assert office.rows(CASES)[0].case_key
    assert typed("erase", *code_of().split(), answers=(case.reference.lower(),)).endswith(
        f"{case.reference} is erased.\n"
    )
    (row,) = office.rows(CASES)
    assert (row.stage, row.case_key, row.document) == (cases.ERASED, None, None)
    written = office.rows(AUDIT)[-1]
    assert (written.action, written.staff_id, written.case_id) == ("erased_by_command", None, case.id)


def test_a_code_nobody_has_is_answered_like_one_that_was_erased_and_tries_are_bounded(
    office: Office, case: Made, typed: Typed
) -> None:
    typed("erase", answers=(code_of(), case.reference))
    erased = typed("erase", answers=(code_of(),))
    assert erased == typed("erase", answers=(CODE,)) == typed("erase", answers=("no code at all",))
    assert "there never was one, or it is erased already" in erased
    for _ in range(2):
        typed("erase", answers=(CODE,))
    assert "too many tries" in typed("erase", answers=(CODE,))
    assert len(office.rows(SIGN_IN_ATTEMPTS)) == 5


@pytest.mark.slow
def test_the_drill_of_the_handbook_goes_as_it_says(office: Office, case: Made, tmp_path: Path) -> None:
    """What stands there is typed as it is, in a folder as an operator has it."""
    text = OPERATING.read_text("utf-8")
    (drill,) = re.findall(r"```sh drill\n(.*?)```", text, re.DOTALL)
    office.desk.database.checkpoint()
    drill = drill.replace(".venv/bin/cairn", f"{sys.executable} -m cairn")
    done = subprocess.run(
        ["bash", "-e", "-c", drill],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "opens: 1" in done.stdout
    assert "The secrets fit the database." in done.stdout
    assert "The audit is whole." in done.stdout
    assert not (tmp_path / "drill").exists()
    assert office.rows(CASES)[0].case_key, "the service itself was left alone"
