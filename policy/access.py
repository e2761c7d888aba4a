"""Who at the desk may do what, in one table a manager of the service can read. What stands in no line is refused.

Here may live the roles, whose a case can be, and the table. Each address of the desk names a line of it (`desk.app`);
nothing else at the desk decides who may do a thing. Whether it can be done now, by the stage of a case or by what its
person ruled out, is said elsewhere.
"""

from collections.abc import Collection, Container, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody works as here. One person may be several, as in a small service everybody is.

    Source: ../docs/security.md, "A curious colleague"; UK GDPR article 5(1)(c) and (f), the fewest people see a case.
    """

    COORDINATOR = "coordinator"
    """Answers people, and has cases."""
    FACILITATOR = "facilitator"
    """Prepares and leads what a case comes to, with another facilitator; sees those cases alone."""
    MANAGER = "manager"
    """Sees to people and who has which case, not to what a person said."""
    AUDITOR = "auditor"
    """Reads who saw or did what, and never a case."""


class Whose(StrEnum):
    """Whose a case is, to one member. Several may hold at once: a colleague's case can be one that one facilitates."""

    ANY = "any"
    """Of a deed that is about no case, or about every case alike."""
    NOBODYS = "nobodys"
    """It waits for anybody."""
    OWN = "own"
    FACILITATED = "facilitated"
    COLLEAGUES = "colleagues"
    OFFERED = "offered"
    """A colleague would hand it on to this member."""
    OPENED = "opened"
    """A colleague's, which this manager has opened with a written reason a short while ago."""
    STANDS_IN = "stands_in"
    """A colleague's who is away, and for whom this member stands in."""
    BARRED = "barred"
    """They know somebody in it, or are near to them. Then it is nothing else to them, whatever else ties them to it."""


class Deed(StrEnum):
    """A line of the table, named after what is done."""

    COME_AND_GO = "come_and_go"
    SECOND_FACTOR = "second_factor"
    OWN_PAGE = "own_page"
    OWN_ADDRESSES = "own_addresses"
    SEE_CASES = "see_cases"
    REACH_PROPOSED = "reach_proposed"
    READ = "read"
    TAKE = "take"
    WORK = "work"
    HAVE = "have"
    LOG_TRY = "log_try"
    FACILITATE = "facilitate"
    SUPERVISE = "supervise"
    SEE_SECOND_LOOKS = "see_second_looks"
    TAKE_OVER = "take_over"
    HAND_ON = "hand_on"
    ASSIGN = "assign"
    ANSWER_HAND_ON = "answer_hand_on"
    OPEN_WITH_REASON = "open_with_reason"
    MARK_CONFLICT = "mark_conflict"
    SEE_AUDIT = "see_audit"
    SEE_PEOPLE = "see_people"
    LET_IN = "let_in"
    KEEP_PEOPLE = "keep_people"
    SEE_STATISTICS = "see_statistics"
    KEEP_RECOVERY_KEY = "keep_recovery_key"
    RUN_CAFES = "run_cafes"
    TAKE_DOWN = "take_down"
    ASK_FOR_TWO = "ask_for_two"
    APPROVE = "approve"


Cases = frozenset[Whose]

OPENED_FOR: Final = timedelta(hours=1)
"""How long a reason opens a colleague's case. Source: the service's choice: one sitting, then it is asked again."""
MANY_OPENINGS: Final = 20
MANY_WITHIN: Final = timedelta(hours=1)
WATCHED: Final = timedelta(days=7)
"""More cases than that, opened by one person within an hour in the last week, are shown above the audit. Source: UK
GDPR article 5(1)(f); a coordinator answers a handful of people an hour."""

NO: Cases = frozenset()
YES: Cases = frozenset({Whose.ANY})
NOBODYS: Cases = frozenset({Whose.NOBODYS})
OWN: Cases = frozenset({Whose.OWN})
FACILITATED: Cases = frozenset({Whose.FACILITATED})
COLLEAGUES: Cases = frozenset({Whose.COLLEAGUES})
OFFERED: Cases = frozenset({Whose.OFFERED})
BARRED: Cases = frozenset({Whose.BARRED})
ANYBODYS: Cases = NOBODYS | OWN | COLLEAGUES
HELD: Cases = OWN | frozenset({Whose.STANDS_IN})
"""Somebody's own, and those of who is away."""
OPENED: Cases = frozenset({Whose.OPENED})


@dataclass(frozen=True, slots=True)
class Line:
    """With whose cases each role may do a deed."""

    coordinator: Cases
    facilitator: Cases
    manager: Cases
    auditor: Cases
    is_fresh: bool = False
    """Whether the second factor must have been shown a few minutes ago (`policy.sign_in.PROOF_FRESH`)."""

    def of(self, role: Role) -> Cases:
        """With whose cases this role may do it."""
        by_role: dict[Role, Cases] = {
            Role.COORDINATOR: self.coordinator,
            Role.FACILITATOR: self.facilitator,
            Role.MANAGER: self.manager,
            Role.AUDITOR: self.auditor,
        }
        return by_role[role]

    @property
    def is_about_a_case(self) -> bool:
        """Whether it depends on whose the case is."""
        return any(self.of(role) - YES for role in Role)


# Spaces stay as they are, for a table is read down its columns.
# fmt: off
TABLE: Mapping[Deed, Line] = {
    #                             coordinator    facilitator  manager       auditor
    # Sign out; one's own page, and changing what stands there.
    Deed.COME_AND_GO:        Line(YES,           YES,         YES,          YES),
    Deed.OWN_PAGE:           Line(YES,           YES,         YES,          YES),
    # Where one is told of one's cases: the linked account, the mailbox. Who changes them has the alerts come to them.
    Deed.OWN_ADDRESSES:      Line(YES,           YES,         YES,          YES, is_fresh=True),
    # What one signs in with beside the password.
    Deed.SECOND_FACTOR:      Line(YES,           YES,         YES,          YES, is_fresh=True),
    # The lists: references, stages and times, no word of a person.
    Deed.SEE_CASES:          Line(YES,           YES,         YES,          NO),
    # See, once, the agreed safe contact of somebody whose own yes to a referral is waited for.
    Deed.REACH_PROPOSED:     Line(YES,           NO,          NO,           NO),
    # Enter a referral for somebody who phones or wrote on paper, and send it.
    Deed.TAKE_DOWN:          Line(YES,           NO,          YES,          NO),
    # Open a case and read what its person said.
    Deed.READ:               Line(NOBODYS | HELD, FACILITATED, HELD | OPENED, NO),
    # Have a case that waits.
    Deed.TAKE:               Line(NOBODYS,       NO,          NOBODYS,      NO),
    # What the one who has a case does, and who stands in while they are away.
    Deed.WORK:               Line(HELD,          NO,          HELD,         NO),
    # Being in touch with a person: each try is logged, and held to their plan, whoever makes it.
    Deed.LOG_TRY:            Line(HELD,          FACILITATED, HELD,         NO),
    # What nobody does for somebody who is away: giving the case back, saying that one has seen who opened it.
    Deed.HAVE:               Line(OWN,           NO,          OWN,          NO),
    # What the two facilitators of a case do as well.
    Deed.FACILITATE:         Line(HELD,          FACILITATED, HELD,         NO),
    # Read how safety and strengths were weighed, and sign it as a third; look at what was done against a plan.
    Deed.SUPERVISE:          Line(NO,            NO,          HELD | COLLEAGUES, NO),
    # What managers are asked to look at, over all cases: references and times, no word of a person.
    Deed.SEE_SECOND_LOOKS:   Line(NO,            NO,          YES,          NO),
    # Ask to have a case as a file, or erased, which a second person has to approve; do it once they have.
    Deed.ASK_FOR_TWO:        Line(HELD,          NO,          HELD,         NO, is_fresh=True),
    # Approve what a colleague asked for, or not. It shows a reference and their reason, no word of a person.
    Deed.APPROVE:            Line(YES,           NO,          YES,          NO, is_fresh=True),
    # Have a case instead of the colleague who had it.
    Deed.TAKE_OVER:          Line(NO,            NO,          COLLEAGUES,   NO),
    # Ask a colleague to have one's case from now on; give any case to somebody; answer when one is asked.
    Deed.HAND_ON:            Line(OWN,           NO,          ANYBODYS | BARRED, NO),
    Deed.ASSIGN:             Line(NO,            NO,          ANYBODYS | BARRED, NO),
    Deed.ANSWER_HAND_ON:     Line(OFFERED,       NO,          OFFERED,      NO),
    # Read a colleague's case for an hour, with a written reason; who has it is told.
    Deed.OPEN_WITH_REASON:   Line(NO,            NO,          COLLEAGUES,   NO, is_fresh=True),
    # Write down that somebody here must have nothing to do with a case, or may again, with a written reason.
    Deed.MARK_CONFLICT:      Line(NOBODYS | HELD, FACILITATED, ANYBODYS | HELD, NO),
    # Who saw or did what, by reference.
    Deed.SEE_AUDIT:          Line(NO,            NO,          YES,          YES),
    # Numbers about the service as a whole, none of them small enough to point at anybody.
    Deed.SEE_STATISTICS:     Line(YES,           YES,         YES,          YES),
    # Who works here; letting a new colleague in.
    Deed.SEE_PEOPLE:         Line(YES,           YES,         YES,          YES),
    Deed.LET_IN:             Line(YES,           YES,         YES,          NO, is_fresh=True),
    # Add people, give new links, take access away.
    Deed.KEEP_PEOPLE:        Line(NO,            NO,          YES,          NO, is_fresh=True),
    Deed.KEEP_RECOVERY_KEY:  Line(NO,            NO,          YES,          NO, is_fresh=True),
    # Restorative cafes: making them, who signed up, what was said at them. No case is near.
    Deed.RUN_CAFES:          Line(YES,           YES,         YES,          NO),
}
# fmt: on


def whose(
    member: int,
    assignee: int | None,
    facilitators: Collection[int] = (),
    opened_by: Collection[int] = (),
    offered_to: Collection[int] = (),
    stands_in: int | None = None,
    barred: Container[int] = (),
) -> Cases:
    """Whose a case is to this member, by what ties people to it: ids of staff. `stands_in`: for whoever has it."""
    if member in barred:
        return BARRED
    ties = {
        Whose.NOBODYS: assignee is None,
        Whose.OWN: assignee == member,
        Whose.COLLEAGUES: assignee not in (None, member),
        Whose.FACILITATED: member in facilitators,
        Whose.OPENED: member in opened_by,
        Whose.OFFERED: member in offered_to,
        Whose.STANDS_IN: assignee is not None and member == stands_in,
    }
    return frozenset(tie for tie, holds in ties.items() if holds)


def may(roles: Collection[Role], deed: Deed, case: Set[Whose] = NO) -> bool:
    """Whether somebody with these roles may do it; `case` tells whose the case is, where it is about one."""
    line = TABLE.get(deed)
    return line is not None and any(line.of(role) & (case | YES) for role in roles)


STOOD_IN: Final = frozenset({Deed.SEE_SECOND_LOOKS, Deed.SUPERVISE, Deed.HAND_ON, Deed.ASSIGN})
"""What whoever stands in for a manager does as well, while every manager is away: seeing to what goes up to managers.
It gives nobody people, roles, keys or a colleague's case to read. Source: the service's promise that no case is ever
nobody's."""


def may_for_managers(deed: Deed, case: Set[Whose] = NO) -> bool:
    """Whether whoever stands in for the managers may do it in their place; with a case of their own never, for there
    a second person is needed."""
    return deed in STOOD_IN and may((Role.MANAGER,), deed, frozenset(case) - HELD)


def roles_that_may(deed: Deed, case: Set[Whose] = NO) -> frozenset[Role]:
    """The roles that may do it."""
    return frozenset(role for role in Role if may((role,), deed, case))


def fit_together(roles: Collection[Role]) -> bool:
    """Whether one person can be all of these. An auditor is nothing else: nobody looks through their own doings."""
    return bool(roles) and (Role.AUDITOR not in roles or len(set(roles)) == 1)
