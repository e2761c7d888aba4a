"""All that a database on a disk says, opened with every key there is, so that two disks can be compared. For tests."""

import json
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot import drafts
from bot.posting import letters, traces
from storage import sealing, tables
from storage.outbox import Letter
from storage.sealing import Keys
from tests.stage import SECRETS


def world(folder: Path, team: sealing.KeyPair) -> dict[str, Any]:
    """All that a database says, opened, without what is random by design."""
    file = sqlite3.connect(folder / "cairn.db")
    rows: dict[str, list[Any]] = {name: [] for name in tables.METADATA.tables}
    for name, found in rows.items():
        order = "rowid" if tables.METADATA.tables[name].dialect_options["sqlite"]["with_rowid"] else "1"
        cursor = file.execute(f"SELECT * FROM {name} ORDER BY {order}")  # noqa: S608 (a table of ours)
        names = [each[0] for each in cursor.description]
        found += [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor]
    file.close()
    case_ids = {row.id: row.reference for row in rows["cases"]}
    return {
        "seen": [(row.update_id, row.fault) for row in rows["seen_updates"]],
        "drafts": {row.person.hex(): opened(row) for row in rows["conversations"]},
        "codes": sorted((row.code.hex(), row.person.hex()) for row in rows["return_codes"]),
        "letters": [spoken(row) for row in rows["outbox"] if row.channel != letters.DELETIONS],
        "deletions": [deletion(row) for row in rows["outbox"] if row.channel == letters.DELETIONS],
        "traces": [(*traces.unlock(row, SECRETS.seal), row.at, row.due_at) for row in rows["traces"]],
        "choices": sorted((row.person.hex(), row.stays) for row in rows["chat_choices"]),
        "cases": sorted((row.reference, row.stage, row.priority, document(row, team)) for row in rows["cases"]),
        "entries": [(case_ids[row.case_id], row.kind, note(row, team)) for row in rows["case_entries"]],
        "alerts": [(case_ids[r.case_id], r.level, r.channel, r.due_at, r.state) for r in rows["alerts"]],
        "clocks": sorted((case_ids[row.case_id], row.name, row.due_at, row.state) for row in rows["clocks"]),
    }


def opened(row: Any) -> str:
    draft = drafts.unlock(drafts.StoredDraft(row.salt, row.draft), Keys(SECRETS.seal), row.person)
    return json.dumps([draft.conversation.as_data(), draft.channel, draft.address, draft.agreed, draft.return_code])


def spoken(row: Any) -> tuple[str, str]:
    outgoing = letters.unlock(Letter(row.channel, row.person, row.salt, row.message), Keys(SECRETS.seal))
    return outgoing.address, outgoing.reply.text


def deletion(row: Any) -> tuple[str, tuple[int, ...], str]:
    going = letters.unlock_deletion(Letter(row.channel, row.person, row.salt, row.message), Keys(SECRETS.seal))
    return going.address, going.messages, going.then.text if going.then else ""


def document(row: Any, team: sealing.KeyPair) -> str:
    if row.case_key is None:
        return ""
    key = sealing.unseal_with(team.private, row.case_key, f"case_key:{row.id}")
    return sealing.unseal(key, row.document, f"case:{row.id}").decode()


def note(row: Any, team: sealing.KeyPair) -> str:
    return sealing.unseal_with(team.private, row.note, f"entry:{row.case_id}").decode() if row.note else ""


def opened_drafts(seen: dict[str, Any]) -> dict[str, Any]:
    """By address: the conversation of each draft in a world."""
    found = [json.loads(draft) for draft in seen["drafts"].values()]
    return {address: conversation for conversation, _channel, address, *_ in found}
