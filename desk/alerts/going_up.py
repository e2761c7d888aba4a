"""Cases whose coordinator is away while nobody answers for them: the managers get a task for each, and are told.

Here may live that round of the sweep. The task is due when the service is next at work, and late at once, so that the
managers hear of it the way they hear of everything that is late; it goes by itself once somebody answers for the case.
"""

import asyncio
from datetime import datetime

from sqlalchemy import Connection

from desk.desk import Desk
from policy.access import Role
from policy.deadlines import NOBODY_STANDS_IN
from policy.working_time import WorkingTime
from storage import standing_in, tasks


class GoingUp:
    """Looks which cases go up to the managers, and which no longer do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._working_time = WorkingTime.from_settings(desk.settings)

    async def run(self) -> None:
        """Write down what has changed since the last look."""
        now = self._desk.now()
        if await asyncio.to_thread(self._has_changed, now):
            await asyncio.to_thread(self._write, now)

    def _has_changed(self, now: datetime) -> bool:
        with self._desk.database.read() as tx:
            return any(self._changed(tx, now))

    def _write(self, now: datetime) -> None:
        with self._desk.database.begin() as tx:
            up, no_more = self._changed(tx, now)
            for case_id in up:
                due_at = self._working_time.next_open(now)
                tasks.put(tx, case_id, NOBODY_STANDS_IN, due_at, now, role=Role.MANAGER)
            for case_id in no_more:
                tasks.drop_kinds(tx, case_id, (NOBODY_STANDS_IN,), now)

    def _changed(self, tx: Connection, now: datetime) -> tuple[list[str], list[str]]:
        return standing_in.to_be_told(tx, standing_in.load(tx, now, self._desk.secrets.pepper))
