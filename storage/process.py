"""Moving a case through its process: every move asks the rules once more, here, in the transaction that makes it.

Here may live what changes the stage of a case from its first talk on, with its timeline entry, audit row, clocks and
tasks. The facts come from the desk, which alone can open what is sealed; the stage is read here, under a lock.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from policy.case_facts import NOTHING_KNOWN, CaseFacts
from policy.closings import FOLLOW_UPS, TASK_DUE, furthest, tasks_after
from policy.deadlines import MEETING_NEAR, PLAN, REACHED, TRYING
from policy.gates import may_move
from policy.moves import Move, move_between
from policy.stages import WITH_THE_PERSON, Stage
from storage import addresses, alerts, audit, caseload, clocks, desk_messages, talks, tasks
from storage.caseload import Case, NotAllowed
from storage.tables import CASES

PAUSED, RESUMED, CLOSED, REOPENED, STAGE = "paused", "resumed", "closed", "reopened", "stage"
RENEWED_WITHIN = timedelta(days=7)
"""How soon after a change of stage the person is asked whether the ways to be in touch are still safe. Source: as
`policy.deadlines.PLAN`; at the next talk, which is within a week."""
ENTRIES = {"pause": PAUSED, "resume": RESUMED, "close": CLOSED, "reopen": REOPENED}
"""The kind of timeline entry each of these moves leaves; every other leaves `STAGE`."""


class Refused(NotAllowed):
    """The rules forbid it; `reasons` are the names of the gates that are shut."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


def assert_may(case: Case, move: Move, facts: CaseFacts) -> None:
    """Asks the rules for a move, or a deed, on this case as it stands. Raises Refused."""
    reasons = may_move(replace(facts, stage=case.stage), move)
    if reasons:
        raise Refused(reasons)


def make(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    move: Move,
    facts: CaseFacts,
    note: bytes | None = None,
) -> None:
    """Makes a move, if the rules let it. `note` is sealed. Raises NoSuchCase, NotAllowed and Refused."""
    case = caseload.worked_by(tx, case_id, staff_id)
    assert_may(case, move, facts)
    if move.after is None or case.stage is None:
        raise NotAllowed
    tx.execute(update(CASES).where(CASES.c.id == case_id).values(stage=move.after.value))
    kind = ENTRIES.get(move.name, STAGE)
    at = case.stage if kind in {PAUSED, CLOSED} else move.after
    caseload.enter(tx, case_id, staff_id, now, kind, stage=at.value, note=note)
    audit.write(tx, audit_key, now, staff_id, kind, case_id)
    _follow(tx, case, move, now)


def set_stage(
    tx: Connection,
    case_id: str,
    staff_id: int,
    now: datetime,
    audit_key: bytes,
    *,
    stage: Stage,
    facts: CaseFacts = NOTHING_KNOWN,
    note: bytes | None = None,
) -> None:
    """Makes the move that leads to a stage. Giving a case back is no such move, but `caseload.release`.

    Raises NoSuchCase, NotAllowed and Refused.
    """
    case = caseload.worked_by(tx, case_id, staff_id)
    move = move_between(case.stage, stage) if case.stage else None
    if move is None or stage is Stage.RECEIVED:
        raise NotAllowed
    make(tx, case_id, staff_id, now, audit_key, move=move, facts=facts, note=note)


def see_to(
    tx: Connection, case_id: str, staff_id: int, now: datetime, audit_key: bytes, *, name: str, state: str
) -> None:
    """A follow-up is held or refused. Raises NoSuchCase, and NotAllowed when nothing like it is open."""
    caseload.worked_by(tx, case_id, staff_id)
    if not clocks.settle(tx, case_id, name, state, now):
        raise NotAllowed
    caseload.enter(tx, case_id, staff_id, now, name, result=state)
    audit.write(tx, audit_key, now, staff_id, f"{state}_{name}"[:24], case_id)


def put_tasks(tx: Connection, case_id: str, stages: Sequence[str], now: datetime) -> None:
    """What has to be seen to now that a case which had been at these stages pauses or ends."""
    for task in tasks_after(furthest(tuple(stages))):
        tasks.put(tx, case_id, task, now + TASK_DUE, now)


def _follow(tx: Connection, case: Case, move: Move, now: datetime) -> None:
    """What comes with a move beside the stage."""
    if move.name in {"pause", "close"}:
        clocks.rest(tx, case.id, now, finally_=move.name == "close")
        put_tasks(tx, case.id, [case.state, *caseload.stages_of(tx, case.id)], now)
    if move.name == "close":
        alerts.cancel(tx, case.id)
        _write_no_more(tx, case.id, now)
    if move.name in {"pause", "close"} or move.after in WITH_THE_PERSON:
        tasks.drop_kinds(tx, case.id, TRYING, now)
    if move.name in {"pause", "close"} or move.after is Stage.PREPARATION:  # what was planned is over
        tasks.drop_kinds(tx, case.id, (MEETING_NEAR,), now)
    if move.after in WITH_THE_PERSON:
        clocks.settle(tx, case.id, REACHED, clocks.MET, now)
        clocks.hasten(tx, case.id, PLAN, now + RENEWED_WITHIN)
    if move.name == "reopen":
        clocks.put(tx, case.id, PLAN, now + RENEWED_WITHIN)
    if move.name == "resume":
        clocks.run_again(tx, case.id, now + timedelta(days=1))
    if move.name == "debrief":
        for name, span in FOLLOW_UPS.items():
            clocks.put(tx, case.id, name, now + span)


def _write_no_more(tx: Connection, case_id: str, now: datetime) -> None:
    """Of a case that is closed nobody is written to. Where a talk is still open, its chat is given back first, and the
    intake forgets the address then."""
    talks.end(tx, case_id, talks.DESK, now)
    desk_messages.take_back(tx, case_id, now)
    if talks.of_case(tx, case_id) is None:
        addresses.forget(tx, case_id)
