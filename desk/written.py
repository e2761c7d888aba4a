"""The records of a case, opened: from sealed bytes to what stands under each heading, and back.

Pure: here may live their shape. What is not there is empty, never an error, so that an older record can be read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from storage import sealing
from storage.records import Record


@dataclass(frozen=True, slots=True)
class Written:
    """One record in clear. `values` are by heading; `theirs` names those that hold the person's own words."""

    version: int
    staff_id: int
    staff_name: str
    at: float
    kind: str
    form: str
    stage: str
    """Where the case stood when this was begun."""
    values: Mapping[str, str] = field(repr=False)
    theirs: frozenset[str]
    signed: Mapping[int, float]
    """Who has put their name to it, and when (UTC seconds)."""
    supervisor: int | None
    supervised_at: float


def open_all(rows: Iterable[Record], case_id: str, case_key: bytes) -> list[Written]:
    """All records of a case, the oldest first. Raises SealBroken, and ValueError for what is no record."""
    return [_open(row, case_id, case_key) for row in rows]


def seal(content: Mapping[str, object], case_id: str, kind: str, version: int, case_key: bytes) -> bytes:
    """A record, bound to its case, kind and version."""
    return sealing.seal(case_key, json.dumps(content, ensure_ascii=False).encode(), _context(case_id, kind, version))


def content_of(record: Written) -> dict[str, object]:
    """What is sealed of a record."""
    return {
        "form": record.form,
        "stage": record.stage,
        "values": dict(record.values),
        "theirs": sorted(record.theirs),
        "signed": {str(who): at for who, at in record.signed.items()},
        "supervisor": record.supervisor,
        "supervised_at": record.supervised_at,
    }


def latest(records: Sequence[Written], form: str) -> Written | None:
    """The newest record of a form."""
    return next((record for record in reversed(records) if record.form == form), None)


def _open(row: Record, case_id: str, case_key: bytes) -> Written:
    read = json.loads(sealing.unseal(case_key, row.note, _context(case_id, row.kind, row.version)))
    return Written(
        version=row.version,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        at=row.at,
        kind=row.kind,
        form=str(read.get("form", "")),
        stage=str(read.get("stage", "")),
        values={str(name): str(value) for name, value in read.get("values", {}).items()},
        theirs=frozenset(read.get("theirs", ())),
        signed={int(who): float(at) for who, at in read.get("signed", {}).items()},
        supervisor=read.get("supervisor"),
        supervised_at=float(read.get("supervised_at") or 0.0),
    )


def _context(case_id: str, kind: str, version: int) -> str:
    return f"record:{case_id}:{kind}:{version}"
