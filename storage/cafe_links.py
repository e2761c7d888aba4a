"""Where to join a cafe online, sealed twice: for the desk's page, and for the chat that tells who has a place.

Here may live how a link is sealed and opened, and that the intake has another key by now. Neither side reads the
other's seal: the desk opens its own with the team key, the intake its own with the key it has published.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection, update

from storage import addresses, team
from storage.addresses import NoIntakeKey
from storage.sealing import KeyPair, SealBroken, seal_to, unseal_with
from storage.tables import CAFES

_C = CAFES.c


@dataclass(frozen=True, slots=True)
class Link:
    """Where to join one. Both None: it is in a room. The intake's alone None: it has no key yet, or another by now."""

    team: bytes | None = field(default=None, repr=False)
    intake: bytes | None = field(default=None, repr=False)

    @property
    def is_half(self) -> bool:
        """Whether the chat cannot tell it yet."""
        return self.team is not None and self.intake is None


IN_A_ROOM = Link()


def seal(tx: Connection, cafe_id: str, typed: str) -> Link:
    """What was typed, sealed to both sides; of an empty text, that there is none."""
    if not typed:
        return IN_A_ROOM
    plain = typed.encode()
    try:
        intake = seal_to(addresses.intake_key(tx), plain, _for_intake(cafe_id))
    except NoIntakeKey:
        intake = None
    return Link(seal_to(team.public_key(tx), plain, _for_team(cafe_id)), intake)


def at_the_desk(link: Link, cafe_id: str, team_private: bytes) -> str:
    """The link for the desk's page; empty where there is none. Raises SealBroken."""
    return unseal_with(team_private, link.team, _for_team(cafe_id)).decode() if link.team else ""


def in_the_chat(link: Link, cafe_id: str, letterbox: KeyPair) -> str:
    """The link for somebody who has a place; empty where there is none, or none that the intake can open."""
    try:
        return unseal_with(letterbox.private, link.intake, _for_intake(cafe_id)).decode() if link.intake else ""
    except SealBroken:  # sealed before its key was changed: `forget_for_intake`
        return ""


def forget_for_intake(tx: Connection) -> None:
    """The intake has another key: it opens none of these, and the desk seals them to it anew when it is next there."""
    tx.execute(update(CAFES).where(_C.link_intake.is_not(None)).values(link_intake=None))


def _for_team(cafe_id: str) -> str:
    return f"cafe link:{cafe_id}"


def _for_intake(cafe_id: str) -> str:
    return f"cafe link told:{cafe_id}"
