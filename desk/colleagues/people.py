"""Who works at the desk: everybody, letting somebody in, adding somebody, a forgotten password, somebody who left.

Here may live these pages. Letting in passes the team's private key on, so only somebody who holds it can do that.
"""

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access, pages
from desk.cases.case_notice import Notice
from desk.colleagues import two_people
from desk.visit import SignedIn
from policy.access import Role, fit_together
from policy.four_eyes import NEW_RECOVERY
from storage import absences, audit, hand_ons, leaving, member_keys, second_factors, staff, staff_sessions
from storage.absences import Absence
from storage.staff import Member

DONE = ("let_in", "shut_out", "factor_reset")


def show(visit: SignedIn) -> Response:
    """Everybody, and how far each has come."""
    return render(visit)


def let_in(visit: SignedIn) -> Response:
    """Passes the team key on to a member who has chosen their password."""
    team_key = visit.session.team_key
    if team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    with visit.desk.database.begin() as tx:
        member = staff.by_id(tx, int(visit.path["staff_id"]))
        if member is None or member.keys is None or not member.reads_cases:
            return pages.member_refusal(visit, "no_such_person", 404)
        if member.team_key is None:
            staff.let_in(tx, member.id, member_keys.pass_on(team_key, member.keys.public_key))
            audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, _about("let_in", member))
    return _done("let_in", member)


def add(visit: SignedIn) -> Response:
    """Adds somebody and shows, once, the link with which they choose their password."""
    name, roles = visit.form.get("name", ""), [role for role in Role if role in visit.form]
    if not fit_together(roles):
        return render(visit, {"coordinator": "roles"})
    if Role.MANAGER in roles:
        return render(visit, {"coordinator": "manager_needs_two"})
    try:
        with visit.desk.database.begin() as tx:
            token = staff.add(tx, name, roles, visit.now)
            member = staff.by_name(tx, name)
            if member:
                audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, _about("added", member))
    except staff.NameTaken:
        return render(visit, {"name": "name_taken"})
    except ValueError:
        return render(visit, {"name": "name_missing"})
    return render(visit, token=token, name=staff.tidy(name))


def renew(visit: SignedIn) -> Response:
    """For a colleague's forgotten password: theirs is shut, and a new link is shown, once."""
    with visit.desk.database.begin() as tx:
        member = _colleague(visit, tx)
        if not isinstance(member, Member):
            return member
        token = staff.start_anew(tx, member.id, visit.now)
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, _about("new_link", member))
    return render(visit, token=token, name=member.name)


def shut_out(visit: SignedIn) -> Response:
    """For a colleague who has left: password, links, signed-in places and Telegram account go, and their cases go to a
    colleague, or wait for everybody."""
    to, secrets = visit.form.get("to", ""), visit.desk.secrets
    with visit.desk.database.begin() as tx:
        member = _colleague(visit, tx)
        if not isinstance(member, Member):
            return member
        takers = {str(each.id): each.id for each in hand_ons.takers(tx, visit.now, member.id)}
        if to and to not in takers:
            return pages.member_refusal(visit, "no_such_person", 404)
        who = (member.id, visit.member.id, visit.now, secrets.audit)
        leaving.leave(tx, *who, to=takers.get(to), pepper=secrets.pepper)
    return _done("shut_out", member)


def reset_factor(visit: SignedIn) -> Response:
    """For a colleague's lost phone or passkey: they set up another second factor at the next sign-in."""
    with visit.desk.database.begin() as tx:
        member = _colleague(visit, tx)
        if not isinstance(member, Member):
            return member
        second_factors.forget(tx, member.id)
        staff_sessions.end_all(tx, member.id)
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, _about("factor_reset", member))
    return _done("factor_reset", member)


def render(
    visit: SignedIn, errors: dict[str, str] | None = None, *, token: str = "", name: str = "", minutes: int = 0
) -> Response:
    """The page, with a link that is shown this once, or with what was wrong in one of its forms, by field."""
    with visit.desk.database.read() as tx:
        people = staff.everybody(tx)
        waiting = staff.waiting_for_set_up(tx)
        caseload = hand_ons.cases_of(tx)
        two = two_people.shown(visit, tx, NEW_RECOVERY)
        away = absences.everybodys(tx, visit.now)
    done, whom = visit.query.get("done", ""), visit.query.get("whom", "")
    about = next((person for person in people if str(person.id) == whom and done in DONE), None)
    notice = Notice(done, reference=about.name) if about else None
    link = f"{visit.desk.settings.desk_url}/set-up/{token}" if token else ""
    values = {
        "people": people,
        "waiting": waiting,
        "caseload": caseload,
        "away": away,
        "two": two,
        "takers": [
            each for each in people if hand_ons.could_have_cases(each) and not _is_away(away.get(each.id), visit)
        ],
        "errors": errors or {},
        "link": link,
        "name": name,
        "notice": notice,
    }
    status = 422 if errors else 200
    return pages.member_page(visit, "people.html", status, **values, roles=Role, minutes=minutes)


def _colleague(visit: SignedIn, tx: Connection) -> Member | Response:
    """The colleague a form of a manager is about; else a page that says no."""
    if visit.session.team_key is None:
        return pages.member_refusal(visit, "not_let_in", 403)
    member, oneself = staff.by_id(tx, int(visit.path["staff_id"])), staff.by_id(tx, visit.member.id)
    if member is None or oneself is None or member.id == oneself.id:
        return pages.member_refusal(visit, "no_such_person", 404)
    if oneself.team_key is None:  # of two managers who shut each other at once, one must still open the cases
        return pages.member_refusal(visit, "not_let_in", 409)
    return member


def _is_away(absence: Absence | None, visit: SignedIn) -> bool:
    return absence is not None and absence.is_running(visit.now.timestamp())


def _done(deed: str, member: Member) -> Response:
    return access.go_to(f"/people?done={deed}&whom={member.id}")


def _about(action: str, member: Member) -> str:
    """An action upon a colleague, as the audit keeps it: there is no column for them, and their id is no secret."""
    return f"{action}:{member.id}"
