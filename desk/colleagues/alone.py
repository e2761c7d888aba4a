"""What takes two people, done by the only one there is: at the command line of the server, with their password.

Here may live these deeds. Each asks first whether there is really nobody else who could approve it, and is written to
the audit as done alone. Source: docs/security.md, "A curious colleague": in a service of one person nobody can be the
second, and people still have a right to their data and to be erased (UK GDPR article 15, 17 and 20).
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from desk.cases import case_file, export_page
from desk.desk import Desk
from desk.entrance import passwords
from policy.access import Deed, may
from storage import audit, cards, caseload, cases, member_keys, staff
from storage.caseload import Case, NoSuchCase, NotAllowed
from storage.staff import Member


class Refused(Exception):
    """It cannot be done alone, or not by them; the text says why, to whoever typed the command."""


@dataclass(frozen=True, slots=True)
class Sole:
    """The only one there is, with the team's private key."""

    member: Member
    team_key: bytes = field(repr=False)


def sole(desk: Desk, name: str, password: str) -> Sole:
    """Who this is, if nobody else could approve anything. Raises Refused."""
    with desk.database.read() as tx:
        others = [each.name for each in staff.everybody(tx) if each.approves]
    if len(others) > 1:
        raise Refused("Somebody else can approve it: ask for it at the desk. This command is for a service of one.")
    try:
        known = passwords.check(desk, name, password, desk.now())
    except passwords.MustWait as wait:
        raise Refused(f"There were too many tries. Minutes to wait: {wait.minutes}.") from None
    if known is None or known[0].team_key is None or not may(known[0].roles, Deed.KEEP_PEOPLE):
        raise Refused("Name and password do not belong to a manager who can read cases.")
    member, private = known
    return Sole(member, member_keys.receive(private, known[0].team_key))


def export(desk: Desk, who: Sole, reference: str, what: str, form: str) -> bytes:
    """A case as a file, `what` and `form` as at the desk. Raises Refused."""
    with desk.database.begin() as tx:
        case = _case(tx, reference)
        audit.write(tx, desk.secrets.audit, desk.now(), who.member.id, "alone_exported", case.id)
        try:
            opened = export_page.opened(tx, case, who.team_key)
        except NotAllowed:
            raise Refused(f"{reference} was sealed with another team key, so it does not open.") from None
        read = case_file.content(what, opened, desk.now(), desk.words)
    return export_page.as_file(read, form, desk.words)


def erase(desk: Desk, who: Sole, reference: str) -> None:
    """Destroys keys and words of a case, because its person asked for it. Raises Refused."""
    with desk.database.begin() as tx:
        case = _case(tx, reference)
        cases.erase(tx, case.id, desk.now().timestamp())
        audit.write(tx, desk.secrets.audit, desk.now(), who.member.id, "alone_erased", case.id)
    desk.database.checkpoint()


def add_manager(desk: Desk, who: Sole, name: str) -> str:
    """A second manager; the token of their one-time link. They are let in at the desk, as everybody is.

    Raises storage.staff.StaffError and ValueError.
    """
    with desk.database.begin() as tx:
        token = staff.add(tx, name, staff.FIRST_ROLES, desk.now())
        audit.write(tx, desk.secrets.audit, desk.now(), who.member.id, "alone_made_manager")
    return token


def _case(tx: Connection, reference: str) -> Case:
    case_id = cards.case_called(tx, reference.strip().upper())
    try:
        case = caseload.find(tx, case_id or "", lock=True)
    except NoSuchCase:
        raise Refused(f"There is no case with the reference {reference}.") from None
    if case.case_key is None:
        raise Refused(f"{reference} is erased already.")
    return case
