"""A case opened for its process: read whole, under a lock where something is done, with all the rules ask about.

Here may live the way from a case's rows to what `desk.process_facts` reads. That it was opened is written down first.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from desk import pages, written
from desk.access import SignedIn
from desk.case_document import open_case_key, open_document
from desk.process_facts import OpenCase
from policy.closings import FOLLOW_UPS
from storage import audit, case_lists, caseload, process, records
from storage.caseload import Case, NotAllowed
from storage.clocks import MISSED, RUNNING
from storage.sealing import SealBroken


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with its key. `follow_ups` tells of each when it is due, its state, and when that changed."""

    case: Case
    case_key: bytes = field(repr=False)
    known: OpenCase = field(repr=False)
    follow_ups: dict[str, tuple[float, str, float | None]]

    @property
    def named(self) -> dict[int, str]:
        """Who facilitates it: their names by id."""
        return {each.staff_id: each.name for each in self.known.facilitators}


def open_case(visit: SignedIn, tx: Connection, *, lock: bool = True) -> Opened:
    """The case of this address; who may have it is asked already. Raises NotAllowed when it does not open."""
    case = caseload.find(tx, visit.path["case_id"], lock=lock)
    try:
        case_key = open_case_key(case, visit.session.team_key or b"")
        document = open_document(case, case_key)
        found = written.open_all(records.of_case(tx, case.id), case.id, case_key)
    except (SealBroken, ValueError):
        raise NotAllowed from None
    rest, clocks = process.rested(tx, case.id), case_lists.clocks(tx, case.id)
    follow_ups = {name: clock for name, clock in clocks.items() if name in FOLLOW_UPS}
    known = OpenCase(
        stage=case.stage,
        today=pages.here(visit.now).date(),
        document=document,
        records=found,
        facilitators=records.facilitators(tx, case.id),
        asked_anew_since=pages.here(datetime.fromtimestamp(rest.since, UTC)).date() if rest.since else date.min,
        asked_anew_at=rest.since,
        paused_at=rest.paused_at,
        has_open_follow_ups=any(state in {RUNNING, MISSED} for _, state, _ in follow_ups.values()),
    )
    return Opened(case, case_key, known, follow_ups)


def note_shown(visit: SignedIn, tx: Connection) -> None:
    """Writes down that this member is about to be shown records of the case."""
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "opened_process", visit.path["case_id"])
