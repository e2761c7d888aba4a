"""A case opened for its process: read whole, under a lock where something is done, with all the rules ask about.

Here may live the way from a case's rows to what `desk.process.process_facts` reads, and back to a row for what is
written. That it was opened is written down first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection

from desk import pages
from desk.cases.case_document import open_case_key, open_document, open_note
from desk.cases.open_case import OpenCase
from desk.contact import plan_in_force, trying
from desk.process import written
from desk.process.process_course import course
from desk.process.written import Written
from desk.visit import SignedIn
from policy.closings import FOLLOW_UPS, may_be_held
from policy.deadlines import PLAN
from policy.record_shape import RecordForm
from storage import audit, case_lists, caseload, records
from storage.case_lists import Entry
from storage.caseload import Case, NotAllowed
from storage.cases import CONTACT_PAUSED, CONTACT_RESUMED
from storage.clocks import MISSED, RUNNING
from storage.sealing import SealBroken

PAUSES = frozenset({CONTACT_PAUSED, CONTACT_RESUMED})
Who = tuple[str, int, datetime, bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with its key. `follow_ups` tells of each when it is due, its state, and when that changed."""

    case: Case
    case_key: bytes = field(repr=False)
    known: OpenCase = field(repr=False)
    follow_ups: dict[str, tuple[float, str, float | None]]

    @property
    def named(self) -> dict[int, str]:
        """Who facilitates it, and works here as a facilitator: their names by id."""
        return {each.staff_id: each.name for each in self.known.facilitators if each.is_in_role}


def open_case(visit: SignedIn, tx: Connection, *, lock: bool = True) -> Opened:
    """The case of this address; who may have it is asked already. Raises NotAllowed when it does not open."""
    case, team_key = caseload.find(tx, visit.path["case_id"], lock=lock), visit.session.team_key or b""
    try:
        case_key = open_case_key(case, team_key)
        document = open_document(case, case_key)
        found = written.open_all(records.of_case(tx, case.id), case.id, case_key)
        entries = case_lists.entries(tx, case.id)
        pauses = [
            (each.kind, _note(each, case, case_key, team_key)) for each in reversed(entries) if each.kind in PAUSES
        ]
    except (SealBroken, ValueError):
        raise NotAllowed from None
    today, clocks = pages.here(visit.now).date(), case_lists.clocks(tx, case.id)
    named, bars = records.facilitators(tx, case.id), visit.ties.barred if visit.ties else ()
    barred = frozenset(each.staff_id for each in named if each.staff_id in bars)
    follow_ups = {name: clock for name, clock in clocks.items() if name in FOLLOW_UPS}
    known = OpenCase(
        stage=case.stage,
        today=today,
        document=document,
        records=found,
        facilitators=named,
        course=course(case.day, entries),
        is_person_paused=plan_in_force.pause(pauses, today) is not None,
        has_open_follow_ups=any(state in {RUNNING, MISSED} for _, state, _ in follow_ups.values()),
        due_follow_ups=frozenset(name for name, (due, _, _) in follow_ups.items() if _is_due(name, due, visit.now)),
        review_within_days=visit.desk.settings.review_within_days,
        barred=barred,
        is_plan_current=PLAN not in clocks or clocks[PLAN][0] >= visit.now.timestamp(),
        is_tried_out=trying.so_far_of(entries, visit.now, visit.desk.settings).is_used_up,
    )
    return Opened(case, case_key, known, follow_ups)


def who(visit: SignedIn) -> Who:
    """What every deed in storage asks first: the case, the member, the moment, the key of the audit."""
    return visit.path["case_id"], visit.member.id, visit.now, visit.desk.secrets.audit


def put(
    visit: SignedIn,
    tx: Connection,
    opened: Opened,
    form: RecordForm,
    content: Mapping[str, object],
    version: int | None = None,
    *,
    is_noted: bool = True,
) -> None:
    """Seals a record and writes it: into this version, or as a new one."""
    at = version or records.next_version(tx, opened.case.id, form.kind)
    note = written.seal(content, opened.case.id, form.kind, at, opened.case_key)
    if version:
        records.rewrite(tx, *who(visit), version=at, kind=form.kind, note=note, is_noted=is_noted)
    else:
        records.add(tx, *who(visit), version=at, kind=form.kind, note=note)


def put_name(visit: SignedIn, tx: Connection, opened: Opened, signed: Written, content: Mapping[str, object]) -> None:
    """Seals a record with one more name to it: whose it is and when it was written stay as they are."""
    note = written.seal(content, opened.case.id, signed.kind, signed.version, opened.case_key)
    records.sign(tx, *who(visit), kind=signed.kind, version=signed.version, note=note)


def note_shown(visit: SignedIn, tx: Connection) -> None:
    """Writes down that this member is about to be shown records of the case."""
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "opened_process", visit.path["case_id"])


def _note(entry: Entry, case: Case, case_key: bytes, team_key: bytes) -> str:
    return open_note(entry.note, case.id, case_key, team_key) if entry.note else ""


def _is_due(name: str, due: float, now: datetime) -> bool:
    return may_be_held(name, datetime.fromtimestamp(due, UTC), now)
