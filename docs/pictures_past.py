"""What had been before the pictures of the desk: a quarter of referrals, two facilitators, a case that has come a way.

Here may live that past, written into the database of the running program. All of it is made up, and nobody is in it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from desk.service import open_desk
from policy.settings import Settings
from policy.stages import Stage
from storage import staff, tallies, team, training
from storage.tables import CASE_ENTRIES, CASES, CLOCKS, ENDINGS, STAFF

FACILITATORS = {"Bea Example": "Polish", "Cal Example": "BSL"}
AREAS = {"city_of_edinburgh": 41, "midlothian": 27, "east_lothian": 16, "west_lothian": 14, "fife": 13, "angus": 9}
ENDS = {"completed.letter": 14, "completed.meet": 13, "responsible_declined": 15, "no_contact": 16, "out_of_scope": 13}
LEFT = {"keep_answers": 31, "age_band": 14, "contact_routes": 22, "read_back": 17}
SENT = {"self_referral": 87, "confirm_referral": 19}
CAME = sum(AREAS.values())
LATE = {"opened": 8, "first_attempt": 7, "reached": 4}
"""Of each so-manieth case it was too late."""
AFTER = {"opened": timedelta(hours=5), "first_attempt": timedelta(hours=26), "reached": timedelta(hours=74)}


def write(folder: Path, case_id: str) -> None:
    """All of it; `case_id` is the case that has come as far as looking at suitability."""
    now = datetime.now(UTC)
    desk = open_desk(Settings(_env_file=None, data_dir=folder / "data"))  # type: ignore[call-arg]
    with desk.database.begin() as tx:
        for name, language in FACILITATORS.items():
            staff.add(tx, name, ["facilitator"], now)
            id_ = tx.execute(select(STAFF.c.id).where(STAFF.c.name == name)).scalar_one()
            tx.execute(update(STAFF).where(STAFF.c.id == id_).values(team_key=b"let in"))
            training.keep(tx, id_, "level_2", date(now.year + 1, 6, 30))
            training.speak(tx, id_, language)
        tx.execute(update(CASES).where(CASES.c.id == case_id).values(stage=Stage.SUITABILITY.value))
        begun = _last_quarter(now)
        _cases(tx, begun)
        _counted(tx, begun)
    desk.database.close()


def _last_quarter(now: datetime) -> datetime:
    """The first moment of the last quarter that is over."""
    month = now.year * 12 + (now.month - 1) // 3 * 3 - 3
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _cases(tx: Connection, begun: datetime) -> None:
    row = dict(next(iter(tx.execute(CASES.select()).mappings())))
    row |= {"stage": Stage.CLOSED.value, "assignee": None, "person": None, "receipt": None}
    for place in range(CAME):
        came = begun + timedelta(days=place * place % 89, hours=7 + place * 5 % 14)
        id_ = f"{place:032x}"
        tx.execute(insert(CASES), row | {"id": id_, "reference": f"P{place:05}", "at": came.timestamp()})
        for name, after in AFTER.items():
            at = (came + after).timestamp()
            due = at - 3600 if place % LATE[name] == 0 else at + 3600
            tx.execute(insert(CLOCKS), {"case_id": id_, "name": name, "state": "met", "at": at, "due_at": due})
            tried = {"kind": "attempt", "route": "phone", "result": "reached" if name == "reached" else "no_answer"}
            if name != "opened":
                tx.execute(insert(CASE_ENTRIES), tried | {"case_id": id_, "at": at})


def _counted(tx: Connection, begun: datetime) -> None:
    _tally(tx, "council_area", AREAS, begun)
    _tally(tx, "ended", ENDS, begun)
    month = {"month": f"{begun:%Y-%m}"}
    sent = [month | {"flow": flow, "step": "sent", "how": "sent", "number": many} for flow, many in SENT.items()]
    row = month | {"flow": "self_referral", "how": "idle"}
    tx.execute(insert(ENDINGS), [*sent, *(row | {"step": step, "number": many} for step, many in LEFT.items())])


def _tally(tx: Connection, question: str, counts: Mapping[str, int], at: datetime) -> None:
    key = team.public_key(tx)
    for answer, many in counts.items():
        for _ in range(many):
            tallies.add(tx, key, json.dumps({question: answer}).encode(), at)
