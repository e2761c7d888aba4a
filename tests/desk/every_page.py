"""Every page of the desk with its address filled in, from the application's own table: a new one is never forgotten.

The office is as busy as a page can be asked to show. Whoever adds an address with a new gap says here what fills it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, update
from starlette.routing import Route

from bot import form
from desk.entering.taken_down import KINDS, PHONE, SELF, WORKERS, Agreed, Taken
from desk.statistics.statistics import FIGURES, NOT_PLOTTED
from policy.access import Cases, Role, Whose, may
from policy.four_eyes import MAKE_MANAGER
from policy.record_forms import RECORDS
from storage import absences, approvals, cafes, caseload, conflicts, records, staff, taken_down, tasks, team
from storage.tables import CASE_ENTRIES, CASES, STAFF, TEAM_KEYS
from tests.desk.cafe_people import make, sign_up, thinks
from tests.desk.case_states import PUT_AWAY, in_every_state
from tests.desk.office import ANN, BEA, CAL, Office

LEADS_ON = {
    "/find",
    "/cases/{case_id}/{deed:path}",
    "/referrals/{referral_id}",
    "/referrals/{referral_id}/send",
    "/referrals/{referral_id}/throw-away",
}
"""Addresses that only lead to another page."""
FOR_STRANGERS = ("/live", "/ready", "/sign-in", "/set-up/{token}")
FOR_HALF_WAY = ("/second-factor",)
ONCE = {"/second-factor/picture.svg"}
"""What is there only while somebody sets up their first authenticator app (`test_second_factor.py`)."""

ALSO = "also"
"""What else an address shows beside what fills its gaps one at a time."""
TABLES_ONLY = NOT_PLOTTED
"""Figures that are not drawn."""
STATES = "states"
"""Cases that Bea has, by the state of each that says so before all else."""
OTHERS = "others"
"""Case by the role of who comes to it: the one it is about for a facilitator, one that waits for a coordinator."""
ROLES: dict[Role, tuple[Cases, tuple[str, ...]]] = {
    Role.FACILITATOR: (frozenset({Whose.FACILITATED}), ("/", "/cases/{case_id}", "/cases/{case_id}/process", "/me")),
    Role.AUDITOR: (frozenset(), ("/audit", "/people", "/statistics", "/me")),
    Role.COORDINATOR: (frozenset({Whose.NOBODYS}), ("/", "/cases/{case_id}", "/people")),
}
"""What Cal comes as, one after the other; whose a case is to them then; and what looks otherwise to them than to Ann,
who is a coordinator and a manager. Nobody who comes as a coordinator has a case."""
SHUT = 403


@dataclass(frozen=True)
class Place:
    """An address that can be opened: `route` is its line in the application's table."""

    route: str
    path: str
    who: str = ANN
    of: str = ""
    """What makes it another page than what Ann sees there: the state of a case, the role of who comes."""
    status: int = 200

    @property
    def for_strangers(self) -> bool:
        return self.route in FOR_STRANGERS

    @property
    def for_half_way(self) -> bool:
        return self.route in FOR_HALF_WAY

    @property
    def looks_otherwise(self) -> bool:
        """Whether it differs from what was seen at its route by more than words."""
        return self.of not in ROLES or self.route in ROLES[Role(self.of)][1]

    def is_come_to(self, office: Office) -> None:
        """Whoever opens it has the role for it."""
        if self.who == CAL:
            with office.desk.database.begin() as tx:
                tx.execute(update(STAFF).where(STAFF.c.name == CAL).values(roles=self.of))


def fill(office: Office) -> dict[str, Sequence[str]]:
    """Makes the office busy; what fills each gap of an address, for Ann. It can hold a process (`process_office`)."""
    ann, bea, cal = office.member(ANN), office.member(BEA), office.member(CAL)
    states = in_every_state(office)
    made = [office.case(f"BUSY{number:02}") for number in range(30)]
    with office.desk.database.begin() as tx:
        for case in made[10:]:
            caseload.take(tx, case.id, ann.id if case in made[20:] else bea.id, office.now, b"k" * 32)
        tx.execute(update(CASES).where(CASES.c.id == made[-1].id).values(stage="preparation"))
        entry = {"case_id": made[-1].id, "staff_id": ann.id, "kind": "attempt", "route": "phone", "result": "no_answer"}
        tx.execute(insert(CASE_ENTRIES), [entry | {"at": office.now.timestamp()} for _ in range(20)])
        for case in made[20:]:
            tasks.add(tx, case.id, "tell_support", office.now + timedelta(hours=1), office.now)
        records.name_facilitator(tx, made[-1].id, ann.id, office.now, office.desk.secrets.audit, facilitator=cal.id)
        tasks.add(tx, made[-1].id, "second_look", office.now + timedelta(hours=1), office.now, role="manager")
        (second_look,) = tasks.of_role(tx, "manager")
        absences.say(tx, bea.id, bea.id, office.now, b"k" * 32, stand_in=None, starts=office.now, ends=None)
        barred = {"whom": bea.id, "pepper": office.desk.secrets.pepper, "note": b"sealed"}
        conflicts.mark(tx, made[-1].id, ann.id, office.now, b"k" * 32, **barred)
        approvals.ask(tx, MAKE_MANAGER, None, bea.id, office.now, b"k" * 32, why="For the summer", about=bea.id)
        token = staff.add(tx, "Dee Example", ["coordinator"], office.now)
        tx.execute(update(TEAM_KEYS).values(recovery=None))
        long_ago = office.now.timestamp() - 100 * 86_400  # in a quarter that is over, so that figures tell of it
        tx.execute(update(CASES).where(CASES.c.id.in_([case.id for case in made[:28]])).values(at=long_ago))
    cafe = make(office, places=8)
    for number in range(12):
        sign_up(office, cafe, f"Wren Example {number}", state=cafes.PLACE if number < 8 else cafes.WAITING)
        thinks(office, cafe, would_refer="yes")
    with office.desk.database.begin() as tx:
        agreed = Agreed("spoken", ANN, office.now.isoformat(), "To be called about a first talk")
        own, workers = Taken(KINDS[SELF], PHONE, agreed), Taken(KINDS[WORKERS], PHONE, None, {"person_agrees": "yes"})
        referral, of_worker = (
            taken_down.begin(tx, ann.id, each.as_bytes(), team.public_key(tx), office.now) for each in (own, workers)
        )
    return {
        "referral_id": [referral],
        "section": form.sections(KINDS[SELF]),
        "case_id": [made[-1].id],
        "task_id": [str(second_look.id)],
        "cafe_id": [cafe],
        "staff_id": [str(bea.id)],
        "form": list(RECORDS),
        "figure": [name for name in FIGURES if name not in TABLES_ONLY],
        "token": [token],
        STATES: [f"{state} {case_id}" for state, case_id in states.items()],
        OTHERS: [made[-1].id, made[0].id],
        ALSO: [
            f"/referrals?kind={WORKERS}",
            *(f"/referrals/{of_worker}/{section}" for section in form.sections(KINDS[WORKERS])),
        ],
    }


def places(office: Office, gaps: dict[str, Sequence[str]]) -> Iterator[Place]:
    """Every address that shows something, to Ann; the pages of a case in each state that says so before all else; and
    every address as each role sees it. Raises KeyError for a gap that `fill` does not know."""
    for route in shown(office):
        names = gaps_of(route)
        for value in gaps[names[-1]] if names else [""]:
            yield Place(route.path, filled(route, gaps, value))
    yield from (Place(path, path) for path in gaps[ALSO])
    for state, case_id in (each.split() for each in gaps[STATES]):
        yield Place("/cases/{case_id}", f"/cases/{case_id}", BEA, state)
        status = SHUT if state == PUT_AWAY else 200
        yield Place("/cases/{case_id}/process", f"/cases/{case_id}/process", BEA, state, status)
    yield Place("/cases/{case_id}", f"/cases/{case_id}", ANN, "a colleague's", SHUT)
    yield Place("/cases/{case_id}", f"/cases/{case_id}", CAL, Role.COORDINATOR, SHUT)
    for role, (ties, _) in ROLES.items():
        of_role = gaps | {"case_id": [gaps[OTHERS][role is Role.COORDINATOR]]}
        for route in shown(office):
            deed, names = getattr(route.endpoint, "deed", None), gaps_of(route)
            if deed and may((role,), deed, ties) and "referral_id" not in names and route.path not in FOR_HALF_WAY:
                yield Place(route.path, filled(route, of_role, of_role[names[-1]][0] if names else ""), CAL, role)


def shown(office: Office) -> Iterator[Route]:
    """Lines of the table that show something."""
    for route in office.app.routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path not in LEADS_ON | ONCE:
            yield route


def gaps_of(route: Route) -> list[str]:
    """The names of its gaps, in order."""
    return re.findall(r"\{(\w+)(?::\w+)?\}", route.path)


def filled(route: Route, gaps: dict[str, Sequence[str]], last: str) -> str:
    """Its address, the last gap filled with this."""
    path, names = route.path, gaps_of(route)
    for name in names:
        path = re.sub(rf"\{{{name}(:\w+)?\}}", last if name == names[-1] else gaps[name][0], path)
    return path
