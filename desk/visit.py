"""One request to the desk, read, and who it is that asks: what every handler and every page is given.

Here may live these values alone. Who is let in with them is said in `desk.access`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.desk import Desk
from policy.access import NO, Cases, Deed, may, may_for_managers
from storage.case_openings import Opening
from storage.case_ties import Ties
from storage.staff import Member
from storage.staff_sessions import Session


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, read. Nothing of it but the desk is in its printed form."""

    desk: Desk
    now: datetime
    path: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    cookie: str = field(repr=False)
    network: str = field(default="", repr=False)
    """Where it comes from: an address, or of the newer kind the network it is in."""
    address: str = field(default="", repr=False)
    """The path that was asked for."""
    is_from_elsewhere: bool = False
    """Whether another site led here, in which case the browser holds back our cookie."""


@dataclass(frozen=True, slots=True)
class SignedIn(Visit):
    """A visit by a member of staff who is signed in."""

    session: Session = field(kw_only=True, repr=False)
    member: Member = field(kw_only=True)
    is_recovery_due: bool = field(kw_only=True)
    """Whether this member could write the recovery key down, and nobody has done so yet."""
    openings: Sequence[Opening] = field(kw_only=True, default=(), repr=False)
    """Cases of this member that a manager opened, which they have not been told of yet."""
    ties: Ties | None = field(kw_only=True, default=None)
    """What ties people to the case that the address names; None where it names none, or none there is."""

    stands_in_for_managers: bool = field(kw_only=True, default=False)
    """Whether every manager is away and this member stands in for one."""

    def may(self, deed: str) -> bool:
        """Whether this member may do it, with the case of this address where it is about one (`policy.access`)."""
        asked = Deed(deed)
        for_managers = self.stands_in_for_managers and may_for_managers(asked, self.whose)
        return may(self.member.roles, asked, self.whose) or for_managers

    @property
    def whose(self) -> Cases:
        """Whose the case of this address is, to this member."""
        return self.ties.to(self.member.id) if self.ties else NO

    def whose_is(self, assignee: int | None) -> Cases:
        """The same, once the transaction at hand has seen who has the case now."""
        return self.ties.had_by(assignee).to(self.member.id) if self.ties else NO
