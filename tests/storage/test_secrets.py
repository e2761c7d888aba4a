"""Each side's secrets are made once, kept for their owner alone, and never shown."""

import base64
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import secrets
from storage.secrets import SecretsError

INVENTED = bytes(range(100, 132))
Loader = Callable[..., secrets.IntakeSecrets | secrets.DeskSecrets]
LOADERS: list[tuple[Loader, str]] = [(secrets.load_intake, secrets.INTAKE_FILE), (secrets.load_desk, secrets.DESK_FILE)]
both_sides = pytest.mark.parametrize(("load", "name"), LOADERS, ids=["intake", "desk"])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@both_sides
def test_the_first_run_makes_a_secret_and_the_next_reads_the_same(load: Loader, name: str, tmp_path: Path) -> None:
    data_dir = tmp_path / "not" / "yet"
    assert load(data_dir) == load(data_dir)
    assert [path.name for path in data_dir.iterdir()] == [name]


@both_sides
def test_files_and_directory_are_for_their_owner_alone_whatever_the_umask(
    load: Loader, name: str, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        load(tmp_path / "data")
    finally:
        os.umask(before)
    assert mode(tmp_path / "data") == 0o700
    assert mode(tmp_path / "data" / name) == 0o600


def test_two_services_have_nothing_in_common(tmp_path: Path) -> None:
    one, two = secrets.load_intake(tmp_path / "one"), secrets.load_intake(tmp_path / "two")
    other = secrets.load_desk(tmp_path / "one")
    assert len({one.seal, one.pepper, two.seal, two.pepper, other.pepper, other.audit}) == 6
    assert {len(key) for key in (one.seal, one.pepper, other.pepper, other.audit)} == {32}


def test_the_same_text_given_to_both_sides_still_gives_different_keys(tmp_path: Path) -> None:
    intake = secrets.load_intake(tmp_path, INVENTED.hex())
    desk = secrets.load_desk(tmp_path, INVENTED.hex())
    assert len({intake.seal, intake.pepper, desk.pepper, desk.audit}) == 4


def test_one_side_starts_without_the_file_of_the_other(tmp_path: Path) -> None:
    secrets.load_desk(tmp_path)
    assert not (tmp_path / secrets.INTAKE_FILE).exists()


@both_sides
def test_a_given_secret_takes_the_place_of_the_file(load: Loader, name: str, tmp_path: Path) -> None:
    unused = tmp_path / "unused"
    made = load(unused, INVENTED.hex())
    assert not unused.exists()
    assert made != load(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        INVENTED.hex(),
        INVENTED.hex().upper(),
        f"  {INVENTED.hex()}\n",
        base64.b64encode(INVENTED).decode(),
        base64.b64encode(INVENTED).decode().rstrip("="),
        base64.urlsafe_b64encode(INVENTED).decode(),
    ],
)
def test_a_given_secret_may_be_written_in_any_usual_way(text: str, tmp_path: Path) -> None:
    assert secrets.load_intake(tmp_path, text) == secrets.load_intake(tmp_path, INVENTED.hex())


def test_a_longer_secret_counts_in_full(tmp_path: Path) -> None:
    longer = INVENTED + b"more"
    assert secrets.load_intake(tmp_path, longer.hex()) != secrets.load_intake(tmp_path, INVENTED.hex())


@pytest.mark.parametrize(
    "text", ["", " ", "changeme-please", INVENTED[:31].hex(), base64.b64encode(INVENTED[:31]).decode(), "é" * 64]
)
def test_a_given_secret_that_is_too_weak_is_refused_without_repeating_it(text: str, tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="CAIRN_DESK_SECRET must hold at least 32 random bytes") as refused:
        secrets.load_desk(tmp_path, text)
    assert text.strip() == "" or text not in str(refused.value)
    assert refused.value.__cause__ is None


@both_sides
def test_a_file_open_to_others_is_refused_with_the_cure(load: Loader, name: str, tmp_path: Path) -> None:
    load(tmp_path)
    (tmp_path / name).chmod(0o640)
    with pytest.raises(SecretsError, match="chmod 600"):
        load(tmp_path)


@both_sides
@pytest.mark.parametrize("content", [b"", b"6162", b"\xff\xfe\x00", b"not a secret at all"])
def test_a_spoilt_file_is_refused_and_left_as_it_is(load: Loader, name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SecretsError, match=name) as refused:
        load(tmp_path)
    assert path.read_bytes() == content
    assert not content or content.decode("latin-1") not in str(refused.value)


def test_a_directory_in_the_place_of_the_file_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / secrets.INTAKE_FILE).mkdir()
    with pytest.raises(SecretsError, match="cannot be made or read"):
        secrets.load_intake(tmp_path)


def test_a_file_in_the_place_of_the_data_directory_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SecretsError, match="cannot be made or read"):
        secrets.load_intake(tmp_path / "data")


def test_an_empty_data_directory_of_ours_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    secrets.load_intake(tmp_path / "data")
    assert mode(tmp_path / "data") == 0o700


def test_a_full_directory_open_to_others_is_refused_and_not_changed(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    (shared / "somebody-elses.txt").write_text("")
    with pytest.raises(SecretsError, match="chmod 700"):
        secrets.load_intake(shared)
    assert mode(shared) == 0o755


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from storage import secrets; sys.stdin.readline();"
        "print(secrets.load_intake(Path(sys.argv[1])).pepper.hex())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = {process.communicate(timeout=60)[0] for process in started}
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64
    assert [path.name for path in tmp_path.iterdir()] == [secrets.INTAKE_FILE]


def test_a_crash_before_the_secret_is_whole_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SecretsError, match="No space left"):
        secrets.load_intake(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_secrets_do_not_print_themselves(tmp_path: Path) -> None:
    intake, desk = secrets.load_intake(tmp_path, INVENTED.hex()), secrets.load_desk(tmp_path, INVENTED.hex())
    assert repr(intake) == str(intake) == "IntakeSecrets()"
    assert repr(desk) == str(desk) == "DeskSecrets()"


def test_the_keys_of_a_given_secret_stay_the_same_from_version_to_version(tmp_path: Path) -> None:
    intake, desk = secrets.load_intake(tmp_path, INVENTED.hex()), secrets.load_desk(tmp_path, INVENTED.hex())
    assert (intake.seal[:4].hex(), intake.pepper[:4].hex()) == ("0c47d1aa", "5f911673")
    assert (desk.pepper[:4].hex(), desk.audit[:4].hex()) == ("1e258d04", "795f8ae6")
