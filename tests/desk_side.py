"""The desk's side of a talk with a person, for tests of the intake: what it writes down, by its form alone."""

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.posting.desk_rounds import go_round
from policy.access import Role
from storage import caseload, desk_messages, sealing, staff, talks
from storage.tables import CASES, STAFF
from tests.stage import SECRETS, Stage

COORDINATOR = "Ann Example"
ALWAYS = timedelta(days=28)


def newest_case(tx: Connection) -> str:
    """The case that came in last."""
    return str(tx.execute(select(CASES.c.id).order_by(CASES.c.at.desc()).limit(1)).scalar_one())


def held_in(stage: Stage) -> str:
    """The language in which the newest case was sent; English once nothing of it is left to read."""
    newest = max(stage.rows(CASES), key=lambda row: row.at)
    return str(stage.document(newest)["language"]) if newest.case_key else "en"


def queue(
    stage: Stage, words: str, *, in_talk: bool = False, windows: list[tuple[datetime, datetime]] | None = None
) -> None:
    """A coordinator writes to the person of the newest case; the intake does not know yet."""
    safe = windows if windows is not None else [(stage.now, stage.now + ALWAYS)]
    with stage.database.begin() as tx:
        case_id, ann = newest_case(tx), tx.execute(select(STAFF.c.id).where(STAFF.c.name == COORDINATOR)).scalar()
        ann = ann or staff.add_row(tx, COORDINATOR, {Role.COORDINATOR}, stage.now)
        talk = talks.of_case(tx, case_id)
        talk_id = talk.id if talk else None
        if in_talk and talk_id is None:
            talk_id = talks.begin(tx, case_id, ann, stage.now)
        content = {
            "words": words,
            "windows": [[start.timestamp(), end.timestamp()] for start, end in safe],
            "language": held_in(stage),
        }
        sealed = sealing.seal_to(SECRETS.letterbox.public, json.dumps(content).encode(), f"desk message:{case_id}")
        entry = caseload.enter(tx, case_id, ann, stage.now, "written")
        desk_messages.add(tx, case_id, entry_id=entry, talk_id=talk_id, due_at=stage.now, words=sealed)


def write(stage: Stage, words: str, *, in_talk: bool = False) -> None:
    """The same, and the intake makes its round."""
    queue(stage, words, in_talk=in_talk)
    go_round(stage.intake, stage.now)


def end_talk(stage: Stage) -> None:
    """The coordinator ends the talk, and the intake makes its round."""
    with stage.database.begin() as tx:
        talks.end(tx, newest_case(tx), talks.DESK, stage.now)
    go_round(stage.intake, stage.now)


def states(stage: Stage) -> list[str]:
    """Of each message a coordinator wrote, oldest first: where it is."""
    from storage.tables import DESK_MESSAGES

    return [row.state for row in stage.rows(DESK_MESSAGES) if row.state != desk_messages.HELD]
