"""Cases in the states that a page says before all else, each as it came to be so at the desk.

Here may live what brings a case of Bea's into such a state, at little cost.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from policy.deadlines import PLAN
from policy.stages import Stage
from storage import addresses, caseload, cases, clocks, sealing, talks, team
from storage.addresses import Address
from tests.desk.office import BEA, Office
from tests.desk.process_office import Process
from tests.stage import SECRETS

WITHDRAWN, PUT_AWAY, CLOSED, PAUSED = "withdrawn", "put_away", "closed", "paused"
NO_CONTACT, TALKING, PLAN_OVER = "no_contact", "talking", "plan_over"
STANDS_AT = {
    WITHDRAWN: Stage.APPROACH,
    PUT_AWAY: Stage.TRIAGE,
    CLOSED: Stage.CLOSED,
    PAUSED: Stage.PAUSED,
    NO_CONTACT: Stage.INITIAL_DISCUSSION,
    TALKING: Stage.CONTACT_ATTEMPTS,
    PLAN_OVER: Stage.PREPARATION,
}


def in_every_state(office: Office) -> dict[str, str]:
    """The id of a case in each."""
    safe = {"flags": (), "said": {"feels_safe": ("Yes", ["yes"])}}
    made = {state: Process(office, reference=f"STATE{number}", **safe) for number, state in enumerate(STANDS_AT)}

    async def go() -> None:
        for state, process in made.items():
            await process.rests_at(STANDS_AT[state])

    with ThreadPoolExecutor(1) as pool:  # a test that asks may be in a loop already
        pool.submit(asyncio.run, go()).result()
    ids = {state: process.id for state, process in made.items()}
    now, bea = office.now, office.member(BEA).id
    with office.desk.database.begin() as tx:
        for state in (WITHDRAWN, PUT_AWAY):
            cases.withdraw(tx, ids[state], now.timestamp())
        caseload.release(tx, ids[PUT_AWAY], bea, now, office.desk.secrets.audit)
        paused = sealing.seal_to(team.public_key(tx), json.dumps({"until": None}).encode(), f"entry:{ids[NO_CONTACT]}")
        cases.change_contact(tx, ids[NO_CONTACT], cases.CONTACT_PAUSED, paused, now.timestamp())
        addresses.publish(tx, SECRETS.letterbox.public, now)
        addresses.keep(tx, ids[TALKING], Address("telegram", b"p" * 16, "1001"), SECRETS.seal, chosen=True)
        asked = sealing.seal_to(team.public_key(tx), b"Shall we talk here?", f"entry:{ids[TALKING]}")
        caseload.enter(tx, ids[TALKING], bea, now, "written", note=asked)
        talks.begin(tx, ids[TALKING], bea, now)
        talks.open_(tx, ids[TALKING], now)
        clocks.put(tx, ids[PLAN_OVER], PLAN, now - timedelta(days=1))
    return ids
