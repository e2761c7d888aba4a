"""One member of staff: being away, their roles, training with its last days, languages. A manager changes them.

Here may live that page and its forms. Nobody changes their own roles, so that there is always a manager left.
"""

from datetime import date

from starlette.responses import Response

from desk import access, pages
from desk.colleagues import away, two_people
from desk.visit import SignedIn
from policy.access import NOBODYS, Deed, Role, fit_together, may
from policy.four_eyes import MAKE_MANAGER
from policy.training import KINDS
from storage import approvals, audit, hand_ons, staff, staff_sessions, training
from storage.staff import Member

DONE = ("away", "back")


def show(visit: SignedIn) -> Response:
    """The page."""
    return _page(visit)


def set_roles(visit: SignedIn) -> Response:
    """Gives a colleague other roles, and signs them out everywhere. Who has cases keeps a role that can have them; that
    somebody becomes a manager takes two people (`make_manager`)."""
    roles = frozenset(role for role in Role if role in visit.form)
    if not fit_together(roles):
        return _page(visit, {"coordinator": "roles"})
    with visit.desk.database.begin() as tx:
        member = staff.by_id(tx, int(visit.path["staff_id"]))
        if member is None or member.id == visit.member.id:
            return pages.member_refusal(visit, "no_such_person", 404)
        if Role.MANAGER in roles - member.roles:
            return pages.member_refusal(visit, "manager_needs_two", 409)
        if hand_ons.cases_of(tx).get(member.id) and not may(roles, Deed.TAKE, NOBODYS):
            return pages.member_refusal(visit, "has_cases", 409)
        staff.set_roles(tx, member.id, roles)
        staff_sessions.end_all(tx, member.id)
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, f"roles:{member.id}")
    return _back(member.id)


def make_manager(visit: SignedIn) -> Response:
    """Asks a second person for it; once they have approved it, does it, and signs the new manager out everywhere."""
    with visit.desk.database.begin() as tx:
        member = staff.by_id(tx, int(visit.path["staff_id"]))
        if member is None or member.id == visit.member.id or not fit_together(member.roles | {Role.MANAGER}):
            return pages.member_refusal(visit, "no_such_person", 404)
        asked = approvals.asked_for(tx, MAKE_MANAGER, visit.member.id, visit.now, member.id)
        if asked is None or not asked.approved_at:
            errors = two_people.ask(visit, tx, MAKE_MANAGER, member.id)
        else:
            errors = {}
            two_people.use(visit, tx, MAKE_MANAGER, member.id)
            staff.set_roles(tx, member.id, member.roles | {Role.MANAGER})
            staff_sessions.end_all(tx, member.id)
            audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, f"roles:{member.id}")
    return _page(visit, errors) if errors else _back(member.id)


def set_training(visit: SignedIn) -> Response:
    """Keeps the last valid day of each kind of training, and the languages."""
    typed = {kind: visit.form.get(kind, "").strip() for kind in KINDS}
    days = {kind: _day(text) for kind, text in typed.items()}
    wrong = {kind: "day" for kind in KINDS if typed[kind] and days[kind] is None}
    if wrong:
        return _page(visit, wrong)
    with visit.desk.database.begin() as tx:
        member = staff.by_id(tx, int(visit.path["staff_id"]))
        if member is None:
            return pages.member_refusal(visit, "no_such_person", 404)
        for kind in KINDS:
            training.keep(tx, member.id, kind, days[kind])
        training.speak(tx, member.id, visit.form.get("languages", ""))
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, f"training:{member.id}")
    return _back(member.id)


def say_away(visit: SignedIn) -> Response:
    """A colleague is away who cannot say so themselves."""
    staff_id = int(visit.path["staff_id"])
    return away.say(visit, staff_id, f"/people/{staff_id}", lambda errors: _page(visit, errors))


def come_back(visit: SignedIn) -> Response:
    """A colleague is here again."""
    staff_id = int(visit.path["staff_id"])
    return away.come_back(visit, staff_id, f"/people/{staff_id}")


def _page(visit: SignedIn, errors: dict[str, str] | None = None) -> Response:
    with visit.desk.database.read() as tx:
        member: Member | None = staff.by_id(tx, int(visit.path["staff_id"]))
        two = two_people.shown(visit, tx, MAKE_MANAGER, int(visit.path["staff_id"]))
        being_away = away.shown(visit, tx, int(visit.path["staff_id"]))
        trained = training.of_everybody(tx)
        spoken = training.languages(tx)
    if member is None:
        return pages.member_refusal(visit, "no_such_person", 404)
    values = {"person": member, "valid": trained.get(member.id, {}), "languages": spoken.get(member.id, "")}
    shown = {"roles": Role, "kinds": KINDS, "two": two, "errors": errors or {}, "today": pages.here(visit.now).date()}
    done = visit.query.get("done", "")
    shown |= being_away | {"done": done if done in DONE else ""}
    return pages.member_page(visit, "person.html", 422 if errors else 200, **values, **shown)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _back(staff_id: int) -> Response:
    return access.go_to(f"/people/{staff_id}")
