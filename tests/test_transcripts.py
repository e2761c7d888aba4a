"""Golden transcripts: conversations a service manager can read, replayed word for word.

`pytest tests/test_transcripts.py --update` writes them anew; read the difference before you keep it.
State goes to disk and back between all turns, and `-- restart` lets go of everything that is only in memory.
"""

from pathlib import Path

import pytest

from bot import transcripts
from bot.channels.terminal import Terminal
from bot.flows import FLOWS
from tests.replay import languages_of, replay
from tests.stage import Stage

FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*/*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_transcript(file, tmp_path, request):
    transcript = transcripts.read(file.read_text("utf-8"))
    played = replay(transcript, Stage(tmp_path, languages=languages_of(transcript)))
    if request.config.getoption("--update"):
        file.write_text(played, "utf-8")
    assert played == file.read_text("utf-8")


def test_there_are_at_least_forty_some_for_every_door_and_each_lies_with_its_flow():
    assert len(FILES) >= 40
    assert {file.parent.name for file in FILES} == set(FLOWS)


def test_a_recorded_talk_is_a_transcript_that_replays(tmp_path):
    stage = Stage(tmp_path)
    terminal = Terminal(stage.intake, lambda: stage.now)
    head = "# Somebody looks and stops.\nflow menu, language en, channel terminal\n\n"
    body = []
    for typed in ("/start", "[Ask for a first talk]", "stop"):
        line = terminal.line(typed)
        body += [transcripts.written(line), *transcripts.shown(terminal.say(line))]
    recorded = head + "\n".join(body) + "\n"
    assert replay(transcripts.read(recorded), Stage(tmp_path / "again")).startswith(recorded)
