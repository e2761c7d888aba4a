"""Replaying a transcript through the intake, and telling what it did to the world."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import transcripts
from bot.messages import Reply
from bot.transcripts import Line, Transcript, shown, written
from storage import tables
from tests.stage import Stage

ADDRESS = "1001"
HOURS = {"a day later": 24, "four days later": 96, "an hour later": 1}


def replay(transcript: Transcript, stage: Stage) -> str:
    """The transcript as it goes now."""
    past: list[Reply] = []
    body = [transcript.head()]
    for number, line in enumerate(transcript.lines):
        body.append(written(line))
        if line.kind == "order":
            _obey(line, stage)
            continue
        received = transcripts.inbound(line, past, transcript.channel, ADDRESS, str(number))
        replies = hear(stage, received)
        past += replies
        body += shown(replies)
    return "\n".join([*body, *_world(stage)]) + "\n"


def hear(stage: Stage, received: transcripts.Inbound) -> list[Reply]:
    """What the chat says to this, taken from the outbox as whoever delivers it would."""
    stage.intake.handle([received], stage.now)
    replies = stage.intake.screen(received.channel, received.address)
    with stage.database.begin() as tx:
        tx.execute(tables.OUTBOX.delete())
    return replies


def _obey(line: Line, stage: Stage) -> None:
    if line.text == "restart":
        stage.restart()
    elif line.text in HOURS:
        stage.pass_time(hours=HOURS[line.text])
        from bot.housekeeping import tidy

        tidy(stage.database, stage.now)
    else:
        raise ValueError(f"nobody knows how to: {line.text}")


def _world(stage: Stage) -> Iterator[str]:
    for case, document in zip(stage.rows(tables.CASES), stage.documents(), strict=False):
        flags = ", ".join(flag["words"] for flag in document["flags"]) or "none"
        yield f"== case {case.reference} handed over, priority {case.priority}; flags: {flags}"
        for part in document["parts"]:
            yield f"==   {part['title']}{' (left out)' if part['left_out'] else ''}"
            for answer in part["answers"]:
                yield f"==     {answer['short']}: {answer['answer']}"
        for consent in document["consents"]:
            yield f"==   consent {consent['step']}: {consent['answer']}, at {consent['at'][:16]}"
    if not stage.rows(tables.CASES):
        yield "== no case"
    for alert in stage.rows(tables.ALERTS):
        yield f"== alert {alert.level} to {alert.channel}, due {_local(alert.due_at)}, {alert.state}"
    for clock in stage.rows(tables.CLOCKS):
        yield f"== clock: {clock.name} by {_local(clock.due_at)}"
    kept = len(stage.rows(tables.CONVERSATIONS))
    yield f"== kept about the conversation: {'the draft, sealed' if kept else 'nothing'}"


def _local(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo('Europe/London')):%a %d %b %H:%M}"
