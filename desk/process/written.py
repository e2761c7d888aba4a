"""The records of a case, opened: from sealed bytes to what stands under each heading, and back.

Pure: here may live their shape. What is not there is empty, never an error, so that an older record can be read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from desk.process.process_course import Course
from policy.record_shape import RecordForm
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
    wrote: frozenset[int] = frozenset()
    """Who has written in it: whoever did is not its supervisor."""
    round: int = 0
    rests: int = 0
    """In which round, and after how many rests of the case, it was written (`desk.process.process_course`)."""
    wording: str = ""
    """The words that were read to whoever said yes or no, as they stood that day; empty where there are none."""

    @property
    def changed_at(self) -> float:
        """When it was last written or signed, in UTC seconds."""
        return max(self.at, self.supervised_at, *self.signed.values())


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
        "wrote": sorted(record.wrote),
        "round": record.round,
        "rests": record.rests,
        "wording": record.wording,
    }


def saved(
    form: RecordForm,
    values: Mapping[str, str],
    theirs: Set[str],
    *,
    before: Written | None,
    stage: str,
    course: Course,
    by: int,
) -> tuple[dict[str, object], int | None]:
    """What a record says once a section of it is saved, and the version that is written on; None: a new one.

    `before` is its newest version, if it has versions. One is written on until it is signed, or the case has moved.
    What belonged to another round is said anew: of that, texts alone are taken along.
    """
    goes_on = before is not None and before.stage == stage and before.round == course.round and not before.signed
    kept, words, wrote = dict[str, str](), set(theirs), {by}
    if before is not None:
        is_over = form.is_of_round and before.round != course.round
        kept = {name: said for name, said in before.values.items() if not is_over or name in form.texts()}
        words |= {name for name in before.theirs if name not in values}
        wrote |= before.wrote
    content: dict[str, object] = {
        "form": form.name,
        "stage": stage,
        "values": {**kept, **values},
        "theirs": sorted(words),
        "wrote": sorted(wrote),
        "round": course.round,
        "rests": course.rests,
    }
    return content, before.version if goes_on and before else None


def latest(records: Sequence[Written], form: str) -> Written | None:
    """The newest record of a form."""
    return next((record for record in reversed(records) if record.form == form), None)


def _open(row: Record, case_id: str, case_key: bytes) -> Written:
    return read(row, json.loads(sealing.unseal(case_key, row.note, _context(case_id, row.kind, row.version))))


def read(row: Record, read: Mapping[str, Any]) -> Written:
    """A record by its row and what is sealed in it."""
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
        wrote=frozenset(read.get("wrote", ())),
        round=int(read.get("round", 0)),
        rests=int(read.get("rests", 0)),
        wording=str(read.get("wording", "")),
    )


def _context(case_id: str, kind: str, version: int) -> str:
    return f"record:{case_id}:{kind}:{version}"
