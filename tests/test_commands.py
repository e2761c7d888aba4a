"""The commands as an operator types them, and what each says when it can't do its work.

What comes back is typed in this process; what starts a side is started in one of its own (`in_a_process`).
"""

import io
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot import transcripts
from bot.flows import FLOWS
from cairn.__main__ import main
from tests.processes import cairn as in_a_process
from tests.processes import environment, free_port, running
from tests.replay import replay
from tests.stage import Stage

ASKS_FOR_A_TALK = "/start\nAsk for a first talk\nyes\n-- photo\nI was harmed\nstop\n"


Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]


@pytest.fixture
def cairn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command with this typed at it and these settings, in a folder of its own."""

    def run(*command: str, typed: str = "", **settings: object) -> Done:
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["cairn", *command])
            patch.setattr(sys, "stdin", io.StringIO(typed))
            for name in [name for name in os.environ if name.startswith("CAIRN_")]:
                patch.delenv(name)
            for name, value in environment(tmp_path, **settings).items():
                patch.setenv(name, value)
            try:
                main()
                code: object = 0
            except SystemExit as end:
                code = end.code
                if isinstance(code, str):
                    print(code, file=sys.stderr)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(command, code if isinstance(code, int) else 1, said.out, said.err)

    return run


def complaint(done: Done) -> list[str]:
    """What a command that could not do its work says, a line each; it never shows a traceback, nor works half."""
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    return said.splitlines()


def test_help_names_every_command(cairn: Command) -> None:
    shown = cairn("--help").stdout
    for command in (
        "run",
        "intake",
        "desk",
        "talk",
        "check",
        "walk",
        "staff",
        "audit",
        "backup",
        "restore",
        "keys",
        "erase",
    ):
        assert f"│ {command} " in shown


def test_check_says_that_all_is_in_order(cairn: Command) -> None:
    done = cairn("check")
    assert done.stdout.splitlines()[-1] == "Everything is in order."
    assert done.returncode == 0


def test_check_for_real_people_refuses_words_that_nobody_signed(cairn: Command) -> None:
    done = cairn("check", "--live")
    assert done.returncode == 1
    assert "- CAIRN_SERVICE_NAME is still the default." in done.stdout
    assert "sign" in done.stdout


def test_walk_says_what_was_proved_in_how_many_states(cairn: Command) -> None:
    done = cairn("walk", "menu")
    assert done.returncode == 0
    assert "states" in done.stdout
    assert "  ok  every stop word leads out in one step" in done.stdout.splitlines()
    assert "NOT" not in done.stdout


def test_ask_tells_command_topic_and_signs_of_danger_of_each_line_as_json(cairn: Command) -> None:
    lines = [
        "please stop",
        "will he be told",
        "stop him contacting me",
        "",
        "lovely weather",
        'I want to die, he is outside with a "knife" right now and my kids are not safe',
        "👍",
    ]
    done = cairn("ask", "--json", typed="\n".join(lines) + "\n")
    assert done.returncode == 0
    made = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(made) == len(lines)
    assert all(list(each) == ["command", "topic", "safety"] for each in made)
    stops, asks, fears, empty, idle, cries, sign = made
    assert stops == {"command": "stop", "topic": None, "safety": []}
    assert asks == {"command": None, "topic": "will_they_be_told", "safety": []}
    assert fears["command"] is None
    assert fears["safety"] != []
    assert empty == idle == sign == {"command": None, "topic": None, "safety": []}
    assert len(cries["safety"]) >= 2


def test_ask_takes_the_words_as_an_argument_too_and_tells_them_to_be_read(cairn: Command) -> None:
    asked = cairn("ask", "how much is it", "--json")
    assert json.loads(asked.stdout) == {"command": None, "topic": "cost", "safety": []}
    assert cairn("ask", "how much is it").stdout == "command: -  topic: cost  safety: -\n"


def test_ask_keeps_nothing_of_what_was_asked(cairn: Command, tmp_path: Path) -> None:
    cairn("ask", "my name is Canary", typed="")
    assert list(tmp_path.iterdir()) == []


def test_talk_takes_typed_lines_and_what_else_may_happen(cairn: Command, tmp_path: Path) -> None:
    done = cairn("talk", typed=ASKS_FOR_A_TALK)
    assert done.returncode == 0
    assert "Which of these fits you best?" in done.stdout
    assert "What you sent was not opened, and we did not keep it." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_talk_never_touches_the_database_of_the_service(cairn: Command, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    done = cairn("talk", typed=ASKS_FOR_A_TALK, database_url=f"sqlite:///{kept}", intake_secret="ab" * 32)
    assert done.returncode == 0
    assert not kept.exists()


def test_a_recorded_talk_is_a_transcript_that_replays(cairn: Command, tmp_path: Path) -> None:
    done = cairn("talk", "self_referral", "--record", "looks_and_stops", typed="yes\nstop\n")
    assert done.returncode == 0
    file = tmp_path / "tests" / "transcripts" / "self_referral" / "looks_and_stops.en.txt"
    recorded = file.read_text("utf-8")
    assert "> yes" in recorded
    again = Stage(tmp_path / "again", languages=("en", "ar", "pl"))
    assert replay(transcripts.read(recorded), again).startswith(recorded)


def test_a_recording_never_takes_the_place_of_another_transcript(cairn: Command, tmp_path: Path) -> None:
    cairn("talk", "--record", "looks", typed="stop\n")
    before = (tmp_path / "tests" / "transcripts" / "menu" / "looks.en.txt").read_text("utf-8")
    [line] = complaint(cairn("talk", "--record", "looks", typed="help\n"))
    assert "is there already" in line
    assert (tmp_path / "tests" / "transcripts" / "menu" / "looks.en.txt").read_text("utf-8") == before


@pytest.mark.parametrize("command", ["talk", "walk"])
def test_a_flow_that_is_not_there_is_answered_with_those_that_are(cairn: Command, command: str) -> None:
    [line] = complaint(cairn(command, "selfreferral"))
    assert line == f"There is no flow 'selfreferral'. There is: {', '.join(FLOWS)}."


@pytest.mark.parametrize("command", ["intake", "desk"])
def test_all_that_is_wrong_with_the_settings_is_said_at_once_and_no_value_is_shown(
    tmp_path: Path, command: str
) -> None:
    wrong = {"web_port": "eighty", "bot_token": "canary-token", "language": "tlh", "work_start": "dawn"}
    lines = complaint(in_a_process(tmp_path, command, **wrong))
    assert lines[0] == "The settings cannot be used:"
    assert sorted(line.split()[0] for line in lines[1:]) == [
        "CAIRN_BOT_TOKEN",
        "CAIRN_LANGUAGE",
        "CAIRN_WEB_PORT",
        "CAIRN_WORK_START",
    ]
    assert "canary" not in "".join(lines)
    assert list(tmp_path.iterdir()) == []


def test_check_lists_the_settings_that_are_wrong_too(cairn: Command) -> None:
    lines = complaint(cairn("check", web_port="eighty", language="tlh"))
    assert lines[:2] == [
        "- CAIRN_WEB_PORT must be a whole number",
        "- CAIRN_LANGUAGE must be a language of content/: ar, en, pl",
    ]
    assert lines[-1] == "2 to put right."


def test_an_unknown_language_is_answered_with_those_there_are(cairn: Command) -> None:
    lines = complaint(cairn("run", language="tlh"))
    assert lines == ["The settings cannot be used:", "  CAIRN_LANGUAGE must be a language of content/: ar, en, pl"]


@pytest.mark.parametrize("side", ["web", "desk"])
def test_a_port_in_use_is_one_clear_line_and_nothing_is_started(cairn: Command, side: str) -> None:
    ports = {"web_port": free_port(), "desk_port": free_port()}
    with socket.create_server(("127.0.0.1", ports[f"{side}_port"])):
        lines = complaint(cairn("run", **ports))
    assert lines == [
        f"Port {ports[f'{side}_port']} on 127.0.0.1 is in use: is Cairn running twice? "
        f"Stop the other, or set CAIRN_{side.upper()}_PORT."
    ]


def test_a_host_that_is_not_this_machine_is_one_clear_line(cairn: Command) -> None:
    lines = complaint(cairn("run", web_host="192.0.2.1", desk_port=free_port()))
    assert lines == ["192.0.2.1 is no address of this machine. Set CAIRN_WEB_HOST."]


def test_a_database_that_cannot_be_reached_is_one_clear_line_without_its_password(cairn: Command) -> None:
    address = f"postgresql://cairn:canary@127.0.0.1:{free_port()}/cairn"
    ports = {"web_port": free_port(), "desk_port": free_port()}
    [line] = complaint(cairn("run", database_url=address, **ports))
    assert "cannot be opened" in line
    assert "canary" not in line


def test_a_folder_that_is_not_there_is_one_clear_line(cairn: Command) -> None:
    [line] = complaint(
        cairn("staff", "add", "Bea Example", "--role", "manager", database_url="sqlite:////no/such/cairn.db")
    )
    assert line.startswith("The database sqlite:////no/such/cairn.db cannot be opened")


def test_a_file_that_is_no_database_is_one_clear_line(cairn: Command, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 1000)
    url = f"sqlite:///{tmp_path}/letter.txt"
    [line] = complaint(cairn("staff", "add", "Bea Example", "--role", "manager", database_url=url))
    assert line.startswith(f"The database {url} cannot be opened")


def test_a_data_folder_open_to_others_is_refused_with_what_to_do(cairn: Command, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data" / "something").touch()
    [line] = complaint(cairn("staff", "add", "Bea Example", "--role", "manager"))
    assert line.endswith(f"Close it: chmod 700 {tmp_path}/data")


def test_a_member_is_added_and_the_link_is_shown(cairn: Command) -> None:
    done = cairn("staff", "add", "Bea Example", "--role", "coordinator", desk_port=8123)
    assert done.stdout.startswith("For Bea Example, once, within 48 hours:\nhttp://127.0.0.1:8123/set-up/")


def test_a_role_there_is_not_is_answered_with_those_there_are(cairn: Command) -> None:
    [line] = complaint(cairn("staff", "add", "Bea Example", "--role", "boss"))
    assert "coordinator" in line
    assert "manager" in line


def test_an_audit_that_was_changed_is_found(cairn: Command, tmp_path: Path) -> None:
    cairn("staff", "add", "Bea Example", "--role", "coordinator")
    assert cairn("audit", "verify").stdout == "The audit is whole.\n"
    with sqlite3.connect(tmp_path / "data" / "cairn.db") as database:
        database.execute("UPDATE audit SET action = 'opened'")
    [line] = complaint(cairn("audit", "verify"))
    assert line == "1 rows are broken: [1]"


def test_an_end_of_the_audit_that_was_cut_off_is_found_by_a_head_kept_elsewhere(cairn: Command, tmp_path: Path) -> None:
    for name in ("Bea Example", "Cal Example"):
        cairn("staff", "add", name, "--role", "coordinator")
    head, key = cairn("audit", "head").stdout.splitlines()
    kept = tmp_path / "kept.eml"
    kept.write_text(f"Subject: Desk: today\n\n{head}\n")
    assert cairn("audit", "verify", str(kept)).stdout == "The audit is whole, and fits 1 heads kept elsewhere.\n"
    with sqlite3.connect(tmp_path / "data" / "cairn.db") as database:
        database.execute("DELETE FROM audit WHERE id = 2")
    assert cairn("audit", "verify").returncode == 0, "the chain alone does not show it"
    [line] = complaint(cairn("audit", "verify", head, "--key", key.rpartition(" ")[2]))
    assert line.startswith("The end was cut off: row 2")
    [line] = complaint(cairn("audit", "verify", "no such head"))
    assert "neither a head" in line


@pytest.mark.slow
def test_what_nothing_is_set_for_is_said_with_how_to_try_it_and_it_stops_when_told(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        for off in ("CAIRN_BOT_TOKEN", "CAIRN_STAFF_BOT_TOKEN", "CAIRN_SMTP_URL"):
            assert f"off ({off} is not set)" in program.printed
        assert "To try it: open the web chat" in program.printed
        assert httpx.get(program.web).status_code == 200
        assert httpx.get(program.first_link).status_code == 200
        code, seconds = program.stop()
    assert code == 0
    assert seconds < 10
    assert "Traceback" not in program.logged


@pytest.mark.slow
def test_a_side_that_is_killed_comes_back_and_the_other_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        for side in ("intake", "desk"):
            before = program.sides()
            os.kill(before[side], signal.SIGKILL)
            program.wait_until_ready(lambda side=side, before=before: program.sides().get(side, 0) > before[side])
            after = program.sides()
            assert after.keys() == before.keys()
            assert [name for name in after if after[name] != before[name]] == [side]
            assert f"{side} ended with -9; starting it again" in program.printed


def test_what_ends_a_process_is_told_without_the_words_of_the_error() -> None:
    program = "from cairn import logs; logs.set_up(); name = input(); raise ValueError(name)"
    done = subprocess.run(
        [sys.executable, "-c", program], input="Quetzal Canary\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "ValueError" in done.stderr
    assert 'File "<string>", line 1' in done.stderr
    assert "Canary" not in done.stderr
