"""Replaying a transcript through the intake, and telling what it did to the world."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import transcripts
from bot.cafes import cafe_news
from bot.housekeeping import tidy
from bot.messages import Reply
from bot.posting.desk_rounds import go_round
from bot.posting.letters import Deletion
from bot.transcripts import Line, Transcript, shown, written
from content.words import REFERENCE
from storage import cafes as stored_cafes
from storage import tables
from tests import cafes, desk_side
from tests.stage import SECRETS, Stage

CODE = re.compile(r"(?:code: |kod: |Telegram:\n\n)(\w+ \w+ \w+ \w+)$", re.MULTILINE)
THE_DESK = "the desk writes"
CAFES = {
    "a cafe in three weeks": {},
    "a cafe in three weeks that is full": {"places": 0},
    "a cafe online in three weeks": {"town": "Online", "place": "Online", "link": "https://meet.example.org/1"},
}
NEWS = "the chat tells what is new"
HOURS = {
    "twenty days later": 482,
    "fifteen days later": 360,
    "four days later": 96,
    "two days later": 48,
    "a day later": 24,
    "an hour later": 1,
}


def languages_of(transcript: Transcript) -> tuple[str, ...]:
    """What is offered where this is said: its own language, in which it starts, and the one the others come from."""
    return tuple(dict.fromkeys((transcript.language, REFERENCE)))


def replay(transcript: Transcript, stage: Stage) -> str:
    """The transcript as it goes now."""
    past: list[Reply] = []
    body = [transcript.head()]
    for number, line in enumerate(transcript.lines):
        body.append(written(line))
        if line.kind == "order":
            obey(line, stage)
            told = take(stage, transcript.channel)
            past += told
            body += shown(told)
            continue
        meant = Line(line.kind, line.text.replace("{code}", code_in(past)))
        received = transcripts.inbound(meant, past, transcript.channel, stage.address, str(number))
        replies, deletions = answered(stage, received)
        past += replies
        body += [f"  ~ {gone} messages are deleted from the chat" for each in deletions if (gone := len(each.messages))]
        body += shown(replies)
    return "\n".join([*body, *_world(stage)]) + "\n"


def hear(stage: Stage, received: transcripts.Inbound) -> list[Reply]:
    """What the chat says to this, taken from the outbox as whoever delivers it would."""
    return answered(stage, received)[0]


def answered(stage: Stage, received: transcripts.Inbound) -> tuple[list[Reply], list[Deletion]]:
    """What the chat says to this, and what goes from it. What is said stands in the chat then, as if delivered."""
    stage.intake.handle([received], stage.now)
    person = stage.intake.person(received.channel, received.address)
    replies, deletions = stage.taken(person, received.channel)
    stage.stands(person, received, len(replies))
    return replies, deletions


def take(stage: Stage, channel: str) -> list[Reply]:
    """What waits in the outbox for whoever is talking; it is gone then."""
    return stage.taken(stage.intake.person(channel, stage.address), channel)[0]


def code_in(past: list[Reply]) -> str:
    """The last code of four words that was shown."""
    shown_codes = [found for reply in past for found in CODE.findall(reply.text)]
    return shown_codes[-1] if shown_codes else ""


def obey(line: Line, stage: Stage) -> None:
    """Let something happen to the world: a restart, time that passes, another chat."""
    if line.text == "restart":
        stage.restart()
    elif line.text == "somebody else's chat":
        stage.address = "2002"
    elif line.text in CAFES:
        with stage.database.begin() as tx:
            cafes.make(tx, stage.now, **CAFES[line.text])
    elif line.text == "one more place":
        with stage.database.begin() as tx:
            cafe = stored_cafes.everything(tx)[0]
            stored_cafes.change(tx, cafe.id, replace(cafe.details, places=cafe.details.places + 1))
    elif line.text == "the cafe is called off":
        with stage.database.begin() as tx:
            stored_cafes.call_off(tx, stage.rows(tables.CAFES)[0].id, stage.now)
    elif line.text == NEWS:
        cafe_news.tell(stage.database, SECRETS, stage.now)
    elif line.text in HOURS:
        stage.pass_time(hours=HOURS[line.text])
        tidy(stage.database, stage.now)
        go_round(stage.intake, stage.now)
    elif line.text == "the desk ends the talk":
        desk_side.end_talk(stage)
    elif line.text.startswith(THE_DESK):
        how, _, words = line.text.removeprefix(THE_DESK).partition(": ")
        desk_side.write(stage, words, in_talk=how == " in a talk")
    else:
        raise ValueError(f"nobody knows how to: {line.text}")


def _world(stage: Stage) -> Iterator[str]:
    for case, document in ((case, stage.document(case)) for case in stage.rows(tables.CASES) if case.case_key):
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
    for proposal in stage.rows(tables.PROPOSALS):
        yield f"== proposal {proposal.reference or 'without a trace'}: {proposal.state}"
        for short, said in stage.contact(proposal) if proposal.contact else ():
            yield f"==   the desk may see once: {short}: {said}"
    yield from _cafes(stage)
    for entry in stage.rows(tables.CASE_ENTRIES):
        yield f"== the desk sees: {entry.kind}" + (f" ({stage.entry(entry)})" if entry.note else "")
    for message in stage.rows(tables.DESK_MESSAGES):
        yield f"== message from the desk: {message.state}"
    for alert in stage.rows(tables.ALERTS):
        yield f"== alert {alert.level} to {alert.channel}, due {_local(alert.due_at)}, {alert.state}"
    for clock in stage.rows(tables.CLOCKS):
        yield f"== clock: {clock.name} by {_local(clock.due_at)}"
    kept = len(stage.rows(tables.CONVERSATIONS))
    yield f"== kept about the conversation: {'the draft, sealed' if kept else 'nothing'}"


def _cafes(stage: Stage) -> Iterator[str]:
    for sign_up in stage.rows(tables.CAFE_SIGN_UPS):
        yield f"== signed up for a cafe: {sign_up.state}"
        for part in cafes.opened(sign_up, stage.team)["parts"]:
            yield from (f"==   {answer['short']}: {answer['answer']}" for answer in part["answers"])
    for note in stage.rows(tables.CAFE_NOTES):
        yield f"== feedback on a cafe: {cafes.feedback(note, stage.team)}"


def _local(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo('Europe/London')):%a %d %b %H:%M}"
